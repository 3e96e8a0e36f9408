"""A number of every run, added up: from whole sums to differences, errors and limits.

The interval rules are stated in `sim.analysis.differences`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import normal_reach
from sim.analysis.life_table import Counts

Floats = NDArray[np.float64]

PAIRED = "paired, with two more pairs (Bonett-Price)"
INDEPENDENT = "independent, with two more runs in each group (Agresti-Caffo)"
SQUARE_AND_ADD = "independent, square-and-add of the log-log limits (Zou-Donner)"
GREENWOOD = "independent, Greenwood's variance, widened by two more runs in each group"

_ROUNDING = 1e-15  # a variance this small, relative to the square of the range, is none


@dataclass(frozen=True, eq=False)
class Differences:
    """A number at each point, the same at the baseline, and the first minus the second.

    All arrays have one shape, [points] and then what the function says. `standard_error` is that of
    the difference; `independent_error` is what it would be if the runs did not share their luck, so
    the two are equal where `paired` is false. `lower` and `upper` are pointwise limits of the
    difference. `correlation` is that of the two numbers over the pairs, nan where one of them does
    not vary or nothing is paired.
    """

    first: Floats
    second: Floats
    difference: Floats
    standard_error: Floats
    independent_error: Floats
    correlation: Floats
    lower: Floats
    upper: Floats
    runs: NDArray[np.int64]
    paired: bool
    level: float
    method: str  # of the interval, in words

    @property
    def variance_reduction(self) -> Floats:
        """The share of the variance that pairing took away: 1 - paired / independent variance.

        Negative where pairing made it larger, nan where nothing varies.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(1.0 - (self.standard_error / self.independent_error) ** 2)


@dataclass(frozen=True, eq=False)
class Ratios:
    """A number at each point over the same at the baseline, with pointwise limits; [points]."""

    ratio: Floats
    lower: Floats
    upper: Floats
    paired: bool
    level: float


@dataclass(frozen=True)
class Sums:
    """A number of every run, from 0 to `range_`, added up; whole numbers that broadcast."""

    runs: Counts
    total: Counts
    squares: Counts
    range_: int

    @property
    def mean(self) -> Floats:
        """The mean over the runs."""
        return np.asarray(self.total / self.runs)

    @property
    def variance(self) -> Floats:
        """The variance of the mean."""
        return variance_of_mean(self.runs, self.total, self.squares, self.range_)

    def with_extremes(self) -> Sums:
        """Return the sums with one more run of the least and one of the largest value."""
        more = self.squares + self.range_**2
        return Sums(self.runs + 2, self.total + self.range_, more, self.range_)


def differences_of(
    first: Sums, second: Sums, products: Counts | None, lesser: Counts | None, level: float
) -> Differences:
    """Compare two numbers.

    For pairs, `products` holds the sums of the products of the two, `lesser` those of the lesser of
    the two; without them the runs are taken as independent.
    """
    reach = normal_reach(level)
    difference = first.mean - second.mean
    independent = first.variance + second.variance
    if products is None or lesser is None:
        centre, error = _independent_normal(first, second)
        variance, correlation = independent, np.full_like(difference, np.nan)
    else:
        centre, error = _paired_normal(first, second, products, lesser)
        difference = (first.total - second.total) / first.runs  # exact where the means round
        variance = _paired_variance(first, second, products)
        correlation = _correlation(first, second, products)
    return Differences(
        first=np.broadcast_to(first.mean, difference.shape),
        second=np.broadcast_to(second.mean, difference.shape),
        difference=difference,
        standard_error=np.sqrt(variance),
        independent_error=np.sqrt(independent),
        correlation=correlation,
        lower=np.maximum(centre - reach * error, -first.range_),
        upper=np.minimum(centre + reach * error, first.range_),
        runs=np.broadcast_to(first.runs, difference.shape),
        paired=products is not None,
        level=level,
        method=INDEPENDENT if products is None else PAIRED,
    )


def ratios_of(
    first: Sums, second: Sums, products: Counts | None, lesser: Counts | None, level: float
) -> Ratios:
    """Divide two numbers; arguments as in `differences_of`."""
    reach = normal_reach(level)
    known = (first.mean > 0) & (second.mean > 0)
    one, other = (np.where(known, side.mean, 1.0) for side in (first, second))
    if products is None or lesser is None:
        sides = ((first.with_extremes(), one), (second.with_extremes(), other))
        variance = sum((side.variance / mean**2 for side, mean in sides), np.zeros_like(one))
    else:
        squares = first.squares / one**2 + second.squares / other**2 - 2 * products / (one * other)
        typical = _typical(first, second, products, lesser)
        more = np.maximum(squares, 0.0) + 2 * typical**2 / (one * other)
        variance = more / (first.runs + 2.0) ** 2
    factor = np.exp(reach * np.sqrt(variance))
    ratio = np.where(known, one / other, np.nan)
    return Ratios(
        ratio=ratio,
        lower=np.where(known, ratio / factor, 0.0),
        upper=np.where(known, ratio * factor, np.inf),
        paired=products is not None,
        level=level,
    )


def _typical(first: Sums, second: Sums, products: Counts, lesser: Counts) -> Floats:
    squares = first.squares + second.squares - 2 * products
    apart = first.total + second.total - 2 * lesser
    return typical_difference(squares, apart, first.range_)


def typical_difference(squares: Counts, apart: Counts, range_: int) -> Floats:
    """Return how much pairs that differ typically differ: the root mean square of the differences.

    Taken over apart^2 / squares pairs (as many as differ, if all differ alike) and one more that
    differs by the whole range, without which few and small differences would be trusted too much.
    """
    alike = apart**2 / np.maximum(squares, 1)
    return np.asarray(np.sqrt((squares + float(range_) ** 2) / (alike + 1.0)))


def _independent_normal(first: Sums, second: Sums) -> tuple[Floats, Floats]:
    one, other = first.with_extremes(), second.with_extremes()
    return one.mean - other.mean, np.sqrt(one.variance + other.variance)


def _paired_normal(
    first: Sums, second: Sums, products: Counts, lesser: Counts
) -> tuple[Floats, Floats]:
    squares = first.squares + second.squares - 2 * products
    apart = first.total + second.total - 2 * lesser
    return paired_normal(first.total - second.total, squares, apart, first.runs, first.range_)


def paired_normal(
    total: Counts, squares: Counts, apart: Counts, runs: Counts, range_: int
) -> tuple[Floats, Floats]:
    """Return centre and standard error of a mean paired difference with two more pairs.

    `total`, `squares` and `apart` are the sums of the differences, of their squares and of their
    sizes over the `runs` pairs; no difference is larger than `range_`.
    """
    typical = typical_difference(squares, apart, range_)
    more = runs + 2
    centre = total / more
    return centre, np.sqrt(np.maximum((squares + 2 * typical**2) / more - centre**2, 0.0) / more)


def _paired_variance(first: Sums, second: Sums, products: Counts) -> Floats:
    squares = first.squares + second.squares - 2 * products
    return variance_of_mean(first.runs, first.total - second.total, squares, first.range_)


def _correlation(first: Sums, second: Sums, products: Counts) -> Floats:
    covariance = products / first.runs - first.mean * second.mean
    scale = first.runs * np.sqrt(first.variance * second.variance)
    some = scale > 0
    ratio = np.where(some, covariance / np.where(some, scale, 1.0), np.nan)
    return np.asarray(np.clip(ratio, -1.0, 1.0))


def variance_of_mean(runs: ArrayLike, total: ArrayLike, squares: ArrayLike, range_: int) -> Floats:
    """Return the variance of a mean over runs, from the sums of their numbers and of the squares.

    No number is larger than `range_`; a variance of which only rounding is left is 0. The spread is
    that of the runs seen, divided by their number n and not by n - 1. For a share this is
    S (1 - S) / n, Greenwood's variance, and the days kept are a sum of such shares, so what is said
    about curves, means and differences agrees. On average it is too small by 1/n of itself;
    intervals of differences make up for that, and for more, with invented runs.
    """
    count = np.asarray(runs)
    variance = np.asarray(squares) / count - (np.asarray(total) / count) ** 2
    return np.asarray(np.where(variance > _ROUNDING * range_**2, variance, 0.0) / count)
