"""One run after the other, as it is compiled: signed, played day by day, summed up."""

from __future__ import annotations

from typing import Any

from sim.behaviour import behaviour
from sim.day import day
from sim.endings import HOLDING
from sim.opening import open_truce
from sim.outcome import summarise
from sim.theatre import Theatre, set_stage


@behaviour
def overlook(theatre: Any, seen: Any, n: int) -> None:
    """Look at nothing."""


@behaviour
def run_watched(
    start: Any, stage: Any, horizon_days: int, outcomes: Any, look: Any, seen: Any
) -> None:
    """Run every row's truce from the same start, with a look after the signing and after each day.

    `look(theatre, seen, n)` is a behaviour that writes what it sees of the run of row `n` to `seen`
    and leaves the theatre alone.
    """
    for n in range(len(outcomes)):
        set_stage(start, stage, outcomes[n].run)
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
        look(theatre, seen, n)
        while theatre.truce.ending == HOLDING and theatre.truce.age < horizon_days:
            day(theatre)
            look(theatre, seen, n)
        summarise(outcomes[n], theatre)
