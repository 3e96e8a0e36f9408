"""The integer life table: how many runs ended, in which way, on which day.

Almost everything said about durations can be computed from it, and because it holds counts only,
tables of parts of an ensemble add up to the table of the whole, in any order and to the last bit.

The grid, used everywhere in `sim.analysis`:

- durations are whole days from signing; an ending on day d belongs to (d - 1, d];
- S(d) is the probability that the truce lasts beyond day d: P(T > d);
- a run that stops without an ending on day d was seen to hold through day d, so on one day endings
  come before censoring; at the horizon H, "holding" means held through day H;
- an ending on day 0 is allowed and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.endings import CAUSES, HOLDING
from sim.errors import ResultsError, UsageError

if TYPE_CHECKING:
    from sim.analysis.life_tables import LifeTables

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LifeTable:
    """Counts of runs by cause and day.

    `ended` has shape [causes, days 0..H]; row k belongs to the ending with code k + 1.
    `censored` has shape [days 0..H]: runs that stopped on that day while the truce held. In a
    normal ensemble all of these stand on day H; any before it are runs that were cut short.
    Both are int64 and never negative.
    """

    ended: Counts
    censored: Counts

    def __post_init__(self) -> None:
        if self.ended.ndim != 2 or self.ended.shape[1:] != self.censored.shape:
            raise UsageError(
                f"A life table needs counts [causes, days] and [days]; got {self.ended.shape} "
                f"and {self.censored.shape}."
            )
        self.ended.setflags(write=False)
        self.censored.setflags(write=False)

    @property
    def horizon_days(self) -> int:
        """The last day of the table, H."""
        return len(self.censored) - 1

    @property
    def runs(self) -> int:
        """All runs in the table."""
        return int(self.ended.sum() + self.censored.sum())

    @property
    def cut_short(self) -> int:
        """Runs that stopped before the horizon while the truce still held."""
        return int(self.censored[:-1].sum())

    @property
    def ended_by_day(self) -> Counts:
        """Runs that ended on each day, whatever the cause; shape [days]."""
        return np.asarray(self.ended.sum(axis=0), dtype=np.int64)

    @property
    def at_risk(self) -> Counts:
        """Runs still observed and holding just before the endings of each day; shape [days]."""
        gone = np.cumsum(self.ended_by_day + self.censored)
        return np.concatenate(([self.runs], self.runs - gone[:-1]))

    def __add__(self, other: LifeTable) -> LifeTable:
        """Return the table of both sets of runs; the horizons must be the same."""
        if self.ended.shape != other.ended.shape:
            raise UsageError(
                "Only life tables with the same horizon and the same causes can be added; these "
                f"have {self.ended.shape} and {other.ended.shape} causes and days."
            )
        return LifeTable(self.ended + other.ended, self.censored + other.censored)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LifeTable):
            return NotImplemented
        return np.array_equal(self.ended, other.ended) and np.array_equal(
            self.censored, other.censored
        )

    __hash__ = None  # type: ignore[assignment]


def life_table(
    days: ArrayLike, endings: ArrayLike, horizon_days: int, causes: int = len(CAUSES)
) -> LifeTable:
    """Count runs by ending and day.

    `days` holds the whole days each run lasted (0..horizon_days), `endings` the code of its ending
    (0 holding, 1..causes); both have one entry per run, in any order.

    Errors: `ResultsError` when the two differ in length, are not whole numbers, or hold a day or a
    code out of range.
    """
    day = _whole_numbers(days, "days", horizon_days)
    code = _whole_numbers(endings, "endings", causes)
    if len(day) != len(code):
        raise ResultsError(f"There are {len(day)} durations but {len(code)} endings.")
    width = horizon_days + 1
    counts = np.bincount(code * width + day, minlength=(causes + 1) * width)
    table = counts.astype(np.int64).reshape(causes + 1, width)
    return LifeTable(ended=table[HOLDING + 1 :].copy(), censored=table[HOLDING].copy())


def merge(tables: Sequence[LifeTable] | LifeTables) -> LifeTable:
    """Return the life table of all runs in `tables` together; order does not matter.

    The tables are parts of one ensemble, run at the same point. Different points are never pooled:
    see `sim.analysis.mixture`.

    Errors: `UsageError` when there is no table, when horizons or causes differ, or when `tables`
    are those of different points.
    """
    if hasattr(tables, "numbers") and len(tables) > 1:
        raise UsageError(
            f"These are {len(tables)} different points, not parts of one ensemble; pooling their "
            "runs would hide how far the points differ. Ask for a named mixture of them instead."
        )
    if not tables:
        raise UsageError("There is no life table to merge.")
    first, *others = tables
    return sum(others, start=first)


def _whole_numbers(values: ArrayLike, what: str, largest: int) -> Counts:
    numbers = np.asarray(values)
    if numbers.size and numbers.dtype.kind not in "iu":
        raise ResultsError(f"The {what} of the runs must be whole numbers, not {numbers.dtype}.")
    if numbers.size and (numbers.min() < 0 or numbers.max() > largest):
        raise ResultsError(
            f"The {what} of the runs must lie between 0 and {largest}; they run from "
            f"{numbers.min()} to {numbers.max()}."
        )
    return numbers.astype(np.int64).reshape(-1)
