"""A report as one page of HTML that needs nothing else: no other file, no network, no scripts.

All text passes through the escaping of Jinja and `markupsafe`; text of scenarios stands in `<bdi>`,
so that a name written from the right does not turn its neighbours around.
"""

from __future__ import annotations

import base64
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.publication.content import (
    Block,
    Figure,
    Given,
    Link,
    Mono,
    Piece,
    Report,
    Words,
    as_text,
    clean,
    pieces,
)
from sim.publication.embedding import embedded

MOST_BYTES = 300_000  # of a file that is put into the page to be downloaded
_MEDIA = {"csv": "text/csv", "R": "text/plain", "py": "text/x-python", "json": "application/json"}


def html_files(report: Report) -> dict[str, bytes]:
    """Return the files of a report as HTML, by name: the page."""
    page = _pages().get_template("report.html.jinja").render(report=report)
    return {"report.html": page.encode()}


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("sim.publication"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters |= {"words": marked_up, "text": _plain, "download": download, "svg": _svg}
    pages.tests["a"] = _is_a
    return pages


def marked_up(words: Words) -> Markup:
    """Return words as HTML."""
    return Markup("").join(_piece(piece) for piece in pieces(words))


def download(content: bytes, name: str) -> Markup:
    """Return a link that holds a file; nothing for a file that is too large to be put in."""
    if len(content) > MOST_BYTES:
        return Markup("")
    media = _MEDIA.get(name.rpartition(".")[2], "application/octet-stream")
    data = base64.b64encode(content).decode()
    return Markup('<a download="{}" href="data:{};base64,{}">{}</a>').format(
        name, media, data, name
    )


def _piece(piece: Piece) -> Markup:
    if isinstance(piece, str):
        return escape(clean(piece))
    text = clean(piece.text)
    if isinstance(piece, Mono):
        return Markup("<code>{}</code>").format(text)
    if isinstance(piece, Given):
        return Markup('<bdi dir="auto">{}</bdi>').format(text)
    if isinstance(piece, Link):
        return Markup('<a href="{}">{}</a>').format(piece.address, text)
    return Markup('<span class="number">{}</span>').format(text)


def _plain(words: Words) -> str:
    return clean(as_text(words))


def _svg(figure: Figure) -> Markup:
    return Markup(
        embedded(figure.drawing, figure.stem)
    )  # drawn by sim.report, which escapes its text


def _is_a(block: Block, kind: str) -> bool:
    return type(block).__name__ == kind
