"""The few lines that a sweep says about its points when it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.sheets import aligned
from sim.sweep.tables import SUMMARY

MOST_LINES = 12  # points that are all shown; of more only the ends
SHOWN_ENDS = 4  # of a longer list: the points whose truces last longest, and shortest
MOST_VALUES = 4  # varied values that fit into a line

Row = dict[str, Any]


def points_text(folder: Path) -> list[str]:
    """Return the points of a finished sweep as aligned lines, those that last longest first.

    Of many points only the ends of the list are shown, and the baseline.
    """
    rows, factors = _rows(folder)
    rows = [row for row in rows if row["mean_days"] is not None]
    rows.sort(key=lambda row: (-row["mean_days"], row["point"]))
    longest, between, shortest = _ends(rows)
    baseline = [row for row in between if row["baseline"]]
    shown = [*longest, *baseline, *shortest]
    named = factors[:MOST_VALUES]
    heads = ["point", *named, "half over by", "mean days"]
    heads += ["runs"] if any("aim_runs" in row for row in rows) else []
    heads += ["minus baseline"] if any(row["baseline"] for row in rows) else []
    cells = [heads, *(_cells(row, named)[: len(heads)] for row in shown)]
    lines = aligned(cells)
    if hidden := len(between) - len(baseline):
        lines.insert(1 + len(longest), f"... {hidden:,} points between ...")
    more = f"; {len(factors) - len(named)} more factors vary" if len(factors) > len(named) else ""
    return [*lines, f"+- is one standard error of these runs{more}."]


def stopped_text(folder: Path, aim: str, most: int) -> str:
    """Return how many points are precise enough, and how many of `most` runs each were not needed.

    `aim` says what was to be known, and how well.
    """
    rows, _ = _rows(folder)
    reached = sum(row["aim_runs"] is not None for row in rows)
    saved = sum(most - row["runs"] - row["failed"] for row in rows)
    return (
        f"{reached:,} of {len(rows):,} points are precise enough ({aim}); {saved:,} of "
        f"{most * len(rows):,} runs were not needed."
    )


def _rows(folder: Path) -> tuple[list[Row], list[str]]:
    import pyarrow.parquet

    table = pyarrow.parquet.ParquetFile(folder / f"{SUMMARY}.parquet").read(use_threads=False)
    names = table.column_names
    factors = names[names.index("horizon_days") + 1 : names.index("runs")]
    return table.to_pylist(), factors


def _ends(rows: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    if len(rows) <= MOST_LINES:
        return rows, [], []
    return rows[:SHOWN_ENDS], rows[SHOWN_ENDS:-SHOWN_ENDS], rows[-SHOWN_ENDS:]


def _cells(row: Row, factors: list[str]) -> list[str]:
    half = "not reached" if row["median_days"] is None else f"day {row['median_days']}"
    point = f"{row['point']}{' (baseline)' if row['baseline'] else ''}"
    mean = f"{row['mean_days']:.1f} +- {row['mean_days_se']:.1f}"
    values = [_number(row[factor]) for factor in factors]
    runs = [f"{row['runs']:,}"] if "aim_runs" in row else []
    return [point, *values, half, mean, *runs, _difference(row)]


def _difference(row: Row) -> str:
    difference = row.get("mean_minus_baseline_days")
    if difference is None or row["baseline"]:
        return ""
    return f"{difference:+.1f} +- {row['mean_minus_baseline_se']:.1f}"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
