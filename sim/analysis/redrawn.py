"""The pairs of one point and its baseline, counted as they are and drawn anew.

Pairs are drawn by weights that depend on the number of the run only (`sim.analysis.seed_weights`),
so draws of parts add up to those of the whole, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.analysis.life_table import Counts
from sim.analysis.pairs import PairTables, last_days, pair_tables, run_numbers
from sim.analysis.seed_weights import poisson_weights
from sim.errors import UsageError

REPLICATES = 1000
"""How often runs are drawn anew, unless said otherwise."""


@dataclass(frozen=True, eq=False)
class RedrawnPairs:
    """The pairs of one point and a baseline, and what they became when drawn anew.

    `pairs` counts them as they are (one point). `net_ended` [replicates, days] holds, summed with
    the weights of each replicate, how many more truces of the point than of the baseline ended on
    each day; `drawn` [replicates] the sum of the weights. `joint` [H + 2, H + 2] counts the pairs
    by the day on which the truce of the point and that of the baseline ended, H + 1 if not by H.
    """

    pairs: PairTables
    net_ended: Counts
    drawn: Counts
    joint: Counts

    @property
    def differing(self) -> int:
        """How many pairs ever differ."""
        return int(self.joint.sum() - np.trace(self.joint))

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
        return RedrawnPairs(pairs, net_ended, drawn, self.joint + other.joint)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RedrawnPairs):
            return NotImplemented
        return (
            self.pairs == other.pairs
            and np.array_equal(self.joint, other.joint)
            and np.array_equal(self.net_ended, other.net_ended)
            and np.array_equal(self.drawn, other.drawn)
        )

    __hash__ = None  # type: ignore[assignment]


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
    return RedrawnPairs(pairs, net, drawn, _joint(first, second, horizon_days + 2))


def _joint(first: Counts, second: Counts, width: int) -> Counts:
    counts = np.bincount(first * width + second, minlength=width**2)
    return counts.astype(np.int64, copy=False).reshape(width, width)


def _by_day(last: Counts, weights: Counts, horizon_days: int) -> Counts:
    counts = np.bincount(last, weights, minlength=horizon_days + 2)
    return counts[: horizon_days + 1].astype(np.int64)
