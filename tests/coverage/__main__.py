"""`make coverage`: compute how often intervals hold, and write docs/coverage.md, .csv and .svg.

It takes some minutes. With --rough a few seconds; the map is then written elsewhere (--out).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from sim.report.saving import svg_text
from tests.coverage.cells import Cell, as_csv, lowest
from tests.coverage.exact import INTERVALS, exact_cells
from tests.coverage.figure import FLOORS, coverage_figure
from tests.coverage.page import page
from tests.coverage.simulated import simulated_cells
from tests.coverage.sizes import FULL, ROUGH, Sizes

DOCS = Path(__file__).resolve().parents[2] / "docs"


def main(words: Sequence[str] | None = None) -> int:
    """Compute the map, write it, and return 1 if an exact floor does not hold."""
    parser = argparse.ArgumentParser(prog="make coverage", description=__doc__)
    parser.add_argument("--rough", action="store_true", help="a few seconds, for a look")
    parser.add_argument("--out", type=Path, default=DOCS, metavar="DIR", help="where to write")
    asked = parser.parse_args(words)
    if asked.rough and asked.out == DOCS:
        parser.error("a rough map is no map to keep: say where with --out")
    sizes = ROUGH if asked.rough else FULL
    cells = list(told(sizes))
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "coverage.csv").write_text(as_csv(cells))
    (asked.out / "coverage.md").write_text(page(cells, sizes))
    (asked.out / "coverage.svg").write_text(svg_text(coverage_figure(), "coverage"))
    return 0 if floors_hold(cells) else 1


def told(sizes: Sizes) -> Iterator[Cell]:
    """Yield all cells and say on the way what is being computed."""
    cells = (
        cell
        for source in (exact_cells(sizes.bands_of, sizes.wholes_of), simulated_cells(sizes))
        for cell in source
    )
    for what, group in groupby(cells, lambda cell: (cell.what, cell.method)):
        print(f"computing: {', '.join(what)}", file=sys.stderr)
        yield from group


def floors_hold(cells: Sequence[Cell]) -> bool:
    """Say whether the exact coverage of each interval keeps what is promised."""
    kept = True
    for method, floor in zip(INTERVALS, FLOORS, strict=True):
        worst = lowest(cell for cell in cells if cell.method == method)
        print(f"{method}: lowest {worst.coverage:.6f}, promised {floor}")
        kept = kept and worst.coverage >= floor - 1e-9
    return kept


if __name__ == "__main__":
    sys.exit(main())
