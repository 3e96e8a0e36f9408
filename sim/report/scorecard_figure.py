"""Hazard ratios in the model beside the ranges that sources allow, on one logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report.appearance import INK, QUIET_INK, house_style
from sim.report.sheet import (
    EDGE,
    TEXT,
    WIDTH,
    DescribedFigure,
    Sheet,
    Words,
    legend_height,
)
from sim.report.wording import wrap

LEAST, MOST = 0.2, 5.0
TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)
ALLOWED = "#CFE3EF"
_NAMES, _LINE, _GAP, _AXIS = 236.0, 10.0, 8.0, 32.0
_COLUMNS = 4


@dataclass(frozen=True)
class Line:
    """One ratio: its name, what is allowed (None where open), the middle vector's, the set's.

    `band` holds the middle of the set, `median` its median.
    """

    name: str
    allowed: tuple[float | None, float | None]
    middle: float
    band: tuple[float, float]
    median: float


def scorecard_figure(lines: Sequence[Line], *, title: str, foot: str = "") -> DescribedFigure:
    """Return one row for each ratio, from the top down.

    What lies beyond 0.2 or 5 is drawn at the edge; the data have the numbers as they are.
    """
    names = [wrap(line.name, _NAMES - EDGE, TEXT) for line in lines]
    heights = [_LINE * len(name) + _GAP for name in names]
    entries = _entries()
    words = Words(title, "", foot)
    with house_style():
        sheet = Sheet.begun(words, legend_height(len(entries), _COLUMNS) + sum(heights) + _AXIS)
        sheet.legend(entries, columns=_COLUMNS)
        axes = sheet.panel(EDGE + _NAMES, WIDTH - _NAMES - 3 * EDGE, sum(heights))
        _draw(axes, lines, names, heights)
        sheet.skip(sum(heights) + _AXIS)
        return sheet.finished(
            f"For each of {len(lines)} hazard ratios, the range that sources allow and, on it, the "
            "middle 90 % of the retained set, its median and the middle vector, on a logarithmic "
            "axis with a line at 1.",
            _data(lines),
        )


def _draw(
    axes: Axes, lines: Sequence[Line], names: Sequence[Sequence[str]], heights: Sequence[float]
) -> None:
    ends = np.cumsum(heights)
    middles = ends - np.asarray(heights) / 2.0
    for line, place, height in zip(lines, middles, heights, strict=True):
        low, high = line.allowed
        left, right = _within(low or LEAST), _within(high or MOST)
        axes.barh(place, right - left, height - 4.0, left, color=ALLOWED, linewidth=0)
        axes.hlines(place, _within(line.band[0]), _within(line.band[1]), color=INK, linewidth=2.6)
        axes.plot(_within(line.median), place, "o", color="white", mec=INK, markersize=4.6)
        axes.plot(_within(line.middle), place, "|", color="#D55E00", markersize=9, mew=1.8)
    axes.axvline(1.0, color=QUIET_INK, linewidth=0.8, linestyle="--", zorder=0.5)
    axes.set_xscale("log")
    axes.set_xlim(LEAST, MOST)
    axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS], fontsize=TEXT)
    axes.minorticks_off()
    axes.set_ylim(ends[-1], 0.0)
    axes.set_yticks(middles, ["\n".join(name) for name in names], fontsize=TEXT)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("Hazard ratio (logarithmic axis)", fontsize=TEXT)
    axes.spines["left"].set_visible(False)


def _within(ratio: float) -> float:
    return float(min(max(ratio, LEAST), MOST))


def _entries() -> list[Artist]:
    return [
        Patch(color=ALLOWED, label="Tolerance"),
        Line2D([], [], color=INK, linewidth=2.6, label="Middle 90 % of the set"),
        Line2D([], [], color="white", mec=INK, linestyle="", marker="o", markersize=4.6,
               label="Its median"),
        Line2D([], [], color="#D55E00", linestyle="", marker="|", markersize=9, mew=1.8,
               label="Middle vector"),
    ]  # fmt: skip


def _data(lines: Sequence[Line]) -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "name": [line.name for line in lines],
            "allowed_from": [line.allowed[0] for line in lines],
            "allowed_to": [line.allowed[1] for line in lines],
            "middle_vector": [line.middle for line in lines],
            "set_lower": [line.band[0] for line in lines],
            "set_median": [line.median for line in lines],
            "set_upper": [line.band[1] for line in lines],
        }
    )
