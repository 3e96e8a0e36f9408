"""A waterfall: how a number goes from one total to another by what each part adds or takes away."""

from __future__ import annotations

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report.appearance import GRID, INK, PAPER, QUIET_INK, house_style
from sim.report.ranked_figure import set_round_ticks
from sim.report.sheet import EDGE, LEGEND, TEXT, WIDTH, DescribedFigure, Sheet, Words
from sim.report.wording import plain, width_of, wrap

ADDS, TAKES, TOTAL = "#009E73", "#004D80", "#595959"
_LINE, _AXIS = 15.0, 36.0
_ROOM, _RIGHT, _LABELS = 10.0, 70.0, 180.0


def waterfall_figure(
    parts: pandas.DataFrame,
    *,
    start: tuple[str, float],
    end: tuple[str, float],
    title: str,
    subtitle: str = "",
    foot: str = "",
    unit: str = "days",
) -> DescribedFigure:
    """Return the figure of some parts between two totals.

    `parts` has the columns label, value, lower and upper, in the order from the top down; the
    values sum to the difference of the totals, each given as its name and number. `lower` and
    `upper` are limits of the value. Texts are shown as they are.
    """
    steps = steps_of(parts, start, end)
    labels = [_shortened(label) for label in steps["label"]]
    left = EDGE + max(width_of(label, TEXT) for label in labels) + _ROOM
    with house_style():
        sheet = Sheet.begun(Words(title, subtitle, foot), LEGEND + _LINE * len(steps) + _AXIS)
        sheet.legend(legend_entries())
        axes = sheet.panel(left, WIDTH - left - _RIGHT, _LINE * len(steps))
        _draw(axes, steps, labels, unit)
        sheet.skip(_LINE * len(steps) + _AXIS)
        return sheet.finished(describe(parts, start, end, unit), steps)


def steps_of(
    parts: pandas.DataFrame, start: tuple[str, float], end: tuple[str, float]
) -> pandas.DataFrame:
    """Return a row for each bar: kind (total, adds, takes, nothing), value, limits, where it runs.

    Columns: label, kind, value, lower, upper, begins, ends. The limits of totals are missing.
    """
    values = parts["value"].to_numpy(float)
    reached = start[1] + np.concatenate([[0.0], np.cumsum(values)])
    kinds = np.where(values > 0, "adds", np.where(values < 0, "takes", "nothing"))
    nan = float("nan")
    totals = [
        {"label": name, "kind": "total", "value": value, "lower": nan, "upper": nan,
         "begins": 0.0, "ends": value}
        for name, value in (start, end)
    ]  # fmt: skip
    between = pandas.DataFrame(
        {
            "label": parts["label"].to_numpy(),
            "kind": kinds,
            "value": values,
            "lower": parts["lower"].to_numpy(float),
            "upper": parts["upper"].to_numpy(float),
            "begins": reached[:-1],
            "ends": reached[1:],
        }
    )
    first, last = pandas.DataFrame(totals[:1]), pandas.DataFrame(totals[1:])
    return pandas.concat([first, between, last], ignore_index=True)


def describe(
    parts: pandas.DataFrame, start: tuple[str, float], end: tuple[str, float], unit: str
) -> str:
    """Return what the figure shows in a few sentences, for readers who cannot see it."""
    largest = parts.reindex(parts["value"].abs().sort_values(ascending=False).index).head(5)
    named = "; ".join(
        f"{label} {value:+.1f} ({lower:+.1f} to {upper:+.1f})"
        for label, value, lower, upper in largest[["label", "value", "lower", "upper"]].to_numpy()
    )
    return (
        f"Waterfall from {start[0]}, {start[1]:.1f} {unit}, to {end[0]}, {end[1]:.1f} {unit}, by "
        f"{len(parts)} parts. The largest, with 95 % intervals: {named}."
    )


def legend_entries() -> list[Artist]:
    """Return the legend: what adds, what takes away, and the interval."""
    return [
        Patch(facecolor=ADDS, edgecolor=PAPER, label="Adds days"),
        Patch(facecolor=TAKES, edgecolor=PAPER, hatch="///", label="Takes days away"),
        Line2D([], [], color=INK, linewidth=1.0, label="95 % interval of the part"),
    ]


def _draw(axes: Axes, steps: pandas.DataFrame, labels: list[str], unit: str) -> None:
    places = np.arange(len(steps))
    begins, ends = steps["begins"].to_numpy(float), steps["ends"].to_numpy(float)
    for kind, colour, hatch in (("adds", ADDS, ""), ("takes", TAKES, "///"), ("total", TOTAL, "")):
        own = (steps["kind"] == kind).to_numpy()
        axes.barh(
            places[own], (ends - begins)[own], left=begins[own], height=0.66, color=colour,
            edgecolor=PAPER, hatch=hatch, linewidth=0.0,
        )  # fmt: skip
    axes.vlines(ends[:-1], places[:-1], places[1:], color=QUIET_INK, linewidth=0.6)
    low = begins + steps["lower"].to_numpy(float)
    high = begins + steps["upper"].to_numpy(float)
    axes.hlines(places, low, high, color=PAPER, linewidth=2.6)
    axes.hlines(places, low, high, color=INK, linewidth=1.0)
    known = np.concatenate([begins, ends, low, high])
    known = known[np.isfinite(known)]
    span = float(known.max() - known.min()) or 1.0
    set_round_ticks(axes, min(float(known.min()), 0.0), float(known.max()) + 0.02 * span)
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.set_yticks(places, labels, fontsize=TEXT)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(unit.capitalize(), fontsize=TEXT, labelpad=2.0)
    _write_numbers(axes, steps)


def _write_numbers(axes: Axes, steps: pandas.DataFrame) -> None:
    """Write each number in a column at the right edge."""
    for place, (kind, value) in enumerate(zip(steps["kind"], steps["value"], strict=True)):
        text = f"{value:.1f}" if kind == "total" else f"{value:+.1f}".replace("-", "\u2212")
        axes.annotate(
            text, (1.0, place), xycoords=("axes fraction", "data"), xytext=(_RIGHT - EDGE, 0.0),
            textcoords="offset points", ha="right", va="center", fontsize=TEXT,
            weight="bold" if kind == "total" else "normal",
        )  # fmt: skip


def _shortened(label: object) -> str:
    return (wrap(plain(str(label)), _LABELS, TEXT, most_lines=1) or [""])[0]
