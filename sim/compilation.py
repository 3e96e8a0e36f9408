"""How behaviour becomes machine code, and where that is kept between processes."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, cast

from sim.sources import behaviour_digest

_ONE_AT_A_TIME = RLock()  # Numba has one setting for all threads
FOLDERS_KEPT = 5  # machine code of as many versions of the package stays on disk


def compiled[F: Callable[..., Any]](function: F) -> F:
    """Return a function as machine code, kept on disk for as long as no behaviour changes.

    Where nothing can be kept it is compiled anew in each process.
    """
    from numba import njit

    # Records need no garbage collector: counting references to them took half of the time. What is
    # compiled is part of its caller, as behaviours are.
    options: dict[str, Any] = {"nogil": True, "_nrt": False, "forceinline": True}
    folder = place_to_keep()
    if folder is None:
        return cast(F, njit(**options)(function))
    with cache_folder(folder):
        return cast(F, njit(cache=True, **options)(function))


def place_to_keep() -> Path | None:
    """Return where machine code can be kept: `code_folder`, else a folder of one's own for now.

    A home that cannot be written, as on some clusters, leaves the system's temporary folder. None
    where that fails too.
    """
    folder = code_folder()
    if can_be_written(folder):
        return folder
    temporary = Path(tempfile.gettempdir()) / f"truce-sim-{user()}"
    folder = temporary / folder.name
    return folder if is_own(temporary) and can_be_written(folder) else None


def is_still_to_be_kept() -> bool:
    """Is there a place for machine code, with none in it yet?"""
    folder = place_to_keep()
    return folder is not None and not any(folder.rglob("*.nbc"))


def code_folder() -> Path:
    """Return where machine code should be kept: a folder named by a digest of all behaviour.

    Numba's own cache looks only at the file of the function it compiles, so an edited rule would
    go unnoticed; here an edit of any behaviour leads to another folder.
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "truce-sim" / behaviour_digest()[:16]


@cache
def can_be_written(folder: Path) -> bool:
    """Can files be kept in this folder? Makes it, and clears away the oldest beside it."""
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            clear_old(folder.parent)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def is_own(folder: Path) -> bool:
    """Does this folder belong to the user alone? Makes it.

    Kept machine code is run as it is found, so what others could have put there is never used.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    private = not found.st_mode & 0o077 or os.name == "nt"  # Windows has other permissions
    return stat.S_ISDIR(found.st_mode) and found.st_uid == user() and private


def user() -> int:
    """Return the number of the user, 0 where the system counts none."""
    return os.getuid() if hasattr(os, "getuid") else 0


def clear_old(home: Path) -> None:
    """Remove all but the newest folders of machine code."""
    with suppress(OSError):
        newest_first = sorted(home.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in newest_first[FOLDERS_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def cache_folder(folder: Path) -> Iterator[None]:
    """Let Numba keep what is compiled inside the block in this folder."""
    from numba import config

    settings: Any = config
    with _ONE_AT_A_TIME:
        before = settings.CACHE_DIR
        settings.CACHE_DIR = str(folder)
        try:
            yield
        finally:
            settings.CACHE_DIR = before
