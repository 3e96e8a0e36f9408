"""Thousands of runs of one scenario: the agents' own behaviours, compiled.

`run_ensemble` copies a freshly built `TruceModel` into records and lets machine code run `day` on
them, run after run. The rows are, to the last bit, those that stepping the model would give.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from sim.agents.broker import Broker
from sim.agents.militant_group import MilitantGroup
from sim.agents.state import State
from sim.behaviour import as_records, record_type
from sim.compilation import compiled
from sim.day import day
from sim.endings import HOLDING
from sim.model import TruceModel
from sim.noise import Luck
from sim.opening import open_truce
from sim.outcome import Outcome, summarise
from sim.parameters import Environment, World
from sim.scenario import Scenario
from sim.theatre import Shock, Theatre
from sim.truce import Incident, Relation, Truce

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


def run_ensemble(
    scenario: Scenario,
    runs: int,
    seed: int = 1,
    first: int = 0,
    engine: str = "compiled",
    watch: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """Run a scenario `runs` times and return one `Outcome` record per run, in order of run.

    Args:
        scenario: the case.
        runs: how many, 1 or more.
        seed: from 0 to 2**64 - 1.
        first: number of the first run; runs are numbered from here.
        engine: "compiled", or "mesa" for the same rows slowly.
        watch: called after each portion of runs with how many are done, and how many there are.

    Raises:
        ValueError: if the engine is unknown, there are no runs, or a number is out of range.
    """
    if engine not in ENGINES:
        raise ValueError(f"the engine is one of {', '.join(ENGINES)}, not {engine!r}")
    if runs < 1 or not 0 <= first <= 2**32 - runs:
        raise ValueError(f"runs lie between 0 and 2**32 - 1, not {first} to {first + runs - 1}")
    outcomes = np.zeros(runs, dtype=record_type(Outcome))
    outcomes["run"] = np.arange(first, first + runs)
    fill, portion = ENGINES[engine], PORTIONS[engine]
    for done in range(0, runs, portion):
        if watch:
            watch(done, runs)
        fill(scenario, seed, outcomes[done : done + portion])
    return outcomes


def run_stepped(scenario: Scenario, seed: int, outcomes: np.ndarray) -> None:
    """Fill each row by stepping a `TruceModel`."""
    for row in outcomes:
        model = TruceModel(scenario, seed=seed, run=int(row["run"]))
        while model.running:
            model.step()
        summary = model.outcome()
        for name in outcomes.dtype.names or ():
            row[name] = getattr(summary, name)


def run_compiled(scenario: Scenario, seed: int, outcomes: np.ndarray) -> None:
    """Fill each row with machine code."""
    model = TruceModel(scenario, seed=seed, run=int(outcomes["run"][-1]), opened=False)
    start, stage = theatre_of_records(model.theatre), theatre_of_records(model.theatre)
    compiled_runs()(start, stage, model.horizon_days, outcomes)


ENGINES: dict[str, Callable[[Scenario, int, np.ndarray], None]] = {
    "compiled": run_compiled,
    "mesa": run_stepped,
}

PORTIONS = {"compiled": 5000, "mesa": 20}
"""Runs between two chances to report progress or to be interrupted."""


def theatre_of_records(theatre: Theatre) -> Theatre:
    """Copy a theatre of Python objects into arrays of records, one array for each part."""
    parts: dict[str, Any] = {
        name: as_records([part] if name in ALONE else part, STAGES[name])
        for name, part in theatre._asdict().items()
    }
    return Theatre(**parts)


def run_all(start: Any, stage: Any, horizon_days: int, outcomes: np.ndarray) -> None:
    """Run every row's truce from the same start. Compiled; see `compiled_runs`."""
    groups = len(start.groups)
    for n in range(len(outcomes)):
        stage.truce[0] = start.truce[0]
        stage.state[0] = start.state[0]
        stage.luck[0] = start.luck[0]
        for i in range(groups):
            stage.relations[i] = start.relations[i]
            stage.groups[i] = start.groups[i]
        for i in range(len(start.brokers)):
            stage.brokers[i] = start.brokers[i]
        stage.luck[0].run = outcomes[n].run
        theatre = Theatre(
            stage.world[0],
            stage.environment[0],
            stage.luck[0],
            stage.truce[0],
            stage.state[0],
            stage.relations,
            stage.groups,
            stage.brokers,
            stage.incidents,
            stage.shocks,
        )
        open_truce(theatre)
        while theatre.truce.ending == HOLDING and theatre.truce.age < horizon_days:
            day(theatre)
        summarise(outcomes[n], theatre)


@cache
def compiled_runs() -> Callable[[Any, Any, int, np.ndarray], None]:
    """Return `run_all` as machine code."""
    return compiled(run_all)
