"""What a worker does with one block: the model's own rows, and a story for each that failed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.ensemble import run_ensemble
from sim.sweep import work as module
from sim.sweep.blocks import Block
from sim.sweep.run_table import FAILED
from sim.sweep.work import (
    EXCEPTION,
    LONGEST_DETAIL,
    NOT_A_NUMBER,
    Failure,
    OtherModelError,
    Task,
    model_here,
    not_numbers,
    outcomes_of,
    scenario_of,
    work,
)
from tests.crews import small_study

STUDY = small_study()
BASE = STUDY.base.to_yaml()


def task(block: Block, **changes: Any) -> Task:
    values = STUDY.points[block.first_point : block.first_point + block.points]
    fields = {"engine": "compiled", "model": model_here(), "seed": 3} | changes
    return Task(block, BASE, STUDY.factors, tuple(values), **fields)


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_rows_are_those_of_an_ensemble(engine: str) -> None:
    block = Block(4, 5, 1, 2)
    rows = work(task(block, engine=engine)).rows.reshape(2, 5)
    for place in range(2):
        expected = run_ensemble(STUDY.scenario(1 + place), 5, 3, first=4)
        for name in ("days", "ending", "why"):
            assert np.array_equal(rows[place][name], expected[name])


def test_a_point_is_the_base_with_its_values() -> None:
    point = scenario_of(BASE, STUDY.factors, STUDY.points[2])
    assert point.digest == STUDY.scenario(2).digest


def test_a_worker_with_another_model_does_not_take_part() -> None:
    with pytest.raises(OtherModelError, match=model_here()):
        work(task(Block(0, 1, 0, 1), model="another"))


# Runs that raise, and runs that end with something that is no number


def failing(bad: set[tuple[int, int]], monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Have some (point, run) raise, or give something that is no number."""

    def spoiled(task: Task, place: int, first: int, runs: int) -> Any:
        point = task.block.first_point + place
        hit = [run for run in range(first, first + runs) if (point, run) in bad]
        if hit and how == EXCEPTION:
            raise ZeroDivisionError(f"run {hit[0]}" + "." * 5000)
        outcomes = outcomes_of(task, place, first, runs)
        for run in hit:
            outcomes["fatalities" if "fatalities" in names(outcomes) else floats(outcomes)[0]][
                run - first
            ] = np.nan
        return outcomes

    monkeypatch.setattr(module, "outcomes_of", spoiled)


def names(outcomes: Any) -> tuple[str, ...]:
    return outcomes.dtype.names


def floats(outcomes: Any) -> list[str]:
    return [name for name in names(outcomes) if outcomes.dtype[name].kind == "f"]


@pytest.mark.parametrize("how", [EXCEPTION, NOT_A_NUMBER])
@pytest.mark.parametrize(
    "bad",
    [{(1, 6)}, {(1, 4), (1, 8), (2, 5)}, {(1, run) for run in range(4, 9)}],
    ids=["one", "some", "a whole point"],
)
def test_only_bad_runs_fail(
    bad: set[tuple[int, int]], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = Block(4, 5, 1, 2)
    sound = work(task(block)).rows
    failing(bad, monkeypatch, how)
    finished = work(task(block))
    places = [(1 + n // 5, 4 + n % 5) for n in range(10)]
    is_bad = np.array([place in bad for place in places])
    assert np.array_equal(finished.rows[~is_bad], sound[~is_bad])
    assert (finished.rows["ending"] == FAILED).tolist() == is_bad.tolist()
    assert {(each.point, each.run) for each in finished.failures} == bad
    assert {each.cause for each in finished.failures} == {how}
    assert all(0 < len(each.detail) <= LONGEST_DETAIL for each in finished.failures)
    assert not finished.objection(block)


def test_a_point_that_cannot_be_opened_fails_with_all_its_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "opening", lambda *_: 1 / 0)
    finished = work(task(Block(0, 3, 0, 1)))
    assert (finished.rows["ending"] == FAILED).all()
    assert all("ZeroDivisionError" in each.detail for each in finished.failures)


def test_infinities_are_no_numbers_and_are_named() -> None:
    outcomes = np.zeros(3, dtype=[("run", "<u4"), ("trust", "<f8"), ("strength", "<f8")])
    outcomes["trust"] = [0.5, np.inf, 0.5]
    outcomes["strength"] = [1.0, np.nan, -np.inf]
    (first, one), (second, other) = not_numbers(outcomes)
    assert (first, second) == (1, 2)
    assert one.endswith("trust, strength")
    assert other.endswith(": strength")


def test_rows_that_cannot_be_those_of_a_block_are_objected_to() -> None:
    block = Block(4, 5, 1, 2)
    finished = work(task(block))
    assert finished.objection(block) == ""
    assert "10 rows" in finished.objection(Block(4, 5, 1, 3))
    finished.rows["ending"][3] = FAILED
    assert "stories of 0" in finished.objection(block)
    finished.failures.append(Failure(9, 9, "", ""))
    assert finished.objection(block)
    finished.failures[:] = [Failure(1, 7, "", "")]
    assert finished.objection(block) == ""
