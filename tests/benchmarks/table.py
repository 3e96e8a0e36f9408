"""Rows of the table of benchmarks, and how they are printed."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

HEADINGS = ("what", "value", "target", "holds?")


@dataclass(frozen=True)
class Target:
    """What a value is held against: at least or at most so much."""

    limit: float
    is_least: bool

    def __str__(self) -> str:
        return f"{'>=' if self.is_least else '<='} {self.limit:g}"

    def holds(self, value: float) -> bool:
        """Is the target met?"""
        compare: Callable[[float, float], bool] = operator.ge if self.is_least else operator.le
        return compare(value, self.limit)


def at_least(limit: float) -> Target:
    """Return a target that larger values meet."""
    return Target(limit, is_least=True)


def at_most(limit: float) -> Target:
    """Return a target that smaller values meet."""
    return Target(limit, is_least=False)


@dataclass(frozen=True)
class Row:
    """One line: what was measured, the value with its unit, and the target if there is one."""

    what: str
    value: float
    unit: str
    note: str = ""
    target: Target | None = None
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def misses(self) -> bool:
        """Is there a target that the value misses?"""
        return self.target is not None and not self.target.holds(self.value)

    def cells(self) -> tuple[str, str, str, str]:
        """Return the row as it is printed."""
        verdict = "" if self.target is None else "below" if self.misses else "yes"
        if self.misses and self.target and not self.target.is_least:
            verdict = "above"
        value = f"{spelled(self.value)} {self.unit}".strip() + (
            f" ({self.note})" if self.note else ""
        )
        return self.what, value, str(self.target or ""), verdict

    def as_json(self) -> dict[str, Any]:
        """Return all of the row in numbers and text."""
        plain = asdict(self) | {"target": str(self.target or ""), "holds": not self.misses}
        return plain if self.target else plain | {"holds": None}


def spelled(value: float) -> str:
    """Return a number with three digits that count, or whole with thousands set apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows: Iterable[Row]) -> str:
    """Return rows as plain text in aligned columns."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
