"""Ensembles with a known truth: life tables and pairs of runs of 60 days with two causes.

Truces end with the same chance on every day, and with a larger one on day 30, as where a term runs
out; seven of ten endings are by the first cause. Where runs are cut short, it is on a day drawn
evenly, whether or not they would have ended later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis import LifeTables, PairTables, RedrawnPairs, pair_tables, redrawn_pairs

HORIZON = 60
TERM = 30
SHARES = np.array([0.7, 0.3])

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Truth:
    """Truces of which the share `last` still hold at the horizon."""

    last: float

    @property
    def survival(self) -> Floats:
        """S on days 0..60."""
        weight = np.concatenate([[0.0], np.ones(HORIZON)])
        weight[TERM] = 15.0
        return self.last ** (np.cumsum(weight) / weight.sum())

    @property
    def incidence(self) -> Floats:
        """The share ended by each cause; [causes, days]."""
        return SHARES[:, np.newaxis] * (1.0 - self.survival)

    def restricted_mean(self, through_day: int) -> float:
        """The mean days held within the first days."""
        return float(self.survival[:through_day].sum())

    def quantile(self, share_ended: float) -> int | None:
        """The first day by which that share has ended, None if there is none."""
        days = np.flatnonzero(self.survival <= 1.0 - share_ended + 1e-12)
        return int(days[0]) if days.size else None

    def days(self, luck: Floats) -> Whole:
        """Turn even numbers 0..1 into days, 61 for holding beyond the horizon."""
        return np.searchsorted(-self.survival, -luck, side="left")


def drawn_tables(truth: Truth, samples: int, runs: int, cut_short: float, seed: int) -> LifeTables:
    """Draw the life tables of many ensembles, each a point."""
    luck = np.random.default_rng([seed, runs, samples])
    survival = truth.survival
    stops = np.full(HORIZON + 1, cut_short / HORIZON)
    stops[HORIZON] = 1.0 - cut_short
    still_watched = stops[::-1].cumsum()[::-1]
    ending = -np.diff(survival, prepend=1.0) * still_watched
    chances = np.concatenate([*(SHARES[:, np.newaxis] * ending), survival * stops])
    counts = luck.multinomial(runs, chances / chances.sum(), samples)
    cells = counts.reshape(samples, len(SHARES) + 1, HORIZON + 1).astype(np.int64)
    return LifeTables(cells[:, :-1], cells[:, -1], tuple(range(samples)))


def drawn_pairs(
    first: Truth, second: Truth, runs: int, shared: float, luck: np.random.Generator
) -> tuple[Whole, Whole, Whole, Whole]:
    """Draw days and endings of pairs of runs, of which a share has the same luck in all."""
    one = luck.random(runs)
    other = np.where(luck.random(runs) < shared, one, luck.random(runs))
    sides = []
    for truth, numbers in ((first, one), (second, other)):
        days = truth.days(numbers)
        cause = 1 + (luck.random(runs) >= SHARES[0])
        sides += [np.minimum(days, HORIZON), np.where(days > HORIZON, 0, cause)]
    return sides[0], sides[1], sides[2], sides[3]


def counted_pairs(drawn: tuple[Whole, Whole, Whole, Whole]) -> PairTables:
    """Count pairs."""
    return pair_tables(*drawn, HORIZON)


def redrawn(drawn: tuple[Whole, Whole, Whole, Whole], sample: int, replicates: int) -> RedrawnPairs:
    """Count pairs as they are and drawn anew; runs of different samples have different numbers."""
    runs = len(drawn[0])
    numbers = np.arange(runs) + sample * runs
    return redrawn_pairs(*drawn, HORIZON, runs=numbers, replicates=replicates)
