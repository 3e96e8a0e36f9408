"""Where the time of a compiled day goes: nanoseconds per agent and day, phase by phase.

One day of one run takes less than a microsecond, and reading a clock takes a good part of that. So
runs stand side by side in slots, a phase is run for all of them between two readings of the clock,
and what a reading costs is measured and taken off. Behaviours, records and the order of the phases
within a run are those of the ensemble, and so are the rows that come out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import types

from sim.behaviour import behaviour, record_type
from sim.compilation import compiled
from sim.day import DAY
from sim.endings import HOLDING
from sim.ensemble import theatre_of_records
from sim.model import TruceModel
from sim.opening import open_truce
from sim.outcome import Outcome, summarise
from sim.phases.blame import blame_falls, parties_learn
from sim.phases.closing import truce_may_end
from sim.phases.courses import parties_review
from sim.phases.home_front import prisoners_go_free, public_reacts
from sim.phases.incidents import incidents_happen
from sim.phases.pressure import brokers_press, shocks_strike
from sim.phases.strength import groups_split, strength_changes
from sim.scenario import Scenario
from sim.theatre import Theatre

SLOTS = 16  # their records fit in the fast caches of a core
DATE, TURNS = len(DAY), len(DAY) + 1
PARTS = (*(phase.__name__ for phase in DAY), "date", "opening and summary")
"""What is timed: the phases of the day in their order, then what surrounds them."""

CLOCK_ID = time.CLOCK_MONOTONIC
CLOCK_READINGS = 100_000
COUNTED_RUNS = 2000
_clock_gettime = types.ExternalFunction("clock_gettime", types.int32(types.int32, types.voidptr))


@behaviour
def nanoseconds(reading: Any) -> int:
    """Read the system's clock; it writes to the first two integers of `reading`."""
    _clock_gettime(CLOCK_ID, reading.ctypes)
    return reading[0] * 1_000_000_000 + reading[1]


@behaviour
def timed(place: int, phase: Any, slots: Theatre, spent: Any, reading: Any) -> None:
    """Run one phase in every slot and add what it took."""
    before = nanoseconds(reading)
    for slot in range(len(slots.luck)):
        theatre = Theatre(
            slots.world[0],
            slots.environment[0],
            slots.luck[slot],
            slots.truce[slot],
            slots.state[slot],
            slots.relations[slot],
            slots.groups[slot],
            slots.brokers[slot],
            slots.incidents[slot],
            slots.shocks,
        )
        phase(theatre)
    spent[place] += nanoseconds(reading) - before


@behaviour
def date_moves(theatre: Theatre) -> None:
    """Begin the day, as `sim.day.day` does before its phases."""
    theatre.luck.day += 1
    theatre.truce.age = theatre.luck.day


@behaviour
def turn_over(start: Theatre, slots: Theatre, horizon_days: int, rows: Any, turn: Any) -> None:
    """Sum up the runs that are over and sign the next ones in their slots.

    `turn` counts the runs that were signed and those that were summed up.
    """
    for slot in range(len(slots.luck)):
        theatre = Theatre(
            slots.world[0],
            slots.environment[0],
            slots.luck[slot],
            slots.truce[slot],
            slots.state[slot],
            slots.relations[slot],
            slots.groups[slot],
            slots.brokers[slot],
            slots.incidents[slot],
            slots.shocks,
        )
        over = theatre.truce.ending != HOLDING or theatre.truce.age >= horizon_days
        if over and turn[1] < len(rows):
            summarise(rows[turn[1]], theatre)
            turn[1] += 1
        if over or turn[0] < len(slots.luck):
            slots.luck[slot] = start.luck[0]
            slots.truce[slot] = start.truce[0]
            slots.state[slot] = start.state[0]
            for i in range(len(start.groups)):
                slots.relations[slot, i] = start.relations[i]
                slots.groups[slot, i] = start.groups[i]
            for i in range(len(start.brokers)):
                slots.brokers[slot, i] = start.brokers[i]
            slots.luck[slot].run = turn[0]
            turn[0] += 1
            open_truce(theatre)


@behaviour
def agents_in(slots: Theatre) -> int:
    """Return how many agents Mesa would step today: the state, brokers and groups present."""
    number = len(slots.luck) * (1 + slots.brokers.shape[1])
    for slot in range(len(slots.luck)):
        for i in range(slots.groups.shape[1]):
            number += 1 if slots.groups[slot, i].present else 0
    return number


def run_side_by_side(
    start: Theatre, slots: Theatre, horizon_days: int, rows: Any, spent: Any, reading: Any
) -> int:
    """Run truces until as many are over as there are rows; return the agent-days.

    `reading` is five integers: two for the clock, two that count runs, one that counts days.
    Compiled; see `machine_code`.
    """
    agent_days = 0
    turn = reading[2:]
    while True:
        before = nanoseconds(reading)
        turn_over(start, slots, horizon_days, rows, turn)
        spent[TURNS] += nanoseconds(reading) - before
        if turn[1] == len(rows):
            return agent_days
        agent_days += agents_in(slots)
        timed(DATE, date_moves, slots, spent, reading)
        timed(0, shocks_strike, slots, spent, reading)
        timed(1, brokers_press, slots, spent, reading)
        timed(2, parties_review, slots, spent, reading)
        timed(3, incidents_happen, slots, spent, reading)
        timed(4, blame_falls, slots, spent, reading)
        timed(5, parties_learn, slots, spent, reading)
        timed(6, public_reacts, slots, spent, reading)
        timed(7, prisoners_go_free, slots, spent, reading)
        timed(8, strength_changes, slots, spent, reading)
        timed(9, groups_split, slots, spent, reading)
        timed(10, truce_may_end, slots, spent, reading)
        reading[4] += 1


def read_clock(times: int, reading: Any) -> int:
    """Return how long reading the clock that often takes. Compiled."""
    before = nanoseconds(reading)
    for _ in range(times):
        nanoseconds(reading)
    return nanoseconds(reading) - before


class Timing(NamedTuple):
    """What was measured: nanoseconds by part, over so many days and agent-days, and the rows."""

    nanoseconds: dict[str, float]
    days: int
    agent_days: int
    rows: np.ndarray

    def per_agent_day(self, *parts: str) -> float:
        """Return the nanoseconds per agent and day of these parts together."""
        return sum(self.nanoseconds[part] for part in parts) / self.agent_days


@cache
def machine_code() -> tuple[Callable[..., int], Callable[..., int]]:
    """Return `run_side_by_side` and `read_clock` as machine code."""
    return compiled(run_side_by_side), compiled(read_clock)


def time_phases(scenario: Scenario, runs: int) -> Timing:
    """Time every phase over at least `runs` runs of a scenario (seed 1).

    The rows are those of whichever runs were over first, so their order is not that of the runs.
    """
    run, clock = machine_code()
    model = TruceModel(scenario, opened=False)
    start = theatre_of_records(model.theatre)
    rows = np.zeros(runs, dtype=record_type(Outcome))
    spent, reading = np.zeros(len(PARTS), np.int64), np.zeros(5, np.int64)
    agent_days = run(start, side_by_side(start), model.horizon_days, rows, spent, reading)
    cost = clock(CLOCK_READINGS, np.zeros(2, np.int64)) / CLOCK_READINGS
    own = spent - cost * reading[4]  # half of each of two readings lies between them
    parts = dict(zip(PARTS, own.tolist(), strict=True))
    return Timing(parts, int(reading[4]) * SLOTS, agent_days, rows)


@cache
def agents_per_day(scenario: Scenario) -> float:
    """Return how many agents Mesa would step on the mean day of a scenario."""
    timing = time_phases(scenario, COUNTED_RUNS)
    return timing.agent_days / timing.days


def side_by_side(start: Theatre) -> Theatre:
    """Return records for `SLOTS` runs; what no day changes they share."""
    alone = {name: np.repeat(getattr(start, name), SLOTS) for name in ("luck", "truce", "state")}
    lists = {
        name: np.repeat(getattr(start, name)[None], SLOTS, axis=0)
        for name in ("relations", "groups", "brokers", "incidents")
    }
    return start._replace(**alone, **lists)
