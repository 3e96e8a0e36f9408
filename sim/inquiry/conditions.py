"""The points of a sweep as a matrix, and conditions on its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.sweep.codebook import factor_columns
from sim.sweep.targets import written

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MOST_KINDS = 8
"""Numbers of so few values are taken one by one: a term of 0 days is open-ended, not short."""


@dataclass(frozen=True, eq=False)
class Conditions:
    """The varied values of all points; factors that do not vary are left out.

    `matrix` has shape [points, factors]. Numbers stand as they are; yes or no, text, and numbers of
    few values are *kinds*: their column holds places in `kinds`, which is empty for numbers.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    matrix: Floats
    kinds: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, names: Sequence[str], values: Sequence[Sequence[Any]]) -> Conditions:
        """Return the conditions of points given as rows of values."""
        columns = [list(column) for column in zip(*values, strict=True)]
        varied = [place for place, column in enumerate(columns) if len(set(column)) > 1]
        read = [_column(columns[place]) for place in varied]
        units = {column.name: column.unit for column in factor_columns(names)}
        kept = tuple(names[place] for place in varied)
        matrix = np.stack([column for column, _ in read], axis=1) if read else np.empty((0, 0))
        return cls(kept, tuple(units[name] for name in kept), matrix, tuple(k for _, k in read))

    def __len__(self) -> int:
        return len(self.matrix)

    def rows(self, places: NDArray[Any]) -> Conditions:
        """Return some of the points."""
        return replace(self, matrix=self.matrix[places])

    def has_order(self, factor: int) -> bool:
        """Whether the values of a factor can be more or less, as numbers are."""
        kinds = self.kinds[factor]
        return not kinds or not isinstance(kinds[0], bool | str)

    def numbers(self) -> Floats:
        """Return the matrix with numbers as they are, whether of few values or of many."""
        columns = [
            column
            if not kinds or not self.has_order(place)
            else np.array(kinds)[column.astype(int)]
            for place, (column, kinds) in enumerate(zip(self.matrix.T, self.kinds, strict=True))
        ]
        return np.stack(columns, axis=1).astype(float)

    def value(self, factor: int, at: float) -> str:
        """Return a value of a factor in words."""
        return written(self.kinds[factor][int(at)]) if self.kinds[factor] else f"{at:.4g}"


def _column(values: list[Any]) -> tuple[Floats, tuple[Any, ...]]:
    different = sorted(set(values), key=lambda value: (str(type(value)), value))
    numbers = not isinstance(values[0], bool | str)
    if numbers and len(different) > MOST_KINDS:
        return np.array(values, dtype=float), ()
    places = {value: place for place, value in enumerate(different)}
    return np.array([places[value] for value in values], dtype=float), tuple(different)


@dataclass(frozen=True)
class Limit:
    """One condition: a factor at least (`side` is "lower") or at most ("upper") `at`, or not `at`.

    Limits of numbers include their end. For kinds, `side` is "not" and `at` the place of the kind
    that is ruled out.
    """

    factor: int
    side: str
    at: float

    def met(self, matrix: Floats) -> Bools:
        """Return which points keep it."""
        return np.asarray(self.met_by(matrix[:, self.factor]))

    def met_by(self, values: Any) -> Any:
        """Return whether a value keeps it, or which values of an array do."""
        if self.side == "not":
            return values != self.at
        return values >= self.at if self.side == "lower" else values <= self.at


def keep_all(limits: Sequence[Limit], matrix: Floats) -> Bools:
    """Return which points keep all of the limits."""
    kept = np.ones(len(matrix), dtype=bool)
    for limit in limits:
        kept &= limit.met(matrix)
    return kept


def in_words(limits: Sequence[Limit], conditions: Conditions) -> list[str]:
    """Return a line for each factor that is limited, with the unit: ``0.4 <= x <= 0.9 (share)``."""
    lines = []
    for factor in sorted({limit.factor for limit in limits}):
        own = {limit.side: limit for limit in limits if limit.factor == factor}
        unit = conditions.units[factor]
        bracket = f" ({unit})" if unit and unit != "yes/no" else ""
        lines.append(_line(factor, own, limits, conditions) + bracket)
    return lines


def _line(
    factor: int, own: dict[str, Limit], limits: Sequence[Limit], conditions: Conditions
) -> str:
    name = conditions.names[factor]
    if conditions.kinds[factor]:
        out = {limit.at for limit in limits if limit.factor == factor}
        left = [place for place in range(len(conditions.kinds[factor])) if place not in out]
        return f"{name} is {' or '.join(conditions.value(factor, place) for place in left)}"
    low = f"{own['lower'].at:.4g} <= " if "lower" in own else ""
    high = f" <= {own['upper'].at:.4g}" if "upper" in own else ""
    if low and high:
        return f"{low}{name}{high}"
    return f"{name} >= {own['lower'].at:.4g}" if low else f"{name}{high}"
