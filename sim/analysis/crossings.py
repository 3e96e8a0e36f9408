"""Critical values of simultaneous bands, computed: how far a random path strays on a whole stretch.

A curve minus its estimate behaves like a Brownian bridge whose clock u runs from 0 to 1 as truces
end. Two bands rest on it: Hall-Wellner's needs the largest |bridge| on a stretch, Nair's of equal
precision the largest |bridge| / sqrt(u (1 - u)).

Sources: Hall & Wellner 1980, doi 10.1093/biomet/67.1.133; Nair 1984, doi 10.2307/1267553 (its
approximate values are replaced by exact ones here).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.analysis.intervals import normal_reach

Floats = NDArray[np.float64]

_STEPS = 200  # the clock is rounded outwards to this part, so that few values need solving
_IMAGES = np.arange(-8, 9)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(120)
_WAVES = np.arange(1, 60, 2)  # those that are the same on both sides of 0


def bridge_reach(level: float, start: float, end: float) -> float:
    """Return c such that a Brownian bridge stays within -c..c from `start` to `end` with `level`.

    Both are times, 0..1, rounded outwards to 1/200; c is exact for the rounded ones: 1.3581 for
    level 0.95 from 0 to 1. The level is at least 0.5.
    """
    first, last = int(np.floor(start * _STEPS)), int(np.ceil(end * _STEPS))
    first = min(first, _STEPS - 1)
    return _bridge_reach(level, first, max(last, first + 1))


def standard_reach(level: float, start: float, end: float) -> float:
    """Return c such that |bridge| / sqrt(u (1 - u)) stays below c from `start` to `end`.

    Both times lie strictly between 0 and 1. On the scale of log odds the ratio is a stationary
    process, so only the length of the stretch matters; it is rounded up in steps of 0.05.
    """
    odds = end * (1.0 - start) / (start * (1.0 - end))
    return _standard_reach(level, max(int(np.ceil(10.0 * np.log(max(odds, 1.0)))), 1))


def bridge_stays(reach: float, start: float, end: float) -> float:
    """Return the probability that a Brownian bridge stays within +-reach from `start` to `end`.

    The bridge is a Brownian motion that is 0 at time 1. Its paths within the walls are counted by
    reflection, and summed over where they enter and leave the stretch.
    """
    entry, entry_weight = _places(reach, start)
    leave, leave_weight = _places(reach, 1.0 - end)
    inside = _within_walls(entry[:, np.newaxis], leave[np.newaxis, :], reach, end - start)
    return float(entry_weight @ inside @ leave_weight * np.sqrt(2.0 * np.pi))


def standard_stays(reach: float, length: float) -> float:
    """Return the probability that the stationary process stays within +-reach for `length` > 0.

    The process is Ornstein-Uhlenbeck with correlation exp(-time). Its decay between two walls is a
    sum of exponentials, whose rates are found in a basis of sine waves.
    """
    where, weight = reach * _NODES, reach * _WEIGHTS
    waves = np.sin(np.outer(where / reach + 1.0, _WAVES) * np.pi / 2.0) / np.sqrt(reach)
    energy = waves.T @ (waves * (weight * (where**2 / 4.0 - 0.5))[:, np.newaxis])
    energy += np.diag((_WAVES * np.pi / (2.0 * reach)) ** 2)
    rates, modes = np.linalg.eigh(energy)
    start = (_normal_density(where, 1.0) ** 0.5 * weight) @ waves @ modes
    return float(np.sum(start**2 * np.exp(-rates * length)))


@lru_cache(maxsize=4096)
def _bridge_reach(level: float, first: int, last: int) -> float:
    start, end = first / _STEPS, last / _STEPS
    widest = min(max(0.5, start), end)
    least = normal_reach(level) * np.sqrt(widest * (1.0 - widest))
    most = np.sqrt(0.5 * np.log(2.0 / (1.0 - level)))  # crossing at all: 2 exp(-2 c^2) at most
    return _solve(lambda reach: bridge_stays(reach, start, end) - level, 0.9 * least, most)


@lru_cache(maxsize=4096)
def _standard_reach(level: float, length_in_steps: int) -> float:
    length = length_in_steps / 20.0
    least = normal_reach(level)
    return _solve(lambda reach: standard_stays(reach, length) - level, 0.99 * least, least + 6.0)


def _solve(equation: Callable[[float], float], least: float, most: float) -> float:
    return float(scipy.optimize.brentq(equation, least, most, xtol=1e-7))


def _places(reach: float, time: float) -> tuple[Floats, Floats]:
    """Return places between the walls and the weight of a Brownian motion there after `time`."""
    if time <= 0.0:
        return np.zeros(1), np.ones(1)
    scale = min(reach, 10.0 * np.sqrt(time))
    where = scale * _NODES
    return where, scale * _WEIGHTS * _normal_density(where, time)


def _within_walls(entry: Floats, leave: Floats, reach: float, time: float) -> Floats:
    """Return the density of Brownian paths from entry to leave that touch neither wall."""
    total = np.zeros(np.broadcast_shapes(entry.shape, leave.shape))
    for image in 4.0 * reach * _IMAGES:
        total += _normal_density(leave - entry - image, time)
        total -= _normal_density(leave + entry - 2.0 * reach - image, time)
    return total


def _normal_density(where: Floats, variance: float) -> Floats:
    return np.asarray(np.exp(-(where**2) / (2.0 * variance)) / np.sqrt(2.0 * np.pi * variance))
