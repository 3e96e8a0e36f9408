"""From a results folder to the folder of its report: read, compose, write whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import UsageError
from sim.publication.content import Report
from sim.publication.html import html_files
from sim.publication.latex import latex_files
from sim.publication.markdown import markdown_files
from sim.publication.material import read_ensemble_material, read_sweep_material
from sim.publication.plates import FIGURES
from sim.results.folder import check_place, replacing
from sim.results.manifest import MANIFEST, sha256_of
from sim.results.report_folder import (
    REPORT,
    read_report_manifest,
    refuse_edited_report,
    report_manifest,
)
from sim.scenario.words import did_you_mean
from sim.sweep.folder import is_sweep

WRITERS: dict[str, Callable[[Report], dict[str, bytes]]] = {
    "html": html_files,
    "md": markdown_files,
    "tex": latex_files,
}
FORMATS = tuple(WRITERS)


@dataclass(frozen=True)
class Written:
    """A report on disk: where it is, its pages, all its files, and whether its sweep was done.

    `left_out` are sentences about what lies beside the results and does not belong to them.
    """

    folder: Path
    pages: tuple[str, ...]
    files: tuple[str, ...]
    is_finished: bool
    left_out: tuple[str, ...] = ()


def write_report(
    results: Path | str,
    formats: Sequence[str] = ("html",),
    folder: Path | str | None = None,
    attributions: Sequence[Path] = (),
) -> Written:
    """Write the report of an ensemble or a sweep, whole or not at all; the model is not run.

    `formats` are some of html, md and tex; those of a report that is there already are made anew
    with it. `folder` is by default `report` within the results. Days shared out by truce attribute
    are shown if they lie beside the results, or are given as `attributions`.

    Errors: `UsageError` for an unknown format, a folder without results, an attribution of other
    results, or a folder to be written that holds something else or an edited report;
    `ResultsError` when the results do not match their manifest; `TruceError` when the disk refuses.
    """
    check_formats(formats)
    source = Path(results)
    place = source / REPORT if folder is None else Path(folder)
    check_report_place(place)
    report, digest, finished, left_out = composed(source, attributions)
    former = read_report_manifest(place)
    kept = [name for name in (former or {}).get("formats", ()) if name in WRITERS]
    chosen = [name for name in WRITERS if name in (*formats, *kept)]
    files = files_of(report, chosen)
    sums = {name: sha256_of(content) for name, content in files.items()}
    with replacing(place, check_report_place) as draft:
        for name, content in files.items():
            (draft / name).parent.mkdir(exist_ok=True)
            (draft / name).write_bytes(content)
        (draft / MANIFEST).write_bytes(report_manifest(chosen, digest, sums))
    pages = tuple(f"report.{name}" for name in chosen)
    return Written(place, pages, tuple(files), finished, left_out)


def check_formats(formats: Sequence[str]) -> None:
    """Refuse a format that there is not (`UsageError`)."""
    for name in formats:
        if name not in WRITERS:
            raise UsageError(f"there is no format {name}{did_you_mean(name, FORMATS)}")


def check_report_place(folder: Path) -> None:
    """Refuse a folder in which a report cannot or must not be written; cheap, so call it early.

    Errors: `UsageError` when it is a file, or holds anything but a report as it was written;
    `TruceError` when there is no permission.
    """
    if check_place(folder).exists():
        refuse_edited_report(folder, "Writing the report")


def composed(
    results: Path, attributions: Sequence[Path] = ()
) -> tuple[Report, str, bool, tuple[str, ...]]:
    """Return the report of stored results, their digest, whether they are finished, what is left.

    Errors: as in `write_report`.
    """
    if is_sweep(results):
        from sim.publication.sweep_report import sweep_report

        if attributions:
            raise UsageError("days are shared out of one scenario; a sweep has many")
        sweep = read_sweep_material(results)
        if sweep.folder.vectors:
            from sim.publication.crossed_report import crossed_report

            return crossed_report(sweep), sweep.origin.digest, sweep.is_finished, ()
        return sweep_report(sweep), sweep.origin.digest, sweep.is_finished, ()
    from sim.publication.attributions import attributions_of
    from sim.publication.ensemble_report import ensemble_report

    ensemble = read_ensemble_material(results)
    found, left_out = attributions_of(ensemble, results, attributions)
    report = ensemble_report(replace(ensemble, attributions=found))
    return report, ensemble.origin.digest, True, left_out


def files_of(report: Report, formats: Sequence[str]) -> dict[str, bytes]:
    """Return all files of a report by their path: pages, figures, tables, scripts."""
    pages = {name: content for each in formats for name, content in WRITERS[each](report).items()}
    figures = {
        f"{FIGURES}/{name}": content
        for figure in report.figures()
        for name, content in figure.files.items()
    }
    return pages | figures | report.records
