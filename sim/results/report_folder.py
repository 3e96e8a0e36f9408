"""The folder of a report made from results: what is in it, and whether somebody has edited it.

A report may lie in the folder of its results under the name `report`. It can be made again, so it
goes when the results are replaced; unless it was edited, which is work that must not be lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.disk import plain_disk_errors
from sim.errors import UsageError
from sim.results.manifest import MANIFEST, as_json, digest_of, sha256_of_file

REPORT = "report"
KIND = "truce-sim report"
FORMAT = 1
LEFT_BY_DESKTOPS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def report_manifest(formats: list[str], results_digest: str, files: Mapping[str, str]) -> bytes:
    """Return the manifest of a report: its formats, the digest of its results and of its files."""
    manifest: dict[str, Any] = {
        "kind": KIND,
        "format": FORMAT,
        "formats": sorted(formats),
        "results_digest": results_digest,
        "files": dict(files),
    }
    return as_json(manifest | {"digest": digest_of(manifest)}).encode() + b"\n"


def read_report_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a report; None where there is none, or not an unaltered one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files = manifest["files"]
        sound = (
            manifest["kind"] == KIND
            and manifest["format"] == FORMAT
            and isinstance(files, dict)
            and digest_of(manifest) == manifest["digest"]
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError, UsageError):
        return None
    return dict(manifest) if sound else None


def changes_of_report(folder: Path) -> list[str]:
    """Return what in the folder of a report is not as it was written, sorted; nothing if all is.

    A file that is gone is no change: nothing of it can be lost.
    """
    if folder.is_symlink() or not folder.is_dir():
        return [folder.name]
    manifest = read_report_manifest(folder)
    known: dict[str, str] = manifest["files"] if manifest else {}
    with plain_disk_errors(folder, "read"):
        return sorted(
            name
            for path in folder.rglob("*")
            if not path.is_dir() or path.is_symlink()
            for name in [path.relative_to(folder).as_posix()]
            if path.name not in LEFT_BY_DESKTOPS
            and not (name == MANIFEST and manifest)
            and (path.is_symlink() or known.get(name) != sha256_of_file(path))
        )


def refuse_edited_report(folder: Path, doing: str) -> None:
    """Refuse to lose what somebody changed in, or added to, the report in a folder.

    Errors: `UsageError` that names it.
    """
    if changed := changes_of_report(folder):
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise UsageError(
            f"{folder} holds what no report wrote or what was edited since: {changed[0]}{more}. "
            f"{doing} would lose it. Move it elsewhere, or choose another folder with --out."
        )


def said_of_report(results: Path, digest: str) -> str:
    """Return a sentence on the report in a folder of such results; "" if there is none."""
    folder = results / REPORT
    if not folder.exists():
        return ""
    if changed := changes_of_report(folder):
        return f"{folder} was edited since it was written, or is no report of ours: {changed[0]}"
    manifest = read_report_manifest(folder)
    if manifest is None or manifest["results_digest"] != digest:
        return f"{folder} is of earlier results; truce report {results} makes it anew"
    return f"{folder} is of these results, and as it was written"
