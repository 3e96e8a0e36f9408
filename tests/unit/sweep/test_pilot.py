"""The pilot: how a sweep is cut, and runs that would keep it for ever."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.sweep.crew import DIED, TOO_LONG, Lost
from sim.sweep.pilot import BLOCKS_PER_WORKER, LARGEST_BLOCK, LEAST_SECONDS, UNKNOWN, Pilot, fly
from sim.sweep.points import points_of_study
from sim.sweep.work import Finished, Task
from tests.crews import Inline, pretended, raise_error, small_study, spoiled

POINTS = points_of_study(small_study())


@given(st.integers(1, 10**7), st.integers(1, 64), st.floats(1e-7, 1e3))
def test_blocks_are_neither_empty_nor_larger_than_the_share(
    runs: int, workers: int, seconds: float
) -> None:
    size = Pilot(0.0, seconds, 4.0).block_size(runs, workers)
    assert 1 <= size <= LARGEST_BLOCK
    worth_sending = int(LEAST_SECONDS / seconds)
    assert size == 1 or size <= max(runs // (workers * BLOCKS_PER_WORKER), worth_sending)
    assert size <= math.ceil(runs / workers)


def test_the_time_is_shared_and_every_worker_meets_every_point() -> None:
    pilot = Pilot(seconds_per_point=0.5, seconds_per_run=0.01, bytes_per_run=4.0)
    assert pilot.seconds(points=10, runs=100, workers=1) == pytest.approx(15)
    assert pilot.seconds(points=10, runs=100, workers=2) == pytest.approx(10)


def test_a_pilot_measures() -> None:
    pilot = fly(Inline(), POINTS, seed=1, engine="compiled", seconds=0.02)
    assert 0 < pilot.seconds_per_run < 1
    assert 0 < pilot.bytes_per_run < 10_000


@pytest.mark.parametrize("cause", [TOO_LONG, DIED])
def test_a_run_that_is_lost_does_not_keep_the_pilot(cause: str) -> None:
    class Losing(Inline):
        def answer(self, task: Task) -> Finished | Lost:
            return Lost(cause, "") if task.block.first_point == 2 else pretended(task)

    crew = Losing()
    pilot = fly(crew, POINTS, 1, "compiled", seconds=0.02, time_limit=1.5)
    assert {seconds for _, seconds in crew.started} == {1.5}
    tried = sum(block.first_point == 2 for block, _ in crew.started)
    if cause == TOO_LONG:
        assert tried == 1
        assert pilot == UNKNOWN
    else:
        assert tried > 1
        assert pilot.seconds_per_run > 0


def test_runs_that_all_fail_are_no_matter_to_the_pilot() -> None:
    def doing(task: Task) -> Finished:
        return spoiled(task, raise_error)

    pilot = fly(Inline(1, doing), POINTS, 1, "compiled", seconds=0.01)
    assert pilot.block_size(1000, 1) >= 1
