"""Limits of many points: each as if computed alone, for survival and incidence."""

import time

import numpy as np
import pytest
from hypothesis import given
from scipy.stats import chi2

from sim.analysis import (
    clopper_pearson,
    curves,
    incidence_limits,
    mid_p,
    survival_interval,
    survival_limits,
)
from sim.analysis.estimates import share_interval
from sim.analysis.intervals import log_plain, poisson_rate
from sim.errors import UsageError
from tests.life_tables import HORIZON, POINTS, RUNS, geometric, held_to_the_horizon, many, one


@given(POINTS)
def test_limits_of_survival_are_those_of_each_point_alone(points) -> None:
    lower, upper = survival_limits(many(points))
    for place, runs in enumerate(points):
        low, high = survival_interval(one(runs))
        np.testing.assert_allclose(lower[place], low, rtol=1e-12)
        np.testing.assert_allclose(upper[place], high, rtol=1e-12)


@given(POINTS)
def test_limits_enclose_their_curves_and_never_close_up(points) -> None:
    found = curves(many(points))
    pairs = (
        (found.survival, survival_limits(many(points))),
        (found.incidence, incidence_limits(many(points))),
    )
    for curve, (lower, upper) in pairs:
        known = ~np.isnan(curve)
        assert np.array_equal(known, ~np.isnan(lower))
        assert np.all((lower <= curve + 1e-9)[known] & (curve <= upper + 1e-9)[known])
        assert np.all((upper - lower)[known] > 0.01)


@given(RUNS)
def test_limits_of_incidence_are_binomial_where_nothing_was_cut_short(runs) -> None:
    table = one(held_to_the_horizon(runs))
    gone = np.cumsum(table.ended, axis=1)
    for method, interval in (("mid-p", mid_p), ("clopper-pearson", clopper_pearson)):
        found = incidence_limits(table, 0.9, method)
        for limit, expected in zip(found, interval(gone, table.runs, 0.9), strict=True):
            np.testing.assert_allclose(limit[0], expected, rtol=1e-12)


@given(RUNS)
def test_the_last_known_day_has_the_limits_of_the_shares(runs) -> None:
    last = np.flatnonzero(curves(one(runs)).known[0])[-1]
    lower, upper = incidence_limits(one(runs))
    np.testing.assert_allclose(lower[0, :, last], share_interval(one(runs))[0], rtol=1e-12)
    np.testing.assert_allclose(upper[0, :, last], share_interval(one(runs))[1], rtol=1e-12)


@pytest.mark.parametrize(
    ("method", "interval"), [("mid-p", mid_p), ("clopper-pearson", clopper_pearson)]
)
def test_limits_of_incidence_with_runs_cut_short_have_the_size_of_their_error(
    method: str, interval
) -> None:
    tables = geometric(1, 300, 60, 0.03, cut_short=0.5)
    found = curves(tables)
    share, variance = found.incidence[0, 0, 40], found.incidence_variance[0, 0, 40]
    size = share * (1 - share) / variance
    assert 100 < size < 290
    limits = incidence_limits(tables, method=method, days=[40])
    expected = interval(share * size, size)
    assert [limit[0, 0, 0] for limit in limits] == pytest.approx([float(e) for e in expected])


def test_days_can_be_selected() -> None:
    tables = geometric(3, 50, 30, 0.05, cut_short=0.2)
    for limits in (survival_limits, incidence_limits):
        some, every = limits(tables, days=[3, 29])[0], limits(tables)[0]
        np.testing.assert_array_equal(some, every[..., [3, 29]])
        with pytest.raises(UsageError, match="between 0 and 29"):
            limits(tables, days=[30])


def test_points_with_runs_cut_short_get_another_method_than_the_rest() -> None:
    tables = many([[(3, 1), (4, 0), (9, 0), (9, 0)], [(3, 1), (9, 0), (9, 0), (9, 0)]])
    lower, _ = survival_limits(tables)
    assert lower[1, 5] == pytest.approx(mid_p([3], 4)[0][0], rel=1e-12)
    alone = survival_interval(one([(3, 1), (4, 0), (9, 0), (9, 0)]))[0][5]
    assert lower[0, 5] == pytest.approx(alone, rel=1e-12)
    with pytest.raises(UsageError, match="1 were cut short"):
        survival_limits(tables, method="clopper-pearson")
    with pytest.raises(UsageError, match="not 'log-log'"):
        incidence_limits(tables, method="log-log")


def test_points_without_runs_have_no_limits() -> None:
    tables = geometric(2, 20, 10, 0.1)
    empty = type(tables)(tables.ended * np.array([[[1]], [[0]]]), tables.censored * 0, (0, 1))
    for limits in (survival_limits, incidence_limits):
        assert np.isnan(limits(empty)[0][1]).all()


def test_log_limits_close_up_where_log_log_limits_do_not() -> None:
    lower, upper = log_plain(np.array([1.0, 0.5]), np.array([0.0, 0.01]))
    assert (lower[0], upper[0]) == (1.0, 1.0)
    assert lower[1] == pytest.approx(0.5 * np.exp(-0.1 * 1.959964), rel=1e-6)


@pytest.mark.parametrize("events", [0, 1, 7, 1000])
def test_limits_of_a_rate_are_those_of_garwood(events: int) -> None:
    lower, upper = poisson_rate(events, 50.0)
    assert lower * 50 == pytest.approx(chi2.ppf(0.025, 2 * events) / 2 if events else 0.0)
    assert upper * 50 == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2)
    assert np.isnan(poisson_rate(0, 0)[1])


def test_limits_of_a_thousand_points_take_seconds_not_minutes() -> None:
    tables = geometric(1000, 300, 1096, 0.002, causes=5)
    start = time.process_time()
    survival_limits(tables)
    incidence_limits(tables)
    assert time.process_time() - start < 4.0


def test_horizon_is_the_last_day() -> None:
    assert survival_limits(one([(HORIZON, 0)]))[0].shape == (1, HORIZON + 1)
