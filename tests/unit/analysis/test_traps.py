"""Errors that other packages have made with data like ours; each is a test with exact answers.

The numbers are those of a list of twelve: 1 ties broken at random, 2 the variance of restricted
means, 3 weights in tests, 4 medians on a plateau, 5 weights in errors, 6 intervals without width,
7 intervals without a name, 8 bands before the first ending, 9 definitions of the variance of
incidence, 10 the invariants of incidence, 11 weights in interval likelihoods, 12 shares of several
fits. `test_trap_12_...` stands with `regression.subdistribution`; more of the others with what they
are about.
"""

from fractions import Fraction

import numpy as np
import pytest

import sim.analysis
from sim.analysis import (
    BAND_NAMES,
    METHOD_NAMES,
    LifeTable,
    LifeTables,
    curves,
    hazards_table,
    incidence_band,
    incidence_limits,
    life_table,
    life_tables,
    log_rank,
    medians,
    quantiles,
    regression,
    restricted_mean,
    restricted_times,
    survival_band,
    survival_interval,
    survival_limits,
)
from tests.life_tables import published, together


def thousand_runs():
    """161 and 179 runs ended by two causes, 40 of them on day 365, and 660 held through it."""
    days = np.repeat([100, 365, 200, 365, 365], [141, 20, 159, 20, 660])
    return life_table(days, np.repeat([1, 1, 2, 2, 0], [141, 20, 159, 20, 660]), 365, causes=2)


def test_trap_1_events_on_the_horizon_day_come_before_censoring() -> None:
    """Moved past the censored runs, the 40 last endings became shares of up to 0.67."""
    found = curves(thousand_runs())
    assert found.incidence[0, :, 365].tolist() == [0.161, 0.179]
    assert found.survival[0, 365] == 0.66


def test_trap_1_events_on_a_day_of_early_censoring_come_before_it_too() -> None:
    found = curves(life_table([5, 5, 9, 9], [1, 0, 1, 0], 9, causes=1))
    assert found.survival[0, 5] == 0.75
    assert found.incidence[0, 0, 9] == pytest.approx(0.25 + 0.75 / 2)


@pytest.mark.parametrize("times", [1, 2, 1000])
def test_trap_1_ties_are_never_broken_at_random(times: int) -> None:
    """A lone event that shared its day was moved at random; a pair of them was not."""
    table = life_table(np.repeat([5, 5, 5], times), np.repeat([1, 1, 2], times), 9, causes=2)
    assert curves(table).incidence[0, :, 5].tolist() == [2 / 3, 1 / 3]


def test_trap_1_no_global_generator_is_touched() -> None:
    before = np.random.get_state()[1].copy()
    curves(thousand_runs())
    survival_band(thousand_runs(), method="sup-t", seed=3, replicates=5)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_trap_1_events_on_day_0_are_counted() -> None:
    found = curves(life_table([0, 0, 4, 9], [1, 2, 1, 0], 9, causes=2))
    assert found.survival[0, 0] == 0.5
    assert found.incidence[0, :, 0].tolist() == [0.25, 0.25]


def test_trap_2_variance_of_the_restricted_mean_is_that_of_the_mean() -> None:
    """The variance of min(T, 5) over 100 runs, 2.29, is not the variance of its mean, 0.0229."""
    days = np.repeat([1, 2, 3, 4, 5], [12, 40, 8, 6, 34])
    table = life_table(days, np.where(days < 5, 1, 0), 5, causes=1)
    found = restricted_mean(table)
    assert found.days == pytest.approx(3.10, abs=1e-12)  # under steps, not trapezoids
    assert found.standard_error**2 == pytest.approx(0.0229, abs=1e-12)


def test_trap_4_medians_where_the_curve_touches_one_half_exactly() -> None:
    """n = 2, 4 ... 400 runs, half of which end one a day, all in one call."""
    sizes = range(2, 402, 2)
    days = [np.append(np.arange(1, n // 2 + 1), np.full(n // 2, 400)) for n in sizes]
    tables = together([life_table(day, np.where(day < 400, 1, 0), 400, 1) for day in days])
    assert medians(tables) == [n // 2 for n in sizes]


def test_trap_4_medians_that_touch_one_half_after_early_censoring() -> None:
    """S is (1 - 1/3)(1 - 1/4) = 1/2 on day 3, times any number of runs."""
    for times in (1, 7, 1000):
        days = np.repeat([1, 2, 3, 9], np.array([4, 4, 1, 3]) * times)
        codes = np.repeat([1, 0, 1, 0], np.array([4, 4, 1, 3]) * times)
        assert medians(life_table(days, codes, 9, 1)) == [3]


def test_trap_4_thirds_are_not_missed() -> None:
    table = life_table([1, 2, 3], [1, 1, 1], 5, 1)
    assert quantiles(table, 1 / 3) == [1]
    assert quantiles(table, 2 / 3) == [2]


@pytest.mark.parametrize(("runs", "ends"), [((9, 4, 3), (3, 1, 1)), ((10, 6, 4), (2, 1, 2))])
def test_trap_4_thirds_that_floating_point_misses_after_early_censoring(runs, ends) -> None:
    """S is exactly 1/3 on day 3, and the product of the rounded factors lies above it."""
    product = np.prod(1.0 - np.array(ends) / np.array(runs))
    assert product > 1 / 3
    left = np.array(runs) - np.array(ends)
    cut = left - np.append(runs[1:], 0)
    days, codes = [1, 2, 3, 1, 2, 9], [1, 1, 1, 0, 0, 0]
    counts = np.append(ends, cut)
    table = life_table(np.repeat(days, counts), np.repeat(codes, counts), 9, 1)
    assert quantiles(table, Fraction(2, 3)) == [3]


def test_trap_5_errors_of_weighted_runs_are_on_the_scale_of_the_curve() -> None:
    """At S = 0.2 with 100 runs the error is 0.040; one on the scale of the hazard is 0.2 or so."""
    days, codes = np.repeat([3, 9], [80, 20]), np.repeat([1, 0], [80, 20])
    assert np.sqrt(curves(life_table(days, codes, 9, 1)).survival_variance[0, 3]) == 0.04


def test_trap_6_limits_keep_their_width_when_the_last_run_ends() -> None:
    """A variance that broke down there gave intervals without width on every day."""
    table = life_table([2, 4, 4, 6, 8, 9], [1, 2, 1, 1, 2, 1], 9, causes=2)
    early = life_table([2, 4, 4, 6, 8, 9], [1, 2, 0, 1, 2, 1], 9, causes=2)
    for one in (table, early):
        for lower, upper in (survival_limits(one), incidence_limits(one)):
            assert np.all(upper - lower > 0.1)


def test_trap_7_every_interval_and_band_is_called_by_its_method() -> None:
    assert set(METHOD_NAMES) == {"mid-p", "clopper-pearson", "log-log", "log"}
    for method, name in BAND_NAMES.items():
        band = survival_band(thousand_runs(), method=method, seed=1, replicates=5)
        assert name in band.statement
        assert band.level == 0.95


@pytest.mark.parametrize("runs", [50, 200, 10_000])
def test_trap_8_limits_before_the_first_event_allow_for_three_in_n_failures(runs: int) -> None:
    table = life_table(np.full(runs, 9), np.zeros(runs, int), 9, 1)
    lower, upper = survival_interval(table)
    assert np.all(upper == 1.0)
    assert np.all((1 - lower) * runs == pytest.approx(3.0, abs=0.1))


def test_trap_8_bands_before_the_first_event_are_open() -> None:
    for method in BAND_NAMES:
        band = survival_band(thousand_runs(), method=method, seed=1, replicates=50)
        assert np.all(band.upper[0, :100] == 1.0)
        assert np.all(band.lower[0, :100] < 0.99)
        ended = incidence_band(thousand_runs(), method=method, seed=1, replicates=50)
        assert np.all(ended.upper[0, :, :100] > 0.01)


def two_groups(times: int) -> LifeTables:
    """Two groups with one ending a day each, every run counted `times` over."""
    days = np.concatenate([np.arange(0, 40), np.arange(12, 72, 2)])
    group = np.repeat([0, 1], [40, 30])
    return life_tables(group, np.where(days < 60, 1, 0), days, runs=np.full(70, times))


@pytest.mark.parametrize("weighting", ["log-rank", "gehan", "tarone-ware", (3, 3), (1, 0)])
def test_trap_3_tests_of_weighted_runs_are_those_of_the_runs_written_out(weighting) -> None:
    """p = 0.061 became 4.5e-9 with the same runs as weights, and an ending on day 0 failed."""
    table = two_groups(3)
    rows = np.concatenate([np.arange(0, 40), np.arange(12, 72, 2)])
    group = np.repeat([0, 1], [40, 30])
    days, groups = np.repeat(rows, 3), np.repeat(group, 3)
    written_out = life_tables(groups, np.where(days < 60, 1, 0), days)
    one, other = (
        log_rank(each, weighting, p_value=True, independent=True) for each in (table, written_out)
    )
    assert one.statistic == other.statistic
    assert one.p_value == other.p_value
    if weighting == "log-rank":  # all others weigh what is observed, too
        assert one.observed.sum() == 3 * np.count_nonzero(rows < 60)


def aalens_variance(table: LifeTable, cause: int, last: int) -> float:
    """The variance of an incidence that cmprsk and scikit-survival print, by its definition."""
    found = curves(table)
    share, held = found.incidence[0, cause], found.survival[0]
    at_risk = table.runs - np.append(0, np.cumsum(table.ended.sum(axis=0) + table.censored)[:-1])
    total = 0.0
    for day in range(last + 1):
        n, all_ends, own = at_risk[day], table.ended[:, day].sum(), table.ended[cause, day]
        if not all_ends or n < 2:
            continue
        to_come, before = share[last] - share[day], held[day - 1] if day else 1.0
        total += to_come**2 * all_ends / ((n - 1) * (n - all_ends))
        total += before**2 * own * (n - own) / (n**2 * (n - 1))
        total -= 2 * to_come * before * own * (n - own) / (n * (n - all_ends) * (n - 1))
    return float(total)


def test_trap_9_the_variance_of_an_incidence_is_the_one_that_is_named() -> None:
    """mgus2, progression by month 240: delta method 0.009785, Aalen's formula 0.009806."""
    data = published("mgus2")
    progressed = data["pstat"] == 1
    months = np.where(progressed, data["ptime"], data["futime"]).astype(int)
    codes = np.where(progressed, 1, 2 * data["death"]).astype(int)
    table = life_table(months, codes, int(months.max()), causes=2)
    assert f"{np.sqrt(curves(table).incidence_variance[0, 0, 240]):.6f}" == "0.009785"
    assert f"{np.sqrt(aalens_variance(table, 0, 240)):.6f}" == "0.009806"


@pytest.mark.parametrize("name", ["weibull", "log-normal", "log-logistic"])
def test_trap_11_errors_of_interval_likelihoods_count_runs_and_not_rows(name: str) -> None:
    """A peer's variance, with weights, was that of as many observations as there are rows."""
    days = np.repeat([3, 8, 20, 40, 90], [5, 9, 7, 4, 6])
    codes = np.where(days < 90, 1, 0)
    once = life_table(days, codes, 90, causes=1)
    often = life_table(np.repeat(days, 100), np.repeat(codes, 100), 90, causes=1)
    few, many = (regression.parametric(each, name) for each in (once, often))
    for part, error in few.standard_errors.items():
        assert many.coefficients[part] == pytest.approx(few.coefficients[part], rel=1e-6)
        assert 10 * many.standard_errors[part] == pytest.approx(error, rel=1e-6)


def test_trap_10_incidence_uses_the_survival_before_the_day() -> None:
    """With S of the day itself the shares would be 0.125 and 0.125, and the sum miss 1."""
    found = curves(life_table([1, 2, 2, 3, 3], [0, 1, 2, 2, 2], 3, causes=2))
    assert found.incidence[0, :, 3] == pytest.approx([0.25, 0.75])
    assert found.incidence[0, :, 2] == pytest.approx([0.25, 0.25])


def test_other_endings_are_not_treated_as_censoring() -> None:
    """One minus a curve that censors the other cause would give 0.5 and 1, in all 1.5."""
    table = life_table([1, 1, 2, 2], [1, 1, 2, 2], 3, causes=2)
    assert curves(table).incidence[0, :, 3].tolist() == [0.5, 0.5]
    names = " ".join(sim.analysis.__all__).lower()
    assert "one_minus" not in names
    assert "net_" not in names


def test_hazards_and_incidences_answer_different_questions() -> None:
    """Both causes kill half of those at risk when their turn comes; one comes after the other."""
    table = life_table([1, 1, 1, 1, 2, 2, 3, 3], [1, 1, 1, 1, 2, 2, 0, 0], 3, causes=2)
    rows = hazards_table(table, [0, 1, 2, 3]).set_index(["cause", "first_day"])
    assert rows.loc[("cause 1", 1), "hazard"] == rows.loc[("cause 2", 2), "hazard"] == 0.5
    assert curves(table).incidence[0, :, 3].tolist() == [0.5, 0.25]


def test_days_lost_sum_to_the_window_over_a_thousand_runs() -> None:
    times = restricted_times(thousand_runs())
    assert times.kept[0] + times.lost[0].sum() == pytest.approx(365, abs=1e-9)
