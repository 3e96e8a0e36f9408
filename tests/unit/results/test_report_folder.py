"""A report beside its results: taken along when untouched, kept when edited."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.errors import UsageError
from sim.results.manifest import MANIFEST, sha256_of
from sim.results.report_folder import (
    changes_of_report,
    read_report_manifest,
    refuse_edited_report,
    report_manifest,
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    (folder / "figures").mkdir(parents=True)
    contents = {"report.html": b"<p>", "figures/a.svg": b"<svg/>"}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    sums = {name: sha256_of(content) for name, content in contents.items()}
    (folder / MANIFEST).write_bytes(report_manifest(["md", "html"], "abc", sums))
    return folder


def test_an_untouched_report_has_no_changes(report: Path) -> None:
    assert changes_of_report(report) == []
    manifest = read_report_manifest(report)
    assert manifest is not None
    assert (manifest["formats"], manifest["results_digest"]) == (["html", "md"], "abc")
    (report / ".DS_Store").write_bytes(b"")
    (report / "report.html").unlink()  # what is gone cannot be lost
    refuse_edited_report(report, "This")


@pytest.mark.parametrize("name", ["report.html", "notes.txt", "figures/a.svg", "figures/b/c.txt"])
def test_an_edited_or_added_file_is_found(report: Path, name: str) -> None:
    (report / name).parent.mkdir(exist_ok=True)
    (report / name).write_bytes(b"mine")
    assert changes_of_report(report) == [name]
    with pytest.raises(UsageError, match=rf"{name}.*This would lose it"):
        refuse_edited_report(report, "This")


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b'{"kind": "truce-sim report"}', b"\xff", b'{"files": 3}'],
)
def test_without_a_sound_manifest_everything_counts_as_somebody_elses(
    report: Path, text: bytes
) -> None:
    (report / MANIFEST).write_bytes(text)
    assert read_report_manifest(report) is None
    assert changes_of_report(report) == ["figures/a.svg", MANIFEST, "report.html"]


def test_a_forged_manifest_is_not_believed(report: Path) -> None:
    manifest = json.loads((report / MANIFEST).read_bytes())
    (report / "report.html").write_bytes(b"mine")
    manifest["files"]["report.html"] = sha256_of(b"mine")
    (report / MANIFEST).write_text(json.dumps(manifest))
    assert MANIFEST in changes_of_report(report)


def test_links_and_files_in_its_place_are_no_report(report: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(report)
    assert changes_of_report(link) == ["link"]
    (tmp_path / "file").write_text("x")
    assert changes_of_report(tmp_path / "file") == ["file"]
    (report / "report.html").unlink()
    (report / "report.html").symlink_to(report / "figures" / "a.svg")
    assert changes_of_report(report) == ["report.html"]
