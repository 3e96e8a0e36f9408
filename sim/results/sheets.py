"""Tables as CSV: exact numbers, and text that no spreadsheet takes for a formula.

Text from a scenario may begin with =, +, - or @, which spreadsheets execute. Such cells get an
apostrophe in front, which `read_sheet` takes away again. Numbers stay numbers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ResultsError

if TYPE_CHECKING:
    import pandas

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_WHOLE_BUT_MAY_BE_MISSING = {"median_day": "Int64"}


def write_sheet(table: pandas.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8, without its index; floats in full, missing values empty.

    Errors: `OSError` when the disk refuses.
    """
    harmless = table.copy()
    for name in _text_columns(harmless):
        harmless[name] = harmless[name].map(harmless_text, na_action="ignore")
    harmless.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def read_sheet(path: Path) -> pandas.DataFrame:
    """Return a table that `write_sheet` wrote.

    Errors: `ResultsError` when the file is not such a table.
    """
    import pandas

    try:
        table = pandas.read_csv(
            path,
            float_precision="round_trip",
            keep_default_na=False,
            na_values=[""],
            dtype=_WHOLE_BUT_MAY_BE_MISSING,
        )
    except ValueError as error:
        raise ResultsError(f"{path} cannot be read as a table: {error}.") from error
    for name in _text_columns(table):
        table[name] = table[name].map(original_text, na_action="ignore")
    return table


def harmless_text(cell: object) -> object:
    """Return text that a spreadsheet shows instead of executing; anything else unchanged."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def original_text(cell: object) -> object:
    """Undo `harmless_text`."""
    is_marked = isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell)
    return str(cell)[1:] if is_marked else cell


def _text_columns(table: pandas.DataFrame) -> list[str]:
    return list(table.select_dtypes(exclude=["number", "bool"]).columns)
