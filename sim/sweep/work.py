"""What a worker does: the runs of one block, and a note on each run that failed."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.sweep.blocks import Block
from sim.sweep.run_table import FAILED, RUN

if TYPE_CHECKING:
    from sim.ensemble import Opening
    from sim.scenario import Scenario

OPENINGS_KEPT = 8192  # of a few kB each
LONGEST_DETAIL = 4000  # characters of a traceback
EXCEPTION, NOT_A_NUMBER = "exception", "not a number"

Value = int | float | bool | str


@dataclass(frozen=True)
class Task:
    """A block with all that a worker needs to run it, small enough to be sent anywhere."""

    block: Block
    base_yaml: str
    factors: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]  # of each point of the block
    seed: int
    engine: str
    model: str  # digest of the behaviour; a worker with other code must not take part


@dataclass(frozen=True)
class Failure:
    """A run that could not be finished: where, why, and what the program said."""

    point: int
    run: int
    cause: str
    detail: str


@dataclass(frozen=True)
class Finished:
    """The rows of a block, by point and then by run, and its failures."""

    rows: NDArray[Any]
    failures: list[Failure] = field(default_factory=list)

    def objection(self, block: Block) -> str:
        """Return what shows that these cannot be the rows of a block; empty if nothing does."""
        if len(self.rows) != block.size:
            return f"{len(self.rows):,} rows came back for {block.size:,} runs"
        failed = int((self.rows["ending"] == FAILED).sum())
        told = {(failure.point, failure.run) for failure in self.failures}
        if failed != len(told) or not all(block.holds(*place) for place in told):
            return f"{failed:,} failed rows came back with the stories of {len(told):,}"
        return ""


class OtherModelError(Exception):
    """A worker whose code would give other numbers."""


Work = Callable[[Task], Finished]


def work(task: Task) -> Finished:
    """Run a block.

    A run that raises, or ends with something that is not a number, becomes a failed row; all
    others are what they would have been without it.

    Errors: `OtherModelError` when this worker's model is not the one of the sweep.
    """
    if task.model != model_here():
        raise OtherModelError(
            f"a worker has the model {model_here()}, the sweep was begun with {task.model}"
        )
    rows = np.empty(task.block.size, dtype=RUN)
    failures: list[Failure] = []
    for place in range(task.block.points):
        part = slice(place * task.block.runs, (place + 1) * task.block.runs)
        failures += fill(rows[part], task, place)
    return Finished(rows, failures)


@cache
def model_here() -> str:
    """Return the digest of the model that this process runs."""
    from sim.sources import model_digest

    return model_digest()


def fill(rows: NDArray[Any], task: Task, place: int) -> list[Failure]:
    """Fill the rows of one point of a task; return what failed."""
    first, runs = task.block.first_run, task.block.runs
    try:
        outcomes = outcomes_of(task, place, first, runs)
    except Exception:
        return fill_singly(rows, task, place)
    keep(rows, outcomes)
    return [fail(rows, task, place, n, NOT_A_NUMBER, what) for n, what in not_numbers(outcomes)]


def fill_singly(rows: NDArray[Any], task: Task, place: int) -> list[Failure]:
    """Fill the rows of a point run by run, to find those that raise."""
    failures = []
    for n in range(task.block.runs):
        try:
            outcome = outcomes_of(task, place, task.block.first_run + n, 1)
        except Exception:
            said = traceback.format_exc()[-LONGEST_DETAIL:]
            failures.append(fail(rows, task, place, n, EXCEPTION, said))
            continue
        keep(rows[n : n + 1], outcome)
        failures += [
            fail(rows, task, place, n, NOT_A_NUMBER, what) for _, what in not_numbers(outcome)
        ]
    return failures


def fail(rows: NDArray[Any], task: Task, place: int, n: int, cause: str, detail: str) -> Failure:
    """Mark a row as failed and say why."""
    rows[n] = failed_row()
    return Failure(task.block.first_point + place, task.block.first_run + n, cause, detail)


def failed_row() -> NDArray[Any]:
    """Return the row that stands for a failed run."""
    return np.array((0, FAILED, 0), dtype=RUN)


def keep(rows: NDArray[Any], outcomes: NDArray[Any]) -> None:
    """Copy what is kept of each outcome."""
    for name in RUN.names or ():
        rows[name] = outcomes[name]


def not_numbers(outcomes: NDArray[Any]) -> Iterator[tuple[int, str]]:
    """Yield the place of each outcome with a value that is no number, and which value it is."""
    floats = [name for name in outcomes.dtype.names or () if outcomes.dtype[name].kind == "f"]
    bad = ~np.isfinite(np.array([outcomes[name] for name in floats]))
    for n in np.flatnonzero(bad.any(axis=0)):
        which = ", ".join(name for name, is_bad in zip(floats, bad[:, n], strict=True) if is_bad)
        yield int(n), f"at the end of the run these were not finite numbers: {which}"


def outcomes_of(task: Task, place: int, first: int, runs: int) -> NDArray[Any]:
    """Return the outcomes of some runs of one point of a task."""
    from sim.ensemble import blank_rows, run_ensemble, run_rows

    point = (task.base_yaml, task.factors, task.values[place])
    if task.engine == "compiled":
        return run_rows(opening(*point, task.seed), blank_rows(first, runs))
    return run_ensemble(scenario_of(*point), runs, task.seed, first, task.engine, workers=1)


@lru_cache(maxsize=OPENINGS_KEPT)
def opening(
    base_yaml: str, factors: tuple[str, ...], values: tuple[Value, ...], seed: int
) -> Opening:
    """Return how the runs of a point begin; points come back with every block of runs."""
    from sim.ensemble import opening_of

    return opening_of(scenario_of(base_yaml, factors, values), seed)


def scenario_of(base_yaml: str, factors: tuple[str, ...], values: tuple[Value, ...]) -> Scenario:
    """Return the scenario of a point."""
    return base_of(base_yaml).with_(**dict(zip(factors, values, strict=True)))


@lru_cache(maxsize=4)
def base_of(base_yaml: str) -> Scenario:
    """Return the scenario that a sweep varies."""
    from sim.scenario import Scenario

    return Scenario.from_yaml(base_yaml)
