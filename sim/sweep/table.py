"""Points from a CSV table: the header names the factors, each further row is a point."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Problem
from sim.scenario import Scenario
from sim.scenario.overrides import parse_path
from sim.scenario.scalars import resolve
from sim.scenario.source import NoTextError, read_text
from sim.scenario.tree import Place, Scalar
from sim.scenario.words import printable_path
from sim.sweep.designs import MOST_POINTS
from sim.sweep.space import Factor
from sim.sweep.spreads import Listed
from sim.sweep.targets import Target, Value, find_target

MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Table:
    """The cells of a table and where it starts; a cell's column in messages counts cells."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    start: Place

    def place(self, line: int, column: int) -> Place:
        """Return the place of a cell: `line` of the text from 1, `column` from 0."""
        return Place(self.start.file, self.start.line + line - 1, column + 1, self.start.layer)


def read_file(written: str, study: Path, place: Place) -> tuple[Table | None, list[Problem]]:
    """Read the table in a file that is named relative to the study."""
    path = Path(os.path.normpath(study.parent / written))
    shown = printable_path(path)
    try:
        text = read_text(path, "table", MOST_BYTES)
    except NoTextError as fault:
        if fault.line:
            return None, [Place(shown, fault.line, fault.column, shown).problem((), fault.what)]
        return None, [place.problem(("design", "file"), f"cannot read {shown}: {fault.what}")]
    return read_cells(text, Place(shown, 1, 1, shown))


def read_cells(text: str, start: Place) -> tuple[Table | None, list[Problem]]:
    """Split text into cells; `start` is the place of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        line = start.line + reader.line_num - 1
        problem = Place(start.file, line, 1, start.layer).problem((), f"cannot be read: {error}")
        return None, [problem]
    what = _unsuitable(rows)
    if what:
        return None, [start.problem((), what)]
    table = Table([cell.strip() for cell in rows[0][1]], rows[1:], start)
    problems = list(_ragged(table))
    return (None, problems) if problems else (table, [])


def _unsuitable(rows: list[tuple[int, list[str]]]) -> str:
    if not rows:
        return (
            "is empty; the first row names the factors, such as brokers.0.leverage,groups.0.funding"
        )
    if len(rows[0][1]) == 1 and ";" in rows[0][1][0]:
        return "separates its cells by semicolons; save it with commas"
    if len(rows) == 1:
        return "has no points below its header"
    if len(rows) > MOST_POINTS + 1:
        return f"has {len(rows) - 1:,} points; at most {MOST_POINTS:,}"
    return ""


def _ragged(table: Table) -> Iterator[Problem]:
    wanted = len(table.header)
    for line, cells in table.rows:
        if len(cells) != wanted:
            what = f"this row has {len(cells)} cells, the header has {wanted}"
            yield table.place(line, 0).problem((), what)


def factors_of(
    table: Table, base: Scenario
) -> tuple[list[Factor], list[dict[Value, Place]], list[Problem]]:
    """Return a factor for every column, where each of its values stands, and what is wrong."""
    factors: list[Factor] = []
    places: list[dict[Value, Place]] = []
    problems: list[Problem] = []
    for column, name in enumerate(table.header):
        target, found = find_target(parse_path(name), table.place(1, column), base)
        problems += found or _repeated(table, column)
        if target:
            values, where, found = _column(table, column, target)
            factors.append(Factor(target, Listed(values)))
            places.append(where)
            problems += found
    return factors, places, problems


def _repeated(table: Table, column: int) -> list[Problem]:
    address = parse_path(table.header[column])
    if address not in map(parse_path, table.header[:column]):
        return []
    return [table.place(1, column).problem(address, "this factor has a column already")]


def _column(
    table: Table, column: int, target: Target
) -> tuple[tuple[Value, ...], dict[Value, Place], list[Problem]]:
    """Read one column; each different cell is checked once, where it first stands."""
    known: dict[str, Value] = {}
    places: dict[Value, Place] = {}
    problems: list[Problem] = []
    for line, cells in table.rows:
        text = cells[column]
        if text not in known:
            try:
                known[text] = target.accepted(_value(text, target))
            except ValueError:
                known[text] = target.base
                problems += target.problems(_cell(text, target, table.place(line, column)))
            if target.is_tied:
                places.setdefault(known[text], table.place(line, column))
    return tuple(known[cells[column]] for _, cells in table.rows), places, problems


def _value(text: str, target: Target) -> object:
    return text if target.kind is str and text else resolve(text.strip())


def _cell(text: str, target: Target, place: Place) -> Scalar:
    return Scalar(place, _value(text, target), text.strip(), quoted=target.kind is str)
