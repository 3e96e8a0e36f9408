"""A pilot: a moment of real runs, to say how long a sweep will take and how to cut it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sim.sweep.blocks import Block
from sim.sweep.crew import TOO_LONG, Crew
from sim.sweep.parts import encoded
from sim.sweep.points import Points
from sim.sweep.work import Finished, Task, model_here

BLOCK_SECONDS = 1.0  # what a block should take: little is lost with it, and messages cost nothing
LEAST_SECONDS = 0.01  # less, and sending it costs more than it gains
LARGEST_BLOCK = 200_000  # runs
BLOCKS_PER_WORKER = 16  # at least, so that all end at about the same time
MOST_POINTS_TRIED = 16
LARGEST_TRIED = 4096  # runs
PATIENCE = 300.0  # seconds for a block, where nobody says how long one may take


@dataclass(frozen=True)
class Pilot:
    """What a run costs on one core, on average over the points that were tried."""

    seconds_per_point: float  # to make a point ready
    seconds_per_run: float
    bytes_per_run: float

    def seconds(self, points: int, runs: int, workers: int) -> float:
        """Return how long so many runs of so many points will take, without the start."""
        shared = points * runs * self.seconds_per_run / workers
        return shared + points * self.seconds_per_point  # every worker meets every point

    def block_size(self, runs: int, workers: int) -> int:
        """Return how many runs a block of a sweep of so many runs should hold."""
        by_time = int(BLOCK_SECONDS / self.seconds_per_run)
        worth_sending = int(LEAST_SECONDS / self.seconds_per_run)
        by_share = max(runs // (workers * BLOCKS_PER_WORKER), worth_sending)
        return max(1, min(by_time, by_share, math.ceil(runs / workers), LARGEST_BLOCK))


UNKNOWN = Pilot(seconds_per_point=0.01, seconds_per_run=0.001, bytes_per_run=4.0)
"""What is taken for granted where the pilot came upon a run that does not end."""


class _TooLongError(Exception):
    """A block of the pilot that took longer than it may."""


def fly(
    crew: Crew,
    points: Points,
    seed: int,
    engine: str,
    seconds: float,
    time_limit: float = PATIENCE,
) -> Pilot:
    """Run points spread over the whole sweep for about so many seconds, one block at a time.

    The first run, which may compile the model, is not timed. Runs that fail here are no matter:
    the sweep itself will say so. One that takes longer than `time_limit` ends the pilot.
    """
    with suppress(_TooLongError):
        return measured(crew, points, seed, engine, seconds, time_limit)
    return UNKNOWN


def measured(
    crew: Crew, points: Points, seed: int, engine: str, seconds: float, time_limit: float
) -> Pilot:
    """Return what the points of a sweep cost."""
    step = max(1, len(points) // MOST_POINTS_TRIED)
    tried = range(0, len(points), step)[:MOST_POINTS_TRIED]

    def run(point: int, runs: int) -> Finished | None:
        values = (points.values[point],)
        block = Block(0, runs, point, 1)
        base = points.base_yaml
        task = Task(block, base, points.factors, values, seed, engine, model_here())
        return _alone(crew, task, time_limit)

    def seconds_for(some: Sequence[int], runs: int) -> float:
        began = time.perf_counter()
        for point in some:
            run(point, runs)
        return time.perf_counter() - began

    run(tried[0], 1)
    made = tried[1:] or tried
    making = seconds_for(made, 1) / len(made)
    runs, took = 1, 0.0
    while took < seconds / 2 and runs < LARGEST_TRIED:
        runs *= 2
        took = seconds_for(tried, runs)
    per_run = took / (runs * len(tried))
    sample = run(tried[0], runs)
    written = len(encoded(Block(0, runs, tried[0], 1), sample)[0]) if sample else 0
    return Pilot(max(0.0, making - per_run), per_run, written / runs)


def _alone(crew: Crew, task: Task, time_limit: float) -> Finished | None:
    """Have a crew that does nothing else run a task; None if it failed."""
    crew.start(task, time_limit)
    while not (answers := crew.answers(1.0)):
        pass
    said = answers[0][1]
    if isinstance(said, Finished):
        return said
    if said.cause == TOO_LONG:
        raise _TooLongError
    return None
