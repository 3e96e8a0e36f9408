"""A report as Markdown for Quarto, pandoc and notebooks: one file beside the folder of figures.

Text is spelled with backslashes, so that none of it is markup, mathematics, HTML, a citation or a
shortcode.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from sim.publication.content import (
    Block,
    Bullets,
    Code,
    Definitions,
    Figure,
    Link,
    Mono,
    Notice,
    Paragraph,
    Piece,
    Quotation,
    Report,
    Table,
    Words,
    clean,
    pieces,
)

FIGURES = "figures"
_MARKUP = re.compile(r"""([\\`*_{}\[\]<>#|$~^@&!'"]|-(?=-)|\.(?=\.))""")
_OPENS_A_BLOCK = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)]))")


def markdown_files(report: Report) -> dict[str, bytes]:
    """Return the files of a report as Markdown, by name: the page."""
    lines = "\n\n".join(_report(report))
    return {"report.md": f"{lines}\n".encode()}


def _report(report: Report) -> Iterator[str]:
    title = json.dumps(escaped(report.title), ensure_ascii=False)
    yield f"---\ntitle: {title}\nlang: en\n---"
    yield f"*{_line(report.about)}*"
    for section in report.sections:
        yield f"## {_line(section.title)} {{#{section.key}}}"
        for block in report.in_line(section):
            yield from _block(block)
    folded = report.folded_tables()
    if folded:
        yield "## Further tables {#further}"
    for table in folded:
        yield from _table(table)
    if report.records:
        names = ", ".join(_code(name) for name in report.records)
        yield f"Files of this report: {names}."


def escaped(text: str) -> str:
    """Return text of which nothing is Markdown, not even quotes to be made typographic."""
    return _MARKUP.sub(r"\\\1", clean(text))


def _line(words: Words) -> str:
    """Return words as a line that can begin a block without beginning a list or a heading."""
    line = "".join(_piece(piece) for piece in pieces(words)).strip(" ")
    return _OPENS_A_BLOCK.sub(_harmless_start, line)


def _harmless_start(found: re.Match[str]) -> str:
    space, start = found.groups()
    return f"{space}{start}\\" if start.isdigit() else f"{space}\\{start}"


def _piece(piece: Piece) -> str:
    if isinstance(piece, Mono):
        return _code(piece.text)
    if isinstance(piece, Link):
        return f"[{escaped(piece.text)}](<{piece.address}>)"
    return escaped(piece if isinstance(piece, str) else piece.text)


def _code(text: str) -> str:
    """Return code in as many backticks as it takes."""
    line = clean(text)
    fence = "`" * (1 + max((len(ticks) for ticks in re.findall("`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield _line(block.words)
    elif isinstance(block, Notice):
        yield f"> **Note.** {_line(block.words)}"
    elif isinstance(block, Bullets):
        yield "\n".join(f"- {_line(item)}" for item in block.items)
    elif isinstance(block, Definitions):
        yield "\n".join(f"- **{escaped(term)}**: {_line(meaning)}" for term, meaning in block.terms)
    elif isinstance(block, Code):
        yield _fenced(block)
    elif isinstance(block, Quotation):
        yield "\n>\n".join(f"> {_line(words)}" for words in block.paragraphs)
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield from _figure(block)


def _fenced(code: Code) -> str:
    lines = [clean(line) for line in code.lines]
    longest = max((len(ticks) for ticks in re.findall("`+", "\n".join(lines))), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{code.language}", *lines, fence])


def _table(table: Table) -> Iterator[str]:
    yield f"*{_line(table.caption)}*"
    rule = ["---:" if column.side == "right" else ":---" for column in table.columns]
    heads = [_cell(column.heading) for column in table.columns]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    yield "\n".join(_row(cells) for cells in (heads, rule, *rows))
    if table.rest:
        yield _line(table.rest)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(words: Words) -> str:
    """Return words for a cell; there a bar ends the cell even inside of code."""
    spelled = (
        escaped(piece.text) if isinstance(piece, Mono) and "|" in piece.text else _piece(piece)
        for piece in pieces(words)
    )
    return "".join(spelled).strip() or " "


def _figure(figure: Figure) -> Iterator[str]:
    said = clean(figure.description).replace("&", "&amp;").replace('"', "&quot;")
    said = re.sub(r"([\\`{}])", r"\\\1", said)
    image = f"![{_line(figure.caption)}]({FIGURES}/{figure.stem}.png)"
    yield f'{image}{{#fig-{figure.stem} fig-alt="{said}"}}'
    yield from _table(figure.data)
