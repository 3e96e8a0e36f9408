"""Three kinds of uncertainty: points are never pooled, only mixed under a name."""

import numpy as np
import pytest
from scipy.stats import t

from sim.analysis import (
    LifeTables,
    Uncertainty,
    curves,
    life_table,
    merge,
    mixture,
    restricted_times,
    survival_limits,
)
from sim.errors import UsageError
from tests.life_tables import geometric, many, together


def differing(points: int, runs: int, seed: int = 1) -> LifeTables:
    """Points with daily risks between 0.005 and 0.02."""
    risks = np.random.default_rng(seed).uniform(0.005, 0.02, points)
    return together(
        [geometric(1, runs, 101, risk, seed=seed + place)[0] for place, risk in enumerate(risks)]
    )


def test_merging_different_points_is_refused() -> None:
    with pytest.raises(UsageError, match=r"2 different points.*named mixture"):
        merge(many([[(1, 1)], [(2, 1)]]))
    single = many([[(1, 1), (3, 2)]])
    assert merge(single) == single[0]


def test_equal_weights_give_the_mean_and_students_interval_over_points() -> None:
    tables = differing(12, 300)
    found = mixture(tables, "risks between 0.005 and 0.02", level=0.9)
    shares = curves(tables).survival[:, 50]
    reach = t.ppf(0.95, 11) * shares.std(ddof=1) / np.sqrt(12)
    assert found.survival[50] == pytest.approx(shares.mean())
    assert found.survival_limits[0][50] == pytest.approx(shares.mean() - reach)
    assert found.survival_limits[1][50] == pytest.approx(shares.mean() + reach)
    assert found.uncertainty is Uncertainty.SCENARIO
    total = found.incidence.sum(axis=0) + found.survival
    np.testing.assert_allclose(total, 1.0, atol=1e-12)


def test_limits_do_not_close_up_where_no_run_of_any_point_ended() -> None:
    """Before the first ending the spread between points is 0, but what is known of them is not."""
    tables = together([life_table(np.full(500, 9), np.zeros(500, int), 9, 1)] * 3)
    found = mixture(tables, "three points that hold")
    lower, upper = found.survival_limits
    assert np.all(upper == 1.0)
    assert (1 - lower) * 500 == pytest.approx(3.0, abs=0.1)
    assert found.incidence_limits[1][0] * 500 == pytest.approx(3.0, abs=0.1)


def test_days_kept_are_mixed_as_curves_are() -> None:
    tables = differing(8, 300)
    found = mixture(tables, "risks", through_day=60)
    assert found.kept == pytest.approx(found.survival[:60].sum())
    kept = restricted_times(tables, 60).kept
    reach = t.ppf(0.975, 7) * kept.std(ddof=1) / np.sqrt(8)
    assert found.kept_limits == pytest.approx((found.kept - reach, found.kept + reach))


def test_more_runs_do_not_shrink_the_interval_between_points() -> None:
    widths = []
    for runs in (500, 20_000):
        lower, upper = mixture(differing(10, runs), "the same points").survival_limits
        widths.append((upper - lower)[60])
    assert widths[1] > 0.8 * widths[0]
    pooled = differing(10, 20_000)
    together_as_one = LifeTables(
        pooled.ended.sum(axis=0, keepdims=True), pooled.censored.sum(axis=0, keepdims=True), (0,)
    )
    lower, upper = survival_limits(together_as_one, days=[60])
    assert widths[1] > 10 * (upper - lower)[0, 0]


def test_weights_are_scaled_and_permuted_with_their_points() -> None:
    tables = differing(3, 100)
    first = mixture(tables, "one", [1, 2, 3])
    turned = LifeTables(tables.ended[::-1].copy(), tables.censored[::-1].copy(), (2, 1, 0))
    second = mixture(turned, "two", [30, 20, 10])
    np.testing.assert_allclose(first.survival, second.survival, rtol=1e-12)
    np.testing.assert_allclose(first.survival_limits[0], second.survival_limits[0], rtol=1e-9)
    assert first.weights.tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 2])


def test_a_mixture_reaches_as_far_as_its_shortest_point() -> None:
    found = mixture(many([[(2, 1), (5, 0)], [(3, 1), (9, 0)]]), "two horizons")
    assert found.survival[5] == 0.5
    assert np.isnan(found.survival[6:]).all()


def test_what_cannot_be_mixed_is_refused() -> None:
    tables = differing(2, 10)
    empty = LifeTables(tables.ended * 0, tables.censored * 0, tables.numbers)
    for call, words in (
        (lambda: mixture(tables, " "), "needs a name"),
        (lambda: mixture(differing(1, 10), "one"), "two points or more"),
        (lambda: mixture(empty, "empty"), "each with runs"),
        (lambda: mixture(tables, "x", [1.0]), "as many weights"),
        (lambda: mixture(tables, "x", [1.0, -1.0]), "above 0"),
        (lambda: mixture(tables, "x", level=1.0), "between 0 and 1"),
    ):
        with pytest.raises(UsageError, match=words):
            call()


def test_the_four_kinds_are_told_apart_in_words() -> None:
    kinds = {"Monte-Carlo", "parameter", "scenario", "empirical"}
    assert {str(kind) for kind in Uncertainty} == kinds
    assert len({kind.sentence for kind in Uncertainty}) == len(kinds)
