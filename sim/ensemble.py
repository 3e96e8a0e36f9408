"""Thousands of runs of one scenario: the agents' own behaviours, compiled.

`opening_of` copies a freshly built `TruceModel` into records, and `run_rows` lets machine code run
`day` on them, run after run. The rows are, to the last bit, those that stepping the model would
give, however many share the work.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from sim.agents.broker import Broker
from sim.agents.militant_group import MilitantGroup
from sim.agents.state import State
from sim.behaviour import as_records, record_type
from sim.compilation import compiled
from sim.model import TruceModel
from sim.noise import Luck
from sim.outcome import Outcome
from sim.parameters import Environment, World
from sim.runs import overlook, run_watched
from sim.scenario import Scenario
from sim.theatre import Shock, Theatre
from sim.truce import Incident, Relation, Truce
from sim.workers import ENGINES, processes, processors, shared, threads

STAGES = {
    "world": World,
    "environment": Environment,
    "luck": Luck,
    "truce": Truce,
    "state": State,
    "relations": Relation,
    "groups": MilitantGroup,
    "brokers": Broker,
    "incidents": Incident,
    "shocks": Shock,
}
"""The class of each part of a theatre; the first five parts stand alone, the others are lists."""
ALONE = ("world", "environment", "luck", "truce", "state")


PORTIONS = {"compiled": 1000, "mesa": 20}
"""Runs between two chances to report progress or to be interrupted; also what is shared out."""


class Opening(NamedTuple):
    """How every run of a scenario and seed begins: unsigned, as records. A few kB."""

    theatre: Theatre  # each part an array of records; incidents get their room in `run_rows`
    horizon_days: int
    most_incidents: int  # on one day


def run_ensemble(
    scenario: Scenario,
    runs: int,
    seed: int = 1,
    first: int = 0,
    engine: str = "compiled",
    watch: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> np.ndarray:
    """Run a scenario `runs` times and return one `Outcome` record per run, in order of run.

    Args:
        scenario: the case.
        runs: how many, 1 or more.
        seed: from 0 to 2**64 - 1.
        first: number of the first run; runs are numbered from here.
        engine: "compiled", or "mesa" for the same rows slowly.
        watch: called before each portion of runs with how many are done, and how many there are.
        workers: how many share the work, 1 or more; the rows do not depend on it. Machine code is
            shared among threads, by default as many as there are processors for this process.
            Mesa is shared among processes, by default 1; for more, a script must be importable
            (`if __name__ == "__main__":`).

    Raises:
        ValueError: if the engine is unknown, there are no runs or workers, or a number is out of
            range.
    """
    if engine not in ENGINES:
        raise ValueError(f"the engine is one of {', '.join(ENGINES)}, not {engine!r}")
    if runs < 1 or not 0 <= first <= 2**32 - runs:
        raise ValueError(f"runs lie between 0 and 2**32 - 1, not {first} to {first + runs - 1}")
    if workers is not None and workers < 1:
        raise ValueError(f"there must be 1 worker or more, not {workers}")
    fill, crew = engine_for(engine, scenario, seed, workers)
    outcomes = blank_rows(first, runs)
    starts = range(0, runs, PORTIONS[engine])
    with crew as each:
        filled = each(fill, [outcomes[done : done + PORTIONS[engine]] for done in starts])
        for done in starts:
            if watch:
                watch(done, runs)
            outcomes[done : done + PORTIONS[engine]] = next(filled)
    return outcomes


def engine_for(
    engine: str, scenario: Scenario, seed: int, workers: int | None
) -> tuple[Callable[[np.ndarray], np.ndarray], Any]:
    """Return what fills rows with one engine, and those who share the work."""
    if engine == "mesa":
        return partial(run_stepped, scenario, seed), shared(workers or 1, processes)
    return partial(run_rows, opening_of(scenario, seed)), shared(workers or processors(), threads)


def blank_rows(first: int, runs: int) -> np.ndarray:
    """Return rows that hold nothing but the numbers of their runs, from `first` on."""
    outcomes = np.zeros(runs, dtype=record_type(Outcome))
    outcomes["run"] = np.arange(first, first + runs)
    return outcomes


def run_stepped(scenario: Scenario, seed: int, outcomes: np.ndarray) -> np.ndarray:
    """Fill each row by stepping a `TruceModel`; return the rows."""
    for row in outcomes:
        model = TruceModel(scenario, seed=seed, run=int(row["run"]))
        while model.running:
            model.step()
        summary = model.outcome()
        for name in outcomes.dtype.names or ():
            row[name] = getattr(summary, name)
    return outcomes


def opening_of(scenario: Scenario, seed: int = 1) -> Opening:
    """Return how the runs of a scenario begin, to be kept while portions of them are run.

    Raises:
        ValueError: if the seed is out of range.
    """
    model = TruceModel(scenario, seed=seed, opened=False)
    theatre = model.theatre._replace(incidents=[])
    return Opening(theatre_of_records(theatre), model.horizon_days, len(model.theatre.incidents))


def run_rows(opening: Opening, outcomes: np.ndarray) -> np.ndarray:
    """Fill rows whose numbers are given (see `blank_rows`) with machine code; return the rows.

    Several threads may do so at once with one opening.
    """
    compiled_runs()(opening.theatre, stage_for(opening), opening.horizon_days, outcomes)
    return outcomes


def stage_for(opening: Opening) -> Theatre:
    """Return a theatre of records on which runs can play out, one after the other."""
    parts: dict[str, Any] = opening.theatre._asdict()
    stage = {name: part.copy() for name, part in parts.items()}
    stage["incidents"] = np.zeros(opening.most_incidents, dtype=record_type(Incident))
    return Theatre(**stage)


def theatre_of_records(theatre: Theatre) -> Theatre:
    """Copy a theatre of Python objects into arrays of records, one array for each part."""
    parts: dict[str, Any] = {
        name: as_records([part] if name in ALONE else part, STAGES[name])
        for name, part in theatre._asdict().items()
    }
    return Theatre(**parts)


def run_all(start: Any, stage: Any, horizon_days: int, outcomes: np.ndarray) -> None:
    """Run every row's truce from the same start. Compiled; see `compiled_runs`."""
    run_watched(start, stage, horizon_days, outcomes, overlook, 0)


@cache
def compiled_runs() -> Callable[[Any, Any, int, np.ndarray], None]:
    """Return `run_all` as machine code."""
    return compiled(run_all)
