"""A figure's SVG made fit to stand in a page beside others: no name in it means two things."""

from __future__ import annotations

import re

_BEFORE_THE_ROOT = re.compile(r"\A.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_STYLE_OF_ALL = re.compile(r"(<style[^>]*>)\s*\*\s*\{")
_SIZE = re.compile(r'(<svg\b[^>]*?) (?:width|height)="[^"]*"')
_NAME = re.compile(r'(?P<before>\b(?:id|aria-labelledby)="|\bhref="#|url\(#)(?P<names>[^")]+)')


def embedded(svg: str, stem: str) -> str:
    """Return the SVG of a figure as an element of a page.

    Its ids, and what refers to them, get `stem` in front; its style concerns itself only; its size
    is left to the page.
    """
    bare = _METADATA.sub("", _BEFORE_THE_ROOT.sub("", svg, count=1))
    named = _NAME.sub(lambda found: _with_stem(found, stem), bare)
    sized = _SIZE.sub(r"\1", _SIZE.sub(r"\1", named, count=1), count=1)
    scoped = _STYLE_OF_ALL.sub(rf"\1#{stem}-drawing *{{", sized)
    return scoped.replace("<svg ", f'<svg id="{stem}-drawing" ', 1).rstrip()


def _with_stem(found: re.Match[str], stem: str) -> str:
    names = (
        name if name.startswith(f"{stem}-") else f"{stem}-{name}" for name in found["names"].split()
    )
    return found["before"] + " ".join(names)
