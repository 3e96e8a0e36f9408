"""Dates that are known only in part, as windows of days from the earliest to the latest.

A date may be written 2021-11-09, 2021-11 or 2021; the last two are windows of a month and a year.
A date such as 9/11/2021 is read only when the order of its parts is told, or one of them can only
be the day: nobody can tell 9 November from 11 September otherwise.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Order = Literal["day-first", "month-first"]
ORDERS: tuple[str, ...] = get_args(Order)

UNKNOWN_WORDS = frozenset(
    {"", "na", "n/a", "nan", "nat", "none", "null", "unknown", "unclear", ".", "-", "?"}
)
"""What stands in a cell, whatever its capitals, when nothing is known."""

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ][\d:.+Z-]*)?)?)?")
_PARTS = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?: [\d:.]*)?")
_SHORT_YEAR = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")


@dataclass(frozen=True, order=True)
class Window:
    """The days on which something may have happened: ordinals of `datetime.date`, both included."""

    first: int
    last: int

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last


class DateError(ValueError):
    """A cell that is no date; the message says why, and what to write instead."""


def window_of(text: str, order: Order | None = None) -> Window | None:
    """Return the days that a cell may mean, or None when it says that nothing is known.

    Errors: `DateError` when it is no date, or could be two.
    """
    if text.strip().lower() in UNKNOWN_WORDS:
        return None
    if found := _ISO.fullmatch(text.strip()):
        return window(*(int(part) if part else None for part in found.groups()))
    if found := _PARTS.fullmatch(text.strip()):
        one, _, other, year = found.groups()
        return _in_order(text, int(one), int(other), int(year), order)
    if _SHORT_YEAR.fullmatch(text.strip()):
        raise DateError(f"{text!r} has a year of two digits; write it as 2021-11-09")
    if _SERIAL.fullmatch(text.strip()):
        raise DateError(
            f"{text!r} is the number by which a spreadsheet keeps a date; give the column the "
            "format 2021-11-09 and save again"
        )
    raise DateError(f"{text!r} is no date; write it as 2021-11-09, or 2021-11, or 2021")


def window(year: int | None, month: int | None = None, day: int | None = None) -> Window:
    """Return the days of a year, of a month, or of a day; None for what is not known.

    A day without its month counts as not known.

    Errors: `DateError` when there is no such date.
    """
    if year is None or not 1000 <= year <= 9998:
        raise DateError(f"{year} is no year of four digits")
    if month is None:
        return Window(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
    if not 1 <= month <= 12:
        raise DateError(f"there is no month {month}; write dates as 2021-11-09")
    last = monthrange(year, month)[1]
    if day is None:
        return Window(date(year, month, 1).toordinal(), date(year, month, last).toordinal())
    if not 1 <= day <= last:
        raise DateError(f"there is no day {day} in {year}-{month:02d}")
    only = date(year, month, day).toordinal()
    return Window(only, only)


def _in_order(text: str, one: int, other: int, year: int, order: Order | None) -> Window:
    if order == "day-first" or (order is None and one > 12):
        return window(year, other, one)
    if order == "month-first" or (order is None and other > 12) or one == other:
        return window(year, one, other)
    raise DateError(
        f"{text!r} could be two days; write {year}-{other:02d}-{one:02d} or "
        f"{year}-{one:02d}-{other:02d}, or say --dates day-first or --dates month-first"
    )
