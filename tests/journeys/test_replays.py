"""A replayed run tells, day by day, what its row in the ensemble says in numbers."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pandas
import pytest

from sim import Scenario, simulate
from tests.journeys.conftest import Truce

SCENARIOS = (
    "ttp_2021",
    "two_signatories",
    "outside_spoiler",
    "split_early",
    "comprehensive",
    "open_ended",
)
RUNS = (0, 1, 2, 7, 19)
SEED = 11

INCIDENTS = {
    "attacks": ("core_attack", "hardliner_attack", "outsider_attack"),
    "raids": ("raid",),
    "retaliations": ("group_retaliation", "state_retaliation"),
    "accidents": ("group_accident", "state_accident"),
}


@cache
def table(name: str) -> pandas.DataFrame:
    return simulate(Scenario.load(name), runs=max(RUNS) + 1, seed=SEED).runs


def replayed(truce: Truce, name: str, run: int, *options: str) -> str:
    answer = truce("replay", name, "--run", str(run), "--seed", str(SEED), *options)
    assert (answer.code, answer.err) == (0, "")
    return answer.out


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_events_of_a_run_add_up_to_its_row(truce: Truce, name: str, run: int) -> None:
    row = table(name).iloc[run]
    content = json.loads(replayed(truce, name, run, "--json"))
    assert list(content) == ["scenario", "seed", "run", "events"]
    assert list(content.values())[:3] == [name, SEED, run]
    events: list[dict[str, Any]] = content["events"]

    days = [event["day"] for event in events]
    assert days == sorted(days)
    kinds = Counter(event["kind"] for event in events)
    assert (events[0]["kind"], events[0]["day"]) == ("signing", 0)
    assert (kinds["signing"], kinds["ending"]) == (1, 1)

    end = events[-1]
    assert end["kind"] == "ending"
    assert (end["ending"], end["why"], end["ended_by"]) == (row.ending, row.why, row.ended_by)
    assert end["day"] == end["days"] == row.days

    incidents = [event for event in events if event["kind"] == "incident"]
    assert sum(event["deaths"] for event in incidents) == row.deaths
    counted = Counter(event["incident"] for event in incidents)
    for column, sorts in INCIDENTS.items():
        assert sum(counted[sort] for sort in sorts) == row[column]

    releases = [event for event in events if event["kind"] == "release"]
    assert sum(event["released"] for event in releases) == row.released
    assert row.released <= events[0]["promised"]
    assert kinds["renewal"] == row.renewals
    assert kinds["split"] == row.splits
    assert kinds["scrutiny"] == row.scrutinies
    assert bool(kinds["bad_faith"]) == row.bad_faith


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_words_tell_the_same_events(truce: Truce, name: str) -> None:
    events = json.loads(replayed(truce, name, 2, "--json"))["events"]
    title, *lines = replayed(truce, name, 2).splitlines()
    assert title == f"{Scenario.load(name).title}: run 2 of seed {SEED}"
    dated = [f" ({event['date']})" if "date" in event else "" for event in events]
    assert lines == [
        f"day {event['day']}{date}: {event['text']}"
        for event, date in zip(events, dated, strict=True)
    ]


def test_dates_count_from_the_signing(truce: Truce) -> None:
    start = pandas.Timestamp(str(Scenario.load("ttp_2021").truce.start_date))
    for event in json.loads(replayed(truce, "ttp_2021", 0, "--json"))["events"]:
        assert pandas.Timestamp(event["date"]) - start == pandas.Timedelta(days=event["day"])


def test_a_changed_scenario_is_replayed_as_it_is_run(truce: Truce) -> None:
    change = "truce.term_days=45"
    case = Scenario.load("ttp_2021", [change])
    row = simulate(case, runs=5, seed=SEED).runs.iloc[4]
    content = json.loads(replayed(truce, "ttp_2021", 4, "--json", "--set", change))
    assert content["events"][0]["term_days"] == 45
    assert content["events"][-1]["days"] == row.days


def test_a_run_with_a_high_number_can_be_replayed(truce: Truce) -> None:
    last = truce("replay", "ttp_2021", "--run", str(2**32 - 1), "--seed", str(2**64 - 1))
    assert (last.code, last.err) == (0, "")
    assert last.out.startswith(f"{Scenario.load('ttp_2021').title}: run 4294967295 of seed")


def test_the_hint_after_a_run_leads_to_one_of_its_runs(truce: Truce) -> None:
    args = ["run", "ttp_2021", "--runs", "3", "--seed", "7", "--set", "truce.term_days=45"]
    replays, shows = truce(*args).out.splitlines()[-2:]
    assert replays == "Next: truce replay ttp_2021 --set truce.term_days=45 --seed 7 --run 0"
    assert shows.strip() == "truce show ttp_2021 --set truce.term_days=45"
