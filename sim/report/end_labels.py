"""Labels at the right edge of a panel, beside what they name and apart from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from sim.report.appearance import QUIET_INK

TEXT = 8.0
LEADING = 9.4
"""Points from one line of a label to the next."""

_GAP = 12.0


def spread(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Move sorted places apart until neighbours are `distance` apart, as little as is simple.

    All stay between `low` and `high` as long as there is room for them.
    """
    moved = list(places)
    for i in range(len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + distance if i else low)
    ceiling = max(high, low + distance * (len(moved) - 1))
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], moved[i + 1] - distance if i + 1 < len(moved) else ceiling)
    return moved


def height_of(axes: Axes) -> float:
    """Return the height of a panel in points."""
    return float(axes.get_window_extent().height * 72.0 / axes.figure.dpi)


def label_ends(
    axes: Axes,
    ends: Sequence[tuple[float, float]],
    labels: Sequence[str],
    colours: Sequence[str] | None = None,
    distance: float = LEADING,
    gap: float = _GAP,
) -> None:
    """Write a label for each end (day, share of the height 0..1) to the right of the axes.

    Neighbours are `distance` points apart at least, and a thin line leads from each end to its
    label, `gap` points from the axes. Ends and labels have the same order, whichever it is. The
    limits of the axes must stand already.
    """
    height = height_of(axes)
    order = np.argsort([share for _, share in ends], kind="stable").tolist()
    room = max(min((distance - LEADING) / 2.0, height / 2.0), 0.0)
    places = spread([height * ends[row][1] for row in order], distance, room, height - room)
    width = axes.get_window_extent().width * 72.0 / axes.figure.dpi
    first, last = axes.get_xlim()
    for row, place in zip(order, places, strict=True):
        day, share = ends[row]
        to_edge = width * (last - day) / (last - first)
        axes.annotate(
            labels[row],
            (day, share),
            xytext=(to_edge + gap, place - height * share),
            textcoords="offset points",
            va="center",
            fontsize=TEXT,
            linespacing=1.0,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": QUIET_INK if colours is None else colours[row],
                "linewidth": 0.6,
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )
