"""The plan of a map: how large its cells are, and what is written along its sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.report.appearance import QUIET_INK
from sim.report.map_grid import Grid, shown
from sim.report.sheet import AXES_WIDTH, EDGE, LEFT, TEXT, WIDTH, Sheet
from sim.report.wording import width_of, wrap

SLACK = 1.08  # letters grow a little wider when they are fitted to pixels

_LEAST_CELL, _LEAST_MAP, _MOST_CELL, _TALLEST = 3.0, 136.0, 34.0, 330.0
_ABOVE, _BELOW, _LEADING = 10.0, 8.0, 10.0
_ROOM = LEFT - EDGE - 28.0  # for the values of the upright factor
_NARROWEST = 18.0  # points for a value whose words are broken into lines
_LONG = 6.0  # cells; values wider than this are broken instead of thinned out


class Plan:
    """How large the cells are, and what is written along the sides."""

    def __init__(self, grid: Grid, called: Mapping[str, str]) -> None:
        self.grid, self.called = grid, called
        self.rows, self.columns = grid.points.shape
        self.cell_width = AXES_WIDTH / self.columns
        fitting = min(_MOST_CELL, _TALLEST / self.rows)
        self.cell_height = max(fitting, _LEAST_MAP / self.rows, _LEAST_CELL)
        self.map_height: float = self.cell_height * self.rows
        self.across_ticks = across_ticks_of(grid.across_values, self.cell_width)
        self.across_name = wrap(called[grid.across], 0.95 * AXES_WIDTH, TEXT, most_lines=2)
        self.up_name = wrap(called[grid.up], 0.9 * self.map_height, TEXT, most_lines=2)
        self.tick_lines = max(label.count("\n") + 1 for _, label in self.across_ticks)

    @property
    def height(self) -> float:
        """Points of the map with the words below it."""
        words = _LEADING * (self.tick_lines + len(self.across_name))
        return _ABOVE + self.map_height + _BELOW + words + _BELOW / 2

    @property
    def scale(self) -> NDArray[np.float64]:
        """Width and height of a cell, in points; shape [2]."""
        return np.array([self.cell_width, self.cell_height])


def across_ticks_of(values: Sequence[Any], width: float) -> list[tuple[float, str]]:
    """Return the values that have room below cells of this width, in lines, with their places."""
    texts = [shown(value) for value in values]
    widest = SLACK * max(width_of(text, TEXT) for text in texts) + 4.0
    if widest <= width:
        every, lines = 1, texts
    elif widest <= _LONG * width:
        every, lines = int(np.ceil(widest / width)), texts
    else:  # long words are broken into lines instead
        room = max(width, _NARROWEST) - 4.0
        every = int(np.ceil(_NARROWEST / width)) if width < _NARROWEST else 1
        lines = ["\n".join(wrap(text, room / SLACK, TEXT, most_lines=3)) for text in texts]
    return [(place + 0.5, lines[place]) for place in range(0, len(values), every)]


def up_ticks_of(plan: Plan) -> list[tuple[float, str]]:
    """Return the values that have room beside the map, in lines, with their places."""
    most = 2 if plan.cell_height >= 2 * _LEADING else 1
    every = max(1, int(np.ceil(_LEADING / plan.cell_height)))
    texts = [shown(value) for value in plan.grid.up_values]
    lines = ["\n".join(wrap(text, _ROOM / SLACK, TEXT, most_lines=most)) for text in texts]
    return [(place + 0.5, lines[place]) for place in range(0, plan.rows, every)]


def begun_map(sheet: Sheet, plan: Plan) -> Axes:
    """Return the axes of the map with the values and names of both factors around them."""
    sheet.skip(_ABOVE)
    axes = sheet.panel(LEFT, AXES_WIDTH, plan.map_height)
    axes.set_xlim(0, plan.columns)
    axes.set_ylim(0, plan.rows)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(QUIET_INK)
    places, labels = zip(*plan.across_ticks, strict=True)
    axes.set_xticks(places, labels, fontsize=TEXT)
    places, labels = zip(*up_ticks_of(plan), strict=True)
    axes.set_yticks(places, labels, fontsize=TEXT)
    _name_sides(sheet, plan)
    return axes


def _name_sides(sheet: Sheet, plan: Plan) -> None:
    middle = 1.0 - (sheet.used + plan.map_height / 2) / sheet.height
    style: dict[str, Any] = {"rotation": 90, "va": "center", "multialignment": "center"}
    sheet.figure.text(EDGE / WIDTH, middle, "\n".join(plan.up_name), fontsize=TEXT, **style)
    sheet.skip(plan.map_height + _BELOW + _LEADING * plan.tick_lines)
    for line in plan.across_name:
        sheet.text(LEFT + AXES_WIDTH / 2, line, TEXT, ha="center", va="top")
        sheet.skip(_LEADING)
    sheet.skip(_BELOW / 2)
