"""What stands beside a map: the scale of its colours, and the meaning of its other marks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from sim.report.appearance import INK, QUIET_INK, Appearance
from sim.report.map_cells import EDGE_WIDTH, STILL_HOLDING, edge_colour, rectangle
from sim.report.map_classes import Classes
from sim.report.map_plan import SLACK, Plan
from sim.report.number_axis import decimals_of, with_minus
from sim.report.sheet import AXES_WIDTH, EDGE, RIGHT, TEXT
from sim.report.wording import wrap

Mark = tuple[Appearance, str]
"""How an area looks, and what that means."""

FRAMED = Appearance(STILL_HOLDING.colour, "frame")
"""Stands for the cell with a bold frame."""

_BOX, _WORDS, _SIZE = 12.0, 28.0, 12.0  # points from the map, and of a box
_LEADING, _BETWEEN = 10.0, 4.0
_ROOM = (RIGHT - _WORDS - EDGE) / SLACK


def draw_scale(axes: Axes, plan: Plan, classes: Classes, unit: str, marks: Sequence[Mark]) -> None:
    """Draw the classes as a bar beside the map, its limits as numbers, and other marks below."""
    _write(axes, plan, 0.0, unit, x=_BOX, va="top")
    below = sum(_height(label) for _, label in marks)
    top, bottom = 14.0, plan.map_height - below - (6.0 if marks else 0.0)
    size = (bottom - top) / len(classes)
    decimals = decimals_of(classes.limits[1] - classes.limits[0])
    every = max(1, int(np.ceil(_LEADING / size)))
    for place, colour in enumerate(classes.colours):
        _draw_box(axes, plan, bottom - size * (place + 1), size, Appearance(colour, ""))
    for place, limit in enumerate(classes.limits):
        if place % every == 0:
            _write(axes, plan, bottom - size * place, with_minus(limit, decimals))
    draw_key(axes, plan, marks, top=plan.map_height - below + _BETWEEN)


def draw_key(axes: Axes, plan: Plan, marks: Sequence[Mark], top: float = 0.0) -> None:
    """Draw a box with words for each mark beside the map, `top` points below its upper edge."""
    for look, label in marks:
        _draw_box(axes, plan, top + 1.0, 9.0, look)
        _outline(axes, plan, top + 1.0, 9.0, is_bold=look == FRAMED)
        for place, line in enumerate(_lines(label)):
            _write(axes, plan, top + 5.5 + _LEADING * place, line)
        top += _height(label)


def _lines(label: str) -> list[str]:
    return wrap(label, _ROOM, TEXT, most_lines=3)


def _height(label: str) -> float:
    return _LEADING * len(_lines(label)) + _BETWEEN


def _write(
    axes: Axes, plan: Plan, depth: float, words: str, x: float = _WORDS, va: str = "center"
) -> None:
    across, up = 1.0 + x / AXES_WIDTH, 1.0 - depth / plan.map_height
    axes.text(across, up, words, transform=axes.transAxes, fontsize=TEXT, va=va)


def _draw_box(axes: Axes, plan: Plan, depth: float, size: float, look: Appearance) -> None:
    is_frame = look == FRAMED
    axes.add_patch(
        PathPatch(
            _box(plan, depth, size),
            facecolor=look.colour,
            edgecolor=look.colour if is_frame else edge_colour(look),
            hatch=None if is_frame else look.hatch,
            linewidth=EDGE_WIDTH,
            transform=axes.transAxes,
            clip_on=False,
        )
    )


def _outline(axes: Axes, plan: Plan, depth: float, size: float, is_bold: bool) -> None:
    axes.add_patch(
        PathPatch(
            _box(plan, depth, size),
            facecolor="none",
            edgecolor=INK if is_bold else QUIET_INK,
            linewidth=1.6 if is_bold else 0.6,
            transform=axes.transAxes,
            clip_on=False,
        )
    )


def _box(plan: Plan, depth: float, size: float) -> Path:
    x0, x1 = 1.0 + _BOX / AXES_WIDTH, 1.0 + (_BOX + _SIZE) / AXES_WIDTH
    y0, y1 = 1.0 - (depth + size) / plan.map_height, 1.0 - depth / plan.map_height
    return rectangle(x0, y0, x1, y1)
