"""Daily paths: what is conserved, what is monotone, and what exact values say."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from sim.analysis import PathCounts, bands_table, life_table
from sim.endings import HOLDING
from sim.grids import VARIABLES
from sim.observation import run_observed
from sim.scenario import Scenario
from tests.worlds import REFERENCE, STILL, random_scenario, shipped

CASES = pytest.mark.parametrize(
    "case",
    [REFERENCE, shipped("two_signatories"), shipped("open_ended").with_(horizon_days=200)],
    ids=["one group", "two groups", "open-ended"],
)
QUANTILES = ["q05", "q25", "q50", "q75", "q95"]


@CASES
def test_those_that_hold_are_those_of_the_life_table(case: Scenario) -> None:
    rows, observed = run_observed(case, 400, seed=2)
    counts = life_table(rows["days"], rows["ending"], case.horizon_days)
    holding = PathCounts(observed.counts).holding
    assert np.array_equal(holding, counts.at_risk - counts.ended_by_day)
    assert np.array_equal(holding[:-1], counts.at_risk[1:])
    assert holding[-1] == (rows["ending"] == HOLDING).sum()


@CASES
def test_every_variable_counts_the_same_truces(case: Scenario) -> None:
    counts = PathCounts(run_observed(case, 100)[1].counts)
    for variable in VARIABLES:
        assert np.array_equal(counts.of(variable).sum(axis=1), counts.holding), variable.name


@CASES
def test_bands_are_the_exact_quantiles_to_within_the_resolution(case: Scenario) -> None:
    rows, observed = run_observed(case, 150, kept=150)
    table = bands_table(PathCounts(observed.counts)).set_index(["variable", "day"])
    for day in (0, 1, 10, 29, 30, 60, 150):
        holds = (rows["days"] > day) | (rows["ending"] == HOLDING)
        if not holds.any():
            continue
        for variable in VARIABLES:
            values = observed.moments[variable.name][holds, day]
            exact = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], method="inverted_cdf")
            found = table.loc[(variable.name, day)][QUANTILES].to_numpy(float)
            error = 0.002 * exact if variable.grid == "strength" else 0.0005
            assert (np.abs(found - exact) <= error + 1e-12).all(), (variable.name, day)


@pytest.mark.parametrize("number", range(8))
def test_bands_never_cross(number: int) -> None:
    case = random_scenario(number, wild=True)
    table = bands_table(PathCounts(run_observed(case, 100, seed=number)[1].counts))
    known = table[table["holding"] > 0][QUANTILES].to_numpy()
    assert len(known) >= len(VARIABLES)
    assert (np.diff(known, axis=1) >= 0).all()


def test_parts_of_an_ensemble_add_up_to_the_whole_in_any_order() -> None:
    whole = PathCounts(run_observed(REFERENCE, 90, seed=4)[1].counts)
    parts = [
        PathCounts(run_observed(REFERENCE, runs, seed=4, first=first)[1].counts)
        for first, runs in ((0, 10), (10, 50), (60, 30))
    ]
    for one, two, three in permutations(parts):
        assert one + two + three == whole
        assert bands_table(one + two + three).equals(bands_table(whole))


def test_where_nothing_changes_no_path_moves() -> None:
    _, observed = run_observed(STILL, 20)
    table = bands_table(PathCounts(observed.counts))
    assert table["holding"].eq(20).all()
    for name in ("strength", "power", "outrage"):
        values = table.loc[table["variable"] == name, QUANTILES]
        assert values.nunique().eq(1).all(), name
        assert values.nunique(axis=1).eq(1).all(), name


def test_leverage_only_falls_without_shocks() -> None:
    _, observed = run_observed(shipped("strong_broker"), 20, kept=20)
    for run, moments in enumerate(observed.moments):
        leverage = moments["broker_leverage"][moments["strength"] > 0]
        assert (np.diff(leverage) <= 0).all(), run
        assert leverage[0] > 0
