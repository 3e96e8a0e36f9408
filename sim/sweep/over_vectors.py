"""Results of a sweep as bands over the vectors of parameters that it crosses its points with.

The points that differ by their vector alone are one *case*: the same truce under each vector, with
the same luck. A number of a case is a band, the median and the middle nine tenths of what its
vectors give, each by itself. Runs of different vectors are never pooled. The error of the runs is
told apart, as the largest standard error of the mean days under any vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis import LifeTables, durations_of_points, milestones_of_points
from sim.analysis.intervals import normal_reach
from sim.endings import ENDINGS
from sim.errors import UsageError
from sim.sweep.folder import SweepFolder, read_folder
from sim.sweep.for_analysis import life_tables_of, runs_of

if TYPE_CHECKING:
    import pandas

SHARE = 0.9
"""Share of the vectors that a band holds."""
QUANTILES = (0.5, (1 - SHARE) / 2, (1 + SHARE) / 2)

Case = tuple[Any, ...]
Vector = tuple[Any, ...]


@dataclass(frozen=True)
class Cases:
    """The points of a sweep by case and vector; `numbers` has a row of estimates for each point."""

    folder: SweepFolder
    tables: LifeTables
    through_day: int

    @property
    def factors(self) -> tuple[str, ...]:
        """What varies beside the vectors."""
        vectors = self.folder.vectors
        return tuple(path for path in self.folder.points.factors if path not in vectors)

    @cached_property
    def members(self) -> dict[Case, dict[Vector, int]]:
        """The number of the point of each case under each vector, if it has runs."""
        paths = self.folder.points.factors
        own = [place for place, path in enumerate(paths) if path not in self.folder.vectors]
        others = [place for place, path in enumerate(paths) if path in self.folder.vectors]
        cases: dict[Case, dict[Vector, int]] = {}
        for number in self.tables.numbers:
            values = self.folder.points.values[number]
            case, vector = (tuple(values[place] for place in each) for each in (own, others))
            cases.setdefault(case, {})[vector] = number
        return cases

    @cached_property
    def numbers(self) -> pandas.DataFrame:
        """Median, mean days, survival and shares of endings of each point, which is the index.

        A median beyond the horizon is infinite.
        """
        import pandas

        brief = durations_of_points(self.tables, self.through_day).set_index("point")
        table = pandas.DataFrame(
            {
                "median_days": _or_infinite(brief["median_days"]),
                "mean_days": brief["kept_days"],
            },
            index=brief.index,
        )
        for day, rows in milestones_of_points(self.tables).groupby("day"):
            table[f"survival_{day}"] = rows.set_index("point")["survival"]
        runs = np.asarray(self.tables.runs, dtype=float)
        for row, ending in enumerate(ENDINGS):
            counts = self.tables.ended[:, row - 1] if row else self.tables.censored
            table[f"share_{ending.name}"] = counts.sum(axis=-1) / runs
        return table

    @cached_property
    def errors(self) -> pandas.Series:
        """The standard error of the mean days of each point, over its runs."""
        brief = durations_of_points(self.tables, self.through_day).set_index("point")
        return (brief["kept_upper"] - brief["kept_lower"]) / (2 * normal_reach(0.95))

    def case_of(self, point: int) -> Case:
        """Return the case to which a point belongs.

        Errors: `UsageError` when there is no such point, or it has no runs yet.
        """
        for case, members in self.members.items():
            if point in members.values():
                return case
        raise UsageError(f"{self.folder.path} has no point {point} with runs")

    def named(self, case: Case) -> dict[str, Any]:
        """Return the number of the first point of a case, what varies, and how many vectors."""
        members = self.members[case]
        return {
            "point": min(members.values()),
            **dict(zip(self.factors, case, strict=True)),
            "vectors": len(members),
        }


def has_vectors(path: Path) -> bool:
    """Does a sweep cross its points with vectors of parameters?"""
    return bool(read_folder(path).vectors)


def cases_of(path: Path, through_day: int | None = None) -> Cases:
    """Read a sweep that crosses its points with vectors.

    Errors: `UsageError` when it does not; as in `sim.sweep.for_analysis.life_tables_of`.
    """
    folder = read_folder(path)
    if not folder.vectors:
        raise UsageError(f"{path} has no vectors; truce sweep --parameters makes a sweep with them")
    horizon = min(folder.points.horizons)
    return Cases(folder, life_tables_of(path), horizon if through_day is None else through_day)


def bands(path: Path, through_day: int | None = None) -> pandas.DataFrame:
    """Return one row for each case: its numbers as bands over the vectors.

    Columns: point (the first of the case), what varies, vectors, `largest_error` (Monte-Carlo
    standard error of the mean days, the largest over the vectors), and for each number its median
    over the vectors with `_lower` and `_upper`.

    Errors: as in `cases_of`.
    """
    import pandas

    cases = cases_of(path, through_day)
    rows = []
    for case, members in cases.members.items():
        points = list(members.values())
        row = cases.named(case) | {"largest_error": float(cases.errors.loc[points].max())}
        rows.append(row | banded(cases.numbers.loc[points]))
    return _with_median(pandas.DataFrame(rows))


def differences(path: Path, against: int, through_day: int | None = None) -> pandas.DataFrame:
    """Return one row for each other case: its numbers less those of one, within each vector.

    Both sides of a difference stand under the same vector and meet the same luck. Columns: point,
    what varies, vectors (under which both have runs), `longer_under` (the share of them under which
    truces last longer), `largest_error` (Monte-Carlo standard error of the difference of mean days,
    run by run, the largest over the vectors), and for each number the median of the differences
    with `_lower` and `_upper`.

    Errors: as in `cases_of`; `UsageError` when there is no such point.
    """
    import pandas

    cases = cases_of(path, through_day)
    reference = cases.case_of(against)
    base = cases.members[reference]
    numbers = cases.numbers.drop(columns="median_days")
    rows = []
    for case, members in cases.members.items():
        shared = [vector for vector in members if vector in base]
        if case == reference or not shared:
            continue
        mine, theirs = ([each[vector] for vector in shared] for each in (members, base))
        gaps = numbers.loc[mine].reset_index(drop=True) - numbers.loc[theirs].reset_index(drop=True)
        rows.append(
            cases.named(case)
            | {
                "vectors": len(shared),
                "longer_under": float((gaps["mean_days"] > 0).mean()),
                "largest_error": max(_errors(cases, mine, theirs)),
            }
            | banded(gaps)
        )
    if not rows:
        raise UsageError(f"{path} has nothing to compare with point {against}")
    return pandas.DataFrame(rows)


def banded(numbers: pandas.DataFrame) -> dict[str, float]:
    """Return the median of each column and the band around it; of values that occur."""
    found: dict[str, float] = {}
    for name, column in numbers.items():
        values = column.to_numpy(float)
        middle, lower, upper = np.quantile(values, QUANTILES, method="nearest")
        found |= {f"{name}": middle, f"{name}_lower": lower, f"{name}_upper": upper}
    return found


def _or_infinite(days: pandas.Series) -> np.ndarray:
    return np.asarray(days.astype("Float64").to_numpy(float, na_value=np.inf))


def _with_median(table: pandas.DataFrame) -> pandas.DataFrame:
    """Return a table whose medians are whole days, missing beyond the horizon."""
    names = [name for name in table if str(name).startswith("median_days")]
    changed: Mapping[str, Any] = {
        str(name): table[name].where(np.isfinite(table[name])).astype("Int64") for name in names
    }
    return table.assign(**changed)


def _errors(cases: Cases, mine: list[int], theirs: list[int]) -> Iterator[float]:
    """Yield the standard error of the paired difference of mean days under each vector."""
    for one, other in zip(mine, theirs, strict=True):
        days, _ = runs_of(cases.folder, [one, other])
        whole = (days >= 0).all(axis=0)
        kept = np.minimum(days[:, whole], cases.through_day)
        pairs = int(whole.sum())
        yield float(np.std(kept[0] - kept[1], ddof=1) / np.sqrt(pairs)) if pairs > 1 else np.inf
