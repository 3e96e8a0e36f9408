"""Stopping when precise enough: guarantees that survive looking after every run."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from sim.analysis import (
    LifeTables,
    level_at_look,
    look_at_milestone,
    look_at_restricted_mean,
    look_at_share,
    mid_p,
    precise_means,
    precise_points,
    runs_for_share,
    time_uniform,
)
from sim.errors import UsageError
from tests.life_tables import geometric, one

LOOKS = np.unique(np.geomspace(1, 5_000, 250).astype(int))


def tosses(share: float, samples: int, seed: int = 4) -> np.ndarray:
    """Successes so far at each look; shape [samples, looks]."""
    luck = np.random.default_rng(seed)
    return np.cumsum(luck.random((samples, LOOKS[-1])) < share, axis=1)[:, LOOKS - 1]


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
def test_limits_hold_at_all_looks_together_where_fixed_ones_do_not(share: float) -> None:
    counts = tosses(share, 1_000)
    lower, upper = time_uniform(counts, LOOKS)
    always = ((lower <= share) & (share <= upper)).all(axis=1)
    assert always.mean() >= 0.94
    low, high = mid_p(counts, LOOKS)
    assert ((low <= share) & (share <= high)).all(axis=1).mean() < 0.80


def test_stopping_when_narrow_keeps_the_level() -> None:
    """Stop at the first look at which the interval is narrow, or at the last one."""
    share, counts = 0.05, tosses(0.05, 2_000, seed=5)
    lower, upper = time_uniform(counts, LOOKS)
    narrow = (upper - lower) / 2 <= 0.02
    assert narrow.any(axis=1).all()
    stop = narrow.argmax(axis=1)[:, np.newaxis]
    low, high = (np.take_along_axis(limit, stop, axis=1) for limit in (lower, upper))
    assert np.mean((low <= share) & (share <= high)) >= 0.95
    assert len(np.unique(stop)) > 10


def test_limits_hold_for_means_of_bounded_numbers() -> None:
    luck = np.random.default_rng(6)
    sums = np.cumsum(luck.beta(0.3, 0.9, (1_000, 2_000)), axis=1)
    size = np.arange(1, 2_001)
    lower, upper = time_uniform(sums[:, ::10], size[::10])
    assert ((lower <= 0.25) & (upper >= 0.25)).all(axis=1).mean() >= 0.95


def test_limits_are_where_the_evidence_reaches_its_threshold() -> None:
    lower, upper = time_uniform(7, 40, 0.9, prior=2.0)
    for share in (lower, upper):
        mixed = betaln(9, 35) - betaln(2, 2)
        assert mixed - 7 * np.log(share) - 33 * np.log1p(-share) == pytest.approx(np.log(10))


@pytest.mark.parametrize(("share", "half_width"), [(0.5, 0.05), (0.5, 0.02), (0.1, 0.02)])
def test_freedom_to_look_costs_three_to_four_times_the_runs(share: float, half_width) -> None:
    runs = np.arange(100, 20_000, 10)
    lower, upper = time_uniform(share * runs, runs)
    least = runs[np.argmax((upper - lower) / 2 <= half_width)]
    assert 3.0 < least / runs_for_share(half_width, share=share) < 4.2


def test_limits_without_trials_or_successes() -> None:
    lower, upper = time_uniform([0, 0, 30], [0, 30, 30])
    assert (lower[0], upper[0]) == (0.0, 1.0)
    assert lower[1] == 0.0 < upper[1] < 0.3
    assert lower[2] == pytest.approx(1 - upper[1])
    assert upper[2] == 1.0


def test_verdicts_say_whether_to_stop_and_what_is_known() -> None:
    early, late = look_at_share(50, 100, 0.05), look_at_share(1_000, 2_000, 0.05)
    assert (early.stop, late.stop) == (False, True)
    assert late.half_width <= 0.05 < early.half_width
    assert late.lower < late.estimate == 0.5 < late.upper
    assert (late.runs, late.level) == (2_000, 0.95)
    assert np.isnan(look_at_share(0, 0, 0.1).estimate)


def test_verdicts_on_tables_are_those_on_their_counts() -> None:
    table = geometric(1, 400, 61, 0.01, seed=3)[0]
    holding = int(table.at_risk[30] - table.ended_by_day[30])
    assert look_at_milestone(table, 30, 0.05) == look_at_share(holding, 400, 0.05)
    kept = look_at_restricted_mean(table, 3.0, 30)
    share = (table.at_risk - table.ended_by_day)[:30].sum() / 30
    lower, upper = time_uniform(share, 400)
    assert (kept.lower, kept.upper) == pytest.approx((30 * lower, 30 * upper))
    assert kept.estimate == pytest.approx(30 * share / 400)
    assert kept.stop == (kept.half_width <= 3.0)


def test_points_that_are_precise_enough() -> None:
    tables = geometric(3, 500, 40, 0.02)
    fewer = LifeTables(
        np.stack([tables.ended[0], tables.ended[1] // 10, tables.ended[2]]),
        np.stack([tables.censored[0], tables.censored[1] // 10, tables.censored[2]]),
        tables.numbers,
    )
    found = precise_points(fewer, 20, 0.08)
    assert found.tolist() == [look_at_milestone(table, 20, 0.08).stop for table in fewer]
    assert found.tolist() == [True, False, True]


def test_points_whose_mean_days_are_known_well_enough() -> None:
    tables = geometric(4, 300, 40, 0.02)
    for half_width in (1.0, 2.5, 3.0, 5.0):
        found = precise_means(tables, half_width, 30)
        assert found.tolist() == [
            look_at_restricted_mean(table, half_width, 30).stop for table in tables
        ]
    assert precise_means(tables, 19.0).all()
    assert not precise_means(tables, 0.1).any()


@given(st.integers(1, 400), st.data())
def test_intervals_are_narrowest_at_the_extremes(trials: int, data: st.DataObject) -> None:
    """So failed runs, whatever they would have been, never make one narrower than is thought."""
    low = data.draw(st.integers(0, trials))
    high = data.draw(st.integers(low, trials))
    lower, upper = time_uniform(np.arange(low, high + 1), trials)
    widths = upper - lower
    assert widths.min() >= min(widths[0], widths[-1]) - 1e-12


def test_errors_at_all_looks_sum_to_the_one_allowed() -> None:
    spent = sum(1 - level_at_look(look, 0.95) for look in range(1, 20_000))
    assert 0.0499 < spent <= 0.05


def test_what_cannot_be_judged_is_refused() -> None:
    cut = one([(2, 0), (5, 1), (9, 0)])
    for call, words in (
        (lambda: look_at_share(5, 10, 0.0), "half-width is above 0"),
        (lambda: look_at_share(11, 10, 0.1), "no more successes"),
        (lambda: time_uniform(1, 2, 1.5), "between 0 and 1"),
        (lambda: look_at_milestone(cut, 3, 0.1), "some did not"),
        (lambda: look_at_milestone(one([(9, 0)]), 10, 0.1), "between 0 and 9"),
        (lambda: look_at_restricted_mean(one([(9, 0)]), 1, 10), "from 1 to 9"),
        (
            lambda: precise_points(LifeTables(cut.ended[None], cut.censored[None], (0,)), 3, 0.1),
            "some did not",
        ),
        (lambda: level_at_look(0), "count from 1"),
    ):
        with pytest.raises(UsageError, match=words):
            call()
