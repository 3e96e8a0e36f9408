"""The statistics of S1-S5, by hand on small tables, and their Monte-Carlo errors by resampling."""

from __future__ import annotations

import numpy as np
import pytest

from sim.endings import ENDING_CODES as CODES
from sim.validation.summaries import NAMES, clustered_covariance, hazards, summary_of
from sim.validation.world import Clocks, Spells

G, S, V = CODES["group_defects"], CODES["state_defects"], CODES["violence"]
LAPSES, SETTLES, HOLDING = CODES["lapses"], CODES["settles"], CODES["holding"]


def spells(*rows: list[tuple[int, int]]) -> Spells:
    table = np.array(rows)
    return Spells(table[..., 0], table[..., 1])


WAR = spells(
    [(5, G), (100, S)],
    [(400, V), (1826, HOLDING)],
    [(700, SETTLES), (30, G)],
    [(31, S), (1826, HOLDING)],
)
FORMAL = spells(
    [(30, LAPSES), (30, G)],
    [(60, LAPSES), (365, HOLDING)],
    [(80, SETTLES), (7, S)],
    [(200, V), (30, LAPSES)],
)


def statistic(name: str, clocks: Clocks = Clocks(WAR, FORMAL)) -> float:  # noqa: B008
    return float(summary_of(clocks).values[NAMES.index(name)])


def test_survival_on_the_war_clock_counts_a_settlement_as_peace():
    assert statistic("S1 S(30)") == 6 / 8
    assert statistic("S1 S(90)") == 5 / 8
    assert statistic("S1 S(365)") == 4 / 8
    assert statistic("S1 S(1826)") == 3 / 8


def test_the_share_that_cannot_fail_is_the_share_settled():
    assert statistic("S3 share settled") == 1 / 8


def test_the_first_term_is_broken_lapses_or_is_renewed():
    assert statistic("S4 broken early") == 2 / 8  # on day 30 as well: a breach goes before a lapse
    assert statistic("S4 lapsed") == 2 / 8


def test_a_settlement_continues_a_spell():
    assert statistic("S5 S(30)") == 4 / 8
    assert statistic("S5 S(90)") == 3 / 8
    assert statistic("S5 S(365)") == 2 / 8


def test_the_hazard_ratio_sets_the_first_week_beside_the_second_quarter():
    first = 1.5 / (5 + 7 * 7)
    second = 1.5 / (10 + 5 * 90 - 90)  # one failed on day 100, four were watched throughout
    assert statistic("S2 log hazard ratio") == pytest.approx(np.log(first / second))


def test_hazards_are_failures_over_years_at_risk():
    found = hazards(Clocks(WAR, FORMAL))
    assert found[0] == pytest.approx(365 * 1 / (5 + 7 * 7))
    assert found[-1] == 0.0


def test_runs_of_one_conflict_count_as_one():
    # Four runs that always agree carry no more than one: the error is that of conflicts.
    outcome = np.random.default_rng(1).random(200) < 0.3
    influence = np.repeat((outcome - outcome.mean())[None, :, None], 4, axis=2)
    assert clustered_covariance(influence)[0, 0] == pytest.approx(outcome.var(ddof=1) / 200)


def random_clocks(rng: np.random.Generator, conflicts: int = 60, runs: int = 3) -> Clocks:
    frail = rng.gamma(0.7, size=(conflicts, 1))
    days = np.ceil(rng.exponential(300 / (frail + 0.05), (conflicts, runs))).astype(int)
    endings = rng.choice([G, S, V, SETTLES], (conflicts, runs))
    war = Spells(np.minimum(days, 1826), np.where(days > 1826, HOLDING, endings))
    formal = Spells(np.minimum(days, 365), np.where(days > 365, HOLDING, endings))
    return Clocks(war, formal)


def test_the_covariance_is_that_of_repeated_ensembles():
    rng = np.random.default_rng(7)
    found = [summary_of(random_clocks(rng)) for _ in range(400)]
    told = np.mean([np.diag(each.covariance) for each in found], axis=0)
    seen = np.var([each.values for each in found], axis=0)
    alive = seen > 0
    assert alive.sum() >= 13
    assert np.sqrt(told[alive]) == pytest.approx(np.sqrt(seen[alive]), rel=0.2)
