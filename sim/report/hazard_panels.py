"""Panels of hazards: a rate with its interval for each age band, and the ends of term apart.

Both take rows of `sim.analysis.hazards_table` for one point and one cause.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from sim.analysis import ALL_CAUSES
from sim.endings import CAUSES
from sim.report.appearance import GRID, INK, PAPER, appearance_of
from sim.report.sheet import TEXT

_ROUND = (1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_FILL = 0.22
_BAR = 6.0  # points
_MOST_ABOVE = 2.0

Floats = NDArray[np.float64]


def draw_rates(axes: Axes, rows: pandas.DataFrame, scale: float, colour: str) -> bool:
    """Draw the hazard of each band, times `scale`; return whether an interval is cut off.

    A band in which none ended is an empty box from 0 to its upper limit. The scale ends where
    limits would flatten everything else: intervals beyond it are cut off there and marked.
    """
    hazard, lower, upper = (
        scale * rows[name].to_numpy(np.float64)
        for name in ("hazard", "hazard_lower", "hazard_upper")
    )
    edges = np.column_stack([_starts(rows), rows["last_day"].to_numpy(np.float64)])
    top = top_of_rates(hazard, upper)
    _frame(axes, top, _number)
    none, some = hazard == 0, hazard > 0
    high = np.minimum(upper, top)
    style = {"edgecolor": colour, "linewidth": 0.5}
    _boxes(axes, edges[some], lower[some], high[some], facecolor=to_rgba(colour, _FILL), **style)
    _boxes(axes, edges[none], lower[none], high[none], facecolor="none", **style)
    x = np.column_stack([edges, np.full(len(edges), np.nan)])[some]
    y = np.column_stack([hazard, hazard, np.full(len(hazard), np.nan)])[some]
    axes.plot(x.ravel(), y.ravel(), color=colour, linewidth=2.0, solid_capstyle="butt", zorder=3)
    beyond = upper > top
    if beyond.any():
        middles = edges[beyond].mean(axis=1)
        mark: dict[str, Any] = {"linestyle": "", "marker": "^", "markersize": 3.5, "color": colour}
        axes.plot(middles, [top] * len(middles), clip_on=False, zorder=4, **mark)
    return bool(beyond.any())


def draw_term_ends(axes: Axes, rows: pandas.DataFrame) -> list[str]:
    """Draw the share that ended on each day a term ran out, stacked by cause, with limits.

    `rows` holds the bands of those days for all causes. Returns the causes that occurred.
    """
    together = rows[rows["cause"] == ALL_CAUSES]
    days = together["last_day"].to_numpy(np.float64)
    top = round_top(float(together["risk_upper"].max()))
    _frame(axes, top, _share)
    half = _bar_width(axes, days) / 2.0
    edges = np.column_stack([days - half, days + half])
    floor, occurred = np.zeros(len(days)), list[str]()
    for cause in sorted(CAUSES, key=lambda cause: cause.precedence):
        share = rows[rows["cause"] == cause.name]["risk"].to_numpy(np.float64)
        if share.any():
            look = appearance_of(cause.name)
            style = {"facecolor": look.colour, "hatch": look.hatch, "edgecolor": PAPER}
            _boxes(axes, edges, floor, floor + share, linewidth=0.3, **style)
            floor, occurred = floor + share, [*occurred, cause.name]
    limits = together[["risk_lower", "risk_upper"]].to_numpy(np.float64)
    whiskers = np.column_stack([limits, np.full(len(days), np.nan)]).ravel()
    for colour, width in ((PAPER, 2.0), (INK, 0.9)):
        whisker: dict[str, Any] = {"color": colour, "linewidth": width}
        axes.plot(np.repeat(days, 3), whiskers, solid_capstyle="butt", clip_on=False, **whisker)
    return occurred


def top_of_rates(hazard: Floats, upper: Floats) -> float:
    """Return where the axis ends: above all limits, or lower where a few would flatten the rest.

    It then reaches twice the largest hazard and the limits of half of the bands.
    """
    known = ~np.isnan(upper)
    if not known.any():
        return 1.0
    most = max(_MOST_ABOVE * float(hazard[known].max()), float(np.median(upper[known])))
    return round_top(min(float(upper[known].max()), most))


def round_top(largest: float) -> float:
    """Return a round number not below the largest value and not far above it; 1 for nothing."""
    if not largest > 0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(largest))
    return float(next((top * scale for top in _ROUND if top * scale >= largest), 10.0 * scale))


def _starts(rows: pandas.DataFrame) -> Floats:
    """Return where bands start: endings on day d belong to the time after day d - 1."""
    return np.maximum(rows["first_day"].to_numpy(np.float64) - 1.0, 0.0)


def _frame(axes: Axes, top: float, write: Callable[[float], str]) -> None:
    axes.set_ylim(0.0, top)
    axes.set_yticks([0, top / 2, top], [write(value) for value in (0.0, top / 2, top)])
    axes.tick_params(labelsize=TEXT)
    axes.grid(axis="y", color=GRID, linewidth=0.6)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _share(value: float) -> str:
    return f"{100 * value:.3g} %"


def _bar_width(axes: Axes, days: Floats) -> float:
    """Return the width of a bar in days: `_BAR` points, or less where bars would touch."""
    first, last = axes.get_xlim()
    points = axes.get_window_extent().width * 72.0 / axes.figure.dpi
    apart = float(np.diff(days).min()) if len(days) > 1 else last - first
    return min(_BAR * (last - first) / points, 0.7 * apart)


def _boxes(axes: Axes, edges: Floats, lower: Floats, upper: Floats, **style: Any) -> None:
    """Draw many boxes as one patch: from edges[:, 0] to edges[:, 1], from lower to upper."""
    if not len(edges):
        return
    left, right = edges.T
    corners = [(left, lower), (right, lower), (right, upper), (left, upper), (left, lower)]
    points = np.stack([np.column_stack(corner) for corner in corners], axis=1).reshape(-1, 2)
    codes = np.tile([Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY], len(edges))
    axes.add_patch(PathPatch(Path(points, codes), clip_on=False, **style))


def causes_of(rows: pandas.DataFrame) -> Sequence[str]:
    """Return the causes by which a truce ended in these rows, in order of precedence."""
    ended = rows[(rows["ended"] > 0)]["cause"].unique()
    ordered = sorted(CAUSES, key=lambda cause: cause.precedence)
    return [cause.name for cause in ordered if cause.name in ended]
