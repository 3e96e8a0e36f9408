"""Words for messages: text of users made safe to print, numbers, close matches."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST_SHOWN = 60


def printable(text: str, longest: int = LONGEST_SHOWN) -> str:
    r"""Return the text on one line, with control characters as ``\x1b`` and long text shortened."""
    start = text[: longest + 1]
    shown = "".join(mark if mark.isprintable() else _escaped(mark) for mark in start)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def printable_path(path: object) -> str:
    """Return a file name made safe to print, in full."""
    return printable(str(path), longest=4096)


def _escaped(mark: str) -> str:
    return mark.encode("unicode_escape").decode("ascii")


def number(value: float) -> str:
    """Return a number without needless decimals: 1 and not 1.0."""
    return str(int(value)) if float(value).is_integer() else repr(value)


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word that is most like `word`, capitals aside; None if none is close."""
    if len(word) > LONGEST_SHOWN:
        return None
    by_lower = {choice.lower(): choice for choice in allowed}
    matches = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else None


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Return the end of a message about an unknown word: the closest allowed, or all of them."""
    choices = list(allowed)
    match = closest(word, choices)
    if match:
        return f"; did you mean {match}?"
    return f"; allowed here: {', '.join(choices)}" if choices else ""
