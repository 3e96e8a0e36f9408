"""Tables of pairs against the pairs themselves, and what differences are made of them."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import (
    Differences,
    PairTables,
    ending_differences,
    incidence_differences,
    pair_tables,
    restricted_mean_differences,
    restricted_mean_ratios,
    survival_differences,
    time_lost_differences,
)
from sim.errors import ResultsError, UsageError

HORIZON = 8
CAUSES = 2

Run = tuple[int, int]
Pair = tuple[Run, Run]

ONE_RUN = st.tuples(st.integers(0, HORIZON), st.integers(0, CAUSES)).map(
    lambda run: (run[0] if run[1] else HORIZON, run[1])
)
PAIRS = st.lists(st.tuples(ONE_RUN, ONE_RUN), min_size=1, max_size=25)


def columns(pairs: list[Pair]) -> tuple[np.ndarray, ...]:
    return tuple(np.array(pairs, dtype=np.int64).reshape(-1, 4).T)


def counted(pairs: list[Pair], horizon: int = HORIZON) -> PairTables:
    return pair_tables(*columns(pairs), horizon, causes=CAUSES)


def swapped(pairs: list[Pair]) -> list[Pair]:
    return [(second, first) for first, second in pairs]


def holds(day: int) -> Callable[[Run], int]:
    return lambda run: int(run[1] == 0 or run[0] > day)


def ended_by(cause: int, day: int) -> Callable[[Run], int]:
    return lambda run: int(run[1] == cause and run[0] <= day)


def days_within(last: int) -> Callable[[Run], int]:
    return lambda run: min(run[0] if run[1] else HORIZON, last)


def days_lost(cause: int, last: int) -> Callable[[Run], int]:
    return lambda run: max(last - run[0], 0) if run[1] == cause else 0


def check(pairs: list[Pair], number: Callable[[Run], int], found: Differences, place) -> None:
    """Compare with the definitions: means, and the variances of a mean over pairs and apart."""
    one, other = np.array([[number(run) for run in pair] for pair in pairs], float).T
    assert found.first[place] == pytest.approx(one.mean())
    assert found.second[place] == pytest.approx(other.mean())
    assert found.difference[place] == pytest.approx((one - other).mean(), abs=1e-12)
    assert found.standard_error[place] ** 2 == pytest.approx(
        (one - other).var() / len(pairs), abs=1e-9
    )
    assert found.independent_error[place] ** 2 == pytest.approx(
        (one.var() + other.var()) / len(pairs), abs=1e-9
    )
    if one.std() and other.std():
        assert found.correlation[place] == pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-7)
    else:
        assert np.isnan(found.correlation[place])


@given(PAIRS, st.integers(1, HORIZON))
def test_differences_are_those_of_the_definitions(pairs: list[Pair], last: int) -> None:
    tables = counted(pairs)
    survival, incidence = survival_differences(tables), incidence_differences(tables)
    lost = time_lost_differences(tables, last)
    check(pairs, days_within(last), restricted_mean_differences(tables, last), 0)
    for day in range(HORIZON + 1):
        check(pairs, holds(day), survival, (0, day))
    for cause in range(1, CAUSES + 1):
        check(pairs, days_lost(cause, last), lost, (0, cause - 1))
        for day in range(HORIZON + 1):
            check(pairs, ended_by(cause, day), incidence, (0, cause - 1, day))


@given(PAIRS)
def test_the_covariance_of_two_curves_is_read_from_the_shorter_of_each_pair(pairs) -> None:
    found = survival_differences(counted(pairs))
    both = [
        np.mean([min(holds(d)(one), holds(d)(other)) for one, other in pairs]) for d in range(9)
    ]
    covariance = (np.array(both) - found.first[0] * found.second[0]) / len(pairs)
    implied = (found.independent_error[0] ** 2 - found.standard_error[0] ** 2) / 2
    np.testing.assert_allclose(covariance, implied, atol=1e-12)


@given(PAIRS, PAIRS, PAIRS)
def test_tables_of_parts_add_up_in_any_order(a, b, c) -> None:
    whole = counted([*a, *b, *c])
    assert counted(a) + counted(b) + counted(c) == whole
    assert counted(c) + (counted(b) + counted(a)) == whole
    assert len(whole.pairs) == 1
    assert whole.pairs[0] == len(a) + len(b) + len(c)


@given(PAIRS, st.integers(1, HORIZON))
def test_swapping_points_flips_signs_and_limits(pairs: list[Pair], last: int) -> None:
    for compare in (
        survival_differences,
        incidence_differences,
        ending_differences,
        lambda tables: restricted_mean_differences(tables, last),
        lambda tables: time_lost_differences(tables, last),
    ):
        found, flipped = compare(counted(pairs)), compare(counted(swapped(pairs)))
        np.testing.assert_allclose(found.difference, -flipped.difference, atol=1e-12)
        np.testing.assert_allclose(found.lower, -flipped.upper, atol=1e-12)
        np.testing.assert_allclose(found.standard_error, flipped.standard_error, atol=1e-12)
    one, other = (restricted_mean_ratios(counted(each)) for each in (pairs, swapped(pairs)))
    np.testing.assert_allclose(one.ratio * other.ratio, np.where(np.isnan(one.ratio), np.nan, 1.0))


@given(PAIRS)
def test_a_point_paired_with_itself_does_not_differ_and_says_so(pairs: list[Pair]) -> None:
    alone = counted([(first, first) for first, _ in pairs])
    for found in (survival_differences(alone), restricted_mean_differences(alone)):
        assert np.all(found.difference == 0)
        assert np.all(found.standard_error == 0)
        varies = found.independent_error > 0
        assert np.all(found.variance_reduction[varies] == 1)
        assert np.all(found.correlation[varies] == pytest.approx(1.0))
        assert np.all(np.isnan(found.variance_reduction[~varies]))
        assert np.all((found.lower < 0) & (found.upper > 0))  # few runs may hide a rare difference


@given(PAIRS, st.integers(2, 5))
def test_runs_counted_several_times_shrink_the_error_and_nothing_else(pairs, times: int) -> None:
    once, often = counted(pairs), counted(pairs * times)
    for compare in (survival_differences, restricted_mean_differences, ending_differences):
        one, many = compare(once), compare(often)
        np.testing.assert_allclose(one.difference, many.difference, atol=1e-12)
        np.testing.assert_allclose(
            one.standard_error, many.standard_error * np.sqrt(times), atol=1e-9
        )


@given(PAIRS)
def test_trap_10_relabelled_causes_permute_and_all_shares_add_up(pairs: list[Pair]) -> None:
    relabelled = [tuple((day, (0, 2, 1)[code]) for day, code in pair) for pair in pairs]
    found, other = incidence_differences(counted(pairs)), incidence_differences(counted(relabelled))
    np.testing.assert_array_equal(found.difference[:, ::-1], other.difference)
    np.testing.assert_array_equal(found.lower[:, ::-1], other.lower)
    rest = survival_differences(counted(pairs)).difference
    np.testing.assert_allclose(found.difference.sum(axis=1) + rest, 0.0, atol=1e-12)
    days = restricted_mean_differences(counted(pairs), 5).difference
    lost = time_lost_differences(counted(pairs), 5).difference
    np.testing.assert_allclose(lost.sum(axis=1) + days, 0.0, atol=1e-12)


@given(PAIRS, PAIRS)
@settings(max_examples=40)
def test_many_points_are_compared_as_one_by_one(a: list[Pair], b: list[Pair]) -> None:
    size = min(len(a), len(b))
    base = [second for _, second in a[:size]]
    points = [[first for first, _ in side[:size]] for side in (a, b)]
    days, codes = np.array(points).transpose(2, 0, 1)
    base_days, base_codes = np.array(base).T
    together = pair_tables(days, codes, base_days, base_codes, HORIZON, [7, 3], causes=CAUSES)
    assert together.numbers == (7, 3)
    found = survival_differences(together)
    for place, point in enumerate(points):
        alone = survival_differences(counted(list(zip(point, base, strict=True))))
        np.testing.assert_array_equal(found.lower[place], alone.lower[0])
        np.testing.assert_array_equal(found.correlation[place], alone.correlation[0])


def test_pairs_in_which_a_run_failed_are_left_out() -> None:
    days, codes = np.array([[3, 0, 8], [0, 2, 8]]), np.array([[1, 6, 0], [6, 2, 0]])
    kept = codes != 6
    tables = pair_tables(days, codes, [5, 4, 8], [2, 2, 0], 8, kept=kept, causes=CAUSES)
    assert tables.pairs.tolist() == [2, 2]
    first = counted([((3, 1), (5, 2)), ((8, 0), (8, 0))])
    second = counted([((2, 2), (4, 2)), ((8, 0), (8, 0))])
    means = restricted_mean_differences(tables)
    for place, alone in enumerate((first, second)):
        assert means.difference[place] == restricted_mean_differences(alone).difference[0]
        assert means.lower[place] == restricted_mean_differences(alone).lower[0]
    with pytest.raises(ResultsError, match="Leave out the pairs"):
        pair_tables(days, codes, [5, 4, 8], [2, 2, 0], 8, causes=CAUSES)


def test_nothing_is_looked_at_after_the_horizon() -> None:
    longer = counted([((3, 1), (8, 2)), ((8, 0), (7, 1))], horizon=5)
    assert longer == counted([((3, 1), (5, 0)), ((5, 0), (5, 0))], horizon=5)


def test_a_run_cut_short_cannot_be_paired() -> None:
    with pytest.raises(ResultsError, match=r"stopped before day 8.*earlier day"):
        counted([((3, 0), (8, 0))])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1, 2], [1, 1], [1], [1], 8), "same runs"),
        (([1], [1, 1], [1], [1], 8), "same runs"),
        (([1.0], [1], [1], [1], 8), "whole numbers"),
        (([-1], [1], [1], [1], 8), "from 0 on"),
        (([1], [1], [1], [9], 8), "codes of endings from 0 to 5"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(arguments, words: str) -> None:
    with pytest.raises(ResultsError, match=words):
        pair_tables(*arguments)


def test_tables_of_other_points_or_horizons_are_not_added() -> None:
    one = pair_tables([1], [1], [1], [1], 8, [4])
    with pytest.raises(UsageError, match="same points"):
        one + pair_tables([1], [1], [1], [1], 8, [5])
    with pytest.raises(UsageError, match="same points"):
        one + pair_tables([1], [1], [1], [1], 9, [4])


def test_a_point_without_pairs_is_named() -> None:
    tables = pair_tables([[1], [1]], [[1], [1]], [1], [1], 8, [4, 9], kept=[[True], [False]])
    with pytest.raises(ResultsError, match="Point 9 has no run"):
        survival_differences(tables)


def test_sums_do_not_overflow_narrow_integers() -> None:
    days = np.full(3000, 1000, dtype=np.uint16)
    codes = np.ones(3000, dtype=np.uint8)
    found = restricted_mean_differences(pair_tables(days, codes, days, codes, 1095))
    assert (found.first[0], found.difference[0]) == (1000.0, 0.0)


def test_counts_that_do_not_belong_together_are_refused() -> None:
    one, other = counted([((3, 1), (5, 2))]), counted([((3, 1), (5, 2))] * 2)
    joint = (one.by_shorter, one.shorter_sum, one.same_ending, one.same_ending_sum)
    with pytest.raises(UsageError, match="needs its run of the baseline"):
        PairTables(one.first, other.second, *joint)
    with pytest.raises(UsageError, match="counts of one shape"):
        PairTables(one.first, one.second, one.same_ending, *joint[1:])
    assert one != other
    assert one != "pairs"
