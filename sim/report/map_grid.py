"""The cells of a map: which point of a sweep lies where on the plane of two of its factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.report.wording import plain

MOST_STEPS = 60
"""Values of one factor that a map has room for."""

NOT_FACTORS = frozenset({"point", "baseline", "horizon_days"})
"""Columns that tell of a point; a varied `horizon_days` may be asked for all the same."""

EMPTY = -1


@dataclass(frozen=True)
class Grid:
    """The plane of two factors: their values in order, and the point in each cell.

    `points` has shape [values up, values across] and holds numbers of points, `EMPTY` where the
    sweep has none. `fixed` holds the value of every other factor that varies; `baseline` the number
    of the point that the others are compared with, if it lies here.
    """

    across: str
    up: str
    across_values: list[Any]
    up_values: list[Any]
    points: NDArray[np.int64]
    fixed: dict[str, Any]
    baseline: int | None

    @property
    def is_ordered(self) -> bool:
        """Are both factors numbers, so that lines between cells mean something?"""
        return all(_are_numbers(values) for values in (self.across_values, self.up_values))

    @property
    def uneven(self) -> list[str]:
        """The factors with steps of different sizes, which are drawn equally wide."""
        sides = ((self.across, self.across_values), (self.up, self.up_values))
        return [name for name, values in sides if _are_numbers(values) and not _is_even(values)]


def grid_of(
    points: pandas.DataFrame, across: str, up: str, fixed: Mapping[str, Any] | None = None
) -> Grid:
    """Return the plane of two factors of a table of points (`point`, and a column per factor).

    `fixed` gives the values of the other factors that vary.

    Errors: `UsageError` when a factor is not there, is fixed to a value that does not occur, or
    varies and is not fixed; when a factor has too many values; and when points share a cell.
    """
    held = dict(fixed or {})
    _check_factors(points, across, up, held)
    here = _with_values(points, held)
    _check_free(here, across, up, held)
    sides = [_values(here, name) for name in (across, up)]
    numbers = np.full((len(sides[1]), len(sides[0])), EMPTY, dtype=np.int64)
    for number, x, y in zip(here["point"], here[across], here[up], strict=True):
        place = sides[1].index(y), sides[0].index(x)
        if numbers[place] != EMPTY:
            raise UsageError(
                f"Points {numbers[place]} and {number} share {across} = {shown(x)} and {up} = "
                f"{shown(y)}: a map needs one point for each pair of values."
            )
        numbers[place] = number
    marked = here.loc[here["baseline"], "point"].tolist() if "baseline" in here else []
    return Grid(across, up, sides[0], sides[1], numbers, held, int(marked[0]) if marked else None)


def shown(value: Any) -> str:
    """Return a value of a factor as a reader writes it: 0.25, yes, none, or its text."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if _is_missing(value):
        return "none"
    if isinstance(value, int | float | np.number):
        return f"{value:g}".replace("-", "−")
    return plain(str(value))


def _check_factors(
    points: pandas.DataFrame, across: str, up: str, fixed: Mapping[str, Any]
) -> None:
    known = [str(name) for name in points if name not in {"point", "baseline"}]
    for name in (across, up, *fixed):
        if name not in known:
            raise UsageError(f"{name} is no factor of these points; they have {', '.join(known)}.")
    if across == up or across in fixed or up in fixed:
        raise UsageError("A map needs two different factors, neither of them fixed.")


def _with_values(points: pandas.DataFrame, fixed: Mapping[str, Any]) -> pandas.DataFrame:
    here = points
    for name, value in fixed.items():
        values = _values(here, name)
        here = here[here[name].map(lambda cell, wanted=value: _same(cell, wanted))]
        if here.empty:
            raise UsageError(f"No point has {name} = {shown(value)}; there is {_listed(values)}.")
    return here


def _check_free(points: pandas.DataFrame, across: str, up: str, fixed: Mapping[str, Any]) -> None:
    others = [str(name) for name in points if name not in {*NOT_FACTORS, across, up, *fixed}]
    free = {name: values for name in others if len(values := _values(points, name)) > 1}
    if free:
        choices = "; ".join(f"{name}: {_listed(values)}" for name, values in free.items())
        raise UsageError(f"A map shows two factors; say with fixed= what the others are. {choices}")
    for name in (across, up):
        if (steps := len(_values(points, name))) > MOST_STEPS:
            raise UsageError(
                f"{name} has {steps:,} values, and a map has room for {MOST_STEPS} along a side: "
                "choose some of the points."
            )


def _values(points: pandas.DataFrame, name: str) -> list[Any]:
    """Return the values of a factor: numbers in order, others as they first occur."""
    found: list[Any] = []
    for value in points[name].tolist():
        if not any(_same(value, other) for other in found):
            found.append(None if _is_missing(value) else value)
    return sorted(found) if _are_numbers(found) else found


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (_is_missing(one) and _is_missing(other))


def _is_missing(value: Any) -> bool:
    return value is None or value is pandas.NA or value != value


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(
        isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)
        for value in values
    )


def _is_even(values: Sequence[Any]) -> bool:
    steps = np.diff(np.asarray(values, dtype=np.float64))
    return len(steps) < 2 or bool(np.ptp(steps) <= 1e-6 * np.abs(steps).max())


def _listed(values: Sequence[Any]) -> str:
    listed = ", ".join(shown(value) for value in values[:12])
    return listed + (f" and {len(values) - 12} more" if len(values) > 12 else "")
