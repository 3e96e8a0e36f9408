"""The figure of the selection experiment: hazard ratios by how strongly help goes to hard cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report.appearance import GRID, INK, QUIET_INK, house_style
from sim.report.sheet import EDGE, LEFT, TEXT, WIDTH, DescribedFigure, Sheet, Words, legend_height

LOOKS: dict[str, tuple[str, Any, str, str]] = {
    "truth": (INK, "-", "", "What help does: both fates of all truces"),
    "raw": ("#D55E00", (0, (5, 1.5)), "o", "The record as it is"),
    "observed": ("#004D80", (0, (3, 1, 1, 1)), "s", "Adjusted for what can be coded"),
    "all": ("#009E73", (0, (1.5, 1.5)), "^", "Adjusted for everything"),
}
"""Colour, dash, mark and name of each estimate that is drawn."""

_PANEL, _GAP, _DAYS, _HEADING = 190.0, 40.0, 36.0, 16.0
_TICKS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


def selection_figure(
    summary: pandas.DataFrame, *, title: str, subtitle: str, foot: str
) -> DescribedFigure:
    """Return the figure, a panel for each thing sent.

    `summary` has the columns sent, strength, estimate, hazard_ratio, record_lower, record_upper;
    bars show where 95 % of single records lie. Texts are shown as they are.
    """
    entries = _legend()
    body = legend_height(len(entries), 2) + _HEADING + _PANEL + _DAYS
    shown = summary[summary["estimate"].isin(list(LOOKS))]
    names = [str(name) for name in shown["sent"].unique()]
    with house_style():
        sheet = Sheet.begun(Words(title, subtitle, foot), body)
        sheet.legend(entries, 2)
        width = (WIDTH - LEFT / 2 - EDGE - _GAP * (len(names) - 1) - EDGE) / len(names)
        lefts = [LEFT / 2 + EDGE + place * (width + _GAP) for place in range(len(names))]
        for left, name in zip(lefts, names, strict=True):
            heading = f"Sent to some conflicts: {name}"
            sheet.text(left, heading, TEXT, va="top", weight="bold")
        sheet.skip(_HEADING)
        for place, (left, name) in enumerate(zip(lefts, names, strict=True)):
            axes = sheet.panel(left, width, _PANEL)
            _draw(axes, shown[shown["sent"] == name], first=place == 0)
            _scale(axes, shown)
        sheet.skip(_PANEL + _DAYS)
        return sheet.finished(_describe(shown, names), shown)


def _legend() -> list[Artist]:
    return [
        Line2D([], [], color=colour, linestyle=dash, marker=mark, markersize=4, label=name)
        for colour, dash, mark, name in LOOKS.values()
    ]


def _draw(axes: Axes, rows: pandas.DataFrame, first: bool) -> None:
    axes.set_yscale("log")
    axes.axhline(1.0, color=QUIET_INK, linewidth=0.8, linestyle=(0, (2, 2)))
    for place, (name, (colour, dash, mark, _)) in enumerate(LOOKS.items()):
        drawn = rows[rows["estimate"] == name]
        strength = drawn["strength"].to_numpy(float) + 0.05 * (place - 1.5)
        ratio = drawn["hazard_ratio"].to_numpy(float)
        limits = np.abs(drawn[["record_lower", "record_upper"]].to_numpy(float).T - ratio)
        axes.plot(strength, ratio, color=colour, linestyle=dash, marker=mark, markersize=3.6)
        if name != "truth":
            axes.errorbar(strength, ratio, yerr=limits, color=colour, linestyle="", elinewidth=0.8)
    axes.set_xlabel("easy cases  ←  strength of selection  →  hard cases", fontsize=TEXT)
    if first:
        axes.set_ylabel("Hazard ratio of failing, with help", fontsize=TEXT)


def _scale(axes: Axes, shown: pandas.DataFrame) -> None:
    """Give all panels the same axes."""
    low, high = 0.9 * shown["record_lower"].min(), 1.1 * shown["record_upper"].max()
    axes.set_ylim(low, high)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xticks(sorted({each for each in shown["strength"] if each == int(each)}))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def _describe(shown: pandas.DataFrame, names: list[str]) -> str:
    told = []
    for name in names:
        rows = shown[shown["sent"] == name].set_index(["estimate", "strength"])["hazard_ratio"]
        strongest = max(strength for _, strength in rows.index)
        told.append(
            f"{name}: truth {rows[('truth', 0.0)]:.2f}; the record as it is from "
            f"{rows[('raw', 0.0)]:.2f} by coin toss to {rows[('raw', strongest)]:.2f} at strength "
            f"{strongest:g}"
        )
    return (
        "Hazard ratios of failing with help against without, by how strongly help goes to hard "
        f"cases. {'; '.join(told)}."
    )
