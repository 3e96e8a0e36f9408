"""What is observed of a truce at the end of a day, and how it is counted and written down.

`observe` is plain Python for Mesa and machine code for the ensemble. It only looks: a truce that
is observed runs as it would unseen.
"""

from __future__ import annotations

from math import frexp
from typing import Any, NamedTuple

from sim.behaviour import Record, behaviour
from sim.endings import HOLDING
from sim.grids import (
    FIRST_CELL,
    LEAST_OCTAVE,
    LEAST_STRENGTH,
    MOST_STRENGTH,
    OCTAVE_STEPS,
    SHARE_STEPS,
)
from sim.outcome import summarise_signatories
from sim.theatre import Theatre
from sim.truce import OUTSIDE

# Compiled code can use a whole number of a module, but not a dictionary.
STATE_TRUST = FIRST_CELL["state_trust"]
GROUP_TRUST = FIRST_CELL["group_trust"]
STRENGTH = FIRST_CELL["strength"]
POWER = FIRST_CELL["power"]
OUTRAGE = FIRST_CELL["outrage"]
BROKER_LEVERAGE = FIRST_CELL["broker_leverage"]


class Moment(Record):
    """A truce at the end of a day; the fields that an `Outcome` has too mean the same there."""

    bad_faith: bool
    state_trust: float
    group_trust: float
    strength: float  # of all signatories together
    capability: float  # of the state
    power: float
    outrage: float
    state_leverage: float
    broker_leverage: float


class GroupMoment(Record):
    """A group at the end of a day."""

    present: bool  # a splinter is absent until the split
    strength: float
    trust: float
    state_trust: float  # the state's belief that this group's core keeps the truce


class BrokerMoment(Record):
    """A broker at the end of a day."""

    leverage: float


class Observed(NamedTuple):
    """What is kept of the runs that are observed; arrays of records but for `counts`."""

    now: Any  # one Moment to work on; shape [1]
    counts: Any  # truces that hold, by day and cell of `sim.grids`; shape [days, cells]
    moments: Any  # of the runs kept in full; shape [kept, days]
    groups: Any  # shape [kept, days, groups], splinters last
    brokers: Any  # shape [kept, days, brokers]


@behaviour
def observe(theatre: Theatre, observed: Observed, n: int) -> None:
    """Look at a truce at the end of a day: count it if it holds, write run `n` down if kept."""
    now, day = observed.now[0], theatre.truce.age
    take_stock(now, theatre)
    if theatre.truce.ending == HOLDING:
        count(observed.counts, day, now)
    if n < len(observed.moments):
        observed.moments[n, day] = now
        write_down_actors(theatre, observed, n, day)


@behaviour
def take_stock(now: Any, theatre: Theatre) -> None:
    """Fill a `Moment`."""
    summarise_signatories(now, theatre)
    now.outrage = theatre.state.outrage
    now.capability = theatre.state.capability
    now.broker_leverage = theatre.truce.leverage
    now.strength = 0.0
    for i in range(len(theatre.groups)):
        if theatre.relations[i].phase != OUTSIDE:
            now.strength += theatre.groups[i].strength


@behaviour
def count(counts: Any, day: int, now: Any) -> None:
    """Add one truce to the counts of a day."""
    counts[day, STATE_TRUST + cell_of_share(now.state_trust)] += 1
    counts[day, GROUP_TRUST + cell_of_share(now.group_trust)] += 1
    counts[day, STRENGTH + cell_of_strength(now.strength)] += 1
    counts[day, POWER + cell_of_share(now.power)] += 1
    counts[day, OUTRAGE + cell_of_share(now.outrage)] += 1
    counts[day, BROKER_LEVERAGE + cell_of_share(now.broker_leverage)] += 1


@behaviour
def cell_of_share(share: float) -> int:
    """Return the place of the value of `sim.grids` nearest to a share, 0 to 1."""
    return int(min(max(share, 0.0), 1.0) * SHARE_STEPS + 0.5)


@behaviour
def cell_of_strength(strength: float) -> int:
    """Return the place of the value of `sim.grids` nearest to a strength; ends are kept."""
    part, octave = frexp(min(max(strength, LEAST_STRENGTH), MOST_STRENGTH))
    step = int((2.0 * part - 1.0) * OCTAVE_STEPS + 0.5)
    return (octave - 1 - LEAST_OCTAVE) * OCTAVE_STEPS + step


@behaviour
def write_down_actors(theatre: Theatre, observed: Observed, n: int, day: int) -> None:
    """Write down each group and each broker of run `n`."""
    for i in range(len(theatre.groups)):
        group, row = theatre.groups[i], observed.groups[n, day, i]
        row.present = group.present
        row.strength = group.strength
        row.trust = group.trust
        row.state_trust = theatre.relations[i].state_trust
    for i in range(len(theatre.brokers)):
        observed.brokers[n, day, i].leverage = theatre.brokers[i].leverage
