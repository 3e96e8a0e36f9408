"""The pictures of docs/figures.md: `python -m tests.gallery` writes them to docs/figures/.

One function for each picture, under the stem of its file; each makes its own data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from sim import report
from sim.validation.retained import retained
from sim.validation.space import calibrated

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


@picture
def posterior() -> report.DescribedFigure:
    """What the retained set leaves of the prior of each calibrated number."""
    found, quantities = retained(), calibrated()
    return report.posterior_figure(
        [quantity.path for quantity in quantities],
        [quantity.low for quantity in quantities],
        [quantity.high for quantity in quantities],
        found.vectors[0].tolist(),
        found.vectors[1:],
        title="What the patterns S1-S5 tell about each number of the model",
        foot=f"{len(found) - 1} vectors of the retained set, all of the same weight; the default "
        "is the middle of the set. A bar as long as the line means that the data tell nothing.",
    )


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
