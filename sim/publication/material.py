"""What is read from a results folder to make a report of it; the model is never run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas

from sim.analysis import (
    LifeTable,
    LifeTables,
    PairTables,
    comparison_table,
    durations_of_points,
    life_table_of_runs,
)
from sim.analysis.by_factor import chosen_points
from sim.errors import ResultsError, ScenarioError
from sim.publication.origin import Origin, origin_of
from sim.publication.tables import MOST_ROWS, rows_of
from sim.results import StoredEnsemble, read_ensemble
from sim.results.attribution_folder import SharedDays
from sim.scenario import Scenario
from sim.sweep.folder import STUDY, SweepFolder
from sim.sweep.for_analysis import life_tables_of, pair_tables_of, reasons_of, runs_of
from sim.sweep.stored import Status, verify_sweep

MOST_CURVES = 6
ENDS_SHOWN = 12
"""Of more than `MOST_ROWS` points: so many that last longest, and so many that last shortest."""
MOST_PAIRED_RUNS = 200_000  # that are written out for the scripts


@dataclass(frozen=True)
class EnsembleMaterial:
    """An ensemble with its scenario, verified."""

    stored: StoredEnsemble
    case: Scenario
    origin: Origin
    table: LifeTable
    attributions: tuple[SharedDays, ...] = ()

    @property
    def horizon_days(self) -> int:
        """The last day on which truces were followed."""
        return self.table.horizon_days

    @property
    def term_days(self) -> int | None:
        """The length of the term in days; None if there is none."""
        return self.case.effective.truce.term_days or None

    @property
    def name(self) -> str:
        """What the scenario was called when it was run."""
        return str(self.stored.manifest.get("scenario", ""))

    @cached_property
    def tables(self) -> LifeTables:
        """The life table as that of a single point, number 0."""
        return LifeTables(self.table.ended[None].copy(), self.table.censored[None].copy(), (0,))


def read_ensemble_material(folder: Path) -> EnsembleMaterial:
    """Verify and read an ensemble.

    Errors: as in `sim.results.read_ensemble`; `ResultsError` when this version does not understand
    its scenario.
    """
    stored = read_ensemble(folder)
    case = _scenario_of(stored.scenario_yaml, folder)
    manifest = stored.manifest
    command = tuple(str(word) for word in manifest.get("command", ()))
    content = {
        "Digest of the scenario": case.digest,
        "Digest of the runs": str(manifest["runs_sha256"]),
    }
    return EnsembleMaterial(
        stored,
        case,
        origin_of(
            "ensemble", manifest, case.title, case.question, content, folder.as_posix(), command
        ),
        life_table_of_runs(stored.runs, int(manifest["horizon_days"])),
    )


@dataclass(frozen=True)
class SweepMaterial:
    """A sweep, verified, with its life tables to the longest horizon of its points."""

    folder: SweepFolder
    status: Status
    base: Scenario
    origin: Origin
    tables: LifeTables

    @property
    def is_finished(self) -> bool:
        """Is every run there?"""
        return self.status.finished

    @property
    def mean_within(self) -> int:
        """The day through which means are taken: the shortest horizon of the points."""
        return min(self.folder.points.horizons)

    @property
    def factors(self) -> tuple[str, ...]:
        """The paths of what varies."""
        return self.folder.points.factors

    @cached_property
    def compared_with(self) -> int:
        """The number of the point that the others are compared with: the baseline, or the first."""
        baseline = self.folder.points.baseline
        known = self.tables.numbers
        return baseline if baseline is not None and baseline in known else known[0]

    @cached_property
    def durations(self) -> pandas.DataFrame:
        """How long truces hold at each point: median and mean days with limits."""
        return durations_of_points(self.tables, self.mean_within)

    def duration(self, number: int) -> Any:
        """Return the row of `durations` of a point."""
        return self._duration_rows[number]

    @cached_property
    def _duration_rows(self) -> dict[int, Any]:
        return {row.point: row for row in rows_of(self.durations)}

    @cached_property
    def pairs(self) -> PairTables | None:
        """All other points against the baseline, run by run; None if there is no other."""
        if len(self.tables) < 2:
            return None
        try:
            return pair_tables_of(self.folder.path, self.compared_with)
        except ResultsError:  # no pair of runs is there yet
            return None

    @cached_property
    def comparisons(self) -> pandas.DataFrame | None:
        """The differences from the baseline; None if there is nothing to compare."""
        if self.pairs is None or not len(self.pairs):
            return None
        return comparison_table(self.pairs, through_day=self.mean_within)

    @cached_property
    def by_length(self) -> list[int]:
        """The numbers of the points, those whose truces last longest first."""
        order = self.durations.sort_values(["kept_days", "point"], ascending=[False, True])
        return [int(number) for number in order["point"]]

    @cached_property
    def listed(self) -> list[int]:
        """The points that a page lists: all of a few, else those at either end and the baseline."""
        if len(self.tables) <= MOST_ROWS:
            return list(self.tables.numbers)
        ends = {*self.by_length[:ENDS_SHOWN], *self.by_length[-ENDS_SHOWN:]}
        kept = ends | {self.compared_with}
        return [number for number in self.by_length if number in kept]

    @cached_property
    def curves(self) -> list[int]:
        """The points whose curves are drawn: all of a few, else the baseline and the extremes."""
        if len(self.tables) <= MOST_CURVES:
            return list(self.tables.numbers)
        extremes = [self.compared_with, self.by_length[0], self.by_length[-1]]
        return sorted(set(extremes), key=extremes.index)

    @cached_property
    def term_days(self) -> int | None:
        """The length of the term that all points share; None if there is none, or it varies."""
        if any(path.startswith(("truce.term", "mechanisms")) for path in self.factors):
            return None
        return self.base.effective.truce.term_days or None

    def chosen(self, numbers: Sequence[int]) -> LifeTables:
        """Return the life tables of some points, in this order."""
        return chosen_points(self.tables, [self.place(number) for number in numbers])

    def place(self, number: int) -> int:
        """Return where in the tables a point stands."""
        return self.tables.numbers.index(number)

    def table(self, number: int) -> LifeTable:
        """Return the life table of a point through its own horizon."""
        last = self.folder.points.horizons[number] + 1
        whole = self.tables[self.place(number)]
        return LifeTable(whole.ended[:, :last].copy(), whole.censored[:last].copy())

    @cached_property
    def reasons(self) -> dict[int, pandas.DataFrame]:
        """Why truces ended, for the points whose curves are drawn."""
        return reasons_of(self.folder, self.curves)

    def paired_runs(self, number: int) -> pandas.DataFrame | None:
        """Return the days of equal runs at a point and the baseline; None if there are too many."""
        if self.folder.runs > MOST_PAIRED_RUNS:
            return None
        days, _ = runs_of(self.folder, [number, self.compared_with])
        whole = np.flatnonzero((days >= 0).all(axis=0))
        columns = {"point": number, "baseline": self.compared_with, "run": whole}
        columns |= {"days": days[0, whole], "baseline_days": days[1, whole]}
        return pandas.DataFrame(columns)


def read_sweep_material(path: Path) -> SweepMaterial:
    """Verify and read a sweep.

    Errors: `UsageError` when there is no sweep; `ResultsError` when it is damaged, has no tables
    yet, or holds no run.
    """
    status = verify_sweep(path)
    folder = status.folder
    tables = life_tables_of(path)
    if not len(tables):
        raise ResultsError(f"{path} has no finished run yet; there is nothing to report.")
    manifest = folder.manifest
    hashes: dict[str, Any] = manifest.get("hashes", {})
    content = {
        "Digest of the study": str(manifest.get("study_digest", "")),
        "Digest of the runs": str(hashes.get("runs", "")),
    }
    title, question = str(manifest["title"]), str(manifest.get("question", ""))
    return SweepMaterial(
        folder,
        status,
        _scenario_of(folder.points.base_yaml, path),
        origin_of("sweep", manifest, title, question, content, path.as_posix(), _again(path)),
        tables,
    )


def _again(path: Path) -> tuple[str, ...]:
    return ("truce", "sweep", f"{path.as_posix()}/{STUDY}", "--out", "again")


def _scenario_of(text: str, folder: Path) -> Scenario:
    try:
        return Scenario.from_yaml(text, folder / "scenario.resolved.yaml")
    except ScenarioError as error:
        raise ResultsError(
            f"The scenario stored in {folder} is not one of this version: {error}. Run it again, "
            "or use the version that its manifest names."
        ) from error
