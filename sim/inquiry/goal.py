"""A goal in words, such as ``survival_365 > 0.5 and share_settles >= 0.1``.

    goal        either ("or" either)*
    either      part ("and" part)*
    part        "(" goal ")" | comparison
    comparison  column (">" | ">=" | "<" | "<=") number

Nothing else is understood, and nothing is ever executed. Mistakes are shown with their place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.scenario.words import closest, printable

LONGEST = 500
DEEPEST = 20
_WORD = re.compile(
    r"\s*(?:(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))"
    r"|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>>=|<=|>|<|\(|\)))"
)
_COMPARE = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}
_EXAMPLE = "survival_365 > 0.5"

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Comparison:
    """One column against one number; `sign` is one of > >= < <=."""

    column: str
    sign: str
    number: float

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def met(self, values: Mapping[str, Any]) -> Bools:
        """Return where it holds; `values` has an array for each column. nan never meets a goal."""
        return np.asarray(_COMPARE[self.sign](np.asarray(values[self.column], float), self.number))

    def __str__(self) -> str:
        return f"{self.column} {self.sign} {self.number:g}"


@dataclass(frozen=True)
class Combined:
    """Several goals joined by "and" or by "or"."""

    word: str
    parts: tuple[Goal, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, each once, in the order of the text."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.columns))

    def met(self, values: Mapping[str, Any]) -> Bools:
        """Return where it holds; see `Comparison.met`."""
        each = [part.met(values) for part in self.parts]
        return np.asarray((np.all if self.word == "and" else np.any)(each, axis=0))

    def __str__(self) -> str:
        texts = [f"({part})" if isinstance(part, Combined) else str(part) for part in self.parts]
        return f" {self.word} ".join(texts)


Goal = Comparison | Combined


def read_goal(text: str, columns: Collection[str]) -> Goal:
    """Return the goal that a text states about some of the columns.

    Errors: `UsageError` that shows the place of what is not understood.
    """
    if len(text) > LONGEST:
        raise UsageError(f"a goal has at most {LONGEST} characters, such as {_EXAMPLE}")
    reader = _Reader(text, columns)
    goal = reader.goal()
    if reader.kind:
        raise reader.error("here, and, or, or the end was expected")
    return goal


class _Reader:
    """Reads a goal word by word; `kind` is "number", "name", "sign" or "" at the end."""

    def __init__(self, text: str, columns: Collection[str]) -> None:
        self.text, self.columns = text, columns
        self.end, self.depth = 0, 0
        self.kind, self.word, self.start = "", "", 0
        self.advance()

    def advance(self) -> None:
        rest = self.text[self.end :]
        found = _WORD.match(rest)
        self.start = self.end + len(rest) - len(rest.lstrip())
        if found:
            self.kind, self.word = str(found.lastgroup), found[0].strip()
            self.end += found.end()
        elif rest.strip():
            self.word = rest.split()[0]
            raise self.error("this is neither a column, a comparison nor a number")
        else:
            self.kind, self.word = "", ""

    def goal(self) -> Goal:
        return self.joined("or", lambda: self.joined("and", self.part))

    def joined(self, word: str, read: Any) -> Goal:
        parts = [read()]
        while self.kind == "name" and self.word.lower() == word:
            self.advance()
            parts.append(read())
        return parts[0] if len(parts) == 1 else Combined(word, tuple(parts))

    def part(self) -> Goal:
        if self.word != "(":
            return self.comparison()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error("brackets lie too deep within each other")
        self.advance()
        goal = self.goal()
        self.take(")", "here, and, or, or a closing bracket was expected")
        self.depth -= 1
        return goal

    def comparison(self) -> Comparison:
        if self.kind != "name":
            raise self.error(f"a column was expected here, as in {_EXAMPLE}")
        if self.word not in self.columns:
            raise self.error(f"there is no column {printable(self.word)}{self.known()}")
        column = self.word
        self.advance()
        if self.word not in _COMPARE:
            raise self.error(f"one of > >= < <= was expected after {column}")
        sign = self.word
        self.advance()
        if self.kind != "number":
            raise self.error("a number was expected here, such as 0.5; shares lie between 0 and 1")
        number = float(self.word)
        self.advance()
        return Comparison(column, sign, number)

    def take(self, word: str, otherwise: str) -> None:
        if self.word != word:
            raise self.error(otherwise)
        self.advance()

    def known(self) -> str:
        match = closest(self.word, self.columns)
        return f"; did you mean {match}?" if match else f"; there are {', '.join(self.columns)}"

    def error(self, what: str) -> UsageError:
        before = printable(self.text[: self.start], LONGEST)
        after = printable(self.text[self.start :], LONGEST)
        return UsageError(f"the goal is not understood: {what}\n  {before}{after}\n  "
                          f"{' ' * len(before)}^")  # fmt: skip
