"""What the disk refuses, in a plain sentence."""

from __future__ import annotations

import errno
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
