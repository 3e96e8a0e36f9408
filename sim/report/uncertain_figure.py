"""The survival curve twice uncertain: by the luck of the runs, and by what the data leave open."""

from __future__ import annotations

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report.appearance import QUIET_INK, house_style
from sim.report.curve_panel import SMALLEST_STEP, Curve, draw_curve, legend_entries
from sim.report.day_axis import day_ticks, last_day_shown, mark_days, term_ends, visible_days
from sim.report.sheet import DescribedFigure, Sheet, Words, legend_height
from sim.report.wording import count, percent

_CURVE, _DAYS = 220.0, 38.0
_MOST_INTERVALS = 7
_COLUMNS = 2
_DASHES = (0, (5, 2))
_RETAINED, _OTHER = "retained parameter vector", "parameter vector"


def uncertain_figure(
    survival: pandas.DataFrame,
    band: pandas.DataFrame,
    *,
    title: str,
    runs: int,
    seed: int,
    horizon_days: int,
    vectors: int,
    share: float,
    term_days: int | None = None,
    is_retained: bool = True,
) -> DescribedFigure:
    """Return the curve of one ensemble within the band of a set of parameter vectors.

    Args:
        survival: a survival table; its limits are Monte-Carlo error.
        band: day, lower and upper of the same days: what holds `share` of the vectors' curves.
        title: shown as it is.
        runs: of the ensemble, and of each vector.
        seed: of all of them.
        horizon_days: days followed.
        vectors: how many vectors the band is of.
        share: between 0 and 1.
        term_days: length of the term, None for an open-ended truce.
        is_retained: whether the set is the retained one, or any other.
    """
    kind = _RETAINED if is_retained else _OTHER
    words = Words(title, "", _foot(runs, seed, horizon_days, vectors, kind))
    beyond = int((band["upper"] > SMALLEST_STEP).sum())
    alone = last_day_shown((survival["at_risk"] - survival["ended"]).to_numpy(np.int64))
    shown = min(max(alone, beyond), horizon_days)
    survival, band = (table[table["day"] <= shown] for table in (survival, band))
    curve, ends = Curve.from_table(survival, shown), term_ends(term_days, shown)
    entries = _entries(share, kind, has_terms=bool(ends))
    with house_style():
        sheet = Sheet.begun(words, legend_height(len(entries), _COLUMNS) + _CURVE + _DAYS)
        sheet.legend(entries, columns=_COLUMNS)
        panel = sheet.axes(_CURVE)
        draw_curve(panel, curve, ends)
        _draw_band(panel, band)
        mark_days(panel, shown, day_ticks(shown, _MOST_INTERVALS), is_lowest=True)
        sheet.skip(_DAYS)
        return sheet.finished(_told(curve, band, vectors, share, kind), _drawn(survival, band))


def _draw_band(axes: Axes, band: pandas.DataFrame) -> None:
    """Draw both edges as dashed steps: one shade inside another would not print."""
    limits = band[["lower", "upper"]].to_numpy(float).T
    kept = visible_days(limits, SMALLEST_STEP)
    day = np.append(band["day"].to_numpy(float)[kept], float(band["day"].iloc[-1]) + 1)
    for limit in limits:
        edge = np.append(limit[kept], limit[-1])
        axes.plot(
            day, edge, drawstyle="steps-post", color=QUIET_INK, linewidth=1.1, linestyle=_DASHES
        )
    for words in axes.texts:  # an edge may run through the name of the median
        words.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.0})


def _entries(share: float, kind: str, has_terms: bool) -> list[Artist]:
    line = Line2D(
        [], [], color=QUIET_INK, linewidth=1.1, linestyle=_DASHES,
        label=f"{percent(share)} of {kind}s",
    )  # fmt: skip
    entries = legend_entries("95 % interval for Monte-Carlo error", has_terms)
    return [*entries[:2], line, *entries[2:]]


def _foot(runs: int, seed: int, horizon_days: int, vectors: int, kind: str) -> str:
    dashed = (
        "what the data behind calibration leave open about" if kind == _RETAINED else "doubt in"
    )
    return (
        f"{count(runs, 'run')} each · seed {seed} for all · horizon {count(horizon_days, 'day')} · "
        f"{count(vectors, kind)}. Grey: error of the runs under the parameters of the scenario as "
        f"it is. Dashed: {dashed} parameters. Neither says how far the model's form is wrong."
    )


def _told(curve: Curve, band: pandas.DataFrame, vectors: int, share: float, kind: str) -> str:
    last = band.iloc[-1]
    return (
        f"Step curve of the share of truces that still hold, with a narrow band for Monte-Carlo "
        f"error and dashed lines that hold {percent(share)} of the curves of "
        f"{count(vectors, kind)}. After day {curve.day[-1]} the curve "
        f"stands at {percent(float(curve.survival[-1]))}, the dashed lines at "
        f"{percent(float(last['lower']))} and {percent(float(last['upper']))}."
    )


def _drawn(survival: pandas.DataFrame, band: pandas.DataFrame) -> pandas.DataFrame:
    edges = band[["day", "lower", "upper"]].rename(
        columns={"lower": "parameters_lower", "upper": "parameters_upper"}
    )
    return survival.merge(edges, on="day")
