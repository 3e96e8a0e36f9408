"""The theatre: all that one run holds, and the shocks that strike it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.behaviour import Record, behaviour
from sim.noise import Luck
from sim.parameters import World
from sim.truce import IN_TRUCE

FUNDING, SANCTUARY, LEVERAGE, STATE_FUNDING = 0, 1, 2, 3


class Shock(Record):
    """A dated change of an input: a step, or a ramp over `over_days`."""

    target: int  # FUNDING or SANCTUARY of a group, LEVERAGE of a broker, or STATE_FUNDING
    place: int  # of the group or broker
    day: int
    over_days: int
    to: float


class Theatre(NamedTuple):
    """All that one run holds. Groups and relations stand in the same order.

    `groups` ends with the splinters that may yet break away; they are not `present` until then.
    """

    world: World
    environment: Any
    luck: Luck
    truce: Any
    state: Any
    relations: Any
    groups: Any
    brokers: Any
    incidents: Any
    shocks: Any


@behaviour
def strength_of_signatories(theatre: Theatre) -> float:
    """Return the strength of all groups whose truce holds."""
    total = 0.0
    for i in range(len(theatre.groups)):
        if theatre.relations[i].phase == IN_TRUCE:
            total += theatre.groups[i].strength
    return total


@behaviour
def set_stage(start: Any, stage: Any, run: int) -> None:
    """Set all that moves in a run as it was at the start; both hold one array for each part."""
    stage.truce[0] = start.truce[0]
    stage.state[0] = start.state[0]
    stage.luck[0] = start.luck[0]
    for i in range(len(start.groups)):
        stage.relations[i] = start.relations[i]
        stage.groups[i] = start.groups[i]
    for i in range(len(start.brokers)):
        stage.brokers[i] = start.brokers[i]
    stage.luck[0].run = run
