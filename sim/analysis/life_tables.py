"""Many life tables in one: those of all points of a sweep, for computing them all in one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.life_table import Counts, LifeTable
from sim.endings import CAUSES, HOLDING
from sim.errors import ResultsError, UsageError

_WIDEST_SPAN = 4_000_000  # between numbers of points that are still looked up, not sorted


@dataclass(frozen=True, eq=False)
class LifeTables:
    """Counts of runs by point, cause and day; the rules of the grid are those of `LifeTable`.

    `ended` has shape [points, causes, days 0..H], `censored` [points, days 0..H], both int64; H is
    the longest horizon. A point with a shorter horizon has its holding runs censored there, and
    nothing after. `numbers` holds the number of each point in the sweep, in order.
    """

    ended: Counts
    censored: Counts
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        points, _, days = self.ended.shape if self.ended.ndim == 3 else (-1, 0, 0)
        if self.censored.shape != (points, days) or len(self.numbers) != points:
            raise UsageError(
                "Life tables need counts [points, causes, days] and [points, days], and a number "
                f"for each point; got {self.ended.shape}, {self.censored.shape} and "
                f"{len(self.numbers)} numbers."
            )
        self.ended.setflags(write=False)
        self.censored.setflags(write=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[LifeTable]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> LifeTable:
        """Return the table of one point, by its place here; days to the longest horizon."""
        return LifeTable(self.ended[place], self.censored[place])

    @classmethod
    def of(cls, tables: Sequence[LifeTable]) -> LifeTables:
        """Return several tables as points, numbered from 0; horizons may differ.

        Errors: `UsageError` when there is no table or their causes differ.
        """
        if len({len(table.ended) for table in tables}) != 1:
            raise UsageError("Tables of points need at least one table, all of the same causes.")
        last = max(table.horizon_days for table in tables)
        rooms = [(0, last - table.horizon_days) for table in tables]
        ended = [
            np.pad(table.ended, ((0, 0), room)) for table, room in zip(tables, rooms, strict=True)
        ]
        censored = [np.pad(table.censored, room) for table, room in zip(tables, rooms, strict=True)]
        return cls(np.stack(ended), np.stack(censored), tuple(range(len(tables))))

    def chosen(self, numbers: Sequence[int]) -> LifeTables:
        """Return the tables of some points, by their numbers, in the order asked for.

        Errors: `UsageError` when there is no point of such a number.
        """
        unknown = sorted(set(numbers) - set(self.numbers))
        if unknown:
            raise UsageError(f"There is no point {', '.join(map(str, unknown))} in these tables.")
        places = [self.numbers.index(number) for number in numbers]
        return LifeTables(self.ended[places], self.censored[places], tuple(numbers))

    def __add__(self, other: LifeTables) -> LifeTables:
        """Return the tables of both sets of runs, point by point.

        Errors: `UsageError` when points, causes or horizons differ.
        """
        if self.numbers != other.numbers or self.ended.shape != other.ended.shape:
            raise UsageError(
                "Only life tables of the same points, causes and horizon can be added; these hold "
                f"{len(self)} and {len(other)} points, {self.ended.shape[1:]} and "
                f"{other.ended.shape[1:]} causes and days. Different points are never pooled; ask "
                "for a named mixture of them instead."
            )
        return LifeTables(self.ended + other.ended, self.censored + other.censored, self.numbers)

    @property
    def horizon_days(self) -> int:
        """The last day of the tables, H."""
        return int(self.censored.shape[1]) - 1

    @property
    def runs(self) -> NDArray[np.int64]:
        """All runs of each point; shape [points]."""
        return np.asarray(self.ended.sum(axis=(1, 2)) + self.censored.sum(axis=1), dtype=np.int64)

    @property
    def ended_by_day(self) -> Counts:
        """Runs that ended on each day, whatever the cause; shape [points, days]."""
        return np.asarray(self.ended.sum(axis=1), dtype=np.int64)

    @property
    def at_risk(self) -> Counts:
        """Runs still observed and holding just before the endings of each day; [points, days]."""
        gone = np.cumsum(self.ended_by_day + self.censored, axis=1)
        before = np.concatenate([np.zeros((len(self), 1), np.int64), gone[:, :-1]], axis=1)
        return np.asarray(self.runs[:, None] - before, dtype=np.int64)


def life_tables(
    points: ArrayLike,
    endings: ArrayLike,
    days: ArrayLike,
    runs: ArrayLike | None = None,
    numbers: Sequence[int] | None = None,
    horizon_days: int | None = None,
    causes: int = len(CAUSES),
) -> LifeTables:
    """Count runs by point, ending and day: from single runs, or from rows that count `runs` each.

    `points` holds the number of each row's point, `endings` the code of its ending (0 holding,
    1..causes), `days` its whole days; all have one entry per row, in any order. `numbers` lists
    the points, by default all that occur, in order; `horizon_days` is the last day, by default the
    largest that occurs.

    Errors: `ResultsError` when the columns differ in length or hold a number out of range.
    """
    point, ending, day = (np.asarray(column, dtype=np.int64) for column in (points, endings, days))
    count = None if runs is None else np.asarray(runs, dtype=np.int64)
    shapes = {column.shape for column in (point, ending, day, *([] if count is None else [count]))}
    if len(shapes) > 1 or point.ndim != 1:
        raise ResultsError("The columns of a life table must have the same length.")
    known = _occurring(point) if numbers is None else np.asarray(numbers, dtype=np.int64)
    last = int(day.max(initial=0)) if horizon_days is None else horizon_days
    place = _places(point, known)
    bounds = ((place, len(known) - 1), (ending, causes), (day, last))
    if not all(_within(values, most) for values, most in bounds) or (
        count is not None and count.min(initial=0) < 0
    ):
        raise ResultsError(
            "A row of the life table holds a point, an ending or a day out of range."
        )
    counts = _tallied((place, ending, day), count, (len(known), causes + 1, last + 1))
    numbered = tuple(known.tolist())
    return LifeTables(counts[:, HOLDING + 1 :], counts[:, HOLDING], numbered)


def _occurring(point: Counts) -> Counts:
    """Return the numbers that occur, in order; without sorting where they lie close together."""
    if not point.size or int(np.ptp(point)) > _WIDEST_SPAN:
        return np.unique(point)
    changes = np.diff(point)
    if changes.min(initial=0) >= 0:
        return point[np.concatenate(([True], changes > 0))]
    low = int(point.min())
    return np.flatnonzero(np.bincount(point - low)) + low


def _places(point: Counts, known: Counts) -> Counts:
    """Return where each point stands among those known, -1 for none of them."""
    if not known.size:
        return np.full(len(point), -1)
    low, span = int(known.min()), int(np.ptp(known))
    if span == len(known) - 1 and np.all(np.diff(known) == 1):
        return point - low  # out of range where it is none of them
    if span <= _WIDEST_SPAN:
        place_of = np.full(span + 2, -1)
        place_of[known - low] = np.arange(len(known))
        return place_of[np.where((point >= low) & (point <= low + span), point - low, span + 1)]
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known, point, sorter=order), len(known) - 1)]
    return np.where(known[place] == point, place, -1)


def _within(values: Counts, most: int) -> bool:
    """Do all values lie from 0 to `most`? As unsigned numbers negative ones are huge."""
    return int(values.view(np.uint64).max(initial=0)) <= most or not values.size


def _tallied(
    columns: tuple[Counts, Counts, Counts], count: Counts | None, shape: tuple[int, int, int]
) -> Counts:
    """Add up the rows by point, ending and day."""
    place, ending, day = columns
    if count is not None:
        counts = np.zeros(shape, dtype=np.int64)
        np.add.at(counts, columns, count)
        return counts
    cell = place * shape[1]
    cell += ending
    cell *= shape[2]
    cell += day
    return (
        np.bincount(cell, minlength=int(np.prod(shape))).astype(np.int64, copy=False).reshape(shape)
    )
