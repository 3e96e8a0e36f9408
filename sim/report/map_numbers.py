"""What a map shows in its cells: a number of each point with its limits, or its dominant ending."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas
from numpy.typing import NDArray

from sim.analysis import LifeTables, curves, durations_of_points, milestones_of_points
from sim.endings import CAUSES, ENDINGS, HOLDING, Ending
from sim.errors import ResultsError, UsageError
from sim.report.number_axis import with_minus
from sim.report.wording import count

Statistic = Literal["median", "survival", "restricted_mean", "ending"]
STATISTICS: tuple[Statistic, ...] = ("median", "survival", "restricted_mean", "ending")

_DAY_OF_SURVIVAL = 90


@dataclass(frozen=True)
class Numbers:
    """A number for each point: what it is, its unit, and a table with a row for each point.

    `table` has the columns point, value, lower, upper (days or percent, nan where not known),
    `reached` (false for a median that lies beyond the last day) and runs.
    """

    title: str
    unit: str
    table: pandas.DataFrame
    last_day: int

    @cached_property
    def decimals(self) -> int:
        """How many decimals the numbers in the cells have."""
        return 0 if self.unit == "%" or float(self.table["value"].max()) >= 20.0 else 1

    def written(self, value: float) -> str:
        """Return a value as it stands in a cell."""
        return with_minus(value, self.decimals)


def numbers_of(
    tables: LifeTables, statistic: Statistic, day: int | None, level: float = 0.95
) -> Numbers:
    """Return a number of each point; `day` is that of the survival, or the last of the mean.

    Errors: `UsageError` for an unknown statistic or a day outside the tables.
    """
    last = tables.horizon_days
    if statistic == "median":
        return _medians(tables, level)
    if statistic == "restricted_mean":
        return _means(tables, last if day is None else day, level)
    if statistic == "survival":
        return _shares(tables, min(_DAY_OF_SURVIVAL, last) if day is None else day, level)
    raise UsageError(f"A map shows one of {', '.join(STATISTICS)}, not {statistic!r}.")


def _medians(tables: LifeTables, level: float) -> Numbers:
    durations = durations_of_points(tables, level=level)
    names = {"median_days": "value", "median_lower": "lower", "median_upper": "upper"}
    table = durations[["point", *names, "runs"]].rename(columns=names)
    table["reached"] = table["value"].notna()
    table = table.astype(dict.fromkeys(names.values(), "float64"))
    return Numbers("Median days", "days", table, tables.horizon_days)


def _means(tables: LifeTables, day: int, level: float) -> Numbers:
    durations = durations_of_points(tables, day, level)
    names = {"kept_days": "value", "kept_lower": "lower", "kept_upper": "upper"}
    table = durations[["point", *names, "runs"]].rename(columns=names).assign(reached=True)
    return Numbers(f"Mean days held within {count(day, 'day')}", "days", table, day)


def _shares(tables: LifeTables, day: int, level: float) -> Numbers:
    if not 0 <= day <= tables.horizon_days:
        raise UsageError(f"A day of these tables lies in 0..{tables.horizon_days}, not {day}.")
    found = milestones_of_points(tables, [day], level)
    table = found.rename(columns={"survival": "value"}).drop(columns="day")
    names = ["value", "lower", "upper"]
    table[names] = 100.0 * table[names]
    table = table.assign(reached=True, runs=tables.runs)
    return Numbers(f"Share still holding beyond day {day:,}", "%", table, day)


def dominant_endings(tables: LifeTables) -> pandas.DataFrame:
    """Return for each point the outcome that most of its runs have: point, ending, share, runs.

    Outcomes are the endings and "holding", at the last day the point was watched; of several
    equally frequent ones the first in order of precedence, holding last. The shares of all follow,
    one column each, and sum to 1.

    Errors: `ResultsError` for other causes than those of the registry.
    """
    if tables.ended.shape[1] != len(CAUSES):
        raise ResultsError("The life tables have other endings than the registry.")
    found = curves(tables)
    last = [int(np.flatnonzero(known)[-1]) for known in found.known]
    places = np.arange(len(tables))
    shares = np.column_stack([found.incidence[places, :, last], found.survival[places, last]])
    order = [outcome.code - 1 if outcome.code else len(CAUSES) for outcome in outcomes()]
    ranked: NDArray[np.float64] = shares[:, order]
    names = [outcome.name for outcome in outcomes()]
    most = ranked.argmax(axis=1)
    columns = {f"share_{name}": ranked[:, place] for place, name in enumerate(names)}
    return pandas.DataFrame(
        {
            "point": tables.numbers,
            "ending": [names[place] for place in most],
            "share": ranked[places, most],
            "runs": tables.runs,
        }
        | columns
    )


def outcomes() -> list[Ending]:
    """Return the endings in order of precedence, and holding last."""
    return [*sorted(CAUSES, key=lambda cause: cause.precedence), ENDINGS[HOLDING]]


def letters() -> dict[str, str]:
    """Return the shortest letters that tell the outcomes apart: V for violence, St and Se for two.

    They stand in cells, so that no colour has to be told from another.
    """
    labels = {outcome.name: outcome.label for outcome in outcomes()}
    return {
        name: next(
            label[:length]
            for length in range(1, len(label) + 1)
            if sum(other.startswith(label[:length]) for other in labels.values()) == 1
        )
        for name, label in labels.items()
    }
