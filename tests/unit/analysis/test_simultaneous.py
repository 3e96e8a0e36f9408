"""Simultaneous bands: their critical values, what they hold, where, and how often."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstwobign, norm

from sim.analysis import BAND_NAMES, LifeTables, Uncertainty, curves, incidence_band, survival_band
from sim.analysis.crossings import bridge_reach, bridge_stays, standard_reach, standard_stays
from sim.analysis.resampling import raised_level, replicates
from sim.errors import UsageError
from tests.life_tables import HORIZON, POINTS, geometric, held_to_the_horizon, many, one

METHODS = list(BAND_NAMES)
GAUSSIAN = ["hall-wellner", "equal-precision"]


def holds(band, truth: np.ndarray) -> np.ndarray:
    """Whether each band holds the whole true curve."""
    within = (band.lower <= truth + 1e-12) & (truth <= band.upper + 1e-12)
    return (within | np.isnan(band.lower)).all(axis=-1)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_over_the_whole_stretch_the_bridge_is_kolmogorovs(level: float) -> None:
    assert bridge_reach(level, 0.0, 1.0) == pytest.approx(kstwobign.ppf(level), abs=1e-7)


def test_published_critical_values_of_hall_and_wellner() -> None:
    """Table of Hall & Wellner 1980, as in Klein & Moeschberger, Survival Analysis, table C.4."""
    assert bridge_reach(0.95, 0.0, 0.5) == pytest.approx(1.273, abs=0.001)
    assert bridge_reach(0.95, 0.0, 1.0) == pytest.approx(1.358, abs=0.001)


def bridges(paths: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Random Brownian bridges; a clock [steps] and paths [paths, steps]."""
    luck = np.random.default_rng(7)
    clock = np.arange(1, steps + 1) / steps
    walks = np.cumsum(luck.standard_normal((paths, steps)) / np.sqrt(steps), axis=1)
    return clock, walks - walks[:, -1:] * clock


def test_probabilities_of_staying_agree_with_random_paths() -> None:
    """A path looked at in 2,000 steps stays a little more often than one looked at always."""
    clock, paths = bridges(3000, 2000)
    part = (clock >= 0.2) & (clock <= 0.7)
    plain = np.abs(paths[:, part]).max(axis=1)
    standard = (np.abs(paths) / np.sqrt(clock * (1 - clock) + 1e-300))[:, part].max(axis=1)
    length = 0.5 * np.log(0.7 * 0.8 / (0.2 * 0.3))
    for reach in (0.8, 1.2):
        assert np.mean(plain <= reach) == pytest.approx(bridge_stays(reach, 0.2, 0.7), abs=0.035)
    for reach in (1.5, 2.5):
        assert np.mean(standard <= reach) == pytest.approx(standard_stays(reach, length), abs=0.035)


def test_a_single_moment_needs_the_normal_reach_and_a_longer_stretch_more() -> None:
    shortest = [standard_stays(1.96, length) for length in (1e-2, 1e-4, 1e-6)]
    assert shortest == sorted(shortest)
    assert shortest[-1] == pytest.approx(2 * norm.cdf(1.96) - 1, abs=0.005)
    reaches = [standard_reach(0.95, 0.5 - half, 0.5 + half) for half in (0.0, 0.1, 0.3, 0.49)]
    assert reaches == sorted(reaches)
    assert reaches[0] >= 1.9599
    assert bridge_reach(0.95, 0.3, 0.6) < bridge_reach(0.95, 0.1, 0.9)


def test_the_reach_of_nair_agrees_with_his_approximation_for_wide_stretches() -> None:
    reach = standard_reach(0.95, 0.1, 0.9)
    odds = 2 * np.log(9)
    density = norm.pdf(reach)
    assert 4 * density / reach + density * (reach - 1 / reach) * odds == pytest.approx(
        0.05, abs=1e-3
    )


@pytest.mark.parametrize("method", ["dkw", *GAUSSIAN])
@pytest.mark.parametrize(("runs", "risk"), [(50, 0.02), (300, 0.02), (1000, 0.001)])
def test_bands_hold_the_whole_curve_with_their_level(method: str, runs: int, risk: float) -> None:
    """2,000 samples: the error of the share that is counted is 0.005."""
    tables = geometric(2000, runs, 100, risk, seed=5)
    truth = (1 - risk) ** np.arange(100)
    assert holds(survival_band(tables, method=method), truth).mean() >= 0.935
    ended = holds(incidence_band(tables, method=method), (1 - truth) / 2)
    assert np.all(ended.mean(axis=0) >= 0.925)


@pytest.mark.parametrize("method", GAUSSIAN)
def test_bands_hold_with_their_level_where_runs_were_cut_short(method: str) -> None:
    tables = geometric(2000, 200, 100, 0.02, cut_short=0.4, seed=6)
    truth = 0.98 ** np.arange(100)
    assert holds(survival_band(tables, method=method), truth).mean() >= 0.935


def test_bootstrap_bands_hold_with_their_level() -> None:
    """150 samples: the error of the share that is counted is 0.018."""
    tables = geometric(150, 120, 40, 0.04, cut_short=0.3, seed=8)
    truth = 0.96 ** np.arange(40)
    band = survival_band(tables, method="sup-t", seed=2, replicates=150)
    assert holds(band, truth).mean() >= 0.90
    ended = incidence_band(tables, method="sup-t", seed=2, replicates=150)
    assert np.all(holds(ended, (1 - truth) / 2).mean(axis=0) >= 0.90)


@given(POINTS, st.sampled_from(METHODS))
def test_bands_enclose_their_curves_fall_and_stop_where_the_curve_does(points, method) -> None:
    tables = many([held_to_the_horizon(runs) for runs in points])
    found = curves(tables)
    band = survival_band(tables, method=method, seed=1, replicates=20)
    assert np.all((band.lower <= found.survival + 1e-9) & (found.survival <= band.upper + 1e-9))
    assert np.all(np.diff(band.lower) <= 0)
    assert np.all(np.diff(band.upper) <= 0)
    ended = incidence_band(tables, method=method, seed=1, replicates=20)
    assert np.all((ended.lower <= found.incidence + 1e-9) & (found.incidence <= ended.upper + 1e-9))
    assert np.all(np.diff(ended.lower) >= 0)
    assert ended.first_day.shape == tables.ended.shape[:2]


@pytest.mark.parametrize("method", METHODS)
def test_bands_are_open_where_no_run_has_ended(method: str) -> None:
    runs = [(9, 0)] * 180 + [(5, 1)] * 10 + [(7, 1)] * 10
    band = survival_band(one(runs), method=method, seed=1, replicates=100)
    assert np.all(band.upper[0, :5] == 1.0)
    assert np.all((band.lower[0, :5] > 0.5) & (band.lower[0, :5] < 0.97))
    assert not np.isnan(band.lower).any()


def test_the_days_of_calibration_are_stated() -> None:
    runs = [(2, 1)] * 3 + [(4, 1)] * 3 + [(6, 1)] * 10 + [(8, 1)] * 40 + [(9, 0)] * 2
    plain = survival_band(one(runs), method="equal-precision")
    assert (plain.first_day[0], plain.last_day[0]) == (4, 7)
    wide = survival_band(one(runs), method="hall-wellner")
    assert (wide.first_day[0], wide.last_day[0]) == (0, HORIZON)
    none = survival_band(one([(3, 1), (9, 0)]), method="equal-precision")
    assert none.first_day[0] == -1
    assert none.lower.tolist() == [[0.0] * 10]
    assert none.upper.tolist() == [[1.0] * 10]
    assert plain.uncertainty is Uncertainty.MONTE_CARLO
    assert "95 % band (equal precision" in plain.statement


def test_dkw_has_its_width() -> None:
    band = survival_band(geometric(1, 738, 50, 0.02))
    half = np.sqrt(np.log(40) / (2 * 738))
    assert half < 0.05
    assert band.upper[0, 30] - band.lower[0, 30] == pytest.approx(2 * half)


def test_hall_wellner_is_of_one_width_where_nothing_was_cut_short() -> None:
    table = geometric(1, 1_000, 50, 0.02)
    band = survival_band(table, method="hall-wellner")
    reach = bridge_reach(0.95, 0.0, 1 - curves(table).survival[0, -1])
    width = (band.upper - band.lower)[0, 20:45]
    np.testing.assert_allclose(width, 2 * reach / np.sqrt(1_000), rtol=1e-9)


@pytest.mark.parametrize("method", ["dkw", *GAUSSIAN])
def test_bands_of_three_hundred_points_take_no_time(method: str) -> None:
    tables = geometric(300, 300, 400, 0.004, causes=5)
    start = time.process_time()
    survival_band(tables, method=method)
    incidence_band(tables, method=method)
    assert time.process_time() - start < 3.0


def test_bootstrap_tables_depend_on_their_seed_alone_and_have_the_right_means() -> None:
    table = geometric(1, 200, 20, 0.05, cut_short=0.2)[0]
    first, again = (list(replicates(table, (5, 0), 300)) for _ in range(2))
    other = next(replicates(table, (6, 0), 1))
    assert first == again
    assert first[0] != other
    drawn = np.mean([replicate.ended for replicate in first], axis=0)
    assert np.all(np.abs(drawn - table.ended) <= 5 * np.sqrt(table.ended / 300))
    assert np.all(drawn[table.ended == 0] == 0)


def test_bootstrap_tables_of_parts_add_up_to_ones_of_the_whole() -> None:
    """A sum of Poisson numbers is one: the counts of the sums vary by as much as their mean."""
    parts = geometric(2, 100, 10, 0.1)
    pairs = zip(replicates(parts[0], (1,), 500), replicates(parts[1], (2,), 500), strict=True)
    sums = np.array([(one + other).ended.sum(axis=1) for one, other in pairs])
    whole = (parts[0] + parts[1]).ended.sum(axis=1)
    np.testing.assert_allclose(sums.mean(axis=0), whole, rtol=0.03)
    np.testing.assert_allclose(sums.var(axis=0), whole, rtol=0.3)


def test_the_luck_of_a_point_follows_its_number() -> None:
    tables = geometric(3, 100, 30, 0.05)
    turned = LifeTables(tables.ended[::-1].copy(), tables.censored[::-1].copy(), (2, 1, 0))
    whole = survival_band(tables, method="sup-t", seed=4, replicates=30)
    again = survival_band(turned, method="sup-t", seed=4, replicates=30)
    np.testing.assert_array_equal(whole.lower, again.lower[::-1])


def test_the_raised_level_is_a_rank_of_the_strays() -> None:
    far = np.arange(1, 100) / 25
    assert raised_level(far, 0.95) == pytest.approx(2 * norm.cdf(95 / 25) - 1)
    assert raised_level(np.zeros(99), 0.95) == pytest.approx(0.95)


def test_what_cannot_be_banded_is_refused() -> None:
    cut = one([(3, 0), (9, 0), (4, 1)])
    for call, words in (
        (lambda: survival_band(cut), "dkw needs runs"),
        (lambda: incidence_band(cut, method="hall-wellner"), "need the method sup-t"),
        (lambda: survival_band(cut, method="sup-t"), "give it a seed"),
        (lambda: survival_band(cut, method="sup-t", seed=-1), "from 0 on"),
        (lambda: survival_band(cut, method="sup-t", seed=1, replicates=0), "at least one"),
        (lambda: survival_band(cut, 0.3), "between 0.5 and 1"),
        (lambda: survival_band(cut, method="wald"), "No band is called"),
    ):
        with pytest.raises(UsageError, match=words):
            call()
