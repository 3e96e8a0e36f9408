"""Counts of pairs of runs: a point and the baseline under the same luck, run by run.

Equal run numbers share their luck at all points of a sweep, so a point is compared with the
baseline pair by pair, and what luck does to both cancels. Life tables do not know who was paired
with whom; the tables here count just enough of it. They hold whole numbers only, so tables of parts
add up to the table of the whole, in any order and to the last bit.

What they rest on, with T1 and T2 the days of a pair:

- both hold beyond day d when the shorter of the two does, so the life table of min(T1, T2) gives
  the covariance of two survival curves, (S_min - S1 S2) / n;
- min(T1, t) min(T2, t) is t^2, t min(T1, T2) or T1 T2, depending on where day t lies, so sums of
  the shorter duration by the day of the longer give the co-moment of restricted means for every t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.life_table import Counts
from sim.analysis.life_tables import LifeTables
from sim.endings import CAUSES, HOLDING
from sim.errors import ResultsError, UsageError


@dataclass(frozen=True, eq=False)
class PairTables:
    """Counts of pairs of runs, for many points against one baseline; all int64.

    `first` and `second` are the life tables of the points and of the baseline over the same pairs;
    row p of `second` holds the baseline runs that have a partner at point p. The other fields say
    what the two share; `longer` and `shorter` are the longer and the shorter duration of a pair:

    - `by_shorter` [points, days]: pairs by the day on which the shorter truce ended;
    - `shorter_sum` [points, days]: days of the shorter truces, summed by the day on which the
      longer one ended;
    - `same_ending` [points, causes, days]: pairs that both ended by that cause, by the later day;
    - `same_ending_sum` [points, causes, days]: days of their shorter truces, summed likewise.

    Truces that hold through the horizon H have no day and are not in these four.
    """

    first: LifeTables
    second: LifeTables
    by_shorter: Counts
    shorter_sum: Counts
    same_ending: Counts
    same_ending_sum: Counts

    def __post_init__(self) -> None:
        whole, flat = self.first.ended.shape, self.first.censored.shape
        shapes = [getattr(self, field.name).shape for field in fields(self)[2:]]
        if self.second.ended.shape != whole or shapes != [flat, flat, whole, whole]:
            raise UsageError(
                f"Tables of pairs need counts of one shape; the points have {whole} points, causes "
                f"and days, the baseline {self.second.ended.shape}, the pairs {shapes}."
            )
        if not np.array_equal(self.first.runs, self.second.runs):
            raise UsageError(
                "In tables of pairs each run of a point needs its run of the baseline."
            )

    def __len__(self) -> int:
        return len(self.first)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The number of each point in the sweep."""
        return self.first.numbers

    @property
    def pairs(self) -> NDArray[np.int64]:
        """How many pairs each point has; shape [points]."""
        return self.first.runs

    @property
    def horizon_days(self) -> int:
        """The last day of the tables, H."""
        return self.first.horizon_days

    def __add__(self, other: PairTables) -> PairTables:
        """Return the tables of both sets of pairs.

        Errors: `UsageError` when points, causes or horizon differ.
        """
        if self.numbers != other.numbers or self.first.ended.shape != other.first.ended.shape:
            raise UsageError(
                "Only tables of pairs with the same points, causes and horizon can be added; these "
                f"have {self.first.ended.shape} and {other.first.ended.shape}, and the points "
                f"{_some(self.numbers)} and {_some(other.numbers)}."
            )
        return PairTables(
            _together(self.first, other.first),
            _together(self.second, other.second),
            *(mine + theirs for mine, theirs in zip(self._joint, other._joint, strict=True)),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PairTables):
            return NotImplemented
        return self.numbers == other.numbers and all(
            np.array_equal(mine, theirs)
            for mine, theirs in zip(self._counts, other._counts, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def _joint(self) -> tuple[Counts, Counts, Counts, Counts]:
        return self.by_shorter, self.shorter_sum, self.same_ending, self.same_ending_sum

    @property
    def _counts(self) -> tuple[Counts, ...]:
        sides = (self.first, self.second)
        return (*self._joint, *(side.ended for side in sides), *(side.censored for side in sides))


def pair_tables(
    days: ArrayLike,
    endings: ArrayLike,
    baseline_days: ArrayLike,
    baseline_endings: ArrayLike,
    horizon_days: int,
    numbers: Sequence[int] | None = None,
    kept: ArrayLike | None = None,
    causes: int = len(CAUSES),
) -> PairTables:
    """Count the pairs of one or more points with a baseline that was run with the same luck.

    `days` and `endings` (codes, 0 holding) have shape [points, runs], or [runs] for one point;
    those of the baseline have shape [runs], in the same order of runs. `kept` has the shape of
    `days` and says which pairs count, by default all: leave out those in which a run failed.
    `numbers` are the numbers of the points, by default 0, 1 ...

    Nothing is looked at after `horizon_days`: a truce that lasts longer counts as holding. So
    points with other horizons can be compared through the shortest of them.

    Errors: `ResultsError` when shapes differ, days or codes are no whole numbers or out of range,
    or a run that counts stopped before the horizon while the truce held.
    """
    point_days = np.atleast_2d(np.asarray(days))
    shape = point_days.shape
    chosen = np.ones(shape, bool) if kept is None else np.atleast_2d(np.asarray(kept, dtype=bool))
    base = [np.atleast_2d(np.asarray(column)) for column in (baseline_days, baseline_endings)]
    codes = np.atleast_2d(np.asarray(endings))
    if codes.shape != shape or chosen.shape != shape or any(b.shape != (1, shape[1]) for b in base):
        raise ResultsError(
            "Pairs need the days and endings of each point for every run, and those of the "
            f"baseline for the same runs; got {shape}, {codes.shape} and {base[0].shape}."
        )
    first = _Followed.of(point_days, codes, chosen, horizon_days, causes)
    used = chosen.any(axis=0, keepdims=True)
    second = _Followed.of(base[0], base[1], used, horizon_days, causes)
    named = tuple(range(shape[0])) if numbers is None else tuple(int(n) for n in numbers)
    return _counted(first, second, None if kept is None else chosen, named)


def run_numbers(pairs: PairTables, runs: ArrayLike | None) -> NDArray[np.int64]:
    """Return the numbers of the runs of one point's pairs, by default 0, 1 ...; shape [runs].

    Errors: `UsageError` when there is more than one point, or not one number for each pair.
    """
    if len(pairs) != 1:
        raise UsageError(f"Pairs are redrawn or swapped one point at a time, not {len(pairs)}.")
    count = int(pairs.pairs[0])
    numbers = np.arange(count) if runs is None else np.asarray(runs, dtype=np.int64)
    if numbers.shape != (count,):
        raise UsageError(f"There are {count} pairs but {numbers.size} numbers of runs.")
    return numbers


def last_days(
    days: ArrayLike, endings: ArrayLike, horizon_days: int, cause: int | None = None
) -> Counts:
    """Return the day on which each truce ended, H + 1 if it did not by the horizon H.

    With a cause (code 1..), if it did not end by that cause. Shape [runs].
    """
    day, code = (np.asarray(column).astype(np.int64).reshape(-1) for column in (days, endings))
    ended = code != HOLDING if cause is None else code == cause
    return np.where(ended, np.minimum(day, horizon_days + 1), horizon_days + 1)


@dataclass(frozen=True)
class _Followed:
    """Runs as seen through the horizon H; `lasted` is H + 1 where the truce held beyond it."""

    lasted: NDArray[np.int64]  # [points, runs]
    codes: NDArray[np.int64]
    horizon_days: int
    causes: int

    @staticmethod
    def of(
        days: NDArray[np.generic],
        codes: NDArray[np.generic],
        chosen: NDArray[np.bool_],
        horizon_days: int,
        causes: int,
    ) -> _Followed:
        """Check the runs that are chosen, and stop looking at the horizon."""
        _check_whole(days, codes)
        day = np.where(chosen, days, horizon_days).astype(np.int64)
        code = np.where(chosen, codes, HOLDING).astype(np.int64)
        if day.size and (day.min() < 0 or code.min() < 0 or code.max() > causes):
            raise ResultsError(
                f"Pairs need days from 0 on and codes of endings from 0 to {causes}; days start at "
                f"{day.min()}, codes run from {code.min()} to {code.max()}. Leave out the pairs in "
                "which a run failed."
            )
        if np.any((code == HOLDING) & (day < horizon_days)):
            raise ResultsError(
                f"Some truces held when their runs stopped before day {horizon_days}, so they "
                "cannot be paired; compare through an earlier day."
            )
        held = (code == HOLDING) | (day > horizon_days)
        lasted = np.where(held, horizon_days + 1, day)
        return _Followed(lasted, np.where(held, HOLDING, code), horizon_days, causes)

    def life_tables(self, chosen: NDArray[np.bool_] | None, numbers: tuple[int, ...]) -> LifeTables:
        """Count the runs of each point by ending and day, those that are chosen."""
        shape = (len(self.lasted), self.causes + 1, self.horizon_days + 1)
        cells = self.codes * shape[2] + np.minimum(self.lasted, self.horizon_days)
        counts = _count(cells, chosen, shape)
        return LifeTables(counts[:, HOLDING + 1 :], counts[:, HOLDING], numbers)

    def repeated(self, points: int) -> _Followed:
        """Return the same runs for each of so many points."""
        wide = [np.broadcast_to(a, (points, a.shape[1])) for a in (self.lasted, self.codes)]
        return _Followed(wide[0], wide[1], self.horizon_days, self.causes)


def _counted(
    first: _Followed,
    second: _Followed,
    chosen: NDArray[np.bool_] | None,
    numbers: tuple[int, ...],
) -> PairTables:
    points, width = len(first.lasted), first.horizon_days + 1
    flat, whole = (points, width), (points, first.causes, width)
    shorter = np.minimum(first.lasted, second.lasted)
    longer = np.maximum(first.lasted, second.lasted)
    kept = np.True_ if chosen is None else chosen
    same = (first.codes == second.codes) & (first.codes != HOLDING) & kept
    by_cause = (first.codes - 1) * width + longer
    return PairTables(
        first.life_tables(chosen, numbers),
        _partners(second, chosen, numbers),
        _count(shorter, (shorter < width) & kept, flat),
        _count(longer, (longer < width) & kept, flat, shorter),
        _count(by_cause, same, whole),
        _count(by_cause, same, whole, shorter),
    )


def _partners(
    second: _Followed, chosen: NDArray[np.bool_] | None, numbers: tuple[int, ...]
) -> LifeTables:
    """Return the tables of the baseline, once for each point; one in memory if all pairs count."""
    if chosen is not None:
        return second.repeated(len(numbers)).life_tables(chosen, numbers)
    table = second.life_tables(None, (0,))
    ended, censored = (
        np.broadcast_to(counts, (len(numbers), *counts.shape[1:]))
        for counts in (table.ended, table.censored)
    )
    return LifeTables(ended, censored, numbers)


def _count(
    cells: NDArray[np.int64],
    chosen: NDArray[np.bool_] | None,
    shape: tuple[int, ...],
    weights: NDArray[np.int64] | None = None,
) -> Counts:
    """Count (or sum `weights` of) the chosen entries of `cells` [points, runs] by cell and point.

    Sums are exact: they are whole numbers, and far below 2**53.
    """
    size = int(np.prod(shape[1:]))
    index = cells + size * np.arange(shape[0])[:, np.newaxis]
    picked = index.ravel() if chosen is None else index[chosen]
    heavy = None if weights is None else weights[chosen]
    counts = np.bincount(picked, heavy, minlength=shape[0] * size)
    return counts.astype(np.int64, copy=False).reshape(shape)


def _check_whole(*columns: NDArray[np.generic]) -> None:
    for column in columns:
        if column.size and column.dtype.kind not in "iu":
            raise ResultsError(
                f"Days and endings of pairs must be whole numbers, not {column.dtype}."
            )


def _together(one: LifeTables, other: LifeTables) -> LifeTables:
    return LifeTables(one.ended + other.ended, one.censored + other.censored, one.numbers)


def _some(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    return f"{shown}, ..." if len(numbers) > 5 else shown
