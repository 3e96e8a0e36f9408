"""A pilot: a moment of real runs, to say how long a sweep will take and how to cut it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sim.sweep.blocks import Block
from sim.sweep.parts import encoded
from sim.sweep.points import Points
from sim.sweep.work import Task, Value, Work, model_here, work

BLOCK_SECONDS = 1.0  # what a block should take: little is lost with it, and messages cost nothing
LARGEST_BLOCK = 200_000  # runs
BLOCKS_PER_WORKER = 8  # at least, so that all end at about the same time
MOST_POINTS_TRIED = 16


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
        by_share = runs // (workers * BLOCKS_PER_WORKER)
        return max(1, min(by_time, by_share, LARGEST_BLOCK))


def fly(
    base_yaml: str,
    points: Points,
    seed: int,
    engine: str,
    seconds: float,
    doing: Work = work,
) -> Pilot:
    """Run points spread over the whole sweep for about so many seconds, on one core.

    The first run, which may compile the model, is not timed.
    """
    step = max(1, len(points) // MOST_POINTS_TRIED)
    tried = range(0, len(points), step)[:MOST_POINTS_TRIED]

    def task(point: int, runs: int) -> Task:
        values: tuple[tuple[Value, ...], ...] = (points.values[point],)
        block = Block(0, runs, point, 1)
        return Task(block, base_yaml, points.factors, values, seed, engine, model_here())

    doing(task(tried[0], 1))
    made = tried[1:] or tried
    making = _timed(doing, [task(point, 1) for point in made]) / len(made)
    runs, took = 1, 0.0
    while took < seconds / 2 and runs < 2**16:
        runs *= 2
        took = _timed(doing, [task(point, runs) for point in tried])
    sample = task(tried[0], runs)
    written = len(encoded(sample.block, doing(sample))[0])
    per_run = took / (runs * len(tried))
    return Pilot(max(0.0, making - per_run), per_run, written / runs)


def _timed(doing: Work, tasks: list[Task]) -> float:
    began = time.perf_counter()
    for task in tasks:
        doing(task)
    return time.perf_counter() - began
