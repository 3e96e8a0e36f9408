"""The model's survival curve beside the record of real ceasefires, with what each leaves open.

Three kinds of uncertainty, each with a look of its own: Monte-Carlo error of the model (grey band),
other assumptions of the model (thin lines), and the record (bars for its limits, hatched for ends
of unknown date). They are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.analysis import METHOD_NAMES, default_method, life_table_of_survival, survival
from sim.errors import UsageError
from sim.evidence import Record
from sim.report.appearance import BAND_EDGE, BAND_FILL, GRID, INK, house_style
from sim.report.day_axis import last_day_shown
from sim.report.day_scales import DayScale, check_scale, scale_days
from sim.report.end_labels import spread
from sim.report.sheet import (
    AXES_WIDTH,
    RIGHT,
    TEXT,
    DescribedFigure,
    Sheet,
    Words,
    legend_height,
)
from sim.report.step_lines import draw_steps, fill_steps, step_corners
from sim.report.wording import count, percent, plain, sentences, wrap

MOST_OTHERS = 12

_PANEL, _DAYS = 230.0, 34.0
_LEAST_DAYS = 365
_RECORD, _BOUNDS, _OTHERS = "#004D80", "#B34700", "#5D3A9B"
_DASHES: dict[str, Any] = {"linestyle": (0, (5, 1.5))}
_DOTS: dict[str, Any] = {"linestyle": (0, (1, 1.4))}
_LABEL_DISTANCE, _CAP = 21.0, 3.0
_CLOSEST = 0.085  # ticks, as a share of the axis


def overlay_figure(
    model: pandas.DataFrame,
    record: Record,
    *,
    title: str,
    seed: int,
    subtitle: str = "",
    others: Mapping[str, pandas.DataFrame] | None = None,
    scale: DayScale = "linear",
) -> DescribedFigure:
    """Return the figure of a model's survival curve beside a stratum of the record.

    `model` is a survival table of one ensemble; `others` holds those of other assumptions by name,
    drawn as thin lines. `record` is from `sim.evidence.record`. The axis of days is "linear",
    "square root" or "logarithmic": the record falls steeply at first. Texts are shown as they are.

    Errors: `UsageError` for an unknown scale or more than `MOST_OTHERS` other curves.
    """
    check_scale(scale)
    if (more := len(others or {})) > MOST_OTHERS:
        raise UsageError(f"There is room for {MOST_OTHERS} other curves, not {more}.")
    data = _data(model, record, others or {})
    runs, last = int(model["at_risk"].iloc[0]), int(data["day"].max())
    words = Words(title, _subtitle(subtitle, record), _foot(record, runs, seed, scale))
    with house_style():
        entries = _legend(model, record, bool(others))
        sheet = Sheet.begun(words, legend_height(len(entries), 2) + _PANEL + _DAYS)
        sheet.legend(entries, columns=2)
        axes = sheet.axes(_PANEL)
        _mark(axes, last, scale)
        _draw(axes, data)
        _label_ends(axes, data, record)
        sheet.skip(_DAYS)
        return sheet.finished(_describe(data, record, runs, last), data)


def _data(
    model: pandas.DataFrame, record: Record, others: Mapping[str, pandas.DataFrame]
) -> pandas.DataFrame:
    """Return all that is drawn: series, day, value, lower, upper; shares 0..1.

    Series are "model", "record", "record limits", "record bounds" and "other: NAME".
    """
    horizon = int(model["day"].iloc[-1])
    holding = (model["at_risk"] - model["ended"]).to_numpy(np.int64)
    last = min(horizon, max(last_day_shown(holding), _LEAST_DAYS))
    curve = _through(survival(record.table), last)
    found = pandas.DataFrame({"day": np.arange(len(curve)), "value": curve})
    tables = [
        _series("model", model.rename(columns={"survival": "value"})),
        _series("record", found),
        _series("record limits", record.milestones.rename(columns={"survival": "value"})),
    ]
    if record.bounds is not None:
        bounds = record.bounds.rename(columns={"dated_only": "value"})
        tables.append(_series("record bounds", bounds))
    tables += [
        _series(f"other: {plain(name)}", other.rename(columns={"survival": "value"}))
        for name, other in others.items()
    ]
    table = pandas.concat(tables, ignore_index=True)
    return table[(table["day"] <= last) & table["value"].notna()].reset_index(drop=True)


def _through(curve: NDArray[np.float64], last: int) -> NDArray[np.float64]:
    """Return a survival curve through a day; one that ended at 0 stays there."""
    missing = last + 1 - len(curve)
    return np.pad(curve, (0, max(missing, 0)), constant_values=0.0 if curve[-1] == 0 else np.nan)[
        : last + 1
    ]


def _series(name: str, table: pandas.DataFrame) -> pandas.DataFrame:
    kept = table.reindex(columns=["day", "value", "lower", "upper"]).astype(
        {"value": "float64", "lower": "float64", "upper": "float64"}
    )
    kept.insert(0, "series", name)
    return kept


def _subtitle(subtitle: str, record: Record) -> str:
    unit = "spell" if record.unit == "spell" else "ceasefire"
    where = f", {record.countries} countries" if record.countries else ""
    told = (
        f"The model beside the record, stratum “{record.name}”: {record.what[0].lower()}"
        f"{record.what[1:]} ({count(record.truces, unit)} with known dates{where})."
    )
    return sentences(subtitle, told)


def _foot(record: Record, runs: int, seed: int, scale: DayScale) -> str:
    bounds = "Ends of unknown date are left out of the record's curve"
    if record.bounds is None:
        bounds += "; no bounds for them were computed for this stratum."
    else:
        share = f"{100 * record.undated_share:.0f} %"
        bounds += f"; the bounds show what they leave open, for {record.bounded} ({share} undated)"
        bounds += (
            "."
            if record.has_own_bounds
            else ", each renewal an end: another stratum, so the curve may leave them."
        )
    axis = (
        "" if scale == "linear" else f" Days are on a {scale} scale: the record is steep at first."
    )
    return (
        f"Model: {count(runs, 'run')}, seed {seed}. The record mixes many kinds of truces, wars "
        "and countries; curves that lie close show neither that the model is right nor what a "
        f"real truce will do. {bounds}{'' if scale == 'linear' else axis} Record: {record.source}."
    )


def _legend(model: pandas.DataFrame, record: Record, has_others: bool) -> list[Artist]:
    method = METHOD_NAMES[default_method(life_table_of_survival(model))]
    band = f"Monte-Carlo: 95 % interval of the model ({method})"
    bar = f"Empirical: 95 % limits of the record, {record.limits}"
    entries: list[Artist] = [
        Line2D([], [], color=INK, linewidth=1.8, label="Model"),
        Patch(facecolor=BAND_FILL, edgecolor=BAND_EDGE, linewidth=0.6, label=band),
        Line2D([], [], color=_RECORD, linewidth=1.6, label="Record (Kaplan–Meier)", **_DASHES),
        Line2D(
            [], [], color=_RECORD, linewidth=1.1, marker="|", markersize=8, linestyle="", label=bar
        ),
    ]
    if record.bounds is not None:
        label = "Empirical: bounds for unknown ends"
        entries.append(
            Patch(facecolor="none", edgecolor=_BOUNDS, hatch="////", linewidth=0.6, label=label)
        )
    if has_others:
        label = "Scenario: the model under other assumptions"
        entries.append(Line2D([], [], color=_OTHERS, linewidth=0.9, label=label, **_DOTS))
    return entries


def _draw(axes: Axes, data: pandas.DataFrame) -> None:
    for name, rows in data.groupby("series", sort=False):
        values = rows[["value", "lower", "upper"]].to_numpy(np.float64).T
        days = rows["day"].to_numpy(np.int64)
        if name == "model":
            _draw_band(axes, days, values[1:])
            _steps(axes, days, values[0], color=INK, linewidth=1.8, zorder=4)
        elif name == "record":
            _steps(axes, days, values[0], color=_RECORD, linewidth=1.6, zorder=3, **_DASHES)
        elif name == "record limits":
            _draw_limits(axes, days, values)
        elif name == "record bounds":
            _draw_bounds(axes, days, values)
        else:
            _steps(axes, days, values[0], color=_OTHERS, linewidth=0.9, zorder=2.5, **_DOTS)


def _steps(axes: Axes, days: NDArray[np.int64], share: NDArray[np.float64], **style: Any) -> None:
    draw_steps(axes, step_corners(days, share, 1.0), clip_on=False, **style)


def _draw_band(axes: Axes, days: NDArray[np.int64], limits: NDArray[np.float64]) -> None:
    lower, upper = (step_corners(days, limit) for limit in limits)
    fill_steps(axes, lower, upper, facecolor=BAND_FILL, edgecolor=BAND_EDGE, linewidth=0.5)


def _draw_limits(axes: Axes, days: NDArray[np.int64], values: NDArray[np.float64]) -> None:
    """Draw the record's limits as bars with caps, on the days for which they were computed."""
    value, lower, upper = values
    axes.errorbar(
        days,
        value,
        yerr=[np.maximum(value - lower, 0.0), np.maximum(upper - value, 0.0)],
        color=_RECORD,
        linestyle="",
        elinewidth=1.1,
        capsize=_CAP,
        zorder=5,
    )


def _draw_bounds(axes: Axes, days: NDArray[np.int64], values: NDArray[np.float64]) -> None:
    """Hatch what unknown ends leave open: known on a few days, and between them by falling curves.

    A share in force cannot rise: between two of these days it is at least the lower bound of the
    later, and at most the upper bound of the earlier.
    """
    _, lower, upper = values
    axes.fill_between(
        days,
        np.append(lower[1:], lower[-1]),
        upper,
        step="post",
        facecolor="none",
        edgecolor=_BOUNDS,
        hatch="////",
        linewidth=0.6,
        zorder=1.5,
    )


def _mark(axes: Axes, last: int, scale: DayScale) -> None:
    ticks = scale_days(axes, scale, last, _CLOSEST)
    axes.set_xticks(ticks, [f"{day:,}" for day in ticks])
    axes.minorticks_off()
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.tick_params(labelsize=TEXT)
    axes.set_ylabel("Share of truces still in force", fontsize=TEXT)
    words = "Days since signing" if scale == "linear" else f"Days since signing, {scale} scale"
    axes.set_xlabel(words, fontsize=TEXT, labelpad=3.0)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def _label_ends(axes: Axes, data: pandas.DataFrame, record: Record) -> None:
    """Write what each curve comes to where it ends, moved apart where they end close together."""
    labels = []
    for name, called, colour in (("model", "Model", INK), ("record", "Record", _RECORD)):
        end = data[data["series"] == name].iloc[-1]
        words = f"{called} {percent(float(end['value']))}\nbeyond day {int(end['day']):,}"
        labels.append((float(end["value"]), words, colour))
    labels.sort()
    low, high = _LABEL_DISTANCE / 2, _PANEL - _LABEL_DISTANCE / 2
    places = spread([share * _PANEL for share, *_ in labels], _LABEL_DISTANCE, low, high)
    for place, (_, words, colour) in zip(places, labels, strict=True):
        lines = [wrap(line, RIGHT - 20.0, TEXT, most_lines=1)[0] for line in words.split("\n")]
        axes.text(
            1.0 + 8.0 / AXES_WIDTH,
            place / _PANEL,
            "\n".join(lines),
            transform=axes.transAxes,
            color=colour,
            fontsize=TEXT,
            va="center",
        )


def _describe(data: pandas.DataFrame, record: Record, runs: int, last: int) -> str:
    days = [day for day in (7, 30, 90, 180, 365) if day <= last]
    told = "; ".join(
        f"day {day}: model {percent(_share(data, 'model', day))}, record "
        f"{percent(_share(data, 'record', day))}"
        for day in days
    )
    limits = data[data["series"] == "record limits"]
    ranges = ", ".join(
        f"{percent(low)} to {percent(high)} (day {day})"
        for day, low, high in zip(limits["day"], limits["lower"], limits["upper"], strict=True)
    )
    return (
        f"Step curves of the share still in force by days since signing: {count(runs, 'run')} of "
        f"the model with a band for Monte-Carlo error, and {count(record.truces, record.unit)} of "
        f"the record, stratum {record.name}. Beyond {told or f'day {last} nothing is read'}. "
        f"Limits of the record {record.limits}: {ranges or 'none on these days'}."
    )


def _share(data: pandas.DataFrame, series: str, day: int) -> float:
    """Return the last share of a curve that is known by a day."""
    here = data[(data["series"] == series) & (data["day"] <= day)]
    return float(here["value"].iloc[-1])
