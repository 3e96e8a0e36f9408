"""The errors of truce-sim, one tree, each with the exit code of the command line.

TruceError                1  something failed
├── UsageError            2  the call is wrong
├── ProblemsError         3  what was read is invalid; carries every problem found
│   ├── ScenarioError     3  a scenario or study
│   └── TableError        3  a table of ceasefires
├── ResultsError          4  results do not match their manifest
└── StoppedError        130  it was stopped from outside; what was finished is kept
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a file: where, what, and how to mend it.

    `line` and `column` count from 1, in a table the columns of the table; 0 means that the problem
    has no place in the file (for instance a value given with ``--set``, or a file that cannot be
    opened).
    """

    file: str
    line: int
    column: int
    path: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place} {self.path}: {self.what}" if self.path else f"{place}: {self.what}"


class TruceError(Exception):
    """Anything that truce-sim reports in a sentence instead of a traceback."""

    exit_code = 1


class UsageError(TruceError):
    """A call that cannot be carried out as written: a wrong option, name or number."""

    exit_code = 2


class ProblemsError(TruceError):
    """A file that breaks the rules; `problems` holds all that was found, in file order."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioError(ProblemsError):
    """A scenario or study that breaks the rules."""


class TableError(ProblemsError):
    """A table of ceasefires with cells that cannot be read."""


class ResultsError(TruceError):
    """Results that are damaged or do not match their manifest."""

    exit_code = 4


class StoppedError(TruceError):
    """Work that was stopped from outside, and can be gone on with."""

    exit_code = 130
