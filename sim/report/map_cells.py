"""The cells of a map: filled by colour and hatch, and with words in them where these fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from sim.endings import ENDINGS, HOLDING
from sim.report.appearance import INK, PAPER, QUIET_INK, Appearance, appearance_of
from sim.report.map_classes import ink_on
from sim.report.map_plan import SLACK, Plan
from sim.report.wording import width_of

NO_RUNS = Appearance(PAPER, "////")
NOT_REACHED = Appearance(INK, "\\\\\\\\")
STILL_HOLDING = Appearance(PAPER, "")
EDGE_WIDTH = 0.3  # points; closes the gaps between cells that some viewers show

_TEXT, _PAD = 7.0, 1.5


def look_of(outcome: str) -> Appearance:
    """Return how an outcome is filled: an ending, or "holding"."""
    return STILL_HOLDING if outcome == ENDINGS[HOLDING].name else appearance_of(outcome)


def edge_colour(look: Appearance) -> str:
    """Return the colour of an area's hatch and edge."""
    if not look.hatch:
        return look.colour
    return QUIET_INK if look.colour == PAPER else PAPER


def fill(axes: Axes, cells: pandas.DataFrame, look: Appearance) -> None:
    """Fill cells with one look, as one shape; neighbours in a row are joined."""
    if cells.empty:
        return
    rectangles = [
        rectangle(int(run[0]), row, int(run[-1]) + 1, row + 1)
        for row in sorted(set(cells["row"].tolist()))
        for run in _neighbours(cells.loc[cells["row"] == row, "column"].to_numpy(np.int64))
    ]
    axes.add_patch(
        PathPatch(
            Path.make_compound_path(*rectangles),
            facecolor=look.colour,
            edgecolor=edge_colour(look),
            hatch=look.hatch,
            linewidth=EDGE_WIDTH,
        )
    )


def _neighbours(columns: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Path:
    """Return the outline of a rectangle."""
    return Path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], closed=True)


def frame(axes: Axes, row: int, column: int) -> None:
    """Draw a bold frame around one cell."""
    for colour, width in ((PAPER, 3.2), (INK, 1.6)):
        x, y = np.asarray(rectangle(column, row, column + 1, row + 1).vertices).T
        axes.plot(x, y, color=colour, linewidth=width, zorder=3, clip_on=False)


def words_fit(plan: Plan, texts: Sequence[str]) -> bool:
    """Say whether each cell has room for its words."""
    widest = SLACK * max((width_of(text, _TEXT) for text in texts), default=0.0)
    room = _TEXT + 2 * _PAD + 2.0
    return bool(widest + 2 * _PAD + 2.0 <= plan.cell_width and room <= plan.cell_height)


def write_in_cells(
    axes: Axes,
    plan: Plan,
    data: pandas.DataFrame,
    texts: Sequence[str],
    colours: Sequence[str],
) -> list[Bbox]:
    """Write into the cells if all words fit; return the boxes they take, in points."""
    if not words_fit(plan, texts):
        return []
    boxes = []
    for text, colour, column, row in zip(texts, colours, data["column"], data["row"], strict=True):
        if not text:
            continue
        middle = np.array([column + 0.5, row + 0.5])
        axes.text(
            float(middle[0]),
            float(middle[1]),
            text,
            fontsize=_TEXT,
            color=ink_on(colour),
            ha="center",
            va="center",
            zorder=5,
            bbox={"facecolor": colour, "edgecolor": "none", "pad": _PAD - 0.5},
        )
        half = [SLACK * width_of(text, _TEXT) / 2 + _PAD, _TEXT / 2 + _PAD]
        boxes.append(Bbox([middle * plan.scale - half, middle * plan.scale + half]))
    return boxes
