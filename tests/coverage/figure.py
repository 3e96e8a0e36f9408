"""The figure of the map: the lowest coverage of each narrow band of S, for several sizes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.report.appearance import GRID, INK, QUIET_INK, house_style
from sim.report.sheet import DescribedFigure, Sheet, Words
from tests.coverage.exact import HIGHEST, INTERVALS, LOWEST, covered

RUNS = (50, 200, 1000, 10_000, 100_000)
FLOORS = (0.915, 0.95)
"""What is promised: by the default interval, and by the exact one."""

_DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (3, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
_INKS = (INK, INK, QUIET_INK, INK, QUIET_INK)
_BINS = 60
_PANEL, _GAP, _DAYS = 150.0, 38.0, 40.0
_TITLE = "How often the interval of a survival share holds the truth"
_SUBTITLE = "Lowest coverage in each narrow band of S, for nominal 95 %; computed exactly"
_TICKS = (0.5, 0.7, 0.9, 0.95, 0.99, 0.995, 0.999)


def coverage_figure(runs: tuple[int, ...] = RUNS) -> DescribedFigure:
    """Draw a panel for each interval, a line for each number of runs."""
    edges = 1.0 - np.geomspace(1.0 - LOWEST, 1.0 - HIGHEST, _BINS + 1)
    with house_style():
        sheet = Sheet.begun(Words(_TITLE, _SUBTITLE), 2 * (_PANEL + _GAP) + _DAYS)
        panels = [_panel(sheet, name, edges, runs) for name in INTERVALS]
        panels[-1].set_xlabel("Survival S (scale: failures, 1 − S, by factors)", fontsize=8.0)
        sheet.skip(_DAYS)
        return sheet.finished(
            "Two panels, for the mid-p and the Clopper-Pearson interval. Lines show the lowest "
            f"coverage by survival from {LOWEST} to {HIGHEST} for {', '.join(map(str, runs))} "
            "runs. Mid-p stays above 91.5 % and is near 95 % for many runs; Clopper-Pearson never "
            "falls under 95 %, and lies well above it where S is near 1 and runs are few."
        )


def _panel(sheet: Sheet, name: str, edges: np.ndarray, runs: tuple[int, ...]) -> Axes:
    sheet.skip(_GAP)
    axes = sheet.axes(_PANEL)
    middle = np.sqrt((1.0 - edges[:-1]) * (1.0 - edges[1:]))
    for number, dashes, ink in zip(runs, _DASHES, _INKS, strict=False):
        found = covered(INTERVALS[name], number)
        lowest = [found.worst(low, high)[0] for low, high in pairwise(edges.tolist())]
        axes.plot(middle, lowest, color=ink, linestyle=dashes, linewidth=1.2, label=f"{number:,}")
    _mark(axes, FLOORS[0] if name.startswith("mid-p") else FLOORS[1])
    axes.set_title(name, loc="left", fontsize=9.0, color=INK)
    axes.set_xscale("log")
    axes.invert_xaxis()
    axes.set_xlim(1.0 - LOWEST, 1.0 - HIGHEST)
    axes.set_xticks([1.0 - tick for tick in _TICKS], [f"{tick:g}" for tick in _TICKS])
    axes.minorticks_off()
    axes.set_ylim(0.905, 1.0)
    axes.set_yticks([0.92, 0.94, 0.96, 0.98, 1.0], ["92 %", "94 %", "96 %", "98 %", "100 %"])
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.legend(
        title="Runs",
        fontsize=8.0,
        title_fontsize=8.0,
        frameon=False,
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        handlelength=2.6,
    )
    return axes


def _mark(axes: Axes, floor: float) -> None:
    """Draw the nominal level and, thicker, what is promised."""
    axes.axhline(0.95, color=QUIET_INK, linewidth=0.8)
    axes.axhline(floor, color=INK, linewidth=1.6, alpha=0.55)
    axes.annotate(
        f"promised: {100 * floor:g} %",
        (1.0 - LOWEST, floor),
        xytext=(4, -3),
        textcoords="offset points",
        fontsize=7.5,
        color=INK,
        va="top",
    )
