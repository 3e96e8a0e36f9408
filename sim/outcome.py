"""What one run leaves behind: a row of numbers."""

from __future__ import annotations

from typing import Any

from sim.behaviour import Record, behaviour
from sim.theatre import Theatre
from sim.truce import OUTSIDE


class Outcome(Record):
    """One row of an ensemble. Several signatories: trust is the lowest, power the mean."""

    run: int
    days: int  # from signing to the ending, or to the horizon
    ending: int
    why: int
    ended_by: int
    renewals: int
    attacks: int  # covert, hardliner and outsider attacks
    raids: int
    retaliations: int  # of both sides
    accidents: int
    deaths: int
    released: int  # prisoners
    scrutinies: int  # days on which parliament or court questioned the truce
    splits: int
    bad_faith: bool  # did any party sign in bad faith?
    state_trust: float  # at the end
    group_trust: float
    outrage: float
    power: float  # the groups' share of power
    state_leverage: float  # the state's share of power minus what the terms leave it
    broker_leverage: float  # of the strongest broker


@behaviour
def summarise(row: Any, theatre: Theatre) -> None:
    """Fill the row of a run that has ended or reached the horizon."""
    truce = theatre.truce
    row.run = theatre.luck.run
    row.days = truce.age
    row.ending = truce.ending
    row.why = truce.reason
    row.ended_by = truce.ended_by
    row.renewals = truce.renewals
    row.attacks = truce.attacks
    row.raids = truce.raids
    row.retaliations = truce.retaliations
    row.accidents = truce.accidents
    row.deaths = truce.deaths
    row.released = truce.released
    row.scrutinies = truce.scrutinies
    row.splits = truce.splits
    row.outrage = theatre.state.outrage
    row.broker_leverage = truce.leverage
    summarise_signatories(row, theatre)


@behaviour
def summarise_signatories(row: Any, theatre: Theatre) -> None:
    """Fill what concerns the signatory groups."""
    number = 0
    row.bad_faith = theatre.state.bad_faith
    row.state_trust = 1.0
    row.group_trust = 1.0
    power = 0.0
    terms = 0.0
    for i in range(len(theatre.groups)):
        group, relation = theatre.groups[i], theatre.relations[i]
        if relation.phase != OUTSIDE:
            number += 1
            row.bad_faith = row.bad_faith or group.bad_faith
            row.state_trust = min(row.state_trust, relation.state_trust)
            row.group_trust = min(row.group_trust, group.trust)
            power += group.strength / (group.strength + theatre.state.capability)
            terms += relation.terms
    row.power = power / number
    row.state_leverage = (terms - power) / number
