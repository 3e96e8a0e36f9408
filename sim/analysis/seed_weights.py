"""Random weights and signs of runs, read off a hash of the run's number.

They depend on the number of the run and on nothing else, so they are the same at every point of a
sweep, in every part and in any order: what is summed with them over parts adds up to the whole, and
runs with the same luck get the same weight.

Sources: SplitMix64, Steele, Lea & Flood 2014, OOPSLA, doi 10.1145/2660193.2660195; weights drawn
from Poisson(1) in place of resampling: Chamandy et al. 2012, Estimating uncertainty for massive
data streams (Google).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import UsageError

Words = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SALT = np.uint64(0x13198A2E03707344)  # digits of pi: nothing up the sleeve
_LARGEST_WEIGHT = 16  # Poisson(1) exceeds it once in 10**15 draws


def _poisson_steps() -> Words:
    """Return 2**64 P(weight <= w) for w = 0, 1 ..., from exact fractions."""
    none = sum((Fraction((-1) ** k, factorial(k)) for k in range(30)), Fraction(0))
    masses = [none / factorial(weight) for weight in range(_LARGEST_WEIGHT)]
    return np.array([int(sum(masses[: w + 1]) * 2**64) for w in range(len(masses))], np.uint64)


_STEPS = _poisson_steps()


def poisson_weights(runs: ArrayLike, replicate: int) -> NDArray[np.int64]:
    """Return the weight of each run in one replicate: Poisson with mean 1, shape [runs].

    Errors: `UsageError` when a number is negative.
    """
    return np.searchsorted(_STEPS, hashed(runs, replicate), side="right").astype(np.int64)


def signs(runs: ArrayLike, block: int) -> NDArray[np.int8]:
    """Return 64 replicates of a sign for each run, -1 or 1; shape [64, runs].

    Errors: `UsageError` when a number is negative.
    """
    words = hashed(runs, block)
    bits = words >> np.arange(64, dtype=np.uint64)[:, np.newaxis] & np.uint64(1)
    return (2 * bits.astype(np.int8) - 1).astype(np.int8)


def hashed(runs: ArrayLike, replicate: int) -> Words:
    """Return 64 scattered bits for each run number and the number of a replicate; shape [runs].

    Errors: `UsageError` when a number is negative.
    """
    numbers = np.asarray(runs, dtype=np.int64)
    if replicate < 0 or np.any(numbers < 0):
        raise UsageError("Runs and replicates are numbered from 0 on.")
    stream = _mixed(np.array([replicate], np.uint64) * _GOLDEN ^ _SALT)
    return _mixed(_mixed(numbers.astype(np.uint64) * _GOLDEN + stream) ^ stream)


def _mixed(words: Words) -> Words:
    words = (words ^ words >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ words >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return words ^ words >> np.uint64(31)
