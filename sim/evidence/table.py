"""A table of text as people keep it: any usual encoding and separator, every row with its line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sim.disk import plain_disk_errors
from sim.errors import Problem, TableError, UsageError

SEPARATORS = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LARGEST_CELL = 10_000_000  # characters; notes in published tables are long


@dataclass(frozen=True)
class Row:
    """The cells of one row, stripped, and the line of the file on which it begins, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The rows of a file under the names of its columns; `notes` say how it had to be read."""

    file: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def place(self, name: str) -> int:
        """Return where a column stands, from 0; capital letters do not matter.

        Errors: `UsageError` when there is no such column, with the names that there are.
        """
        lowered = [each.lower() for each in self.names]
        if name in self.names:
            return self.names.index(name)
        if name.lower() in lowered:
            return lowered.index(name.lower())
        raise UsageError(
            f"{self.file} has no column called {name}; its columns are {', '.join(self.names)}"
        )

    def cell(self, row: Row, name: str) -> str:
        """Return the text of one cell."""
        return row.cells[self.place(name)]

    def problem(self, row: Row, name: str, what: str) -> Problem:
        """Return what is wrong with a cell, with its line, the number of its column and its name.

        Columns count from 1, as the cells of a row do.
        """
        return Problem(self.file, row.line, self.place(name) + 1, name, what)


def read_table(path: Path) -> Table:
    """Read a table whose first row names the columns.

    Errors: `TruceError` when the file cannot be read; `UsageError` when it is no table of text;
    `TableError` with every row that does not fit its header.
    """
    with plain_disk_errors(path, "read"):
        content = path.read_bytes()
    text, notes = decoded(content, path)
    return table_of_text(text, str(path), notes)


def decoded(content: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and a note where its encoding had to be guessed."""
    if content.startswith(_WORKBOOKS):
        raise UsageError(f"{path} is a workbook: save the sheet as CSV (UTF-8) and give that file")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded_as(content, encoding, path), ()
    if b"\0" in content:
        raise UsageError(f"{path} is not a table of text: save it as CSV in UTF-8")
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        guessed = "It is not UTF-8 and was read as Windows-1252: check letters with accents."
        return content.decode("cp1252", errors="replace"), (guessed,)


def table_of_text(text: str, file: str, notes: tuple[str, ...] = ()) -> Table:
    """Return the table that a text holds; see `read_table`."""
    body, separator, skipped = _without_declaration(text)
    separator = separator or separator_of(body)
    rows = rows_of(body, separator, skipped, file)
    if not rows:
        raise UsageError(f"{file} is empty: the first row must name the columns")
    header, *others = rows
    _check_header(header, file)
    _check_widths(header, others, file)
    if not others:
        raise UsageError(f"{file} names its columns but has no rows below them")
    return Table(file, header.cells, tuple(others), notes)


def separator_of(text: str) -> str:
    """Return the separator that cuts the first row into most cells; a comma if none does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    widths = {each: len(next(csv.reader([first], delimiter=each), [])) for each in SEPARATORS}
    return max(SEPARATORS, key=lambda each: widths[each])


def rows_of(text: str, separator: str, skipped: int, file: str) -> list[Row]:
    """Return all rows that are not blank, with the line on which each begins."""
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, line = [], 1 + skipped
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(line, tuple(cell.strip() for cell in cells)))
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        what = f"the row cannot be read ({error}): check its quotation marks"
        raise TableError([Problem(file, line, 1, "", what)]) from None
    return rows


def _decoded_as(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not whole text in {encoding}: save it as UTF-8") from None


def _without_declaration(text: str) -> tuple[str, str | None, int]:
    """Take away a first line such as "sep=;", which some spreadsheets write."""
    first, _, rest = text.partition("\n")
    declared = first.strip().lower()
    if declared.startswith("sep=") and len(declared) == 5:
        return rest, declared[-1], 1
    return text, None, 0


def _check_header(header: Row, file: str) -> None:
    if len(header.cells) == 1:
        raise UsageError(
            f"{file} has a single column: separate the columns by comma, semicolon or tab"
        )
    often = [name for name, times in Counter(header.cells).items() if times > 1 and name]
    problems = [
        Problem(file, header.line, header.cells.index(name) + 1, name, "two columns have this name")
        for name in often
    ]
    if problems:
        raise TableError(problems)


def _check_widths(header: Row, rows: list[Row], file: str) -> None:
    width = len(header.cells)
    problems = [
        Problem(
            file,
            row.line,
            min(len(row.cells), width) + 1,
            "",
            f"{len(row.cells)} cells in a table of {width} columns: put text that holds the "
            "separator in quotation marks",
        )
        for row in rows
        if len(row.cells) != width
    ]
    if problems:
        raise TableError(problems)
