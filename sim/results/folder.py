"""A folder that is replaced whole: written beside its place, then moved there by renaming.

A write that fails or is interrupted leaves what was there before. Only a crash in the instant
between two renames leaves the former folder under a hidden name, where reading finds it, and the
next write puts it back.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.disk import plain_disk_errors
from sim.errors import TruceError, UsageError
from sim.results.manifest import MANIFEST, listed_files
from sim.results.report_folder import LEFT_BY_DESKTOPS, REPORT, refuse_edited_report

_ABANDONED_SECONDS = 3600.0


def check_destination(folder: Path) -> None:
    """Refuse a folder that an ensemble must not or cannot be written to; cheap, so call it early.

    Errors: `UsageError` when the path is a file, or when the folder holds files that no manifest of
    an ensemble lists, or a report that was edited; `TruceError` when there is no permission to
    write.
    """
    place = check_place(folder)
    with plain_disk_errors(folder):
        foreign = foreign_files(place) if place.exists() else []
    if foreign:
        raise UsageError(
            f"{folder} holds files that are not part of an ensemble and would be lost: "
            f"{_some_of(foreign)}. Move them elsewhere, or choose another folder."
        )
    if place.exists() and listed_files(place) and (place / REPORT).exists():
        refuse_edited_report(folder / REPORT, "Replacing the results")


def check_place(folder: Path) -> Path:
    """Refuse a place where no folder can be written; return where it really is.

    Errors: `UsageError` when it is a file; `TruceError` when there is no permission to write.
    """
    place = folder.resolve()
    with plain_disk_errors(folder):
        if place.exists() and not place.is_dir():
            raise UsageError(f"Cannot write to {folder}: it is a file. Choose another name.")
        _refuse_without_permission(place)
    return place


def foreign_files(folder: Path) -> list[str]:
    """Return the names in `folder` that its manifest does not list, but for a report, sorted."""
    known = listed_files(folder)
    own = {*known, MANIFEST, REPORT} if known else set()
    return sorted({entry.name for entry in folder.iterdir()} - own - LEFT_BY_DESKTOPS)


@contextmanager
def replacing(folder: Path, check: Callable[[Path], object] = check_destination) -> Iterator[Path]:
    """Give an empty folder to write to; when the block ends well, it takes the place of `folder`.

    When the block raises, or anything else goes wrong, `folder` stays as it was. `check` refuses a
    folder that must not be replaced.

    Errors: as `check`; `TruceError` when the disk refuses.
    """
    place = folder.resolve()
    with plain_disk_errors(folder):
        _restore_interrupted(place)
        check(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(place)
        draft = place.with_name(f".{place.name}.writing-{secrets.token_hex(4)}")
        draft.mkdir()
        try:
            yield draft
            _flush(draft)
            _swap(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def standing(folder: Path) -> Path:
    """Return where the contents of `folder` are: there or, after a crash, under a hidden name."""
    former = _former(folder.resolve())
    return former if former.exists() and not folder.exists() else folder


def _restore_interrupted(place: Path) -> None:
    """Finish or undo a replacement that was cut off between its two renames."""
    former = _former(place)
    if not former.exists():
        return
    if place.exists():
        shutil.rmtree(former)
    else:
        former.rename(place)


def _swap(draft: Path, place: Path) -> None:
    former = _former(place)
    try:
        if place.exists():
            place.rename(former)
        draft.rename(place)
    except BaseException:
        if former.exists() and not place.exists():
            former.rename(place)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _former(place: Path) -> Path:
    return place.with_name(f".{place.name}.former")


def _flush(draft: Path) -> None:
    """Have the disk take every file before the names change, in case the power fails."""
    for path in draft.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())


def _remove_abandoned(place: Path) -> None:
    """Remove drafts that a killed process left behind an hour ago or more."""
    for draft in place.parent.glob(f".{place.name}.writing-*"):
        if time.time() - draft.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def _refuse_without_permission(place: Path) -> None:
    above = place.parent
    nearest = next(folder for folder in (above, *above.parents) if folder.exists())
    if not nearest.is_dir():
        raise UsageError(f"Cannot write to {place}: {nearest} is a file. Choose another name.")
    for folder in (nearest, place):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise TruceError(f"Cannot write to {place}: no permission to write in {folder}.")


def _some_of(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
