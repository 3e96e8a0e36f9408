"""Intervals of differences: exact and simulated coverage, limits, refusals, and known traps."""

import numpy as np
import pytest
from scipy.stats import binom

from sim.analysis import (
    IndependentTables,
    LifeTables,
    against,
    ending_differences,
    followed_through,
    incidence_differences,
    life_tables,
    pair_tables,
    restricted_mean_differences,
    restricted_mean_ratios,
    survival_differences,
    time_lost_differences,
)
from sim.analysis.estimates import restricted_mean
from sim.analysis.sums import Sums, differences_of
from sim.errors import UsageError

HORIZON = 60
SHARES = (1e-9, 0.001, 0.005, 0.02, 0.1, 0.4)


def drawn(rng, shape, rates: tuple[float, float], shared: float) -> list[tuple]:
    """Days and endings of pairs that have the same luck with probability `shared`."""
    luck, other = rng.exponential(1, shape), rng.exponential(1, shape)
    second = np.where(rng.random(shape) < shared, luck, other)
    days = [
        np.ceil(each / rate).astype(int) for each, rate in zip((luck, second), rates, strict=True)
    ]
    return [(np.minimum(day, HORIZON), (day <= HORIZON).astype(int)) for day in days]


def mean_days(rate: float) -> float:
    return float(np.exp(-rate * np.arange(HORIZON)).sum())


def indicator(total: np.ndarray, runs: int) -> Sums:
    return Sums(np.array(runs), total, total, 1)


def paired_coverage(first_only: float, second_only: float, runs: int) -> float:
    """Return the exact chance that the interval holds the difference of two paired shares."""
    covered = 0.0
    truth, either = first_only - second_only, first_only + second_only
    for differing in range(runs + 1):
        chance = binom.pmf(differing, runs, either)
        if chance < 1e-10:
            continue
        one = np.arange(differing + 1)
        found = differences_of(
            indicator(one, runs), indicator(differing - one, runs), one * 0, one * 0, 0.95
        )
        inside = (found.lower <= truth) & (truth <= found.upper)
        covered += chance * np.sum(binom.pmf(one, differing, first_only / either) * inside)
    return covered


@pytest.mark.parametrize("runs", [50, 200, 1000])
def test_paired_shares_are_covered_near_0_and_1(runs: int) -> None:
    reached = [paired_coverage(one, other, runs) for one in SHARES[1:] for other in SHARES]
    assert min(reached) >= 0.94
    assert 0.95 <= np.mean(reached) <= 0.985


@pytest.mark.parametrize("runs", [50, 200])
def test_independent_shares_are_covered_near_0_and_1(runs: int) -> None:
    count = np.arange(runs + 1)
    one, other = np.meshgrid(count, count, indexing="ij")
    found = differences_of(indicator(one, runs), indicator(other, runs), None, None, 0.95)
    for first in SHARES:
        for second in SHARES:
            inside = (found.lower <= first - second) & (first - second <= found.upper)
            chances = np.outer(binom.pmf(count, runs, first), binom.pmf(count, runs, second))
            assert np.sum(chances * inside) >= 0.935


@pytest.mark.parametrize(
    ("runs", "rates", "shared"),
    [
        (50, (5e-5, 2e-4), 0.9),
        (50, (1e-4, 1e-3), 0.5),
        (200, (5e-5, 2e-4), 0.9),
        (200, (2e-5, 5e-4), 0.0),
        (200, (0.03, 0.02), 0.7),
        (1000, (3e-4, 4e-4), 0.99),
    ],
)
def test_restricted_means_are_covered_when_truces_hardly_end(runs, rates, shared) -> None:
    rng = np.random.default_rng(11)
    truth = mean_days(rates[0]) - mean_days(rates[1])
    first, second = drawn(rng, (500, runs), rates, shared)
    tables = pair_tables(*first, second[0][0], second[1][0], HORIZON)
    inside = []
    for place in range(500):
        tables = pair_tables(
            first[0][place], first[1][place], second[0][place], second[1][place], HORIZON
        )
        found = restricted_mean_differences(tables)
        inside.append(found.lower[0] <= truth <= found.upper[0])
    assert np.mean(inside) >= 0.925


def test_under_shared_luck_paired_intervals_cover_and_independent_ones_are_too_wide() -> None:
    rng = np.random.default_rng(12)
    rates, runs = (0.02, 0.03), 200
    truth = mean_days(rates[0]) - mean_days(rates[1])
    covered, apart, width, apart_width = 0, 0, 0.0, 0.0
    for _ in range(600):
        first, second = drawn(rng, runs, rates, 0.75)
        tables = pair_tables(*first, *second, HORIZON)
        paired = restricted_mean_differences(tables)
        alone = restricted_mean_differences(IndependentTables(tables.first, tables.second))
        covered += paired.lower[0] <= truth <= paired.upper[0]
        apart += alone.lower[0] <= truth <= alone.upper[0]
        width += paired.upper[0] - paired.lower[0]
        apart_width += alone.upper[0] - alone.lower[0]
    assert 0.93 <= covered / 600 <= 0.97
    assert apart / 600 >= 0.985
    assert apart_width > 1.5 * width


def test_opposite_luck_is_reported_as_negative() -> None:
    days = np.arange(1, 51)
    tables = pair_tables(days, np.ones(50, int), days[::-1], np.ones(50, int), 60)
    found = restricted_mean_differences(tables)
    assert found.correlation[0] == pytest.approx(-1.0)
    assert found.variance_reduction[0] == pytest.approx(-1.0)


def test_trap_8_before_the_first_ending_intervals_have_width() -> None:
    held = np.full(500, HORIZON), np.zeros(500, int)
    tables = pair_tables(*held, *held, HORIZON)
    apart = IndependentTables(tables.first, tables.second)
    for compared in (tables, apart):
        for compare in (survival_differences, incidence_differences, ending_differences):
            found = compare(compared)
            assert np.all(found.standard_error == 0)
            assert np.all((found.lower < 0) & (found.upper > 0))
            assert np.all(found.upper < 4 / 500)
        for compare in (restricted_mean_differences, time_lost_differences):
            found = compare(compared)
            assert np.all((found.lower < 0) & (found.upper > 0))
            assert np.all(found.upper < 4 * HORIZON / 500)
        ratio = restricted_mean_ratios(compared)
        assert ratio.lower[0] < ratio.ratio[0] == 1.0 < ratio.upper[0]


def test_trap_1_endings_on_the_horizon_day_stay_there() -> None:
    """40 of 1,000 runs end on the last day and 660 hold through it: 0.161 and 0.179, no more."""
    days = np.repeat([100, 200, 365, 365], [150, 150, 40, 660])
    codes = np.repeat([1, 2, 1, 0], [150, 150, 11, 689])
    codes[311:340] = 2
    held = np.full(1000, 365), np.zeros(1000, int)
    found = ending_differences(pair_tables(days, codes, *held, 365, causes=2))
    assert found.difference[0].tolist() == [0.161, 0.179]
    assert found.standard_error[0] ** 2 == pytest.approx([0.161 * 0.839e-3, 0.179 * 0.821e-3])
    before = incidence_differences(pair_tables(days, codes, *held, 365, causes=2), [364])
    assert before.difference[0, :, 0].tolist() == [0.15, 0.15]


def test_trap_2_the_error_is_that_of_the_mean_and_not_of_one_run() -> None:
    first, second = drawn(np.random.default_rng(1), 400, (0.02, 0.03), 0.0)
    tables = pair_tables(*first, *second, HORIZON)
    found = restricted_mean_differences(tables)
    alone = [restricted_mean(side[0]).standard_error for side in (tables.first, tables.second)]
    assert found.independent_error[0] == pytest.approx(np.hypot(*alone))
    assert found.first[0] == pytest.approx(restricted_mean(tables.first[0]).days)


def test_trap_5_weights_are_counts_of_runs() -> None:
    rows = ([0, 0, 0, 1, 1, 1], [1, 2, 0, 1, 2, 0], [3, 9, 20, 5, 5, 20])
    weighted = life_tables(*rows, runs=[4, 7, 9, 2, 3, 5])
    expanded = life_tables(*(np.repeat(column, [4, 7, 9, 2, 3, 5]) for column in rows))
    for compare in (survival_differences, restricted_mean_differences, ending_differences):
        one, other = (compare(against(each, 1)) for each in (weighted, expanded))
        np.testing.assert_array_equal(one.standard_error, other.standard_error)
        np.testing.assert_array_equal(one.lower, other.lower)


def cut_short(shift: int = 0) -> LifeTables:
    rng = np.random.default_rng(5)
    days, limit = rng.geometric(0.03, 300), rng.integers(5, 200, 300)
    seen, code = np.minimum(days, limit), (days <= limit).astype(int)
    code, seen = np.where(seen > HORIZON, 0, code), np.minimum(seen, HORIZON)
    return life_tables(np.arange(300) % 2 + shift, code, seen, horizon_days=HORIZON)


def test_where_runs_were_cut_short_survival_and_means_are_still_compared() -> None:
    tables = cut_short()
    curves = survival_differences(against(tables, 1), [0, 30, HORIZON])
    assert "square-and-add" in curves.method
    assert curves.difference[1].tolist() == [0.0, 0.0, 0.0]
    assert np.all((curves.lower < curves.difference) & (curves.difference < curves.upper))
    means = restricted_mean_differences(against(tables, 1), 40)
    assert "Greenwood" in means.method
    one, other = (restricted_mean(table, 40) for table in tables)
    assert means.difference[0] == pytest.approx(one.days - other.days)
    assert means.standard_error[0] == pytest.approx(
        np.hypot(one.standard_error, other.standard_error)
    )
    assert means.lower[0] < means.difference[0] < means.upper[0]


def test_where_nothing_was_cut_short_in_time_the_rest_can_be_compared() -> None:
    tables = cut_short()
    for compare in (
        incidence_differences,
        ending_differences,
        time_lost_differences,
        restricted_mean_ratios,
    ):
        with pytest.raises(UsageError, match="followed_through"):
            compare(against(tables, 1))
    early = followed_through(tables, 5)
    assert early.runs.tolist() == tables.runs.tolist()
    assert early.ended.sum() == tables.ended[:, :, :6].sum()
    assert ending_differences(against(early, 1)).difference.shape == (2, 5)


def test_square_and_add_agrees_with_the_plain_interval_in_large_samples() -> None:
    first, second = drawn(np.random.default_rng(2), 20_000, (0.02, 0.03), 0.0)
    tables = pair_tables(*first, *second, HORIZON)
    plain = survival_differences(IndependentTables(tables.first, tables.second), [30])
    censored = tables.first.censored.copy()
    ended = tables.first.ended.copy()
    ended[0, 0, 3] -= 1
    censored[0, 3] += 1
    hardly = IndependentTables(LifeTables(ended, censored, (0,)), tables.second)
    found = survival_differences(hardly, [30])
    np.testing.assert_allclose(found.difference, plain.difference, atol=2e-4)
    np.testing.assert_allclose(found.standard_error, plain.standard_error, rtol=1e-3)
    np.testing.assert_allclose(found.upper, plain.upper, atol=4e-4)


def test_several_points_against_one_of_them() -> None:
    first, second = drawn(np.random.default_rng(3), 90, (0.02, 0.03), 0.5)
    points = np.repeat([4, 9], 90)
    tables = life_tables(
        points, np.concatenate([first[1], second[1]]), np.concatenate([first[0], second[0]])
    )
    found = survival_differences(against(tables, 9), [10, 30])
    assert found.difference.shape == (2, 2)
    assert found.difference[1].tolist() == [0.0, 0.0]
    assert not found.paired
    assert np.all(np.isnan(found.correlation))
    with pytest.raises(UsageError, match="no point 5"):
        against(tables, 5)


def test_days_levels_and_sides_out_of_range_are_refused() -> None:
    tables = pair_tables([3], [1], [4], [1], HORIZON)
    for day in (-1, HORIZON + 1):
        with pytest.raises(UsageError, match=r"lies in 0\.\.60"):
            survival_differences(tables, [day])
    for day in (0, HORIZON + 1):
        with pytest.raises(UsageError, match=r"lies in 1\.\.60"):
            restricted_mean_differences(tables, day)
    with pytest.raises(UsageError, match="between 0 and 1"):
        survival_differences(tables, level=95)
    with pytest.raises(UsageError, match="same causes and the same horizon"):
        IndependentTables(tables.first, followed_through(tables.second, 20))
    with pytest.raises(UsageError, match="one baseline or with one each"):
        IndependentTables(tables.first, life_tables([0, 1], [1, 1], [3, 4], horizon_days=HORIZON))
    with pytest.raises(UsageError, match=r"lies in 0..60, not 61"):
        followed_through(tables.first, 61)


def test_a_ratio_of_nothing_is_unknown() -> None:
    tables = pair_tables([0, 0], [1, 1], [4, 5], [1, 1], HORIZON)
    found = restricted_mean_ratios(tables)
    assert np.isnan(found.ratio[0])
    assert (found.lower[0], found.upper[0]) == (0.0, np.inf)


def test_ratios_of_means_are_covered() -> None:
    rng = np.random.default_rng(21)
    truth = mean_days(0.02) / mean_days(0.03)
    inside = {True: 0, False: 0}
    for _ in range(400):
        first, second = drawn(rng, 150, (0.02, 0.03), 0.7)
        other = drawn(rng, 150, (0.02, 0.03), 0.0)[1]
        pairs = pair_tables(*first, *second, HORIZON)
        strangers = pair_tables(*first, *other, HORIZON)
        for compared in (pairs, IndependentTables(strangers.first, strangers.second)):
            found = restricted_mean_ratios(compared)
            inside[found.paired] += found.lower[0] <= truth <= found.upper[0]
    assert all(0.925 <= hits / 400 <= 0.98 for hits in inside.values())
