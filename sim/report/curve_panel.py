"""The upper panel: the survival curve with its band, its median and the ends of term."""

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

from sim.analysis import life_table_of_survival, median
from sim.report.appearance import BAND_EDGE, BAND_FILL, INK, QUIET_INK
from sim.report.day_axis import MARK_HEIGHT, draw_ends_of_term, visible_days
from sim.report.wording import percent

SMALLEST_STEP = 0.002
"""Steps of the curve under 0.2 % of the axis (less than half a point) are drawn together."""

_TEXT = 8.0
_LATE = 0.7


@dataclass(frozen=True)
class Curve:
    """What the panel shows: days, S and its limits (equal shapes), and the median or None."""

    day: NDArray[np.int64]
    survival: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    median: int | None
    horizon_days: int

    @classmethod
    def from_table(cls, table: pandas.DataFrame, horizon_days: int) -> Curve:
        """Read a survival table, leaving out days on which S is not known."""
        known = table[table["survival"].notna()]
        return cls(
            day=known["day"].to_numpy(np.int64),
            survival=known["survival"].to_numpy(np.float64),
            lower=known["lower"].to_numpy(np.float64),
            upper=known["upper"].to_numpy(np.float64),
            median=median(life_table_of_survival(table)),
            horizon_days=horizon_days,
        )


def draw_curve(axes: Axes, curve: Curve, ends_of_term: Sequence[int]) -> None:
    """Draw everything of the upper panel but its legend and its axis of days."""
    _draw_band(axes, curve)
    _draw_line(axes, curve)
    _draw_median(axes, curve)
    draw_ends_of_term(axes, ends_of_term)
    _label_end(axes, curve)
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_ylabel("Share of truces still holding", fontsize=_TEXT)


def legend_entries(interval: str, has_terms: bool) -> list[Artist]:
    """Return one legend entry for the line, the band and, where drawn, the ends of term."""
    entries: list[Artist] = [
        Line2D([], [], color=INK, linewidth=1.8, label="Still holding"),
        Patch(facecolor=BAND_FILL, edgecolor=BAND_EDGE, linewidth=0.6, label=interval),
    ]
    mark = Line2D(
        [], [], color=INK, linestyle="", marker="|", markersize=6, label="A term runs out"
    )
    return [*entries, mark] if has_terms else entries


def _draw_band(axes: Axes, curve: Curve) -> None:
    limits = np.stack([curve.lower, curve.upper])
    kept = visible_days(limits, SMALLEST_STEP)
    day = np.append(curve.day[kept], curve.day[-1] + 1)
    lower, upper = (np.append(limit[kept], limit[-1]) for limit in limits)
    axes.fill_between(
        day,
        lower,
        upper,
        step="post",
        facecolor=BAND_FILL,
        edgecolor=BAND_EDGE,
        linewidth=0.5,
        clip_on=False,
    )


def _draw_line(axes: Axes, curve: Curve) -> None:
    kept = visible_days(curve.survival[np.newaxis], SMALLEST_STEP)
    day = np.concatenate(([0], curve.day[kept], [curve.day[-1] + 1]))
    share = np.concatenate(([1.0], curve.survival[kept], [curve.survival[-1]]))
    axes.plot(day, share, drawstyle="steps-post", color=INK, linewidth=1.8, clip_on=False, zorder=3)


def _draw_median(axes: Axes, curve: Curve) -> None:
    """Mark where half have ended; the words stand where a falling curve leaves room."""
    dotted: dict[str, Any] = {"color": QUIET_INK, "linewidth": 0.8, "linestyle": (0, (2, 2))}
    if curve.median is None:
        axes.plot([0, curve.horizon_days + 1], [0.5, 0.5], **dotted)
        _write_beside(axes, (0, 0.5), "Median not reached", (4, -4))
        return
    axes.plot([0, curve.median, curve.median], [0.5, 0.5, 0.0], **dotted)
    words = f"Median: day {curve.median:,}"
    if curve.median > _LATE * curve.horizon_days:
        _write_beside(axes, (curve.median, MARK_HEIGHT), words, (-4, 12))
    else:
        _write_beside(axes, (curve.median, 0.5), words, (4, 12))


def _write_beside(
    axes: Axes, point: tuple[float, float], words: str, offset: tuple[float, float]
) -> None:
    """Write words beside a point: their upper edge `offset` points from it, on that side of it."""
    axes.annotate(
        words,
        point,
        xytext=offset,
        textcoords="offset points",
        ha="left" if offset[0] > 0 else "right",
        va="top",
        fontsize=_TEXT,
    )


def _label_end(axes: Axes, curve: Curve) -> None:
    share = float(curve.survival[-1])
    limits = f"{100 * curve.lower[-1]:.1f}–{100 * curve.upper[-1]:.1f} %"
    axes.annotate(
        f"{percent(share)} ({limits})\nhold beyond day {curve.day[-1]:,}",
        (curve.day[-1] + 1, min(max(share, 0.05), 0.96)),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=_TEXT,
        annotation_clip=False,
    )
