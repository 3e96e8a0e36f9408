"""The figure of hazards: how fast truces of each age end, in all and by cause, with intervals.

Days on which a term runs out are drawn apart. What happens on them is decided on one day, so it is
a share of the truces that reach the day, not a rate that a truce is under.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis import ALL_CAUSES, LifeTable, LifeTables, age_bands, hazards_table
from sim.analysis.curves import as_tables
from sim.endings import CAUSES, ENDING_CODES, ENDINGS
from sim.errors import UsageError
from sim.report.appearance import BAND_FILL, INK, PAPER, appearance_of, house_style
from sim.report.curves_figure import last_day_of
from sim.report.day_axis import day_ticks, draw_ends_of_term, mark_days, term_ends
from sim.report.hazard_panels import causes_of, draw_rates, draw_term_ends
from sim.report.named_curves import checked_names
from sim.report.sheet import RIGHT, TEXT, DescribedFigure, Sheet, Words, legend_height
from sim.report.wording import count, listed, percent, wrap

FEWEST_AT_RISK = 50
"""Bands end where fewer truces than this reach them, or where none does if there are fewer."""

Unit = Literal["per 1,000 truce-days", "% per day"]

SCALES: dict[Unit, float] = {"per 1,000 truce-days": 1000.0, "% per day": 100.0}
"""What a hazard per truce-day is multiplied with, for each unit."""

_WIDTHS = (7, 30, 90, 365, 3650)
_MOST_BANDS = 60
_ALL, _CAUSE, _TERMS = 116.0, 54.0, 88.0
_BETWEEN, _DAYS = 16.0, 38.0
_MOST_INTERVALS = 7
_LABEL_WIDTH = RIGHT - 22.0
_LEGEND_COLUMNS = 2


@dataclass(frozen=True, eq=False)
class Hazards:
    """What is drawn: rows of the bands, rows of the ends of term, and the days of those."""

    rates: pandas.DataFrame
    at_term_ends: pandas.DataFrame
    ends: list[int]
    last_day: int

    @property
    def causes(self) -> Sequence[str]:
        """The causes that have a panel of their own: all by which truces ended within bands."""
        return causes_of(self.rates)


def hazards_figure(
    table: LifeTable | LifeTables,
    *,
    title: str,
    seed: int,
    subtitle: str = "",
    width_days: int | None = None,
    last_days: Sequence[int] | None = None,
    term_days: int | Sequence[int] | None = None,
    unit: Unit = "per 1,000 truce-days",
    level: float = 0.95,
) -> DescribedFigure:
    """Return the hazards of one point by age: all causes, each cause, and the ends of term.

    Age bands are `width_days` wide (7 for weeks, 30 for months; by default as narrow as can be told
    apart), or end on `last_days`, which rise within 0..H. With `term_days`, the length of the term
    or the days on which terms end, these days are drawn apart, as the share that ended of the
    truces that reached them. Bands that few truces reach are left out. All texts are shown as they
    are.

    Errors: `UsageError` for more than one point, none with runs, an unknown unit, or impossible
    bands.
    """
    tables = as_tables(table)
    checked_names(tables, None)
    if len(tables) != 1:
        raise UsageError(f"The figure of hazards shows one point, not {len(tables)}.")
    if unit not in SCALES:
        raise UsageError(f"Hazards are {' or '.join(SCALES)}, not {unit!r}.")
    found = _found(tables, width_days, last_days, term_days, level)
    words = Words(title, subtitle, _foot(tables, seed, found, unit, level))
    with house_style():
        entries = _legend_entries(level, bool(found.ends))
        sheet = Sheet.begun(words, _body(found, len(entries)))
        sheet.legend(entries, _LEGEND_COLUMNS)
        _draw(sheet, found, unit)
        return sheet.finished(_describe(tables, found, unit), _data(found))


def _found(
    tables: LifeTables,
    width_days: int | None,
    last_days: Sequence[int] | None,
    term_days: int | Sequence[int] | None,
    level: float,
) -> Hazards:
    last = last_day_of(tables)
    ends = term_ends(term_days, tables.horizon_days)
    if last_days is None:
        width = width_days or next(wide for wide in _WIDTHS if last / wide <= _MOST_BANDS)
        bands = age_bands(tables.horizon_days, width, apart=ends)
    else:
        ends = [end for end in ends if end <= max(last_days, default=0)]
        bands = sorted({*last_days, *ends, *(end - 1 for end in ends if end > 1)})
    rows = hazards_table(tables, bands, level)
    reached = rows[rows["at_risk"] >= min(FEWEST_AT_RISK, int(tables.runs[0]))]
    reached = reached[reached["first_day"] <= last]
    is_end = reached["last_day"].isin(ends)
    return Hazards(
        rates=reached[~is_end],
        at_term_ends=reached[is_end],
        ends=[day for day in ends if day in set(reached["last_day"])],
        last_day=int(reached["last_day"].max()),
    )


def _body(found: Hazards, entries: int) -> float:
    panels = len(found.causes) * (_CAUSE + _BETWEEN)
    panels += _ALL + _BETWEEN if len(found.rates) else 0.0
    panels += _TERMS + _BETWEEN if found.ends else 0.0
    return legend_height(entries, _LEGEND_COLUMNS) + panels - _BETWEEN + _DAYS


def _legend_entries(level: float, has_terms: bool) -> list[Artist]:
    box: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.6}
    entries: list[Artist] = [
        Line2D([], [], color=INK, linewidth=2.0, label="Hazard in an age band"),
        Patch(facecolor=BAND_FILL, label=f"{100 * level:g} % interval (exact Poisson)", **box),
        Patch(facecolor="none", label="No ending seen: up to the upper limit", **box),
        Line2D(
            [],
            [],
            color=INK,
            linestyle="",
            marker="^",
            markersize=3.5,
            label="Interval goes beyond the scale",
        ),
    ]
    mark = Line2D(
        [], [], color=INK, linestyle="", marker="|", markersize=6, label="A term runs out"
    )
    return [*entries, mark] if has_terms else entries


def _draw(sheet: Sheet, found: Hazards, unit: Unit) -> None:
    """Draw the panels from the top down on one axis of days."""
    panels: list[Axes] = []
    if len(found.rates):
        panels = [_draw_cause(sheet, found, cause, unit) for cause in (ALL_CAUSES, *found.causes)]
    if found.ends:
        panels.append(_draw_terms(sheet, found))
    sheet.used -= _BETWEEN
    days = day_ticks(found.last_day, _MOST_INTERVALS)
    for panel in panels:
        mark_days(panel, found.last_day, days, is_lowest=panel is panels[-1])
    sheet.skip(_DAYS)


def _draw_cause(sheet: Sheet, found: Hazards, cause: str, unit: Unit) -> Axes:
    rows = found.rates[found.rates["cause"] == cause]
    axes = sheet.axes(_ALL if cause == ALL_CAUSES else _CAUSE)
    axes.set_xlim(0, found.last_day + 1)
    colour = INK if cause == ALL_CAUSES else appearance_of(cause).colour
    draw_rates(axes, rows, SCALES[unit], colour)
    draw_ends_of_term(axes, found.ends)
    if cause == ALL_CAUSES:
        axes.set_ylabel("\n".join(wrap(f"Ended, {unit}", _ALL, TEXT)), fontsize=TEXT)
    ended = f"{int(rows['ended'].sum()):,} ended"
    _label(axes, [*wrap(_label_of(cause), _LABEL_WIDTH, TEXT), ended])
    sheet.skip(_BETWEEN)
    return axes


def _draw_terms(sheet: Sheet, found: Hazards) -> Axes:
    axes = sheet.axes(_TERMS)
    axes.set_xlim(0, found.last_day + 1)
    occurred = draw_term_ends(axes, found.at_term_ends)
    axes.set_ylabel("Ended on a day\na term ran out", fontsize=TEXT)
    looks = [(ENDINGS[ENDING_CODES[name]].label, appearance_of(name)) for name in occurred]
    handles = [
        Patch(facecolor=look.colour, hatch=look.hatch, edgecolor=PAPER, label=label)
        for label, look in reversed(looks)
    ]
    limits = Line2D([], [], color=INK, linestyle="", marker="|", markersize=8, label="Interval")
    axes.legend(
        handles=[*handles, limits],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        borderaxespad=1.0,
        frameon=False,
        fontsize=TEXT,
        handlelength=1.2,
        labelspacing=0.35,
    )
    sheet.skip(_BETWEEN)
    return axes


def _label(axes: Axes, lines: Sequence[str]) -> None:
    axes.annotate(
        "\n".join(lines),
        (1.0, 0.5),
        xycoords="axes fraction",
        xytext=(12.0, 0.0),
        textcoords="offset points",
        va="center",
        fontsize=TEXT,
        annotation_clip=False,
    )


def _label_of(cause: str) -> str:
    return "All causes" if cause == ALL_CAUSES else ENDINGS[ENDING_CODES[cause]].label


def _foot(tables: LifeTables, seed: int, found: Hazards, unit: Unit, level: float) -> str:
    """Return points, runs, seed, and what is left out."""
    parts = [
        f"Point {listed(tables.numbers)} · {count(int(tables.runs[0]), 'run')} · seed {seed} · "
        f"horizon {count(tables.horizon_days, 'day')}.",
        "Intervals are Monte-Carlo error; they say nothing about how well the model fits the "
        "world. Each panel has a scale of its own.",
    ]
    if found.ends:
        parts.append("Rates leave out the days on which a term runs out; the last panel has them.")
    if found.last_day < tables.horizon_days:
        few = min(FEWEST_AT_RISK, int(tables.runs[0]))
        parts.append(f"Ages that fewer than {count(few, 'truce')} reach are left out.")
    whole = hazards_table(tables, [tables.horizon_days], level).set_index("cause")
    never = [cause for cause in CAUSES if whole.loc[cause.name, "ended"] == 0]
    if never:
        most = SCALES[unit] * float(np.max(whole["hazard_upper"][[c.name for c in never]]))
        labels = ", ".join(cause.label.lower() for cause in never)
        parts.append(f"No truce ended by {labels}: at most {most:.2g} {unit} each.")
    return " ".join(parts)


def _describe(tables: LifeTables, found: Hazards, unit: Unit) -> str:
    """Return the mean hazard of each cause, its highest band, and the first ends of term."""
    told = [_rate_words(found.rates, cause, unit) for cause in (ALL_CAUSES, *found.causes)]
    terms = found.at_term_ends[found.at_term_ends["cause"] == ALL_CAUSES].head(3)
    shares = ", ".join(
        f"{percent(float(row['risk']))} of {row['at_risk']:,} on day {row['last_day']:,}"
        for row in terms.to_dict("records")
    )
    ends = f" On days a term ran out, apart from these rates: {shares}." if shares else ""
    return (
        f"Hazards by age of {count(int(tables.runs[0]), 'simulated truce')}, {unit}, with "
        f"intervals, through day {found.last_day:,}. {'; '.join(filter(None, told))}.{ends}"
    )


def _rate_words(rates: pandas.DataFrame, cause: str, unit: Unit) -> str:
    rows = rates[(rates["cause"] == cause) & (rates["truce_days"] > 0)]
    if rows.empty:
        return ""
    scale = SCALES[unit]
    mean = scale * rows["ended"].sum() / rows["truce_days"].sum()
    top = rows.iloc[int(rows["hazard"].argmax())]
    return (
        f"{_label_of(cause)}: {mean:.3g} on average, highest {scale * top['hazard']:.3g} on days "
        f"{int(top['first_day']):,} to {int(top['last_day']):,}"
    )


def _data(found: Hazards) -> pandas.DataFrame:
    """Return the rows that are drawn, those of ends of term marked as such."""
    parts = [
        rows.assign(is_end_of_term=is_end)
        for rows, is_end in ((found.rates, False), (found.at_term_ends, True))
        if len(rows)
    ]
    return pandas.concat(parts, ignore_index=True)
