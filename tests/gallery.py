"""The pictures of docs/figures.md: `python -m tests.gallery` writes them to docs/figures/.

One function for each picture, under the stem of its file; each makes its own data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sim import Scenario, report, simulate
from sim.analysis import LifeTable, LifeTables

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


@cache
def reference(runs: int = 2000, **changes: float) -> LifeTable:
    """Return the life table of the reference case, with some of its values changed."""
    case = Scenario.load("ttp_2021").with_(horizon_days=365)
    changed = case.with_(**{name.replace("__", "."): value for name, value in changes.items()})
    return simulate(changed, runs=runs, seed=1).life_table


@picture
def survival_curves() -> report.DescribedFigure:
    leverages = (0.0, 0.5, 1.0)
    return report.curves_figure(
        LifeTables.of([reference(brokers__0__leverage=leverage) for leverage in leverages]),
        [f"Leverage {leverage:g}" for leverage in leverages],
        title="How long truces hold, by the leverage of the first broker",
        subtitle="The reference case with three values of one parameter",
        seed=1,
        term_days=30,
    )


@picture
def small_multiples() -> report.DescribedFigure:
    levels = (0.0, 0.5, 1.0)
    values = [(leverage, funding) for leverage in levels for funding in levels]
    return report.multiples_figure(
        LifeTables.of(
            [
                reference(brokers__0__leverage=leverage, groups__0__funding=funding)
                for leverage, funding in values
            ]
        ),
        [f"Leverage {leverage:g}, funding {funding:g}" for leverage, funding in values],
        title="How long truces hold, by leverage and outside funding",
        seed=1,
        baseline=4,
        term_days=30,
    )


@picture
def incidence_of_one() -> report.DescribedFigure:
    return report.incidence_figure(
        LifeTables.of([reference()]),
        title="How the truce of the reference case ends",
        seed=1,
        term_days=30,
    )


@picture
def incidence_side_by_side() -> report.DescribedFigure:
    leverages = (0.0, 0.5, 1.0)
    return report.incidence_figure(
        LifeTables.of([reference(brokers__0__leverage=leverage) for leverage in leverages]),
        [f"Leverage {leverage:g}" for leverage in leverages],
        title="How truces end, by the leverage of the first broker",
        seed=1,
    )


@picture
def hazards_by_age() -> report.DescribedFigure:
    return report.hazards_figure(
        reference(runs=20_000),
        title="How fast the truce of the reference case ends, by its age",
        seed=1,
        term_days=30,
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
