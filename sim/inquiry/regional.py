"""Regional sensitivity: is a factor distributed otherwise where the goal is met than where not?

The largest distance between the two distribution functions (Kolmogorov and Smirnov) says how much a
factor does by itself to part the points; what it does together with others may stay hidden. How
large a distance chance would make is found by dealing the marks "met" out anew. Source: Spear &
Hornberger 1980, Water Res. 14:43, doi 10.1016/0043-1354(80)90040-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.inquiry.conditions import Conditions

if TYPE_CHECKING:
    import pandas

SHUFFLES = 500

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def regional(conditions: Conditions, met: Bools, seed: int) -> pandas.DataFrame:
    """Return a row for each factor, the largest distance first.

    Columns: factor, `distance` from 0 to 1, `by_chance`, the distance that chance exceeds for one
    factor in twenty, `p`, the share of shuffles with as large a distance, `mean_met` and
    `mean_not_met` (of the numbers, or of the places of the kinds).

    Errors: `ValueError` unless some points meet the goal and some do not.
    """
    if met.all() or not met.any():
        raise ValueError("points that meet the goal and points that do not are needed")
    import pandas

    ranked = _ranked(conditions.matrix)
    found = _distances(ranked, met)
    random = np.random.default_rng([seed, 3])
    dealt = np.stack([_distances(ranked, random.permutation(met)) for _ in range(SHUFFLES)])
    numbers = conditions.numbers()
    table = pandas.DataFrame(
        {
            "factor": conditions.names,
            "unit": conditions.units,
            "distance": found,
            "by_chance": np.quantile(dealt, 0.95, axis=0),
            "p": (1 + (dealt >= found - 1e-12).sum(axis=0)) / (1 + SHUFFLES),
            "mean_met": numbers[met].mean(axis=0),
            "mean_not_met": numbers[~met].mean(axis=0),
        }
    )
    return table.sort_values("distance", ascending=False, kind="stable", ignore_index=True)


class Ranked(NamedTuple):
    """A factor in order: the places of the points, and which of them are the last of a tie."""

    order: NDArray[np.intp]
    is_last: Bools


def distances(matrix: Floats, met: Bools) -> Floats:
    """Return the Kolmogorov-Smirnov distance of each factor; shape [factors]."""
    return _distances(_ranked(matrix), met)


def _ranked(matrix: Floats) -> list[Ranked]:
    orders = [np.argsort(column, kind="stable") for column in matrix.T]
    values = [column[order] for column, order in zip(matrix.T, orders, strict=True)]
    lasts = [np.append(each[1:] > each[:-1], True) for each in values]
    return [Ranked(order, last) for order, last in zip(orders, lasts, strict=True)]


def _distances(ranked: list[Ranked], met: Bools) -> Floats:
    return np.array([_distance(factor, met) for factor in ranked])


def _distance(factor: Ranked, met: Bools) -> float:
    marks = met[factor.order]
    gap = np.cumsum(marks) / marks.sum() - np.cumsum(~marks) / (~marks).sum()
    return float(np.abs(gap[factor.is_last]).max())
