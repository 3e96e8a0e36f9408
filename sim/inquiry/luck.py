"""How much of a statistic is the luck of the runs: the jackknife over batches of runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def luck_error(batches: Floats, statistic: Callable[[Floats], Floats]) -> Floats:
    """Return the standard error that the luck of the runs gives a statistic.

    `batches` has the batches first; `statistic` takes the mean over them. The jackknife that
    leaves out one batch at a time; nan where there is one batch alone. Source: Efron & Stein 1981,
    Ann. Stat. 9:586.
    """
    number = len(batches)
    if number < 2:
        return np.full_like(statistic(batches.mean(axis=0)), np.nan)
    total = batches.sum(axis=0)
    left_out = np.stack([statistic((total - batch) / (number - 1)) for batch in batches])
    spread = ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.sqrt((number - 1) / number * spread))


def between_batches(one: Floats, other: Floats) -> Floats:
    """Return the product of two quantities, each known with noise, without the bias of the noise.

    Both have the batches first. Products of different batches alone are averaged: their noise is
    independent, and its product is 0 on average. nan where there is one batch alone.
    """
    number = len(one)
    if number < 2:
        return np.full(one.shape[1:], np.nan)
    every = one.sum(axis=0) * other.sum(axis=0) - (one * other).sum(axis=0)
    return np.asarray(every / (number * (number - 1)))
