"""How behaviour becomes machine code, and where that is kept between processes."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, cast

from numba import config, njit

WITHOUT_BEHAVIOUR = frozenset(
    {
        "analysis",
        "anatomy.py",
        "cli",
        "disk.py",
        "experiment.py",
        "explain.py",
        "glossary.py",
        "paths.py",
        "reference.py",
        "report",
        "results",
        "scenario",
        "story.py",
        "summary.py",
        "sweep",
        "workers.py",
    }
)
"""Parts of the package whose edits cannot change what is compiled."""

FOLDERS_KEPT = 5  # machine code of as many versions of the package stays on disk


def compiled[F: Callable[..., Any]](function: F) -> F:
    """Return a function as machine code, kept on disk for as long as no behaviour changes.

    Where nothing can be kept it is compiled anew in each process.
    """
    # Records need no garbage collector: counting references to them took half of the time. What is
    # compiled is part of its caller, as behaviours are.
    options: dict[str, Any] = {"nogil": True, "_nrt": False, "forceinline": True}
    folder = code_folder()
    if not can_be_written(folder):
        return cast(F, njit(**options)(function))
    with cache_folder(folder):
        return cast(F, njit(cache=True, **options)(function))


def code_folder() -> Path:
    """Return where machine code is kept: a folder named by a digest of all behaviour sources.

    Numba's own cache looks only at the file of the function it compiles, so an edited rule would
    go unnoticed; here an edit of any behaviour leads to another folder.
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "truce-sim" / behaviour_digest()[:16]


def behaviour_digest() -> str:
    """Return the SHA-256 of all sources that can change a number."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        place = source.relative_to(package)
        if place.parts[0] not in WITHOUT_BEHAVIOUR:
            digest.update(place.as_posix().encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


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


def clear_old(home: Path) -> None:
    """Remove all but the newest folders of machine code."""
    with suppress(OSError):
        newest_first = sorted(home.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in newest_first[FOLDERS_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def cache_folder(folder: Path) -> Iterator[None]:
    """Let Numba keep what is compiled inside the block in this folder."""
    settings: Any = config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        settings.CACHE_DIR = before
