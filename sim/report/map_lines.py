"""Contour lines of a map, and their labels where there is room for them.

Lines run between the middles of cells, where the values are, by linear interpolation over positions
of the grid, and straight on from the outermost middles to the edge of the map. They stop at cells
without a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, Stroke
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from sim.report.appearance import INK, PAPER
from sim.report.number_axis import decimals_of, with_minus
from sim.report.wording import width_of

Floats = NDArray[np.float64]

_LABEL, _PAD, _APART = 7.0, 1.5, 3.0
_SLACK = 1.08
_STEP = 4.0  # points between places that are tried for a label


def draw_lines(
    axes: Axes, values: Floats, limits: Sequence[float], taken: Sequence[Bbox], scale: Floats
) -> None:
    """Draw lines at the limits over the middles of the cells, and label those that have room.

    `values` has shape [rows, columns], nan where there is none. `taken` are boxes in which words
    stand already, in points from the lower left corner of the axes; `scale` is the size of a cell
    in points (width, height).
    """
    if min(values.shape) < 2 or not limits or np.isnan(values).all():
        return
    places = [_places_of(size) for size in values.shape[::-1]]
    held = np.ma.masked_invalid(np.pad(values, 1, mode="edge"))
    drawn = axes.contour(*places, held, levels=limits, colors=INK, linewidths=1.0)
    drawn.set_path_effects([Stroke(linewidth=2.6, foreground=PAPER), Normal()])
    occupied, size = list(taken), np.array(values.shape[::-1]) * scale
    decimals = max(decimals_of(limit) if limit else 0 for limit in limits)
    for level, path in zip(drawn.levels, drawn.get_paths(), strict=True):
        words = with_minus(float(level), min(decimals, 2))
        lines = [np.asarray(line) * scale for line in path.to_polygons(closed_only=False)]
        place = _room(lines, words, occupied, size)
        if place is not None:
            occupied.append(_box(place, words))
            _write(axes, place / scale, words)


def _places_of(size: int) -> Floats:
    """Return the middles of cells, between the two edges of the map."""
    return np.concatenate(([0.0], np.arange(size) + 0.5, [float(size)]))


def _room(
    lines: Sequence[Floats], words: str, occupied: Sequence[Bbox], size: Floats
) -> Floats | None:
    """Return the place on the lines that is furthest from their ends and free, or None."""
    free = [
        (distance, tuple(place))
        for line in lines
        for distance, place in _places(line)
        if _is_free(_box(place, words), occupied, size)
    ]
    return np.array(max(free)[1]) if free else None


def _places(line: Floats) -> Iterator[tuple[float, Floats]]:
    """Yield places along a line with their distance from its nearer end."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    for distance in np.arange(_STEP, along[-1], _STEP):
        x, y = (float(np.interp(distance, along, line[:, axis])) for axis in (0, 1))
        yield round(min(distance, float(along[-1]) - distance), 6), np.array([x, y])


def _is_free(box: Bbox, occupied: Sequence[Bbox], size: Floats) -> bool:
    is_inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= size[0] and box.y1 <= size[1]
    return is_inside and not any(box.overlaps(other.padded(_APART)) for other in occupied)


def _box(place: Floats, words: str) -> Bbox:
    half = np.array([_SLACK * width_of(words, _LABEL) / 2 + _PAD, _LABEL / 2 + _PAD])
    return Bbox([place - half, place + half])


def _write(axes: Axes, place: Floats, words: str) -> None:
    axes.text(
        float(place[0]),
        float(place[1]),
        words,
        fontsize=_LABEL,
        ha="center",
        va="center",
        zorder=6,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": _PAD - 0.5},
    )
