"""The figure of paired differences: what a point adds to or takes from the baseline's curve.

One panel for each point, all with the same axes and a zero line. Above it more truces hold than at
the baseline, below it fewer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.analysis import (
    DifferenceBand,
    Differences,
    IndependentTables,
    PairTables,
    difference_curve_table,
    pairing_words,
    restricted_mean_differences,
)
from sim.errors import UsageError
from sim.report.appearance import BAND_EDGE, BAND_FILL, GRID, INK, QUIET_INK, house_style
from sim.report.day_axis import day_ticks, last_day_shown
from sim.report.labels import label_of
from sim.report.number_axis import round_ticks, signed, with_minus
from sim.report.sheet import EDGE, LEGEND, TEXT, WIDTH, DescribedFigure, Sheet, Words
from sim.report.step_lines import draw_steps, fill_steps, step_corners
from sim.report.wording import count, sentences, wrap

MOST_PANELS = 6

_WIDE, _SMALL, _DAYS, _LINE, _GAP = 190.0, 96.0, 34.0, 11.0, 8.0
_LEFT, _BETWEEN = 58.0, 26.0
_SLACK = 0.94  # letters grow a little wider when they are fitted to pixels
_LEAST_REACH = 1.0  # percentage points that the axis spans on either side of zero
_WHOLE_FILL, _WHOLE_LINE = "#EFEFEF", (0, (2, 1.5))


@dataclass(frozen=True)
class Panel:
    """One point: its words, its table of differences by day, its mean days, and its band's name."""

    number: int
    label: str
    curve: pandas.DataFrame
    days_words: str
    band_words: str | None = None

    @property
    def limits(self) -> tuple[str, str]:
        """The names of the outermost limits: those of the band where there is one."""
        has_band = "band_lower" in self.curve
        return ("band_lower", "band_upper") if has_band else ("lower", "upper")


def differences_figure(
    compared: PairTables | IndependentTables,
    *,
    title: str,
    baseline: str = "the baseline",
    labels: Mapping[int, str] | None = None,
    points: Sequence[int] | None = None,
    bands: Mapping[int, DifferenceBand] | None = None,
    subtitle: str = "",
    level: float = 0.95,
) -> DescribedFigure:
    """Return the figure of the survival curves of a few points minus that of their baseline.

    `points` are the numbers of those to draw, by default all; `labels` says what each is, and
    `baseline` what they are compared with. Shaded is the pointwise interval, and dotted around it
    the simultaneous band of the points in `bands`, by whatever method. Days after the last truce of
    all has ended are not drawn. Texts are shown as they are.

    Errors: `UsageError` when there are more than `MOST_PANELS` points, none, or one that is not
    compared; otherwise as in `sim.analysis.survival_differences`.
    """
    chosen = _chosen(compared, points)
    means = restricted_mean_differences(compared, level=level)
    panels = [
        _panel(compared, means, number, labels or {}, level, (bands or {}).get(number))
        for number in chosen
    ]
    shown = _last_day(panels)
    places = [compared.numbers.index(number) for number in chosen]
    words = Words(title, _subtitle(subtitle, baseline), _foot(means, places, compared))
    with house_style():
        sheet = Sheet.begun(words, _body(panels))
        sheet.legend(_legend(panels, level))
        _draw(sheet, panels, shown, _reach(panels, shown))
        return sheet.finished(_describe(panels, baseline, shown), _drawn(panels, shown))


def _chosen(compared: PairTables | IndependentTables, points: Sequence[int] | None) -> list[int]:
    chosen = list(compared.numbers if points is None else points)
    for number in chosen:
        if number not in compared.numbers:
            raise UsageError(f"There is no point {number} in this comparison.")
    if not 1 <= len(chosen) <= MOST_PANELS:
        raise UsageError(
            f"Differences by day are drawn for 1 to {MOST_PANELS} points, not {len(chosen)}: "
            "choose some with points=, or draw one number of each with forest_figure or map_figure."
        )
    return chosen


def _panel(
    compared: PairTables | IndependentTables,
    means: Differences,
    number: int,
    labels: Mapping[int, str],
    level: float,
    band: DifferenceBand | None,
) -> Panel:
    place = compared.numbers.index(number)
    mean, lower, upper = (
        float(numbers[place]) for numbers in (means.difference, means.lower, means.upper)
    )
    words = (
        f"mean within {count(compared.horizon_days, 'day')}: {signed(mean)} days "
        f"({with_minus(lower)} to {with_minus(upper)})"
    )
    curve = difference_curve_table(compared, number, level, band)
    named = None if band is None else _band_words(band)
    return Panel(number, label_of(number, labels), curve, words, named)


def _band_words(band: DifferenceBand) -> str:
    """Say level and kind of a band, and the method where it is not the usual one."""
    words = f"{100 * band.level:g} % band, all days at once"
    return words if band.method == "sup-t" else f"{words} ({band.method})"


def _last_day(panels: Sequence[Panel]) -> int:
    """Return the last day worth drawing: a little past the day when no truce of any panel holds."""
    most = np.max([panel.curve[["survival", "baseline"]].max(axis=1) for panel in panels], axis=0)
    return last_day_shown((np.nan_to_num(most) > 0).astype(np.int64))


def _subtitle(subtitle: str, baseline: str) -> str:
    measured = f"Share of truces still holding, minus that of {baseline}, in percentage points."
    return sentences(subtitle, measured)


def _foot(
    means: Differences, places: Sequence[int], compared: PairTables | IndependentTables
) -> str:
    error = "Intervals and bands are Monte-Carlo error; they say nothing about how well the model "
    error += "fits the world."
    runs = count(int(means.runs[places].min()), "run")
    if not means.paired:
        return f"At least {runs} each, which do not share their luck. {error}"
    words = set(pairing_words(means)[places].tolist())
    if words == {"nothing varies"}:
        return f"{runs} of each, paired by shared luck; days held do not vary. {error}"
    known = [place for place in places if not np.isnan(means.correlation[place])]
    correlation = _span([f"{means.correlation[place]:.2f}" for place in known])
    saved = _span([f"{100 * means.variance_reduction[place]:.0f} %" for place in known])
    harm = " Where that is negative, pairing did harm." if "negative" in words else ""
    return (
        f"{runs} of each, paired by shared luck: correlation of days held {correlation}, variance "
        f"of their mean difference lower by {saved}.{harm} {error}"
    )


def _span(texts: Sequence[str]) -> str:
    """Return "0.61", or "0.42 to 0.61" for several that differ."""
    least = min(texts, key=lambda text: float(text.removesuffix(" %")))
    most = max(texts, key=lambda text: float(text.removesuffix(" %")))
    words = least if least == most else f"{least.removesuffix(' %')} to {most}"
    return words.replace("-", "−")


def _reach(panels: Sequence[Panel], shown: int) -> float:
    """Return the largest distance from zero of any limit, in percentage points."""
    drawn = [panel.curve.loc[:shown, list(panel.limits)] for panel in panels]
    found = max(float(np.nanmax(np.abs(limits.to_numpy()))) for limits in drawn)
    return max(100.0 * found, _LEAST_REACH)


def _is_wide(panels: Sequence[Panel]) -> bool:
    return len(panels) == 1


def _width(panels: Sequence[Panel]) -> float:
    inside = WIDTH - _LEFT - EDGE
    return inside if _is_wide(panels) else (inside - _BETWEEN) / 2


def _headings(panels: Sequence[Panel]) -> list[list[tuple[str, str]]]:
    """Return the lines above each panel with their weights: its label, then its mean days."""
    width = _SLACK * _width(panels)
    return [
        [
            (line, weight)
            for text, weight in ((panel.label, "bold"), (panel.days_words, "normal"))
            for line in wrap(text, width, TEXT, weight, most_lines=2)
        ]
        for panel in panels
    ]


def _rows(panels: Sequence[Panel]) -> list[list[int]]:
    return [list(range(first, min(first + 2, len(panels)))) for first in range(0, len(panels), 2)]


def _body(panels: Sequence[Panel]) -> float:
    headings = _headings(panels)
    tall = _WIDE if _is_wide(panels) else _SMALL
    above = [max(len(headings[place]) for place in row) * _LINE for row in _rows(panels)]
    return LEGEND + sum(above) + len(above) * (_GAP + tall + _DAYS)


def _legend(panels: Sequence[Panel], level: float) -> list[Artist]:
    entries: list[Artist] = [
        Line2D([], [], color=INK, linewidth=1.6, label="Difference"),
        Patch(
            facecolor=BAND_FILL,
            edgecolor=BAND_EDGE,
            linewidth=0.6,
            label=f"{100 * level:g} % interval, each day on its own",
        ),
    ]
    bands = dict.fromkeys(panel.band_words for panel in panels if panel.band_words)
    return entries + [
        Patch(
            facecolor=_WHOLE_FILL,
            edgecolor=BAND_EDGE,
            linestyle=_WHOLE_LINE,
            linewidth=0.6,
            label=label,
        )
        for label in bands
    ]


def _draw(sheet: Sheet, panels: Sequence[Panel], shown: int, reach: float) -> None:
    headings, width = _headings(panels), _width(panels)
    tall = _WIDE if _is_wide(panels) else _SMALL
    ticks = round_ticks(-reach, reach)
    edge = max(-ticks[0], ticks[-1])
    for row in _rows(panels):
        lines = max(len(headings[place]) for place in row)
        top = sheet.used
        for column, place in enumerate(row):
            left = _LEFT + column * (width + _BETWEEN)
            sheet.used = top + _LINE * (lines - len(headings[place]))
            _write_heading(sheet, left, headings[place])
            sheet.used = top + _LINE * lines + _GAP
            axes = sheet.panel(left, width, tall)
            written = [signed(tick, 0 if edge >= 4 else 1) for tick in ticks]
            axes.set_yticks(ticks, written if column == 0 else [])
            is_lowest = place >= len(panels) - 2
            axes.set_ylim(-edge, edge)
            axes.spines["bottom"].set_visible(False)
            _mark_days(axes, shown, 10 if _is_wide(panels) else 5, is_lowest)
            _draw_panel(axes, panels[place].curve.loc[:shown])
            if column == 0:
                axes.set_ylabel("← shorter · holds longer →", fontsize=TEXT - 0.5)
        sheet.used = top + _LINE * lines + _GAP + tall + _DAYS


def _write_heading(sheet: Sheet, left: float, lines: Sequence[tuple[str, str]]) -> None:
    for line, weight in lines:
        sheet.text(left, line, TEXT, va="top", weight=weight)
        sheet.skip(_LINE)


def _draw_panel(axes: Axes, curve: pandas.DataFrame) -> None:
    known = curve[curve["difference"].notna()]
    pairs = [("lower", "upper")]
    if "band_lower" in known:
        pairs.insert(0, ("band_lower", "band_upper"))
    for lower, upper in pairs:
        _shade(axes, known, lower, upper)
    axes.axhline(0.0, color=INK, linewidth=0.9, linestyle=(0, (5, 3)), zorder=2.5)
    draw_steps(axes, _corners(known, "difference"), color=INK, linewidth=1.6, zorder=3)


def _shade(axes: Axes, curve: pandas.DataFrame, lower: str, upper: str) -> None:
    is_band = lower.startswith("band")
    fill_steps(
        axes,
        _corners(curve, lower),
        _corners(curve, upper),
        facecolor=_WHOLE_FILL if is_band else BAND_FILL,
        linestyle=_WHOLE_LINE if is_band else "-",
        edgecolor=BAND_EDGE,
        linewidth=0.5,
    )


def _corners(curve: pandas.DataFrame, name: str) -> NDArray[np.float64]:
    return step_corners(curve["day"].to_numpy(np.int64), 100.0 * curve[name].to_numpy(np.float64))


def _mark_days(axes: Axes, shown: int, most: int, is_lowest: bool) -> None:
    days = day_ticks(shown, most)
    axes.set_xlim(0, shown + 1)
    axes.set_xticks(days, [f"{day:,}" for day in days])
    axes.tick_params(labelsize=TEXT)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if is_lowest:
        axes.set_xlabel("Days since signing", fontsize=TEXT, color=QUIET_INK, labelpad=3.0)


def _describe(panels: Sequence[Panel], baseline: str, shown: int) -> str:
    told = []
    for panel in panels:
        curve = panel.curve.loc[:shown]
        most = int(curve["difference"].abs().fillna(0.0).to_numpy().argmax())
        row = curve.iloc[most]
        told.append(
            f"{panel.label}: {panel.days_words}; furthest from zero after day {most}, "
            f"{signed(100 * row['difference'])} percentage points "
            f"({with_minus(100 * row['lower'])} to {with_minus(100 * row['upper'])})"
        )
    return (
        f"Step curves over days since signing, through day {shown}: the share of simulated truces "
        f"that still hold minus that of {baseline}, with a zero line and intervals. "
        f"{'. '.join(told)}."
    )


def _drawn(panels: Sequence[Panel], shown: int) -> pandas.DataFrame:
    tables = [
        panel.curve.loc[:shown].assign(point=panel.number, label=panel.label) for panel in panels
    ]
    table = pandas.concat(tables, ignore_index=True)
    return table[["point", "label", *(name for name in table if name not in ("point", "label"))]]
