"""The figure of one ensemble: survival curve, how truces ended, counts, and what it all means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas
from matplotlib.axes import Axes

from sim.analysis import METHOD_NAMES, default_method, life_table_of_survival
from sim.report.appearance import house_style
from sim.report.counts_table import ROW_HEIGHT, most_columns, write_counts
from sim.report.curve_panel import Curve, draw_curve, legend_entries
from sim.report.day_axis import day_ticks, last_day_shown, mark_days, term_ends
from sim.report.endings_panel import draw_endings, stack
from sim.report.sheet import LEGEND, DescribedFigure, Sheet, Words
from sim.report.wording import count, percent, plain

_CURVE, _GAP, _STRIP, _DAYS = 196.0, 16.0, 84.0, 38.0
_MOST_INTERVALS = 7


def survival_figure(
    survival: pandas.DataFrame,
    incidence: pandas.DataFrame | None = None,
    *,
    title: str,
    runs: int,
    seed: int,
    horizon_days: int,
    subtitle: str | None = None,
    term_days: int | Sequence[int] | None = None,
    interval: str | None = None,
) -> DescribedFigure:
    """Return the figure of one ensemble.

    `survival` is a survival table and `incidence` an incidence table of the same runs (shares
    0..1, days 0..horizon_days); without the latter the strip of endings is left out. `term_days` is
    the length of the term in days, or the days on which terms end. `interval` names the method of
    the band where it is not the default one. `title` and `subtitle` are shown as they are: nothing
    in them is read as a formula or as markup. Days long after the last run has ended are not drawn.
    """
    words = Words(title, subtitle or "", _foot(runs, seed, horizon_days))
    band = _band_name(survival, interval)
    shown = last_day_shown((survival["at_risk"] - survival["ended"]).to_numpy(np.int64))
    survival = survival[survival["day"] <= shown]
    incidence = None if incidence is None else incidence[incidence["day"] <= shown]
    curve = Curve.from_table(survival, shown)
    ends = term_ends(term_days, shown)
    with house_style():
        sheet = Sheet.begun(words, _body(with_strip=incidence is not None))
        sheet.legend(legend_entries(band, has_terms=bool(ends)))
        panels = _draw_panels(sheet, curve, incidence, ends)
        _write_days(sheet, panels, survival, runs)
        return sheet.finished(describe(curve, incidence, runs), _drawn(survival, incidence))


def describe(curve: Curve, incidence: pandas.DataFrame | None, runs: int) -> str:
    """Return what the figure shows in a few sentences, for readers who cannot see it."""
    half = "does not fall to 50 %"
    if curve.median is not None:
        half = f"is at 50 % or less from day {curve.median}"
    text = (
        f"Step curve of the share of {count(runs, 'simulated truce')} that still hold, by days "
        f"since signing, with a band for Monte-Carlo error. It starts at 100 %, {half}, and stands "
        f"at {percent(float(curve.survival[-1]))} after day {curve.day[-1]}."
    )
    if incidence is None:
        return text
    layers = stack(incidence.dropna())
    shares = ", ".join(f"{layer.label.lower()} {percent(layer.share)}" for layer in layers)
    return f"{text} Below it, how the truces have ended by each day; on the last day: {shares}."


def _foot(runs: int, seed: int, horizon_days: int) -> str:
    return (
        f"{count(runs, 'run')} · seed {seed} · horizon {count(horizon_days, 'day')}. "
        f"The band is Monte-Carlo error of {count(runs, 'run')}; it says nothing about how well "
        "the model fits the world."
    )


def _drawn(survival: pandas.DataFrame, incidence: pandas.DataFrame | None) -> pandas.DataFrame:
    return survival if incidence is None else survival.merge(incidence, on="day")


def _body(with_strip: bool) -> float:
    panels = LEGEND + _CURVE + _DAYS + (_GAP + _STRIP if with_strip else 0.0)
    return panels + 3 * ROW_HEIGHT


def _band_name(survival: pandas.DataFrame, interval: str | None) -> str:
    method = interval or METHOD_NAMES[default_method(life_table_of_survival(survival))]
    return f"95 % interval for Monte-Carlo error ({plain(method)})"


def _draw_panels(
    sheet: Sheet, curve: Curve, incidence: pandas.DataFrame | None, ends: Sequence[int]
) -> list[Axes]:
    """Draw the curve and, if there are shares, the strip; return the axes from the top down."""
    upper = sheet.axes(_CURVE)
    draw_curve(upper, curve, ends)
    if incidence is None:
        return [upper]
    sheet.skip(_GAP)
    lower = sheet.axes(_STRIP)
    draw_endings(lower, incidence)
    return [upper, lower]


def _write_days(
    sheet: Sheet, panels: Sequence[Axes], survival: pandas.DataFrame, runs: int
) -> None:
    """Label the common axis of days under the lowest panel, and the counts under its ticks."""
    horizon_days = int(survival["day"].iloc[-1])
    days = day_ticks(horizon_days, min(_MOST_INTERVALS, most_columns(runs) - 1))
    for panel in panels:
        mark_days(panel, horizon_days, days, is_lowest=panel is panels[-1])
    sheet.skip(_DAYS)
    write_counts(sheet, survival, days, [day / (horizon_days + 1) for day in days])
