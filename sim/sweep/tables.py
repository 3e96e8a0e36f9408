"""The tables made from the parts of a sweep: life table, summary, failures.

They are made a band of points at a time, so that memory does not grow with the sweep, and depend
only on which runs there are, not on how these were cut into parts.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import MILESTONES, LifeTable, median, restricted_mean, survival
from sim.analysis.sums import variance_of_mean
from sim.disk import write_whole
from sim.endings import CAUSES, ENDINGS, HOLDING
from sim.sheets import sheet_text
from sim.sweep.codebook import (
    Column,
    columns_of_files,
    factor_columns,
    summary_columns,
    with_meaning,
)
from sim.sweep.folder import SweepFolder
from sim.sweep.parts import Part, block_of, read_part
from sim.sweep.points import points_table
from sim.sweep.precision import Precision
from sim.sweep.run_table import FAILED
from sim.sweep.stopping import verdict
from sim.sweep.work import Failure

if TYPE_CHECKING:
    import pandas

LIFE_TABLE, SUMMARY, FAILURES, CODEBOOK = "life_table", "summary", "failures", "codebook"
BAND_BYTES = 64_000_000  # of counts that are held at once

WHOLE = frozenset({"runs", "failed", "median_days", "aim_runs"})

Row = dict[str, Any]


@dataclass
class Band:
    """What the parts say about some points in a row; all whole numbers, hence exact."""

    first: int
    counts: NDArray[np.int64]  # [points, endings and failed, days]
    differences: NDArray[np.int64]  # [points, (pairs, their sum, sum of squares)], in days
    failures: list[Failure] = field(default_factory=list)


def write_tables(folder: SweepFolder, parts: Sequence[Path]) -> dict[str, str]:
    """Make all tables from the given parts and write them; return the digest of each.

    A digest depends on the content alone, not on how a file stores it.

    Errors: `TruceError` when the disk refuses; `DamagedPartError` when a part is damaged.
    """
    life: list[NDArray[np.int64]] = []
    summary: list[Row] = []
    failures: list[Failure] = []
    for band in bands(folder, parts):
        for place, counts in enumerate(band.counts):
            point = band.first + place
            life.append(life_rows(point, counts))
            summary.append(summary_row(folder, point, counts, band.differences[place]))
        failures += band.failures
    compared = folder.points.baseline is not None
    described = columns_of_files(factor_columns(folder.points.factors), compared, folder.precision)
    tables = {
        LIFE_TABLE: life_table_of(life),
        SUMMARY: summary_table(folder, summary),
        FAILURES: failures_table(folder, failures),
    }
    for name, table in tables.items():
        write_table(folder.path / f"{name}.parquet", with_meaning(table, described[name]))
    as_frame = tables[SUMMARY].to_pandas(integer_object_nulls=True, use_threads=False)
    write_whole(folder.path / f"{SUMMARY}.csv", sheet_text(as_frame).encode())
    write_whole(folder.path / f"{CODEBOOK}.csv", sheet_text(codebook_table(described)).encode())
    tables["points"] = points_table(folder.points)
    return {name: content_digest(table) for name, table in tables.items()}


def write_table(path: Path, table: Any) -> None:
    """Write a pyarrow table as Parquet, whole or not at all."""
    import pyarrow.parquet

    content = io.BytesIO()
    pyarrow.parquet.write_table(table, content, compression="zstd")
    write_whole(path, content.getvalue())


def content_digest(table: Any) -> str:
    """Return the SHA-256 of a pyarrow table: names, types and values, whatever its metadata."""
    digest = hashlib.sha256()
    for name in table.column_names:
        column = table[name].combine_chunks()
        if hasattr(column, "dictionary_decode"):
            column = column.dictionary_decode()
        values = json.dumps(column.to_pylist())  # floats as the shortest text that is exact
        digest.update(f"{name} {column.type} {values}\n".encode())
    return digest.hexdigest()


def bands(folder: SweepFolder, parts: Sequence[Path]) -> Iterator[Band]:
    """Yield the counts of all points, a band of points at a time."""
    days = max(folder.points.horizons) + 1
    width = max(1, BAND_BYTES // ((FAILED + 1) * days * 8))
    baseline = baseline_days(folder, parts)
    for first in range(0, len(folder.points), width):
        points = min(width, len(folder.points) - first)
        counts = np.zeros((points, FAILED + 1, days), dtype=np.int64)
        band = Band(first, counts, np.zeros((points, 3), dtype=np.int64))
        for path in parts:
            if overlaps(path, first, points):
                count(band, read_part(path), baseline)
        band.failures.sort(key=lambda failure: (failure.point, failure.run))
        yield band


def overlaps(path: Path, first_point: int, points: int) -> bool:
    """Does a part hold runs of any of these points?"""
    block = block_of(path.name)
    return block is not None and (
        block.first_point < first_point + points and first_point < block.first_point + block.points
    )


def count(band: Band, part: Part, baseline: NDArray[np.int32] | None) -> None:
    """Add a part to the counts of a band, as far as it belongs there."""
    block = part.block
    first = max(block.first_point, band.first)
    last = min(block.first_point + block.points, band.first + len(band.counts))
    rows = grid_of(part)[first - block.first_point : last - block.first_point]
    places = np.arange(first - band.first, last - band.first)
    np.add.at(band.counts, (places[:, None], rows["ending"], rows["days"]), 1)
    if baseline is not None:
        others = baseline[block.first_run : block.first_run + block.runs]
        band.differences[places] += sums_of_differences(rows, others)
    band.failures += [failure for failure in part.failures if first <= failure.point < last]


def grid_of(part: Part) -> NDArray[Any]:
    """Return the rows of a part by point and run; shape [points, runs]."""
    return part.rows.reshape(part.block.points, part.block.runs)


def sums_of_differences(rows: NDArray[Any], others: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return, by point, the pairs, the sum and the sum of squares of days minus others' days.

    A pair in which either run failed does not count. Shape [points, 3].
    """
    paired = (others >= 0) & (rows["ending"] != FAILED)
    days = np.where(paired, rows["days"].astype(np.int64) - others, 0)
    return np.stack([paired.sum(axis=1), days.sum(axis=1), (days * days).sum(axis=1)], axis=1)


def baseline_days(folder: SweepFolder, parts: Sequence[Path]) -> NDArray[np.int32] | None:
    """Return the days of every run of the baseline, -1 where there is none; None without one."""
    baseline = folder.points.baseline
    if baseline is None:
        return None
    days = np.full(folder.runs, -1, dtype=np.int32)
    for path in parts:
        if overlaps(path, baseline, 1):
            part = read_part(path)
            rows = grid_of(part)[baseline - part.block.first_point]
            found = np.where(rows["ending"] == FAILED, -1, rows["days"].astype(np.int32))
            days[part.block.first_run : part.block.first_run + part.block.runs] = found
    return days


def life_rows(point: int, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what the life table says of a point: point, code of the ending, day, runs.

    Shape [endings and days that there are, 4].
    """
    endings, days = np.nonzero(counts[:FAILED])
    return np.stack([np.full(len(days), point), endings, days, counts[endings, days]], axis=1)


def summary_row(
    folder: SweepFolder, point: int, counts: NDArray[np.int64], difference: NDArray[np.int64]
) -> Row:
    """Return the row of the summary for a point."""
    horizon = folder.points.horizons[point]
    table = LifeTable(
        ended=counts[HOLDING + 1 : FAILED, : horizon + 1].copy(),
        censored=counts[HOLDING, : horizon + 1].copy(),
    )
    row: Row = {"runs": table.runs, "failed": int(counts[FAILED].sum())}
    if table.runs:
        row |= statistics(table)
        row |= aim(folder.precision, table, len(folder.points)) if folder.precision else {}
    return row | mean_difference(difference, max(folder.points.horizons))


def mean_difference(sums: NDArray[np.int64], range_: int) -> Row:
    """Return the mean of paired differences and its standard error, None where undefined.

    `sums` are those of `Band.differences`; no difference is larger than `range_`.
    """
    pairs, total, squares = map(int, sums)
    if pairs < 2:
        return {}
    return {
        "mean_minus_baseline_days": total / pairs,
        "mean_minus_baseline_se": math.sqrt(variance_of_mean(pairs, total, squares, range_)),
    }


def aim(precision: Precision, table: LifeTable, points: int) -> Row:
    """Return what is known of the aim of the study at one of so many points."""
    known = verdict(precision, table, points)
    return {
        "aim_runs": known.runs if known.stop else None,
        "aim_estimate": known.estimate,
        "aim_lower": known.lower,
        "aim_upper": known.upper,
        "aim_half_width": known.half_width,
    }


def statistics(table: LifeTable) -> Row:
    """Return what the summary says about a life table that holds runs."""
    curve, mean = survival(table), restricted_mean(table)
    ended = dict(zip((cause.name for cause in CAUSES), table.ended.sum(axis=1), strict=True))
    held = {ENDINGS[HOLDING].name: table.censored.sum()}
    return {
        "median_days": median(table),
        **{
            f"survival_{day}": float(curve[day]) if day <= table.horizon_days else None
            for day in MILESTONES
        },
        "mean_days": mean.days,
        "mean_days_se": mean.standard_error,
        **{f"share_{name}": int(number) / table.runs for name, number in (held | ended).items()},
    }


def life_table_of(rows: Sequence[NDArray[np.int64]]) -> Any:
    """Return the life table of a sweep as a pyarrow table, by point, ending and day."""
    import pyarrow

    columns = np.concatenate(rows).T
    names = [ending.name for ending in ENDINGS]
    return pyarrow.table(
        {
            "point": columns[0].astype(np.uint32),
            "ending": pyarrow.DictionaryArray.from_arrays(columns[1].astype(np.int8), names),
            "day": columns[2].astype(np.int32),
            "runs": columns[3],
        }
    )


def summary_table(folder: SweepFolder, rows: Sequence[Row]) -> Any:
    """Return the summary as a pyarrow table: what varies, then what came out."""
    import pyarrow

    table = points_table(folder.points)
    for column in summary_columns(folder.points.baseline is not None, folder.precision):
        whole = column.name in WHOLE
        values = [row.get(column.name) for row in rows]
        kind = pyarrow.int64() if whole else pyarrow.float64()
        table = table.append_column(column.name, pyarrow.array(values, kind))
    return table


def failures_table(folder: SweepFolder, failures: Sequence[Failure]) -> Any:
    """Return the failed runs as a pyarrow table, by point and run."""
    import pyarrow

    return pyarrow.table(
        {
            "point": pyarrow.array([failure.point for failure in failures], pyarrow.uint32()),
            "run": pyarrow.array([failure.run for failure in failures], pyarrow.uint32()),
            "seed": pyarrow.array([folder.seed] * len(failures), pyarrow.uint64()),
            "cause": pyarrow.array([failure.cause for failure in failures], pyarrow.string()),
            "detail": pyarrow.array([failure.detail for failure in failures], pyarrow.string()),
        }
    )


def codebook_table(described: Mapping[str, Sequence[Column]]) -> pandas.DataFrame:
    """Return the codebook: file, column, unit, meaning."""
    import pandas

    rows = [
        (name, column.name, column.unit, column.meaning)
        for name, columns in described.items()
        for column in columns
    ]
    return pandas.DataFrame(rows, columns=["file", "column", "unit", "meaning"])
