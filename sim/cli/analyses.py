"""The command that analyses what is stored: analyse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import app, shown, shown_lines
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

MOST_ROWS = 40  # that are printed; the file of --csv has all
WHAT_INTERVALS_ARE = {
    "Monte-Carlo": "Intervals are 95 % Monte-Carlo error of these runs, not doubt about the model.",
    "scenario": "Where points share a value, intervals are the 95 % spread between points.",
}


@app.command()
def analyse(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of truce run or truce sweep.")
    ],
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="FACTOR", help="Survival at each value of one factor."),
    ] = None,
    against: Annotated[
        int | None,
        typer.Option(
            "--against", metavar="POINT", help="Compare all points with this one, run by run."
        ),
    ] = None,
    tau: Annotated[
        int | None,
        typer.Option("--tau", metavar="DAYS", help="Mean days within so many; all by default."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the whole table as CSV.")
    ] = None,
) -> None:
    """Estimate how long truces hold, from stored results.

    Medians, restricted means and survival with intervals, for every point; with --by for every
    value of a factor; with --against as differences, paired by the luck that runs share.
    """
    from sim.sheets import sheet_text
    from sim.sweep.analysed import compared_points, factor_survival, points_in_brief
    from sim.sweep.folder import is_sweep

    if by is not None and against is not None:
        raise UsageError("choose either --by or --against")
    if not is_sweep(folder) and (by is not None or against is not None):
        raise UsageError("--by and --against need a folder of truce sweep")
    if by is not None:
        table = factor_survival(folder, by)
    elif against is not None:
        table = compared_points(folder, against, tau)
    else:
        table = points_in_brief(folder, tau)
    print(shown_lines(printed(table)))
    print(WHAT_INTERVALS_ARE["Monte-Carlo"])
    if "uncertainty" in table and (table["uncertainty"] == "scenario").any():
        print(WHAT_INTERVALS_ARE["scenario"])
    if csv is not None:
        from sim.disk import write_whole

        write_whole(csv, sheet_text(table).encode())
        print(f"Wrote {shown(str(csv))}")


def printed(table: pandas.DataFrame) -> list[str]:
    """Return a table as aligned lines, the first rows of a long one, limits beside estimates."""
    shown_rows = with_limits(table.head(MOST_ROWS))
    cells = [list(shown_rows), *(list(row) for row in zip(*shown_rows.values(), strict=True))]
    widths = [max(len(row[place]) for row in cells) for place in range(len(shown_rows))]
    lines = [
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
        for row in cells
    ]
    hidden = len(table) - MOST_ROWS
    return [*lines, f"... {hidden:,} more rows: --csv FILE writes all"] if hidden > 0 else lines


def with_limits(table: pandas.DataFrame) -> dict[str, list[str]]:
    """Return the cells of each column as text; limits stand in brackets beside their estimate."""
    columns = {str(name): [cell(value) for value in table[name]] for name in table}
    for lower in [name for name in columns if name.endswith("lower")]:
        stem = lower.removesuffix("lower").rstrip("_")
        upper = f"{lower.removesuffix('lower')}upper"
        names = (stem, f"{stem}_days", "difference", "survival", before(lower, list(columns)))
        of = next(name for name in names if name in columns)
        columns[of] = [
            f"{value} [{low}, {high}]"
            for value, low, high in zip(columns[of], columns[lower], columns[upper], strict=True)
        ]
        del columns[lower], columns[upper]
    return columns


def before(name: str, columns: list[str]) -> str:
    """Return the column that stands to the left of another."""
    return columns[columns.index(name) - 1]


def cell(value: Any) -> str:
    """Return a value as a table shows it: four digits, nothing for what is missing."""
    import pandas

    if value is None or value is pandas.NA or value != value:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
