"""Compile what the tests run as machine code, once: `python -m tests.machine_code`.

Test processes that need the same code at the same time would each compile it. Here every piece is
compiled in one process and kept on disk for all, with as many pieces at once as there are
processors.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from sim.ensemble import run_ensemble
from sim.observation import run_observed
from sim.workers import processors
from tests.benchmarks.phases import time_phases
from tests.engines import walk_together
from tests.worlds import REFERENCE


def timed_phases() -> None:
    """Compile the day as the benchmarks take it apart."""
    time_phases(REFERENCE, 1)


def observed_runs() -> None:
    """Compile runs whose every day is observed."""
    run_observed(REFERENCE, 1, kept=1)


def single_days() -> None:
    """Compile the signing and one day, to be compared with Mesa."""
    walk_together(REFERENCE)


def plain_runs() -> None:
    """Compile runs of which only the outcome is kept."""
    run_ensemble(REFERENCE, 1)


PIECES = (timed_phases, observed_runs, single_days, plain_runs)
"""The pieces, those that take longest first."""


def main() -> None:
    """Compile every piece that is not on disk yet."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processors(), fresh) as pool:
        for compiling in [pool.submit(piece) for piece in PIECES]:
            compiling.result()


if __name__ == "__main__":
    main()
