"""Spreads against their definitions: levels, bounds, shares and moments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.sweep.spreads import Beta, Choice, Listed, Normal, Range

SHARES = (np.arange(20_000) + 0.5) / 20_000
NUMBERS = st.floats(-1e6, 1e6)


def test_steps_read_as_they_are_written() -> None:
    assert Range(0.0, 1.0, steps=11).levels() == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
    assert Range(0, 180, steps=7, whole=True).levels() == (0, 30, 60, 90, 120, 150, 180)
    assert Range(0.0, 1.0).levels() is None


@given(NUMBERS, NUMBERS, st.integers(2, 50))
def test_levels_keep_both_ends(one: float, other: float, steps: int) -> None:
    low, high = sorted((one, other))
    levels = Range(low, high, steps=steps).levels()
    assert levels is not None
    assert len(levels) == steps
    assert (levels[0], levels[-1]) == (low, high)
    assert all(low <= level <= high for level in levels)


@given(NUMBERS, NUMBERS, st.floats(0, 1))
def test_computed_values_never_leave_the_bounds(one: float, other: float, share: float) -> None:
    low, high = sorted((one, other))
    (value,) = Range(low, high).quantiles(np.array([share]))
    assert low <= value <= high


SPREADS = {
    "range": (Range(2.0, 5.0), stats.uniform(2, 3)),
    "normal": (Normal(1.0, 2.0, 0.0, 4.0), stats.truncnorm(-0.5, 1.5, loc=1, scale=2)),
    "beta": (Beta(2.0, 3.0, 1.0, 3.0), stats.beta(2, 3, loc=1, scale=2)),
}


@pytest.mark.parametrize(("spread", "known"), SPREADS.values(), ids=SPREADS)
def test_values_follow_the_distribution(spread, known) -> None:
    values = np.array(spread.quantiles(SHARES))
    assert values.mean() == pytest.approx(known.mean(), rel=1e-3)
    assert values.std() == pytest.approx(known.std(), rel=1e-3)
    assert np.all(np.diff(values) >= 0)
    ends = spread.quantiles(np.array([0.0, 1.0]))
    assert ends == [spread.low, spread.high]


@pytest.mark.parametrize(
    "spread",
    [Range(0, 6, whole=True), Normal(3, 2, 0, 6, whole=True), Beta(2, 2, 0, 6, whole=True)],
    ids=["range", "normal", "beta"],
)
def test_whole_numbers_reach_both_ends(spread) -> None:
    values = spread.quantiles(np.concatenate([[0.0], SHARES, [1.0]]))
    assert set(map(type, values)) == {int}
    assert set(values) == set(range(7))


def test_whole_numbers_of_a_range_are_equally_likely() -> None:
    values = Range(1, 4, whole=True).quantiles(SHARES)
    assert {value: values.count(value) for value in set(values)} == dict.fromkeys(range(1, 5), 5000)


def test_listed_values_are_equally_likely() -> None:
    values = Listed(("a", "b", "c", "d")).quantiles(SHARES)
    assert {value: values.count(value) for value in "abcd"} == dict.fromkeys("abcd", 5000)


def test_the_levels_of_a_walk_fall_on_different_values() -> None:
    thirds = np.array([0, 1 / 3, 2 / 3, 1])
    assert Listed((1, 2, 3)).quantiles(thirds) == [1, 2, 3, 3]
    assert Listed((False, True)).quantiles(thirds) == [False, False, True, True]


def test_a_choice_keeps_its_weights() -> None:
    values = Choice((0.0, Range(0.2, 0.9), 1.0), (4.0, 5.0, 1.0)).quantiles(SHARES)
    inside = [value for value in values if 0.2 <= value <= 0.9]
    assert values.count(0.0) == 8000
    assert values.count(1.0) == 2000
    assert len(inside) == 10_000
    assert np.mean(inside) == pytest.approx(0.55, abs=1e-3)
    assert max(inside) > 0.89


@given(
    st.lists(st.floats(0.01, 100), min_size=1, max_size=6),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
)
@settings(max_examples=60)
def test_a_choice_always_chooses(weights: list[float], shares: list[float]) -> None:
    options = tuple(range(len(weights)))
    values = Choice(options, tuple(weights)).quantiles(np.array(shares))
    assert len(values) == len(shares)
    assert set(values) <= set(options)


def test_statements_are_short() -> None:
    assert Range(0.0, 1.0, steps=11).statement() == "{from: 0, to: 1, steps: 11}"
    assert Listed((0.0, 0.25, True, "a b")).statement() == '[0, 0.25, true, "a b"]'
    assert Normal(0.0, 0.08, -0.3, 0.3).statement() == (
        "{normal: {mean: 0, sd: 0.08, low: -0.3, high: 0.3}}"
    )
    assert Choice((0.0, Range(0.2, 1.0)), (1.0, 3.0)).statement() == (
        "{choice: [0, {from: 0.2, to: 1}], weights: [1, 3]}"
    )
