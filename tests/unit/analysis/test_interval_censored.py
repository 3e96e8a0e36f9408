"""Durations known within limits: a published example, definitions on tiny inputs, limits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sim.analysis import life_table, survival
from sim.analysis.interval_censored import NEVER, innermost_intervals, npmle
from sim.errors import ResultsError

# The radiotherapy group of the breast cosmesis data: Finkelstein & Wolfe 1985, Biometrics 41:933.
# Months (from, to] with deterioration, and months after which it had not been seen.
SEEN = [
    (0, 7), (0, 8), (0, 5), (4, 11), (5, 12), (5, 11), (6, 10), (7, 16), (7, 14), (11, 15),
    (11, 18), (17, 25), (17, 25), (19, 35), (18, 26), (25, 37), (26, 40), (27, 34), (36, 44),
    (36, 48), (37, 44),
]  # fmt: skip
NOT_SEEN = [15, 17, 18, 22, 24, 24, 32, 33, 34, 36, 36, 37, 37, 37, 38, 40, 45, *[46] * 8]
MASSES = {
    (5, 5): 0.0463,
    (7, 7): 0.0334,
    (8, 8): 0.0887,
    (12, 12): 0.0708,
    (25, 25): 0.0926,
    (34, 34): 0.0818,
    (39, 40): 0.1209,
    (47, 48): 0.4656,
}

Cases = list[tuple[int, int, bool]]
Mass = dict[tuple[int, int], float]

limits = some.lists(
    some.tuples(some.integers(0, 6), some.integers(0, 4), some.booleans()), min_size=1, max_size=6
)


def of(cases: Cases) -> tuple[list[int], list[int]]:
    shortest = [low for low, _, _ in cases]
    longest = [NEVER if lost else low + width for low, width, lost in cases]
    return shortest, longest


def likelihood(shortest: list[int], longest: list[int], mass: Mass) -> float:
    total = 0.0
    for low, high in zip(shortest, longest, strict=True):
        inside = sum(
            share
            for (first, last), share in mass.items()
            if low <= first and (high == NEVER or (last != NEVER and last <= high))
        )
        total += float(np.log(inside)) if inside > 0 else -np.inf
    return total


def test_the_published_estimate_comes_out() -> None:
    shortest = [low + 1 for low, _ in SEEN] + [low + 1 for low in NOT_SEEN]
    longest = [high for _, high in SEEN] + [NEVER] * len(NOT_SEEN)
    found = npmle(shortest, longest)
    assert found.truces == 46
    bearing = zip(found.first.tolist(), found.last.tolist(), found.mass, strict=True)
    masses = {(first, last): mass for first, last, mass in bearing if mass > 1e-5}
    assert list(masses) == list(MASSES)
    assert list(masses.values()) == pytest.approx(list(MASSES.values()), abs=5e-5)
    lower, upper = found.survival(46)
    assert upper[[4, 5, 8, 24, 33]] == pytest.approx([1, 0.9537, 0.8316, 0.7608, 0.6682], abs=1e-4)
    assert (lower[39], upper[39]) == pytest.approx((0.4656, 0.5865), abs=1e-4)


def test_days_known_exactly_give_kaplan_and_meier() -> None:
    days, ended = np.array([0, 3, 3, 5, 8, 8, 9]), np.array([1, 1, 0, 1, 1, 0, 0])
    found = npmle(np.where(ended, days, days + 1), np.where(ended, days, NEVER))
    exact = survival(life_table(days, ended, 9))
    for curve in found.survival(9):
        assert curve == pytest.approx(exact, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(limits)
def test_no_other_distribution_on_a_grid_is_more_likely(cases: Cases) -> None:
    """Every way to share 12 parts of mass among up to four single days does no better."""
    shortest, longest = of(cases)
    found = npmle(shortest, longest)
    bearing = zip(found.first.tolist(), found.last.tolist(), found.mass, strict=True)
    mass = {(first, last): share for first, last, share in bearing}
    best = likelihood(shortest, longest, mass)
    days = sorted({*shortest, *(day for day in longest if day != NEVER)})[:4]
    for parts in itertools.product(range(13), repeat=len(days)):
        if sum(parts) == 12:
            other = {(day, day): part / 12 for day, part in zip(days, parts, strict=True)}
            assert likelihood(shortest, longest, other) <= best + 1e-6


@settings(max_examples=60, deadline=None)
@given(limits)
def test_the_estimate_is_a_distribution_and_forgets_order(cases: Cases) -> None:
    found, turned = npmle(*of(cases)), npmle(*of(cases[::-1]))
    assert found.mass.sum() == pytest.approx(1.0)
    assert np.array_equal(found.mass, turned.mass)
    lower, upper = found.survival(15)
    assert (lower <= upper).all()
    assert (np.diff(lower) <= 1e-12).all()
    assert (np.diff(upper) <= 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(limits)
def test_innermost_intervals_are_those_of_the_definition(cases: Cases) -> None:
    shortest, longest = (np.array(side) for side in of(cases))
    longest = np.where(longest == NEVER, 99, longest)
    expected = {
        (int(low), int(high))
        for low in shortest
        for high in longest
        if low <= high
        and not any(low < other <= high for other in shortest)
        and not any(low <= other < high for other in longest)
    }
    found = innermost_intervals(shortest, longest)
    assert set(zip(*(side.tolist() for side in found), strict=True)) == expected


def test_the_median_is_told_with_its_doubt() -> None:
    assert npmle([1, 4, 4, 9], [2, 6, 6, NEVER]).median() == (4, 6)
    assert npmle([5], [NEVER]).median() == (5, None)


@pytest.mark.parametrize(
    ("shortest", "longest"), [([], []), ([1], [1, 2]), ([3], [2]), ([-1], [2]), ([1], [-2])]
)
def test_limits_that_are_none_are_refused(shortest: list[int], longest: list[int]) -> None:
    with pytest.raises(ResultsError):
        npmle(shortest, longest)
