"""The columns of a stored sweep: what each means, its unit and its range; stated once, here.

The Parquet files carry these words in the metadata of their fields, and `codebook.csv` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.analysis.tables import MILESTONES
from sim.endings import ENDINGS
from sim.sweep.precision import Precision


@dataclass(frozen=True)
class Column:
    """One column: its name, unit (empty for names and counts of runs) and meaning."""

    name: str
    unit: str
    meaning: str


POINT = Column("point", "", "number of the point, from 0; points.parquet says what it varies")
DAYS = Column(
    "days", "days", "whole days from signing to the ending or the horizon; missing if failed"
)
RUN_COLUMNS = (
    POINT,
    Column("run", "", "number of the run, from 0; equal numbers share their luck at all points"),
    DAYS,
    Column("ending", "", "how the truce ended, holding if it reached the horizon, or failed"),
    Column("why", "", "the reason recorded for the ending"),
)
POINT_COLUMNS = (
    POINT,
    Column("baseline", "", "whether the others are compared with this point"),
    Column("horizon_days", "days", "days after which a truce is no longer followed"),
)
LIFE_TABLE_COLUMNS = (
    POINT,
    Column("ending", "", "how the truces ended; holding if they reached the horizon"),
    Column("day", "days", "day on which they ended; for holding the horizon"),
    Column("runs", "runs", "how many; days without any are left out"),
)
FAILURE_COLUMNS = (
    POINT,
    Column("run", "", "number of the run"),
    Column("seed", "", "seed of the sweep; with the scenario of the point it repeats the run"),
    Column("cause", "", "exception, not a number, time limit, worker died or worker failed"),
    Column("detail", "", "what the program said"),
)
DIFFERENCE_COLUMNS = (
    Column(
        "mean_minus_baseline_days",
        "days",
        "mean over runs of the days within the horizon minus those of the same run of the baseline",
    ),
    Column(
        "mean_minus_baseline_se",
        "days",
        "standard error of that difference over the pairs of runs (Monte-Carlo error only)",
    ),
)


def aim_columns(precision: Precision) -> tuple[Column, ...]:
    """Return what the summary says about the aim of a study that stops when precise enough."""
    what, unit = precision.words, precision.unit
    together = "all points together" if precision.simultaneous else "each point"
    limits = f"{100 * precision.level:g} % for {together}, whenever its runs are stopped"
    return (
        Column("aim_runs", "runs", f"finished runs that it took: {what}; missing if not reached"),
        Column("aim_estimate", unit, f"estimate of what is aimed at: {what}"),
        Column("aim_lower", unit, f"its lower limit, {limits} (Monte-Carlo error only)"),
        Column("aim_upper", unit, f"its upper limit, {limits} (Monte-Carlo error only)"),
        Column("aim_half_width", unit, "half of the distance between these limits"),
    )


def summary_columns(compared: bool, precision: Precision | None = None) -> tuple[Column, ...]:
    """Return what the summary says about each point, after the columns that say what varies."""
    return (
        Column("runs", "runs", "how many runs were finished"),
        Column("failed", "runs", "how many failed; they enter no other column"),
        Column(
            "median_days",
            "days",
            "first day on which at most half of the truces still hold; missing if there is none",
        ),
        *(
            Column(f"survival_{day}", "share", f"share of truces that hold beyond day {day}")
            for day in MILESTONES
        ),
        Column("mean_days", "days", "mean days within the horizon (restricted mean)"),
        Column("mean_days_se", "days", "its standard error over runs (Monte-Carlo error only)"),
        *(
            Column(f"share_{ending.name}", "share", f"share of truces: {ending.sentence}")
            for ending in ENDINGS
        ),
        *(DIFFERENCE_COLUMNS if compared else ()),
        *(aim_columns(precision) if precision else ()),
    )


def columns_of_files(
    varied: Iterable[Column], compared: bool, precision: Precision | None = None
) -> dict[str, tuple[Column, ...]]:
    """Return the columns of every table of a sweep, by the name of its file.

    `varied` are the columns of what is varied; `compared` says whether there is a baseline, and
    `precision` what is to be known before a point stops.
    """
    fixed = {column.name for column in POINT_COLUMNS}  # a varied horizon_days stands there already
    points = (*POINT_COLUMNS, *(column for column in varied if column.name not in fixed))
    return {
        "points": points,
        "runs": RUN_COLUMNS,
        "life_table": LIFE_TABLE_COLUMNS,
        "summary": (*points, *summary_columns(compared, precision)),
        "failures": FAILURE_COLUMNS,
    }


def factor_columns(factors: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of the varied values, with the unit and meaning of each parameter."""
    from sim.parameters import HORIZON, parameters

    known = {parameter.path: parameter for parameter in (HORIZON, *parameters())}
    columns = []
    for factor in factors:
        parameter = known.get(re.sub(r"\.\d+\.", "[].", factor))
        unit, meaning = (parameter.unit, parameter.meaning) if parameter else ("", "varied value")
        columns.append(Column(factor, unit, meaning))
    return tuple(columns)


def with_meaning(
    table: Any, columns: Iterable[Column], more: Mapping[bytes, bytes] | None = None
) -> Any:
    """Return a pyarrow table whose fields carry unit and meaning in their metadata.

    Errors: `ValueError` when a column of the table is not described, or one described is missing.
    """
    import pyarrow

    known = {column.name: column for column in columns}
    if list(known) != table.column_names:
        raise ValueError(f"the table has {table.column_names}, the codebook {list(known)}")
    fields = [
        field.with_metadata({"unit": known[field.name].unit, "meaning": known[field.name].meaning})
        for field in table.schema
    ]
    metadata = {**(table.schema.metadata or {}), **(more or {})}
    return table.cast(pyarrow.schema(fields)).replace_schema_metadata(metadata)
