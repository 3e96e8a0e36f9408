"""Curves and numbers against naive definitions, published values and closed forms."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.analysis import (
    LifeTable,
    default_method,
    incidence,
    life_table,
    median,
    quantile,
    quantile_interval,
    restricted_mean,
    survival,
    survival_interval,
)
from sim.analysis.estimates import incidence_variance, median_day_by_cause, share_interval
from sim.analysis.intervals import mid_p
from sim.errors import ResultsError, UsageError

HORIZON = 9
CAUSES = 3
ONE_RUN = st.tuples(st.integers(0, HORIZON), st.integers(0, CAUSES))
RUNS = st.lists(ONE_RUN, min_size=1, max_size=30)

# Remission in weeks under 6-mercaptopurine: Freireich et al. 1963, Blood 21:699; the estimates are
# printed in many textbooks, for instance Kleinbaum & Klein, Survival Analysis, chapter 2.
REMISSION_ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
REMISSION_CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
REMISSION_SURVIVAL = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def table_of(runs: list[tuple[int, int]]) -> LifeTable:
    days, codes = np.array(runs, dtype=np.int64).T
    return life_table(days, codes, HORIZON, CAUSES)


def without_early_censoring(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(day if code else HORIZON, code) for day, code in runs]


def naive_curves(runs: list[tuple[int, int]], day: int) -> tuple[Fraction, list[Fraction]] | None:
    """Return S(day) and the incidence of each cause by the definitions; None where unknown."""
    holds, ended = Fraction(1), [Fraction(0)] * CAUSES
    for today in range(day + 1):
        watched = [code for lasted, code in runs if lasted >= today]
        if not watched and holds > 0:
            return None
        for cause in range(CAUSES if watched else 0):
            ended[cause] += holds * Fraction(runs.count((today, cause + 1)), len(watched))
        gone = sum(lasted == today and code > 0 for lasted, code in runs)
        holds *= 1 - Fraction(gone, max(len(watched), 1))
    return holds, ended


def remission() -> LifeTable:
    days = np.array(REMISSION_ENDED + REMISSION_CENSORED)
    codes = np.array([1] * len(REMISSION_ENDED) + [0] * len(REMISSION_CENSORED))
    return life_table(days, codes, 35, causes=1)


@given(RUNS)
def test_curves_equal_the_naive_definitions(runs: list[tuple[int, int]]) -> None:
    table = table_of(runs)
    holds, ended = survival(table), incidence(table)
    for day in range(HORIZON + 1):
        expected = naive_curves(runs, day)
        if expected is None:
            assert np.isnan(holds[day])
            assert np.isnan(ended[:, day]).all()
        else:
            assert holds[day] == pytest.approx(float(expected[0]), abs=1e-12)
            assert ended[:, day] == pytest.approx([float(share) for share in expected[1]])


@given(RUNS)
def test_shares_and_survival_sum_to_one_and_move_one_way(runs: list[tuple[int, int]]) -> None:
    table = table_of(runs)
    known = ~np.isnan(survival(table))
    total = survival(table)[known] + incidence(table)[:, known].sum(axis=0)
    assert np.max(np.abs(total - 1.0)) < 1e-12
    assert np.all(np.diff(incidence(table)[:, known], axis=1) >= 0)
    assert np.all(np.diff(survival(table)[known]) <= 0)


@given(RUNS)
def test_relabelling_the_causes_permutes_their_curves(runs: list[tuple[int, int]]) -> None:
    new_code = {0: 0, 1: 3, 2: 1, 3: 2}
    other = table_of([(day, new_code[code]) for day, code in runs])
    np.testing.assert_array_equal(incidence(other), incidence(table_of(runs))[[1, 2, 0]])
    np.testing.assert_array_equal(survival(other), survival(table_of(runs)))


@given(RUNS)
def test_without_early_censoring_curves_are_proportions(runs: list[tuple[int, int]]) -> None:
    complete = without_early_censoring(runs)
    curve = survival(table_of(complete))
    for day in range(HORIZON + 1):
        outlasting = sum(lasted > day or code == 0 for lasted, code in complete)
        assert curve[day] == outlasting / len(complete)


def test_published_remission_times() -> None:
    table = remission()
    for week, expected in REMISSION_SURVIVAL.items():
        assert survival(table)[week] == pytest.approx(expected, abs=0.0005)
    assert median(table) == 23
    assert default_method(table) == "log-log"


def test_log_log_limits_of_the_remission_times_follow_the_formula() -> None:
    lower, upper = survival_interval(remission())
    greenwood = 3 / (21 * 18) + 1 / (17 * 16)
    holds = (18 / 21) * (16 / 17)
    reach = 1.959963984540054 * np.sqrt(greenwood) / np.log(holds)
    assert lower[7] == pytest.approx(holds ** np.exp(-reach))
    size = holds * (1 - holds) / (holds**2 * greenwood)
    few_have_ended = mid_p(holds * size, size)[1]
    assert few_have_ended > holds ** np.exp(reach)
    assert upper[7] == pytest.approx(few_have_ended)


def test_upper_log_log_limits_follow_the_formula_once_twenty_have_ended() -> None:
    days, codes = np.repeat([1, 2, 3], [10, 5, 15]), np.repeat([1, 0, 1], [10, 5, 15])
    _, upper = survival_interval(
        life_table(np.append(days, [9] * 30), np.append(codes, [0] * 30), 9)
    )
    holds, greenwood = (50 / 60) * (30 / 45), 10 / (60 * 50) + 15 / (45 * 30)
    reach = 1.959963984540054 * np.sqrt(greenwood) / np.log(holds)
    assert upper[3] == pytest.approx(holds ** np.exp(reach))


def test_geometric_durations_have_their_closed_form() -> None:
    """Counts in the exact proportions of a constant daily risk of one half."""
    days = np.repeat(np.arange(1, 11), [2 ** (10 - day) for day in range(1, 11)])
    table = life_table(np.append(days, 10), np.append(np.ones(1023, int), 0), 10)
    assert survival(table).tolist() == [0.5**day for day in range(11)]
    assert median(table) == 1
    assert restricted_mean(table).days == pytest.approx(2 - 0.5**9)


def test_large_geometric_sample_lies_within_its_own_error() -> None:
    risk, runs, horizon = 0.01, 20_000, 365
    days = np.random.default_rng(11).geometric(risk, runs)
    codes = np.where(days > horizon, 0, 1)
    table = life_table(np.minimum(days, horizon), codes, horizon)
    truth = (1 - risk) ** np.arange(horizon + 1)
    assert np.max(np.abs(survival(table) - truth)) < 1.63 / np.sqrt(runs)
    mean = restricted_mean(table)
    assert abs(mean.days - (1 - truth[-1]) / risk) < 3 * mean.standard_error


def test_all_end_on_day_0() -> None:
    table = life_table(np.zeros(50, int), np.ones(50, int), 30)
    assert survival(table).tolist() == [0.0] * 31
    assert incidence(table)[0].tolist() == [1.0] * 31
    assert median(table) == 0
    assert restricted_mean(table).days == 0.0
    lower, upper = survival_interval(table)
    assert np.all(lower == 0.0)
    assert np.all(upper > 0.05)


def test_none_ends() -> None:
    table = life_table(np.full(500, 30), np.zeros(500, int), 30)
    assert survival(table).tolist() == [1.0] * 31
    assert median(table) is None
    assert restricted_mean(table).days == 30.0
    lower, upper = survival_interval(table)
    assert np.all(upper == 1.0)
    assert np.all((lower > 0.99) & (lower < 0.995))


def test_endings_on_the_horizon_day_stay_apart_from_runs_held_through_it() -> None:
    """1,000 runs, 300 ended before, 40 on day 365, and 660 held through day 365."""
    days = np.repeat([100, 365, 365], [300, 40, 660])
    table = life_table(days, np.repeat([1, 2, 0], [300, 40, 660]), 365, causes=2)
    assert survival(table)[365] == 0.66
    assert incidence(table)[:, 365].tolist() == [0.3, 0.04]


def test_ties_between_causes_are_not_broken() -> None:
    table = life_table([5, 5, 5], [1, 1, 2], 9, causes=2)
    assert incidence(table)[:, 5] == pytest.approx([2 / 3, 1 / 3])


@pytest.mark.parametrize("runs", range(2, 402, 2))
def test_median_where_the_curve_touches_one_half_exactly(runs: int) -> None:
    days = np.concatenate((np.arange(1, runs // 2 + 1), np.full(runs // 2, 400)))
    codes = np.concatenate((np.ones(runs // 2, int), np.zeros(runs // 2, int)))
    assert median(life_table(days, codes, 400)) == runs // 2


def test_plateau_rule_takes_the_first_day() -> None:
    table = life_table([3, 3, 8, 8], [1, 1, 1, 1], 10)
    assert median(table) == 3
    assert quantile(table, 0.75) == 8


def test_median_is_exact_in_spite_of_early_censoring() -> None:
    """S is exactly 1/2 after (1 - 1/3)(1 - 1/4), which floating point may miss."""
    runs = [(1, 1)] * 4 + [(2, 0)] * 4 + [(3, 1)] + [(9, 0)] * 3
    assert naive_curves(runs, 3)[0] == Fraction(1, 2)
    assert median(table_of(runs)) == 3


@given(RUNS, st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9, 1.0]))
def test_quantiles_equal_the_naive_definition(runs: list[tuple[int, int]], share: float) -> None:
    level = 1 - Fraction(share).limit_denominator(100)
    curves = [naive_curves(runs, day) for day in range(HORIZON + 1)]
    days = [day for day, curve in enumerate(curves) if curve is not None and curve[0] <= level]
    assert quantile(table_of(runs), share) == (days[0] if days else None)


def test_interval_of_the_median_holds_it_and_may_be_open() -> None:
    days = np.minimum(np.random.default_rng(3).geometric(0.02, 400), 365)
    table = life_table(days, np.where(days < 365, 1, 0), 365)
    lower, upper = quantile_interval(table)
    assert lower < median(table) < upper
    assert quantile_interval(life_table([5] * 5 + [9] * 5, [1] * 5 + [0] * 5, 9)) == (5, None)


@given(RUNS, st.integers(1, HORIZON))
def test_restricted_mean_and_its_error_without_early_censoring(runs, through_day: int) -> None:
    complete = without_early_censoring(runs)
    lasted = np.minimum([day for day, _ in complete], through_day)
    mean = restricted_mean(table_of(complete), through_day)
    assert mean.days == pytest.approx(lasted.mean())
    assert mean.standard_error == pytest.approx(lasted.std() / np.sqrt(len(complete)), abs=1e-9)


def weighted_incidence(runs: list[tuple[int, int]], weights: np.ndarray) -> np.ndarray:
    """Return the incidence of each cause at the horizon when run i counts weights[i] times."""
    lasted, code = np.array(runs).T
    holds, ended = 1.0, np.zeros(CAUSES)
    for today in range(HORIZON + 1):
        watched = weights[lasted >= today].sum()
        if watched < 0.5:
            break
        gone = np.array(
            [weights[(lasted == today) & (code == c)].sum() for c in range(1, CAUSES + 1)]
        )
        ended += holds * gone / watched
        holds *= 1 - gone.sum() / watched
    return ended


@pytest.mark.parametrize("seed", range(6))
def test_variance_of_the_incidence_equals_the_infinitesimal_jackknife(seed: int) -> None:
    rng = np.random.default_rng(seed)
    runs = [
        (int(day), int(code))
        for day, code in zip(rng.integers(0, 10, 25), rng.integers(0, 4, 25), strict=True)
    ]
    runs.append((HORIZON, 0))
    step, pulls = 1e-5, []
    for run in range(len(runs)):
        nudge = np.zeros(len(runs))
        nudge[run] = step
        up, down = (weighted_incidence(runs, 1 + sign * nudge) for sign in (1, -1))
        pulls.append((up - down) / (2 * step))
    expected = np.square(pulls).sum(axis=0)
    np.testing.assert_allclose(incidence_variance(table_of(runs)), expected, rtol=1e-6)


def test_variance_of_the_incidence_is_binomial_without_early_censoring() -> None:
    table = table_of([(2, 1)] * 3 + [(5, 1)] * 2 + [(5, 2)] * 4 + [(9, 0)] * 11)
    share = incidence(table)[:, -1]
    np.testing.assert_allclose(incidence_variance(table), share * (1 - share) / 20, atol=1e-15)


@given(RUNS)
def test_limits_enclose_the_curve_and_never_close_up(runs: list[tuple[int, int]]) -> None:
    table = table_of(runs)
    lower, upper = survival_interval(table)
    known = ~np.isnan(survival(table))
    curve = survival(table)[known]
    assert np.all((lower[known] <= curve + 1e-12) & (curve <= upper[known] + 1e-12))
    assert np.all(upper[known] - lower[known] > 0.01)
    assert np.all((lower[known] >= 0) & (upper[known] <= 1))
    assert np.isnan(lower[~known]).all()


@given(RUNS)
@example([(0, 0), (0, 0), (0, 0), (0, 1), (1, 0), (1, 1), (2, 1)])
def test_limits_of_shares_enclose_them(runs: list[tuple[int, int]]) -> None:
    table = table_of(runs)
    known = ~np.isnan(survival(table))
    share = incidence(table)[:, known][:, -1]
    lower, upper = share_interval(table)
    assert np.all((lower <= share + 1e-12) & (share <= upper + 1e-12))
    assert np.all(upper - lower > 0.01)


def test_median_day_by_cause() -> None:
    table = life_table([2, 4, 4, 6, 9, 9], [1, 1, 1, 1, 2, 0], 9, causes=3)
    assert median_day_by_cause(table) == [4, 9, None]


def test_methods_can_be_asked_for() -> None:
    table = table_of([(3, 1)] * 10 + [(9, 0)] * 30)
    widths = {
        method: np.subtract(*survival_interval(table, method=method)[::-1])[5]
        for method in ("mid-p", "clopper-pearson", "log-log")
    }
    assert widths["clopper-pearson"] > widths["mid-p"]
    assert default_method(table) == "mid-p"
    assert survival_interval(table)[0][5] == survival_interval(table, method="mid-p")[0][5]


def test_binomial_methods_are_refused_where_runs_were_cut_short() -> None:
    with pytest.raises(UsageError, match="2 were cut short"):
        survival_interval(table_of([(3, 0), (4, 0), (9, 1)]), method="mid-p")
    with pytest.raises(UsageError, match="No interval is called"):
        survival_interval(table_of([(9, 0)]), method="wald")  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [0, -0.5, 1.5])
def test_impossible_quantiles_are_refused(share: float) -> None:
    with pytest.raises(UsageError, match="above 0"):
        quantile(table_of([(1, 1)]), share)


@pytest.mark.parametrize("through_day", [0, -3, 10])
def test_restricted_mean_stays_within_what_was_observed(through_day: int) -> None:
    with pytest.raises(UsageError, match="restricted mean"):
        restricted_mean(table_of([(1, 1), (9, 0)]), through_day)
    with pytest.raises(UsageError, match="restricted mean"):
        restricted_mean(table_of([(1, 1), (3, 0)]))


@pytest.mark.parametrize(
    "compute", [survival, incidence, survival_interval, share_interval, median, restricted_mean]
)
def test_an_empty_table_is_refused_in_a_sentence(compute) -> None:
    with pytest.raises(ResultsError, match="no run"):
        compute(life_table([], [], 5))
