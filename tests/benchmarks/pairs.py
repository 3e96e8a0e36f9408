"""Two ways to do the same work, timed in turns: A, B, A, B, ..., and compared pair by pair."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """How often the faster way did its work in the time the slower one took, pair by pair."""

    fast: tuple[float, ...]  # seconds per unit of work
    slow: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """The ratio of each pair."""
        return [slow / fast for fast, slow in zip(self.fast, self.slow, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)

    @property
    def spread(self) -> str:
        """The range of the ratios and the number of pairs."""
        low, high = min(self.ratios), max(self.ratios)
        return f"{low:.3g} to {high:.3g} in {len(self.ratios)} pairs"

    def raw(self) -> dict[str, Any]:
        """Return everything as measured."""
        return asdict(self) | {"ratios": self.ratios}


def compared(fast: Callable[[], float], slow: Callable[[], float], pairs: int) -> Comparison:
    """Time two ways in turns; each call does its work and returns seconds per unit of it.

    Both are called once beforehand, unmeasured, so that nothing is compiled or read from disk
    while the clock runs.
    """
    fast()
    slow()
    times = [(fast(), slow()) for _ in range(pairs)]
    return Comparison(tuple(one for one, _ in times), tuple(other for _, other in times))


def core_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of one core that some work takes, whatever else the machine does."""
    before = time.process_time()
    work()
    return time.process_time() - before


def wall_seconds(work: Callable[[], object]) -> float:
    """Return the seconds on the wall that some work takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before
