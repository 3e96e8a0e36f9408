"""Write, verify and read the results folder of one ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from sim.results.sheets import read_sheet, write_sheet

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

RUNS = "runs.parquet"
SCENARIO = "scenario.resolved.yaml"
FIGURE_STEM = "survival"
_NEEDED = (RUNS, SCENARIO, "survival.csv", "endings.csv", "why.csv")


@dataclass(frozen=True)
class StoredEnsemble:
    """What a results folder holds; `incidence` is None where it was not written."""

    runs: pandas.DataFrame
    survival: pandas.DataFrame
    endings: pandas.DataFrame
    why: pandas.DataFrame
    incidence: pandas.DataFrame | None
    scenario_yaml: str
    manifest: dict[str, Any]


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
) -> dict[str, Any]:
    """Write one ensemble to `folder`, whole or not at all, and return its full manifest.

    An earlier ensemble there is replaced. `manifest` holds at least `seed`, `horizon_days` and
    `command`; versions, digests and the time are added. Runs are stored in the order of `run`.

    Errors: `UsageError` when the folder holds files of someone else, or the manifest lacks a field;
    `TruceError` when the disk refuses. In every case what was there before is still there.
    """
    sheets = {"survival": survival, "endings": endings, "why": why, "incidence": incidence}
    ordered = in_run_order(runs)
    with replacing(folder) as draft:
        _write_runs(ordered, draft / RUNS)
        for stem, sheet in sheets.items():
            if sheet is not None:
                write_sheet(sheet, draft / f"{stem}.csv")
        _write_figure(figure, draft)
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
        )


def _verified(folder: Path) -> tuple[dict[str, Any], pandas.DataFrame]:
    with plain_disk_errors(folder, "read"):
        place = standing(folder)
        if not place.is_dir():
            raise UsageError(f"There is no results folder {folder}.")
        manifest = read_manifest(place)
        problems = [*_manifest_problems(manifest), *_file_problems(place, manifest["files"])]
        runs = None if problems else _read_runs(place / RUNS)
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


def _write_runs(runs: pandas.DataFrame, path: Path) -> None:
    import pyarrow

    try:
        runs.to_parquet(path, engine="pyarrow", compression="zstd", index=False)
    except pyarrow.ArrowInvalid as error:
        raise TruceError(f"The table of runs cannot be stored: {error}.") from error


def _read_runs(path: Path) -> pandas.DataFrame | None:
    import pandas
    import pyarrow

    try:
        return pandas.read_parquet(path, engine="pyarrow")
    except pyarrow.ArrowInvalid:
        return None


def _write_figure(figure: Figure, draft: Path) -> None:
    from sim.report import figure_files

    for name, content in figure_files(figure, FIGURE_STEM).items():
        (draft / name).write_bytes(content)


def _optional_sheet(
    folder: Path, manifest: Mapping[str, Any], name: str
) -> pandas.DataFrame | None:
    return read_sheet(folder / name) if name in manifest["files"] else None
