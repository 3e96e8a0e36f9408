"""The pictures of docs/figures.md: `python -m tests.gallery` writes them to docs/figures/.

One function for each picture, under the stem of its file; each makes its own data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from sim import report

FOLDER = Path(__file__).parent.parent / "docs" / "figures"
LARGEST = 60 * 1024
"""Bytes that a picture may have."""

Maker = Callable[[], report.DescribedFigure]
PICTURES: dict[str, Maker] = {}
"""The function that makes each picture, by the stem of its file."""


def picture(maker: Maker) -> Maker:
    """Register a function: `survival_curves` makes docs/figures/survival_curves.svg."""
    PICTURES[maker.__name__] = maker
    return maker


def write(folder: Path = FOLDER) -> None:
    """Write all pictures; refuse one that is too large."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, maker in PICTURES.items():
        content = report.svg_text(maker(), stem).encode()
        if len(content) > LARGEST:
            sys.exit(f"{stem}.svg would have {len(content):,} bytes, more than {LARGEST:,}")
        (folder / f"{stem}.svg").write_bytes(content)


if __name__ == "__main__":
    write()
