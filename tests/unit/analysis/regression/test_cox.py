"""Cox regression: published values, the definition by brute force, invariances, and limits."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import LifeTables, life_tables, regression
from sim.analysis.regression.efron import tie_sums
from sim.errors import ResultsError, UsageError


def efron_by_definition(days, ended, columns, strata, coefficients) -> float:
    """Add up the logarithms one by one, as in the textbook."""
    predictor = columns @ coefficients
    total = 0.0
    for stratum in np.unique(strata):
        for day in np.unique(days[ended & (strata == stratum)]):
            at_risk = (days >= day) & (strata == stratum)
            ends = (days == day) & ended & (strata == stratum)
            total += predictor[ends].sum()
            for j in range(ends.sum()):
                rest = np.exp(predictor[at_risk]).sum()
                total -= np.log(rest - j / ends.sum() * np.exp(predictor[ends]).sum())
    return total


def gradient(function, at, step=1e-5):
    moves = np.eye(len(at)) * step
    return np.array([(function(at + m) - function(at - m)) / (2 * step) for m in moves])


# R 4.2.2, survival 3.5-3: coxph with Efron's ties.
def test_lung_as_published(lung_complete) -> None:
    columns = lung_complete.covariates("age", "sex", "ph.ecog")
    for fit in (
        regression.cox_of_runs(lung_complete.days, lung_complete.ended, columns),
        regression.cox(lung_complete.tables, columns),
    ):
        np.testing.assert_allclose(
            fit.coefficients, [0.01106676456, -0.55261239570, 0.46372847537], atol=5e-11
        )
        np.testing.assert_allclose(
            fit.standard_errors, [0.009267411014, 0.167739053787, 0.113577266162], atol=5e-12
        )
        assert fit.log_likelihood == pytest.approx(-729.230121375, abs=1e-9)
        assert fit.null_log_likelihood == pytest.approx(-744.480455761, abs=1e-9)
        assert (fit.runs, fit.ended) == (227, 164)


def test_errors_robust_to_clusters_as_in_r(lung_by_institution) -> None:
    study = lung_by_institution
    fit = regression.cox_of_runs(
        study.days,
        study.ended,
        study.covariates("age", "sex", "ph.ecog"),
        clusters=study.columns["inst"],
    )
    np.testing.assert_allclose(
        fit.robust_standard_errors, [0.006888727059, 0.112286679925, 0.117615953255], atol=5e-12
    )
    stratified = regression.cox_of_runs(
        study.days,
        study.ended,
        study.covariates("age", "ph.ecog"),
        strata=study.columns["sex"],
        clusters=study.columns["inst"],
    )
    np.testing.assert_allclose(stratified.coefficients, [0.01070840139, 0.46906294188], atol=5e-11)
    np.testing.assert_allclose(
        stratified.robust_standard_errors, [0.006846265112, 0.111092384823], atol=5e-12
    )
    assert stratified.log_likelihood == pytest.approx(-624.035431474, abs=1e-9)


def test_strata_as_in_r(veteran) -> None:
    columns, kinds = veteran.covariates("trt", "karno"), veteran.columns["celltype"]
    for fit in (
        regression.cox(veteran.tables, columns, strata=kinds),
        regression.cox_of_runs(veteran.days, veteran.ended, columns, strata=kinds),
    ):
        np.testing.assert_allclose(fit.coefficients, [0.2328346769, -0.0358011230], atol=5e-11)
        np.testing.assert_allclose(
            fit.standard_errors, [0.201098744895, 0.005530190931], atol=5e-12
        )


@given(st.integers(1, 3000), st.floats(0.0, 1e7))
def test_sums_over_ties_equal_those_one_by_one(count: int, more: float) -> None:
    largest = count + more
    terms = largest - np.arange(count)
    found = tie_sums(np.array([largest]), np.array([float(count)]))
    exact = [np.log(terms).sum(), (1 / terms).sum(), (1 / terms**2).sum()]
    np.testing.assert_allclose(np.ravel(found), exact, rtol=2e-13)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.booleans())
def test_the_estimate_maximises_the_definition(seed: int, stratified: bool) -> None:
    rng = np.random.default_rng(seed)
    days, ended = rng.integers(0, 6, size=60), rng.random(60) < 0.7
    columns = rng.normal(size=(60, 2))
    strata = rng.integers(0, 2, size=60) * stratified
    fit = regression.cox_of_runs(
        days, ended.astype(int), dict(zip("ab", columns.T, strict=True)), strata=strata
    )

    def by_definition(coefficients):
        return efron_by_definition(days, ended, columns, strata, coefficients)

    assert fit.log_likelihood == pytest.approx(by_definition(fit.coefficients), abs=1e-9)
    assert fit.null_log_likelihood == pytest.approx(by_definition(np.zeros(2)), abs=1e-9)
    np.testing.assert_allclose(gradient(by_definition, fit.coefficients), 0.0, atol=1e-6)
    curvature = gradient(lambda at: gradient(by_definition, at, 1e-4), fit.coefficients, 1e-4)
    np.testing.assert_allclose(fit.covariance, np.linalg.inv(-curvature), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("cause", [None, "violence"])
def test_tables_give_what_their_rows_give(sweep, cause) -> None:
    tables, columns, (point, endings, days) = sweep
    strata = np.arange(len(tables)) % 3
    short = regression.cox(tables, columns, cause, strata)
    rows = {name: values[point] for name, values in columns.items()}
    long = regression.cox_of_runs(days, endings, rows, cause, strata[point], clusters=point)
    np.testing.assert_allclose(short.coefficients, long.coefficients, rtol=1e-10)
    np.testing.assert_allclose(short.covariance, long.covariance, rtol=1e-10)
    np.testing.assert_allclose(short.robust, long.robust, rtol=1e-8)
    assert short.log_likelihood == pytest.approx(long.log_likelihood, rel=1e-12)
    assert short.hazard == long.hazard


def test_the_truth_is_recovered(sweep) -> None:
    tables, columns, _ = sweep
    fit = regression.cox(tables, columns)
    z = (fit.coefficients - [0.8, -0.5]) / fit.standard_errors
    assert np.all(np.abs(z) < 3.5)
    ratio = fit.robust_standard_errors / fit.standard_errors
    assert np.all((ratio > 0.6) & (ratio < 1.6))  # the covariates explain all


def test_points_that_differ_in_other_ways_widen_only_the_robust_limits() -> None:
    rng = np.random.default_rng(3)
    lasting = np.exp(rng.normal(size=60))[:, None] * rng.exponential(40.0, size=(60, 200))
    days = np.minimum(np.ceil(lasting), 100).astype(int)
    endings = (lasting <= 100).astype(int)
    tables = life_tables(np.repeat(np.arange(60), 200), endings.ravel(), days.ravel())
    fit = regression.cox(tables, {"unrelated": rng.normal(size=60)})
    assert fit.robust_standard_errors[0] > 4 * fit.standard_errors[0]


def test_order_shift_and_unit_do_not_matter(sweep) -> None:
    tables, columns, _ = sweep
    order = np.random.default_rng(0).permutation(len(tables))
    turned = LifeTables(
        tables.ended[order].copy(), tables.censored[order].copy(), tuple(order.tolist())
    )
    fit = regression.cox(tables, columns)
    moved = {"pay": 1000.0 + 7.0 * columns["pay"][order], "trust": columns["trust"][order]}
    other = regression.cox(turned, moved)
    np.testing.assert_allclose(other.coefficients * [7, 1], fit.coefficients, rtol=1e-9)
    np.testing.assert_allclose(other.standard_errors * [7, 1], fit.standard_errors, rtol=1e-9)
    assert other.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12)


def test_a_cause_is_that_hazard_with_the_others_censored(sweep) -> None:
    tables, columns, (point, endings, days) = sweep
    fit = regression.cox(tables, columns, "state_defects")
    only = life_tables(point, np.where(endings == 2, 1, 0), days, horizon_days=120)
    np.testing.assert_allclose(fit.coefficients, regression.cox(only, columns).coefficients)
    assert fit.hazard == "cause-specific hazard of state_defects"
    assert fit.ended == (endings == 2).sum()


def test_the_table_reports_effects_and_tests_only_on_request(sweep) -> None:
    fit = regression.cox(sweep[0], sweep[1])
    table = fit.table()
    assert list(table["covariate"]) == ["pay", "trust"]
    assert not any("p_value" in name for name in table.columns)
    assert set(table["errors"]) == {"robust"}
    middle = np.sqrt(table["lower"] * table["upper"])
    np.testing.assert_allclose(table["hazard_ratio"], middle)
    model = fit.table(errors="model", p_values=True)
    width = np.log(model["upper"] / model["lower"]) / 2
    np.testing.assert_allclose(width, 1.959963984540054 * fit.standard_errors)
    assert np.all(model["p_value"] < 1e-6)
    with pytest.raises(UsageError, match="between 0 and 1"):
        fit.table(level=95)


def test_robust_errors_need_clusters_and_enough_of_them(lung_complete, sweep) -> None:
    columns = lung_complete.covariates("age")
    fit = regression.cox_of_runs(lung_complete.days, lung_complete.ended, columns)
    assert set(fit.table()["errors"]) == {"model"}
    with pytest.raises(UsageError, match="give `clusters`"):
        fit.table(errors="robust")
    tables = sweep[0]
    two = LifeTables(tables.ended[:2].copy(), tables.censored[:2].copy(), (0, 1))
    few = regression.cox(two, {"pay": sweep[1]["pay"][:2]})
    assert "only 2 points" in few.notes[0]


@pytest.mark.parametrize(
    ("days", "endings"), [([1.5, 2], [1, 0]), ([-1, 2], [1, 0]), ([1, 2], [1, -1]), ([1], [1, 0])]
)
def test_rows_must_hold_whole_days_and_codes(days, endings) -> None:
    with pytest.raises(ResultsError):
        regression.cox_of_runs(days, endings, {"x": [1.0, 2.0]})


def test_trap_runs_are_counted_not_rows(sweep) -> None:
    """A peer counts rows of counts as observations; ours must sharpen with the runs behind them."""
    tables, columns, _ = sweep
    many = LifeTables(tables.ended * 100, tables.censored * 100, tables.numbers)
    few, lots = regression.cox(tables, columns), regression.cox(many, columns)
    np.testing.assert_allclose(lots.standard_errors * 10, few.standard_errors, rtol=0.02)
    assert lots.runs == 100 * few.runs


def test_trap_heavy_ties_cost_nothing(sweep) -> None:
    """A peer's robust errors did not finish; ours do not depend on the number of ties."""
    tables, columns, _ = sweep
    huge = LifeTables(tables.ended * 10**6, tables.censored * 10**6, tables.numbers)
    start = time.process_time()
    fit = regression.cox(huge, columns)
    assert time.process_time() - start < 5.0
    assert np.all(np.isfinite(fit.robust_standard_errors))


def test_trap_ties_are_not_shaken(sweep) -> None:
    """A peer moves tied days at random and rewrites the global generator; ours does neither."""
    tables, columns, _ = sweep
    before = np.random.get_state()[1].copy()
    first, second = (regression.cox(tables, columns) for _ in range(2))
    assert first.coefficients.tobytes() == second.coefficients.tobytes()
    assert np.array_equal(before, np.random.get_state()[1])


def test_trap_runs_held_on_the_horizon_are_at_risk_for_endings_on_it() -> None:
    days, ended = np.array([5, 5, 5, 5, 3, 4]), np.array([1, 1, 0, 0, 1, 1])
    x = np.array([1.0, 0.0, 1.0, 0.0, 0.5, 0.2])
    fit = regression.cox_of_runs(days, ended, {"x": x})
    value = efron_by_definition(days, ended > 0, x[:, None], np.zeros(6), fit.coefficients)
    assert fit.log_likelihood == pytest.approx(value, abs=1e-10)


def test_trap_endings_on_day_zero_count() -> None:
    days, ended = np.array([0, 0, 2, 3, 3, 5]), np.array([1, 1, 1, 0, 1, 0])
    x = np.array([1.0, 0.0, 1.0, 0.3, 0.5, 0.2])
    fit = regression.cox_of_runs(days, ended, {"x": x})
    value = efron_by_definition(days, ended > 0, x[:, None], np.zeros(6), fit.coefficients)
    assert fit.ended == 4
    assert fit.log_likelihood == pytest.approx(value, abs=1e-10)
