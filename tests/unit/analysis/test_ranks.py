"""Log-rank tests and hazard ratios against published values, definitions and other programs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from statsmodels.duration.survfunc import survdiff
from survival import datasets

from sim.analysis import (
    LifeTables,
    gray_test,
    hazard_ratio,
    holm,
    life_tables,
    log_rank,
    pairwise_log_rank,
)
from sim.errors import ResultsError, UsageError

HORIZON = 12
GROUPS = 3
ONE_RUN = st.tuples(st.integers(0, GROUPS - 1), st.integers(0, 2), st.integers(0, HORIZON))
FIRST_RUNS = [(group, 1, 2 + group) for group in range(GROUPS)]
RUNS = st.lists(ONE_RUN, max_size=30).map(lambda runs: FIRST_RUNS + runs)
WEIGHTINGS = ("log-rank", "gehan", "tarone-ware", (1, 0), (0.5, 2))


def whole(column) -> np.ndarray:
    return np.array(column, dtype=float).astype(int)


def counted(runs: list[tuple[int, int, int]], groups: int = GROUPS) -> LifeTables:
    return life_tables(*np.array(runs).T, numbers=range(groups), horizon_days=HORIZON)


def lung() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = datasets.load_lung()
    return whole(rows["sex"]), whole(rows["status"]) - 1, whole(rows["time"])


def veteran() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = datasets.load_veteran()
    return whole(rows["trt"]), whole(rows["status"]), whole(rows["time"])


def mgus2() -> LifeTables:
    """Progression (1) or death without it (2), by sex: women first."""
    rows = datasets.load_mgus2()
    progressed = whole(rows["pstat"])
    months = np.where(progressed == 1, whole(rows["ptime"]), whole(rows["futime"]))
    codes = np.where(progressed == 1, 1, 2 * whole(rows["death"]))
    return life_tables(np.array(rows["sex"]) == "M", codes, months)


def naive(runs, weighting) -> tuple[np.ndarray, np.ndarray]:
    """Return observed minus expected and its covariance, by the definition."""
    excess, covariance, held = np.zeros(GROUPS), np.zeros((GROUPS, GROUPS)), 1.0
    for day in range(HORIZON + 1):
        left = np.array([sum(g == k and t >= day for g, _, t in runs) for k in range(GROUPS)])
        gone = np.array([sum(g == k and t == day and c > 0 for g, c, t in runs) for k in range(3)])
        n, e = left.sum(), gone.sum()
        if not e:
            continue
        if isinstance(weighting, tuple):
            weight = held ** weighting[0] * (1 - held) ** weighting[1]
        else:
            weight = {"log-rank": 1.0, "gehan": n, "tarone-ware": n**0.5}[weighting]
        excess += weight * (gone - e * left / n)
        if n > 1:
            factor = weight**2 * e * (n - e) / (n - 1)
            covariance += factor * (np.diag(left / n) - np.outer(left, left) / n**2)
        held *= 1 - e / n
    return excess, covariance


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@given(runs=RUNS)
@settings(max_examples=30)
def test_the_test_is_that_of_the_definition(weighting, runs) -> None:
    excess, covariance = naive(runs, weighting)
    found = log_rank(counted(runs), weighting)
    np.testing.assert_allclose(found.observed - found.expected, excess, atol=1e-9)
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-9)
    assert found.statistic == pytest.approx(excess @ np.linalg.pinv(covariance) @ excess, abs=1e-7)
    assert found.p_value is None


def naive_gray(runs, cause: int) -> np.ndarray:
    """Return the expected endings by a cause in each group, by the definition."""
    expected, held, ended = np.zeros(GROUPS), np.ones(GROUPS), np.zeros(GROUPS)
    for day in range(HORIZON + 1):
        left = np.array([sum(g == k and t >= day for g, _, t in runs) for k in range(GROUPS)])
        own = np.array([runs.count((k, cause, day)) for k in range(GROUPS)])
        gone = np.array([sum(g == k and t == day and c > 0 for g, c, t in runs) for k in range(3)])
        some = (left > 0) & (held > 0)
        risk = np.where(some, left * (1 - ended) / np.where(some, held, 1), 0)
        if own.sum():
            expected += own.sum() * risk / risk.sum()
        ended = ended + np.where(some, held * own / np.maximum(left, 1), 0)
        held = held * (1 - gone / np.maximum(left, 1))
    return expected


@given(RUNS, st.sampled_from([1, 2]))
@settings(max_examples=60)
def test_grays_expected_endings_are_those_of_the_definition(runs, cause: int) -> None:
    found = gray_test(counted(runs), cause)
    np.testing.assert_allclose(found.expected, naive_gray(runs, cause), atol=1e-9)
    own = [sum(g == k and c == cause for g, c, _ in runs) for k in range(GROUPS)]
    assert found.observed.tolist() == own
    np.testing.assert_allclose(found.covariance.sum(axis=0), 0.0, atol=1e-7)
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-9


def test_published_values_of_lung_and_veteran() -> None:
    assert f"{log_rank(life_tables(*lung())).statistic:.5f}" == "10.32674"
    assert f"{log_rank(life_tables(*veteran())).statistic:.6f}" == "0.008227"


def test_published_values_of_gray() -> None:
    found = [gray_test(mgus2(), cause).statistic for cause in (1, 2)]
    assert [f"{each:.6f}" for each in found] == ["1.194508", "11.651259"]


@pytest.mark.parametrize(("weighting", "name"), [("gehan", "gb"), ("tarone-ware", "tw")])
def test_weights_as_in_statsmodels(weighting, name: str) -> None:
    group, ended, days = lung()
    expected, p_value = survdiff(days, ended, group, weight_type=name)
    found = log_rank(life_tables(*lung()), weighting, p_value=True, independent=True)
    assert found.statistic == pytest.approx(expected)
    assert found.p_value == pytest.approx(p_value)


def test_four_groups_and_fleming_harrington_as_in_r() -> None:
    """Chi-square of survdiff(..., rho = p) in the package survival 3.5-3 of R."""
    _, ended, days = veteran()
    cells = np.array(datasets.load_veteran()["celltype"])
    by_cell = life_tables(np.unique(cells, return_inverse=True)[1], ended, days)
    assert f"{log_rank(life_tables(*lung()), (1, 0)).statistic:.7f}" == "12.7141514"
    assert f"{log_rank(by_cell).statistic:.8f}" == "25.40370035"
    assert f"{log_rank(by_cell, (0.5, 0)).statistic:.8f}" == "22.71022669"


def test_strata_as_in_statsmodels() -> None:
    group, ended, days = veteran()
    strata = np.array(datasets.load_veteran()["celltype"])
    expected, _ = survdiff(days, ended, group, strata=strata)
    tables = [
        life_tables(group[strata == each], ended[strata == each], days[strata == each])
        for each in np.unique(strata)
    ]
    assert log_rank(tables).statistic == pytest.approx(expected)


@given(RUNS, st.permutations(range(GROUPS)))
@settings(max_examples=40)
def test_the_order_of_groups_does_not_matter(runs, order) -> None:
    renamed = counted([(order[group], code, day) for group, code, day in runs])
    for weighting in WEIGHTINGS:
        one, other = log_rank(counted(runs), weighting), log_rank(renamed, weighting)
        assert one.statistic == pytest.approx(other.statistic, abs=1e-8)
        np.testing.assert_allclose(one.observed, other.observed[list(order)], atol=1e-9)
    for cause in (1, 2):
        one, other = gray_test(counted(runs), cause), gray_test(renamed, cause)
        assert one.statistic == pytest.approx(other.statistic, abs=1e-6)
        np.testing.assert_allclose(one.expected, other.expected[list(order)], atol=1e-9)


def test_trap_3_runs_counted_several_times_are_runs() -> None:
    rows = ([0, 0, 0, 1, 1, 1], [1, 2, 1, 1, 2, 0], [0, 9, 11, 5, 5, 12])
    times = [4, 7, 9, 2, 3, 5]
    weighted = life_tables(*rows, runs=times)
    expanded = life_tables(*(np.repeat(column, times) for column in rows))
    for weighting in (*WEIGHTINGS, (3, 3)):
        assert log_rank(weighted, weighting).statistic == log_rank(expanded, weighting).statistic
    assert gray_test(weighted, 1).statistic == gray_test(expanded, 1).statistic
    assert log_rank(weighted).observed.tolist() == [20.0, 5.0]  # the endings on day 0 included


def test_without_other_causes_and_censoring_gray_is_near_log_rank() -> None:
    rng = np.random.default_rng(4)
    group = np.arange(2000) % 2
    days = np.ceil(rng.exponential(1, 2000) / np.where(group, 0.011, 0.01)).astype(int)
    tables = life_tables(group, np.where(days > 300, 0, 1), np.minimum(days, 300))
    one, other = gray_test(tables, 1), log_rank(tables)
    np.testing.assert_allclose(one.expected, other.expected, rtol=1e-9)
    assert one.statistic == pytest.approx(other.statistic, rel=0.02)


def test_gray_keeps_its_level_with_three_groups_and_other_causes() -> None:
    rng = np.random.default_rng(8)
    statistics = []
    for _ in range(400):
        days = rng.geometric(0.05, 150)
        code = np.where(days > 30, 0, rng.choice([1, 1, 2], 150))
        tables = life_tables(np.arange(150) % 3, code, np.minimum(days, 30))
        found = gray_test(tables, 1, p_value=True, independent=True)
        assert found.degrees == 2
        statistics.append(found.statistic)
    assert 1.75 <= np.mean(statistics) <= 2.25
    assert 0.02 <= np.mean(np.array(statistics) > 5.991) <= 0.08


def test_gray_sees_the_incidence_and_log_rank_of_the_cause_the_hazard() -> None:
    """The first cause is as likely among those that hold, but the second leaves fewer of them."""
    rng = np.random.default_rng(9)
    group = np.arange(6000) % 2
    rate = np.where(group, 0.05, 0.02)
    days = np.ceil(rng.exponential(1, 6000) / rate).astype(int)
    first = rng.random(6000) < 0.01 / rate
    codes = np.where(days > 60, 0, np.where(first, 1, 2))
    days = np.minimum(days, 60)
    incidence = gray_test(life_tables(group, codes, days), 1)
    assert incidence.statistic > 30
    assert incidence.observed[1] < incidence.expected[1]
    hazard = log_rank(life_tables(group, np.where(codes == 1, 1, 0), days))
    assert hazard.statistic < 4


def test_p_values_need_independent_groups() -> None:
    tables = life_tables(*lung())
    for test in (log_rank, pairwise_log_rank, lambda t, **k: gray_test(t, 1, **k)):
        with pytest.raises(UsageError, match=r"share their luck.*swap_test"):
            test(tables, p_value=True)
    found = log_rank(tables, p_value=True, independent=True)
    assert found.p_value == pytest.approx(chi2.sf(10.32674, 1), rel=1e-5)


def test_the_hazard_ratio_of_lung() -> None:
    found = hazard_ratio(life_tables(*lung()))
    assert found.ratio == pytest.approx((112 / 91.5817) / (53 / 73.4183), abs=1e-5)
    assert found.lower < found.peto < found.upper
    assert found.peto == pytest.approx(1 / hazard_ratio(life_tables(*lung()), 1, 0).peto)
    # Cox's coefficient is 0.531 (Efron); Peto's ratio is near it when it is near 1
    assert np.log(found.ratio) == pytest.approx(0.531, abs=0.01)


def test_a_hazard_ratio_is_covered() -> None:
    rng, inside = np.random.default_rng(6), 0
    group = np.arange(400) % 2
    for _ in range(300):
        days = np.ceil(rng.exponential(1, 400) / np.where(group, 0.01, 0.012)).astype(int)
        tables = life_tables(group, np.where(days > 90, 0, 1), np.minimum(days, 90))
        found = hazard_ratio(tables)
        inside += found.lower <= 1.2 <= found.upper
    assert 0.92 <= inside / 300 <= 0.985


def test_where_nothing_ended_nothing_is_claimed() -> None:
    tables = life_tables([0, 1], [0, 0], [9, 9], runs=[50, 60])
    found, ratio = log_rank(tables, p_value=True, independent=True), hazard_ratio(tables)
    assert (found.statistic, found.degrees, found.p_value) == (0.0, 0, 1.0)
    assert np.isnan(ratio.peto)
    assert (ratio.lower, ratio.upper) == (0.0, np.inf)
    assert gray_test(tables, 1).statistic == 0.0


def test_pairs_of_groups_are_tested_with_holms_correction() -> None:
    rng = np.random.default_rng(10)
    group = np.arange(300) % 3
    days = np.minimum(np.ceil(rng.exponential(20, 300) * (1 + (group == 2))).astype(int), 60)
    tables = life_tables(group, (days < 60).astype(int), days)
    found = pairwise_log_rank(tables, p_value=True, independent=True)
    assert [(each.first, each.second) for each in found] == [(0, 1), (0, 2), (1, 2)]
    assert [each.holm for each in found] == holm([each.p_value for each in found])
    two = LifeTables(tables.ended[[0, 2]], tables.censored[[0, 2]], (0, 2))
    assert found[1].statistic == log_rank(two).statistic
    assert found[1].hazard_ratio.ratio > 1
    silent = pairwise_log_rank(tables)
    assert all(each.p_value is None and each.holm is None for each in silent)


def test_groups_that_make_no_sense_are_refused() -> None:
    one = life_tables([0], [1], [3])
    two = life_tables([0, 1], [1, 1], [3, 4])
    with pytest.raises(UsageError, match="at least two groups"):
        log_rank(one)
    with pytest.raises(UsageError, match="at least two groups"):
        log_rank([])
    with pytest.raises(UsageError, match="the same in every stratum"):
        log_rank([two, life_tables([0, 1, 2], [1, 1, 1], [3, 4, 5])])
    with pytest.raises(UsageError, match="A weighting is"):
        log_rank(two, "peto")
    with pytest.raises(UsageError, match="A weighting is"):
        log_rank(two, (-1, 0))
    with pytest.raises(ResultsError, match="Group 1 has no run"):
        log_rank(life_tables([0], [1], [3], numbers=[0, 1]))
    with pytest.raises(ResultsError, match="Group 1 has no run"):
        gray_test(life_tables([0], [1], [3], numbers=[0, 1]), 1)
    with pytest.raises(UsageError, match="a cause from 1 to 5"):
        gray_test(two, 6)
    with pytest.raises(UsageError, match=r"the groups 0\.\.1"):
        hazard_ratio(two, 0, 2)
