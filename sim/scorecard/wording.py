"""How numbers, ranges and aims of the scorecard are spelled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.validation.targets import Part


def aim(part: Part) -> str:
    """Return what a part should be: its name, what the source says, and the tolerance."""
    known = f"{part.name}: {part.value:g}" if part.value is not None else f"{part.name}"
    return f"{known} ({allowed(part.low, part.high)})"


def allowed(low: float | None, high: float | None) -> str:
    """Return a tolerance in words; None is an open end."""
    if low is None or high is None:
        return f"up to {high:g}" if low is None else f"from {low:g}"
    return f"{low:g} to {high:g}"


def number(value: float) -> str:
    """Return a number with three significant digits."""
    return f"{value:.3g}" if np.isfinite(value) else "none"


def span(ends: Sequence[float] | np.ndarray) -> str:
    """Return two ends in words."""
    return " to ".join(number(float(end)) for end in ends)
