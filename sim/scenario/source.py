"""From a path to text: ordinary files of moderate size that hold UTF-8."""

from __future__ import annotations

import codecs
import stat
from itertools import islice
from pathlib import Path

from sim.scenario.document import MOST_CHARACTERS, line_and_column
from sim.scenario.words import closest, number, printable_path

MOST_BYTES = MOST_CHARACTERS
"""More than any scenario needs; the parser takes well under a second for so much text."""

_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class NoTextError(Exception):
    """A file that cannot be read as text; line and column are 0 if it cannot be opened at all."""

    def __init__(self, what: str, line: int = 0, column: int = 0) -> None:
        super().__init__(what)
        self.what, self.line, self.column = what, line, column


def read_text(path: Path, kind: str = "scenario", most_bytes: int = MOST_BYTES) -> str:
    """Return the text of a file, without a byte order mark; `kind` names it in messages.

    Raises
    ------
    NoTextError
        If there is no such file, or it is a folder, too large, or not UTF-8 text.
    """
    data = _read_bytes(path, kind, most_bytes)
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise NoTextError(f"is {name} text; save it as UTF-8", 1, 1)
    if b"\0" in data:
        raise NoTextError("is not a text file")
    return _decoded(data)


def _read_bytes(path: Path, kind: str, most_bytes: int) -> bytes:
    try:
        _refuse_unsuitable(path, kind, most_bytes)
        with path.open("rb") as file:
            return file.read(most_bytes)
    except FileNotFoundError:
        raise NoTextError(f"there is no such file{_similar_names(path)}") from None
    except PermissionError:
        raise NoTextError("may not be read; check the permissions of the file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise NoTextError(f"cannot be read: {reason or 'not a file name'}") from None


def _refuse_unsuitable(path: Path, kind: str, most_bytes: int) -> None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise NoTextError(f"is a folder, not a {kind} file{_files_inside(path)}")
    if not stat.S_ISREG(status.st_mode):
        raise NoTextError("is not an ordinary file")
    if status.st_size > most_bytes:
        size = number(round(status.st_size / 1024))
        raise NoTextError(f"is too large for a {kind}: {size} kB, at most {most_bytes // 1024} kB")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace").removeprefix("\ufeff")
        what = f"is not UTF-8 text: byte 0x{data[error.start]:02x}; save the file as UTF-8"
        raise NoTextError(what, *line_and_column(before)) from None


def yaml_names(folder: Path) -> list[str]:
    """Names of the YAML files in a folder; none if it cannot be listed."""
    try:
        names = [path.name for path in islice(folder.iterdir(), 1000)]
    except OSError:
        return []
    return sorted(name for name in names if name.endswith((".yaml", ".yml")))


def _similar_names(path: Path) -> str:
    names = yaml_names(path.parent)
    match = closest(path.name, names) or closest(f"{path.stem}.yaml", names)
    return f"; did you mean {printable_path(path.parent / match)}?" if match else ""


def _files_inside(path: Path) -> str:
    names = yaml_names(path)
    return f"; it holds {', '.join(map(printable_path, names[:5]))}" if names else ""
