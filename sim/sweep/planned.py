"""What `truce plan` shows: how many runs each stored point would need, with its runs as a pilot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis import (
    LifeTable,
    curves,
    medians,
    restricted_times,
    runs_for_band,
    runs_for_median,
    runs_for_milestone,
    runs_for_restricted_mean,
)
from sim.errors import ResultsError, UsageError
from sim.scenario.words import number
from sim.sweep.analysed import stored_tables

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Aim:
    """What is wanted of every point: a half-width for shares, one for days, and a level.

    `day` is that of the survival; the mean is of the days within `through_day`, by default the
    shortest horizon of the points.
    """

    day: int
    half_width: float
    half_width_days: int
    through_day: int | None = None
    level: float = 0.95


@dataclass(frozen=True)
class Plan:
    """The runs that an aim takes.

    `table` has a row for each point: what varies, the runs there, each estimate and the runs that
    it needs, missing where the pilot cannot tell; `reasons` counts the points by why it cannot.
    `for_band` are the runs for the whole curve within the half-width, whatever the curve.
    """

    aim: Aim
    table: pandas.DataFrame
    reasons: dict[str, int]
    for_band: int


def plan_of(path: Path, aim: Aim) -> Plan:
    """Return the runs that the points in a folder need, with what is there as a pilot.

    Errors: `UsageError` when the folder holds no results, or for an aim that cannot be; for one
    that no point reaches, such as a day beyond all horizons.
    """
    table, tables = stored_tables(path)
    if aim.half_width_days < 1:
        raise UsageError(f"a half-width in days is 1 day or more, not {aim.half_width_days}")
    survival = curves(tables).survival
    last = tables.horizon_days
    through = shortest(survival) if aim.through_day is None else aim.through_day
    aim = replace(aim, through_day=through)
    for day in (aim.day, through):
        if not 1 <= day <= last:
            raise UsageError(f"the days are those from 1 to {last:,}, not {day}")
    for_band = runs_for_band(aim.half_width, aim.level)
    reasons: dict[str, int] = {}

    def needed(runs_for: Callable[[LifeTable], int]) -> pandas.Series[int]:
        return _whole([_or_reason(runs_for, each, reasons) for each in tables])

    times = restricted_times(tables, aim.through_day)
    table["runs"] = tables.runs
    table["survival"] = survival[:, aim.day]
    table["runs_for_survival"] = needed(
        lambda pilot: runs_for_milestone(pilot, aim.day, aim.half_width, aim.level)
    )
    table["median_days"] = _whole(medians(tables))
    table["runs_for_median"] = needed(
        lambda pilot: runs_for_median(pilot, aim.half_width_days, aim.level)
    )
    table["mean_days"] = times.kept
    table["runs_for_mean"] = needed(
        lambda pilot: runs_for_restricted_mean(
            pilot, aim.half_width_days, aim.through_day, aim.level
        )
    )
    return Plan(aim, table, reasons, for_band)


def shortest(survival: NDArray[np.float64]) -> int:
    """Return the last day on which all curves are known; `survival` has shape [points, days]."""
    return int(np.flatnonzero(~np.isnan(survival).any(axis=0))[-1])


def plan_text(plan: Plan) -> list[str]:
    """Return a plan in words: for each thing that may be wanted, the runs that do everywhere."""
    aim = plan.aim
    days = "1 day" if aim.half_width_days == 1 else f"{aim.half_width_days:,} days"
    share = f"+-{number(aim.half_width)}"
    named = {
        "runs_for_survival": f"survival on day {aim.day:,} within {share}",
        "runs_for_median": f"the median within +-{days}",
        "runs_for_mean": f"the mean of the first {aim.through_day:,} days within +-{days}",
    }
    lines = [f"Runs of each point that it takes, at level {number(aim.level)}:"]
    lines += [f"- {words}: {_most(plan.table, column)}" for column, words in named.items()]
    lines.append(f"- the whole curve within {share}: {plan.for_band:,}, whatever the curve")
    for reason, points in plan.reasons.items():
        lines.append(f"Missing at {points:,} point{'s' if points > 1 else ''}: {reason}")
    return [
        *lines,
        "These are to be fixed beforehand: set runs in the study, or --runs, and run it again.",
        "To go on until it is precise and no longer, see precision in docs/sweeps.md.",
    ]


def _most(table: pandas.DataFrame, column: str) -> str:
    import pandas

    known = [
        (int(runs), int(point))
        for runs, point in zip(table[column], table["point"], strict=True)
        if runs is not pandas.NA
    ]
    if not known:
        return "no point tells"
    (most, point), (least, _) = max(known), min(known)
    if len(known) == 1:
        return f"{most:,}"
    return f"{most:,} do for all points (point {point} needs them, others from {least:,} on)"


def _or_reason(
    runs_for: Callable[[LifeTable], int], pilot: LifeTable, reasons: dict[str, int]
) -> int | None:
    """Return the runs, or None where this pilot cannot tell; its reason is counted then."""
    try:
        return runs_for(pilot)
    except (ResultsError, UsageError) as error:
        reasons[str(error)] = reasons.get(str(error), 0) + 1
        return None


def _whole(values: list[int | None]) -> pandas.Series[int]:
    import pandas

    return pandas.Series(values, dtype="Int64")
