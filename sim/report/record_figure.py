"""The figure of a record of ceasefires: the dated curve, what its gaps may hide, how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.report.appearance import BAND_EDGE, BAND_FILL, GRID, INK, PAPER, QUIET_INK, house_style
from sim.report.counts_table import ROW_HEIGHT, most_columns
from sim.report.day_axis import day_ticks, visible_days
from sim.report.end_labels import spread
from sim.report.sheet import (
    AXES_WIDTH,
    LEFT,
    RIGHT,
    TEXT,
    DescribedFigure,
    Sheet,
    Words,
    legend_height,
)
from sim.report.wording import count, percent, plain, wrap

LOOKS: tuple[tuple[str, Any], ...] = (
    (INK, "-"),
    ("#D55E00", (0, (5, 1.5))),
    ("#004D80", (0, (3, 1, 1, 1))),
    ("#009E73", (0, (1.5, 1.5))),
    ("#5D3A9B", (0, (7, 2, 1.5, 2))),
    ("#CC79A7", (0, (4, 1, 1, 1, 1, 1))),
)
"""Colour and dash of each group; all keep more than 3:1 contrast on white."""

FILLS = ("#D55E00", "#004D80", "#CC79A7", "#595959", "#009E73", "#5D3A9B", "#E66101")
HATCHES = ("", "///", "", "", "\\\\\\", "xx", "")
SMALLEST_STEP = 0.002

_CURVE, _GAP, _STRIP, _DAYS = 196.0, 16.0, 76.0, 38.0
_LABEL_DISTANCE, _LABEL_ROOM = 10.0, RIGHT - 26.0
_NAME_ROOM = LEFT - 34.0
_MOST_INTERVALS = 7

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shown:
    """What the figure shows.

    `curves` has a row for each group and day (see `sim.evidence.Findings.curves`), `causes` the
    shares ended by ending and day, shape [endings, days], for the one group there is, or None.
    """

    curves: pandas.DataFrame
    endings: tuple[str, ...]
    causes: Floats | None

    @property
    def groups(self) -> list[str]:
        """The names of the groups, in order."""
        return [str(name) for name in self.curves["group"].unique()]

    @property
    def horizon_days(self) -> int:
        """The last day shown."""
        return int(self.curves["day"].max())

    def of(self, group: str) -> pandas.DataFrame:
        """Return the rows of one group, with a curve that is known."""
        rows = self.curves[self.curves["group"] == group]
        return rows[rows["survival"].notna()]


def record_figure(shown: Shown, *, title: str, subtitle: str, foot: str) -> DescribedFigure:
    """Return the figure of a record; texts are shown as they are.

    With one group it shows the dated curve with its limits, the span that ceasefires of unknown end
    leave open, the interval-censored estimate, and how they ended; with several, the dated curves.
    """
    groups = shown.groups
    strip = shown.causes is not None and len(shown.endings) > 0
    entries = _legend(shown)
    body = legend_height(len(entries)) + _CURVE + _DAYS + (_GAP + _STRIP if strip else 0.0)
    body += ROW_HEIGHT * (2 if len(groups) == 1 else 1 + len(groups))
    with house_style():
        sheet = Sheet.begun(Words(title, subtitle, foot), body)
        sheet.legend(entries)
        panels = [sheet.axes(_CURVE)]
        _draw_curves(panels[0], shown)
        if strip:
            sheet.skip(_GAP)
            panels.append(sheet.axes(_STRIP))
            _draw_causes(panels[1], shown)
        _write_days(sheet, panels, shown)
        return sheet.finished(describe(shown), shown.curves)


def describe(shown: Shown) -> str:
    """Return what the figure shows in a few sentences, for readers who cannot see it."""
    told = []
    for group in shown.groups:
        rows = shown.of(group)
        last = rows.iloc[-1]
        who = f"of the group {group}, " if group else ""
        told.append(
            f"{who}{percent(float(last['survival']))} still in force after day {int(last['day'])}"
        )
    return (
        "Step curves of the share of recorded ceasefires still in force, by days since they began: "
        f"{'; '.join(told)}."
    )


def _legend(shown: Shown) -> list[Artist]:
    if len(shown.groups) > 1:
        entries: list[Artist] = [
            Line2D([], [], color=colour, linestyle=dash, linewidth=1.6, label=_short(group, 150.0))
            for group, (colour, dash) in zip(shown.groups, LOOKS, strict=False)
        ]
    else:
        entries = [
            Line2D([], [], color=INK, linewidth=1.8, label="Record, dated"),
            Patch(facecolor=BAND_FILL, edgecolor=BAND_EDGE, linewidth=0.6, label="95 % limits"),
            Line2D([], [], color=QUIET_INK, linewidth=1.0, linestyle=(0, (1, 1.2)), label=_SPAN),
            Line2D([], [], color="#D55E00", linewidth=1.3, linestyle=(0, (5, 2)), label=_NPMLE),
        ]
    return entries


_SPAN = "Unknown ends: all at once, or late"
_NPMLE = "Record, interval-censored"


def _draw_curves(axes: Axes, shown: Shown) -> None:
    ends: list[tuple[float, str]] = []
    single = len(shown.groups) == 1
    for group, (colour, dash) in zip(shown.groups, LOOKS, strict=False):
        rows = shown.of(group)
        if single:
            _draw_doubt(axes, shown)
        _step(axes, rows["day"], rows["survival"], color=colour, linestyle=dash, linewidth=1.7)
        share = float(rows["survival"].iloc[-1])
        limits = f"({100 * rows['lower'].iloc[-1]:.0f}–{100 * rows['upper'].iloc[-1]:.0f} %)"
        ends.append((share, f"{percent(share)} {limits if single else group}"))
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_ylabel("Share still in force", fontsize=TEXT)
    _label_ends(axes, shown.horizon_days, ends)


def _draw_doubt(axes: Axes, shown: Shown) -> None:
    rows = shown.of(shown.groups[0])
    everything = shown.curves[shown.curves["group"] == shown.groups[0]]
    kept = _kept(rows["lower"], rows["upper"])
    day, lower, upper = (rows[name].to_numpy()[kept] for name in ("day", "lower", "upper"))
    axes.fill_between(
        day,
        lower,
        upper,
        step="post",
        facecolor=BAND_FILL,
        edgecolor=BAND_EDGE,
        linewidth=0.5,
    )
    for name in ("least", "most"):
        _step(
            axes,
            everything["day"],
            everything[name],
            color=QUIET_INK,
            linewidth=1.0,
            linestyle=(0, (1, 1.2)),
        )
    middle = (everything["interval_lower"] + everything["interval_upper"]) / 2.0
    _step(axes, everything["day"], middle, color="#D55E00", linewidth=1.3, linestyle=(0, (5, 2)))


def _step(axes: Axes, days: pandas.Series, shares: pandas.Series, **style: Any) -> None:
    """Draw a step curve from S = 1, leaving out steps that the eye cannot see."""
    day, share = days.to_numpy(float), shares.to_numpy(float)
    known = ~np.isnan(share)
    day, share = day[known], share[known]
    kept = visible_days(share[np.newaxis], SMALLEST_STEP)
    x = np.concatenate(([0.0], day[kept], [day[-1] + 1]))
    y = np.concatenate(([1.0], share[kept], [share[-1]]))
    axes.plot(x, y, drawstyle="steps-post", clip_on=False, zorder=3, **style)


def _kept(*curves: pandas.Series) -> NDArray[np.int64]:
    return visible_days(np.stack([curve.to_numpy(float) for curve in curves]), SMALLEST_STEP)


def _label_ends(axes: Axes, horizon_days: int, ends: Sequence[tuple[float, str]]) -> None:
    """Write what is left at the end of each curve beside it, moved apart where curves are close."""
    height = axes.get_window_extent().height * 72.0 / axes.figure.dpi
    ordered = sorted(ends)
    places = spread([height * share for share, _ in ordered], _LABEL_DISTANCE, 4.0, height - 4.0)
    for (share, words), place in zip(ordered, places, strict=True):
        _beside(axes, horizon_days + 1, share, place - height * share, words)


def _beside(axes: Axes, x: float, y: float, lift: float, words: str) -> None:
    axes.annotate(
        _short(words, _LABEL_ROOM),
        (x, y),
        xytext=(12, lift),
        textcoords="offset points",
        va="center",
        fontsize=TEXT,
        annotation_clip=False,
        arrowprops={
            "arrowstyle": "-",
            "color": QUIET_INK,
            "linewidth": 0.6,
            "shrinkA": 1,
            "shrinkB": 0,
            "relpos": (0, 0.5),
        },
    )


def _draw_causes(axes: Axes, shown: Shown) -> None:
    """Draw how they ended by each day, stacked, with the shares of the last day beside it."""
    assert shown.causes is not None
    floor = np.zeros(shown.causes.shape[1])
    labels: list[tuple[float, str]] = []
    known = ~np.isnan(shown.causes[0])
    day = np.flatnonzero(known)
    for place, name in enumerate(shown.endings):
        top = floor + np.nan_to_num(shown.causes[place])
        kept = visible_days(np.stack([floor[known], top[known]]), 2.5 * SMALLEST_STEP)
        axes.fill_between(
            day[kept],
            floor[known][kept],
            top[known][kept],
            step="post",
            facecolor=FILLS[place % len(FILLS)],
            hatch=HATCHES[place % len(HATCHES)],
            edgecolor=PAPER,
            linewidth=0.5,
        )
        last = int(day[-1])
        share = float(shown.causes[place, last])
        labels.append(((floor[last] + top[last]) / 2.0, f"{name} {percent(share)}"))
        floor = top
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0, 0.5, 1.0], ["0 %", "50 %", "100 %"])
    axes.set_ylabel("How they\nended", fontsize=TEXT)
    _label_ends(axes, shown.horizon_days, labels)


def _write_days(sheet: Sheet, panels: Sequence[Axes], shown: Shown) -> None:
    horizon = shown.horizon_days
    most = int(shown.curves["at_risk"].max())
    days = day_ticks(horizon, min(_MOST_INTERVALS, most_columns(most) - 1))
    for panel in panels:
        panel.set_xlim(0, horizon + 1)
        panel.set_xticks(days, [f"{day:,}" for day in days] if panel is panels[-1] else [])
        panel.grid(axis="x", color=GRID, linewidth=0.6)
        panel.set_axisbelow(True)
    panels[-1].set_xlabel("Days since they began", fontsize=TEXT)
    sheet.skip(_DAYS)
    _write_counts(sheet, shown, days)


def _write_counts(sheet: Sheet, shown: Shown, days: Sequence[int]) -> None:
    """Write how many dated ceasefires are in force and watched before each day."""
    if len(shown.groups) > 1:
        sheet.text(LEFT - 20.0, "At risk", TEXT, ha="right", va="top", weight="bold")
        sheet.skip(ROW_HEIGHT)
    for group in shown.groups:
        rows = shown.curves[shown.curves["group"] == group]
        counts = rows["at_risk"].to_numpy()
        name = _short(group or "At risk", _NAME_ROOM)
        sheet.text(LEFT - 20.0, name, TEXT, ha="right", va="top")
        for day in days:
            place = LEFT + AXES_WIDTH * day / (shown.horizon_days + 1)
            sheet.text(place, f"{int(counts[day]):,}", TEXT, ha="center", va="top")
        sheet.skip(ROW_HEIGHT)
    if len(shown.groups) == 1:
        rows = shown.curves
        ended = np.cumsum(rows["ended"].to_numpy())
        sheet.text(LEFT - 20.0, "Ended", TEXT, ha="right", va="top")
        for day in days:
            place = LEFT + AXES_WIDTH * day / (shown.horizon_days + 1)
            sheet.text(place, f"{int(ended[day]):,}", TEXT, ha="center", va="top")
        sheet.skip(ROW_HEIGHT)


def _short(text: str, width: float) -> str:
    lines = wrap(plain(text), width, TEXT, most_lines=1)
    return lines[0] if lines else ""


def foot_of(record: str, ceasefires: int, dated: int, undated: int, limits: str) -> str:
    """Return the foot: what the curve rests on, and what its limits are about."""
    return (
        f"{count(ceasefires, 'ceasefire')} in {record}: {dated:,} dated, {undated:,} with an end "
        f"that is unknown or too vague. {limits}"
    )
