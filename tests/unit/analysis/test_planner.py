"""The planner: known answers, and plans that deliver what they promise."""

import numpy as np
import pytest

from sim.analysis import (
    clopper_pearson,
    exact_runs_for_share,
    life_table,
    mid_p,
    quantile_limits,
    restricted_times,
    runs_for_band,
    runs_for_median,
    runs_for_milestone,
    runs_for_restricted_mean,
    runs_for_share,
    survival_limits,
)
from sim.errors import ResultsError, UsageError
from tests.life_tables import geometric, one

WIDTHS = (0.05, 0.02, 0.01, 0.005)


def test_known_numbers_of_runs() -> None:
    assert [runs_for_band(width) for width in WIDTHS] == [738, 4_612, 18_445, 73_778]
    assert [runs_for_share(width) for width in WIDTHS] == [385, 2_401, 9_604, 38_416]


@pytest.mark.parametrize(("half_width", "runs"), [(0.0098, 10_000), (0.0049, 40_000), (0.245, 16)])
def test_rounding_never_asks_for_one_run_more(half_width: float, runs: int) -> None:
    assert runs_for_share(half_width) == runs


@pytest.mark.parametrize(
    ("method", "interval"), [("mid-p", mid_p), ("clopper-pearson", clopper_pearson)]
)
@pytest.mark.parametrize("share", [0.5, 0.03, 0.9])
def test_exact_plans_are_the_least_that_do(method: str, interval, share: float) -> None:
    runs = exact_runs_for_share(0.02, 0.95, share, method)
    half = [np.subtract(*interval(int(share * n + 0.5), n)[::-1]) / 2 for n in (runs, runs - 1)]
    assert half[0] <= 0.02 < half[1]


def test_the_worst_case_of_the_exact_plan_is_near_the_normal_one() -> None:
    for width in WIDTHS:
        assert 0 <= runs_for_share(width) - exact_runs_for_share(width) <= 3


def test_a_milestone_planned_from_a_pilot_is_as_precise_as_asked() -> None:
    pilot, truth = geometric(1, 200, 100, 0.01, seed=1)[0], 0.99**30
    runs = runs_for_milestone(pilot, 30, 0.02)
    assert runs_for_share(0.02, share=truth) < runs <= runs_for_share(0.02)
    lower, upper = survival_limits(geometric(1, runs, 100, 0.01, seed=2), days=[30])
    assert (upper - lower)[0, 0] / 2 <= 0.02


@pytest.mark.parametrize("code", [0, 1])
def test_a_milestone_that_no_run_or_every_run_reached_is_planned_by_its_exact_interval(
    code,
) -> None:
    """Variance is next to nothing there, and a normal plan asked for 29 runs."""
    pilot = life_table(np.full(4000, 9), np.full(4000, code), 9, causes=1)
    runs = runs_for_milestone(pilot, 9, 0.01)
    lower, upper = mid_p(0, runs)
    assert 0.009 < (upper - lower) / 2 <= 0.01


def test_a_median_planned_from_a_pilot_is_as_precise_as_asked() -> None:
    pilot = geometric(1, 5_000, 200, 0.01, seed=1)[0]
    runs = runs_for_median(pilot, 5)
    widths = [
        (upper - lower) / 2
        for lower, upper in quantile_limits(geometric(100, runs, 200, 0.01, seed=2))
    ]
    assert 4.0 < np.mean(widths) <= 5.5


def test_a_restricted_mean_planned_from_a_pilot_is_as_precise_as_asked() -> None:
    pilot = geometric(1, 1_000, 100, 0.02, seed=1)[0]
    runs = runs_for_restricted_mean(pilot, 2.0)
    lower, upper = restricted_times(geometric(50, runs, 100, 0.02, seed=2)).kept_limits()
    assert np.mean(upper - lower) / 2 == pytest.approx(2.0, rel=0.06)


def test_what_cannot_be_planned_is_refused_in_a_sentence() -> None:
    flat = one([(2, 1)] * 5 + [(9, 0)] * 5)
    held = one([(9, 0)] * 5)
    for call, error, words in (
        (lambda: runs_for_band(0.0), UsageError, "half-width lies between"),
        (lambda: runs_for_share(0.1, share=1.0), UsageError, "share lies between"),
        (lambda: runs_for_share(0.1, level=95), UsageError, "between 0 and 1"),
        (lambda: exact_runs_for_share(0.1, method="wald"), UsageError, "not 'wald'"),
        (lambda: runs_for_median(held, 2), ResultsError, "no median"),
        (lambda: runs_for_median(flat, 2), ResultsError, "stays at one half"),
        (lambda: runs_for_median(flat, 8), UsageError, "until day 10"),
        (lambda: runs_for_median(flat, 0), UsageError, "1 day or more"),
        (lambda: runs_for_restricted_mean(flat, 0), UsageError, "above 0"),
        (lambda: runs_for_milestone(one([(2, 1), (4, 0)]), 6, 0.1), UsageError, "until day 6"),
    ):
        with pytest.raises(error, match=words):
            call()
