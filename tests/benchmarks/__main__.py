"""`make bench`: how fast the engines are, what a day is made of, and what a user waits for.

docs/benchmarks.md says what each row is. Timings are noisy, so a missed target is only printed;
with --strict it also makes the command fail.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.analysis import analysis_rows
from tests.benchmarks.cores import core_rows
from tests.benchmarks.machine import machine
from tests.benchmarks.parts import part_rows
from tests.benchmarks.processes import process_rows
from tests.benchmarks.sizes import FULL, QUICK, Sizes
from tests.benchmarks.speed import point_rows, speed_rows
from tests.benchmarks.table import Row, table

SECTIONS: tuple[Callable[[Sizes], list[Row]], ...] = (
    speed_rows,
    core_rows,
    process_rows,
    point_rows,
    part_rows,
    analysis_rows,
)


def main(words: Sequence[str] | None = None, sizes: Sizes | None = None) -> int:
    """Measure and print the table; return the exit code."""
    asked = arguments().parse_args(words)
    where = machine()
    print("  ".join(f"{name} {value}" for name, value in where.items()))
    rows = measured(sizes or (QUICK if asked.quick else FULL))
    print(table(rows))
    missed = sum(row.misses for row in rows)
    print(f"\n{missed} of {sum(row.target is not None for row in rows)} targets missed")
    if asked.json:
        raw = {"machine": where, "rows": [row.as_json() for row in rows]}
        asked.json.write_text(json.dumps(raw, indent=1) + "\n")
    return 1 if asked.strict and missed else 0


def measured(sizes: Sizes) -> list[Row]:
    """Measure everything, section by section."""
    rows = []
    for section in SECTIONS:
        print(f"measuring: {section.__name__.removesuffix('_rows')}", file=sys.stderr)
        rows += section(sizes)
    return rows


def arguments() -> argparse.ArgumentParser:
    """Return what the command understands."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a rougher table in half a minute")
    parser.add_argument("--strict", action="store_true", help="fail if a target is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw numbers as well")
    return parser


if __name__ == "__main__":
    sys.exit(main())
