"""Worker processes that die, hang and mislead; and those who only seem to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim.errors import TruceError
from sim.sweep import crew
from sim.sweep.blocks import Block
from sim.sweep.crew import (
    DIED,
    OTHER_MODEL,
    RAISED,
    TOO_LONG,
    Answer,
    Crew,
    Lost,
    Processes,
    Threads,
    tried,
)
from sim.sweep.work import Finished, OtherModelError, Task
from tests.crews import (
    die,
    forget_the_story,
    give_nothing,
    leave,
    lose_a_row,
    never_end,
    pretended,
    raise_error,
    spoiled,
)

PATIENCE = 60.0


def task(point: int = 0, runs: int = 3, points: int = 1) -> Task:
    values = tuple((float(n),) for n in range(point, point + points))
    block = Block(0, runs, point, points)
    return Task(block, "", ("brokers.0.leverage",), values, 1, "compiled", "")


def answer_of(crew: Crew, seconds: float = PATIENCE, work: Task | None = None) -> Answer:
    crew.start(work or task(), seconds)
    return next_answer(crew)


def next_answer(crew: Crew) -> Answer:
    until = time.monotonic() + PATIENCE
    while not (answers := crew.answers(0.2)):
        assert time.monotonic() < until
    (answer,) = answers
    return answer


# Work that is tried


def test_good_work_is_handed_on() -> None:
    said = tried(pretended, task())
    assert isinstance(said, Finished)
    assert np.array_equal(said.rows, pretended(task()).rows)


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (raise_error, "ArithmeticError: a rule that divides by zero"),
        (lose_a_row, "2 rows came back for 3 runs"),
        (forget_the_story, "1 failed rows came back with the stories of 0"),
        (give_nothing, "'int' object has no attribute"),
    ],
)
def test_bad_work_is_told(deed: object, words: str) -> None:
    said = tried(deed, task())  # type: ignore[arg-type]
    assert isinstance(said, Lost)
    assert said.cause == RAISED
    assert words in said.detail


def test_another_model_is_told_apart() -> None:
    def refuse(_: Task) -> Finished:
        raise OtherModelError("two models")

    assert tried(refuse, task()) == Lost(OTHER_MODEL, "two models")


# Threads


def test_threads_take_as_many_blocks_as_there_are_hands() -> None:
    with Threads(2, pretended) as threads:
        assert (threads.workers, threads.free) == (2, 2)
        threads.start(task(0), 1.0)
        threads.start(task(1), 1.0)
        assert threads.free == 0
        came = []
        while threads.free < 2:
            came += threads.answers(PATIENCE)
    assert {task.block.first_point for task, _ in came} == {0, 1}
    assert all(isinstance(said, Finished) for _, said in came)


# Processes; started once for the tests that leave them as they are


@pytest.fixture(scope="module")
def deadly() -> Iterator[Processes]:
    """Two workers, for whom point 7 is deadly, 8 has no end, 9 raises and 6 leaves quietly."""
    doing = partial(
        spoiled_by_point,
        deeds={7: die, 8: never_end, 9: raise_error, 6: leave},
    )
    with Processes(2, doing) as processes:
        yield processes


def spoiled_by_point(task: Task, deeds: dict[int, object]) -> Finished:
    return spoiled(task, deeds.get(task.block.first_point, pretended))  # type: ignore[arg-type]


def test_processes_work(deadly: Processes) -> None:
    assert (deadly.workers, deadly.free) == (2, 2)
    done, said = answer_of(deadly, work=task(2))
    assert done == task(2)
    assert isinstance(said, Finished)
    assert np.array_equal(said.rows, pretended(task(2)).rows)
    assert os.getpid() not in deadly.pids


@pytest.mark.parametrize(
    ("point", "cause", "words"),
    [
        (7, DIED, "ended by SIGKILL"),
        (6, DIED, "ended with exit code 3"),
        (9, RAISED, "ArithmeticError"),
    ],
)
def test_a_block_that_goes_wrong_comes_back_lost(
    deadly: Processes, point: int, cause: str, words: str
) -> None:
    done, said = answer_of(deadly, work=task(point))
    assert done == task(point)
    assert isinstance(said, Lost)
    assert said.cause == cause
    assert words in said.detail
    assert deadly.free == 2
    assert isinstance(answer_of(deadly)[1], Finished)


def test_a_block_without_end_is_stopped_when_its_time_is_over(deadly: Processes) -> None:
    assert isinstance(answer_of(deadly)[1], Finished)
    before = set(deadly.pids)
    began = time.monotonic()
    _, said = answer_of(deadly, seconds=0.5, work=task(8))
    assert said == Lost(TOO_LONG, "it had not ended after 0.5 seconds")
    assert time.monotonic() - began < 20
    (gone,) = before - set(deadly.pids)
    with pytest.raises(ProcessLookupError):
        os.kill(gone, 0)


def test_one_stuck_worker_does_not_hold_up_the_other(deadly: Processes) -> None:
    deadly.start(task(8), PATIENCE)
    stuck = next(worker for worker in deadly._workers if worker.task is not None)
    for point in range(3):
        assert isinstance(answer_of(deadly, work=task(point))[1], Finished)
    while not stuck.is_ready:
        assert deadly.answers(0.1) == []
    os.kill(stuck.pid, signal.SIGKILL)
    done, said = next_answer(deadly)
    assert done == task(8)
    assert isinstance(said, Lost)
    assert said.cause == DIED


def test_a_worker_that_dies_before_it_is_ready_is_no_fault_of_its_block() -> None:
    with Processes(1, pretended) as processes:
        (pid,) = processes.pids
        os.kill(pid, signal.SIGKILL)  # what it may have said before is not yet heard
        while processes._workers[0].pipe.poll(PATIENCE) and heard(processes) == crew.READY:
            pass
        processes.start(task(), PATIENCE)
        assert isinstance(next_answer(processes)[1], Finished)
        assert processes.pids != [pid]


def heard(processes: Processes) -> object:
    try:
        return processes._workers[0].pipe.recv()
    except (EOFError, OSError):
        return None


def test_a_worker_that_was_killed_at_rest_costs_its_next_block_a_repeat(deadly: Processes) -> None:
    os.kill(deadly.pids[0], signal.SIGKILL)
    time.sleep(0.1)
    said = [answer_of(deadly)[1] for _ in range(3)]
    assert sum(isinstance(each, Lost) for each in said) <= 1
    assert isinstance(said[-1], Finished)


def test_a_run_that_kills_many_workers_in_a_row_is_no_false_start() -> None:
    with Processes(1, partial(spoiled, deed=die)) as processes:
        said = [answer_of(processes)[1] for _ in range(8)]
    assert {each.cause for each in said if isinstance(each, Lost)} == {DIED}
    assert len(said) == 8


def test_workers_that_die_over_everything_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "HOPELESS", 3)
    with Processes(1, partial(spoiled, deed=die)) as processes:
        for _ in range(3):
            answer_of(processes)
        with pytest.raises(TruceError, match=r"die over everything .* ended by SIGKILL"):
            answer_of(processes)


def test_workers_that_have_proven_themselves_are_not_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crew, "HOPELESS", 2)
    with Processes(1, partial(spoiled, deed=die, places=((5, 0),))) as processes:
        assert isinstance(answer_of(processes)[1], Finished)
        said = [answer_of(processes, work=task(5))[1] for _ in range(4)]
    assert all(isinstance(each, Lost) for each in said)


class Unborn:
    """What a worker is to do, and what it cannot even unpack."""

    __module__ = "tests.crews"

    def __call__(self, task: Task) -> Finished:
        return pretended(task)

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (5,)


def test_workers_that_die_at_once_are_given_up_with_a_sentence() -> None:
    with (
        Processes(1, Unborn()) as processes,
        pytest.raises(TruceError, match=r"die as soon as they start .*exit code 5.*--threads"),
    ):
        answer_of(processes)


def test_the_time_of_a_block_runs_from_when_its_worker_is_ready(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Processes(1, partial(spoiled, deed=sleepy)) as processes:
        processes.start(task(), 1.0)
        time.sleep(1.5)  # as on a machine that is slow to start anything
        assert isinstance(next_answer(processes)[1], Finished)


def sleepy(_: Task) -> None:
    time.sleep(0.1)


def test_leaving_ends_the_workers() -> None:
    with Processes(1, partial(spoiled, deed=never_end)) as processes:
        processes.start(task(), PATIENCE)
        processes.answers(0.2)
        (pid,) = processes.pids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
