"""When a point has enough runs: a rule that looks at whole rounds of runs and at nothing else.

A study that asks for a precision runs its points in rounds of a size that is its own. After a round
a point that is known well enough gets no more; the others get another. Limits that hold at all
numbers of runs together (`sim.analysis.sequential`) keep their level under this rule.

What a point gets depends on its own runs up to the end of a round alone, so it is the same whoever
ran them, in which order, and however often the sweep was killed. A failed run counts as whatever
would make the interval narrower: with `--retry` it becomes a run like any other, the interval grows
no narrower than it was thought to be, and the point ends with the runs it would have had anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import LifeTable
from sim.analysis.sequential import (
    Verdict,
    look_at_milestone,
    look_at_restricted_mean,
    narrow_enough,
)
from sim.endings import HOLDING
from sim.sweep.blocks import Block
from sim.sweep.precision import SURVIVAL, Precision
from sim.sweep.run_table import FAILED


class Rounds:
    """What is known of each point so far, and how many runs it needs; all sums are whole numbers.

    `most` is the number of runs at which a point stops, precise or not.
    """

    def __init__(self, precision: Precision, points: int, most: int) -> None:
        self._precision = precision
        self._most = most
        self._level = precision.level_for(points)
        self._runs = np.zeros(points, dtype=np.int64)
        self._failed = np.zeros(points, dtype=np.int64)
        self._total = np.zeros(points, dtype=np.int64)

    def add(self, block: Block, rows: NDArray[Any]) -> None:
        """Count the rows of a block."""
        grid = rows.reshape(block.points, block.runs)
        points = slice(block.first_point, block.first_point + block.points)
        self._runs[points] += block.runs
        self._failed[points] += (grid["ending"] == FAILED).sum(axis=1)
        self._total[points] += gains(self._precision, grid).sum(axis=1)

    def wanted(self, asked: Sequence[int]) -> list[int]:
        """Return how many runs each point needs by the next look, given how many were asked for.

        All that was asked for must be there. Only whole rounds are looked at: a point that stands
        between two looks, as when `runs` was raised, goes on to the next.
        """
        every, had = self._precision.every, np.asarray(asked, dtype=np.int64)
        is_open = (had < self._most) & ((had % every != 0) | ~self._precise())
        following = np.minimum((had // every + 1) * every, self._most)
        return [int(runs) for runs in np.where(is_open, following, had)]

    def _precise(self) -> NDArray[np.bool_]:
        """Return at which points the interval is, or may be, narrow enough."""
        window = self._precision.window
        aim = self._precision.half_width / window
        extremes = (self._total, self._total + self._failed * window)
        one, other = (
            narrow_enough(total / window, self._runs, aim, self._level) for total in extremes
        )
        return one | other


def gains(precision: Precision, rows: NDArray[Any]) -> NDArray[np.int64]:
    """Return what each run adds to what is measured: 0 or 1, or days; nothing if it failed."""
    days = rows["days"].astype(np.int64)
    if precision.of == SURVIVAL:
        gained = (rows["ending"] == HOLDING) | (days > precision.day)
    else:
        gained = np.minimum(days, precision.day)
    return np.where(rows["ending"] == FAILED, 0, gained).astype(np.int64)


def verdict(precision: Precision, table: LifeTable, points: int) -> Verdict:
    """Return what is known of one of so many points, from its finished runs."""
    level = precision.level_for(points)
    if precision.of == SURVIVAL:
        return look_at_milestone(table, precision.day, precision.half_width, level)
    return look_at_restricted_mean(table, precision.half_width, precision.day, level)


def most_needed(precision: Precision, points: int) -> int:
    """Return the runs after which any point is precise enough, even in the worst case.

    That is a share of one half, or a mean of half of the window.
    """
    level, aim = precision.level_for(points), precision.half_width / precision.window
    high = 1
    while not _worst_case(high * precision.every, aim, level):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if _worst_case(middle * precision.every, aim, level)
            else (
                middle,
                high,
            )
        )
    return high * precision.every


def _worst_case(runs: int, aim: float, level: float) -> bool:
    return bool(narrow_enough(runs / 2, runs, aim, level))
