"""Numbers as a report writes them: rounded honestly, with their unit, with their limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

SPACE = "\u00a0"  # keeps a number and its unit on one line
NONE = "–"


def percent(share: float) -> str:
    """Return a share with one decimal; what is not nothing, or not all, is not shown as such."""
    if 0.0 < share < 0.0005:
        return f"<0.1{SPACE}%"
    if 0.9995 < share < 1.0:
        return f">99.9{SPACE}%"
    return f"{100.0 * share:.1f}{SPACE}%"


def in_percent(share: float) -> str:
    """Return a share in percent, for a table whose caption names the unit."""
    return percent(share).removesuffix(f"{SPACE}%")


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points, with its sign."""
    return signed(100.0 * difference)


def signed(number: float, decimals: int = 1) -> str:
    """Return a number with a sign that is a minus, not a hyphen; nothing rounds to minus zero."""
    text = f"{number:+.{decimals}f}"
    if float(text) == 0.0:
        return f"{0:.{decimals}f}"
    return text.replace("-", "−")


def mean_days(days: float) -> str:
    """Return a mean of days with one decimal."""
    return f"{days:,.1f}"


def day(number: Any) -> str:
    """Return the number of a day; a dash where there is none."""
    return NONE if is_missing(number) else f"day{SPACE}{int(number):,}"


def shares_between(lower: float, upper: float) -> str:
    """Return limits of a share."""
    return f"{100 * lower:.1f} to {100 * upper:.1f}{SPACE}%"


def between_in_percent(lower: float, upper: float) -> str:
    """Return limits of a share in percent, for a table whose caption names the unit."""
    return shares_between(lower, upper).removesuffix(f"{SPACE}%")


def days_between(lower: float, upper: float) -> str:
    """Return limits of a mean of days."""
    return f"{lower:,.1f} to {upper:,.1f}"


def signed_between(lower: float, upper: float) -> str:
    """Return limits of a difference."""
    return f"{signed(lower)} to {signed(upper)}"


def median_between(lower: Any, upper: Any) -> str:
    """Return the limits of a median, either of which may lie beyond the horizon."""
    first = "not reached" if is_missing(lower) else f"{int(lower):,}"
    last = "not reached" if is_missing(upper) else f"{int(upper):,}"
    return first if first == last == "not reached" else f"{first} to {last}"


def with_limits(value: str, limits: str) -> str:
    """Return a value with its limits, which are not broken over lines."""
    return f"{value} ({limits.replace(' ', SPACE)})"


def is_missing(value: Any) -> bool:
    """Is there no value here?"""
    import pandas

    return value is None or value is pandas.NA or value != value


def plain(value: Any) -> str:
    """Return a value of a scenario or a table: 0.5, 30, yes, a name."""
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if is_missing(value):
        return NONE
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", "−") if math.isfinite(value) else NONE
    return "none" if isinstance(value, tuple) and not value else str(value)


def listed(items: Sequence[str]) -> str:
    """Return items with commas and an "and"."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 run", "10,000 runs"."""
    return f"{number:,}{SPACE}{noun}" + ("" if number == 1 else "s")
