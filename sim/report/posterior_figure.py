"""Posterior against prior: what the data left of the range of each calibrated number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from sim.report.appearance import BAND_EDGE, INK, QUIET_INK, house_style
from sim.report.sheet import (
    EDGE,
    RIGHT,
    TEXT,
    WIDTH,
    DescribedFigure,
    Sheet,
    Words,
    legend_height,
)

_NAMES, _ROW, _AXIS = 178.0, 15.0, 30.0
_COLUMNS = 4
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def posterior_figure(
    names: Sequence[str],
    low: Sequence[float],
    high: Sequence[float],
    default: Sequence[float],
    draws: np.ndarray,
    *,
    title: str,
    foot: str = "",
) -> DescribedFigure:
    """Return one row for each number: the prior's range, the posterior's quantiles, the default.

    Args:
        names: of the numbers, from the top down.
        low: lower ends of their prior ranges.
        high: upper ends.
        default: their defaults.
        draws: of the posterior, one a row, a column a number.
        title: shown as it is.
        foot: what the reader must know.
    """
    width = np.subtract(high, low)
    places = (np.quantile(draws, _QUANTILES, axis=0) - np.asarray(low)) / width
    marks = np.subtract(default, low) / width
    words = Words(title, "", foot)
    entries = _entries()
    body = legend_height(len(entries), _COLUMNS) + _ROW * len(names) + _AXIS
    with house_style():
        sheet = Sheet.begun(words, body)
        sheet.legend(entries, columns=_COLUMNS)
        _draw(sheet, names, low, high, places, marks)
        sheet.skip(_ROW * len(names) + _AXIS)
        return sheet.finished(
            f"For each of {len(names)} numbers, a line for its prior range and, on it, the middle "
            "90 % and 50 % of the retained set, its median and the default.",
            _data(names, low, high, default, draws),
        )


def _draw(
    sheet: Sheet,
    names: Sequence[str],
    low: Sequence[float],
    high: Sequence[float],
    places: np.ndarray,
    marks: np.ndarray,
) -> None:
    axes = sheet.panel(EDGE + _NAMES, WIDTH - _NAMES - RIGHT - EDGE, _ROW * len(names))
    rows = np.arange(len(names))
    axes.hlines(rows, 0.0, 1.0, color=BAND_EDGE, linewidth=0.7)
    axes.hlines(rows, places[0], places[4], color=QUIET_INK, linewidth=2.0)
    axes.hlines(rows, places[1], places[3], color=INK, linewidth=5.0)
    axes.plot(places[2], rows, "o", color="white", markersize=3.2, zorder=3)
    axes.plot(marks, rows, "|", color="#D55E00", markersize=9, markeredgewidth=1.8, zorder=4)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(-0.01, 1.01)
    axes.set_yticks(rows, names, fontsize=TEXT)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([0, 0.5, 1], ["low end", "middle", "high end"], fontsize=TEXT)
    axes.set_xlabel("Place within the prior range", fontsize=TEXT)
    axes.spines["left"].set_visible(False)
    for row, (start, end) in enumerate(zip(low, high, strict=True)):
        axes.annotate(
            f"{start:g} to {end:g}", (1.0, row), xytext=(8, 0), textcoords="offset points",
            va="center", fontsize=TEXT, color=QUIET_INK, annotation_clip=False,
        )  # fmt: skip


def _entries() -> list[Artist]:
    return [
        Line2D([], [], color=BAND_EDGE, linewidth=0.7, label="Prior range"),
        Line2D([], [], color=QUIET_INK, linewidth=2.0, label="Middle 90 % of the set"),
        Line2D([], [], color=INK, linewidth=5.0, label="Middle 50 %"),
        Line2D(
            [], [], color="#D55E00", linestyle="", marker="|", markersize=9, markeredgewidth=1.8,
            label="Default",
        ),
    ]  # fmt: skip


def _data(
    names: Sequence[str],
    low: Sequence[float],
    high: Sequence[float],
    default: Sequence[float],
    draws: np.ndarray,
) -> pandas.DataFrame:
    table = pandas.DataFrame({"name": names, "low": low, "high": high, "default": default})
    for quantile, values in zip(_QUANTILES, np.quantile(draws, _QUANTILES, axis=0), strict=True):
        table[f"quantile_{quantile:g}"] = values
    return table
