"""The runner with workers that fail: exactly the bad runs fail, whatever the order of answers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim.errors import TruceError
from sim.sweep.blocks import Block
from sim.sweep.crew import DIED, OTHER_MODEL, RAISED, TOO_LONG, Lost
from sim.sweep.folder import read_folder
from sim.sweep.parts import read_part
from sim.sweep.run_table import FAILED
from sim.sweep.runner import LEAST_SECONDS, MOST_DEATHS, Runner
from sim.sweep.work import Failure, Finished, Task
from tests.crews import Inline, Place, begun, parts_of, pretended, raise_error, small_study, spoiled

STUDY = small_study()  # 5 points of 12 runs
SIZE = 60


class Faulty(Inline):
    """A crew that loses every block that holds one of some places."""

    def __init__(self, cause: str, places: set[Place], workers: int = 1, order: int = 0) -> None:
        super().__init__(workers, pretended, order)
        self.cause, self.places = cause, places
        self.losses = 0

    def answer(self, task: Task) -> Finished | Lost:
        if any(task.block.holds(*place) for place in self.places):
            self.losses += 1
            return Lost(self.cause, "as it was asked to")
        return pretended(task)


def runner_for(folder: Path, time_limit: float = 120.0, block_size: int = 10) -> Runner:
    if not folder.exists():
        begun(STUDY, folder, block_size)
    runner = Runner(read_folder(folder), "compiled", time_limit, None)
    runner.find_done(retry=False)
    return runner


def rows_of(folder: Path) -> dict[Place, tuple[int, ...]]:
    """Return what every part says about every run."""
    rows = {}
    for path in parts_of(folder):
        part = read_part(path)
        for n, row in enumerate(part.rows):
            point, run = divmod(n, part.block.runs)
            rows[part.block.first_point + point, part.block.first_run + run] = tuple(row.tolist())
    return rows


def failures_of(folder: Path) -> list[Failure]:
    return sorted(
        (each for path in parts_of(folder) for each in read_part(path).failures),
        key=lambda failure: (failure.point, failure.run),
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[Place, tuple[int, ...]]:
    folder = tmp_path_factory.mktemp("sound") / "swept"
    runner_for(folder).run(Inline(), 1)
    rows = rows_of(folder)
    assert len(rows) == SIZE
    return rows


PLACES: dict[str, set[Place]] = {
    "the first run": {(0, 0)},
    "the last run": {(4, 11)},
    "neighbours": {(2, 5), (2, 6), (3, 5)},
    "a whole point": {(3, run) for run in range(12)},
    "all": {(point, run) for point in range(5) for run in range(12)},
}


@pytest.mark.parametrize("cause", [DIED, TOO_LONG, RAISED])
@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("workers", [1, 3])
def test_exactly_the_bad_runs_fail(
    tmp_path: Path,
    sound: dict[Place, tuple[int, ...]],
    places: set[Place],
    cause: str,
    workers: int,
) -> None:
    folder = tmp_path / "swept"
    runner = runner_for(folder)
    runner.run(Faulty(cause, places, workers, order=workers), workers)
    rows = rows_of(folder)
    assert {place for place, row in rows.items() if row[1] == FAILED} == places
    assert {p: row for p, row in rows.items() if p not in places} == {
        p: row for p, row in sound.items() if p not in places
    }
    told = failures_of(folder)
    assert [(each.point, each.run) for each in told] == sorted(places)
    assert {(each.cause, each.detail) for each in told} == {(cause, "as it was asked to")}
    assert runner.tally.progress().done == SIZE
    assert runner.tally.progress().failed == len(places)


@pytest.mark.parametrize("order", range(5))
def test_order_and_number_of_workers_are_no_matter(
    tmp_path: Path, sound: dict[Place, tuple[int, ...]], order: int
) -> None:
    folder = tmp_path / "swept"
    runner = runner_for(folder, block_size=1 + 7 * order)
    runner.run(Inline(1 + order, pretended, order), 1 + order)
    assert rows_of(folder) == sound
    assert runner.fingerprint == whole_print(tmp_path / "other")


def whole_print(folder: Path) -> tuple[int, int]:
    runner = runner_for(folder)
    runner.run(Inline(), 1)
    return runner.fingerprint


def test_one_death_costs_a_repeat_and_no_run(tmp_path: Path) -> None:
    class KilledOnce(Inline):
        deaths = 0

        def answer(self, task: Task) -> Finished | Lost:
            self.deaths += 1
            return Lost(DIED, "") if self.deaths == 1 else pretended(task)

    crew = KilledOnce()
    runner = runner_for(tmp_path / "swept")
    runner.run(crew, 1)
    first, second = crew.started[:2]
    assert first == second
    assert len(crew.started) == len(set(crew.started)) + 1
    assert runner.tally.failed == 0


def test_a_run_that_kills_is_found_in_few_steps(tmp_path: Path) -> None:
    folder = tmp_path / "swept"
    crew = Faulty(DIED, {(2, 7)})
    runner_for(folder, block_size=SIZE).run(crew, 1)
    steps = int(np.ceil(np.log2(5)) + np.ceil(np.log2(12))) + 1
    assert crew.losses <= MOST_DEATHS * steps


def test_workers_with_another_model_end_the_sweep(tmp_path: Path) -> None:
    runner = runner_for(tmp_path / "swept")
    with pytest.raises(TruceError, match=r"cannot go on: as it was asked to. Install the same"):
        runner.run(Faulty(OTHER_MODEL, {(0, 0)}), 1)
    assert not runner.is_done


def test_runs_are_interleaved(tmp_path: Path) -> None:
    crew = Inline()
    runner = runner_for(tmp_path / "swept", block_size=4)
    runner.run(crew, 1)
    firsts = [block.first_run for block, _ in crew.started]
    assert firsts == sorted(firsts)
    assert len(set(firsts)) > 2


# Time


@pytest.mark.parametrize("limit", [0.5, 2.0, 120.0])
def test_pieces_get_their_share_of_the_time_and_a_single_run_enough(
    tmp_path: Path, limit: float
) -> None:
    crew = Faulty(TOO_LONG, {(2, 7)})
    runner_for(tmp_path / "swept", limit, block_size=SIZE).run(crew, 1)
    seconds = dict(crew.started)
    assert seconds[Block(0, 12, 0, 5)] == limit
    assert seconds[Block(7, 1, 2, 1)] == min(limit, LEAST_SECONDS)
    assert all(0 < each <= limit for each in seconds.values())
    lost = [each for block, each in crew.started if block.holds(2, 7)]
    assert sum(lost) < 4 * limit


# What is found


def test_only_what_has_no_part_is_run(tmp_path: Path) -> None:
    folder = tmp_path / "swept"
    runner_for(folder).run(Inline(), 1)
    parts = parts_of(folder)
    parts[1].unlink()
    parts[2].write_bytes(parts[3].read_bytes())
    crew = Inline()
    runner = runner_for(folder)
    found = runner.tally.found
    runner.run(crew, 1)
    assert len(crew.started) == 2
    assert found == SIZE - sum(block.size for block, _ in crew.started)
    assert runner.fingerprint == whole_print(tmp_path / "other")


def test_retrying_runs_blocks_with_failed_runs_again(tmp_path: Path) -> None:
    folder = tmp_path / "swept"
    runner_for(folder).run(Inline(1, partial(spoiled, deed=raise_error, places=((1, 1),))), 1)
    runner = Runner(read_folder(folder), "compiled", 120.0, None)
    runner.find_done(retry=True)
    crew = Inline()
    runner.run(crew, 1)
    assert len(crew.started) == 1
    assert crew.started[0][0].holds(1, 1)
    assert runner.tally.failed == 0
    assert runner.fingerprint == whole_print(tmp_path / "other")


def test_what_waits_to_be_run_is_small(tmp_path: Path) -> None:
    """A queue of tasks would hold the values of every point once for each of its blocks."""
    runner = runner_for(tmp_path / "swept", block_size=1)
    assert len(runner._queue) == SIZE
    assert all(set(vars(piece)) == {"block", "whole", "deaths"} for piece in runner._queue)
    assert all(not piece.whole.finished for piece in runner._queue)
