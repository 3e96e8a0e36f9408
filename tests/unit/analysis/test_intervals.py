"""Intervals of a share: their equations, their mirror images, and their exact coverage."""

import time

import numpy as np
import pytest
from scipy.stats import binom

from sim.analysis import clopper_pearson, mid_p
from sim.analysis.intervals import log_log
from sim.errors import UsageError

FAILURE_PROBABILITIES = np.linspace(0.001, 0.5, 500)


def coverage(lower: np.ndarray, upper: np.ndarray, runs: int) -> np.ndarray:
    """Return the exact chance that the interval of S holds S, for each failure probability."""
    survivors = np.arange(runs + 1)[:, np.newaxis]
    truth = 1.0 - FAILURE_PROBABILITIES
    covered = (lower[:, np.newaxis] <= truth) & (truth <= upper[:, np.newaxis])
    return np.sum(binom.pmf(survivors, runs, truth) * covered, axis=0)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("runs", [1, 2, 3, 50, 1_000, 1_000_000])
def test_mid_p_limits_solve_their_equations(runs: int, level: float) -> None:
    holding = np.unique([0, 1, min(2, runs), runs // 3, runs // 2, runs - 1, runs])
    lower, upper = mid_p(holding, runs, level)
    tail = (1.0 - level) / 2.0
    some, not_all = holding > 0, holding < runs
    above = binom.sf(holding, runs, lower) + 0.5 * binom.pmf(holding, runs, lower)
    below = binom.cdf(holding - 1, runs, upper) + 0.5 * binom.pmf(holding, runs, upper)
    np.testing.assert_allclose(above[some], tail, rtol=1e-7)
    np.testing.assert_allclose(below[not_all], tail, rtol=1e-7)
    assert np.all(lower[~some] == 0.0)
    assert np.all(upper[~not_all] == 1.0)


def test_clopper_pearson_limits_solve_their_equations() -> None:
    lower, upper = clopper_pearson([0, 3, 50], 50)
    assert lower[0] == 0.0
    assert upper[2] == 1.0
    assert binom.sf(2, 50, lower[1]) == pytest.approx(0.025)
    assert binom.cdf(3, 50, upper[1]) == pytest.approx(0.025)
    assert lower[2] == pytest.approx(0.025 ** (1 / 50))


def test_no_event_and_only_events_still_give_an_interval() -> None:
    for interval in (mid_p, clopper_pearson):
        lower, upper = interval([0, 500], 500)
        assert lower[0] == 0.0 < upper[0]
        assert lower[1] < 1.0 == upper[1]
    assert mid_p([500], 500)[0][0] == pytest.approx(0.05 ** (1 / 500))


@pytest.mark.parametrize("interval", [mid_p, clopper_pearson])
def test_failures_mirror_successes_and_limits_rise_with_counts(interval) -> None:
    count = np.arange(201)
    lower, upper = interval(count, 200)
    np.testing.assert_allclose(lower, 1.0 - upper[::-1], atol=1e-12)
    assert np.all(np.diff(lower) > 0)
    assert np.all((lower <= count / 200) & (count / 200 <= upper))


@pytest.mark.parametrize("runs", [50, 200, 1000])
def test_mid_p_covers_at_least_91_5_percent(runs: int) -> None:
    reached = coverage(*mid_p(np.arange(runs + 1), runs), runs)
    assert reached.min() >= 0.915
    assert 0.945 <= reached.mean() <= 0.965


@pytest.mark.parametrize("runs", [50, 200, 1000])
def test_clopper_pearson_covers_at_least_95_percent(runs: int) -> None:
    assert coverage(*clopper_pearson(np.arange(runs + 1), runs), runs).min() >= 0.95


@pytest.mark.parametrize("runs", [50, 200, 1000])
def test_log_log_with_effective_size_covers_at_least_90_percent(runs: int) -> None:
    holding = np.arange(runs + 1)
    failed_over_held = (runs - holding) / np.maximum(holding, 1)
    everyone = np.full(runs + 1, float(runs))
    limits = log_log(holding / runs, failed_over_held / runs, everyone, everyone)
    assert coverage(*limits, runs).min() >= 0.90


def test_log_log_widens_downwards_as_runs_are_lost() -> None:
    survival, greenwood = np.array([0.9, 0.9]), np.array([0.001, 0.001])
    lower, upper = log_log(survival, greenwood, np.array([100.0, 100.0]), np.array([100.0, 25.0]))
    assert lower[1] < lower[0]
    assert upper[1] == upper[0]


def test_effective_sizes_need_not_be_whole() -> None:
    lower, upper = mid_p([0.3, 7.7, 12.3], [12.3, 12.3, 12.3])
    assert np.all((lower < [0.3 / 12.3, 7.7 / 12.3, 1.0]) & (upper > [0.3 / 12.3, 7.7 / 12.3, 0.9]))
    close = mid_p([7.7, 8.0], [12.3, 12.3])
    assert close[0][0] < close[0][1]


def test_shapes_broadcast_and_equal_counts_get_equal_limits() -> None:
    lower, _ = mid_p([[3, 4], [4, 3]], 10)
    assert lower.shape == (2, 2)
    assert lower[0, 0] == lower[1, 1]
    assert mid_p(3, 10)[0] == lower[0, 0]


def test_three_years_of_days_take_less_than_50_ms() -> None:
    holding = np.linspace(10_000, 0, 1_096).astype(int)
    mid_p(holding[:2], 10_000)
    seconds = []
    for _ in range(3):
        start = time.process_time()
        mid_p(holding, 10_000)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.05


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.1])
def test_impossible_levels_are_refused(level: float) -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        mid_p(1, 2, level)


@pytest.mark.parametrize(("count", "size"), [(3, 2), (-1, 2), (0, 0)])
def test_impossible_counts_are_refused(count: int, size: int) -> None:
    with pytest.raises(UsageError, match="at least one trial"):
        mid_p(count, size)
