"""Tables as text: in aligned columns to be read, and as CSV with exact numbers.

Text from a scenario may begin with =, +, - or @, which spreadsheets execute. Such cells get an
apostrophe in front, which `read_sheet` takes away again. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ResultsError

if TYPE_CHECKING:
    import pandas

_FORMULA = re.compile(r"'*[=+\-@\t\n]")
_LINE_BREAK = re.compile(r"\r\n?")
_WHOLE_BUT_MAY_BE_MISSING = frozenset({"median_day"})


def aligned(rows: Sequence[Sequence[str]], to_the_left: bool = False) -> list[str]:
    """Return rows of as many cells each as lines of aligned columns, without trailing blanks."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    place = str.ljust if to_the_left else str.rjust
    return ["  ".join(map(place, row, widths)).rstrip() for row in rows]


def write_sheet(table: pandas.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8; see `sheet_text`.

    Errors: `OSError` when the disk refuses.
    """
    path.write_bytes(sheet_text(table).encode())


def sheet_text(table: pandas.DataFrame) -> str:
    """Return a table as CSV, without its index; floats in full, missing values empty.

    Every kind of line break in a text becomes a line feed; text with one, or a comma, is quoted.
    """
    harmless = table.copy()
    for name in _text_columns(harmless):
        harmless[name] = harmless[name].map(harmless_text, na_action="ignore")
    return str(harmless.to_csv(index=False, lineterminator="\n"))


def read_sheet(path: Path) -> pandas.DataFrame:
    """Return a table that `write_sheet` wrote, with every number exact to the last bit.

    A column is whole numbers, yes or no, or numbers if all its cells are; otherwise it is text.

    Errors: `ResultsError` when the file is not such a table; `OSError` when it cannot be read.
    """
    import pandas

    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise ResultsError(f"{path} is not a table: its rows differ in length, or there are none.")
    names, *cells = rows
    columns = zip(*cells, strict=True) if cells else [()] * len(names)
    table = {name: _typed(name, list(column)) for name, column in zip(names, columns, strict=True)}
    return pandas.DataFrame(table, columns=names)


def _typed(name: str, cells: list[str]) -> list[object] | pandas.api.extensions.ExtensionArray:
    import pandas

    if name in _WHOLE_BUT_MAY_BE_MISSING:
        return pandas.array([int(cell) if cell else None for cell in cells], dtype="Int64")
    for read in _READERS:
        try:
            return [read(cell) for cell in cells]
        except (KeyError, ValueError):
            continue
    return [original_text(cell) for cell in cells]


def _number(cell: str) -> float:
    return float(cell) if cell else float("nan")


def harmless_text(cell: object) -> object:
    """Return text that a spreadsheet shows instead of executing; anything else unchanged."""
    if not isinstance(cell, str):
        return cell
    text = _LINE_BREAK.sub("\n", cell)
    return f"'{text}" if _FORMULA.match(text) else text


def original_text(cell: object) -> object:
    """Undo `harmless_text`, but for the kind of line breaks."""
    is_marked = isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell)
    return str(cell)[1:] if is_marked else cell


_READERS: tuple[Callable[[str], object], ...] = (
    int,
    {"True": True, "False": False}.__getitem__,
    _number,
)


def _text_columns(table: pandas.DataFrame) -> list[str]:
    return list(table.select_dtypes(exclude=["number", "bool"]).columns)
