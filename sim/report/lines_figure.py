"""Small panels of lines, such as convergence against the size of a sample, or a trajectory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report.appearance import GRID, PAPER, house_style
from sim.report.ranked_figure import set_round_ticks
from sim.report.sheet import LEGEND, TEXT, WIDTH, DescribedFigure, Sheet, Words
from sim.report.wording import plain

STYLES: tuple[tuple[str, Any, str], ...] = (
    ("#1A1A1A", "-", "o"),
    ("#004D80", "--", "s"),
    ("#D55E00", "-.", "^"),
    ("#009E73", ":", "D"),
    ("#7A3B8F", (0, (5, 1, 1, 1, 1, 1)), "v"),
)
"""Colour, line and mark of each name; no panel shows more names than there are styles."""
_HEADING, _PANEL, _AXIS = 18.0, 118.0, 38.0
_LEFT, _BETWEEN, _RIGHT = 46.0, 54.0, 22.0
_COLUMNS = 2
_WIDTH = (WIDTH - _LEFT - _BETWEEN * (_COLUMNS - 1) - _RIGHT) / _COLUMNS


@dataclass(frozen=True)
class Lines:
    """One panel: a table with the columns name, x and y, and optionally lower, upper and marked.

    Intervals are drawn as bars, and rows that are `marked` with a larger mark. The horizontal axis
    is logarithmic to the base 2 where `doubles` says so.
    """

    heading: str
    x_axis: str
    y_axis: str
    rows: pandas.DataFrame
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    doubles: bool = False


def lines_figure(
    panels: Sequence[Lines],
    *,
    title: str,
    subtitle: str = "",
    foot: str = "",
    description: str = "",
) -> DescribedFigure:
    """Return the figure of some panels, two beside each other; a name has one style in all.

    Texts are shown as they are.

    Errors: `ValueError` when there are more names than styles.
    """
    names = list(dict.fromkeys(name for panel in panels for name in panel.rows["name"]))
    if len(names) > len(STYLES):
        raise ValueError(f"at most {len(STYLES)} names can be told apart, not {len(names)}")
    legend = -(-len(names) // 2) * LEGEND
    rows = -(-len(panels) // _COLUMNS)
    with house_style():
        sheet = Sheet.begun(Words(title, subtitle, foot), legend + rows * _row_height())
        for first in range(0, len(names), 2):
            sheet.legend(legend_entries(names, first), columns=2)
        _draw_panels(sheet, panels, names)
        data = pandas.concat(
            [panel.rows.assign(panel=panel.heading) for panel in panels], ignore_index=True
        )
        return sheet.finished(description or describe(panels), data)


def describe(panels: Sequence[Lines]) -> str:
    """Return what the figure shows in a few sentences, for readers who cannot see it."""
    parts = []
    for panel in panels:
        ends = panel.rows.groupby("name", sort=False)["y"].agg(["first", "last"])
        said = ", ".join(f"{name} from {a:.2f} to {b:.2f}" for name, a, b in ends.itertuples())
        parts.append(f"{panel.heading}: {said}.")
    return f"{len(panels)} panels of lines, from their first to their last mark. " + " ".join(parts)


def legend_entries(names: Sequence[str], first: int) -> list[Artist]:
    """Return the legend of two of the names."""
    return [
        Line2D(
            [], [], color=colour, linestyle=line, marker=mark, markersize=4, linewidth=1.2,
            label=plain(name),
        )
        for name, (colour, line, mark) in list(zip(names, STYLES, strict=False))[first : first + 2]
    ]  # fmt: skip


def _row_height() -> float:
    return _HEADING + _PANEL + _AXIS


def _draw_panels(sheet: Sheet, panels: Sequence[Lines], names: Sequence[str]) -> None:
    for place, panel in enumerate(panels):
        column = place % _COLUMNS
        if column == 0:
            sheet.skip(_HEADING)
        axes = sheet.panel(_LEFT + column * (_WIDTH + _BETWEEN), _WIDTH, _PANEL)
        _draw(axes, panel, names)
        if column == _COLUMNS - 1 or place == len(panels) - 1:
            sheet.skip(_PANEL + _AXIS)


def _draw(axes: Axes, panel: Lines, names: Sequence[str]) -> None:
    for name, rows in panel.rows.groupby("name", sort=False):
        colour, line, mark = STYLES[names.index(str(name))]
        x, y = rows["x"].to_numpy(float), rows["y"].to_numpy(float)
        axes.plot(
            x, y, color=colour, linestyle=line, marker=mark, markersize=4, linewidth=1.2,
            markerfacecolor=colour if "marked" not in rows else PAPER,
        )  # fmt: skip
        if "lower" in rows:
            axes.vlines(x, rows["lower"], rows["upper"], color=colour, linewidth=0.8)
        if "marked" in rows:
            taken = rows["marked"].to_numpy(bool)
            axes.plot(x[taken], y[taken], color=colour, marker=mark, markersize=9, linestyle="none")
    _finish(axes, panel)


def _shares(limits: tuple[float, float]) -> tuple[list[float], list[str]]:
    """Return the ticks of a share within limits, and how they are written."""
    ticks = [tick for tick in (0.0, 0.25, 0.5, 0.75, 1.0) if limits[0] <= tick <= limits[1]]
    return ticks, [f"{tick:g}" for tick in ticks]


def _finish(axes: Axes, panel: Lines) -> None:
    if panel.doubles:
        ticks = np.unique(panel.rows["x"].to_numpy(float))
        axes.set_xscale("log", base=2)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    elif panel.x_limits:
        set_round_ticks(axes, *panel.x_limits)
    if panel.y_limits:
        axes.set_ylim(*panel.y_limits)
        axes.set_yticks(*_shares(panel.y_limits))
    axes.tick_params(labelsize=TEXT)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(plain(panel.heading), fontsize=TEXT + 0.5, loc="left", pad=5.0)
    axes.set_xlabel(plain(panel.x_axis), fontsize=TEXT, labelpad=2.0)
    axes.set_ylabel(plain(panel.y_axis), fontsize=TEXT, labelpad=2.0)
