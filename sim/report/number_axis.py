"""Axes of numbers other than days since signing: round ticks, and signs that are real minus signs.

Round numbers are 1, 2 or 5 times a power of ten, or whole multiples of such a step.
"""

from __future__ import annotations

import math

_MINUS = "−"
_LEAST_SPAN = 1e-6  # of the numbers themselves; closer ones count as equal
_TOLERANCE = 1e-9  # of a step; what floating point may be off


def round_step(span: float, most_intervals: int) -> float:
    """Return the smallest round step that cuts `span` into at most so many intervals."""
    if not span > 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / most_intervals))
    steps = (factor * power for factor in (1.0, 2.0, 5.0, 10.0, 20.0))
    return next(step for step in steps if span / step <= most_intervals + _TOLERANCE)


def round_ticks(low: float, high: float, most_intervals: int = 6) -> list[float]:
    """Return round numbers, evenly spaced, from one not above `low` to one not below `high`.

    They make at most two more intervals than asked for. Equal ends are taken apart by one step.
    """
    span = high - low
    step = round_step(span if span > _LEAST_SPAN * max(-low, high) else 0.0, most_intervals)
    first = math.floor(low / step + _TOLERANCE)
    last = max(math.ceil(high / step - _TOLERANCE), first + 1)
    return [_tidy(place * step) for place in range(first, last + 1)]


def decimals_of(step: float) -> int:
    """Return how many decimals numbers on a grid of this step need; 0 for whole ones."""
    return max(0, -math.floor(math.log10(step) + _TOLERANCE)) if step < 1.0 else 0


def signed(number: float, decimals: int = 1) -> str:
    """Return a number with its sign: "+3.4", "−0.2", and "0.0" for what rounds to nothing."""
    rounded = round(number, decimals)
    if rounded == 0:
        return f"{0.0:.{decimals}f}"
    return ("+" if rounded > 0 else _MINUS) + f"{abs(rounded):,.{decimals}f}"


def with_minus(number: float, decimals: int = 1) -> str:
    """Return a number with a real minus sign where it is negative: "3.4", "−0.2"."""
    return signed(number, decimals).removeprefix("+")


def _tidy(number: float) -> float:
    return float(f"{number:.12g}") + 0.0  # no -0.0
