"""A figure of ranked numbers with intervals: one panel for each question, a line for each name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.report.appearance import GRID, INK, PAPER, QUIET_INK, house_style
from sim.report.sheet import EDGE, LEGEND, TEXT, WIDTH, DescribedFigure, Sheet, Words
from sim.report.wording import plain, width_of, wrap

LINE = 14.0
_HEADING, _AXIS = 20.0, 38.0
_RIGHT, _LABELS, _ROOM = 24.0, 250.0, 10.0
_LAST_COLOUR = "#D55E00"
_OFFSET = 0.17


@dataclass(frozen=True)
class Series:
    """One mark for each line: its name in the legend, and the columns that hold it.

    `lower` and `upper` may be empty for a mark without an interval. `marker` is Matplotlib's;
    hollow marks are drawn in the second colour.
    """

    label: str
    value: str
    lower: str = ""
    upper: str = ""
    marker: str = "o"
    is_hollow: bool = False


@dataclass(frozen=True)
class Panel:
    """The lines of one panel, from the top down: a table with a column `label` for their names."""

    heading: str
    axis: str
    rows: pandas.DataFrame
    limits: tuple[float, float] | None = None


def ranked_figure(
    panels: Sequence[Panel],
    series: Sequence[Series],
    *,
    title: str,
    subtitle: str = "",
    foot: str = "",
    description: str = "",
) -> DescribedFigure:
    """Return the figure of some panels, all with the same marks.

    Texts are shown as they are. What lies beyond the limits of a panel is drawn at its edge, and
    stands in the data in full.
    """
    words = Words(title, subtitle, foot)
    body = LEGEND + sum(_HEADING + LINE * len(panel.rows) + _AXIS for panel in panels)
    left = _left(panels)
    with house_style():
        sheet = Sheet.begun(words, body)
        sheet.legend(legend_entries(series))
        for panel in panels:
            sheet.skip(_HEADING)
            height = LINE * len(panel.rows)
            axes = sheet.panel(left, WIDTH - left - _RIGHT, height)
            _draw(axes, panel, series)
            sheet.skip(height + _AXIS)
        said = description or describe(panels, series)
        return sheet.finished(said, drawn_data(panels, series))


def describe(panels: Sequence[Panel], series: Sequence[Series]) -> str:
    """Return what the figure shows in a few sentences, for readers who cannot see it."""
    parts = []
    for panel in panels:
        top = panel.rows.iloc[0] if len(panel.rows) else None
        if top is not None:
            numbers = ", ".join(f"{one.label.lower()} {top[one.value]:.3g}" for one in series)
            parts.append(f"{panel.heading}: first stands {top['label']} with {numbers}.")
    return "Marks with intervals, one line for each name, the largest on top. " + " ".join(parts)


def drawn_data(panels: Sequence[Panel], series: Sequence[Series]) -> pandas.DataFrame:
    """Return a row for each line of each panel, with the numbers of all marks."""
    names = [name for one in series for name in (one.value, one.lower, one.upper) if name]
    tables = [panel.rows[["label", *names]].assign(panel=panel.heading) for panel in panels]
    table = pandas.concat(tables, ignore_index=True)
    return table[["panel", "label", *names]]


def legend_entries(series: Sequence[Series]) -> list[Artist]:
    """Return the legend of the marks."""
    return [
        Line2D(
            [], [], color=_colour(one), marker=one.marker, markersize=5,
            markerfacecolor=PAPER if one.is_hollow else _colour(one),
            linewidth=1.2 if one.lower else 0.0, label=one.label,
        )
        for one in series
    ]  # fmt: skip


def _left(panels: Sequence[Panel]) -> float:
    """Return where the axes begin, so that the longest name fits beside them."""
    labels = [plain(str(label)) for panel in panels for label in panel.rows["label"]]
    widest = max((width_of(label, TEXT) for label in labels), default=0.0)
    return EDGE + min(widest, _LABELS) + _ROOM


def _draw(axes: Axes, panel: Panel, series: Sequence[Series]) -> None:
    places = np.arange(len(panel.rows), dtype=float)
    low, high = panel.limits or _span(panel, series)
    for number, one in enumerate(series):
        shift = _OFFSET * (2 * number - len(series) + 1) / max(len(series) - 1, 1)
        _draw_series(axes, panel.rows, one, places + shift, (low, high))
    set_round_ticks(axes, low, high)
    axes.set_ylim(len(panel.rows) - 0.5, -0.5)
    axes.set_yticks(places, [_shortened(label) for label in panel.rows["label"]], fontsize=TEXT)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(plain(panel.heading), fontsize=TEXT + 0.5, loc="left", pad=5.0, weight="bold")
    axes.set_xlabel(plain(panel.axis), fontsize=TEXT, labelpad=2.0)
    if low < 0 < high:
        axes.axvline(0.0, color=QUIET_INK, linewidth=0.8)


def _draw_series(
    axes: Axes,
    rows: pandas.DataFrame,
    one: Series,
    places: np.ndarray,
    limits: tuple[float, float],
) -> None:
    colour = _colour(one)
    if one.lower:
        ends = rows[[one.lower, one.upper]].to_numpy(float).clip(*limits)
        axes.hlines(places, ends[:, 0], ends[:, 1], color=colour, linewidth=1.2)
    axes.plot(
        rows[one.value].to_numpy(float).clip(*limits), places, linestyle="none", marker=one.marker,
        markersize=5, color=colour, markerfacecolor=PAPER if one.is_hollow else colour,
        clip_on=False, zorder=3,
    )  # fmt: skip


def _span(panel: Panel, series: Sequence[Series]) -> tuple[float, float]:
    """Return limits from zero that hold every mark and interval, with a little room."""
    names = [name for one in series for name in (one.value, one.lower, one.upper) if name]
    values = panel.rows[names].to_numpy(float)
    known = values[np.isfinite(values)]
    low = min(float(known.min()), 0.0) if known.size else 0.0
    high = max(float(known.max()), 0.0) if known.size else 1.0
    room = 0.04 * ((high - low) or 1.0)
    return (low - room if low < 0 else 0.0), high + room


def set_round_ticks(axes: Axes, low: float, high: float) -> None:
    """Give a horizontal axis its limits, and round ticks within them."""
    ticks = [tick for tick in MaxNLocator(6).tick_values(low, high) if low <= tick <= high]
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in np.round(ticks, 10)])


def _colour(one: Series) -> str:
    return _LAST_COLOUR if one.is_hollow else INK


def _shortened(label: object) -> str:
    return (wrap(plain(str(label)), _LABELS, TEXT, most_lines=1) or [""])[0]
