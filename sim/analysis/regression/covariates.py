"""Covariates of points or of runs: a matrix with names, checked before anything is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]

_STILL_CLIMBING = 1e-3  # a last step this large, in standard deviations of the covariate
_WITHOUT_LIMIT = 25.0  # log ratio between the ends of a covariate
_ALIKE = 1e-7  # what is left of a column, relative to its size, if the others explain it
_CLEARLY_APART = 1e-6  # left of its variance: far more than rounding


@dataclass(frozen=True, eq=False)
class Covariates:
    """Named numbers: `values` has shape [points or runs, covariates].

    `centre` and `spread` (shape [covariates], weighted by runs) are what the columns are
    standardised by while a model is fitted; results are in the units given.
    """

    names: tuple[str, ...]
    values: Floats
    centre: Floats
    spread: Floats

    @property
    def standardised(self) -> Floats:
        """The columns with mean 0 and standard deviation 1 over the runs."""
        columns = self.values - self.centre
        columns /= self.spread
        return columns

    @property
    def reach(self) -> Floats:
        """Largest minus smallest value of each standardised column; shape [covariates]."""
        return np.asarray(np.ptp(self.values, axis=0) / self.spread)


def covariates_of(
    columns: Mapping[str, ArrayLike],
    weights: ArrayLike,
    what: str = "point",
    strata: NDArray[np.int64] | None = None,
) -> Covariates:
    """Check columns of numbers (also those of a DataFrame) and put them side by side.

    `weights` are the runs behind each row; rows without runs count for nothing. With `strata`,
    a column that varies only between strata is refused too.

    Errors: `UsageError` for no column, a wrong length, text or missing values, a constant column,
    and columns that can be computed from others; it names the column.
    """
    weight = np.asarray(weights, dtype=np.float64)
    names = tuple(str(name) for name in columns)
    if not names:
        raise UsageError("A regression needs at least one covariate.")
    held = [
        _column(name, columns[key], len(weight), what)
        for name, key in zip(names, columns, strict=True)
    ]
    values = np.stack(held).T  # every column in one piece
    centre = weight @ values / weight.sum()
    spread = np.sqrt(weight @ (values - centre) ** 2 / weight.sum())
    _refuse_constant(names, spread, centre, what)
    found = Covariates(names, values, centre, spread)
    _refuse_computable(names, _within(found.standardised, weight, strata), weight, strata)
    return found


def indicators(name: str, values: Sequence[str], reference: str) -> dict[str, Floats]:
    """Return a column of 0 and 1 for each value but the `reference`, named "name: value".

    `values` has one entry per point or run. Effects are then differences from the reference.

    Errors: `UsageError` when the reference does not occur.
    """
    kinds = list(dict.fromkeys(values))
    if reference not in kinds:
        raise UsageError(
            f"The reference {reference!r} of {name!r} does not occur; there are "
            f"{', '.join(repr(kind) for kind in kinds[:8])}."
        )
    held = np.asarray(values, dtype=object)
    return {f"{name}: {kind}": (held == kind).astype(float) for kind in kinds if kind != reference}


def groups_of(labels: ArrayLike | None, size: int, what: str) -> NDArray[np.int64]:
    """Return the group of each row as 0, 1, 2...; all 0 without labels. Shape [size].

    Errors: `UsageError` when there is not one label for each row.
    """
    if labels is None:
        return np.zeros(size, dtype=np.int64)
    held = np.asarray(labels)
    if held.shape != (size,):
        raise UsageError(f"There are {size} rows but {what} of shape {held.shape}.")
    return np.asarray(np.unique(held, return_inverse=True)[1], dtype=np.int64)


def refuse_infinite(covariates: Covariates, effects: Floats, step: Floats) -> None:
    """Refuse effects that would grow for ever.

    `effects` and the last `step` towards them have shape [covariates], for standardised columns.

    Errors: `ResultsError`, naming the covariate with the largest effect.
    """
    size = np.abs(effects) * covariates.reach
    if np.any(np.abs(step) > _STILL_CLIMBING) or np.any(size > _WITHOUT_LIMIT):
        name = covariates.names[int(np.argmax(size))]
        raise ResultsError(
            f"The effect of {name!r} has no finite estimate: it separates the runs that end from "
            "those that hold. Leave it out, join it with another covariate, or add runs or points "
            "where both happen."
        )


def _column(name: str, values: ArrayLike, size: int, what: str) -> Floats:
    held = np.asarray(values)
    if held.dtype.kind not in "biuf":
        raise UsageError(
            f"The covariate {name!r} does not hold numbers. Turn names into columns of 0 and 1 "
            "with `indicators`."
        )
    if held.shape != (size,):
        raise UsageError(
            f"The covariate {name!r} has shape {held.shape}; one number for each {what} is "
            f"needed, that is {size}."
        )
    if not np.all(np.isfinite(held)):
        place = int(np.argmin(np.isfinite(held)))
        raise UsageError(
            f"The covariate {name!r} has no finite value at {what} {place} (counted from 0). "
            f"Leave that {what} out or give it a value."
        )
    return held.astype(np.float64, copy=False)


def _refuse_constant(names: tuple[str, ...], spread: Floats, centre: Floats, what: str) -> None:
    for name, deviation, mean in zip(names, spread, centre, strict=True):
        if deviation <= 1e-12 * max(abs(mean), 1e-300):
            raise UsageError(
                f"The covariate {name!r} has the same value at every {what}, so it has no effect "
                "to estimate. Leave it out."
            )


def _within(columns: Floats, weight: Floats, strata: NDArray[np.int64] | None) -> Floats:
    """Return the columns less their means within strata."""
    if strata is None:
        return columns
    size = np.maximum(np.bincount(strata, weight), 1e-300)
    means = [np.bincount(strata, weight * column) / size for column in columns.T]
    return np.asarray(columns - np.stack(means, axis=1)[strata])


def _refuse_computable(
    names: tuple[str, ...], columns: Floats, weight: Floats, strata: NDArray[np.int64] | None
) -> None:
    """Refuse the first column that those before it explain."""
    gram = (columns * weight[:, None]).T @ columns / weight.sum()
    for place, name in enumerate(names):
        others = gram[:place, :place]
        share = np.linalg.solve(others, gram[:place, place]) if place else np.zeros(0)
        if gram[place, place] - gram[:place, place] @ share > _CLEARLY_APART:
            continue
        rest = columns[:, place] - columns[:, :place] @ share
        if np.sqrt(weight @ rest**2 / weight.sum()) > _ALIKE:
            continue
        causes = [repr(names[other]) for other in range(place) if abs(share[other]) > _ALIKE]
        source = " and ".join(causes) or "the strata"
        extra = " within the strata" if strata is not None and causes else ""
        raise UsageError(
            f"The covariate {name!r} can be computed from {source}{extra}, so their effects "
            "cannot be told apart. Leave one of them out."
        )
