"""One run in words: every kind of event, and that nothing is left out or told twice."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from typing import Any

import pytest

from sim.endings import ENDINGS, REASONS
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.story import INCIDENTS, Event, Teller, tell
from sim.truce import IncidentKind, Phase
from tests.worlds import STILL, random_scenario, shipped

CASE = shipped("ttp_2021")


def told(scenario: Scenario = CASE, seed: int = 1, run: int = 0) -> list[Event]:
    return list(tell(TruceModel(scenario, seed=seed, run=run)))


def of_kind(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event.kind == kind]


def found(kind: str, scenario: Scenario, runs: int = 300) -> tuple[TruceModel, Event]:
    """Return the first event of a kind and the model just after the day on which it happens."""
    for run in range(runs):
        model = TruceModel(scenario, run=run)
        for event in tell(model):
            if event.kind == kind:
                return model, event
    raise AssertionError(f"no {kind} in {runs} runs")


# Events


def test_an_event_without_a_calendar_has_no_date() -> None:
    event = Event(3, None, "release", "17 go free", {"released": 17})
    assert str(event) == "day 3: 17 go free"
    assert event.as_json() == {"day": 3, "kind": "release", "text": "17 go free", "released": 17}


def test_an_event_with_a_calendar_has_its_date() -> None:
    event = Event(3, datetime.date(2021, 11, 12), "shock", "it moves")
    assert str(event) == "day 3 (2021-11-12): it moves"
    assert event.as_json()["date"] == "2021-11-12"


def test_every_kind_of_incident_has_its_words() -> None:
    assert set(INCIDENTS) == {int(kind) for kind in IncidentKind}
    sentences = {
        words.format(group="G", state="S", target="civilians") for words in INCIDENTS.values()
    }
    assert len(sentences) == len(INCIDENTS)


# The opening


def test_the_signing_names_the_parties_the_term_the_brokers_and_the_price() -> None:
    signing = told()[0]
    assert signing.day == 0
    assert signing.date == datetime.date(2021, 11, 9)
    assert signing.text == (
        "Pakistan and TTP sign a truce for 30 days, "
        "brokered by Afghan Taliban and Haqqani network; 102 prisoners are promised"
    )
    assert signing.facts == {"term_days": 30, "promised": 102}


def test_the_signing_says_what_there_is_not() -> None:
    bare = CASE.with_(**{"truce.term_days": 0, "truce.prisoners_promised": 0, "brokers": []})
    assert told(bare)[0].text == "Pakistan and TTP sign a truce without a term, without a broker"


def test_outsiders_do_not_sign() -> None:
    outside = shipped("outside_spoiler")
    stranger = next(group.name for group in outside.groups if not group.signatory)
    assert stranger not in told(outside)[0].text


def test_bad_faith_is_told_though_nobody_else_knows() -> None:
    certain = CASE.with_(**{"groups.0.bad_faith_probability": 1})
    signing, bad_faith = told(certain)[:2]
    assert (signing.kind, bad_faith.kind, bad_faith.day) == ("signing", "bad_faith", 0)
    assert bad_faith.text == "TTP signs in bad faith, which nobody else knows"
    never = CASE.with_(**{"groups.0.bad_faith_probability": 0})
    assert not of_kind(told(never), "bad_faith")


# Days


def test_a_truce_in_which_nothing_happens_has_a_beginning_and_an_end() -> None:
    beginning, *between, end = told(STILL.with_(**{"mechanisms.settlement": False}))
    assert beginning.kind == "signing"
    assert not [event for event in between if event.kind != "course"]
    assert (end.kind, end.day, end.facts["ending"]) == ("ending", STILL.horizon_days, "holding")
    assert end.text == "The truce still holds at the horizon."


def test_shocks_are_told_on_their_day() -> None:
    case = CASE.with_(
        shocks=[
            {"target": "state.funding", "to": 0.1, "day": 0},
            {"target": "groups.0.sanctuary", "to": 0.9, "day": 2, "over_days": 10},
            {"target": "brokers.1.leverage", "to": 0.0, "day": 3},
        ]
    )
    shocks = of_kind(told(case), "shock")
    assert [(shock.day, shock.text) for shock in shocks] == [
        (0, "funding of Pakistan moves to 0.1"),
        (2, "sanctuary of TTP begins to move to 0.9 over 10 days"),
        (3, "leverage of Haqqani network moves to 0"),
    ]
    assert shocks[1].facts == {"what": "sanctuary of TTP", "to": 0.9, "over": 10}


def test_a_change_of_course_is_told_when_it_happens_and_only_then() -> None:
    model = TruceModel(CASE, run=0)
    teller = Teller(model)
    changes = 0
    while model.running:
        teller.look()
        before = model.groups[0].course, model.relations[0].state_course
        model.step()
        after = model.groups[0].course, model.relations[0].state_course
        courses = of_kind(list(teller.day()), "course")
        assert len(courses) <= sum(one != other for one, other in zip(before, after, strict=True))
        changes += len(courses)
    assert changes > 0


def test_an_incident_is_told_with_what_it_did_to_trust() -> None:
    for run in range(50):
        for event in of_kind(told(run=run), "incident"):
            facts = event.facts
            killed = f", {facts['deaths']} killed" if facts["deaths"] else ", nobody killed"
            assert killed in event.text
            assert facts["claimed"] == (", claimed" in event.text)
            assert facts["blamed"] == (" holds it against " in event.text)
            assert not ("trust of" in event.text and not facts["blamed"])
            assert facts["incident"] in {kind.name.lower() for kind in IncidentKind}


def test_trust_is_told_once_for_each_side_and_day() -> None:
    angry = CASE.with_(**{"environment.accident_rate": 0.5, "model.violence_deaths": 1000})
    days = Counter(
        (event.day, event.text.split("; trust of ")[1].split(" 0.")[0])
        for event in of_kind(told(angry), "incident")
        if "; trust of " in event.text
    )
    assert days
    assert set(days.values()) == {1}


def test_a_release_counts_what_is_owed_and_given() -> None:
    released = 0
    for event in told():
        if event.kind == "release":
            released += event.facts["released"]
            assert event.facts["delivered"] == released
            assert f"{event.facts['released']} prisoners of TTP go free" in event.text
            assert f"({released} of 102 so far)" in event.text
        if event.kind == "arrears":
            assert event.facts["delivered"] == released
            assert f"{event.facts['owed']} prisoners of TTP are due" in event.text


def test_arrears_are_told_when_they_begin_and_not_every_day() -> None:
    never = CASE.with_(**{"state.delivery_rate": 0, "model.decision_noise": 0.001})
    arrears = of_kind(told(never), "arrears")
    assert len(arrears) == 1
    assert arrears[0].day == CASE.truce.instalment_days


def test_a_renewal_says_until_when() -> None:
    renewals = of_kind(told(), "renewal")
    assert renewals
    for nth, event in enumerate(renewals, start=1):
        assert event.day == 30 * nth
        assert event.facts["expires"] == 30 * (nth + 1)
        assert event.text == f"the term ends and is renewed until day {30 * (nth + 1)}"


def test_a_split_names_the_new_group_and_the_one_it_left() -> None:
    _, event = found("split", shipped("split_early"))
    assert event.text.startswith("hardliners break away from TTP as the ")
    assert event.facts["group"] != "TTP"
    assert event.facts["strength"] > 0


def test_scrutiny_says_how_long_releases_are_halted() -> None:
    _, event = found("scrutiny", CASE)
    assert event.text.endswith(f"releases are halted for {event.facts['frozen_days']} days")
    assert event.facts["frozen_days"] == CASE.model.freeze_days


def test_a_settlement_is_told_before_the_ending() -> None:
    model, event = found("settlement", CASE)
    assert event.text == "Pakistan and TTP settle"
    assert model.relations[0].phase == Phase.SETTLED


# The ending


@pytest.mark.parametrize("run", range(12))
def test_the_ending_says_how_who_and_why(run: int) -> None:
    model = TruceModel(CASE, run=run)
    *_, end = tell(model)
    ending = next(each for each in ENDINGS if each.name == model.ending)
    reason = next(each for each in REASONS if each.name == model.why)
    assert end.text.startswith(ending.sentence)
    assert reason.sentence in end.text
    by = end.facts["ended_by"]
    assert (f" It is {by} that walks away." in end.text) == bool(by)
    assert end.facts == {
        "ending": ending.name,
        "why": reason.name,
        "ended_by": by,
        "days": model.truce.age,
    }


def test_the_state_is_named_when_it_walks_away() -> None:
    furious = CASE.with_(
        **{"state.outrage": 1, "state.audience_cost": 1, "groups.0.bad_faith_probability": 0}
    )
    enders = {told(furious, run=run)[-1].facts["ended_by"] for run in range(20)}
    assert "Pakistan" in enders


# All of it


def added_up(events: list[Event]) -> dict[str, Any]:
    """Return what the events of a story add up to, under the names of the row."""
    kinds = Counter(event.kind for event in events)
    incidents = Counter(event.facts["incident"] for event in of_kind(events, "incident"))
    return {
        "days": events[-1].day,
        "renewals": kinds["renewal"],
        "attacks": sum(incidents[f"{who}_attack"] for who in ("core", "hardliner", "outsider")),
        "raids": incidents["raid"],
        "retaliations": incidents["group_retaliation"] + incidents["state_retaliation"],
        "accidents": incidents["group_accident"] + incidents["state_accident"],
        "deaths": sum(event.facts["deaths"] for event in of_kind(events, "incident")),
        "released": sum(event.facts["released"] for event in of_kind(events, "release")),
        "scrutinies": kinds["scrutiny"],
        "splits": kinds["split"],
        "bad_faith": bool(kinds["bad_faith"]),
    }


@pytest.mark.parametrize("number", range(40))
def test_in_any_world_the_story_adds_up_to_the_row(number: int) -> None:
    scenario = random_scenario(number, wild=number % 2 == 1, horizon_days=120)
    model = TruceModel(scenario, seed=number, run=number)
    events = list(tell(model))
    row = vars(model.outcome())
    assert added_up(events) == {name: row[name] for name in added_up(events)}

    assert events[0].kind == "signing"
    assert [event.kind for event in events].count("ending") == 1
    assert events[-1].kind == "ending"
    days = [event.day for event in events]
    assert days == sorted(days)
    if model.ending == "settles":
        signatories = sum(group.signatory for group in scenario.groups)
        assert len(of_kind(events, "settlement")) == signatories
    json.dumps([event.as_json() for event in events], allow_nan=False)


def test_telling_does_not_change_what_happens() -> None:
    watched, alone = TruceModel(CASE, run=5), TruceModel(CASE, run=5)
    list(tell(watched))
    while alone.running:
        alone.step()
    assert vars(watched.outcome()) == vars(alone.outcome())
