"""The figure of a few points: their survival curves with bands, and the counts on the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.analysis import Band, LifeTables
from sim.errors import UsageError
from sim.report.appearance import (
    BAND_EDGE,
    BAND_FILL,
    INK,
    LINE_LOOKS,
    QUIET_INK,
    LineLook,
    house_style,
)
from sim.report.counts_table import ROW_HEIGHT, counts_of, most_columns, write_rows
from sim.report.counts_table import TEXT as COUNTS_TEXT
from sim.report.day_axis import (
    day_ticks,
    draw_ends_of_term,
    last_day_shown,
    mark_days,
    term_ends,
)
from sim.report.end_labels import LEADING, label_ends
from sim.report.named_curves import (
    NamedCurve,
    band_words,
    curves_data,
    foot_words,
    named_curves,
)
from sim.report.sheet import EDGE, RIGHT, TEXT, WIDTH, DescribedFigure, Sheet, Words, legend_height
from sim.report.step_lines import draw_steps, fill_steps, step_corners
from sim.report.wording import count, width_of, wrap

MOST_CURVES = len(LINE_LOOKS)

_CURVES, _DAYS = 224.0, 38.0
_HEADING, _AFTER = 13.0, 4.0
_MOST_INTERVALS = 7
_LEGEND_COLUMNS = 2
_LABEL_WIDTH = RIGHT - 22.0
_SAMPLE = 42.0
_NEARLY = 0.8  # of the horizon
_SYMBOLS = 5  # on each curve
_MOST_TICKS = 60  # of runs cut short, on each curve


def curves_figure(
    tables: LifeTables,
    names: Sequence[str] | None = None,
    *,
    title: str,
    seed: int,
    subtitle: str = "",
    term_days: int | Sequence[int] | None = None,
    level: float = 0.95,
    band: Band | None = None,
) -> DescribedFigure:
    """Return the survival curves of 1 to 6 points with their bands and their counts.

    `tables` holds the points in the order in which they are listed, `names` what each is called (by
    default its number). The bands are pointwise at `level`, or the simultaneous `band` that
    `sim.analysis.survival_band` computed from the same tables. `term_days` is the length of the
    term in days, or the days on which terms end, where the points share it. `seed` is named in the
    foot. All texts are shown as they are. Days long after the last run has ended are not drawn.

    Errors: `UsageError` for more than 6 points, and as in
    `sim.report.named_curves.named_curves`.
    """
    if len(tables) > MOST_CURVES:
        raise UsageError(
            f"Readers can tell at most {MOST_CURVES} curves apart in one panel, and there are "
            f"{len(tables)}; draw them as small multiples, with multiples_figure."
        )
    last = last_day_of(tables)
    shown = named_curves(tables, names, last_day=last, level=level, band=band)
    ends = term_ends(term_days, last)
    entries = _legend_entries(shown, band_words(tables, level, band), ends, last)
    words = Words(title, subtitle, foot_words(tables, seed, last))
    with house_style():
        sheet = Sheet.begun(words, _body(len(shown), len(entries)))
        sheet.legend(entries, _LEGEND_COLUMNS)
        days = day_ticks(last, min(_MOST_INTERVALS, most_columns(int(tables.runs.max())) - 1))
        _draw_panel(sheet.axes(_CURVES), shown, ends, days, last)
        sheet.skip(_DAYS)
        for curve, look in zip(shown, LINE_LOOKS, strict=False):
            _write_counts(sheet, curve, look, days, last)
        return sheet.finished(_describe(shown, words, ends), curves_data(shown))


def last_day_of(tables: LifeTables) -> int:
    """Return the last day worth drawing for all points together: the horizon if it is near."""
    last = last_day_shown((tables.at_risk - tables.ended_by_day).max(axis=0))
    return tables.horizon_days if last > _NEARLY * tables.horizon_days else last


def percent_axis(axes: Axes) -> None:
    """Let the upright axis run from 0 to 100 %."""
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.tick_params(labelsize=TEXT)


def draw_band(axes: Axes, curve: NamedCurve, colour: str) -> None:
    """Fill the band of a curve with a tint of its colour, inside thin lines of the full colour."""
    lower, upper = (step_corners(curve.days, limit) for limit in (curve.lower, curve.upper))
    tint = to_rgba(colour, 0.16)
    fill_steps(axes, lower, upper, facecolor=tint, edgecolor=colour, linewidth=0.4, clip_on=False)


def _body(points: int, entries: int) -> float:
    counts = points * (_HEADING + 3 * ROW_HEIGHT + _AFTER)
    return legend_height(entries, _LEGEND_COLUMNS) + _CURVES + _DAYS + counts


def _legend_entries(
    shown: Sequence[NamedCurve], band: str, ends: Sequence[int], last: int
) -> list[Artist]:
    """Return entries for what the labels at the ends and the table of counts do not explain."""
    plain_line: dict[str, Any] = {"color": INK, "linestyle": ""}
    entries: list[Artist] = [
        Patch(facecolor=BAND_FILL, edgecolor=BAND_EDGE, linewidth=0.6, label=band),
        Line2D([], [], color=QUIET_INK, linewidth=1.0, linestyle=(0, (1, 2)), label="Median"),
    ]
    if ends:
        entries.append(
            Line2D([], [], marker="|", markersize=6, label="A term runs out", **plain_line)
        )
    if any(curve.days_cut_short.size for curve in shown):
        entries.append(Line2D([], [], marker="+", markersize=6, label="Cut short", **plain_line))
    if last == shown[0].table.horizon_days:
        words = f"Horizon, day {last:,}"
        entries.append(Line2D([], [], color=QUIET_INK, linewidth=1.0, label=words))
    return entries


def _draw_panel(
    axes: Axes, shown: Sequence[NamedCurve], ends: Sequence[int], days: Sequence[int], last: int
) -> None:
    percent_axis(axes)
    axes.set_ylabel("Share of truces still holding", fontsize=TEXT)
    mark_days(axes, last, days)
    axes.plot([0, last + 1], [0.5, 0.5], color=QUIET_INK, linewidth=0.6, linestyle=(0, (1, 2)))
    for curve, look in zip(shown, LINE_LOOKS, strict=False):
        draw_band(axes, curve, look.colour)
    for place, (curve, look) in enumerate(zip(shown, LINE_LOOKS, strict=False)):
        _draw_curve(axes, curve, look, place)
    draw_ends_of_term(axes, ends)
    if last == shown[0].table.horizon_days:
        axes.plot([last, last], [0.0, 1.0], color=QUIET_INK, linewidth=0.9)
    _label_curves(axes, shown)


def _draw_curve(axes: Axes, curve: NamedCurve, look: LineLook, place: int) -> None:
    """Draw the line, its symbols, its median and the days on which runs were cut short."""
    corners = step_corners(curve.days, curve.survival, start=1.0)
    draw_steps(
        axes,
        corners,
        color=look.colour,
        linestyle=look.dashes,
        linewidth=1.6,
        clip_on=False,
        zorder=3,
    )
    symbols: dict[str, Any] = {"linestyle": "", "color": look.colour, "clip_on": False, "zorder": 4}
    at = _symbol_days(curve, place)
    axes.plot(at + 0.5, curve.survival[at], marker=look.symbol, markersize=4.5, **symbols)
    cut = _thinned(curve.days_cut_short)
    if cut.size:
        axes.plot(cut + 0.5, curve.survival[cut], marker="+", markersize=6.0, **symbols)
    if curve.median is not None:
        down: dict[str, Any] = {"linewidth": 1.0, "linestyle": (0, (1, 2)), "color": look.colour}
        axes.plot([curve.median] * 2, [0.5, 0.0], **down)


def _symbol_days(curve: NamedCurve, place: int) -> NDArray[np.int64]:
    """Return days spread over the curve, others for each curve so that symbols rarely meet."""
    shares = (np.arange(_SYMBOLS) + (place + 0.5) / MOST_CURVES) / _SYMBOLS
    return np.unique((shares * (curve.last_day + 1)).astype(np.int64))


def _thinned(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return at most `_MOST_TICKS` of the days, evenly."""
    if len(days) <= _MOST_TICKS:
        return days
    return days[np.linspace(0, len(days) - 1, _MOST_TICKS).astype(np.int64)]


def _label_curves(axes: Axes, shown: Sequence[NamedCurve]) -> None:
    labels = [
        [*wrap(curve.name, _LABEL_WIDTH, TEXT, most_lines=2), curve.end_words] for curve in shown
    ]
    label_ends(
        axes,
        [(curve.last_day + 1, float(curve.survival[-1])) for curve in shown],
        ["\n".join(lines) for lines in labels],
        [look.colour for look in LINE_LOOKS[: len(shown)]],
        distance=LEADING * max(len(lines) for lines in labels) + 2.0,
    )


def _write_counts(
    sheet: Sheet, curve: NamedCurve, look: LineLook, days: Sequence[int], last: int
) -> None:
    """Write the name of a curve beside its line and symbol, and its three counts."""
    _draw_sample(sheet, look)
    said = f"{curve.median_words} · {curve.mean_words}"
    left, gap = EDGE + _SAMPLE, 8.0
    room = WIDTH - EDGE - left - gap - width_of(said, COUNTS_TEXT) / 0.95
    (name,) = wrap(curve.name, room, COUNTS_TEXT, "bold", most_lines=1)
    sheet.text(left, name, COUNTS_TEXT, va="top", weight="bold")
    after = left + width_of(name, COUNTS_TEXT, "bold") / 0.97 + gap
    sheet.text(after, said, COUNTS_TEXT, va="top", color=QUIET_INK)
    sheet.skip(_HEADING)
    write_rows(sheet, counts_of(curve.table, days), [day / (last + 1) for day in days])
    sheet.skip(_AFTER)


def _draw_sample(sheet: Sheet, look: LineLook) -> None:
    y = 1.0 - (sheet.used + 5.0) / sheet.height
    x = [(EDGE + along) / WIDTH for along in (0.0, (_SAMPLE - 6.0) / 2, _SAMPLE - 6.0)]
    style: dict[str, Any] = {"color": look.colour, "transform": sheet.figure.transFigure}
    sheet.figure.add_artist(
        Line2D(
            x,
            [y] * 3,
            linewidth=1.6,
            linestyle=look.dashes,
            marker=look.symbol,
            markevery=[1],
            markersize=4.5,
            **style,
        )
    )


def _describe(shown: Sequence[NamedCurve], words: Words, ends: Sequence[int]) -> str:
    """Return what the figure shows, with the numbers that matter."""
    told = "; ".join(
        f"{curve.name} ({count(curve.table.runs, 'run')}): {curve.median_words}, "
        f"{curve.mean_words}, {curve.end_words} hold beyond day {curve.last_day:,}"
        for curve in shown
    ).replace("–", " to ")
    terms = (
        f" A term runs out on {count(len(ends), 'day')} from day {ends[0]:,} on." if ends else ""
    )
    return (
        f"Step curves of the share of simulated truces that still hold, from 100 % at signing, by "
        f"days since then, for {count(len(shown), 'point')}, with bands. {told}.{terms} Under the "
        "axis stand the numbers of truces that still hold, have ended and were cut short."
    )
