"""What those who write and keep a truce can change about it: the levers, and what a change costs.

The *distance* of a change is its part of the range of the lever, 1 for a switch; that of several
changes is their sum. It is a measure of how much is asked for, not of money or of politics: whoever
knows better what a change costs should weigh the answers anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.scenario import Scenario
from sim.sweep.targets import written

Value = int | float | bool
OPEN_ENDED = 0


@dataclass(frozen=True)
class Lever:
    """One thing that can be changed: from `base` toward `ends`, within the range `span` wide.

    A switch has one end and no values between.
    """

    name: str
    path: str
    base: Value
    ends: tuple[Value, ...]
    span: float
    is_switch: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return isinstance(self.base, int)

    def at(self, end: Value, fraction: float) -> Value:
        """Return the value a fraction (0..1) of the way to an end; a switch is thrown or not."""
        if self.is_switch:
            return end if fraction > 0 else self.base
        value = self.base + fraction * (end - self.base)
        return round(value) if self.is_whole else float(f"{value:.6g}")

    def distance(self, value: Value) -> float:
        """Return how much of the lever a change to this value takes."""
        if self.is_switch:
            return float(value != self.base)
        return abs(float(value) - float(self.base)) / self.span

    def said(self, value: Value) -> str:
        """Return the change in words: ``truce.term_days 30 -> 0``."""
        return f"{self.path} {written(self.base)} -> {written(_short(value))}"


_RANGES: tuple[tuple[str, str, float, float], ...] = (
    ("monitoring", "truce.monitoring", 0.0, 1.0),
    ("disclosure", "truce.opacity", 0.0, 1.0),
    ("term", "truce.term_days", 7, 365),
    ("number of instalments", "truce.instalments", 1, 24),
    ("days between instalments", "truce.instalment_days", 1, 60),
    ("reliability of releases", "state.delivery_rate", 0.0, 1.0),
)
"""Name, path and range of the levers that can be moved by degrees, besides leverage."""

OF_RELEASES = frozenset({"truce.instalments", "truce.instalment_days", "state.delivery_rate"})


def levers_of(case: Scenario) -> list[Lever]:
    """Return the levers of a truce.

    The leverage is that of the broker who has the most, since the strongest presses. Releases are
    no lever where nobody was promised any; a term can be moved or dropped where there is one.
    """
    return [*_leverage(case), *_by_degrees(case), *_switches(case)]


def _leverage(case: Scenario) -> Iterator[Lever]:
    if case.brokers:
        place = int(np.argmax([broker.leverage for broker in case.brokers]))
        yield _ranged(
            "leverage", f"brokers.{place}.leverage", case.brokers[place].leverage, 0.0, 1.0
        )


def _by_degrees(case: Scenario) -> Iterator[Lever]:
    for name, path, low, high in _RANGES:
        section, field = path.split(".")
        base = getattr(getattr(case, section), field)
        idle = path in OF_RELEASES and case.truce.prisoners_promised == 0
        if not idle and (field, base) != ("term_days", OPEN_ENDED):
            yield _ranged(name, path, base, low, high)


def _switches(case: Scenario) -> Iterator[Lever]:
    truce = case.truce
    if truce.term_days != OPEN_ENDED:
        yield _switch("no term", "truce.term_days", truce.term_days, OPEN_ENDED)
    yield _switch("ratification", "truce.ratified", truce.ratified, not truce.ratified)
    yield _switch("renegotiation", "truce.renegotiate", truce.renegotiate, not truce.renegotiate)


def _ranged(name: str, path: str, base: Value, low: float, high: float) -> Lever:
    low, high = min(low, base), max(high, base)
    return Lever(name, path, base, tuple(end for end in (low, high) if end != base), high - low)


def _switch(name: str, path: str, base: Value, other: Value) -> Lever:
    return Lever(name, path, base, (other,), 1.0, is_switch=True)


def _short(value: Value) -> Value:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def distance_of(changes: Mapping[Lever, Value]) -> float:
    """Return the distance of several changes together."""
    return sum(lever.distance(value) for lever, value in changes.items())


def in_words(changes: Mapping[Lever, Value]) -> str:
    """Return several changes in words."""
    return ", ".join(lever.said(value) for lever, value in changes.items())
