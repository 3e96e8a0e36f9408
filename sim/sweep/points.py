"""The points of a sweep as a table: a number, the varied values, the horizon, the baseline."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk import plain_disk_errors, write_whole
from sim.errors import ResultsError, UsageError
from sim.sweep.codebook import POINT_COLUMNS, factor_columns, with_meaning

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.sweep.study import Study

POINTS = "points.parquet"
_BASE = b"truce_sim_base_scenario"

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Points:
    """The points of a sweep in the order of their numbers.

    `base_yaml` is the scenario that they vary, spelled out; `values` holds the varied values of
    each point in the order of `factors`, `horizons` its horizon in days; `baseline` is the number
    of the point that the others are compared with, or None.
    """

    base_yaml: str
    factors: tuple[str, ...]
    values: tuple[Values, ...]
    horizons: tuple[int, ...]
    baseline: int | None

    def scenario(self, number: int) -> Scenario:
        """Return the scenario of a point.

        Errors: `UsageError` when there is no such point.
        """
        from sim.sweep.work import scenario_of

        if not 0 <= number < len(self):
            raise UsageError(f"the points are numbered from 0 to {len(self) - 1:,}, not {number}")
        return scenario_of(self.base_yaml, self.factors, self.values[number])

    def __len__(self) -> int:
        return len(self.values)

    @property
    def digest(self) -> str:
        """SHA-256 of all but the baseline, which alone may change without new runs."""
        parts = (self.base_yaml, self.factors, self.values, self.horizons)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def first(self, number: int) -> Points:
        """Return the first points alone."""
        kept = self.baseline if self.baseline is not None and self.baseline < number else None
        return Points(
            self.base_yaml, self.factors, self.values[:number], self.horizons[:number], kept
        )

    def not_in(self, others: Points) -> int:
        """Return how many of these points the others lack."""
        return len(set(self.values) - set(others.values))

    def extended(self, wanted: Points) -> Points:
        """Return these points, and after them those wanted that are not among them.

        The baseline is the one wanted.
        """
        known = set(self.values)
        new = [n for n, values in enumerate(wanted.values) if values not in known]
        values = (*self.values, *(wanted.values[n] for n in new))
        horizons = (*self.horizons, *(wanted.horizons[n] for n in new))
        at = None if wanted.baseline is None else values.index(wanted.values[wanted.baseline])
        return replace(self, values=values, horizons=horizons, baseline=at)


def points_of_study(study: Study) -> Points:
    """Return the points of a study in the order of its design."""
    if "horizon_days" in study.factors:
        place = study.factors.index("horizon_days")
        horizons = tuple(int(values[place]) for values in study.points)
    else:
        horizons = (study.base.horizon_days,) * len(study.points)
    base_yaml = study.base.to_yaml()
    return Points(base_yaml, study.factors, tuple(study.points), horizons, study.baseline)


def write_points(folder: Path, points: Points) -> None:
    """Write the table of points, whole or not at all.

    Errors: `TruceError` when the disk refuses.
    """
    import pyarrow.parquet

    content = io.BytesIO()
    pyarrow.parquet.write_table(points_table(points), content, compression="zstd")
    write_whole(folder / POINTS, content.getvalue())


def points_table(points: Points) -> Any:
    """Return the points as a pyarrow table: point, baseline, horizon_days, then the factors."""
    import pyarrow

    numbers = range(len(points))
    columns = {
        "point": pyarrow.array(numbers, pyarrow.uint32()),
        "baseline": [number == points.baseline for number in numbers],
        "horizon_days": pyarrow.array(points.horizons, pyarrow.int32()),
    }
    for factor, column in zip(points.factors, _columns(points), strict=True):
        columns.setdefault(factor, pyarrow.array(column))  # horizon_days may be a factor
    described = (*POINT_COLUMNS, *factor_columns(points.factors))
    return with_meaning(pyarrow.table(columns), described, {_BASE: points.base_yaml.encode()})


def read_points(folder: Path, factors: Sequence[str]) -> Points:
    """Read the table of points.

    Errors: `ResultsError` when it is missing or damaged; `TruceError` when the disk refuses.
    """
    import pyarrow.parquet

    damaged = f"{folder / POINTS} is missing or damaged. Nothing was changed: put a copy back."
    with plain_disk_errors(folder, "read"):
        if not (folder / POINTS).is_file():
            raise ResultsError(damaged)
        content = (folder / POINTS).read_bytes()
    try:
        table = pyarrow.parquet.ParquetFile(io.BytesIO(content)).read(use_threads=False)
        columns = [table[name].to_pylist() for name in factors]
        horizons = tuple(table["horizon_days"].to_pylist())
        marked = table["baseline"].to_pylist()
        base_yaml = table.schema.metadata[_BASE].decode()
    except Exception as error:  # there is no telling what a damaged file makes its reader raise
        raise ResultsError(damaged) from error
    values = tuple(zip(*columns, strict=True)) if columns else ((),) * len(marked)
    baseline = marked.index(True) if True in marked else None
    return Points(base_yaml, tuple(factors), values, horizons, baseline)


def _columns(points: Points) -> list[tuple[Any, ...]]:
    """Return the values by factor rather than by point."""
    if not points.values:
        return [() for _ in points.factors]
    return list(zip(*points.values, strict=True))
