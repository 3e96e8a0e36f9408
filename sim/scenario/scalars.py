"""Single values of YAML 1.2: which Python value a piece of text stands for.

Anything that is not plainly a number, a date, ``true``, ``false`` or ``null`` is text. Look-alikes
(``yes``, ``010``, ``1_000``, ``0,5``, ``50%``) are text too, and `intended` says what was
probably meant.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True} | dict.fromkeys(
    ("false", "False", "FALSE"), False
)
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_DIGITS = 300

Value = None | bool | int | float | str | datetime.date


def resolve(text: str) -> Value:
    """Return the value that unquoted text stands for."""
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _DATE.fullmatch(text):
        return as_date(text) or text
    number = as_number(text)
    return text if number is None else number


def as_number(text: str) -> int | float | None:
    """Return the number that text stands for; None if it is none."""
    if _WHOLE.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return float("nan") if text in _NOT_A_NUMBER else None


def as_date(text: str) -> datetime.date | None:
    """Return the calendar day of text such as 2021-11-09; None if there is no such day."""
    try:
        return datetime.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


_YES = frozenset({"yes", "y", "on"})
_NO = frozenset({"no", "n", "off"})


def intended_boolean(value: object, written: str) -> str | None:
    """Return what someone who wrote this meant where yes or no is expected; None if unclear."""
    word = written.strip().lower()
    if word in _YES or word == "true" or (value == 1 and isinstance(value, int)):
        return "true"
    if word in _NO or word == "false" or (value == 0 and isinstance(value, int)):
        return "false"
    return None


_LOOKALIKES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (
        re.compile(r"[-+]?0[0-9]+(\.[0-9]*)?"),
        lambda text: re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", text),
    ),
    (re.compile(r"0[oO][0-7]{1,20}|0[xX][0-9a-fA-F]{1,20}"), lambda text: str(int(text, 0))),
    (re.compile(r"[-+]?[0-9]+(_[0-9]+)+"), lambda text: text.replace("_", "")),
    (re.compile(r"[-+]?[0-9]+,[0-9]+"), lambda text: text.replace(",", ".")),
    (
        re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?\s?%"),
        lambda text: format(float(text[:-1]) / 100, ".10g"),
    ),
)


def intended_whole_number(value: object, written: str) -> str | None:
    """Return the whole number that someone who wrote this meant, such as 1,000; None if unclear."""
    if re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3})+", written):
        return written.replace(",", "")
    return intended_number(value, written)


def intended_number(value: object, written: str) -> str | None:
    """Return the number that someone who wrote this meant; None if unclear."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    for pattern, mended in _LOOKALIKES:
        if pattern.fullmatch(written):
            return mended(written)
    return None


def intended_date(written: str) -> str | None:
    """Return the date that someone who wrote this meant, such as 2021-1-9; None if unclear."""
    match = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", written)
    if not match:
        return None
    text = "{}-{:0>2}-{:0>2}".format(*match.groups())
    return text if as_date(text) and text != written else None
