"""A band that holds for the difference of two survival curves on all days at once.

The band is sup-t: the pointwise standard errors times the level-quantile of the largest
standardised deviation over days, which is found by drawing the runs anew many times. Runs are drawn
as pairs, by weights that depend on the number of the run only (`sim.analysis.seed_weights`), so
draws of parts add up to those of the whole, to the last bit.

Source: Montiel Olea & Plagborg-Moller 2019, J. Appl. Econom. 34:1, doi 10.1002/jae.2656; standard
errors as in `sim.analysis.differences`, two invented pairs included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import normal_reach
from sim.analysis.life_table import Counts
from sim.analysis.pairs import PairTables, last_days, pair_tables, run_numbers
from sim.analysis.seed_weights import hashed, poisson_weights
from sim.analysis.sums import paired_normal
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]

REPLICATES = 1000
"""How often runs are drawn anew, unless said otherwise."""

MANY = 20  # differing pairs from which on drawing anew is enough
POISSON_DRAWS = 4000
POISSON_STREAM = 2**32  # of the hash; beyond the numbers of replicates


@dataclass(frozen=True, eq=False)
class RedrawnPairs:
    """The pairs of one point and a baseline, and what they became when drawn anew.

    `pairs` counts them as they are (one point). `net_ended` [replicates, days] holds, summed with
    the weights of each replicate, how many more truces of the point than of the baseline ended on
    each day; `drawn` [replicates] the sum of the weights; `differing` how many pairs ever differ.
    """

    pairs: PairTables
    net_ended: Counts
    drawn: Counts
    differing: int

    def __add__(self, other: RedrawnPairs) -> RedrawnPairs:
        """Return both sets of pairs; no run may be in both.

        Errors: `UsageError` when points, causes, horizon or the number of replicates differ.
        """
        if self.drawn.shape != other.drawn.shape:
            raise UsageError(
                "Only pairs drawn anew equally often can be added, not "
                f"{len(self.drawn)} and {len(other.drawn)} times."
            )
        pairs = self.pairs + other.pairs
        net_ended, drawn = self.net_ended + other.net_ended, self.drawn + other.drawn
        return RedrawnPairs(pairs, net_ended, drawn, self.differing + other.differing)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RedrawnPairs):
            return NotImplemented
        return (
            (self.pairs, self.differing) == (other.pairs, other.differing)
            and np.array_equal(self.net_ended, other.net_ended)
            and np.array_equal(self.drawn, other.drawn)
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class DifferenceBand:
    """Limits of S1 - S2 that hold on all days 0..H together with the given level.

    `lower` and `upper` have shape [days]. `reach` is how many standard errors the band extends to
    each side; a pointwise interval extends 1.96 at 95%.
    """

    difference: Floats
    lower: Floats
    upper: Floats
    reach: float
    level: float
    replicates: int


def redrawn_pairs(
    days: ArrayLike,
    endings: ArrayLike,
    baseline_days: ArrayLike,
    baseline_endings: ArrayLike,
    horizon_days: int,
    runs: ArrayLike | None = None,
    replicates: int = REPLICATES,
) -> RedrawnPairs:
    """Count the pairs of one point with its baseline, as they are and drawn anew.

    The columns have one entry per run, as in `pair_tables`; leave out failed pairs. `runs` holds
    the numbers of the runs, by default 0, 1 ...; give them when counting parts.

    Errors: as in `pair_tables`; `UsageError` when there is no replicate, more than one point, or a
    run has no number or a negative one.
    """
    if replicates < 1:
        raise UsageError(f"Pairs are drawn anew at least once, not {replicates} times.")
    sides = (days, endings), (baseline_days, baseline_endings)
    pairs = pair_tables(*sides[0], *sides[1], horizon_days)
    numbers = run_numbers(pairs, runs)
    first, second = (last_days(*side, horizon_days) for side in sides)
    net = np.zeros((replicates, horizon_days + 1), np.int64)
    drawn = np.zeros(replicates, np.int64)
    for replicate in range(replicates):
        weights = poisson_weights(numbers, replicate)
        net[replicate] = _by_day(first, weights, horizon_days) - _by_day(
            second, weights, horizon_days
        )
        drawn[replicate] = weights.sum()
    return RedrawnPairs(pairs, net, drawn, int(np.sum(first != second)))


def difference_band(redrawn: RedrawnPairs, level: float = 0.95) -> DifferenceBand:
    """Return the band of S1 - S2, the curve of the point minus that of the baseline.

    It is never narrower than the pointwise intervals, and has width before the first ending too.
    With few pairs that differ it is as wide as rare events ask for.

    Errors: `UsageError` when the level is not between 0 and 1; `ResultsError` without a pair.
    """
    pointwise = normal_reach(level)
    difference, middle, error = _curve(redrawn.pairs)
    few = _reach_of_few(min(redrawn.differing + 2, MANY), level)
    reach = max(_reach(redrawn, difference, error, level), few, pointwise)
    return DifferenceBand(
        difference=difference,
        lower=np.maximum(middle - reach * error, -1.0),
        upper=np.minimum(middle + reach * error, 1.0),
        reach=reach,
        level=level,
        replicates=len(redrawn.drawn),
    )


def _curve(pairs: PairTables) -> tuple[Floats, Floats, Floats]:
    """Return the difference, and the middle and the standard errors of its intervals; [days]."""
    if not pairs.pairs[0]:
        raise ResultsError("There is no pair to compare.")
    first, second = (np.cumsum(side.ended_by_day[0]) for side in (pairs.first, pairs.second))
    either = np.cumsum(pairs.by_shorter[0])
    apart = 2 * either - first - second
    middle, error = paired_normal(second - first, apart, apart, pairs.pairs, 1)
    return (second - first) / pairs.pairs, middle, error


def _reach(redrawn: RedrawnPairs, difference: Floats, error: Floats, level: float) -> float:
    """Return the level-quantile of the largest standardised deviation over days."""
    some = redrawn.drawn > 0
    curves = -np.cumsum(redrawn.net_ended[some], axis=1) / redrawn.drawn[some, np.newaxis]
    largest = np.sort(np.max(np.abs(curves - difference) / error, axis=1, initial=0.0))
    place = min(ceil(level * (len(largest) + 1)), len(largest)) - 1
    return float(largest[place]) if len(largest) else 0.0


@cache
def _reach_of_few(expected: int, level: float) -> float:
    """Return the level-quantile of the largest standardised deviation of a Poisson process.

    Drawing anew cannot tell what might have happened on days on which nothing did. Rare events
    come as a Poisson process; this is how far one with so many `expected` events strays from its
    mean at any time, in standard errors with two invented pairs.
    """
    most = 4 * expected + 20  # events that are drawn; more hardly ever occur
    words = hashed(np.arange(POISSON_DRAWS * most), POISSON_STREAM)
    gaps = -np.log((words.astype(float) + 1.0) / 2.0**64).reshape(POISSON_DRAWS, most)
    times, seen = np.cumsum(gaps, axis=1), np.arange(most)
    begun = np.hstack([np.zeros((POISSON_DRAWS, 1)), times[:, :-1]])
    before = (np.minimum(times, expected) - seen) / np.sqrt(seen + 2.0)
    after = (seen - begun) / np.sqrt(seen + 2.0)
    strayed = np.where(begun < expected, np.maximum(before, after), 0.0).max(axis=1)
    return float(np.sort(strayed)[ceil(level * POISSON_DRAWS) - 1])


def _by_day(last: Counts, weights: Counts, horizon_days: int) -> Counts:
    counts = np.bincount(last, weights, minlength=horizon_days + 2)
    return counts[: horizon_days + 1].astype(np.int64)
