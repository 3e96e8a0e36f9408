"""The short table of an ensemble."""

from __future__ import annotations

import pytest

from sim import Scenario, simulate
from sim.experiment import Ensemble
from sim.sheets import aligned
from sim.summary import between, ending_rows, ensemble_text, milestone_rows, percent

CASE = Scenario.load("ttp_2021")


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return simulate(CASE, runs=60, seed=2)


def test_the_table_says_what_was_run_and_what_the_intervals_are(ensemble: Ensemble) -> None:
    lines = ensemble_text(ensemble)
    assert lines[0] == CASE.title
    assert lines[1] == "60 runs, seed 2, followed for 1,095 days"
    assert "Monte-Carlo error" in lines[-1]


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0.0 %"), (1.0, "100.0 %"), (0.6274, "62.7 %"), (0.0004, "0.0 %")]
)
def test_shares_are_printed_as_percentages(share: float, words: str) -> None:
    assert percent(share) == words
    assert between(share, share) == f"{words[:-2]} to {words}"


def test_columns_line_up_and_nothing_trails() -> None:
    lines = aligned([("a", "b", "c"), ("long", "", ""), ("x", "longer", "third")], to_the_left=True)
    assert lines == ["a     b       c", "long", "x     longer  third"]


def test_milestones_are_those_within_the_horizon(ensemble: Ensemble) -> None:
    rows = milestone_rows(ensemble)
    assert rows[0] == ("half of the truces are over by", f"day {ensemble.median_days}", "")
    assert [row[0] for row in rows[1:]] == [f"hold beyond day {d}" for d in (30, 90, 180, 365)]
    assert rows[1][1] == percent(ensemble.survival_after(30))
    short = simulate(CASE.with_(horizon_days=90), runs=5)
    assert [row[0] for row in milestone_rows(short)[1:]] == [
        "hold beyond day 30",
        "hold beyond day 90",
    ]


def test_a_median_that_is_not_reached_is_said_so() -> None:
    short = simulate(CASE.with_(horizon_days=5), runs=5)
    assert milestone_rows(short) == [("half of the truces are over by", "not reached", "")]


def test_endings_come_with_what_weighed_most(ensemble: Ensemble) -> None:
    heading, *rows = ending_rows(ensemble)
    assert heading[0] == "ending"
    assert [row[0] for row in rows] == ensemble.endings["ending"].tolist()
    reasons = ensemble.runs.groupby("ending")["why"].agg(lambda why: why.mode()[0]).to_dict()
    for name, _, interval in rows:
        if name == "holding" or name not in reasons:
            assert ";" not in interval
        else:
            counts = ensemble.runs.query("ending == @name")["why"].value_counts()
            assert interval.split("; ")[1] in set(counts[counts == counts.max()].index)
