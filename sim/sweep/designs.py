"""Designs of experiments: which points of a space are worth running, one class each.

A design stands in `DESIGNS`, states its options as fields and writes two methods: `count`, how
many points it will ask for, and `points`. `tests/unit/sweep/test_designs.py` holds every
design to the same contract. Reading, checks, the schema and the docs follow from the class.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from sim.parameters import Section
from sim.sweep.space import Row, Space
from sim.sweep.spreads import Spread

MOST_POINTS = 1_000_000
LARGEST_POWER = 2**19
"""The largest power of two that is no more than `MOST_POINTS`."""
LARGEST_SEED = 2**64 - 1


def option(default: int, bounds: tuple[int, int], meaning: str) -> Any:
    """Declare an option of a design: a whole number within bounds."""
    return Field(default=default, ge=bounds[0], le=bounds[1], description=meaning)


class Options(Section):
    """What can be chosen about a design: nothing, unless it says so."""


class Design(ABC):
    """A way to choose points, such as ``LatinHypercube(points=500)``."""

    name: ClassVar[str]
    summary: ClassVar[str]
    options_model: ClassVar[type[Section]] = Options
    steps_through_values: ClassVar[bool] = True

    def __init__(self, **options: Any) -> None:
        self.options: Any = self.options_model(**options)

    @property
    def seed(self) -> int:
        """The seed of its draws; 0 for a design that draws nothing."""
        return getattr(self.options, "seed", 0)

    @abstractmethod
    def count(self, space: Space) -> int:
        """Return how many rows `points` will give."""

    @abstractmethod
    def points(self, space: Space, seed: int) -> Iterator[Row]:
        """Yield the rows in order; a row may come more than once. Equal seeds give equal rows."""

    def objection(self) -> tuple[str, str] | None:
        """Return the option that does not fit and what is wrong with it; None if all fit."""
        return None

    def refusal(self, spread: Spread) -> str:
        """Say why a factor cannot have this spread here; empty if it can."""
        if not self.steps_through_values or spread.levels() is not None:
            return ""
        return f"the design {self.name} steps through single values; {spread.remedy}"


class Grid(Design):
    """Every value of every factor with every value of all others."""

    name = "grid"
    summary = "every combination of the values; the last factor changes fastest"

    def count(self, space: Space) -> int:
        """Return the product of the numbers of values."""
        return prod(len(_levels(spread)) for spread in space.spreads)

    def points(self, space: Space, seed: int) -> Iterator[Row]:
        """Yield all combinations; the seed has no part in it."""
        return map(space.row, product(*map(_levels, space.spreads)))


class OneAtATime(Design):
    """The base, and each value of each factor with everything else as in the base."""

    name = "one_at_a_time"
    summary = "the base, then each value of each factor alone, the others as in the base"

    def count(self, space: Space) -> int:
        """Return one more than the number of values of all factors."""
        return 1 + sum(len(_levels(spread)) for spread in space.spreads)

    def points(self, space: Space, seed: int) -> Iterator[Row]:
        """Yield the base and its variations; the seed has no part in it."""
        yield space.base
        for column, spread in zip(space.free, space.spreads, strict=True):
            for value in _levels(spread):
                yield space.varied({column: value})


class PointsOptions(Options):
    """Where the points stand."""

    file: str | None = Field(
        default=None, min_length=1, description="A CSV file, relative to this one."
    )
    table: str | None = Field(default=None, description="The CSV table itself, after table: |.")


class Points(Design):
    """The rows of a table, whose columns the factors hold as lists."""

    name = "points"
    summary = "the rows of a CSV table whose header names the factors"
    options_model = PointsOptions

    def objection(self) -> tuple[str, str] | None:
        """Refuse anything but one table."""
        given = [name for name in ("file", "table") if getattr(self.options, name) is not None]
        if len(given) == 1:
            return None
        return (
            "file",
            "is needed, such as file: my_points.csv" if not given else "goes without table",
        )

    def count(self, space: Space) -> int:
        """Return the number of rows."""
        return len(_levels(space.spreads[0]))

    def points(self, space: Space, seed: int) -> Iterator[Row]:
        """Yield the first value of all factors, then the second, and so on."""
        return map(space.row, zip(*map(_levels, space.spreads), strict=True))


class Draws(Options):
    """Options of every design that draws."""

    seed: int = option(1, (0, LARGEST_SEED), "Seed of the draws; another seed, other points.")


class Sampled(Design):
    """A design that draws: a sample of the unit cube, stretched by the factors' spreads."""

    steps_through_values = False

    @abstractmethod
    def shares(self, dimensions: int, seed: int) -> np.ndarray:
        """Return the sample: one row per point and one column per free factor, from 0 to 1."""

    def points(self, space: Space, seed: int) -> Iterator[Row]:
        """Yield the sample, each share turned into the factor's value at it."""
        shares = self.shares(len(space.free), seed)
        columns = [
            spread.quantiles(column) for spread, column in zip(space.spreads, shares.T, strict=True)
        ]
        return map(space.row, zip(*columns, strict=True))


class LatinHypercubeOptions(Draws):
    """Options of a Latin hypercube."""

    points: int = option(100, (1, MOST_POINTS), "How many points.")


class LatinHypercube(Sampled):
    """Random points, one in each of as many equal layers of every factor (McKay et al. 1979)."""

    name = "latin_hypercube"
    summary = "random points that cover the range of each factor evenly"
    options_model = LatinHypercubeOptions

    def count(self, space: Space) -> int:
        """Return the number asked for."""
        return int(self.options.points)

    def shares(self, dimensions: int, seed: int) -> np.ndarray:
        """Draw with SciPy."""
        from scipy.stats.qmc import LatinHypercube as Sampler

        sampler = Sampler(dimensions, rng=np.random.default_rng(seed))
        return np.asarray(sampler.random(self.options.points))


class SobolOptions(Draws):
    """Options of a Sobol sequence."""

    points: int = option(128, (1, LARGEST_POWER), "How many points, a power of two.")


class Sobol(Sampled):
    """A scrambled Sobol sequence: more points of the same seed begin with the fewer."""

    name = "sobol"
    summary = "points of a scrambled Sobol sequence, which fill the space of all factors evenly"
    options_model = SobolOptions

    def count(self, space: Space) -> int:
        """Return the number asked for."""
        return int(self.options.points)

    def objection(self) -> tuple[str, str] | None:
        """Refuse numbers at which the sequence is not balanced."""
        asked = int(self.options.points)
        below = 1 << (asked.bit_length() - 1)
        if asked == below:
            return None
        return "points", f"must be a power of two, such as {below} or {2 * below}"

    def shares(self, dimensions: int, seed: int) -> np.ndarray:
        """Draw with SciPy."""
        from scipy.stats.qmc import Sobol as Sampler

        sampler = Sampler(dimensions, scramble=True, rng=np.random.default_rng(seed))
        return np.asarray(sampler.random(self.options.points))


class MorrisOptions(Draws):
    """Options of Morris's screening."""

    trajectories: int = option(20, (1, MOST_POINTS), "How many walks.")
    levels: int = option(4, (2, 100), "Levels of each factor, an even number.")


class Morris(Sampled):
    """Walks that change one factor at a time from random starts (Morris 1991).

    For screening: the changes of an outcome along a walk are the elementary effects of the factors.
    """

    name = "morris"
    summary = "random walks that change one factor at a time, to screen many factors"
    options_model = MorrisOptions

    def count(self, space: Space) -> int:
        """Return the trajectories times one more than the free factors."""
        return int(self.options.trajectories) * (len(space.free) + 1)

    def objection(self) -> tuple[str, str] | None:
        """Refuse an odd number of levels."""
        return ("levels", "must be an even number, such as 4") if self.options.levels % 2 else None

    def shares(self, dimensions: int, seed: int) -> np.ndarray:
        """Draw with SALib, which gets a generator because it takes the seed 0 for none."""
        from SALib.sample.morris import sample

        asked, generator = self.options, np.random.default_rng(seed)
        problem, walks = unit_cube(dimensions), asked.trajectories
        shares = sample(problem, walks, num_levels=asked.levels, seed=generator)
        steps = asked.levels - 1
        return np.asarray(np.clip(np.rint(shares * steps) / steps, 0, 1))


class SaltelliOptions(Draws):
    """Options of the design for Sobol' indices."""

    samples: int = option(256, (2, LARGEST_POWER), "How many pairs of points, a power of two.")


class Saltelli(Sampled):
    """Pairs of points that exchange one factor at a time, for Sobol' indices.

    Each sample of two Sobol points A and B becomes A, then A with the first factor of B, with the
    second of B and so on, and at last B. More samples of the same seed begin with the fewer.
    Source: Saltelli et al. 2010, doi 10.1016/j.cpc.2009.09.018.
    """

    name = "saltelli"
    summary = "pairs of points that exchange one factor at a time, to share variance out (Sobol')"
    options_model = SaltelliOptions

    def count(self, space: Space) -> int:
        """Return the samples times two more than the free factors."""
        return int(self.options.samples) * (len(space.free) + 2)

    def objection(self) -> tuple[str, str] | None:
        """Refuse numbers at which the sequence is not balanced."""
        objection = Sobol(points=self.options.samples).objection()
        return ("samples", objection[1]) if objection else None

    def shares(self, dimensions: int, seed: int) -> np.ndarray:
        """Draw with SALib, which gets a generator because it takes the seed 0 for none."""
        from SALib.sample.sobol import sample

        problem = unit_cube(dimensions)
        generator = np.random.default_rng(seed)
        asked = self.options.samples
        return np.asarray(sample(problem, asked, calc_second_order=False, seed=generator))


DESIGNS: dict[str, type[Design]] = {
    design.name: design
    for design in (Grid, OneAtATime, LatinHypercube, Sobol, Morris, Saltelli, Points)
}
"""All designs by name, in the order of the docs."""


def unit_cube(dimensions: int) -> dict[str, Any]:
    """Return the unit cube in so many dimensions, as SALib wants to be told of it."""
    return {
        "num_vars": dimensions,
        "names": [str(place) for place in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }


def _levels(spread: Spread) -> tuple[Any, ...]:
    levels = spread.levels()
    assert levels is not None, "a distribution in a design that steps through values"
    return levels
