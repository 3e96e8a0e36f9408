"""Step curves drawn with as few corners as the eye needs, which keeps files small.

A curve of three years has a corner for every day. Corners that lie within `TOLERANCE` of a line
drawn without them cannot be seen and are left out (Douglas & Peucker 1973, Cartographica 10:112),
so jumps that can be seen stay jumps, on their day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from numpy.typing import NDArray

TOLERANCE = 0.35
"""How far, in points, a drawn line may lie from the true one: less than half its width."""

Floats = NDArray[np.float64]


def step_corners(days: NDArray[np.int64], values: Floats, start: float | None = None) -> Floats:
    """Return the corners (x, y) of a step curve, shape [corners, 2].

    It takes the value of a day from that day on, through the end of the last day. With a `start` it
    comes from there on the first day.
    """
    edges = np.append(days, days[-1] + 1).astype(np.float64)
    x, y = np.repeat(edges, 2)[1:-1], np.repeat(values, 2)
    if start is not None:
        x, y = np.append(edges[0], x), np.append(start, y)
    return np.column_stack([x, y])


def fewest_corners(corners: Floats, tolerance: float) -> NDArray[np.int64]:
    """Return the places of the corners to keep so that none left out is `tolerance` away.

    The first and the last are always kept.
    """
    kept = {0, len(corners) - 1}
    spans = [(0, len(corners) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        away = _distances(corners[first + 1 : last], corners[first], corners[last])
        place = first + 1 + int(np.argmax(away))
        if away[place - first - 1] > tolerance:
            kept.add(place)
            spans += [(first, place), (place, last)]
    return np.array(sorted(kept), dtype=np.int64)


def draw_steps(axes: Axes, corners: Floats, **style: Any) -> Line2D:
    """Draw a step curve; the limits of the axes must stand already."""
    kept = corners[_kept(axes, corners)]
    (line,) = axes.plot(kept[:, 0], kept[:, 1], **style)
    return line


def draw_many_steps(axes: Axes, curves: Sequence[Floats], **style: Any) -> None:
    """Draw step curves that look the same as one line with gaps, which keeps the file small."""
    gap = np.full((1, 2), np.nan)
    pieces = [part for corners in curves for part in (corners[_kept(axes, corners)], gap)]
    if pieces:
        axes.plot(*np.concatenate(pieces).T, **style)


def fill_steps(axes: Axes, lower: Floats, upper: Floats, **style: Any) -> Polygon:
    """Fill the area between two step curves; the limits of the axes must stand already."""
    outline = [lower[_kept(axes, lower)], upper[_kept(axes, upper)][::-1]]
    area = Polygon(np.concatenate(outline), closed=True, **style)
    axes.add_patch(area)
    return area


def _kept(axes: Axes, corners: Floats) -> NDArray[np.int64]:
    """Choose the corners by distances on the sheet, in points."""
    points = 72.0 / axes.figure.dpi
    return fewest_corners(axes.transData.transform(corners) * points, TOLERANCE)


def _distances(between: Floats, first: Floats, last: Floats) -> Floats:
    """Return how far points lie from the straight piece between two others; shape [points]."""
    along = last - first
    length = float(along @ along)
    if length == 0.0:
        return np.asarray(np.hypot(*(between - first).T))
    share = np.clip((between - first) @ along / length, 0.0, 1.0)
    return np.asarray(np.hypot(*(between - first - share[:, np.newaxis] * along).T))
