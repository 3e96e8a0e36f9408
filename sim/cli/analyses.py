"""Commands about what stored results tell: analyse, plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import CsvOption, app, shown, shown_lines
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

MOST_ROWS = 40  # that are printed; the file of --csv has all
WHAT_INTERVALS_ARE = {
    "Monte-Carlo": "Intervals are 95 % Monte-Carlo error of these runs, not doubt about the model.",
    "scenario": "Where points share a value, intervals are the 95 % spread between points.",
}
WHAT_BANDS_ARE = (
    "Median over the vectors of parameters; lower and upper hold the middle 90 % of them. That is",
    "doubt about the parameters. largest_error is apart from it: the standard error of the runs in",
    "mean days, the largest under any vector. Runs of different vectors are never pooled.",
)
WHAT_STOPPING_MEANS = (
    "Points of this study stopped when they were precise enough. The limits above are for numbers "
    "of runs fixed beforehand; those of what was aimed at are aim_lower and aim_upper in "
    "summary.csv."
)


@app.command()
def analyse(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of truce run or truce sweep.")
    ],
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="FACTOR", help="Mean days and survival at each value of one factor."
        ),
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
    csv: CsvOption = None,
) -> None:
    """Estimate how long truces hold, from stored results.

    Medians, restricted means and survival with intervals, for every point; with --by for every
    value of a factor; with --against as differences, paired by the luck that runs share. For a
    sweep with --parameters: bands over the vectors, differences within each vector.
    """
    from sim.sweep import over_vectors
    from sim.sweep.analysed import compared_points, factor_survival, points_in_brief
    from sim.sweep.folder import is_sweep, read_folder

    if by is not None and against is not None:
        raise UsageError("choose either --by or --against")
    if not is_sweep(folder) and (by is not None or against is not None):
        raise UsageError("--by and --against need a folder of truce sweep")
    if is_sweep(folder) and over_vectors.has_vectors(folder):
        if by is not None:
            raise UsageError("--by would pool vectors of parameters; leave it out for bands")
        table = (
            over_vectors.bands(folder, tau)
            if against is None
            else over_vectors.differences(folder, against, tau)
        )
        print(shown_lines([*printed(table), *WHAT_BANDS_ARE]))
        write_csv(table, csv)
        return
    if by is not None:
        table = factor_survival(folder, by, tau)
    elif against is not None:
        table = compared_points(folder, against, tau)
    else:
        table = points_in_brief(folder, tau)
    print(shown_lines(printed(table)))
    kinds = set(table["uncertainty"]) if "uncertainty" in table else {"Monte-Carlo"}
    for kind, words in WHAT_INTERVALS_ARE.items():
        if kind in kinds:
            print(words)
    if is_sweep(folder) and read_folder(folder).precision:
        print(WHAT_STOPPING_MEANS)
    write_csv(table, csv)


@app.command()
def plan(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of truce run or truce sweep: the pilot.")
    ],
    day: Annotated[int, typer.Option("--day", metavar="DAY", help="The day of the survival.")] = 90,
    half_width: Annotated[
        float,
        typer.Option("--half-width", metavar="SHARE", help="Wanted of survival: half an interval."),
    ] = 0.01,
    days: Annotated[
        int, typer.Option("--days", metavar="DAYS", help="The same for the median and the mean.")
    ] = 2,
    tau: Annotated[
        int | None,
        typer.Option("--tau", metavar="DAYS", help="Mean days within so many; all by default."),
    ] = None,
    level: Annotated[float, typer.Option("--level", help="Level of the intervals.")] = 0.95,
    csv: CsvOption = None,
) -> None:
    """Say how many runs a wanted precision takes.

    What is stored serves as the pilot. For every point: the runs for survival on a day, the median,
    the mean days, and the whole curve.
    """
    from sim.sweep.planned import Aim, plan_of, plan_text

    found = plan_of(folder, Aim(day, half_width, days, tau, level))
    print(shown_lines(printed(found.table)))
    print(f"\n{shown_lines(plan_text(found))}")
    write_csv(found.table, csv)


def write_csv(table: pandas.DataFrame, path: Path | None) -> None:
    """Write a table as CSV if that was asked for, and say so."""
    from sim.disk import write_whole
    from sim.sheets import sheet_text

    if path is not None:
        write_whole(path, sheet_text(table).encode())
        print(f"Wrote {shown(str(path))}")


def printed(table: pandas.DataFrame) -> list[str]:
    """Return a table as aligned lines, the first rows of a long one, limits beside estimates."""
    from sim.sheets import aligned

    shown_rows = with_limits(table.head(MOST_ROWS))
    cells = [list(shown_rows), *(list(row) for row in zip(*shown_rows.values(), strict=True))]
    lines = aligned(cells)
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
