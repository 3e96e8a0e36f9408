"""The forest: one number of each of many points with its interval, one row below the other.

The number is the restricted mean (days held within a window), or its difference from a baseline.
Rows keep the order of the points; ordering them by value would hide what was varied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.axes import Axes

from sim.analysis import (
    Differences,
    IndependentTables,
    LifeTables,
    PairTables,
    durations_of_points,
    pairing_words,
    restricted_mean_differences,
)
from sim.errors import UsageError
from sim.report.appearance import GRID, INK, QUIET_INK, house_style
from sim.report.labels import label_of
from sim.report.number_axis import decimals_of, round_ticks, signed, with_minus
from sim.report.sheet import EDGE, TEXT, WIDTH, DescribedFigure, Sheet, Words
from sim.report.wording import count, sentences, width_of, wrap

MOST_ROWS = 40

_LABELS_WIDTH, _BETWEEN = 190.0, 12.0
_LINE, _ROW_GAP, _HEADING, _AXIS, _CAP = 10.0, 5.0, 18.0, 36.0, 2.6
_SLACK = 1.06  # letters grow a little wider when they are fitted to pixels


@dataclass(frozen=True)
class Row:
    """One point: what it is, its value with limits (days, nan where unknown), and their words."""

    lines: list[str]
    words: str
    value: float
    lower: float
    upper: float

    @property
    def height(self) -> float:
        """Points that the row takes on the sheet."""
        return _LINE * len(self.lines) + _ROW_GAP


def forest_figure(
    found: LifeTables | PairTables | IndependentTables,
    *,
    title: str,
    labels: Mapping[int, str] | None = None,
    points: Sequence[int] | None = None,
    baseline: str = "the baseline",
    through_day: int | None = None,
    subtitle: str = "",
    level: float = 0.95,
) -> DescribedFigure:
    """Return the figure of restricted means, or of their differences from a baseline.

    Life tables give the mean days that truces hold within the first `through_day`, by default the
    horizon; compared tables give the same at each point minus that of the `baseline`, with a zero
    line. `points` are the numbers of those to draw in this order, by default all; `labels` says
    what each is. Texts are shown as they are.

    Errors: `UsageError` for more than `MOST_ROWS` points, for none, and for one that is not there;
    otherwise as in
    `sim.analysis.durations_of_points` and `restricted_mean_differences`.
    """
    chosen = _chosen(found.numbers, points)
    last = found.horizon_days if through_day is None else through_day
    differences = None
    if isinstance(found, LifeTables):
        data = _means(found, last, level)
    else:
        differences = restricted_mean_differences(found, last, level)
        data = _differences(found, differences)
    data = data.set_index("point").loc[chosen].reset_index()
    data.insert(1, "label", [label_of(number, labels or {}) for number in chosen])
    rows = [_row(line, differences is not None) for _, line in data.iterrows()]
    within = f"within {count(last, 'day')}"
    what = f"Mean days that truces hold {within}"
    what += f", minus that of {baseline}." if differences is not None else "."
    words = Words(title, sentences(subtitle, what), _foot(data, differences, level))
    with house_style():
        sheet = Sheet.begun(words, _HEADING + sum(row.height for row in rows) + _AXIS)
        _draw(sheet, rows, differences is not None, level)
        return sheet.finished(_describe(rows, data, what, level), data)


def _chosen(numbers: Sequence[int], points: Sequence[int] | None) -> list[int]:
    chosen = list(numbers if points is None else points)
    for number in chosen:
        if number not in numbers:
            raise UsageError(f"There is no point {number} among these.")
    if not chosen:
        raise UsageError("There is no point to draw.")
    if len(chosen) > MOST_ROWS:
        raise UsageError(
            f"A forest has room for {MOST_ROWS} points, not {len(chosen):,}: choose some with "
            "points=, or draw all as a map over two factors with map_figure."
        )
    return chosen


def _means(tables: LifeTables, last: int, level: float) -> pandas.DataFrame:
    table = durations_of_points(tables, last, level)
    names = {"kept_days": "value", "kept_lower": "lower", "kept_upper": "upper"}
    kept = table[["point", *names, "runs"]].rename(columns=names)
    kept.insert(1, "through_day", last)
    return kept


def _differences(compared: PairTables | IndependentTables, found: Differences) -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "point": compared.numbers,
            "value": found.difference,
            "lower": found.lower,
            "upper": found.upper,
            "standard_error": found.standard_error,
            "correlation": found.correlation,
            "variance_reduction": found.variance_reduction,
            "pairing": pairing_words(found),
            "runs": found.runs,
        }
    )


def _row(line: pandas.Series, is_difference: bool) -> Row:
    value, lower, upper = (float(line[name]) for name in ("value", "lower", "upper"))
    written = signed if is_difference else with_minus
    words = f"{written(value)} ({with_minus(lower)} to {with_minus(upper)})"
    if np.isnan(value):
        words = "not watched so long"
    lines = wrap(str(line["label"]), _LABELS_WIDTH / _SLACK, TEXT, most_lines=2)
    return Row(lines, words, value, lower, upper)


def _foot(data: pandas.DataFrame, differences: Differences | None, level: float) -> str:
    least, most = int(data["runs"].min()), int(data["runs"].max())
    runs = count(least, "run") if least == most else f"{least:,} to {count(most, 'run')}"
    error = (
        f"Bars are {100 * level:g} % intervals for Monte-Carlo error, each on its own; they say "
        "nothing about how well the model fits the world."
    )
    if differences is None or not differences.paired:
        return f"{runs} of each point. {error}"
    known = data.dropna(subset=["correlation"])
    if known.empty:
        return f"{runs} of each point, paired by shared luck; days held do not vary. {error}"
    correlation, saved = known["correlation"], 100 * known["variance_reduction"]
    text = (
        f"{runs} of each point, paired by shared luck: median correlation "
        f"{correlation.median():.2f} ({correlation.min():.2f} to {correlation.max():.2f}), median "
        f"reduction of variance {saved.median():.0f} %."
    )
    return f"{text.replace('-', '−')} {error}"


def _draw(sheet: Sheet, rows: Sequence[Row], is_difference: bool, level: float) -> None:
    heading = f"Days ({100 * level:g} % interval)"
    labels = _SLACK * max(width_of(line, TEXT) for row in rows for line in row.lines)
    numbers = _SLACK * max(width_of(words, TEXT) for words in [heading, *(r.words for r in rows)])
    left, right = EDGE + labels + _BETWEEN, WIDTH - EDGE - numbers
    sheet.text(right, heading, TEXT, va="top", color=QUIET_INK)
    sheet.skip(_HEADING)
    axes = sheet.panel(left, right - left - _BETWEEN, sum(row.height for row in rows))
    middles, depth = [], 0.0
    for row in rows:
        middles.append(depth + row.height / 2)
        _write_row(sheet, row, right)
        depth += row.height
    _draw_rows(axes, rows, middles, depth)
    _mark_values(axes, rows, is_difference, right - left)
    sheet.skip(_AXIS)


def _write_row(sheet: Sheet, row: Row, right: float) -> None:
    top = sheet.used
    for place, line in enumerate(row.lines):
        sheet.used = top + _ROW_GAP / 2 + _LINE * (place + 0.5)
        sheet.text(EDGE, line, TEXT, va="center")
    sheet.used = top + row.height / 2
    sheet.text(right, row.words, TEXT, va="center")
    sheet.used = top + row.height


def _draw_rows(axes: Axes, rows: Sequence[Row], middles: Sequence[float], depth: float) -> None:
    """Draw all bars as one line with gaps, which keeps the file small, and a mark on each."""
    known = [(row, at) for row, at in zip(rows, middles, strict=True) if not np.isnan(row.value)]
    gap = float("nan")
    x, y = [], []
    for row, at in known:
        x += [row.lower, row.lower, gap, row.lower, row.upper, gap, row.upper, row.upper, gap]
        y += [at - _CAP, at + _CAP, gap, at, at, gap, at - _CAP, at + _CAP, gap]
    axes.plot(x, y, color=INK, linewidth=1.3)
    values, places = [row.value for row, _ in known], [at for _, at in known]
    axes.plot(values, places, color=INK, linestyle="", marker="s", ms=4.2, clip_on=False, zorder=3)
    axes.set_ylim(depth, 0.0)
    axes.set_yticks(middles, [])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _mark_values(axes: Axes, rows: Sequence[Row], is_difference: bool, width: float) -> None:
    known = [number for row in rows for number in (row.lower, row.upper) if not np.isnan(number)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if is_difference:
        low, high = min(low, 0.0), max(high, 0.0)
    ticks = round_ticks(low, high, most_intervals=max(2, int(width // 60)))
    decimals = decimals_of(ticks[1] - ticks[0])
    written = signed if is_difference else with_minus
    axes.set_xlim(ticks[0], ticks[-1])
    axes.set_xticks(ticks, [written(tick, decimals) for tick in ticks])
    axes.tick_params(axis="x", labelsize=TEXT)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if is_difference:
        axes.axvline(0.0, color=INK, linewidth=1.0, linestyle=(0, (5, 3)), zorder=1.5)
    label = "Days: ← shorter · holds longer →" if is_difference else "Mean days held"
    axes.set_xlabel(label, fontsize=TEXT, labelpad=3.0)


def _describe(rows: Sequence[Row], data: pandas.DataFrame, what: str, level: float) -> str:
    labels = data["label"].tolist()
    told = "; ".join(f"{label}: {row.words}" for label, row in zip(labels, rows, strict=True))
    return f"{what} One row for each point, with {100 * level:g} % intervals, in days. {told}."
