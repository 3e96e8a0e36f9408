"""The reference case: the truce of 2021, and what each ablation of the prototype did to it.

The table is that of the specification, with its numbers (`tests.worlds.AS_SPECIFIED`): for each
ablation, what it is compared with, and which statistics moved in which direction there. Ablations
share their seed with what they are compared with, and a difference counts as shown from four of its
own standard errors on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest

from sim.scenario import Scenario
from tests.worlds import (
    AS_SPECIFIED,
    REFERENCE,
    SPECIFIED,
    STRICT,
    days_without_failure,
    ended_as,
    followed_days,
    paired_z,
    rows,
    shipped,
    survives,
    without,
)

RUNS = 10_000
Statistic = Callable[[np.ndarray], np.ndarray]

STATISTICS: dict[str, Statistic] = {
    "restricted mean": followed_days,
    "days without failure": days_without_failure,
    "S(30)": partial(survives, day=30),
    "S(90)": partial(survives, day=90),
    "S(180)": partial(survives, day=180),
    "lapses": partial(ended_as, ending="lapses"),
    "group defects": partial(ended_as, ending="group_defects"),
    "violence": partial(ended_as, ending="violence"),
    "settles": partial(ended_as, ending="settles"),
}
LONGER = {"restricted mean": +1, "S(30)": +1, "S(90)": +1}
SHORTER = {"restricted mean": -1, "S(30)": -1, "S(90)": -1}


@dataclass(frozen=True)
class Row:
    """An ablation, what it is compared with, and the sign of what it does to each statistic."""

    name: str
    ablation: Scenario = field(compare=False)
    signs: dict[str, int]
    compared_with: Scenario = field(default=SPECIFIED, compare=False)


BUNDLE = shipped("comprehensive").with_(**AS_SPECIFIED)


def changed(overrides: dict[str, object]) -> Scenario:
    return SPECIFIED.with_(**overrides)


def off(*mechanisms: str) -> Scenario:
    return changed(without(*mechanisms))


NO_BELIEF_IN_ACCIDENTS = {"environment.believed_accident_rate": 0.0}
NO_ACCIDENTS = off("accidents")
NO_ACCIDENTS_AND_KNOWN = changed(without("accidents") | NO_BELIEF_IN_ACCIDENTS)
ACCIDENTS_BELIEVED_ABSENT = changed(NO_BELIEF_IN_ACCIDENTS)
NO_LEVERAGE = changed({"brokers.0.leverage": 0.0, "brokers.1.leverage": 0.0})

TABLE = (
    Row(
        "no sanctuary",
        off("sanctuary"),
        LONGER
        | {"S(180)": +1, "lapses": -1, "group defects": -1, "violence": +1, "settles": +1},
    ),
    Row("sanctuary 0.9", changed({"groups.0.sanctuary": 0.9}),
        SHORTER | {"group defects": +1, "settles": -1}),
    Row("no regrouping", off("regrouping"),
        LONGER | {"S(180)": +1, "lapses": -1, "violence": +1, "settles": +1}),
    Row("militant funding 0", changed({"groups.0.funding": 0.0}), LONGER | {"S(180)": +1}),
    Row("militant funding 1", changed({"groups.0.funding": 1.0}), SHORTER),
    # The prototype's state was fully funded, the reference's is not: compared with full funds.
    Row("state funding 0.3", changed({"state.funding": 0.3}), SHORTER | {"lapses": +1},
        changed({"state.funding": 1.0})),
    Row("no broker leverage", NO_LEVERAGE, SHORTER | {"lapses": -1, "group defects": +1}),
    Row("leverage 0.9", changed({"brokers.0.leverage": 0.9}),
        LONGER | {"S(180)": +1, "settles": +1}),
    Row("monitoring 0.8", changed({"truce.monitoring": 0.8}),
        LONGER | {"S(180)": +1, "lapses": -1, "settles": +1}),
    Row("no projection", off("projection"), SHORTER),  # shorter early: patience helps then
    Row("no sucker cost", off("fear"), LONGER | {"S(180)": +1}),
    Row("no breach cost", off("breach_cost"),
        SHORTER | {"lapses": -1, "group defects": +1}),
    Row("no arrears effect", off("arrears"), LONGER),
    Row("no audience costs", off("audience_costs"), LONGER),
    Row("full release", off("release_ceiling", "scrutiny"), LONGER),
    Row("no prisoner deal", off("concessions"),
        LONGER | {"S(180)": +1, "lapses": -1, "settles": +1}),
    Row("promises hold a group", SPECIFIED, LONGER, off("anticipation")),
    Row("6 x 30 days", changed({"truce.instalment_days": 30}),
        LONGER | {"lapses": -1, "settles": +1}),
    Row("all due on day 10", changed({"truce.instalments": 1}),
        {"restricted mean": -1, "S(30)": -1, "lapses": -1, "group defects": +1}),
    Row("never delivered", changed({"state.delivery_rate": 0.0}),
        SHORTER | {"group defects": +1, "settles": -1}),
    Row("20 promised", changed({"truce.prisoners_promised": 20}),
        {"restricted mean": +1, "S(90)": +1, "S(180)": +1}),
    Row("200 promised", changed({"truce.prisoners_promised": 200}),
        {"restricted mean": -1, "S(90)": -1}),
    Row("20 and not 200 promised", changed({"truce.prisoners_promised": 20}),
        {"restricted mean": +1, "S(90)": +1, "S(180)": +1},
        changed({"truce.prisoners_promised": 200})),
    Row("no retaliation", off("retaliation"), LONGER),
    # Small, and yet shown: two days longer on average.
    Row("no spoilers", off("spoilers"), {"restricted mean": +1, "S(30)": +1, "S(90)": +1}),
    Row("no accidents, beliefs unchanged", NO_ACCIDENTS, LONGER | {"settles": +1}),
    Row("no accidents, and both know it", NO_ACCIDENTS_AND_KNOWN, SHORTER, NO_ACCIDENTS),
    Row("accidents believed absent", ACCIDENTS_BELIEVED_ABSENT, SHORTER),
    Row("accidents believed absent, the worst of three", ACCIDENTS_BELIEVED_ABSENT, SHORTER,
        NO_ACCIDENTS_AND_KNOWN),
    Row("term of 90 days", changed({"truce.term_days": 90}),
        LONGER | {"S(180)": +1, "lapses": -1}),
    Row("open-ended", changed({"truce.term_days": 0}),
        LONGER | {"S(180)": +1, "lapses": -1, "group defects": +1, "violence": +1}),
    Row("comprehensive bundle", BUNDLE,
        LONGER | {"S(180)": +1, "lapses": -1, "settles": +1}),
)  # fmt: skip

CASES = [(row, statistic) for row in TABLE for statistic in row.signs]


def shown(row: Row, statistic: str) -> float:
    measure = STATISTICS[statistic]
    return paired_z(measure(rows(row.ablation, RUNS)), measure(rows(row.compared_with, RUNS)))


@pytest.mark.parametrize(
    ("row", "statistic"), CASES, ids=[f"{row.name}-{statistic}" for row, statistic in CASES]
)
def test_ablations_do_what_they_did_in_the_prototype(row: Row, statistic: str) -> None:
    assert shown(row, statistic) * row.signs[statistic] > STRICT


# What the prototype's table says and this model does not: the sign there, and how it is here. A
# row that comes to agree fails this test, and then belongs in the table above.
MISFITS = (
    # 0.86 -> 0.75 there. Here strong brokers also turn defections into lapses: 0.83 -> 0.83.
    Row("leverage 0.9", changed({"brokers.0.leverage": 0.9}), {"lapses": -1}),
    # 0.03 -> 0.01 there. Here groups in bad faith, which monitors keep from cheating, defect
    # instead: 0.108 -> 0.115.
    Row("monitoring 0.8", changed({"truce.monitoring": 0.8}), {"group defects": -1}),
    # 0.87 0.33 0.13 -> 0.84 0.28 0.09 there. Here 0.64 0.14 0.02 -> 0.67 0.14 0.02: the accidents
    # that do not happen weigh as much as the suspicion of those that do.
    Row("no accidents, and both know it", NO_ACCIDENTS_AND_KNOWN, SHORTER),
    # 0.86 -> 0.90 and 0.92 there. Here 0.83 -> 0.82 in both: what is lost early is defection.
    Row("no accidents, and both know it", NO_ACCIDENTS_AND_KNOWN, {"lapses": +1}),
    Row("accidents believed absent", ACCIDENTS_BELIEVED_ABSENT, {"lapses": +1}),
    # 0.86 -> 0.90 there. Here 0.83 -> 0.83.
    Row("sanctuary 0.9", changed({"groups.0.sanctuary": 0.9}), {"lapses": +1}),
    # 0.15 -> 0.31 and 0.19 there. Here hardly any truce sees day 180: 0.02 in all three.
    Row("6 x 30 days", changed({"truce.instalment_days": 30}), {"S(180)": +1}),
    Row("all due on day 10", changed({"truce.instalments": 1}), {"S(180)": +1}),
)
UNSHOWN = [(row, statistic) for row in MISFITS for statistic in row.signs]


@pytest.mark.parametrize(
    ("row", "statistic"), UNSHOWN, ids=[f"{row.name}-{statistic}" for row, statistic in UNSHOWN]
)
def test_misfits_with_the_prototype_are_still_misfits(row: Row, statistic: str) -> None:
    assert shown(row, statistic) * row.signs[statistic] < STRICT


# ---------------------------------------------------------------------------------------------
# Rows that are about order or size
# ---------------------------------------------------------------------------------------------


def test_the_effect_of_state_funds_is_small_beside_that_of_group_funds() -> None:
    def gap(path: str, low: float) -> float:
        poor, rich = rows(changed({path: low}), RUNS), rows(changed({path: 1.0}), RUNS)
        return abs(followed_days(rich).mean() - followed_days(poor).mean())

    assert gap("state.funding", 0.3) < 0.5 * gap("groups.0.funding", 0.0)


def test_the_effect_of_spoilers_is_small_beside_that_of_sanctuary() -> None:
    usual = followed_days(rows(SPECIFIED, RUNS)).mean()
    spoilers = followed_days(rows(off("spoilers"), RUNS)).mean() - usual
    sanctuary = followed_days(rows(off("sanctuary"), RUNS)).mean() - usual
    assert 0 < spoilers < 0.1 * sanctuary


def test_misread_noise_is_the_worst_of_the_three_worlds_of_accidents() -> None:
    absent, known, misread = (
        followed_days(rows(scenario, RUNS)).mean()
        for scenario in (NO_ACCIDENTS, NO_ACCIDENTS_AND_KNOWN, ACCIDENTS_BELIEVED_ABSENT)
    )
    assert absent > known > misread


def test_a_longer_term_is_longer_and_no_term_is_longest() -> None:
    lengths = [
        followed_days(rows(changed({"truce.term_days": term}), RUNS)).mean()
        for term in (30, 90, 180, 0)
    ]
    assert lengths == sorted(lengths)


def test_no_breach_cost_loses_the_pattern_of_lapses() -> None:
    lapses = ended_as(rows(off("breach_cost"), RUNS), "lapses").mean()
    assert lapses < 0.8 * ended_as(rows(SPECIFIED, RUNS), "lapses").mean()


OTHER_ROWS = [row for row in TABLE if row.name not in ("comprehensive bundle", "open-ended")]
OPEN_ENDED = changed({"truce.term_days": 0})


@pytest.mark.parametrize("row", OTHER_ROWS, ids=[row.name for row in OTHER_ROWS])
def test_the_comprehensive_bundle_is_the_longest_of_the_table(row: Row) -> None:
    # A settlement ends a truce well, so what is compared is the time without failure.
    bundle = days_without_failure(rows(BUNDLE, RUNS))
    assert paired_z(bundle, days_without_failure(rows(row.ablation, RUNS))) > STRICT


def test_the_comprehensive_bundle_is_not_shown_to_outlast_a_truce_without_a_term() -> None:
    """A misfit: in the prototype it did by far, 0.92 to 0.75 at day 180; here 0.54 to 0.54.

    The shipped bundle begins at the reference's sanctuary and takes half a year to narrow it.
    """
    bundle, open_ended = rows(BUNDLE, RUNS), rows(OPEN_ENDED, RUNS)
    gap = paired_z(days_without_failure(bundle), days_without_failure(open_ended))
    assert -STRICT < gap < STRICT
    # It settles more, and is the shorter truce for it.
    assert paired_z(ended_as(bundle, "settles"), ended_as(open_ended, "settles")) > STRICT
    assert paired_z(followed_days(bundle), followed_days(open_ended)) < -STRICT


@pytest.mark.parametrize("row", OTHER_ROWS, ids=[row.name for row in OTHER_ROWS])
def test_the_comprehensive_bundle_settles_more_than_any_other_row(row: Row) -> None:
    bundle = ended_as(rows(BUNDLE, RUNS), "settles")
    assert paired_z(bundle, ended_as(rows(row.ablation, RUNS), "settles")) > STRICT


# ---------------------------------------------------------------------------------------------
# The level of the reference (pattern S6)
# ---------------------------------------------------------------------------------------------


def test_the_median_of_the_reference_lies_between_25_and_120_days() -> None:
    assert 25 <= np.median(rows(REFERENCE, RUNS)["days"]) <= 120


def test_more_than_half_of_the_truces_of_the_reference_lapse() -> None:
    assert ended_as(rows(REFERENCE, RUNS), "lapses").mean() > 0.5


def test_few_truces_of_the_reference_see_a_year() -> None:
    assert survives(rows(REFERENCE, RUNS), 365).mean() < 0.15


def test_the_state_hardly_ever_breaks_the_reference_openly() -> None:
    assert ended_as(rows(REFERENCE, RUNS), "state_defects").mean() < 0.04


def test_the_group_walks_away_from_nearly_all_lapsed_truces_as_it_did_in_2021() -> None:
    outcomes = rows(REFERENCE, RUNS)
    lapsed = outcomes[ended_as(outcomes, "lapses") == 1]
    assert (lapsed["ended_by"] == 0).mean() > 0.5


def test_lethal_incidents_in_the_truce_are_about_a_thirtieth_of_those_in_war() -> None:
    # 573 attacks in 2021 are 1.6 a day; in the truce, by all militants, 0.01 to 0.1.
    outcomes = rows(REFERENCE, RUNS)
    assert 0.005 < outcomes["attacks"].sum() / outcomes["days"].sum() < 0.1


@pytest.mark.parametrize("seed", [2, 2**64 - 1])
def test_the_level_of_the_reference_does_not_hang_on_the_seed(seed: int) -> None:
    usual, other = rows(REFERENCE, RUNS), rows(REFERENCE, RUNS, seed=seed)
    for measure in (followed_days, STATISTICS["S(30)"], STATISTICS["lapses"]):
        one, two = measure(usual), measure(other)
        error = (one.var() / len(one) + two.var() / len(two)) ** 0.5
        assert abs(one.mean() - two.mean()) < STRICT * error
