"""What the disk refuses, in a plain sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import TruceError

_SENTENCES: dict[int, str] = {
    errno.EACCES: "You have no permission there; choose another folder.",
    errno.EPERM: "You have no permission there; choose another folder.",
    errno.EROFS: "It can only be read there; choose another folder.",
    errno.ENOSPC: "The disk is full; free some space or choose another disk.",
    errno.EDQUOT: "Your share of the disk is used up; free some space or choose another disk.",
    errno.ENOENT: "There is no such place; check the name.",
    errno.ENOTDIR: "A part of the path is a file, not a folder; choose another name.",
    errno.EEXIST: "There is a file of that name, not a folder; choose another name.",
    errno.ENAMETOOLONG: "The name is too long; choose a shorter one.",
}


@contextmanager
def plain_disk_errors(place: Path, doing: str = "write to") -> Iterator[None]:
    """Turn an `OSError` into a `TruceError` that says what could not be done, where, and why."""
    try:
        yield
    except OSError as error:
        why = _SENTENCES.get(error.errno or 0, f"{error.strerror or error}.")
        raise TruceError(f"Cannot {doing} {place}. {why}") from error


UNFINISHED = ".writing-"
"""How the names of files begin that are being written; a process that was killed leaves them."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then there by renaming.

    The draft has another ending than the file: some programs that read `*.parquet` take files that
    begin with a dot as well, DuckDB among them.

    Errors: `TruceError` when the disk refuses; what was there before is still there then.
    """
    draft = path.with_name(f"{UNFINISHED}{path.name}.draft")
    with plain_disk_errors(path.parent):
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
