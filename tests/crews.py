"""Sweeps without the model: pretended runs, deeds that go wrong, and workers without processes."""

from __future__ import annotations

import os
import random
import signal
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.endings import ENDINGS, HOLDING
from sim.sweep import Study
from sim.sweep.blocks import Block
from sim.sweep.crew import Answer, tried
from sim.sweep.folder import kept_for_us, open_folder, read_folder
from sim.sweep.pilot import Pilot
from sim.sweep.run_table import REASON_NAMES, RUN
from sim.sweep.study_run import Swept, run_study
from sim.sweep.work import Finished, Task, Work

HORIZON = 60
LEVERAGE = (0.0, 0.25, 0.5, 0.75, 1.0)

Deed = Callable[[Task], Finished | None]
Place = tuple[int, int]  # a point and a run


def small_study(
    runs: int = 12, leverage: tuple[float, ...] = LEVERAGE, seed: int = 3, **changes: Any
) -> Study:
    """Return a study of one factor, with lines of YAML changed or added by keyword."""
    lines = {
        "title": "a small study",
        "base": f"{{horizon_days: {HORIZON}, brokers: [{{name: one}}]}}",
        "runs": runs,
        "seed": seed,
        "factors": f"{{brokers.0.leverage: {list(leverage)}}}",
    } | changes
    return Study.from_yaml("\n".join(f"{key}: {value}" for key, value in lines.items()))


# Runs that are made up


def pretended(task: Task) -> Finished:
    """Make up the rows of a task: like real ones, each depends on its point, run and seed alone."""
    rows = [
        pretended_row(task.factors, values, task.block.first_run + run, task.seed)
        for values in task.values
        for run in range(task.block.runs)
    ]
    return Finished(np.array(rows, dtype=RUN))


def pretended_row(
    factors: tuple[str, ...], values: tuple[Any, ...], run: int, seed: int
) -> tuple[int, int, int]:
    """Return days, ending and reason of a run that never took place."""
    horizon = dict(zip(factors, values, strict=True)).get("horizon_days", HORIZON)
    luck = zlib.crc32(repr((values, run, seed)).encode())
    days = luck % (horizon + horizon // 2)
    if days >= horizon:
        return horizon, HOLDING, 0
    return days, 1 + luck // 7 % (len(ENDINGS) - 1), luck // 11 % len(REASON_NAMES)


# Deeds: what happens in a block that holds one of the places (worker processes import this module)


def spoiled(
    task: Task, deed: Deed, places: tuple[Place, ...] = (), unless: Path | None = None
) -> Finished:
    """Make up the rows of a task, unless it holds one of the places: then do the deed.

    Without places every task is spoiled; with a file `unless`, none once it is there.
    """
    is_hit = not places or any(task.block.holds(*place) for place in places)
    if is_hit and not (unless and unless.exists()):
        return deed(task) or pretended(task)
    return pretended(task)


def raise_error(task: Task) -> Finished:
    raise ArithmeticError("a rule that divides by zero")


def never_end(task: Task) -> Finished:
    while True:
        time.sleep(0.01)


def die(task: Task) -> Finished:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def leave(task: Task) -> Finished:
    os._exit(3)


def lose_a_row(task: Task) -> Finished:
    return Finished(pretended(task).rows[1:])


def forget_the_story(task: Task) -> Finished:
    rows = pretended(task).rows
    rows["ending"][0] = len(ENDINGS)
    return Finished(rows)


def give_nothing(task: Task) -> Any:
    return 7


# Workers without processes


class Inline:
    """A crew that works while it is asked for answers, and gives them in any order."""

    def __init__(self, workers: int = 1, doing: Work = pretended, order: int = 0) -> None:
        self.workers = workers
        self.started: list[tuple[Block, float]] = []
        self._doing = doing
        self._random = random.Random(order)
        self._waiting: list[Task] = []

    @property
    def free(self) -> int:
        return self.workers - len(self._waiting)

    def start(self, task: Task, seconds: float) -> None:
        self.started.append((task.block, seconds))
        self._waiting.append(task)

    def answers(self, patience: float) -> list[Answer]:
        task = self._waiting.pop(self._random.randrange(len(self._waiting)))
        return [(task, self.answer(task))]

    def answer(self, task: Task) -> Any:
        return tried(self._doing, task)

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.clear()


def swept(study: Study, folder: Path, doing: Work = pretended, **options: Any) -> Swept:
    """Run a study with one worker in this process."""
    usual = {"workers": 1, "crew": lambda n: Inline(n, doing)}
    return run_study(study, folder, **usual | options)


def begun(study: Study, folder: Path, block_size: int = 10) -> None:
    """Begin the folder of a study, so that it is cut into blocks of a known size."""
    with kept_for_us(folder):
        open_folder(folder, study, lambda: block_size)


def pilot_for(block_size: int) -> Pilot:
    """Return a pilot after which blocks hold about so many runs, where there are many."""
    return replace(Pilot(0.0, 0.0, 4.0), seconds_per_run=1 / block_size)


def parts_of(folder: Path) -> list[Path]:
    """Return the part files of a sweep, in order."""
    return sorted((folder / "runs").iterdir())


def inside(folder: Path) -> dict[str, bytes]:
    """Return everything in a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def number_of_blocks(folder: Path) -> int:
    return len(read_folder(folder).blocks)
