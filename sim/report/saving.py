"""Figures on disk, under one stem, the same bytes whenever the figure is the same.

Pictures are SVG, PDF and PNG; beside them stand the numbers that are drawn, as CSV, and as JSON
with the title and the description.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from matplotlib.figure import Figure

from sim.disk import plain_disk_errors
from sim.errors import UsageError
from sim.report.appearance import house_style
from sim.report.sheet import DescribedFigure
from sim.report.wording import plain, silent_about_missing_letters
from sim.sheets import sheet_text

if TYPE_CHECKING:
    import pandas

PNG_DOTS_PER_INCH = 220
PICTURES: tuple[str, ...] = ("svg", "pdf", "png")
"""The kinds of pictures, by the ends of their names."""

_ROOT = re.compile(r"<svg\b([^>]*)>")
_PATH = re.compile(r' d="([^"]*)"')
_COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")
_TEXT = re.compile(r'<g id="text_\d+">\s*(<text[^<>]*>[^<]*</text>)\s*</g>')
_TAG = re.compile(r"<(path|text|use)\b[^<>]*>")
_INDENTED = re.compile(r">\n +<")
_FAMILY = "font-family: 'DejaVu Sans', 'Verdana', 'Arial', 'Helvetica', sans-serif"
_LONG_NUMBER = re.compile(r"\d+\.\d{3,}")
_NO_TURN = re.compile(r' transform="rotate\(-0 [^"]*"')
_NO_DATE: dict[str, dict[str, None]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


def save_figure(figure: Figure, folder: Path, stem: str) -> list[Path]:
    """Write the files of a figure to `folder` and return their paths; see `figure_files`.

    Errors: `TruceError` when the disk refuses.
    """
    contents = figure_files(figure, stem)
    with plain_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def figure_files(figure: Figure, stem: str) -> dict[str, bytes]:
    """Return the contents of stem.svg, stem.pdf and stem.png by name, and what is drawn as data.

    A figure that knows its data has stem.csv and stem.json as well. No file holds a date, so equal
    figures give equal bytes.
    """
    return picture_files(figure, stem) | data_files(figure, stem)


def picture_files(figure: Figure, stem: str) -> dict[str, bytes]:
    """Return the contents of stem.svg, stem.pdf and stem.png by name.

    The SVG keeps text as text and carries the title and description of the figure for readers who
    cannot see it.
    """
    return {f"{stem}.{kind}": picture(figure, kind, stem) for kind in PICTURES}


def picture(figure: Figure, kind: str, stem: str) -> bytes:
    """Return the figure as one of `PICTURES`; see `picture_files`."""
    return svg_text(figure, stem).encode() if kind == "svg" else _rendered(figure, kind)


def checked_picture(path: Path) -> str:
    """Return the kind of picture that a file is to be, from the end of its name.

    Errors: `UsageError` when it is none of `PICTURES`, when a folder has that name, or when the
    folder that it is to lie in is not there.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in PICTURES:
        kinds = ", ".join(f".{known}" for known in PICTURES)
        raise UsageError(f"a picture ends in one of {kinds}, and {path.name!r} does not")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} for the picture; make it first")
    return kind


def data_files(figure: Figure, stem: str) -> dict[str, bytes]:
    """Return the contents of stem.csv and stem.json by name; nothing for a figure without data.

    The JSON holds title, description, foot, the names of the columns, and the rows; missing values
    are null.
    """
    if not isinstance(figure, DescribedFigure) or figure.data is None:
        return {}
    described = {
        "title": figure.title_text,
        "description": figure.description,
        "foot": figure.foot,
        "columns": [str(name) for name in figure.data.columns],
        "rows": [[_plain_value(cell) for cell in row] for row in _rows(figure.data)],
    }
    text = json.dumps(described, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {f"{stem}.csv": sheet_text(figure.data).encode(), f"{stem}.json": text.encode() + b"\n"}


def svg_text(figure: Figure, stem: str) -> str:
    """Return the figure as SVG text; `stem` makes the ids of its title and description unique."""
    drawing = _rendered(figure, "svg").decode()
    title, description = _title_and_description(figure)
    label = re.sub(r"[^A-Za-z0-9_-]", "-", stem)
    described = (
        rf'<svg\1 style="{_FAMILY}" role="img" aria-labelledby="{label}-title {label}-desc">'
        f'\n <title id="{label}-title">{_as_replacement(title)}</title>'
        f'\n <desc id="{label}-desc">{_as_replacement(description)}</desc>'
    )
    shorter = _TAG.sub(_shorter_tag, _TEXT.sub(r"\1", _INDENTED.sub(">\n<", drawing)))
    return _ROOT.sub(described, shorter, count=1)


def _rendered(figure: Figure, kind: str) -> bytes:
    buffer = BytesIO()
    with house_style(), silent_about_missing_letters():
        figure.savefig(
            buffer, format=kind, dpi=PNG_DOTS_PER_INCH, metadata=_NO_DATE.get(kind), facecolor="w"
        )
    return buffer.getvalue()


def _title_and_description(figure: Figure) -> tuple[str, str]:
    if isinstance(figure, DescribedFigure):
        return figure.title_text, figure.description
    return plain(figure.get_suptitle()), ""


def _rows(table: pandas.DataFrame) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in table.columns), strict=True)


def _plain_value(cell: Any) -> Any:
    """Return a cell as JSON has it: null for what is missing, infinities as text."""
    if cell is None or str(cell) == "<NA>" or cell != cell:
        return None
    return str(cell) if isinstance(cell, float) and math.isinf(cell) else cell


def _as_replacement(text: str) -> str:
    return escape(text).replace("\\", r"\\")


def _shorter_tag(found: re.Match[str]) -> str:
    """Rewrite a tag with two decimals, and without spaces and what it inherits from the root."""
    tag = found[0].replace(f"{_FAMILY}; ", "").replace("; ", ";").replace(": ", ":")
    if found[1] == "path":
        return _PATH.sub(_shorter_path, tag)
    return _LONG_NUMBER.sub(lambda number: _rounded(number[0]), _NO_TURN.sub("", tag))


def _shorter_path(found: re.Match[str]) -> str:
    """Rewrite a path with two decimals, and with H and V where a line is level or upright."""
    shorter, here = [], ("", "")
    for command, numbers in _COMMAND.findall(found[1]):
        points = [_rounded(number) for number in numbers.split()]
        shorter.append(_line(here, points) if command == "L" else command + " ".join(points))
        here = (points[-2], points[-1]) if points else here
    return f' d="{"".join(shorter)}"'


def _line(here: tuple[str, str], points: list[str]) -> str:
    x, y = points
    if y == here[1]:
        return "" if x == here[0] else f"H{x}"
    return f"V{y}" if x == here[0] else f"L{x} {y}"


def _rounded(number: str) -> str:
    short = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short
