"""Other parameters: a table of vectors, and how answers fare under each.

The numbers that are the same in every conflict are not known. A table of vectors, one row each,
with a column for each parameter, says which values are worth considering; an answer that holds
under most of them is worth more than one that holds under the default alone.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import ScenarioError, UsageError
from sim.inquiry.changes import Answer, Changes, Inverse, Trials
from sim.inquiry.lever import in_words
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.scenario.words import printable

if TYPE_CHECKING:
    import pandas

MOST_BYTES = 50_000_000
RUNS = 500
GLOBAL = "model"

Value = int | float | bool


@dataclass(frozen=True)
class Vectors:
    """Parameter vectors: paths, one row of values for each vector, and columns left unused."""

    paths: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    unused: tuple[str, ...]
    name: str

    def applied(self, case: Scenario, row: int) -> Scenario:
        """Return a scenario with the values of one vector.

        Errors: `UsageError` naming the row and what the scenario refuses.
        """
        try:
            return case.with_(**dict(zip(self.paths, self.rows[row], strict=True)))
        except ScenarioError as error:
            what = error.problems[0]
            raise UsageError(f"{self.name}, row {row + 2}: {what.path}: {what.what}") from None


def read_vectors(path: Path) -> Vectors:
    """Read a CSV file whose header names parameters, such as ``model.stick`` or ``stick``.

    Columns that name no parameter, such as a weight, are left unused.

    Errors: `UsageError` that names the place of what cannot be read.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is too large for a table of parameters")
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, csv.Error):
        raise UsageError(
            f"{path} is no table of parameters: a CSV file whose first row names them is needed, "
            "such as model.stick,model.carrot"
        ) from None
    return _of_cells(path, [cell.strip() for cell in header], rows)


def _of_cells(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Vectors:
    kinds = {f"{each.section}.{each.name}": each.type for each in parameters()}
    paths = [_path_of(name, kinds) for name in header]
    used = [place for place, known in enumerate(paths) if known]
    if not used or not rows:
        raise UsageError(
            f"{path} names no parameter in its first row, or has no row below it; columns are "
            "named such as model.stick (truce explain parameters lists them)"
        )
    names = tuple(paths[place] for place in used)
    if len(set(names)) < len(names):
        raise UsageError(f"{path} names a parameter in two columns")
    read = []
    for line, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise UsageError(
                f"{path}, row {line}: it has {len(row)} cells, the first row {len(header)}"
            )
        read.append(tuple(_cell(path, line, paths[at], row[at], kinds) for at in used))
    unused = tuple(printable(name) for name, known in zip(header, paths, strict=True) if not known)
    return Vectors(names, tuple(read), unused, str(path))


def _path_of(name: str, kinds: dict[str, str]) -> str:
    """Return the path of a parameter of the whole conflict; "" if the name is none.

    Parameters of actors belong to the scenario; those of lists are left out.
    """
    path = name if "." in name else f"{GLOBAL}.{name}"
    return path if path in kinds and path.split(".")[0] not in ("groups", "brokers") else ""


def _cell(path: Path, line: int, name: str, cell: str, kinds: dict[str, str]) -> Value:
    text = cell.strip()
    try:
        if kinds[name] == "bool":
            return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
        value = float(text)
        if not np.isfinite(value) or (kinds[name] == "int" and not value.is_integer()):
            raise ValueError
    except (KeyError, ValueError):
        raise UsageError(
            f"{path}, row {line}: {name} is {printable(cell) or 'empty'}, not a "
            f"{ {'bool': 'yes or no', 'int': 'whole number'}.get(kinds[name], 'number') }"
        ) from None
    return int(value) if kinds[name] == "int" else value


def robustness(inverse: Inverse, vectors: Vectors, seed: int, runs: int = RUNS) -> pandas.DataFrame:
    """Return how the truce as it is, and each answer, fare under all vectors.

    Columns: change, vectors, `share_meeting`, the share of the vectors under which the goal is met,
    and `q05`, `q50`, `q95` of the number aimed at over the vectors. All meet the same luck.

    Errors: `UsageError` when the scenario refuses a vector.
    """
    import pandas

    named = answers_to_try(inverse)
    cases = [vectors.applied(inverse.case, row) for row in range(len(vectors.rows))]
    trials = [Trials(inverse.aim.followed(case), inverse.aim, runs, seed) for case in cases]
    rows = []
    for name, changes in named:
        values = np.array([trial(changes).value for trial in trials])
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        rows.append(
            {
                "change": name,
                "vectors": len(values),
                "share_meeting": float(np.mean([inverse.aim.met(value) for value in values])),
                "q05": low,
                "q50": middle,
                "q95": high,
            }
        )
    return pandas.DataFrame(rows)


def answers_to_try(inverse: Inverse) -> list[tuple[str, Changes]]:
    """Return the changes that are tried under other parameters, each with its name."""
    named: list[tuple[str, Changes]] = [("nothing changed", {})]
    answers: list[Answer] = [answer for answer in inverse.alone if answer.reaches]
    if inverse.together:
        answers.append(inverse.together)
    named += [(in_words(answer.changes), answer.changes) for answer in answers]
    return [*named, ("all that help alone, together", inverse.everything.changes)]
