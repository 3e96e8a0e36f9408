"""What `truce analyse` shows: stored results as tables of estimates with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis import (
    LifeTables,
    comparison_table,
    durations_of_points,
    life_table_of_runs,
    milestones_of_points,
)
from sim.analysis.by_factor import by_factor
from sim.errors import UsageError
from sim.scenario.words import did_you_mean
from sim.sweep.folder import SweepFolder, is_sweep, read_folder
from sim.sweep.for_analysis import life_tables_of, pair_tables_of

if TYPE_CHECKING:
    import pandas


def points_in_brief(path: Path, through_day: int | None = None) -> pandas.DataFrame:
    """Return one row for each point: what varies, runs, median, mean days, survival; with limits.

    The mean is that of the days within `through_day`, by default the horizon. An ensemble of one
    scenario is a single point.

    Errors: `UsageError` when the folder holds no results or the day lies outside the horizon.
    """
    table, tables = stored_tables(path)
    brief = durations_of_points(tables, through_day)
    brief = brief[[name for name in brief if not str(name).startswith("lost_")]]
    table = table.merge(brief, on="point")
    milestones = milestones_of_points(tables)
    for day, rows in milestones.groupby("day"):
        limits = rows.set_index("point")[["survival", "lower", "upper"]]
        limits.columns = [f"survival_{day}", f"survival_{day}_lower", f"survival_{day}_upper"]
        table = table.merge(limits, left_on="point", right_index=True, how="left")
    return table


def stored_tables(path: Path) -> tuple[pandas.DataFrame, LifeTables]:
    """Return what varies, one row for each point, and the life tables of the points.

    Errors: `UsageError` when the folder holds no results; `ResultsError` when they are damaged.
    """
    import pandas

    if is_sweep(path):
        tables = life_tables_of(path)
        return _varied(read_folder(path), tables), tables
    tables = tables_of_ensemble(path)
    return pandas.DataFrame({"point": list(tables.numbers)}), tables


def factor_survival(path: Path, factor: str, through_day: int | None = None) -> pandas.DataFrame:
    """Return mean days and S at the milestones for each value of a factor, one row for each.

    The mean is that of the days within `through_day`, by default the horizon; see
    `sim.analysis.by_factor`.

    Errors: `UsageError` when the sweep does not vary it, or the day lies outside the horizon.
    """
    folder, tables = read_folder(path), life_tables_of(path)
    factors = folder.points.factors
    if factor not in factors:
        raise UsageError(f"{factor} does not vary in {path}{did_you_mean(factor, factors)}")
    place = factors.index(factor)
    values = [folder.points.values[number][place] for number in tables.numbers]
    return by_factor(tables, values, factor, through_day=through_day)


def compared_points(path: Path, baseline: int, through_day: int | None = None) -> pandas.DataFrame:
    """Return the differences of all points from one, paired run by run.

    Errors: as in `sim.sweep.for_analysis.pair_tables_of`.
    """
    return comparison_table(pair_tables_of(path, baseline), through_day=through_day)


def tables_of_ensemble(path: Path) -> LifeTables:
    """Return the life table of an ensemble as that of a single point, number 0.

    Errors: as in `sim.results.read_ensemble`.
    """
    from sim.results import read_ensemble

    stored = read_ensemble(path)
    table = life_table_of_runs(stored.runs, int(stored.manifest["horizon_days"]))
    return LifeTables(table.ended[None].copy(), table.censored[None].copy(), (0,))


def _varied(folder: SweepFolder, tables: LifeTables) -> pandas.DataFrame:
    """Return the varied values of the points in the tables."""
    import pandas

    values = [folder.points.values[number] for number in tables.numbers]
    varied = pandas.DataFrame(values, columns=list(folder.points.factors))
    varied.insert(0, "point", list(tables.numbers))
    return varied
