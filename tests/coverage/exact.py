"""The exact coverage of intervals of a share: sums of binomial chances, nothing drawn.

Of n runs X hold, and S is covered when lower(X) <= S <= upper(X). Both limits rise with X, so the
numbers that cover S run from some a to some b, and the coverage is P(a <= X <= b). It jumps where S
passes a limit. Between two jumps a and b stay; there P(a <= X <= b) first rises with S and then
falls, since its slope is n (P(a - 1) - P(b)) among n - 1 runs, which changes sign once, from plus
to minus. So it is lowest at one end: just beside a jump. Looking there finds the lowest coverage of
all S of a range; no grid, however dense, would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.special
from numpy.typing import NDArray

from sim.analysis import clopper_pearson, mid_p
from tests.coverage.cells import EXACT, Cell

Floats = NDArray[np.float64]
Interval = Callable[..., tuple[Floats, Floats]]

INTERVALS: dict[str, Interval] = {"mid-p (default)": mid_p, "Clopper-Pearson": clopper_pearson}
LOWEST, HIGHEST = 0.5, 0.999
BANDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
"""Survival is looked at from 0.5 to 0.999, all of it, and told band by band."""

WHAT = "survival on one day"


@dataclass(frozen=True, eq=False)
class Covered:
    """The limits for every number that may hold, from `first` to `runs`."""

    runs: int
    first: int
    lower: Floats
    upper: Floats

    def beside(self, survival: Floats) -> tuple[Floats, Floats]:
        """Return the coverage just below and just above each S; shape [S]."""
        below = self._chance(
            np.searchsorted(self.upper, survival, "left"),
            np.searchsorted(self.lower, survival, "left") - 1,
            survival,
        )
        above = self._chance(
            np.searchsorted(self.upper, survival, "right"),
            np.searchsorted(self.lower, survival, "right") - 1,
            survival,
        )
        return below, above

    def worst(self, low: float, high: float) -> tuple[float, float]:
        """Return the lowest coverage for S between low and high, and the S beside which it is."""
        limits = np.concatenate([self.lower, self.upper])
        jumps = np.unique(limits[(limits > low) & (limits < high)])
        survival = np.concatenate([[low], jumps, [high]])
        below, above = self.beside(survival)
        coverage = np.minimum(np.append(1.0, below[1:]), np.append(above[:-1], 1.0))
        place = int(coverage.argmin())
        return float(coverage[place]), float(survival[place])

    def _chance(
        self, first: NDArray[np.int64], last: NDArray[np.int64], survival: Floats
    ) -> Floats:
        """Return the chance of numbers from one place to another."""
        least, most = first + self.first, last + self.first
        return self._at_most(most, survival) - self._at_most(least - 1, survival)

    def _at_most(self, count: NDArray[np.int64], survival: Floats) -> Floats:
        inside = (count >= 0) & (count < self.runs)
        some = np.where(inside, count, 0)
        chance = scipy.special.betainc(self.runs - some, some + 1.0, 1.0 - survival)
        return np.where(inside, chance, np.where(count < 0, 0.0, 1.0))


def covered(interval: Interval, runs: int) -> Covered:
    """Solve the limits of all numbers that may hold where S is 0.5 or more.

    Those more than sixteen standard deviations lower cover no such S.
    """
    first = max(0, int(runs * LOWEST - 8.0 * runs**0.5))
    return Covered(runs, first, *interval(np.arange(first, runs + 1), runs))


def exact_cells(bands_of: Sequence[int], wholes_of: Sequence[int]) -> Iterator[Cell]:
    """Yield the lowest coverage by band of S for some numbers of runs, and over all S for more."""
    for method, interval in INTERVALS.items():
        for runs in bands_of:
            found = covered(interval, runs)
            for low, high in pairwise(BANDS):
                yield _cell(found, method, low, high)
        for runs in wholes_of:
            yield _cell(covered(interval, runs), method, LOWEST, HIGHEST)


def _cell(found: Covered, method: str, low: float, high: float) -> Cell:
    coverage, survival = found.worst(low, high)
    return Cell(EXACT, WHAT, method, found.runs, f"S from {low:g} to {high:g}", coverage, survival)
