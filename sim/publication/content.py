"""What a report says, apart from how it is written: sections of blocks, blocks of words.

Three writers (`html`, `markdown`, `latex`) turn it into files. Nothing here holds markup: all text,
also that of a scenario, is data, which each writer spells so that it cannot be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

_NEITHER_SHOWN_NOR_SPACE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

_SPACE = re.compile(r"[ \t\n\v\f\r\x85\u2028\u2029]+")
_WORDY = 40  # letters in a cell, from which on its column needs room


def clean(text: str) -> str:
    """Return text as one line without control characters; a number stays with its percent sign.

    Marks that turn the direction of the text around them go as well; letters that run from the
    right, and the joiners between them, stay.
    """
    shown = _NEITHER_SHOWN_NOR_SPACE.sub(" ", text)
    return re.sub("(?<=[0-9]) (?=%)", "\u00a0", _SPACE.sub(" ", shown))


@dataclass(frozen=True)
class Mono:
    """A word of the program: a path, a name of a file, a command."""

    text: str


@dataclass(frozen=True)
class Given:
    """Text that somebody wrote into a scenario or study, in whatever language."""

    text: str


@dataclass(frozen=True)
class Link:
    """Words that lead to a page of the web."""

    text: str
    address: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"https://[!-~]+", self.address):
            raise ValueError(f"a report links to pages of the web only, not to {self.address!r}")


@dataclass(frozen=True)
class Number:
    """A number that may be quoted; LaTeX gets it as the macro `truce` + `name` (letters only)."""

    name: str
    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Za-z]+", self.name):
            raise ValueError(f"the name of a macro has letters only, not {self.name!r}")


Piece = str | Mono | Given | Link | Number
Words = str | tuple[Piece, ...]


def pieces(words: Words) -> tuple[Piece, ...]:
    """Return words as pieces."""
    return (words,) if isinstance(words, str) else words


def as_text(words: Words) -> str:
    """Return words without anything but their letters."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces(words))


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    words: Words


@dataclass(frozen=True)
class Notice:
    """A paragraph that must not be overlooked."""

    words: Words


@dataclass(frozen=True)
class Bullets:
    """A list without order."""

    items: tuple[Words, ...]


@dataclass(frozen=True)
class Definitions:
    """Terms and what they mean."""

    terms: tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class Code:
    """Lines to be typed."""

    lines: tuple[str, ...]
    language: str = "sh"


@dataclass(frozen=True)
class Quotation:
    """Paragraphs that may be taken over word for word."""

    paragraphs: tuple[Words, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and the side to which its cells keep."""

    heading: Words
    side: Literal["left", "right"] = "right"


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings; the first cell names its row.

    `rest` says what the page leaves out and where it is. A folded table is shown on request.
    """

    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    rest: Words = ""
    folded: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row of a table has a cell for each column")

    def is_wordy(self, place: int) -> bool:
        """Does a column hold sentences?"""
        return any(len(as_text(row[place])) > _WORDY for row in self.rows)


@dataclass(frozen=True)
class Figure:
    """A figure by the stem of its files, with words for all readers and the numbers it shows.

    `files` are its drawings and data by name (stem.svg, stem.pdf, ...).
    """

    stem: str
    caption: Words
    description: str
    data: Table
    files: dict[str, bytes] = field(repr=False, compare=False)

    @property
    def drawing(self) -> str:
        """The figure as SVG."""
        return self.files[f"{self.stem}.svg"].decode()


Block = Paragraph | Notice | Bullets | Definitions | Code | Quotation | Table | Figure


@dataclass(frozen=True)
class Section:
    """A part of a report; `key` is its address in the page."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """All of a report.

    `records` are the tables and scripts that come with it, by name.
    """

    title: str
    question: str
    about: Words
    sections: tuple[Section, ...]
    records: dict[str, bytes] = field(default_factory=dict, repr=False)

    def figures(self) -> list[Figure]:
        """Return the figures in order."""
        return [
            block
            for section in self.sections
            for block in section.blocks
            if isinstance(block, Figure)
        ]

    def numbers(self) -> dict[str, str]:
        """Return the numbers that may be quoted, by name, in order of first appearance.

        Errors: `ValueError` when one name stands for two numbers.
        """
        found: dict[str, str] = {}
        for words in self._all_words():
            for piece in pieces(words):
                if not isinstance(piece, Number):
                    continue
                if found.setdefault(piece.name, piece.text) != piece.text:
                    raise ValueError(f"{piece.name} is {found[piece.name]} and {piece.text}")
        return found

    def folded_tables(self) -> tuple[Table, ...]:
        """Return the tables that are shown on request, for formats that cannot fold."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block for block in blocks if isinstance(block, Table) and block.folded)

    def in_line(self, section: Section) -> list[Block]:
        """Return the blocks of a section that are not shown on request only."""
        folded = self.folded_tables()
        return [block for block in section.blocks if block not in folded]

    def _all_words(self) -> Iterator[Words]:
        for section in self.sections:
            for block in section.blocks:
                yield from words_of(block)


def words_of(block: Block) -> Iterator[Words]:
    """Yield all words of a block."""
    if isinstance(block, Paragraph | Notice):
        yield block.words
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Definitions):
        yield from (meaning for _, meaning in block.terms)
    elif isinstance(block, Quotation):
        yield from block.paragraphs
    elif isinstance(block, Table):
        yield from (cell for row in block.rows for cell in row)
    elif isinstance(block, Figure):
        yield block.caption
