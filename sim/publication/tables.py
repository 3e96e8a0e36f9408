"""Tables of numbers as a page shows them: rounded, with plain headings, cut where they are long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.publication.content import Column, Given, Mono, Table, Words
from sim.publication.wording import plain

if TYPE_CHECKING:
    import pandas

MOST_ROWS = 40
MOST_DAYS = 12


def data_table(data: pandas.DataFrame, file: str, caption: Words) -> Table:
    """Return the data of a figure, or any other table that is wholly in `file`, cut to the page."""
    kept = cut(data)
    columns = tuple(
        Column(heading(str(name)), "right" if _is_number(data[name]) else "left") for name in data
    )
    rows = tuple(tuple(cell(value) for value in row) for row in rows_of(kept))
    left_out = len(data) - len(kept)
    rest: Words = ("The same in ", Mono(file), ".")
    if left_out:
        rest = (f"Shown are {len(kept):,} of {len(data):,} rows; all are in ", Mono(file), ".")
    return Table(caption, columns, rows, rest)


def rows_of(table: pandas.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table; its columns are their attributes."""
    yield from table.itertuples(index=False)


def cut(data: pandas.DataFrame) -> pandas.DataFrame:
    """Return the rows that fit into a page: round days of a curve, else the first ones."""
    if len(data) <= MOST_ROWS:
        return data
    if "day" in data and data["day"].nunique() > MOST_DAYS:
        from sim.report.day_axis import day_ticks

        days = day_ticks(int(data["day"].max()), MOST_DAYS)
        data = data[data["day"].isin(days)]
    return data.head(MOST_ROWS)


def heading(name: str) -> str:
    """Return the name of a column as words."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def cell(value: Any) -> Words:
    """Return a value as a cell."""
    if isinstance(value, str):
        return (Given(value),)
    if isinstance(value, float):
        if value != value:
            return plain(value)
        return f"{value:.4g}".replace("-", "−")
    return plain(value)


def _is_number(column: pandas.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return bool(is_numeric_dtype(column) and not is_bool_dtype(column))
