"""How much is measured: enough for a table worth keeping, for a quick look, or for a test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of runs, pairs, processes and points."""

    pairs: int
    compiled_runs: int
    stepped_runs: int
    phase_runs: int
    phase_repeats: int
    draws: int
    points: int
    runs_of_a_core: int
    short_runs: int
    processes: int
    command_runs: int
    memory_runs: int
    analysed_runs: int
    analysed_points: int


FULL = Sizes(
    pairs=7,
    compiled_runs=10_000,
    stepped_runs=100,
    phase_runs=20_000,
    phase_repeats=5,
    draws=10_000_000,
    points=100,
    runs_of_a_core=20_000,
    short_runs=1000,
    processes=5,
    command_runs=2000,
    memory_runs=1_000_000,
    analysed_runs=1_000_000,
    analysed_points=1000,
)
QUICK = Sizes(
    pairs=3,
    compiled_runs=3000,
    stepped_runs=30,
    phase_runs=4000,
    phase_repeats=2,
    draws=1_000_000,
    points=20,
    runs_of_a_core=6000,
    short_runs=1000,
    processes=2,
    command_runs=2000,
    memory_runs=50_000,
    analysed_runs=100_000,
    analysed_points=100,
)
TINY = Sizes(
    pairs=2,
    compiled_runs=50,
    stepped_runs=2,
    phase_runs=50,
    phase_repeats=1,
    draws=1000,
    points=2,
    runs_of_a_core=50,
    short_runs=20,
    processes=1,
    command_runs=20,
    memory_runs=100,
    analysed_runs=3000,
    analysed_points=10,
)
