"""Regional sensitivity: is a factor distributed otherwise where the goal is met than where not?

The largest distance between the two distribution functions (Kolmogorov and Smirnov) says how much a
factor does by itself to part the points; what it does together with others may stay hidden. How
large a distance chance would make is found by dealing the marks "met" out anew. Source: Spear &
Hornberger 1980, Water Res. 14:43, doi 10.1016/0043-1354(80)90040-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    found = distances(conditions.matrix, met)
    random = np.random.default_rng([seed, 3])
    dealt = np.stack(
        [distances(conditions.matrix, random.permutation(met)) for _ in range(SHUFFLES)]
    )
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


def distances(matrix: Floats, met: Bools) -> Floats:
    """Return the Kolmogorov-Smirnov distance of each factor; shape [factors]."""
    return np.array([_distance(column, met) for column in matrix.T])


def _distance(column: Floats, met: Bools) -> float:
    order = np.argsort(column, kind="stable")
    marks, values = met[order], column[order]
    gap = np.cumsum(marks) / marks.sum() - np.cumsum(~marks) / (~marks).sum()
    last_of_a_tie = np.append(values[1:] > values[:-1], True)
    return float(np.abs(gap[last_of_a_tie]).max())
