"""Sets of parameter vectors, and a scenario under each of their vectors.

The numbers that are the same in every conflict are not known. A set of vectors says which values
are worth considering; a result that holds under most of them is worth more than one that holds
under the default alone. The set that is shipped is the retained one (`sim.validation.retained`);
another is a table with a row for each vector and a column for each parameter.

A result over a set is a band: the middle nine tenths of what its vectors give, each by itself with
the same luck. It is not Monte-Carlo error, and runs of different vectors are never pooled.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import ScenarioError, UsageError
from sim.parameters import SECTIONS, parameters
from sim.scenario import Scenario
from sim.scenario.words import did_you_mean, printable
from sim.sweep.over_vectors import SHARE
from sim.validation.members import beliefs, defaulted
from sim.validation.retained import Retained, retained
from sim.validation.space import calibrated

RETAINED = "retained"
ENDS = ((1 - SHARE) / 2, (1 + SHARE) / 2)

MOST_BYTES = 50_000_000
GLOBAL = "model"

Value = int | float | bool


@dataclass(frozen=True)
class Vectors:
    """Parameter vectors: paths, one row of values for each vector, and columns left unused.

    `name` is "retained", or that of the file they were read from.
    """

    name: str
    paths: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    unused: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def words(self) -> str:
        """The set in words: ``115 retained vectors``."""
        kind = "retained " if self.name == RETAINED else ""
        return f"{len(self):,} {kind}vector{'' if len(self) == 1 else 's'}"

    @property
    def digest(self) -> str:
        """SHA-256 of the paths and all values."""
        return hashlib.sha256(json.dumps([self.paths, self.rows]).encode()).hexdigest()

    def told(self) -> dict[str, Any]:
        """Return what a record of results says of the set they are a band over."""
        return {
            "set": self.name,
            "vectors": len(self),
            "share_of_vectors": SHARE,
            "paths": list(self.paths),
            "digest": self.digest,
        }

    def settable(self, scenario: Scenario) -> tuple[str, ...]:
        """Return the paths that the vectors set in a scenario: those that it leaves at defaults."""
        free = defaulted(scenario)
        return tuple(path for path in self.paths if path in free)

    def changes(self, scenario: Scenario, row: int) -> dict[str, Value]:
        """Return the values that one vector sets in a scenario, by path."""
        free = defaulted(scenario)
        pairs = zip(self.paths, self.rows[row], strict=True)
        given = {path: value for path, value in pairs if path in free}
        believed = beliefs(given, scenario)
        return given | {path: value for path, value in believed.items() if path not in given}

    def under(self, scenario: Scenario) -> list[Scenario]:
        """Return the scenario under each vector.

        A vector takes the place of defaults alone: what the scenario or an override sets stays as
        it was set, and mechanisms that are off stay off.

        Errors: `UsageError` naming the row and what the scenario refuses.
        """
        return [self._under(scenario, row) for row in range(len(self))]

    def _under(self, scenario: Scenario, row: int) -> Scenario:
        try:
            return scenario.with_(**self.changes(scenario, row))
        except ScenarioError as error:
            what = error.problems[0]
            raise UsageError(f"{self.name}, row {row + 2}: {what.path}: {what.what}") from None


def limits(values: Any) -> tuple[Any, Any]:
    """Return the band of values over a set, the vectors in the first dimension."""
    lower, upper = np.quantile(values, ENDS, axis=0)
    return lower, upper


def of_retained(found: Retained) -> Vectors:
    """Return a retained set without what belongs to the population of conflicts."""
    kept = [place for place, quantity in enumerate(calibrated()) if quantity.of_the_model]
    paths = tuple(calibrated()[place].path for place in kept)
    rows = tuple(tuple(map(float, vector)) for vector in found.vectors[:, kept])
    return Vectors(RETAINED, paths, rows)


def read_vectors(name_or_path: str) -> Vectors:
    """Return the set that is shipped, by its name `retained`, or one from a CSV file.

    The first row of a file names parameters, such as ``model.stick`` or ``stick``. Columns that
    name no parameter, such as a weight, are left unused.

    Errors: `UsageError` that names the place of what cannot be read; `ResultsError` when the set
    that is shipped is missing or damaged.
    """
    if name_or_path == RETAINED:
        return of_retained(retained())
    path = Path(name_or_path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is too large for a table of parameters")
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}. Parameters are retained, the set "
            "that is shipped, or a table of vectors as CSV"
        ) from None
    except (ValueError, csv.Error):
        raise UsageError(
            f"{path} is no table of parameters: a CSV file whose first row names them is needed, "
            "such as model.stick,model.carrot"
        ) from None
    return _of_cells(path, [cell.strip() for cell in header], rows)


def _of_cells(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Vectors:
    kinds = {f"{each.section}.{each.name}": each.type for each in parameters()}
    paths = [_path_of(path, name, kinds) for name in header]
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
    return Vectors(str(path), names, tuple(read), unused)


def _path_of(file: Path, name: str, kinds: dict[str, str]) -> str:
    """Return the path of a parameter of the whole conflict; "" if the name is none.

    Parameters of actors belong to the scenario; those of lists are left out.

    Errors: `UsageError` for a name that is spelled as a parameter and is none.
    """
    path = name if "." in name else f"{GLOBAL}.{name}"
    section = path.split(".")[0]
    if path in kinds:
        return path if section not in ("groups", "brokers") else ""
    if "." in name and section in SECTIONS and not any(letter.isspace() for letter in name):
        raise UsageError(
            f"{file} names {printable(name)}, which is no parameter{did_you_mean(name, kinds)}"
        )
    return ""


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
