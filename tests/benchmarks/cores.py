"""Two cores against one."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from sim.ensemble import run_ensemble
from tests.benchmarks.pairs import compared, wall_seconds
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.table import Row, at_least
from tests.benchmarks.two_workers import ENGINES, short_runs, warm_rate
from tests.worlds import REFERENCE

WELL_SHARED = at_least(1.8)


def core_rows(sizes: Sizes) -> list[Row]:
    """Run two halves of an ensemble one after the other, and then in two threads at once."""
    runs = sizes.runs_of_a_core
    threads = compared(
        lambda: wall_seconds(lambda: halves(runs, threads=2)),
        lambda: wall_seconds(lambda: halves(runs, threads=1)),
        sizes.pairs,
    )
    note = f"{threads.spread}, {os.cpu_count()} cores here"
    row = Row(
        "two threads / one, compiled", threads.ratio, "times", note, WELL_SHARED, threads.raw()
    )
    return [row, *worker_rows(sizes)]


def halves(runs: int, threads: int) -> None:
    """Run both halves, which hold `runs` runs each."""
    with ThreadPoolExecutor(threads) as pool:
        list(
            pool.map(lambda first: run_ensemble(REFERENCE, runs, first=first, workers=1), (0, runs))
        )


def worker_rows(sizes: Sizes) -> list[Row]:
    """Run short runs of a sweep in one and in two worker processes that are ready."""
    study = short_runs(sizes.short_runs)
    rows = []
    for engine in ENGINES:

        def seconds(workers: int, engine: str = engine) -> float:
            return 1.0 / warm_rate(study, workers, engine)

        pairs = compared(lambda: seconds(2), lambda: seconds(1), sizes.pairs)
        what = f"two processes / one, {sizes.short_runs:,} runs, {engine}"
        rows.append(Row(what, pairs.ratio, "times", pairs.spread, WELL_SHARED, pairs.raw()))
    return rows
