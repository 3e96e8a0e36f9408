"""What a user waits for, and how much memory an ensemble takes: measured in fresh processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.pairs import wall_seconds
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.table import Row, Target, at_most

REPOSITORY = Path(__file__).parents[2]
HELP_SECONDS, RUN_SECONDS = at_most(0.3), at_most(3)

MEMORY = """
import resource, sys
from sim.ensemble import run_ensemble
from tests.worlds import REFERENCE

def peak():
    try:
        lines = open("/proc/self/status").read().splitlines()
        return [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")][0]
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

run_ensemble(REFERENCE, 1)
before = peak()
rows = run_ensemble(REFERENCE, int(sys.argv[1]))
print(before, peak(), rows.nbytes / 2**20)
"""
"""Prints megabytes: the peak before the ensemble, the peak after it, and the rows themselves."""


def process_rows(sizes: Sizes) -> list[Row]:
    """Time the command line and weigh a large ensemble."""
    return [
        command_row(sizes.processes, HELP_SECONDS, "--help"),
        command_row(
            sizes.processes, RUN_SECONDS, "run", "ttp_2021", "--runs", str(sizes.command_runs)
        ),
        memory_row(sizes.memory_runs),
    ]


def command_row(processes: int, target: Target, *words: str) -> Row:
    """Time a command in fresh processes, after one that fills the caches."""
    with tempfile.TemporaryDirectory() as folder:
        times = [
            wall_seconds(lambda: fresh(["-m", "sim", *words], Path(folder)))
            for _ in range(processes + 1)
        ][1:]
    note = f"median of {processes}, {min(times):.2f} to {max(times):.2f}"
    return Row(f"truce {' '.join(words)}", median(times), "s", note, target, {"seconds": times})


def memory_row(runs: int) -> Row:
    """Weigh a process that holds an ensemble, at its largest."""
    before, peak, rows = map(float, fresh(["-c", MEMORY, str(runs)], REPOSITORY).split())
    note = f"{before:.0f} MB before the first run, {rows:.0f} MB of rows"
    raw = {"before": before, "rows": rows}
    return Row(f"peak memory, {runs:,} runs", peak, "MB", note, raw=raw)


def fresh(words: list[str], folder: Path) -> str:
    """Run Python in a process of its own; return what it printed."""
    paths = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout
