"""Step curves: the corners left out cannot be seen."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.step_lines import fewest_corners, step_corners


def test_corners_of_a_step_curve() -> None:
    corners = step_corners(np.array([0, 1, 2]), np.array([0.9, 0.9, 0.5]), start=1.0)
    assert corners.tolist() == [
        [0, 1.0], [0, 0.9], [1, 0.9], [1, 0.9], [2, 0.9], [2, 0.5], [3, 0.5],
    ]  # fmt: skip
    assert step_corners(np.array([4]), np.array([0.2])).tolist() == [[4, 0.2], [5, 0.2]]


def distance(point: np.ndarray, line: np.ndarray) -> float:
    """The distance of a point from a line of straight pieces, piece by piece."""
    found = []
    for first, last in pairwise(line):
        along = last - first
        size = along @ along
        share = min(max((point - first) @ along / size, 0.0), 1.0) if size else 0.0
        found.append(np.hypot(*(point - first - share * along)))
    return min(found)


@given(
    st.lists(st.floats(0, 200), min_size=2, max_size=80).map(lambda v: sorted(v, reverse=True)),
    st.floats(0.01, 5),
)
def test_no_corner_left_out_is_further_away_than_the_tolerance(values, tolerance) -> None:
    corners = step_corners(np.arange(len(values)), np.array(values), start=200.0)
    kept = fewest_corners(corners, tolerance)
    assert kept[0] == 0
    assert kept[-1] == len(corners) - 1
    line = corners[kept]
    assert all(distance(point, line) <= tolerance + 1e-9 for point in corners)


def test_a_jump_that_can_be_seen_stays_on_its_day() -> None:
    values = np.where(np.arange(100) < 60, 150.0, 20.0)
    corners = step_corners(np.arange(100), values)
    assert corners[fewest_corners(corners, 0.35)].tolist() == [
        [0, 150], [60, 150], [60, 20], [100, 20],
    ]  # fmt: skip


@pytest.mark.parametrize("corners", [1, 2])
def test_short_lines_stay_as_they_are(corners: int) -> None:
    points = np.zeros((corners, 2))
    assert fewest_corners(points, 1.0).tolist() == list(range(corners))
