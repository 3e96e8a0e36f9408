"""The space that a design spans: the factors, where they start and which of them move together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.sweep.spreads import Spread
from sim.sweep.targets import Target, Value

Row = tuple[Value, ...]
"""One value for every factor."""


@dataclass(frozen=True)
class Follows:
    """The values of another factor: `leader` is its column."""

    leader: int


@dataclass(frozen=True)
class Factor:
    """Something that is varied: a value of the base scenario, and how it spreads."""

    target: Target
    spread: Spread | Follows


@dataclass(frozen=True)
class Space:
    """All factors of a study, in order. Those that follow none are `free`."""

    factors: tuple[Factor, ...]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Path of each factor."""
        return tuple(factor.target.path for factor in self.factors)

    @cached_property
    def base(self) -> Row:
        """The values of the base scenario."""
        return tuple(factor.target.base for factor in self.factors)

    @cached_property
    def free(self) -> tuple[int, ...]:
        """Columns of the factors that have a spread of their own."""
        return tuple(i for i, factor in enumerate(self.factors) if _is_free(factor))

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """Spreads of the free factors."""
        return tuple(
            factor.spread for factor in self.factors if not isinstance(factor.spread, Follows)
        )

    def row(self, chosen: Sequence[Value]) -> Row:
        """Return a row from one value for each free factor."""
        return tuple(chosen[place] for place in self._sources)

    def varied(self, changes: Mapping[int, Value]) -> Row:
        """Return the base with the values of some columns changed; what follows them moves along.

        A follower that is changed itself keeps its own change.
        """
        moved = {
            column: changes[factor.spread.leader]
            for column, factor in enumerate(self.factors)
            if isinstance(factor.spread, Follows) and factor.spread.leader in changes
        }
        known = moved | dict(changes)
        return tuple(known.get(column, value) for column, value in enumerate(self.base))

    @cached_property
    def _sources(self) -> tuple[int, ...]:
        """For each column, the place among the free factors from which it takes its value."""
        leaders = (
            factor.spread.leader if isinstance(factor.spread, Follows) else column
            for column, factor in enumerate(self.factors)
        )
        return tuple(self.free.index(leader) for leader in leaders)


def _is_free(factor: Factor) -> bool:
    return not isinstance(factor.spread, Follows)
