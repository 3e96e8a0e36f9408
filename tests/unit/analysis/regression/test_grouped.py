"""Discrete-time regression: R's and statsmodels' values, and run-days written out."""

import numpy as np
import pytest
import statsmodels.api as sm

from sim.analysis import life_tables, regression
from sim.analysis.regression.baseline import natural_spline
from sim.errors import ResultsError, UsageError

LINKS = {"cloglog": sm.families.links.CLogLog, "logit": sm.families.links.Logit}


@pytest.fixture(scope="module")
def months(veteran):
    """The veteran study in thirty-day months."""
    month = np.ceil(veteran.days / 30).astype(int)
    return life_tables(np.arange(len(month)), veteran.ended, month)


# R 4.2.2: glm(status ~ factor(month) + trt + karno, binomial(link)) on expanded months. R keeps a
# month in which all ended, at a hazard of almost 1, which costs it the eighth digit.
@pytest.mark.parametrize(
    ("link", "coefficients", "errors", "log_likelihood"),
    [
        ("cloglog", [0.1949586335, -0.0339346674], [0.18397663055, 0.00522074148], -275.450531),
        ("logit", [0.2263473216, -0.0400697537], [0.21825655264, 0.00656687293], -276.0762678),
    ],
)
def test_veteran_by_month_as_in_r(
    veteran, months, link, coefficients, errors, log_likelihood
) -> None:
    columns = veteran.covariates("trt", "karno")
    fit = regression.grouped(months, columns, link=link, bands=range(1, 41))
    np.testing.assert_allclose(fit.coefficients, coefficients, rtol=2e-7)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-6)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-6)


def run_days(rows, columns, horizon, first):
    """Write out each run-day at risk: point, day, whether the run ended on it."""
    point, endings, days = rows
    spans = [
        (p, d, e != 0 and d == last)
        for p, e, last in zip(point, endings, days, strict=True)
        for d in range(first, last + 1)
    ]
    return [np.array(column) for column in zip(*spans, strict=True)]


@pytest.mark.parametrize("link", ["cloglog", "logit"])
@pytest.mark.parametrize("baseline", ["bands", "spline", "none"])
def test_counts_give_what_run_days_give(sweep, link, baseline) -> None:
    _, columns, (point, endings, days) = sweep
    some = np.arange(0, len(point), 20)
    rows = (point[some], endings[some], days[some])
    tables = life_tables(*rows, horizon_days=120)
    at, day, ended = run_days(rows, columns, 120, 1)
    x = np.column_stack([columns["pay"][at], columns["trust"][at]])
    bands, knots = {"bands": ((1, 8, 31), None), "none": (None, None), "spline": (None, 4)}[
        baseline
    ]
    fit = regression.grouped(tables, columns, link=link, bands=bands, spline_knots=knots)
    if baseline == "spline":
        ends = np.sort(rows[2][rows[1] > 0])
        ranks = np.maximum(np.ceil(np.linspace(0, 1, 4) * len(ends)).astype(int), 1)
        terms = natural_spline(np.log(day), np.log(ends[ranks - 1].astype(float)))
    else:
        terms = np.stack([day >= 1, *[day >= start for start in (bands or ())[1:]]], axis=1)
    model = sm.GLM(ended, np.column_stack([x, terms]), sm.families.Binomial(LINKS[link]()))
    reference = model.fit(tol=1e-13, maxiter=200)
    np.testing.assert_allclose(fit.coefficients, reference.params[:2], rtol=1e-6)
    np.testing.assert_allclose(fit.standard_errors, reference.bse[:2], rtol=1e-5)
    assert fit.log_likelihood == pytest.approx(reference.llf, abs=1e-6)
    assert fit.aic == pytest.approx(reference.aic, abs=1e-5)


def test_daily_bands_come_close_to_cox(sweep) -> None:
    tables, columns, _ = sweep
    cox = regression.cox(tables, columns)
    daily = regression.grouped(tables, columns, bands=range(1, 121))
    np.testing.assert_allclose(daily.coefficients, cox.coefficients, atol=0.01)
    np.testing.assert_allclose(daily.standard_errors, cox.standard_errors, rtol=0.03)


def test_the_truth_of_the_daily_hazard_is_recovered() -> None:
    rng = np.random.default_rng(8)
    pay = rng.normal(size=50)
    hazard = 1 - np.exp(-np.exp(np.log(0.02) + 0.6 * pay))
    days = rng.geometric(np.repeat(hazard, 400)[:, None])[:, 0]
    tables = life_tables(
        np.repeat(np.arange(50), 400), (days <= 90).astype(int), np.minimum(days, 90)
    )
    fit = regression.grouped(tables, {"pay": pay}, bands=None)
    assert abs(fit.coefficients[0] - 0.6) < 4 * fit.standard_errors[0]
    row = fit.baseline_table().iloc[0]
    mean = 1 - np.exp(-np.exp(np.log(0.02) + 0.6 * pay.mean()))
    assert row["lower"] < mean < row["upper"]


def test_bands_without_endings_are_left_out_but_counted(sweep) -> None:
    point = np.repeat([0, 1, 2], 4)
    tables = life_tables(point, [1, 1, 0, 1] * 3, [2, 3, 30, 25, 1, 3, 30, 26, 2, 4, 30, 28])
    fit = regression.grouped(tables, {"x": [0.0, 1.0, 0.4]}, bands=(1, 10, 20))
    assert fit.baseline.first_day.tolist() == [1, 20]
    assert fit.parameters == 4


def test_day_zero_stands_alone() -> None:
    tables = life_tables(np.repeat([0, 1, 2], 3), [1, 1, 0] * 3, [0, 2, 5, 0, 3, 5, 0, 4, 5])
    fit = regression.grouped(tables, {"x": [0.0, 1.0, 0.5]}, bands=(1,))
    assert fit.baseline.last_day.tolist() == [0, 5]
    with pytest.raises(UsageError, match="day 0"):
        regression.grouped(tables, {"x": [0.0, 1.0, 0.5]}, spline_knots=3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"link": "probit"}, "no link 'probit'"),
        ({"bands": (5, 3)}, "ascending"),
        ({"bands": (0, 3)}, "from 1 on"),
        ({"spline_knots": 2}, "3 knots"),
        ({"spline_knots": 1000}, "3 knots"),
    ],
)
def test_impossible_baselines_are_refused(sweep, options, words) -> None:
    with pytest.raises(UsageError, match=words):
        regression.grouped(sweep[0], sweep[1], **options)


def test_all_ending_at_once_is_refused() -> None:
    tables = life_tables([0, 1], [1, 1], [1, 1])
    with pytest.raises(ResultsError, match="choose other bands"):
        regression.grouped(tables, {"x": [0.0, 1.0]})


def test_names_and_notes(sweep) -> None:
    fit = regression.grouped(sweep[0], sweep[1], "violence", link="logit")
    assert "odds_ratio" in fit.table().columns
    assert fit.hazard == "cause-specific hazard of violence"
    assert fit.bic - fit.aic == pytest.approx(fit.parameters * (np.log(fit.runs) - 2))
