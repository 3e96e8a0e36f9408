"""The check of proportional hazards: R's values, tables against rows, and known truths."""

import numpy as np
import pytest

from sim.analysis import life_tables, regression
from sim.errors import ResultsError, UsageError


@pytest.fixture(scope="module")
def fit(veteran):
    kinds = regression.indicators("celltype", list(veteran.columns["celltype"]), "squamous")
    columns = veteran.covariates("trt") | kinds | veteran.covariates("karno")
    return regression.cox_of_runs(veteran.days, veteran.ended, columns)


# R 4.2.2, survival 3.5-3: cox.zph(..., terms = FALSE) of trt + celltype + karno.
@pytest.mark.parametrize(
    ("transform", "chi_square"),
    [
        ("km", [0.206307412, 4.046868348, 6.841139444, 5.032562683, 12.813325591, 22.859685275]),
        ("rank", [0.215103062, 4.159208950, 6.961762133, 4.996105858, 13.393896166, 23.293799602]),
        ("identity", [0.00493118419, 5.16749058, 10.36980738, 6.04230235, 6.05159506, 20.87085844]),
        ("log", [0.214861003, 2.291203964, 5.394546001, 4.641282840, 10.079175416, 21.451356768]),
    ],
)
def test_veteran_as_published(fit, transform, chi_square) -> None:
    found = regression.proportionality(fit, transform)
    np.testing.assert_allclose(found.chi_square, chi_square, rtol=2e-9)
    assert found.degrees.tolist() == [1, 1, 1, 1, 1, 5]


def test_veteran_p_values_on_request(fit) -> None:
    found = regression.proportionality(fit)
    assert "p_value" not in found.table().columns
    tested = found.table(p_values=True)["p_value"]
    assert tested.iloc[-1] == pytest.approx(0.000359064544, rel=1e-8)


def test_strata_as_in_r(veteran) -> None:
    fit = regression.cox(
        veteran.tables, veteran.covariates("trt", "karno"), strata=veteran.columns["celltype"]
    )
    found = regression.proportionality(fit)
    np.testing.assert_allclose(
        found.chi_square, [0.0507695191, 6.7067884895, 7.0950522124], rtol=1e-9
    )


def test_scaled_residuals_as_in_r(fit) -> None:
    """cox.zph(...)$y holds one row for each ending; a day with two has their mean here."""
    daily = regression.proportionality(fit).by_day()
    rows = [(1.392553 + 1.234840) / 2, 3.524225]
    np.testing.assert_allclose(daily["trt"].iloc[:2], rows, atol=1e-6)
    assert daily["ended"].iloc[0] == 2


def test_tables_give_what_rows_give(sweep) -> None:
    tables, columns, (point, endings, days) = sweep
    rows = {name: values[point] for name, values in columns.items()}
    short = regression.proportionality(regression.cox(tables, columns))
    long = regression.proportionality(regression.cox_of_runs(days, endings, rows))
    np.testing.assert_allclose(short.chi_square, long.chi_square, rtol=1e-8)
    np.testing.assert_allclose(short.changes, long.changes, rtol=1e-8)


def test_proportional_hazards_are_let_pass(sweep) -> None:
    assert regression.proportionality(regression.cox(sweep[0], sweep[1])).chi_square[-1] < 14


def test_an_effect_that_wears_off_shows_its_direction() -> None:
    rng = np.random.default_rng(5)
    side = np.repeat([0, 1], 4000)
    days = np.ceil(50 * rng.weibull(np.where(side, 0.6, 1.2))).astype(int)
    tables = life_tables(side, np.where(days <= 200, 1, 0), np.minimum(days, 200))
    found = regression.proportionality(regression.cox(tables, {"side": [0, 1]}), "log").table()
    assert found["change"].iloc[0] < -1  # from a higher to a lower hazard
    assert found["chi_square"].iloc[0] > 100


def test_transforms_are_checked() -> None:
    fit = regression.cox_of_runs([0, 1, 2, 2], [1, 1, 1, 0], {"x": [0.0, 1.0, 0.5, 0.2]})
    with pytest.raises(UsageError, match="no transform 'sqrt'"):
        regression.proportionality(fit, "sqrt")
    with pytest.raises(UsageError, match="Day 0"):
        regression.proportionality(fit, "log")


def test_endings_on_too_few_days_show_no_change() -> None:
    fit = regression.cox_of_runs([2, 2, 2, 3], [1, 1, 0, 0], {"x": [0.0, 1.0, 0.5, 0.2]})
    with pytest.raises(ResultsError, match="one day"):
        regression.proportionality(fit)
