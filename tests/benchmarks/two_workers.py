"""How much faster two worker processes run a sweep than one.

`python -m tests.benchmarks.two_workers` prints it.

Warm: the workers are there and have the model; from the first block given to the last answer. Cold:
a whole call of `run_study`, with starting, the pilot, parts and tables.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from sim.sweep import Study
from sim.sweep.blocks import Block, stage_of
from sim.sweep.crew import Processes
from sim.sweep.pilot import fly
from sim.sweep.points import points_of_study
from sim.sweep.study_run import PILOT_SECONDS, run_study
from sim.sweep.work import Task, model_here

POINTS = 10
RUNS = 1000  # of all points together
PAIRS = 5
SECONDS = 120.0  # that a block may take
STUDY = """\
title: short runs
base: ttp_2021
runs: {runs_each}
seed: 1
factors:
  brokers.0.leverage: {{from: 0, to: 1, steps: {points}}}
"""
ENGINES = ("compiled", "mesa")


def two_against_one() -> dict[str, float]:
    """Return runs per second of one and two workers and their ratio, warm and cold, by engine.

    Pairs of measurements alternate; of each the median counts. The ratio is the median of the
    ratios of pairs.
    """
    study = short_runs()
    with tempfile.TemporaryDirectory() as home:
        found: dict[str, float] = {}
        for engine in ENGINES:
            found |= _compared(f"{engine} warm", lambda n, e=engine: warm_rate(study, n, e))
            found |= _compared(
                f"{engine} cold", lambda n, e=engine: cold_rate(study, Path(home), n, e)
            )
    return found


def short_runs(runs: int = RUNS) -> Study:
    """Return a study of so many runs over all its points."""
    return Study.from_yaml(STUDY.format(runs_each=runs // POINTS, points=POINTS))


def _compared(name: str, rate: Callable[[int], float]) -> dict[str, float]:
    pairs = [(rate(1), rate(2)) for _ in range(PAIRS)]
    return {
        f"{name}, one worker, runs/s": median(one for one, _ in pairs),
        f"{name}, two workers, runs/s": median(two for _, two in pairs),
        f"{name}, ratio": median(two / one for one, two in pairs),
    }


def warm_rate(study: Study, workers: int, engine: str) -> float:
    """Return the runs per second of a crew that is ready, in blocks as in a sweep."""
    runs = len(study) * study.runs
    with Processes(workers) as crew:
        pilot = fly(crew, points_of_study(study), study.seed, engine, PILOT_SECONDS, SECONDS)
        tasks = tasks_of(study, pilot.block_size(runs, workers), engine)
        for _ in range(workers):
            crew.start(tasks[0], SECONDS)
        _drain(crew, workers)
        began = time.perf_counter()
        waiting, busy = list(tasks), 0
        while waiting or busy:
            while waiting and crew.free:
                crew.start(waiting.pop(), SECONDS)
                busy += 1
            busy -= len(crew.answers(1.0))
        return runs / (time.perf_counter() - began)


def tasks_of(study: Study, block_size: int, engine: str) -> list[Task]:
    """Return the blocks of the study, as the runner cuts them."""
    points = points_of_study(study)
    return [
        Task(
            block,
            points.base_yaml,
            points.factors,
            points.values[block.first_point : block.first_point + block.points],
            study.seed,
            engine,
            model_here(),
        )
        for block in stage_of(Block(0, study.runs, 0, len(study)), block_size).blocks()
    ]


def _drain(crew: Processes, owed: int) -> None:
    while owed:
        owed -= len(crew.answers(1.0))


def cold_rate(study: Study, home: Path, workers: int, engine: str) -> float:
    """Return the runs per second of a whole call."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        began = time.perf_counter()
        run_study(study, folder, workers=workers, engine=engine)
        return len(study) * study.runs / (time.perf_counter() - began)


if __name__ == "__main__":
    for what, value in two_against_one().items():
        print(f"{what:40} {value:12,.2f}")
