"""Daily paths of many truces as counts, and the quantile bands read from them.

Only truces that still hold are counted, so a band on a late day describes the survivors of that
day, not all truces that were signed. Counts of several parts add up to the same bits in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.grids import CELLS, FIRST_CELL, VARIABLES, PathVariable

if TYPE_CHECKING:
    import pandas

PERCENTS: tuple[int, ...] = (5, 25, 50, 75, 95)
"""The quantiles of a band, in percent."""
MOST_RUNS = 2**32 - 1  # what a count can hold

Counts = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class PathCounts:
    """How many truces hold after each day 0..H, by the cell of `sim.grids` they are in.

    `counts` has shape [days, cells]; the cells of a variable start at its `FIRST_CELL`. On each day
    every variable counts the same truces.
    """

    counts: Counts

    def __post_init__(self) -> None:
        if self.counts.ndim != 2 or self.counts.shape[1] != CELLS:
            raise UsageError(
                f"Counts of paths have {CELLS} cells a day; these have shape {self.counts.shape}."
            )

    @property
    def horizon_days(self) -> int:
        """The last day."""
        return len(self.counts) - 1

    @property
    def holding(self) -> NDArray[np.int64]:
        """How many truces hold after each day; shape [days]."""
        return np.asarray(self.of(VARIABLES[0]).sum(axis=1), dtype=np.int64)

    def of(self, variable: PathVariable) -> Counts:
        """Return the counts of one variable, a view; shape [days, values of the variable]."""
        start = FIRST_CELL[variable.name]
        return self.counts[:, start : start + len(variable.values)]

    def __add__(self, other: PathCounts) -> PathCounts:
        """Return the counts of both sets of runs.

        Errors: `UsageError` when the horizons differ, or the runs are more than can be counted.
        """
        if self.counts.shape != other.counts.shape:
            raise UsageError(
                "Only paths with the same horizon can be added; these have "
                f"{self.horizon_days} and {other.horizon_days} days."
            )
        if self.holding[0] + other.holding[0] > MOST_RUNS:
            raise UsageError(f"At most {MOST_RUNS:,} runs can be counted together.")
        return PathCounts(self.counts + other.counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PathCounts):
            return NotImplemented
        return np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]


def bands_table(paths: PathCounts, percents: Sequence[int] = PERCENTS) -> pandas.DataFrame:
    """Return the quantile bands: one row for each variable and day 0..H, variable by variable.

    Columns: day, variable (its name), holding (truces that hold after the day), and a quantile for
    each of `percents`, whole numbers from 1 to 100, named q05 and so on. The quantile is the least
    value that at least so many percent of the truces that hold do not exceed, to the nearest value
    of the grid; it is missing where none holds.

    Errors: `UsageError` for percents out of range.
    """
    import pandas

    if not percents or any(not 1 <= percent <= 100 for percent in percents):
        raise UsageError(f"Quantiles are whole percents from 1 to 100, not {list(percents)}.")
    names = [f"q{percent:02}" for percent in percents]
    tables = []
    for variable in VARIABLES:
        found = quantiles(paths.of(variable), variable.values, percents)
        columns = dict(zip(names, found.T, strict=True))
        days = {"day": np.arange(len(found)), "variable": variable.name, "holding": paths.holding}
        tables.append(pandas.DataFrame(days | columns))
    return pandas.concat(tables, ignore_index=True)


def quantiles(
    counts: Counts, values: NDArray[np.float64], percents: Sequence[int]
) -> NDArray[np.float64]:
    """Return the quantiles of each day, NaN where nothing was counted; shape [days, percents].

    `counts` has shape [days, values]. Ranks are whole numbers, so no rounding can shift one.
    """
    found = np.full((len(counts), len(percents)), np.nan)
    for day, today in enumerate(counts):
        up_to = np.cumsum(today, dtype=np.int64)
        if up_to[-1]:
            ranks = -(-up_to[-1] * np.asarray(percents) // 100)
            found[day] = values[np.searchsorted(up_to, ranks)]
    return found
