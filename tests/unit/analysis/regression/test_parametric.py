"""Parametric models: survreg's values, scipy's distributions by brute force, truth, and day 0."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import life_table, life_tables, regression
from sim.analysis.regression.distributions import FAMILIES, family_of
from sim.errors import ResultsError, UsageError

NAMES = tuple(FAMILIES)


def frozen(fit) -> object:
    """The same distribution in scipy's parameters."""
    by_name = fit.values
    return {
        "exponential": lambda: scipy.stats.expon(scale=by_name["mean_days"]),
        "weibull": lambda: scipy.stats.weibull_min(by_name["shape"], scale=by_name["scale_days"]),
        "log-normal": lambda: scipy.stats.lognorm(by_name["sigma"], scale=by_name["median_days"]),
        "log-logistic": lambda: scipy.stats.fisk(by_name["shape"], scale=by_name["median_days"]),
        "generalised gamma": lambda: scipy.stats.gengamma(
            by_name["q"] ** -2,
            by_name["q"] / by_name["sigma"],
            scale=by_name["location_days"]
            * np.exp(2 * np.log(abs(by_name["q"])) * by_name["sigma"] / by_name["q"]),
        ),
    }[fit.distribution]()


def weibull_days(shape: float, scale: float, runs: int, horizon: int, seed: int):
    days = np.ceil(scale * np.random.default_rng(seed).weibull(shape, runs)).astype(int)
    return life_table(np.minimum(days, horizon), (days <= horizon).astype(int), horizon)


# R 4.2.2, survival 3.5-3: survreg(Surv(time, status) ~ 1 and ~ age + sex, lung).
@pytest.mark.parametrize(
    ("name", "alone", "coefficients", "errors"),
    [
        (
            "weibull",
            -1153.851188,
            [6.2748530584, -0.0122570256, 0.3820851397, -0.2822953434],
            [0.48136695286, 0.00695747226, 0.12747684050, 0.06188327212],
        ),
        (
            "log-normal",
            -1169.269055,
            [6.4079885485, -0.0233564576, 0.5192536746, 0.0513353891],
            [0.59292740392, 0.00838823883, 0.15515223542, 0.05601567736],
        ),
        (
            "log-logistic",
            -1160.930624,
            [5.922315373, -0.014005085, 0.477509225, -0.569906010],
            [0.53269225778, 0.00771442639, 0.14035526127, 0.06543320478],
        ),
    ],
)
def test_lung_as_published(lung, name, alone, coefficients, errors) -> None:
    single = regression.parametric(lung.tables, name, likelihood="continuous")
    assert single.log_likelihood == pytest.approx(alone, abs=5e-7)
    fit = regression.parametric(
        lung.tables, name, lung.covariates("age", "sex"), likelihood="continuous"
    )
    np.testing.assert_allclose(list(fit.coefficients.values()), coefficients, atol=2e-9)
    np.testing.assert_allclose(list(fit.standard_errors.values()), errors, rtol=1e-7)


# R: survreg(Surv(time - 1, time, type = "interval2") ~ karno, veteran).
@pytest.mark.parametrize(
    ("name", "log_likelihood", "coefficients", "errors"),
    [
        (
            "weibull",
            -725.1178646,
            [2.6091722926, 0.0353530565, 0.0416111333],
            [0.30134037778, 0.00491291898, 0.06565009087],
        ),
        (
            "log-normal",
            -723.2662341,
            [1.7155528104, 0.0413916576, 0.1434017978],
            [0.31024338637, 0.00505842341, 0.06354847149],
        ),
        (
            "log-logistic",
            -720.7653210,
            [1.812538610, 0.040096472, -0.450758111],
            [0.29334924971, 0.00467395203, 0.07473317675],
        ),
    ],
)
def test_interval_likelihood_as_in_r(veteran, name, log_likelihood, coefficients, errors) -> None:
    fit = regression.parametric(veteran.tables, name, veteran.covariates("karno"))
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-7)
    np.testing.assert_allclose(list(fit.coefficients.values()), coefficients, atol=2e-9)
    np.testing.assert_allclose(list(fit.standard_errors.values()), errors, rtol=2e-7)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from(NAMES[:4]))
def test_the_estimate_maximises_the_definition(seed: int, name: str) -> None:
    table = weibull_days(0.9, 15, 80, 30, seed)
    fit = regression.parametric(table, name)
    days = np.arange(1, 31)

    def by_definition(moves) -> float:
        values = dict(
            zip(fit.values, np.array(list(fit.values.values())) * np.exp(moves), strict=True)
        )
        moved = frozen(type("Fit", (), {"values": values, "distribution": name}))
        cells = np.log(moved.sf(days - 1) - moved.sf(days))
        return table.ended[0, 1:] @ cells + table.censored[1:] @ np.log(moved.sf(days))

    size = len(fit.values)
    assert fit.log_likelihood == pytest.approx(by_definition(np.zeros(size)), abs=1e-8)
    for move in np.vstack([np.eye(size), -np.eye(size)]) * 0.01:
        assert by_definition(move) < fit.log_likelihood


@pytest.mark.parametrize("name", NAMES)
def test_curves_are_those_of_scipy(name) -> None:
    fit = regression.parametric(weibull_days(0.8, 30, 3000, 90, 4), name)
    days = np.arange(91)
    np.testing.assert_allclose(fit.survival(), frozen(fit).sf(days), atol=1e-10)
    assert fit.survival()[0] == 1.0
    np.testing.assert_allclose(fit.survival([3.0]), fit.survival()[3])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("q", [0.7, -0.4])
def test_densities_are_the_slopes_of_survival(name, q) -> None:
    family, u, step = family_of(name), np.linspace(-4, 1.5, 40), 1e-5
    survival = np.exp(family.log_survival(u + step, q)), np.exp(family.log_survival(u - step, q))
    np.testing.assert_allclose(
        np.exp(family.log_density(u, q)),
        (survival[1] - survival[0]) / (2 * step),
        rtol=1e-6,
        atol=1e-11,
    )
    density = family.log_density(u + step, q) - family.log_density(u - step, q)
    np.testing.assert_allclose(family.density_slope(u, q), density / (2 * step), atol=1e-6)


def test_generalised_gamma_contains_weibull_and_log_normal() -> None:
    u = np.linspace(-6, 1.5, 50)
    gamma = family_of("generalised gamma")
    for curve in ("log_survival", "log_density", "density_slope"):
        weibull = getattr(family_of("weibull"), curve)(u, 1.0)
        np.testing.assert_allclose(getattr(gamma, curve)(u, 1.0), weibull, rtol=1e-9, atol=1e-12)
        for q in (0.0, 1e-6, -1e-6):
            normal = getattr(family_of("log-normal"), curve)(u, q)
            np.testing.assert_allclose(getattr(gamma, curve)(u, q), normal, rtol=1e-4, atol=1e-4)


def test_generalised_gamma_is_smooth_through_the_log_normal() -> None:
    u, gamma = np.linspace(-3, 3, 25), family_of("generalised gamma")
    qs = (-3e-4, -1.5e-4, 0.0, 1.5e-4, 3e-4)
    curves = np.array([gamma.log_survival(u, q) for q in qs])
    np.testing.assert_allclose(np.diff(curves, n=2, axis=0), 0.0, atol=3e-7)


@pytest.mark.parametrize(("shape", "scale"), [(0.7, 10), (0.7, 60)])
def test_trap_days_are_not_exact_times(shape, scale) -> None:
    """Exact days give 0.83 / 11.6 and 0.74 / 62.3, the interval likelihood the truth."""
    table = weibull_days(shape, scale, 10**5, 20_000, 2)
    fit = regression.parametric(table)
    biased = regression.parametric(table, likelihood="continuous").values
    for row, truth in zip(fit.table().itertuples(), (scale, shape), strict=True):
        assert abs(row.estimate - truth) < 4 * row.standard_error
    expected = {10: (0.83, 11.6), 60: (0.74, 62.3)}[scale]
    assert biased["shape"] == pytest.approx(expected[0], abs=0.006)
    assert biased["scale_days"] == pytest.approx(expected[1], rel=0.02)


def test_trap_generalised_gamma_settles() -> None:
    """Peers report that it does not converge."""
    rng = np.random.default_rng(6)
    for days in (rng.weibull(1.0, 4000) * 50, rng.lognormal(3.0, 1.0, 4000), rng.gamma(3, 9, 4000)):
        day = np.ceil(days).astype(int)
        table = life_table(np.minimum(day, 100), (day <= 100).astype(int), 100)
        gamma = regression.parametric(table, "generalised gamma")
        nested = [regression.parametric(table, name) for name in ("weibull", "log-normal")]
        assert gamma.log_likelihood >= max(fit.log_likelihood for fit in nested) - 1e-6
        assert np.all(np.isfinite(gamma.table()["standard_error"]))


def test_limits_cover_as_they_say() -> None:
    hits = [
        row.lower <= 0.8 <= row.upper
        for seed in range(300)
        for row in regression.parametric(weibull_days(0.8, 30, 150, 60, seed)).table().itertuples()
        if row.parameter == "shape"
    ]
    assert 0.91 < np.mean(hits) < 0.985


def test_effects_of_points_are_recovered_and_stretch_the_curve() -> None:
    rng = np.random.default_rng(9)
    pay = rng.uniform(size=50)
    days = np.ceil(40 * np.exp(0.7 * pay)[:, None] * rng.weibull(0.9, size=(50, 200))).astype(int)
    tables = life_tables(
        np.repeat(np.arange(50), 200),
        (days <= 150).astype(int).ravel(),
        np.minimum(days, 150).ravel(),
    )
    fit = regression.parametric(tables, "weibull", {"pay": pay})
    assert abs(fit.coefficients["pay"] - 0.7) < 4 * fit.standard_errors["pay"]
    low, high = fit.survival([10.0, 50.0], {"pay": [0.0, 1.0]})
    ratio = np.exp(fit.coefficients["pay"])
    np.testing.assert_allclose(fit.survival([10 * ratio, 50 * ratio], {"pay": 1.0})[0], low)
    assert np.all(high > low)
    table = fit.table(p_values=True)
    assert table.set_index("parameter")["p_value"]["time ratio: pay"] < 1e-6
    assert np.isfinite(table["robust_standard_error"]).all()
    with pytest.raises(UsageError, match="has the covariates 'pay'; these are 'trust'"):
        fit.survival([1.0], {"trust": 1.0})


def test_points_together_without_covariates_are_noted(sweep) -> None:
    fit = regression.parametric(sweep[0])
    assert any("40 points share one distribution" in note for note in fit.notes)
    assert fit.runs == 12_000


def test_endings_on_day_zero_have_a_rule() -> None:
    table = life_table([0] * 20 + [1, 2, 3, 5, 8, 10] * 10, [1] * 80, 10)
    without = life_table([1, 2, 3, 5, 8, 10] * 10, [1] * 60, 10)
    atom = regression.parametric(table)
    apart = regression.parametric(table, day_zero="exclude")
    plain = regression.parametric(without)
    assert atom.values == plain.values == apart.values
    assert atom.survival()[0] == pytest.approx(0.75)
    assert atom.parameters == plain.parameters + 1
    share = 20 * np.log(0.25) + 60 * np.log(0.75)
    assert atom.log_likelihood == pytest.approx(plain.log_likelihood + share)
    assert (apart.runs, apart.log_likelihood) == (60, plain.log_likelihood)
    assert "left out" in apart.notes[0]
    with pytest.raises(ResultsError, match="20 runs ended on day 0"):
        regression.parametric(table, day_zero="refuse")
    with pytest.raises(ResultsError, match="All endings fall on day 0"):
        regression.parametric(life_table([0, 0, 3], [1, 1, 0], 3))


def test_a_cause_leaves_the_other_endings_held() -> None:
    days, endings = np.tile([1, 2, 3, 5, 8], 20), np.tile([1, 3, 1, 3, 0], 20)
    fit = regression.parametric(life_table(days, endings, 8), cause="violence")
    only = regression.parametric(life_table(days, np.where(endings == 3, 1, 0), 8))
    assert fit.values == only.values
    assert fit.hazard == "cause-specific hazard of violence"


def test_criteria(sweep) -> None:
    fit = regression.parametric(sweep[0])
    assert fit.aic == pytest.approx(4 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(2 * np.log(12_000) - 2 * fit.log_likelihood)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"distribution": "normal"}, "no distribution 'normal'"),
        ({"likelihood": "exact"}, "no likelihood 'exact'"),
        ({"day_zero": "shift"}, "no rule for day 0 'shift'"),
    ],
)
def test_unknown_names_are_refused(sweep, options, words) -> None:
    with pytest.raises(UsageError, match=words):
        regression.parametric(sweep[0], **options)


def test_endings_on_one_day_have_no_spread() -> None:
    with pytest.raises(ResultsError, match="All endings fall on one day"):
        regression.parametric(life_table([2, 2, 4], [1, 1, 0], 4))
    assert regression.parametric(life_table([2, 2, 4], [1, 1, 0], 4), "exponential").ended == 2
