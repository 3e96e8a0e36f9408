"""The smallest change that reaches a goal: by itself checkable, near, and honest about luck."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ensemble import run_ensemble
from sim.errors import UsageError
from sim.inquiry.aim import Aim, Estimate
from sim.inquiry.changes import Ray, Trials, smallest_changes
from sim.inquiry.lever import Lever, distance_of, in_words, levers_of
from sim.inquiry.told import levers_lines, levers_table
from sim.inquiry.vectors import robustness
from sim.scenario import Scenario
from sim.validation.vectors import Vectors

CASE = Scenario.load("ttp_2021")
RUNS = 300


class Known(Trials):
    """Trials of a truce whose share is a known function of its levers."""

    def __call__(self, changes):
        values = {lever.name: lever.distance(value) for lever, value in changes.items()}
        share = 0.2 + 0.6 * values.get("a", 0) + 0.3 * values.get("b", 0)
        return Estimate(share, share - 0.05, share + 0.05)


def lever(name: str) -> Lever:
    return Lever(name, f"truce.{name}", 0.0, (1.0,), 1.0)


KNOWN = Known(CASE, Aim.of("survival_90 > 0.5", 365), 100, 1)


# Aims


@pytest.mark.parametrize("text", ["survival_180 > 0.3", "days_kept_90 >= 40", "share_lapses < 0.5"])
def test_an_aim_is_the_number_of_the_ensemble(text: str) -> None:
    aim = Aim.of(text, CASE.horizon_days)
    rows = run_ensemble(CASE, 200, 1)
    short = run_ensemble(aim.followed(CASE), 200, 1)
    assert aim.estimate(rows) == aim.estimate(short)
    days, endings = rows["days"], rows["ending"]
    known = {"survival_180": (days > 180).mean(), "days_kept_90": np.minimum(days, 90).mean(),
             "share_lapses": (endings == 4).mean()}  # fmt: skip
    found = aim.estimate(rows)
    assert found.value == known[aim.goal.column]
    assert found.lower < found.value < found.upper


def test_holding_to_the_horizon_is_surviving_it() -> None:
    case = Scenario.load("open_ended").with_(horizon_days=20)
    aim = Aim.of("survival_20 > 0.5", 20)
    rows = run_ensemble(case, 100, 1)
    assert aim.estimate(rows).value == (rows["ending"] == 0).mean()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("survival_2000 > 0.5", "there is no column"),
        ("survival_0 > 0.5", "there is no column"),
        ("share_peace > 0.5", "there is no column"),
        ("survival_90 > 0.5 and survival_30 > 0.9", "one comparison"),
    ],
)
def test_other_aims_are_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Aim.of(text, 1095)


def test_less_can_be_wanted() -> None:
    aim = Aim.of("share_violence < 0.2", 365)
    assert not aim.wants_more
    assert aim.surely_met(Estimate(0.1, 0.05, 0.15))
    assert not aim.surely_met(Estimate(0.15, 0.1, 0.25))
    assert aim.maybe_met(Estimate(0.25, 0.15, 0.3))


# Levers


def test_the_levers_of_the_reference() -> None:
    names = {each.name: each for each in levers_of(CASE)}
    assert names["leverage"].path == "brokers.0.leverage"  # the stronger of two
    assert names["term"].ends == (7, 365)
    assert names["no term"].ends == (0,)
    assert names["ratification"].distance(True) == 1
    assert names["disclosure"].distance(0.3) == pytest.approx(0.5)
    assert names["number of instalments"].at(24, 0.5) == 15


def test_levers_that_have_nothing_to_move_are_left_out() -> None:
    bare = CASE.with_(**{"truce.prisoners_promised": 0, "truce.term_days": 0, "brokers": ()})
    names = [each.name for each in levers_of(bare)]
    assert names == ["monitoring", "disclosure", "ratification", "renegotiation"]


def test_a_ray_finds_the_nearest_change_along_it() -> None:
    a, b = lever("a"), lever("b")
    for shares, needed in (((0.5, 0.5), 0.3 / 0.45), ((0.75, 0.25), 0.3 / 0.525)):
        found = Ray({a: 1.0, b: 1.0}, shares, {}).nearest(KNOWN, 10)
        assert found is not None
        assert distance_of(found) == pytest.approx(needed, abs=0.02)
        assert KNOWN(found).value > 0.5
    assert Ray({a: 1.0, b: 1.0}, (0.5, 0.5), {}).nearest(KNOWN, 0.5) is None


def test_a_lever_that_has_not_moved_is_no_change() -> None:
    whole = Lever("w", "truce.instalments", 6, (24,), 23.0)
    moved = Ray({lever("a"): 1.0, whole: 24}, (0.75, 0.25), {})
    assert [each.name for each in moved.at(0.04)] == ["a"]
    assert moved.at(0.4)[whole] == 8


# The whole


@pytest.fixture(scope="module")
def found():
    return smallest_changes(CASE, "survival_90 > 0.6", RUNS, seed=1)


def test_an_answer_reaches_the_goal_and_a_little_less_does_not(found) -> None:
    terms = [each for each in found.alone if "truce.term_days 30 -> " in in_words(each.changes)]
    term = next(each for each in terms if each.distance < 1)
    (moved, value), *_ = term.changes.items()
    trials = Trials(found.case, found.aim, RUNS, 1)
    assert term.reaches
    assert trials({moved: value}).value > 0.6
    assert trials({moved: value - 1}).value <= 0.6
    assert term.at_least <= value
    assert term.at_most is None or term.at_most >= value


def test_the_answer_is_that_of_a_run_of_the_scenario(found) -> None:
    for answer in found.alone:
        changed = CASE.with_(**{each.path: value for each, value in answer.changes.items()})
        survived = (run_ensemble(changed, RUNS, 1)["days"] > 90).mean()
        assert answer.estimate.value == survived
        assert answer.reaches == (survived > 0.6)
    fresh = run_ensemble(changed, RUNS, 1, first=RUNS)
    assert found.alone[-1].fresh.value == (fresh["days"] > 90).mean()


def test_several_together_are_nearer_than_one_alone(found) -> None:
    if found.together is not None:
        assert found.together.reaches
        assert found.together.distance < min(each.distance for each in found.alone if each.reaches)
        assert len({each.path for each in found.together.changes}) == len(found.together.changes)
    assert found.everything.estimate.value >= found.base.value


def test_the_answers_stand_in_words_and_in_a_table(found) -> None:
    said = "\n".join(levers_lines(found))
    assert "One lever alone reaches it" in said
    assert "fresh luck" in said
    assert len(levers_table(found)) == len(found.alone) + 1 + (found.together is not None)


def test_a_goal_that_is_met_needs_no_change() -> None:
    met = smallest_changes(CASE, "survival_1 > 0.1", 100)
    assert met.is_met
    assert met.alone == []
    assert "without any change" in levers_lines(met)[0]


def test_a_goal_out_of_reach_is_told_so() -> None:
    out = smallest_changes(CASE, "survival_1000 > 0.99", 100)
    assert out.together is None
    said = "\n".join(levers_lines(out))
    assert "does not reach it either" in said


@pytest.mark.parametrize(
    ("options", "words"), [({"runs": 3}, "the runs"), ({"seed": -1}, "the seed")]
)
def test_wrong_numbers_are_refused(options, words) -> None:
    with pytest.raises(UsageError, match=words):
        smallest_changes(CASE, "survival_90 > 0.3", **options)


# Other parameters


def test_answers_are_tried_under_other_parameters(found) -> None:
    paths = ("model.stick", "model.carrot", "model.friends_are_believed")
    vectors = Vectors("two", paths, ((0.1, 0.05, False), (0.25, 0.2, True)))
    table = robustness(found, vectors, seed=1, runs=RUNS).set_index("change")
    assert table.loc["nothing changed", "share_meeting"] in (0.0, 0.5)
    values = [(run_ensemble(case, RUNS, 1)["days"] > 90).mean() for case in vectors.under(CASE)]
    assert table.loc["nothing changed", "q50"] == pytest.approx(np.mean(values))
