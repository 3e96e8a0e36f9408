"""Ticks, ends of term, and which days need drawing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.report.day_axis import MOST_TERM_MARKS, day_ticks, last_day_shown, term_ends, visible_days


@pytest.mark.parametrize(
    ("horizon", "ticks"),
    [
        (0, [0]),
        (1, [0, 1]),
        (14, [0, 2, 4, 6, 8, 10, 12, 14]),
        (30, [0, 5, 10, 15, 20, 25, 30]),
        (90, [0, 15, 30, 45, 60, 75, 90]),
        (180, [0, 30, 60, 90, 120, 150, 180]),
        (365, [0, 60, 120, 180, 240, 300, 365]),
        (730, [0, 180, 360, 540, 730]),
        (1095, [0, 180, 360, 540, 720, 900, 1095]),
        (1830, [0, 365, 730, 1095, 1460, 1830]),
        (100_000, [0, 100_000]),
    ],
)
def test_ticks_are_round_and_end_at_the_horizon(horizon: int, ticks: list[int]) -> None:
    assert day_ticks(horizon) == ticks


@pytest.mark.parametrize(("horizon", "ticks"), [(720, [0, 360, 720]), (730, [0, 365, 730])])
def test_few_ticks_are_even(horizon: int, ticks: list[int]) -> None:
    assert day_ticks(horizon, 3) == ticks


@given(st.integers(1, 4000), st.integers(1, 10))
@settings(deadline=None)
def test_ticks_are_few_and_well_apart(horizon: int, most: int) -> None:
    ticks = day_ticks(horizon, most)
    assert len(ticks) <= most + 1 or horizon > most * 3650
    gaps = np.diff(ticks)
    assert np.all(gaps > 0)
    assert gaps[-1] > gaps[0] / 2


@pytest.mark.parametrize(
    ("term", "ends"),
    [
        (None, []),
        (0, []),
        (30, [30, 60, 90]),
        (45, [45, 90]),
        (91, []),
        ([40, 30, 40, 0, 91], [30, 40]),
        ((), []),
    ],
)
def test_ends_of_term(term, ends: list[int]) -> None:
    assert term_ends(term, 90) == ends


def test_ends_too_many_to_be_told_apart_are_left_out() -> None:
    assert len(term_ends(1, MOST_TERM_MARKS)) == MOST_TERM_MARKS
    assert term_ends(1, MOST_TERM_MARKS + 1) == []


@given(arrays(float, (2, 40), elements=st.floats(0, 1)), st.sampled_from([0.0, 0.01, 0.2]))
@settings(max_examples=50, deadline=None)
def test_drawing_the_visible_days_stays_within_the_smallest_step(curves, smallest: float) -> None:
    kept = visible_days(curves, smallest)
    assert kept[0] == 0
    assert kept[-1] == 39
    last_kept = kept[np.searchsorted(kept, np.arange(40), side="right") - 1]
    assert np.max(np.abs(curves[:, last_kept] - curves)) <= smallest


def test_days_without_change_are_dropped() -> None:
    curve = np.repeat([1.0, 0.6, 0.2], [30, 30, 40])[np.newaxis]
    assert visible_days(curve, 0.0).tolist() == [0, 30, 60, 99]
    assert visible_days(curve[:, :1], 0.0).tolist() == [0]


@pytest.mark.parametrize(
    ("none_holds_from", "horizon_days", "shown"),
    [(None, 1095, 1095), (0, 1095, 2), (3, 1095, 4), (240, 1095, 270), (1090, 1095, 1095)],
)
def test_days_long_after_the_last_ending_are_not_shown(none_holds_from, horizon_days, shown):
    holding = np.ones(horizon_days + 1, dtype=np.int64)
    if none_holds_from is not None:
        holding[none_holds_from:] = 0
    assert last_day_shown(holding) == shown
