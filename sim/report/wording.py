"""Words and numbers as they appear in figures: cleaned, wrapped to a width, rounded honestly."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

_NOT_XML = re.compile(r"[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELLIPSIS = "…"


def plain(text: str) -> str:
    """Return `text` as one line, without the control characters that no XML file may hold."""
    return " ".join(_NOT_XML.sub(" ", text).split())


def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Return the width in points of `text` set at `size` points in the font of the figures."""
    return _width(text, size, weight)


@lru_cache(maxsize=4096)
def _width(text: str, size: float, weight: str) -> float:
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    with silent_about_missing_letters():
        return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


@contextmanager
def silent_about_missing_letters() -> Iterator[None]:
    """Accept boxes in PDF and PNG for letters that the font lacks; the SVG has them all."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def wrap(
    text: str, width: float, size: float, weight: str = "normal", most_lines: int = 8
) -> list[str]:
    """Break `text` into lines that fit `width` points; words longer than a line are cut.

    At most `most_lines` lines come back; what does not fit is replaced by an ellipsis.
    """
    lines: list[str] = []
    for word in plain(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if width_of(joined, size, weight) <= width:
            lines[-1:] = [joined]
        else:
            lines += _cut(word, width, size, weight)
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], _shorten(lines[most_lines - 1], width, size, weight)]
    return [line for line in lines if line]


def _cut(word: str, width: float, size: float, weight: str) -> list[str]:
    """Split a word into the fewest pieces that each fit the width."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size, weight) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _shorten(line: str, width: float, size: float, weight: str) -> str:
    while line and width_of(line + _ELLIPSIS, size, weight) > width:
        line = line[:-1]
    return line.rstrip() + _ELLIPSIS


def percent(share: float) -> str:
    """Return a share of 0..1 as a percentage that never rounds something to nothing or to all.

    0.5 gives "50 %", 0.004 gives "0.4 %", 0.0001 gives "<0.1 %", 0.9999 gives ">99.9 %".
    """
    if 0.0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1.0:
        return ">99.9 %"
    return f"{100.0 * share:.1f}".removesuffix(".0") + " %"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 run", "10,000 runs"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def listed(numbers: Sequence[int]) -> str:
    """Return whole numbers in their order, three or more in a row as a range: "0, 2–5, 9"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    parts = [
        f"{span[0]:,}–{span[-1]:,}" if len(span) > 2 else ", ".join(f"{each:,}" for each in span)
        for span in spans
    ]
    return ", ".join(parts)


def sentences(*texts: str) -> str:
    """Return texts one after the other, each ended by a full stop if nothing ends it yet."""
    told = [text.strip() for text in texts if text.strip()]
    return " ".join(text if text[-1] in ".!?…" else f"{text}." for text in told)
