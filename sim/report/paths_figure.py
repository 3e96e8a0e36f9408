"""The figure of daily paths: one small panel for each variable, and one for how many still hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.grids import VARIABLES, PathVariable
from sim.report.appearance import BAND_EDGE, GRID, INK, house_style
from sim.report.day_axis import day_ticks, visible_days
from sim.report.sheet import LEGEND, TEXT, WIDTH, DescribedFigure, Sheet, Words
from sim.report.wording import count, percent

FEWEST_DRAWN = 50
"""Bands end where fewer truces hold than this, or where none does if there are fewer in all."""

SHOWN = ("state_trust", "group_trust", "strength", "outrage", "broker_leverage")
"""The variables that have a panel; the share of power follows strength too closely to need one."""

OUTER_FILL, INNER_FILL = "#DEDEDE", "#B4B4B4"

_HEADING, _PANEL, _DAYS = 15.0, 92.0, 30.0
_LEFT, _BETWEEN, _RIGHT = 44.0, 52.0, 20.0
_COLUMNS = 2
_PANEL_WIDTH = (WIDTH - _LEFT - _BETWEEN * (_COLUMNS - 1) - _RIGHT) / _COLUMNS
_MOST_INTERVALS = 5
_SMALLEST_STEP = 0.003  # of the axis, less than a third of a point
_ROUND_TOPS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class Band:
    """One variable on the days that are drawn; `quantiles` has shape [5, days]."""

    variable: PathVariable
    day: NDArray[np.int64]
    quantiles: NDArray[np.float64]


def paths_figure(
    bands: pandas.DataFrame, *, title: str, seed: int, horizon_days: int
) -> DescribedFigure:
    """Return the figure of the bands of one ensemble.

    `bands` is a table of `sim.analysis.bands_table`. The panels end on the last day on which at
    least `FEWEST_DRAWN` truces hold. `title` is shown as it is: nothing in it is read as a formula
    or as markup.
    """
    holding = holding_by_day(bands)
    last = last_day_drawn(holding)
    drawn = [band_of(bands, variable, last) for variable in VARIABLES if variable.name in SHOWN]
    runs = int(holding[0])
    words = Words(title, foot=_foot(runs, seed, horizon_days, last))
    with house_style():
        sheet = Sheet.begun(words, _body(len(drawn) + 1))
        sheet.legend(legend_entries())
        _draw_panels(sheet, drawn, holding[: last + 1])
        return sheet.finished(describe(drawn, holding, last), bands[bands["day"] <= last])


def holding_by_day(bands: pandas.DataFrame) -> NDArray[np.int64]:
    """Return how many truces hold after each day."""
    first = bands[bands["variable"] == VARIABLES[0].name]
    return first["holding"].to_numpy(np.int64)


def last_day_drawn(holding: NDArray[np.int64]) -> int:
    """Return the last day on which enough truces hold for a band."""
    needed = FEWEST_DRAWN if holding[0] >= FEWEST_DRAWN else 1
    return int(np.flatnonzero(holding >= needed)[-1])


def band_of(bands: pandas.DataFrame, variable: PathVariable, last: int) -> Band:
    """Return the band of one variable through a day."""
    rows = bands[(bands["variable"] == variable.name) & (bands["day"] <= last)]
    quantiles = rows[["q05", "q25", "q50", "q75", "q95"]].to_numpy(np.float64).T
    return Band(variable, rows["day"].to_numpy(np.int64), quantiles)


def top_of(largest: float) -> float:
    """Return the upper end of an axis from zero: a round number not below the largest value."""
    scale = 10.0 ** np.floor(np.log10(largest)) if largest > _ROUND_TOPS[-1] else 1.0
    return next((top * scale for top in _ROUND_TOPS if top * scale >= largest), 10.0 * scale)


def with_days_before(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return days together with the day before each, so that a line is level up to its jumps."""
    return np.unique(np.maximum(np.concatenate([days - 1, days]), 0))


def describe(drawn: Sequence[Band], holding: NDArray[np.int64], last: int) -> str:
    """Return what the figure shows in a few sentences, for readers who cannot see it."""
    medians = "; ".join(
        f"{band.variable.label.lower()} {band.quantiles[2, 0]:.2f} and {band.quantiles[2, -1]:.2f}"
        for band in drawn
    )
    return (
        f"Small panels of daily paths of {count(int(holding[0]), 'simulated truce')}, over those "
        f"that still hold on each day: the median, and bands for the middle 50 % and 90 %. Medians "
        f"on day 0 and day {last}: {medians}. {percent(holding[last] / holding[0])} still hold "
        f"after day {last}."
    )


def _foot(runs: int, seed: int, horizon_days: int, last: int) -> str:
    ended = ""
    if last < horizon_days:
        few = f"fewer than {FEWEST_DRAWN} truces hold" if runs >= FEWEST_DRAWN else "none holds"
        ended = f" The panels end with day {last:,}, after which {few}."
    return (
        f"{count(runs, 'run')} · seed {seed} · horizon {count(horizon_days, 'day')}. "
        "Each day shows only the truces that still hold after it, so a band also moves when truces "
        f"end.{ended}"
    )


def _body(panels: int) -> float:
    rows = -(-panels // _COLUMNS)
    return LEGEND + rows * (_HEADING + _PANEL + _DAYS)


def legend_entries() -> list[Artist]:
    """Return the legend of the bands: the median, and the middle half and nine tenths."""
    return [
        Line2D([], [], color=INK, linewidth=1.6, label="Median of the truces that still hold"),
        Patch(facecolor=INNER_FILL, edgecolor=BAND_EDGE, linewidth=0.6, label="Middle 50 %"),
        Patch(facecolor=OUTER_FILL, edgecolor=BAND_EDGE, linewidth=0.6, label="Middle 90 %"),
    ]


def _draw_panels(sheet: Sheet, drawn: Sequence[Band], holding: NDArray[np.int64]) -> None:
    """Draw the panels row by row, the one of those that hold last."""
    places = len(drawn) + 1
    for place in range(places):
        column = place % _COLUMNS
        if column == 0:
            sheet.skip(_HEADING)
        axes = sheet.panel(_LEFT + column * (_PANEL_WIDTH + _BETWEEN), _PANEL_WIDTH, _PANEL)
        if place < len(drawn):
            _draw_band(axes, drawn[place])
        else:
            _draw_holding(axes, holding)
        _mark_days(axes, len(holding) - 1, is_lowest=place >= places - _COLUMNS)
        if column == _COLUMNS - 1 or place == places - 1:
            sheet.skip(_PANEL + _DAYS)


def _draw_band(axes: Axes, band: Band) -> None:
    top = top_of(float(band.quantiles.max()))
    kept = with_days_before(visible_days(band.quantiles, _SMALLEST_STEP * top))
    day, lines = band.day[kept], band.quantiles[:, kept]
    for low, high, fill in ((0, 4, OUTER_FILL), (1, 3, INNER_FILL)):
        axes.fill_between(
            day, lines[low], lines[high], facecolor=fill, edgecolor=BAND_EDGE, linewidth=0.4
        )
    axes.plot(day, lines[2], color=INK, linewidth=1.6, zorder=3, clip_on=False)
    _name(axes, f"{band.variable.label} ({band.variable.unit})")
    axes.set_ylim(0.0, top)
    axes.set_yticks([0.0, top / 2, top], [f"{value:g}" for value in (0.0, top / 2, top)])


def _draw_holding(axes: Axes, holding: NDArray[np.int64]) -> None:
    share = holding / holding[0]
    kept = visible_days(share[np.newaxis], _SMALLEST_STEP)
    axes.plot(kept, share[kept], drawstyle="steps-post", color=INK, linewidth=1.6, clip_on=False)
    _name(axes, f"Truces that still hold ({percent(float(share[-1]))} on day {len(holding) - 1:,})")
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0, 0.5, 1.0], ["0 %", "50 %", "100 %"])


def _name(axes: Axes, words: str) -> None:
    axes.set_title(words, fontsize=TEXT, loc="left", pad=5.0)


def _mark_days(axes: Axes, last: int, is_lowest: bool) -> None:
    days = day_ticks(last, _MOST_INTERVALS)
    axes.set_xlim(0, max(last, 1))
    axes.set_xticks(days, [f"{day:,}" for day in days])
    axes.tick_params(labelsize=TEXT)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if is_lowest:
        axes.set_xlabel("Days since signing", fontsize=TEXT, labelpad=3.0)
