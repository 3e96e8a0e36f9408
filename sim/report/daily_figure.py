"""The daily strip of one truce: what moves from day to day, and what happens on which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.grids import VARIABLES
from sim.report.appearance import GRID, INK, QUIET_INK, house_style
from sim.report.day_axis import MOST_TERM_MARKS, day_ticks
from sim.report.end_labels import spread
from sim.report.event_marks import EVENT_MARKS, EventMark
from sim.report.paths_figure import top_of
from sim.report.sheet import AXES_WIDTH, LEFT, RIGHT, TEXT, DescribedFigure, Sheet, Words
from sim.report.step_lines import draw_steps
from sim.report.wording import count, wrap

_HEADING, _PANEL, _GAP, _LANE, _DAYS = 15.0, 46.0, 8.0, 12.0, 30.0
_LABEL_DISTANCE = 9.5
_MOST_SHAPES = 60  # of one kind; more are drawn as bars, all as one line
_TICK = 1.0  # points that the bar of a single day is wide


@dataclass(frozen=True)
class Line:
    """One variable of a panel: its column, how it is called there, its colour and dashes."""

    column: str
    label: str
    colour: str
    dashes: str | tuple[int, tuple[float, float]]


_SOLID, _DASHED = "-", (0, (4.0, 1.6))
_FIRST, _SECOND = INK, "#B34700"

PANELS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        "Trust that the other side keeps the truce (probability)",
        (
            Line("state_trust", "State's", _FIRST, _SOLID),
            Line("group_trust", "Groups'", _SECOND, _DASHED),
        ),
    ),
    (
        "Groups' armed strength (units of state capability)",
        (Line("strength", "Strength", _FIRST, _SOLID),),
    ),
    ("Outrage of the state's public (share)", (Line("outrage", "Outrage", _FIRST, _SOLID),)),
    (
        "Power and leverage (share)",
        (
            Line("power", "Groups' power", _FIRST, _SOLID),
            Line("broker_leverage", "Broker's leverage", _SECOND, _DASHED),
        ),
    ),
)
"""The panels from the top down; a variable that is missing or always 0 is left out."""


def daily_figure(
    days: pandas.DataFrame, events: pandas.DataFrame, *, title: str, subtitle: str = ""
) -> DescribedFigure:
    """Return the figure of one truce.

    `days` has a row for each day from 0 on: `day` and the variables of `sim.grids.VARIABLES`, such
    as the rows of one run of `Paths.first_runs`. `events` has a row for each event in order: `day`,
    `mark` (a name of `EVENT_MARKS`; others are not drawn), `number` (how many were killed or freed,
    missing where nothing is counted) and `text`. Texts are shown as they are.

    Errors: `UsageError` when there is no day, or more than one run.
    """
    _check_one_run(days)
    panels = [(name, kept) for name, lines in PANELS if (kept := _there(days, lines))]
    lanes = [mark for mark in EVENT_MARKS if (events["mark"] == mark.name).any()]
    last = int(days["day"].iloc[-1])
    words = Words(title, subtitle, _foot(last))
    body = _GAP + len(panels) * (_HEADING + _PANEL + _GAP) + _LANE * max(len(lanes), 1) + _DAYS
    with house_style():
        sheet = Sheet.begun(words, body)
        sheet.skip(_GAP)
        drawn = [_draw_panel(sheet, days, name, lines) for name, lines in panels]
        drawn.append(_draw_lanes(sheet, events, lanes, last))
        _mark_days(drawn, last, _turns(events, last))
        sheet.skip(_DAYS)
        return sheet.finished(_describe(days, events, panels, lanes), _drawn(days, events, panels))


def _check_one_run(days: pandas.DataFrame) -> None:
    if days.empty:
        raise UsageError("There is no day to draw.")
    if "run" in days and days["run"].nunique() > 1:
        raise UsageError(
            f"The daily figure shows one run, and these days are of {days['run'].nunique()}: "
            "choose one, such as days[days['run'] == 0]."
        )


def _there(days: pandas.DataFrame, lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.column in days and (days[line.column] > 0).any()]


def _foot(last: int) -> str:
    return (
        f"{count(last, 'day')} of one simulated truce, as they stood at the end of each day. It is "
        "one of many that the same scenario may give: not a typical one, no forecast, and no "
        "record of a real truce."
    )


def _draw_panel(sheet: Sheet, days: pandas.DataFrame, name: str, lines: Sequence[Line]) -> Axes:
    sheet.text(LEFT, name, TEXT, va="top")
    sheet.skip(_HEADING)
    axes = sheet.axes(_PANEL)
    sheet.skip(_GAP)
    values = days[[line.column for line in lines]].to_numpy(np.float64).T
    top = top_of(float(np.nanmax(values)))
    axes.set_xlim(0, max(int(days["day"].iloc[-1]), 1))
    axes.set_ylim(0.0, top)
    axes.set_yticks([0.0, top / 2, top], [f"{value:g}" for value in (0.0, top / 2, top)])
    axes.tick_params(axis="y", labelsize=TEXT)
    for line, row in zip(lines, values, strict=True):
        _draw_line(axes, days["day"].to_numpy(np.int64), row, line)
    _label_ends(axes, lines, values[:, -1], top)
    return axes


def _draw_line(axes: Axes, day: NDArray[np.int64], values: NDArray[np.float64], line: Line) -> None:
    draw_steps(
        axes,
        np.column_stack([day, values]),
        color=line.colour,
        linestyle=line.dashes,
        linewidth=1.5,
        clip_on=False,
        zorder=3,
        marker="." if len(day) == 1 else None,
    )


def _label_ends(axes: Axes, lines: Sequence[Line], last: NDArray[np.float64], top: float) -> None:
    """Write label and last value where each line ends, moved apart where lines end close by."""
    order = np.argsort(last, kind="stable")
    heights = np.nan_to_num(last[order]) / top * _PANEL
    places = spread(heights.tolist(), _LABEL_DISTANCE, 4.0, _PANEL - 4.0)
    for place, at in zip(places, order.tolist(), strict=True):
        axes.text(
            1.0 + 6.0 / AXES_WIDTH,
            place / _PANEL,
            f"{lines[at].label} {last[at]:.2f}",
            transform=axes.transAxes,
            color=lines[at].colour,
            fontsize=TEXT,
            va="center",
        )


def _draw_lanes(
    sheet: Sheet, events: pandas.DataFrame, lanes: Sequence[EventMark], last: int
) -> Axes:
    """Draw a lane for each kind of event, with its words to the left and its sum to the right."""
    height = _LANE * max(len(lanes), 1)
    top = sheet.used
    axes = sheet.axes(height)
    axes.set_xlim(0, max(last, 1))
    for place, mark in enumerate(lanes):
        here = events[events["mark"] == mark.name]
        _draw_marks(axes, sorted(set(here["day"].tolist())), place + 0.5, mark)
        sheet.used = top + _LANE * (place + 0.5)
        sheet.text(LEFT - 6.0, mark.label, TEXT, ha="right", va="center")
        (told, *_) = wrap(_sum(here, mark), RIGHT - 22.0, TEXT, most_lines=1)
        sheet.text(LEFT + AXES_WIDTH + 6.0, told, TEXT, va="center")
    sheet.used = top + height
    axes.set_ylim(max(len(lanes), 1), 0)
    axes.set_yticks(np.arange(1, len(lanes)), [])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return axes


def _draw_marks(axes: Axes, days: Sequence[int], height: float, mark: EventMark) -> None:
    if len(days) > _MOST_SHAPES:
        width = _LANE * (0.6 if mark.is_filled else 0.3)
        x = _bars(np.asarray(days, dtype=float), axes.get_xlim()[1])
        y = np.full(len(x), height)
        axes.plot(x, y, color=mark.colour, linewidth=width, solid_capstyle="butt")
        return
    axes.plot(
        days,
        np.full(len(days), height),
        linestyle="",
        marker=mark.shape,
        markersize=5.0,
        color=mark.colour,
        markerfacecolor=mark.colour if mark.is_filled else "white",
        markeredgewidth=0.9,
        clip_on=False,
        zorder=4,
    )


def _bars(days: NDArray[np.float64], last: float) -> NDArray[np.float64]:
    """Return the ends of bars, with gaps between them, that cover days too close to be told apart.

    `last` is the last day of the axis. Shape [3 bars]: first day, last day, nan, and so on.
    """
    half = 0.5 * _TICK * last / AXES_WIDTH
    breaks = np.flatnonzero(np.diff(days) > 4.0 * half)
    first, end = days[np.append(0, breaks + 1)], days[np.append(breaks, len(days) - 1)]
    return np.column_stack([first - half, end + half, np.full(len(first), np.nan)]).ravel()


def _sum(events: pandas.DataFrame, mark: EventMark) -> str:
    """Return how often something happened, and how many it killed or freed."""
    if len(events) == 1 and not mark.unit:
        return f"day {int(events['day'].iloc[0]):,}"
    if mark.unit:
        return f"{len(events):,} ({int(events['number'].sum()):,} {mark.unit})"
    return f"{len(events):,}"


def _turns(events: pandas.DataFrame, last: int) -> list[int]:
    """Return the days on which the truce was renewed or ended, for lines through all panels.

    Of more than can be told apart only the last is kept.
    """
    turns = events.loc[events["mark"].isin(["renewal", "ending"]), "day"]
    found = sorted({int(day) for day in turns if 0 < day <= last})
    return found if len(found) <= MOST_TERM_MARKS else found[-1:]


def _mark_days(panels: Sequence[Axes], last: int, turns: Sequence[int]) -> None:
    days = day_ticks(last)
    for axes in panels:
        is_lowest = axes is panels[-1]
        axes.set_xlim(0, max(last, 1))
        axes.set_xticks(days, [f"{day:,}" for day in days] if is_lowest else [])
        axes.grid(color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        x = np.repeat(np.asarray(turns, dtype=float), 3)
        low, high = axes.get_ylim()
        y = np.tile([low, high, np.nan], len(turns))
        axes.plot(x, y, color=QUIET_INK, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1.5)
        axes.tick_params(axis="x", labelsize=TEXT, length=3.5 if is_lowest else 0)
    panels[-1].set_xlabel("Days since signing", fontsize=TEXT, labelpad=3.0)


def _describe(
    days: pandas.DataFrame,
    events: pandas.DataFrame,
    panels: Sequence[tuple[str, Sequence[Line]]],
    lanes: Sequence[EventMark],
) -> str:
    last = int(days["day"].iloc[-1])
    labels = {variable.name: variable.label.lower() for variable in VARIABLES}
    moved = "; ".join(
        f"{labels.get(line.column, line.label)} {days[line.column].iloc[0]:.2f} and "
        f"{days[line.column].iloc[-1]:.2f}"
        for _, lines in panels
        for line in lines
    )
    told = "; ".join(
        f"{mark.label.lower()}: {_sum(events[events['mark'] == mark.name], mark)}"
        for mark in lanes
        if mark.name != "ending"
    )
    end = events.loc[events["mark"] == "ending", "text"].tolist()
    return (
        f"Small aligned panels over the {count(last, 'day')} of one simulated truce. On day 0 and "
        f"day {last}: {moved}. Events, each kind in a lane of its own: {told or 'none'}."
        + (f" The end, on day {last}: {end[-1]}" if end else "")
    )


def _drawn(
    days: pandas.DataFrame,
    events: pandas.DataFrame,
    panels: Sequence[tuple[str, Sequence[Line]]],
) -> pandas.DataFrame:
    """Return all that is drawn: a row for each variable and day, then one for each event."""
    columns = [line.column for _, lines in panels for line in lines]
    values = days.melt(id_vars="day", value_vars=columns, var_name="series", value_name="value")
    known = {mark.name for mark in EVENT_MARKS}
    marks = events[events["mark"].isin(known)]
    happened = marks.rename(columns={"mark": "series", "number": "value"})
    table = pandas.concat(
        [values.assign(text=""), happened[["day", "series", "value", "text"]]], ignore_index=True
    )
    return table.astype({"value": "float64"})
