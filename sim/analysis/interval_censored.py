"""Survival when endings are known only within limits: the nonparametric maximum of likelihood.

Each truce ended on a day from `shortest` to `longest`, both included; `longest` is -1 where it was
never seen to end. The estimate puts its mass on a few innermost intervals: those that begin where a
truce's limits begin, end where some truce's end, and hold no other such day between. How the mass
is spread within one of them the data cannot tell, so that on the days inside, survival is known
only between two values.

The mass is found by Newton steps on the set of innermost intervals (each a least-squares problem
with masses not below 0), each followed by a step of self-consistency, and is checked by the
conditions that only the maximum meets.

Sources: Turnbull 1976, J. R. Stat. Soc. B 38:290, doi 10.1111/j.2517-6161.1976.tb01597.x; Gentleman
and Geyer 1994, Biometrika 81:618, doi 10.1093/biomet/81.3.618 (conditions of the maximum); Wang
2007, J. R. Stat. Soc. B 69:185, doi 10.1111/j.1467-9868.2007.00583.x (the Newton steps).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import ArrayLike, NDArray

from sim.errors import ResultsError, TruceError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

NEVER = -1
"""Stands as the longest duration of a truce that was never seen to end."""

_BEYOND = np.iinfo(np.int64).max
_MOST_STEPS = 500
_GAP = 1e-7  # of the mean log-likelihood, at most, below its maximum
_SUM_TO_ONE = 1e3  # weight of the condition in the least-squares problem


@dataclass(frozen=True, eq=False)
class Innermost:
    """The estimate: `mass[k]` lies on the days `first[k]`..`last[k]`; the masses sum to 1.

    The last interval may have no end (`last` is `NEVER`): what is not seen to end. `truces` counts
    those it rests on.
    """

    first: Whole
    last: Whole
    mass: Floats
    truces: int

    def survival(self, horizon_days: int) -> tuple[Floats, Floats]:
        """Return the least and the largest S(d) for the days 0..horizon; equal where S is known."""
        days = np.arange(horizon_days + 1)
        ends = np.where(self.last == NEVER, _BEYOND, self.last)
        surely = (ends[:, np.newaxis] <= days).T @ self.mass
        perhaps = (self.first[:, np.newaxis] <= days).T @ self.mass
        return np.clip(1.0 - perhaps, 0.0, 1.0), np.clip(1.0 - surely, 0.0, 1.0)

    def median(self) -> tuple[int | None, int | None]:
        """Return the first days on which the least and the largest S are 1/2 or less, or None."""
        reached = np.cumsum(self.mass) >= 0.5 - 1e-9
        if not reached.any():
            return None, None
        place = int(np.argmax(reached))
        last = int(self.last[place])
        return int(self.first[place]), None if last == NEVER else last


def npmle(shortest: ArrayLike, longest: ArrayLike) -> Innermost:
    """Return the nonparametric maximum-likelihood estimate of the distribution of durations.

    `shortest` and `longest` are whole days from 0; see above for `NEVER`. A truce that held through
    day d and was then lost sight of has the shortest duration d + 1.

    Errors: `ResultsError` when there is no truce, the two differ in length, or a longest duration
    is below the shortest; `TruceError` when the maximum was not found.
    """
    low, high, truces = _checked(shortest, longest)
    first, last = innermost_intervals(low, high)
    covers = (low[:, np.newaxis] <= first) & (last <= high[:, np.newaxis])
    mass = _maximum(covers.astype(np.float64), truces.astype(np.float64))
    held = mass > 0
    ends = np.where(last == _BEYOND, NEVER, last)
    return Innermost(first[held], ends[held], mass[held], int(truces.sum()))


def innermost_intervals(low: Whole, high: Whole) -> tuple[Whole, Whole]:
    """Return first and last days of the intervals that alone can bear mass, in order."""
    starts, stops = np.unique(low), np.unique(high)
    until = stops[np.searchsorted(stops, starts)]  # the first end on or after each beginning
    innermost = np.append(until[1:] != until[:-1], True)  # the latest beginning before each end
    return starts[innermost], until[innermost]


def shortfall(covers: Floats, weights: Floats, mass: Floats) -> float:
    """Return how far, at most, the mean log-likelihood of a distribution lies below its maximum."""
    fitted = covers @ mass
    gradient = (weights / fitted) @ covers / weights.sum()
    return float(gradient.max() - 1.0)


def _checked(shortest: ArrayLike, longest: ArrayLike) -> tuple[Whole, Whole, Whole]:
    """Return the distinct limits and how many truces have each."""
    low, high = (np.asarray(values, dtype=np.int64).reshape(-1) for values in (shortest, longest))
    if not low.size or low.shape != high.shape:
        raise ResultsError(f"There are {low.size} shortest and {high.size} longest durations.")
    high = np.where(high == NEVER, _BEYOND, high)
    if (low < 0).any() or (high < low).any():
        raise ResultsError("Durations must lie between a shortest of 0 or more and a longest.")
    distinct, truces = np.unique(np.stack([low, high]), axis=1, return_counts=True)
    return distinct[0], distinct[1], truces


def _maximum(covers: Floats, weights: Floats) -> Floats:
    mass = np.full(covers.shape[1], 1.0 / covers.shape[1])
    for _ in range(_MOST_STEPS):
        if shortfall(covers, weights, mass) <= _GAP:
            return np.asarray(mass / mass.sum())
        mass = _self_consistent(covers, weights, _newton_step(covers, weights, mass))
    raise TruceError("The estimate for durations known within limits did not settle.")


def _self_consistent(covers: Floats, weights: Floats, mass: Floats) -> Floats:
    """Give each interval the mass that the truces, shared out by the present masses, put there."""
    shared = (weights / (covers @ mass)) @ covers * mass
    return np.asarray(shared / shared.sum())


def _newton_step(covers: Floats, weights: Floats, mass: Floats) -> Floats:
    """Minimise the quadratic near the present masses, then go as far as the likelihood rises."""
    slopes = covers / (covers @ mass)[:, np.newaxis]
    roots = np.sqrt(weights / weights.sum())
    system = np.vstack([slopes * roots[:, np.newaxis], np.full((1, len(mass)), _SUM_TO_ONE)])
    wanted, _ = scipy.optimize.nnls(system, np.append(2.0 * roots, _SUM_TO_ONE))
    wanted /= wanted.sum()
    present = _log_likelihood(covers, weights, mass)
    step = 1.0
    while step > 1e-9:
        tried = mass + step * (wanted - mass)
        if _log_likelihood(covers, weights, tried) > present:
            return np.asarray(tried)
        step /= 2.0
    return mass


def _log_likelihood(covers: Floats, weights: Floats, mass: Floats) -> float:
    fitted = covers @ mass
    return float(weights @ np.log(fitted)) if (fitted > 0).all() else -np.inf
