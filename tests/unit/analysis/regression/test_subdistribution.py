"""The model of Fine and Gray: published values, the definition, and what it is without cuts."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import LifeTables, curves, life_tables, regression
from sim.endings import CAUSES
from sim.errors import UsageError
from tests.life_tables import published

FIRST, SECOND = (cause.name for cause in CAUSES[:2])


@pytest.fixture(scope="module")
def mgus2() -> tuple[LifeTables, dict[str, np.ndarray]]:
    """1,384 patients as points of one run each: progression (first cause) or death before it."""
    data = published("mgus2")
    progressed = data["pstat"] == 1
    months = np.where(progressed, data["ptime"], data["futime"]).astype(int)
    codes = np.where(progressed, 1, 2 * data["death"]).astype(int)
    covariates = {"age": data["age"].astype(float), "male": (data["sex"] == "M") * 1.0}
    return life_tables(np.arange(len(months)), codes, months), covariates


def test_mgus2_as_in_cmprsk(mgus2) -> None:
    """R 4.2, cmprsk: crr(..., failcode = 1)."""
    fit = regression.subdistribution(*mgus2, FIRST, ties="breslow")
    assert [f"{each:.7f}" for each in fit.coefficients] == ["-0.0173382", "-0.2600382"]
    assert [f"{each:.7f}" for each in fit.robust_standard_errors] == ["0.0057371", "0.1856810"]
    assert (fit.runs, fit.ended) == (1384, 115)
    table = fit.table()
    assert table["errors"].unique().tolist() == ["robust"]
    assert table["subdistribution_hazard_ratio"].to_numpy() == pytest.approx(
        np.exp(fit.coefficients)
    )


def test_ties_hardly_matter_where_there_are_few(mgus2) -> None:
    one, other = (regression.subdistribution(*mgus2, FIRST, ties) for ties in ("breslow", "efron"))
    np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-3)
    assert not np.array_equal(one.coefficients, other.coefficients)


def drawn(seed: int, cut_short: bool) -> tuple[LifeTables, np.ndarray]:
    rng = np.random.default_rng(seed)
    points, runs, horizon = 12, 30, 20
    x = rng.normal(size=points)
    days = np.minimum(rng.geometric(0.08 * np.exp(0.3 * x)[:, None], (points, runs)), horizon)
    codes = np.where(days == horizon, 0, rng.integers(1, 3, days.shape))
    if cut_short:
        stop = rng.integers(3, 2 * horizon, days.shape)
        codes, days = np.where(stop < days, 0, codes), np.minimum(stop, days)
    point = np.repeat(np.arange(points), runs)
    return life_tables(point, codes.ravel(), days.ravel(), horizon_days=horizon), x


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_cuts_it_is_cox_with_the_others_held_to_the_end(seed: int) -> None:
    tables, x = drawn(seed, cut_short=False)
    held = tables.censored.copy()
    held[:, -1] += tables.ended[:, 1:].sum(axis=(1, 2))
    ended = np.zeros_like(tables.ended)
    ended[:, 0] = tables.ended[:, 0]
    moved = regression.cox(LifeTables(ended, held, tables.numbers), {"x": x}, cause=FIRST)
    fit = regression.subdistribution(tables, {"x": x}, FIRST)
    np.testing.assert_allclose(fit.coefficients, moved.coefficients, rtol=1e-10)
    np.testing.assert_allclose(fit.standard_errors, moved.standard_errors, rtol=1e-10)
    np.testing.assert_allclose(fit.robust_standard_errors, moved.robust_standard_errors, rtol=1e-10)


def by_definition(tables: LifeTables, x: np.ndarray, coefficient: float, ties: str) -> float:
    """Return the weighted partial log-likelihood, run by run and day by day."""
    ended, cut = tables.ended, tables.censored
    last = ended.shape[2] - 1
    runs = [
        (point, day, code + 1)
        for point, code, day in np.argwhere(ended)
        for _ in range(ended[point, code, day])
    ] + [(point, day, 0) for point, day in np.argwhere(cut) for _ in range(cut[point, day])]

    @cache
    def uncut(day: int) -> float:
        share = 1.0
        for earlier in range(min(day, last)):
            left = sum(stop >= earlier for _, stop, _ in runs)
            share *= 1 - sum(stop == earlier and not code for _, stop, code in runs) / max(left, 1)
        return share

    total = 0.0
    for day in range(last + 1):
        ends = [x[point] * coefficient for point, stop, code in runs if (stop, code) == (day, 1)]
        if not ends:
            continue
        whole = 0.0
        for point, stop, code in runs:
            if stop >= day:
                whole += np.exp(x[point] * coefficient)
            elif code > 1:
                whole += np.exp(x[point] * coefficient) * uncut(day) / uncut(stop)
        spared = np.exp(ends).sum() if ties == "efron" else 0.0
        total += sum(ends)
        total -= sum(np.log(whole - j / len(ends) * spared) for j in range(len(ends)))
    return float(total)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@settings(max_examples=5)
@given(seed=st.integers(0, 1000))
def test_the_estimate_maximises_the_definition(ties, seed: int) -> None:
    tables, x = drawn(seed, cut_short=True)
    fit = regression.subdistribution(tables, {"x": x}, FIRST, ties)
    at = fit.coefficients[0]
    least, value, most = (by_definition(tables, x, at + step, ties) for step in (-1e-3, 0, 1e-3))
    assert fit.log_likelihood == pytest.approx(value, abs=1e-8)
    assert fit.null_log_likelihood == pytest.approx(by_definition(tables, x, 0.0, ties), abs=1e-8)
    assert value > max(least, most)
    assert (most - least) / 2e-3 == pytest.approx(0.0, abs=1e-3)


def test_it_follows_the_share_where_the_hazard_of_the_cause_does_not() -> None:
    """Where the other cause ends fewer, more are left to this one at the same daily risk."""
    rng = np.random.default_rng(5)
    x = np.repeat([0.0, 1.0], 40)
    days = rng.geometric(0.04, (80, 200))
    other = rng.geometric(np.where(x, 0.02, 0.08)[:, None], days.shape)
    codes = np.where(np.minimum(days, other) > 90, 0, np.where(days <= other, 1, 2))
    days = np.minimum(np.minimum(days, other), 90)
    tables = life_tables(np.repeat(np.arange(80), 200), codes.ravel(), days.ravel())
    hazard = regression.cox(tables, {"x": x}, cause=FIRST)
    share = regression.subdistribution(tables, {"x": x}, FIRST)
    assert abs(hazard.coefficients[0]) < 4 * hazard.standard_errors[0]
    assert share.coefficients[0] > 10 * share.standard_errors[0]
    ended = curves(tables).incidence[:, 0, -1]
    assert ended[x == 1].mean() > 1.5 * ended[x == 0].mean()


def test_trap_12_no_shares_are_predicted_that_could_add_up_to_more_than_one() -> None:
    """Each cause is fitted alone; the shares come from one estimate and add up."""
    tables, x = drawn(4, cut_short=True)
    for cause in (FIRST, SECOND):
        fit = regression.subdistribution(tables, {"x": x}, cause)
        promised = ("predict", "incidence", "survival", "baseline")
        assert not [name for name in dir(fit) if name.startswith(promised)]
    found = curves(tables)
    total = found.incidence.sum(axis=1) + found.survival
    known = ~np.isnan(total)
    np.testing.assert_allclose(total[known], 1.0, atol=1e-12)


def test_other_ties_and_causes_are_refused() -> None:
    tables, x = drawn(1, cut_short=False)
    with pytest.raises(UsageError, match="efron or breslow, not 'exact'"):
        regression.subdistribution(tables, {"x": x}, FIRST, "exact")
    with pytest.raises(UsageError, match="There is no cause 'rain'"):
        regression.subdistribution(tables, {"x": x}, "rain")
