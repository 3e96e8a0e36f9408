"""How the values of a factor spread: single values to step through, or a distribution to draw from.

A spread answers two questions. A design that steps through values asks for its `levels`; a design
that samples asks for the values at shares between 0 and 1 (`quantiles`, the inverse of the
cumulative distribution). Every distribution ends at bounds, so the shares 0 and 1 are values too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.scenario.resolved import yaml_value
from sim.scenario.words import number
from sim.sweep.targets import Value

DIGITS = 12
"""Significant digits of a computed value: 0.3 and not 0.30000000000000004, on every machine."""


class Spread(ABC):
    """The values that a factor can take."""

    def levels(self) -> tuple[Value, ...] | None:
        """Return the values to step through, or None for a distribution."""
        return None

    @abstractmethod
    def quantiles(self, shares: np.ndarray) -> list[Value]:
        """Return the value at each share; `shares` has one dimension and lies within 0 and 1."""

    @abstractmethod
    def statement(self) -> str:
        """Return the spread as it is written in a study."""

    @property
    def remedy(self) -> str:
        """What to write instead where single values are needed."""
        return "write a list of values"


@dataclass(frozen=True)
class Listed(Spread):
    """Values one by one; sampled, each has the same chance."""

    values: tuple[Value, ...]

    def levels(self) -> tuple[Value, ...]:
        """Return all values."""
        return self.values

    def quantiles(self, shares: np.ndarray) -> list[Value]:
        """Return the values at equal steps of the shares."""
        return [self.values[place] for place in _nth(shares, len(self.values))]

    def statement(self) -> str:
        """Return the list."""
        return f"[{', '.join(map(_said, self.values))}]"


@dataclass(frozen=True)
class Range(Spread):
    """Numbers from `low` to `high`: so many equal steps, or anything between, equally likely."""

    low: float
    high: float
    steps: int | None = None
    whole: bool = False

    def levels(self) -> tuple[Value, ...] | None:
        """Return `steps` values with both ends, or None if no steps are given."""
        if self.steps is None:
            return None
        width = (self.high - self.low) / (self.steps - 1)
        between = np.array([self.low + width * step for step in range(1, self.steps - 1)])
        return (self.low, *_numbers(between, self), self.high)

    def quantiles(self, shares: np.ndarray) -> list[Value]:
        """Return uniform values; whole numbers all have the same chance."""
        if self.whole:
            return [int(self.low) + n for n in _nth(shares, int(self.high - self.low) + 1)]
        return _numbers(self.low + (self.high - self.low) * shares, self)

    def statement(self) -> str:
        """Return the range with its steps."""
        steps = f", steps: {self.steps}" if self.steps else ""
        return f"{{from: {_said(self.low)}, to: {_said(self.high)}{steps}}}"

    @property
    def remedy(self) -> str:
        """The same range with steps."""
        return f"add steps, such as {Range(self.low, self.high, 5).statement()}, or write a list"


@dataclass(frozen=True)
class Normal(Spread):
    """The normal distribution of mean `mean` and standard deviation `sd`, cut off at the bounds."""

    mean: float
    sd: float
    low: float
    high: float
    whole: bool = False

    def quantiles(self, shares: np.ndarray) -> list[Value]:
        """Return values of the truncated normal distribution."""
        from scipy.stats import truncnorm

        ends = (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd
        return _numbers(truncnorm.ppf(shares, *ends, loc=self.mean, scale=self.sd), self)

    def statement(self) -> str:
        """Return the distribution with all its numbers."""
        return f"{{normal: {_named(self, 'mean', 'sd', 'low', 'high')}}}"


@dataclass(frozen=True)
class Beta(Spread):
    """The beta distribution with shapes `a` and `b`, stretched to reach from `low` to `high`."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0
    whole: bool = False

    def quantiles(self, shares: np.ndarray) -> list[Value]:
        """Return values of the stretched beta distribution."""
        from scipy.stats import beta

        return _numbers(self.low + (self.high - self.low) * beta.ppf(shares, self.a, self.b), self)

    def statement(self) -> str:
        """Return the distribution with all its numbers."""
        return f"{{beta: {_named(self, 'a', 'b', 'low', 'high')}}}"


@dataclass(frozen=True)
class Choice(Spread):
    """One of several things, each with its weight: a value, or a spread to draw from in turn."""

    options: tuple[Value | Spread, ...]
    weights: tuple[float, ...]

    def quantiles(self, shares: np.ndarray) -> list[Value]:
        """Return the option that each share falls to; a spread gets what is left of the share."""
        ends = np.cumsum(self.weights) / sum(self.weights)
        starts = np.concatenate([[0.0], ends[:-1]])
        last = int(np.flatnonzero(self.weights)[-1])
        picked = np.minimum(np.searchsorted(ends, shares, side="right"), last)
        values: list[Any] = [None] * len(shares)
        for place in set(picked.tolist()):
            where = np.flatnonzero(picked == place)
            rest = (shares[where] - starts[place]) / (ends[place] - starts[place])
            for row, value in zip(where, _drawn(self.options[place], rest), strict=True):
                values[row] = value
        return values

    def statement(self) -> str:
        """Return the options and their weights."""
        options = ", ".join(map(_option, self.options))
        weights = ", ".join(map(_said, self.weights))
        return f"{{choice: [{options}], weights: [{weights}]}}"

    @property
    def remedy(self) -> str:
        """The same values as a list, where there are only values."""
        values = tuple(option for option in self.options if not isinstance(option, Spread))
        if len(values) < len(self.options):
            return "write a list of values"
        return f"write a list, such as {Listed(values).statement()}"


def _drawn(option: Value | Spread, shares: np.ndarray) -> list[Value]:
    if isinstance(option, Spread):
        return option.quantiles(np.clip(shares, 0, 1))
    return [option] * len(shares)


def _option(option: Value | Spread) -> str:
    return option.statement() if isinstance(option, Spread) else _said(option)


def _said(value: Value) -> str:
    return number(value) if isinstance(value, float) else yaml_value(value)


def _nth(shares: np.ndarray, count: int) -> list[int]:
    """Return which of `count` equal parts each share falls into; 2/3 is the start of the third."""
    places = np.floor(shares * count + 1e-9).astype(int)
    return np.clip(places, 0, count - 1).tolist()  # type: ignore[no-any-return]


def _numbers(values: np.ndarray, spread: Range | Normal | Beta) -> list[Value]:
    """Return plain numbers, rounded but never beyond the bounds of the spread."""
    if spread.whole:
        return np.clip(np.rint(values), spread.low, spread.high).astype(int).tolist()  # type: ignore[no-any-return]
    low, high = float(spread.low), float(spread.high)
    return [min(max(float(f"{value:.{DIGITS}g}"), low), high) for value in values.tolist()]


def _named(spread: Spread, *names: str) -> str:
    return f"{{{', '.join(f'{name}: {_said(getattr(spread, name))}' for name in names)}}}"
