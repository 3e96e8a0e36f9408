"""Small multiples: a small panel for each of many points, its curve before those of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.analysis import Band, LifeTables
from sim.errors import UsageError
from sim.report.appearance import BAND_EDGE, GRID, INK, LINE_LOOKS, QUIET_INK, house_style
from sim.report.curves_figure import draw_band, last_day_of
from sim.report.day_axis import day_ticks, draw_ends_of_term, term_ends
from sim.report.named_curves import NamedCurve, band_words, curves_data, foot_words, named_curves
from sim.report.sheet import WIDTH, DescribedFigure, Sheet, Words, legend_height
from sim.report.step_lines import draw_many_steps, draw_steps, fill_steps, step_corners
from sim.report.wording import count, percent, wrap

MOST_PANELS = 30
MOST_OTHERS = 12
"""With more points than this the others are drawn as the range they cover, not line by line."""

RANGE_FILL = "#E4E4E4"

_LEFT, _RIGHT, _BETWEEN = 40.0, 20.0, 13.0
_TEXT, _LEADING = 7.0, 9.0
_MOST_TITLE_LINES = 3
_PANEL, _AFTER, _DAYS = 66.0, 14.0, 20.0
_COLOUR = LINE_LOOKS[2].colour
_LEGEND_COLUMNS = 2
_MOST_COLUMNS = 5


@dataclass(frozen=True)
class Grid:
    """Where panels stand: `columns` in a row, 1 to 5."""

    panels: int
    columns: int

    @classmethod
    def of(cls, panels: int, columns: int | None = None) -> Grid:
        """Return a grid of so many columns, by default one that leaves few places empty.

        Errors: `UsageError` for fewer than 1 or more than 5 columns.
        """
        if columns is not None and not 1 <= columns <= _MOST_COLUMNS:
            raise UsageError(f"Panels stand in 1 to {_MOST_COLUMNS} columns, not {columns}.")
        if columns is not None or panels <= 3:
            return cls(panels, columns or panels)
        grids = [cls(panels, columns) for columns in range(_MOST_COLUMNS, 2, -1)]
        low = [grid for grid in grids if grid.rows <= grid.columns + 2] or grids[:1]
        return min(low, key=lambda grid: grid.rows * grid.columns)

    @property
    def rows(self) -> int:
        """Rows of panels."""
        return -(-self.panels // self.columns)

    @property
    def width(self) -> float:
        """Points from the left to the right of a panel."""
        return (WIDTH - _LEFT - _RIGHT - _BETWEEN * (self.columns - 1)) / self.columns

    def left(self, place: int) -> float:
        """Points from the left of the sheet to a panel."""
        return _LEFT + (place % self.columns) * (self.width + _BETWEEN)

    def ends_row(self, place: int) -> bool:
        """Whether a panel is the last in its row."""
        return place == self.panels - 1 or place % self.columns == self.columns - 1

    def is_lowest(self, place: int) -> bool:
        """Whether no panel stands below it."""
        return place + self.columns >= self.panels


def multiples_figure(
    tables: LifeTables,
    names: Sequence[str] | None = None,
    *,
    title: str,
    seed: int,
    subtitle: str = "",
    baseline: int | None = None,
    columns: int | None = None,
    term_days: int | Sequence[int] | None = None,
    level: float = 0.95,
    band: Band | None = None,
) -> DescribedFigure:
    """Return a small panel for each of 1 to 30 points, all with the same axes.

    Each panel shows the curve of its point with its band before, in grey, the curve of the point
    whose number is `baseline`; without one, the curves of all other points, or the range they
    cover where there are more than 12. `names`, the titles of the panels, say what varies; with
    `columns` (1 to 5) they can stand so that a row belongs to one value. All other
    arguments as in `sim.report.curves_figure`.

    Errors: `UsageError` for more than 30 points or an unknown baseline, and as in
    `sim.report.named_curves.named_curves`.
    """
    if len(tables) > MOST_PANELS:
        raise UsageError(
            f"At most {MOST_PANELS} small panels fit a page, and there are {len(tables)} points; "
            "choose some of them, or draw one number of each point as a heat map."
        )
    if baseline is not None and baseline not in tables.numbers:
        raise UsageError(f"The baseline, point {baseline}, is not among the points of the figure.")
    last = last_day_of(tables)
    shown = named_curves(tables, names, last_day=last, level=level, band=band)
    ends = term_ends(term_days, last)
    entries = _legend_entries(shown, baseline, band_words(tables, level, band), bool(ends))
    foot = f"{foot_words(tables, seed, last)} Under each name: the median, and the share that "
    words = Words(title, subtitle, f"{foot}holds beyond day {last:,}.")
    grid = Grid.of(len(shown), columns)
    titles = [
        wrap(curve.name, grid.width, _TEXT, "bold", most_lines=_MOST_TITLE_LINES) for curve in shown
    ]
    heading = _LEADING * (max(len(lines) for lines in titles) + 1) + 5.0
    body = legend_height(len(entries), _LEGEND_COLUMNS) + _DAYS
    with house_style():
        sheet = Sheet.begun(words, body + grid.rows * (heading + _PANEL + _AFTER))
        sheet.legend(entries, _LEGEND_COLUMNS)
        for place, curve in enumerate(shown):
            _write_heading(sheet, grid.left(place), [*titles[place], _in_brief(curve)])
            axes = sheet.panel(grid.left(place), grid.width, _PANEL, below=heading)
            _frame(axes, grid, place, last)
            _draw_others(axes, shown, place, baseline)
            _draw_own(axes, curve, ends)
            if grid.ends_row(place):
                sheet.skip(heading + _PANEL + _AFTER)
        sheet.skip(_DAYS)
        return sheet.finished(_describe(shown, baseline), curves_data(shown))


def _in_brief(curve: NamedCurve) -> str:
    share = percent(float(curve.survival[-1]))
    return f"no median · {share}" if curve.median is None else f"day {curve.median:,} · {share}"


def _write_heading(sheet: Sheet, left: float, lines: Sequence[str]) -> None:
    *name, brief = lines
    sheet.block(left, name, _TEXT, _LEADING, weight="bold")
    sheet.block(left, [*[""] * len(name), brief], _TEXT, _LEADING, color=QUIET_INK)


def _legend_entries(
    shown: Sequence[NamedCurve], baseline: int | None, band: str, has_terms: bool
) -> list[Artist]:
    entries: list[Artist] = [
        Line2D([], [], color=_COLOUR, linewidth=1.6, label="The point named above"),
        Patch(facecolor="#D6E6F1", edgecolor=_COLOUR, linewidth=0.6, label=band),
    ]
    if baseline is not None:
        name = next(curve.name for curve in shown if curve.number == baseline)
        words = wrap(f"Baseline: {name}", WIDTH / 2 - 60.0, 8.0, most_lines=1)[0]
        entries.append(Line2D([], [], color=BAND_EDGE, linewidth=1.2, label=words))
    elif len(shown) > MOST_OTHERS:
        words = "Lowest to highest share of all points"
        entries.append(Patch(facecolor=RANGE_FILL, edgecolor=BAND_EDGE, linewidth=0.6, label=words))
    elif len(shown) > 1:
        entries.append(Line2D([], [], color=BAND_EDGE, linewidth=0.5, label="The other points"))
    if any(curve.days_cut_short.size for curve in shown):
        plus: dict[str, Any] = {"marker": "+", "markersize": 4.0, "color": _COLOUR}
        entries.append(Line2D([], [], label="Cut short", linestyle="", **plus))
    if has_terms:
        mark: dict[str, Any] = {"marker": "|", "markersize": 6, "color": INK, "linestyle": ""}
        entries.append(Line2D([], [], label="A term runs out", **mark))
    return entries


def _frame(axes: Axes, grid: Grid, place: int, last: int) -> None:
    """Set the axes, the same in all panels; numbers stand at the left and at the bottom only."""
    axes.set_xlim(0, last + 1)
    axes.set_ylim(0.0, 1.0)
    is_first = place % grid.columns == 0
    axes.set_yticks([0, 0.5, 1.0], ["0 %", "50 %", "100 %"] if is_first else [])
    days = day_ticks(last, max(1, int(grid.width // 40.0)))
    axes.set_xticks(days, [f"{day:,}" for day in days] if grid.is_lowest(place) else [])
    axes.tick_params(labelsize=_TEXT, length=2.5)
    axes.grid(color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    if grid.is_lowest(place):
        first, *_, final = axes.get_xticklabels()
        first.set_horizontalalignment("left")
        final.set_horizontalalignment("right")
        axes.set_xlabel("Days since signing" if is_first else "", fontsize=_TEXT, loc="left")


def _draw_others(axes: Axes, shown: Sequence[NamedCurve], place: int, baseline: int | None) -> None:
    """Draw in grey what the panel's own curve is compared with."""
    if baseline is None and len(shown) > MOST_OTHERS:
        low, high = _range(shown)
        days = np.arange(len(low))
        corners = step_corners(days, low), step_corners(days, high)
        fill_steps(axes, *corners, facecolor=RANGE_FILL, edgecolor=BAND_EDGE, linewidth=0.4)
        return
    others = [
        step_corners(curve.days, curve.survival, start=1.0)
        for other, curve in enumerate(shown)
        if other != place and baseline in (None, curve.number)
    ]
    draw_many_steps(axes, others, color=BAND_EDGE, linewidth=0.5 if baseline is None else 1.2)


def _range(shown: Sequence[NamedCurve]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and the highest curve on each day that any of them is known."""
    days = max(len(curve.survival) for curve in shown)
    padded = [
        np.pad(curve.survival, (0, days - len(curve.survival)), constant_values=np.nan)
        for curve in shown
    ]
    return np.nanmin(padded, axis=0), np.nanmax(padded, axis=0)


def _draw_own(axes: Axes, curve: NamedCurve, ends: Sequence[int]) -> None:
    draw_band(axes, curve, _COLOUR)
    corners = step_corners(curve.days, curve.survival, start=1.0)
    draw_steps(axes, corners, color=_COLOUR, linewidth=1.4, clip_on=False, zorder=3)
    cut = curve.days_cut_short
    if cut.size:
        some = cut[np.linspace(0, len(cut) - 1, min(len(cut), 20)).astype(np.int64)]
        style: dict[str, Any] = {
            "linestyle": "",
            "marker": "+",
            "markersize": 4.0,
            "color": _COLOUR,
        }
        axes.plot(some + 0.5, curve.survival[some], clip_on=False, zorder=4, **style)
    draw_ends_of_term(axes, ends)


def _describe(shown: Sequence[NamedCurve], baseline: int | None) -> str:
    """Return what the figure shows, with the median and the last share of every point."""
    others = "the curves of the other points"
    if baseline is not None:
        name = next(curve.name for curve in shown if curve.number == baseline)
        others = f"that of the baseline, {name},"
    told = "; ".join(
        f"{curve.name}: {curve.median_words}, {percent(float(curve.survival[-1]))} hold beyond "
        f"day {curve.last_day:,}"
        for curve in shown
    ).replace("–", " to ")
    return (
        f"Small multiples, {count(len(shown), 'panel')} with the same axes: the share of simulated "
        f"truces that still hold by days since signing, with a band, before {others} in grey. "
        f"{told}."
    )
