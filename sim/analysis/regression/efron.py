"""Efron's partial likelihood from sums over risk sets, whatever the number of ties.

A risk set belongs to one day (in one stratum) on which d runs end. Efron's approximation averages
over the order of the tied endings: the j-th of them (j = 0..d-1) sees the risk set without j/d of
those that end,

    log L = sum of linear predictors of those that end - sum over j of log(S - j/d E)

where S and E add up exp(linear predictor) over the runs at risk and over those that end. With
a = d S / E the sums over j are sums of log(a - j), 1/(a - j) and 1/(a - j)^2. The first sixteen
terms from the small end are added up one by one, the rest by the Euler-Maclaurin formula, which
is exact to rounding there. So the work does not grow with the number of runs.

Source: Efron 1977, JASA 72:557, doi 10.1080/01621459.1977.10480613.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ONE_BY_ONE = 16
_MOST_TERMS = 5
# B(2i) / (2i)! times the (2i-1)-th derivative of log v, 1/v and 1/v^2, less the power of v.
_LOGS = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
_RECIPROCALS = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132)
_SQUARES = (-1 / 6, 1 / 30, -1 / 42, 1 / 30, -5 / 66)


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted sums over the runs of each risk set; arrays of shape [features, sets].

    The features are 1, then the k covariates, then their k (k + 1) / 2 products, as in `features`.
    `at_risk` sums over the runs at risk, `ending` over those that end. The weights are the
    exponentials of the linear predictor less `shift`.
    """

    at_risk: Floats
    ending: Floats
    shift: float


@dataclass(frozen=True, eq=False)
class Terms:
    """What each risk set adds to the likelihood, its derivatives and the residuals.

    Shapes: `logarithms`, `hazard`, `hazard_of_ending` [sets]; `means`, `drift`,
    `drift_of_ending` [k, sets]; `variances` [pairs, sets]. `means` and `variances` are sums over
    the tied endings of the mean and the (co)variance of the covariates at risk. `hazard` is the
    step of the baseline hazard and `drift` that step times the mean, each summed over the ties;
    `..._of_ending` is what those that end are spared.
    """

    logarithms: Floats
    means: Floats
    variances: Floats
    hazard: Floats
    drift: Floats
    hazard_of_ending: Floats
    drift_of_ending: Floats


def features(columns: Floats) -> Floats:
    """Return 1, the covariates [rows, k] and their products; [1 + k + k (k + 1) / 2, rows]."""
    first, second = np.triu_indices(columns.shape[1])
    turned = columns.T
    return np.concatenate([np.ones((1, len(columns))), turned, turned[first] * turned[second]])


def as_matrix(pairs: Floats, covariates: int) -> Floats:
    """Unpack products [pairs, ...] into symmetric matrices [k, k, ...]."""
    matrix = np.empty((covariates, covariates, *pairs.shape[1:]))
    first, second = np.triu_indices(covariates)
    matrix[first, second] = matrix[second, first] = pairs
    return matrix


def efron_terms(moments: Moments, count: Floats, covariates: int) -> Terms:
    """Return the terms of all risk sets; `count` [sets] says how many runs end in each."""
    first, second = np.triu_indices(covariates)
    total, at_risk, at_risk_products = np.split(moments.at_risk, [1, 1 + covariates])
    weight, ending, ending_products = np.split(moments.ending, [1, 1 + covariates])
    mean, product = ending / weight, ending_products / weight
    scale, largest = (count / weight)[0], (count * total / weight)[0]
    logs, ones, squares = tie_sums(largest, count)
    away, away_product = (
        (at_risk - total * mean) * scale,
        (at_risk_products - total * product) * scale,
    )
    crossed = away[first] * mean[second] + mean[first] * away[second]
    return Terms(
        logarithms=logs - count * np.log(scale),
        means=count * mean + ones * away,
        variances=count * (product - mean[first] * mean[second])
        + ones * (away_product - crossed)
        - squares * away[first] * away[second],
        hazard=scale * ones,
        drift=scale * (mean * ones + away * squares),
        hazard_of_ending=(largest * ones - count) / weight[0],
        drift_of_ending=(largest * (mean * ones + away * squares) - mean * count - away * ones)
        / weight[0],
    )


def tie_sums(largest: Floats, count: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the sums of log(a - j), 1/(a - j) and 1/(a - j)^2 over j = 0..count-1.

    `largest` holds a, at least `count`; both have shape [sets], and `count` holds whole numbers.
    """
    smallest = np.maximum(largest - count, 0.0) + 1.0
    low = smallest + _ONE_BY_ONE
    steps = count - _ONE_BY_ONE - 1.0
    sums = np.where(steps >= 0, _smooth_sums(low, largest, np.maximum(steps, 0.0)), 0.0)
    for place in range(_ONE_BY_ONE):
        there = place < count
        value = np.where(there, smallest + place, 1.0)
        sums += np.where(there, np.stack([np.log(value), 1.0 / value, value**-2.0]), 0.0)
    return sums[0], sums[1], sums[2]


def _smooth_sums(low: Floats, high: Floats, steps: Floats) -> Floats:
    """Sum log v, 1/v and 1/v^2 over v = low, low + 1, ..., high; shape [3, sets]."""
    ratio = np.log1p(steps / low)
    integrals = [steps * np.log(high) + low * ratio - steps, ratio, steps / (low * high)]
    ends = [np.log(low) + np.log(high), 1.0 / low + 1.0 / high, low**-2.0 + high**-2.0]
    rests = [
        sum(
            factor * (high ** -(2.0 * place + power) - low ** -(2.0 * place + power))
            for place, factor in enumerate(factors)
        )
        for factors, power in ((_LOGS, 1), (_RECIPROCALS, 2), (_SQUARES, 3))
    ]
    return np.asarray(np.stack(integrals) + 0.5 * np.stack(ends) + np.stack(rests))
