"""Write, verify and read the results folder of one ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.disk import plain_disk_errors
from sim.errors import ResultsError, TruceError, UsageError
from sim.results.folder import replacing, standing
from sim.results.manifest import (
    MANIFEST,
    as_json,
    completed,
    digest_of,
    in_run_order,
    read_manifest,
    runs_digest,
    sha256_of_file,
)
from sim.sheets import read_sheet, write_sheet

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

RUNS = "runs.parquet"
SCENARIO = "scenario.resolved.yaml"
FIGURE_STEM = "survival"
BANDS = "paths.csv"
FIRST_RUNS = "first_runs.parquet"
PATHS_FIGURE_STEM = "paths"
PARAMETERS_STEM = "parameters"
BY_VECTOR = "parameters_by_vector.csv"
_NEEDED = (RUNS, SCENARIO, "survival.csv", "endings.csv", "why.csv")


class PathTables(Protocol):
    """Daily paths to be written, as `sim.paths.Paths` has them."""

    @property
    def bands(self) -> pandas.DataFrame:
        """Quantiles by variable and day."""

    @property
    def first_runs(self) -> pandas.DataFrame:
        """The first runs in full; no rows if none was kept."""

    def plot(self) -> Figure:
        """Draw the bands."""


class ParameterTables(Protocol):
    """A band over parameter vectors to be written, as `sim.uncertain.Uncertain` has it."""

    @property
    def band(self) -> pandas.DataFrame:
        """The band by day."""

    @property
    def by_vector(self) -> pandas.DataFrame:
        """The headline numbers under each vector."""

    @property
    def told(self) -> Mapping[str, Any]:
        """What the set is."""

    def plot(self) -> Figure:
        """Draw the band around the curve."""


@dataclass(frozen=True)
class StoredParameters:
    """What a results folder holds of a set of parameter vectors.

    `band` is that of the curve by day, `by_vector` has the headline numbers under each vector, and
    `told` says what the set is.
    """

    band: pandas.DataFrame
    by_vector: pandas.DataFrame
    told: dict[str, Any]


@dataclass(frozen=True)
class StoredPaths:
    """The daily paths in a results folder; `first_runs` is None where no run was kept in full."""

    bands: pandas.DataFrame
    first_runs: pandas.DataFrame | None


@dataclass(frozen=True)
class StoredEnsemble:
    """What a results folder holds; what was not written, as `paths` may not be, is None."""

    runs: pandas.DataFrame
    survival: pandas.DataFrame
    endings: pandas.DataFrame
    why: pandas.DataFrame
    incidence: pandas.DataFrame | None
    scenario_yaml: str
    manifest: dict[str, Any]
    paths: StoredPaths | None = None
    parameters: StoredParameters | None = None


def write_ensemble(
    folder: Path,
    *,
    runs: pandas.DataFrame,
    survival: pandas.DataFrame,
    endings: pandas.DataFrame,
    why: pandas.DataFrame,
    figure: Figure,
    scenario_yaml: str,
    manifest: Mapping[str, Any],
    incidence: pandas.DataFrame | None = None,
    paths: PathTables | None = None,
    parameters: ParameterTables | None = None,
) -> dict[str, Any]:
    """Write one ensemble to `folder`, whole or not at all, and return its full manifest.

    An earlier ensemble there is replaced. `manifest` holds at least `seed`, `horizon_days` and
    `command`; versions, digests and the time are added. Runs are stored in the order of `run`.
    With `paths` come paths.csv, their figure and, if runs were kept in full, first_runs.parquet;
    with `parameters` the band over parameter vectors, parameters.csv, its figure, and the numbers
    under each vector, parameters_by_vector.csv; the manifest says what the set is.

    Errors: `UsageError` when the folder holds files of someone else, or the manifest lacks a field;
    `TruceError` when the disk refuses. In every case what was there before is still there.
    """
    sheets = {"survival": survival, "endings": endings, "why": why, "incidence": incidence}
    ordered = in_run_order(runs)
    with replacing(folder) as draft:
        _write_table(ordered, draft / RUNS)
        for stem, sheet in sheets.items():
            if sheet is not None:
                write_sheet(sheet, draft / f"{stem}.csv")
        _write_figure(figure, FIGURE_STEM, draft)
        if paths is not None:
            _write_paths(paths, draft)
        if parameters is not None:
            write_sheet(parameters.band, draft / f"{PARAMETERS_STEM}.csv")
            write_sheet(parameters.by_vector, draft / BY_VECTOR)
            manifest = {**manifest, PARAMETERS_STEM: dict(parameters.told)}
            _write_figure(parameters.plot(), PARAMETERS_STEM, draft)
        (draft / SCENARIO).write_bytes(scenario_yaml.encode())
        files = {path.name: sha256_of_file(path) for path in sorted(draft.iterdir())}
        full = completed(manifest, ordered, scenario_yaml, files)
        (draft / MANIFEST).write_bytes(as_json(full).encode() + b"\n")
    return full


def verify_ensemble(folder: Path) -> dict[str, Any]:
    """Check every file of an ensemble against its manifest; return the manifest.

    Errors: `UsageError` when there is no such folder; `ResultsError` naming each file that is
    missing or does not match.
    """
    return _verified(folder)[0]


def read_ensemble(folder: Path) -> StoredEnsemble:
    """Verify an ensemble and return its pieces.

    Errors: as `verify_ensemble`.
    """
    manifest, runs = _verified(folder)
    with plain_disk_errors(folder, "read"):
        place = standing(folder)
        return StoredEnsemble(
            runs=runs,
            survival=read_sheet(place / "survival.csv"),
            endings=read_sheet(place / "endings.csv"),
            why=read_sheet(place / "why.csv"),
            incidence=_optional_sheet(place, manifest, "incidence.csv"),
            scenario_yaml=(place / SCENARIO).read_bytes().decode(),
            manifest=manifest,
            paths=_read_paths(place, manifest),
            parameters=_read_parameters(place, manifest),
        )


def _verified(folder: Path) -> tuple[dict[str, Any], pandas.DataFrame]:
    with plain_disk_errors(folder, "read"):
        place = standing(folder)
        if not place.is_dir():
            raise UsageError(f"There is no results folder {folder}.")
        manifest = read_manifest(place)
        problems = [*_manifest_problems(manifest), *_file_problems(place, manifest["files"])]
        runs = None if problems else _read_table(place / RUNS)
    if runs is not None and runs_digest(runs) != manifest["runs_sha256"]:
        problems.append(f"{RUNS}: the runs in it are not those of the manifest")
    if runs is None or problems:
        raise ResultsError(
            f"The results in {folder} do not match their manifest:\n"
            + "\n".join(f"- {problem}" for problem in problems or [f"{RUNS}: it cannot be read"])
        )
    return manifest, runs


def _manifest_problems(manifest: Mapping[str, Any]) -> list[str]:
    if digest_of(manifest) != manifest.get("digest"):
        return [f"{MANIFEST}: it has changed since it was written"]
    absent = [name for name in _NEEDED if name not in manifest["files"]]
    return [f"{name}: the manifest does not list it" for name in absent]


def _file_problems(folder: Path, files: Mapping[str, str]) -> list[str]:
    problems = []
    for name, expected in sorted(files.items()):
        if not (folder / name).is_file():
            problems.append(f"{name}: it is missing")
        elif sha256_of_file(folder / name) != expected:
            problems.append(f"{name}: it has changed since it was written")
    return problems


def _write_table(table: pandas.DataFrame, path: Path) -> None:
    import pyarrow

    try:
        table.to_parquet(path, engine="pyarrow", compression="zstd", index=False)
    except pyarrow.ArrowInvalid as error:
        raise TruceError(f"The table for {path.name} cannot be stored: {error}.") from error


def _read_table(path: Path) -> pandas.DataFrame | None:
    import pandas
    import pyarrow

    try:
        return pandas.read_parquet(path, engine="pyarrow")
    except pyarrow.ArrowInvalid:
        return None


def _write_figure(figure: Figure, stem: str, draft: Path) -> None:
    from sim.report import picture_files

    for name, content in picture_files(figure, stem).items():
        (draft / name).write_bytes(content)


def _write_paths(paths: PathTables, draft: Path) -> None:
    write_sheet(paths.bands, draft / BANDS)
    _write_figure(paths.plot(), PATHS_FIGURE_STEM, draft)
    if len(paths.first_runs):
        _write_table(paths.first_runs, draft / FIRST_RUNS)


def _read_paths(folder: Path, manifest: Mapping[str, Any]) -> StoredPaths | None:
    bands = _optional_sheet(folder, manifest, BANDS)
    if bands is None:
        return None
    is_listed = FIRST_RUNS in manifest["files"]
    return StoredPaths(bands, _read_table(folder / FIRST_RUNS) if is_listed else None)


def _read_parameters(folder: Path, manifest: Mapping[str, Any]) -> StoredParameters | None:
    band = _optional_sheet(folder, manifest, f"{PARAMETERS_STEM}.csv")
    by_vector = _optional_sheet(folder, manifest, BY_VECTOR)
    told = manifest.get(PARAMETERS_STEM)
    if band is None or by_vector is None or not isinstance(told, dict):
        return None
    return StoredParameters(band, by_vector, told)


def _optional_sheet(
    folder: Path, manifest: Mapping[str, Any], name: str
) -> pandas.DataFrame | None:
    return read_sheet(folder / name) if name in manifest["files"] else None
