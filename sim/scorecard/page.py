"""The generated parts of docs/scorecard.md, and its figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sim.publication.content import (
    Block,
    Bullets,
    Code,
    Definitions,
    Notice,
    Paragraph,
    Section,
    Table,
    as_text,
)
from sim.reference import table
from sim.scorecard.account import report
from sim.scorecard.card import Scorecard


def page_parts(card: Scorecard) -> dict[str, Callable[[], str]]:
    """Return what writes each generated part of docs/scorecard.md, by its name."""
    return {part.key: partial(_plain_part, part) for part in report(card).sections}


def picture(card: Scorecard) -> bytes:
    """Return the figure of docs/scorecard.md as SVG."""
    return next(
        content
        for figure in report(card).figures()
        for name, content in figure.files.items()
        if name.endswith(".svg")
    )


def _plain_part(section: Section) -> str:
    """Return a section as Markdown without anything that only Quarto knows."""
    return "\n".join(line for block in section.blocks for line in _plain_block(block))


def _plain_block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        rows = [[as_text(cell) for cell in row] for row in block.rows]
        yield table([as_text(column.heading) for column in block.columns], rows)
    elif isinstance(block, Definitions):
        yield from (f"- **{term}.** {as_text(words)}" for term, words in block.terms)
        yield ""
    elif isinstance(block, Bullets):
        yield from (f"- {as_text(words)}" for words in block.items)
        yield ""
    elif isinstance(block, Paragraph | Notice):
        yield f"{as_text(block.words)}\n"
    elif isinstance(block, Code):
        yield "\n".join(["```", *block.lines, "```\n"])
