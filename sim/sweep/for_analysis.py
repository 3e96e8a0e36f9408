"""The runs of a sweep as `sim.analysis` takes them: life tables, and tables of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import LifeTables, life_tables, why_table
from sim.analysis.pairs import PairTables, pair_tables
from sim.disk import plain_disk_errors
from sim.endings import ENDING_CODES
from sim.errors import ResultsError, UsageError
from sim.sweep.folder import SweepFolder, read_folder
from sim.sweep.parts import Part, read_part
from sim.sweep.run_table import ENDING_NAMES, FAILED, REASON_NAMES, RUN
from sim.sweep.tables import LIFE_TABLE, grid_of, overlaps

if TYPE_CHECKING:
    import pandas

BAND_BYTES = 64_000_000  # of runs that are held at once

Days = NDArray[np.int32]
Codes = NDArray[np.uint8]


def life_tables_of(path: Path) -> LifeTables:
    """Return the life tables of all points of a sweep that have runs.

    Errors: `UsageError` when there is no sweep; `ResultsError` when its tables are not there yet or
    damaged.
    """
    import pyarrow
    import pyarrow.parquet

    horizon = max(read_folder(path).points.horizons)
    file = path / f"{LIFE_TABLE}.parquet"
    with plain_disk_errors(path, "read"):
        try:
            rows = pyarrow.parquet.ParquetFile(file).read(use_threads=False)
        except FileNotFoundError:
            raise ResultsError(
                f"{path} has no life table yet; the command truce sweep makes it when it ends."
            ) from None
        except pyarrow.ArrowException as error:
            raise ResultsError(f"{file} is damaged; the command truce sweep mends it.") from error
    codes = [ENDING_CODES[name] for name in rows["ending"].to_pylist()]
    return life_tables(rows["point"], codes, rows["day"], rows["runs"], horizon_days=horizon)


def pair_tables_of(path: Path, baseline: int, horizon_days: int | None = None) -> PairTables:
    """Return the tables of pairs of every other point with `baseline`, run by run.

    Pairs in which a run failed or has not been run do not count, nor do points without any pair.
    Nothing is looked at after `horizon_days`, by default the shortest horizon of the points.

    Errors: `UsageError` when there is no sweep or no such point; `ResultsError` when the baseline
    has no runs, or no other point has.
    """
    folder = read_folder(path)
    points = len(folder.points)
    if not 0 <= baseline < points:
        raise UsageError(f"the points are numbered from 0 to {points - 1:,}, not {baseline}")
    horizon = min(folder.points.horizons) if horizon_days is None else horizon_days
    base_days, base_codes = (column[0] for column in runs_of(folder, [baseline]))
    banded = [
        pair_tables(
            days,
            codes,
            base_days,
            base_codes,
            horizon,
            numbers=band,
            kept=(days >= 0) & (base_days >= 0),
        )
        for band in bands_of(folder, baseline)
        for days, codes in [runs_of(folder, band)]
    ]
    if not banded:
        raise ResultsError(f"{path} has no point to compare with point {baseline}.")
    return joined(banded)


def bands_of(folder: SweepFolder, baseline: int) -> Iterator[list[int]]:
    """Yield the numbers of the points but the baseline, a band of points at a time."""
    width = max(1, BAND_BYTES // (8 * folder.runs))
    others = [point for point in range(len(folder.points)) if point != baseline]
    for first in range(0, len(others), width):
        yield others[first : first + width]


def runs_of(folder: SweepFolder, points: Sequence[int]) -> tuple[Days, Codes]:
    """Return the days and the codes of the endings of some points; each [points, runs].

    Days are -1 where a run failed or is not there.
    """
    days = np.full((len(points), folder.runs), -1, dtype=np.int32)
    codes = np.zeros_like(days, dtype=np.uint8)
    place = {point: n for n, point in enumerate(points)}
    span = max(points) - min(points) + 1
    for block in folder.blocks:
        file = folder.part(block)
        if file.exists() and overlaps(file, min(points), span):
            _fill(days, codes, place, read_part(file))
    return days, codes


def reasons_of(folder: SweepFolder, points: Sequence[int]) -> dict[int, pandas.DataFrame]:
    """Return why truces ended at some points, as `sim.analysis.why_table` has it."""
    import pandas

    found: dict[int, list[NDArray[Any]]] = {point: [] for point in points}
    for block in folder.blocks:
        file = folder.part(block)
        for point in points:
            if file.exists() and overlaps(file, point, 1):
                found[point].append(grid_of(read_part(file))[point - block.first_point])
    tables = {}
    for point, parts in found.items():
        rows = np.concatenate(parts) if parts else np.zeros(0, RUN)
        sound = rows[rows["ending"] != FAILED]
        named = {
            "ending": np.asarray(ENDING_NAMES, object)[sound["ending"]],
            "why": np.asarray(REASON_NAMES, object)[sound["why"]],
        }
        tables[point] = why_table(pandas.DataFrame(named))
    return tables


def _fill(days: Days, codes: Codes, place: dict[int, int], part: Part) -> None:
    runs = slice(part.block.first_run, part.block.first_run + part.block.runs)
    for point, rows in enumerate(grid_of(part), start=part.block.first_point):
        if point in place:
            failed = rows["ending"] == FAILED
            days[place[point], runs] = np.where(failed, -1, rows["days"].astype(np.int32))
            codes[place[point], runs] = np.where(failed, 0, rows["ending"])


def joined(bands: Sequence[PairTables]) -> PairTables:
    """Return tables of pairs of different points as one, in their order."""
    counts = [
        np.concatenate([getattr(band, field.name) for band in bands])
        for field in fields(PairTables)[2:]
    ]
    first, second = (
        LifeTables(
            np.concatenate([side.ended for side in sides]),
            np.concatenate([side.censored for side in sides]),
            tuple(number for side in sides for number in side.numbers),
        )
        for sides in ([band.first for band in bands], [band.second for band in bands])
    )
    return PairTables(first, second, *counts)


def chosen_pairs(pairs: PairTables, numbers: Sequence[int]) -> PairTables:
    """Return the tables of pairs of some points, in the order of their numbers given."""
    places = [pairs.numbers.index(number) for number in numbers]
    counts = [getattr(pairs, field.name)[places] for field in fields(PairTables)[2:]]
    first, second = (
        LifeTables(side.ended[places].copy(), side.censored[places].copy(), tuple(numbers))
        for side in (pairs.first, pairs.second)
    )
    return PairTables(first, second, *counts)
