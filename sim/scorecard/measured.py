"""What was measured of one pattern: of the middle vector with its error, and of the whole set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import normal_reach
from sim.validation.retained import Retained

Floats = NDArray[np.float64]

GROUPS = 32
"""Groups of conflicts of which one at a time is left out, to see how much a number moves."""


@dataclass(frozen=True)
class Inputs:
    """What all measures share.

    `conflicts` of the world ensemble are run under each vector, once on each side of a comparison
    and `middle_runs` times under the middle vector; cases of one truce are run `case_runs` times
    under each. `workers` are threads, by default as many as there are processors.
    """

    found: Retained
    conflicts: int
    case_runs: int
    seed: int
    middle_runs: int = 4
    workers: int | None = None

    @property
    def vectors(self) -> Floats:
        """The vectors of the set, its middle first."""
        return self.found.vectors


@dataclass(frozen=True)
class Measured:
    """The parts of one pattern.

    `values` has the shape [vectors, parts], the middle vector first; nan where a number does not
    exist. `intervals` are 95 % Monte-Carlo limits for the middle vector, [parts, 2]. `sample` says
    in words what was simulated under each vector.
    """

    values: Floats
    intervals: Floats
    sample: str


def normal_limits(values: Floats, errors: Floats) -> Floats:
    """Return 95 % limits from standard errors, shape [parts, 2]."""
    reach = normal_reach(0.95) * np.asarray(errors)
    return np.stack([values - reach, values + reach], axis=-1)


def jackknifed(statistics: Callable[[NDArray[np.intp]], Sequence[float]], conflicts: int) -> Floats:
    """Return the standard error of each statistic when conflicts are what is sampled.

    `statistics` takes the places of the conflicts that count. Groups of conflicts are left out one
    at a time (Efron & Tibshirani 1993, chapter 11 [R]); both sides of a comparison lose the same
    conflicts, so that their common luck and nature are allowed for.
    """
    groups = min(GROUPS, conflicts)
    label = np.arange(conflicts) % groups
    without = np.array([statistics(np.flatnonzero(label != group)) for group in range(groups)])
    spread = without - without.mean(axis=0)
    return np.asarray(np.sqrt((groups - 1) / groups * (spread**2).sum(axis=0)))
