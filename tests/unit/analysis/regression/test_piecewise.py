"""Constant rates by band, and models side by side."""

import numpy as np
import pytest

from sim.analysis import life_table, regression, survival
from sim.errors import UsageError


def geometric(hazard: float, runs: int = 4000, horizon: int = 200):
    days = np.random.default_rng(4).geometric(hazard, runs)
    return life_table(np.minimum(days, horizon), (days <= horizon).astype(int), horizon)


def test_one_band_is_the_exponential_distribution() -> None:
    table = geometric(0.03)
    single = regression.piecewise_exponential(table, (1,))
    smooth = regression.parametric(table, "exponential")
    assert single.rates[1] == pytest.approx(1 / smooth.values["mean_days"], rel=1e-6)
    assert single.log_likelihood == pytest.approx(smooth.log_likelihood)
    assert single.aic == pytest.approx(smooth.aic)
    error = single.standard_errors[1] / single.rates[1]
    assert error == pytest.approx(np.sqrt(smooth.covariance[0, 0]), rel=1e-6)
    np.testing.assert_allclose(single.survival(), smooth.survival(), rtol=1e-6)


def test_the_constant_hazard_is_recovered_in_every_band() -> None:
    fit = regression.piecewise_exponential(geometric(0.03, 40_000), (1, 11, 31, 91))
    rates, errors = fit.rates[1:], fit.standard_errors[1:]
    assert np.all(np.abs(rates + np.log(0.97)) < 4 * errors)
    table = fit.table()
    assert np.all((table["lower"] < table["rate"])[1:] & (table["rate"] < table["upper"])[1:])


def test_daily_bands_give_the_survival_of_the_life_table() -> None:
    table = life_table([0, 0, 1, 2, 2, 3, 5, 5, 6, 6], [1, 1, 1, 2, 1, 1, 1, 0, 0, 0], 6)
    fit = regression.piecewise_exponential(table, range(1, 7))
    np.testing.assert_allclose(fit.survival(), survival(table))


def test_likelihood_is_that_of_the_fitted_curve() -> None:
    table = geometric(0.03)
    fit = regression.piecewise_exponential(table, (1, 31))
    curve = fit.survival()
    cells = np.log(curve[:-1] - curve[1:])
    by_hand = table.ended[0, 1:] @ cells + table.censored @ np.log(curve)
    assert fit.log_likelihood == pytest.approx(by_hand)


def test_a_covariate_without_effect_leaves_the_bands(sweep) -> None:
    tables = sweep[0]
    noise = np.random.default_rng(0).normal(size=len(tables))
    plain = regression.piecewise_exponential(tables)
    effect = regression.grouped(tables, {"noise": noise})
    gain = 2 * (effect.log_likelihood - plain.log_likelihood)
    assert gain >= 0
    assert effect.parameters == plain.parameters + 1
    assert "40 points" in plain.notes[0]


def test_models_stand_in_order() -> None:
    rng = np.random.default_rng(4)
    days = np.ceil(rng.lognormal(3, 1, 5000)).astype(int)
    table = life_table(np.minimum(days, 200), (days <= 200).astype(int), 200)
    fits = [regression.parametric(table, name) for name in ("weibull", "log-normal", "exponential")]
    fits.append(regression.piecewise_exponential(table))
    fits.append(regression.never_ending(table, "exponential"))
    found = regression.compare_models(fits)
    assert found["model"].iloc[0] == "log-normal"
    assert "exponential and never ending" in set(found["model"])
    assert found["aic_above_best"].iloc[0] == 0
    assert found["weight"].sum() == pytest.approx(1)
    assert found["aic"].is_monotonic_increasing
    assert set(found["parameters"]) == {1, 2, 5}


def test_what_does_not_compare_is_refused() -> None:
    table = geometric(0.03)
    fit = regression.parametric(table)
    with pytest.raises(UsageError, match="no model"):
        regression.compare_models([])
    for other in (
        regression.parametric(table, likelihood="continuous"),
        regression.parametric(geometric(0.03, 3000)),
        regression.parametric(table, cause="group_defects"),
    ):
        with pytest.raises(UsageError, match="the same runs"):
            regression.compare_models([fit, other])
