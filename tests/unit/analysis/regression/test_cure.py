"""Never-ending shares: recovered when the horizon is long, doubted when it is not."""

import numpy as np
import pytest

from sim.analysis import life_table, life_tables, regression

LATENCIES = ("weibull", "log-normal", "log-logistic", "generalised gamma")


def truces(share: float, latent, horizon: int, seed: int = 1):
    rng = np.random.default_rng(seed)
    days = np.where(rng.random(len(latent)) < share, 10**9, np.ceil(latent)).astype(int)
    return life_table(np.minimum(days, horizon), (days <= horizon).astype(int), horizon)


def drawn(name: str, runs: int = 8000) -> np.ndarray:
    rng = np.random.default_rng(12)
    return {
        "weibull": lambda: 30 * rng.weibull(0.9, runs),
        "log-normal": lambda: rng.lognormal(3.0, 0.9, runs),
        "log-logistic": lambda: 20 * np.exp(0.4 * rng.logistic(size=runs)),
        "generalised gamma": lambda: 15 * rng.gamma(2.0, size=runs) ** 0.8,
    }[name]()


@pytest.mark.parametrize("name", LATENCIES)
def test_the_share_is_recovered_when_the_curve_flattens(name) -> None:
    fit = regression.never_ending(truces(0.3, drawn(name), 700), name)
    row = fit.table().set_index("parameter").loc["never_ending_share"]
    assert abs(row["estimate"] - 0.3) < 4 * row["standard_error"]
    assert row["lower"] < row["estimate"] < row["upper"]
    assert fit.notes == ()
    assert fit.survival()[-1] == pytest.approx(fit.never_ending_share, abs=0.01)


def test_a_short_horizon_is_warned_about() -> None:
    long = regression.never_ending(truces(0.3, drawn("weibull"), 700))
    short = regression.never_ending(truces(0.3, drawn("weibull"), 30))
    assert "rests on the shape" in short.notes[-1]
    error = [fit.table()["standard_error"].iloc[-1] for fit in (short, long)]
    assert error[0] > 3 * error[1]


def test_without_a_share_the_distribution_alone_is_returned() -> None:
    table = truces(0.0, drawn("weibull"), 60)
    fit, alone = (
        regression.never_ending(table, "log-logistic"),
        regression.parametric(table, "log-logistic"),
    )
    assert fit.never_ending_share == 0.0
    assert fit.values == alone.values
    assert "estimated to be 0" in fit.notes[-1]


def test_covariates_move_those_that_end() -> None:
    rng = np.random.default_rng(2)
    pay = rng.uniform(size=30)
    latent = 30 * np.exp(0.8 * pay)[:, None] * rng.weibull(1.1, size=(30, 300))
    days = np.where(rng.random(latent.shape) < 0.4, 10**9, np.ceil(latent)).astype(int)
    tables = life_tables(
        np.repeat(np.arange(30), 300),
        (days <= 600).astype(int).ravel(),
        np.minimum(days, 600).ravel(),
    )
    fit = regression.never_ending(tables, covariates={"pay": pay})
    assert abs(fit.coefficients["pay"] - 0.8) < 4 * fit.standard_errors["pay"]
    assert fit.never_ending_share == pytest.approx(0.4, abs=0.02)


def test_information_agrees_with_differences_of_the_likelihood() -> None:
    """The share's error against the curvature of its profile."""
    table = truces(0.3, drawn("weibull", 2000), 400)
    fit = regression.never_ending(table)
    share = dict(zip(("location", *fit.model.names), fit.estimates, strict=True))
    held, runs = table.censored[-1], table.runs
    assert share["never_ending_logit"] == pytest.approx(np.log(held / (runs - held)), abs=0.01)
    binomial = 1 / np.sqrt(held * (runs - held) / runs)
    assert np.sqrt(fit.covariance[2, 2]) == pytest.approx(binomial, rel=0.01)
