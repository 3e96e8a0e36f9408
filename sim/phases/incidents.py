"""The violence of the day: what happens, and who is suspected."""

from __future__ import annotations

from sim.behaviour import behaviour
from sim.noise import Purpose, uniform
from sim.parameters import World
from sim.rules.choice import COVERT
from sim.rules.violence import deaths_if_lethal, incident_count, retaliation_rate
from sim.theatre import Theatre, strength_of_signatories
from sim.truce import (
    CORE_ATTACK,
    FIRST_STATE_INCIDENT,
    GROUP_ACCIDENT,
    GROUP_RETALIATION,
    HARDLINER_ATTACK,
    IN_TRUCE,
    OUTSIDER_ATTACK,
    RAID,
    STATE_ACCIDENT,
    STATE_RETALIATION,
    THE_STATE,
    tally,
)

COUNT, LETHAL, DEATHS = int(Purpose.COUNT), int(Purpose.LETHAL), int(Purpose.DEATHS)
TARGET, CLAIM, SUSPECT = int(Purpose.TARGET), int(Purpose.CLAIM), int(Purpose.SUSPECT)


@behaviour
def incidents_happen(theatre: Theatre) -> None:
    """4. Incidents happen: covert attacks and raids, spoilers, retaliation, accidents."""
    theatre.truce.incidents_today = 0
    for i in range(len(theatre.groups)):
        group = theatre.groups[i]
        theatre.relations[i].raided = 0
        if theatre.relations[i].phase == IN_TRUCE:
            incidents_of_group(theatre, i)
            incidents_of_state(theatre, i)
        elif group.present and not group.signatory:
            share = group.strength / (group.strength + strength_of_signatories(theatre))
            rate = theatre.world.outsider_violence * group.spoiler_rate * share
            happen(theatre, OUTSIDER_ATTACK, i, rate)


@behaviour
def incidents_of_group(theatre: Theatre, i: int) -> None:
    """Let a signatory group's core, hardliners and local fighters act."""
    group, relation, world = theatre.groups[i], theatre.relations[i], theatre.world
    if group.course == COVERT:
        happen(theatre, CORE_ATTACK, i, world.covert_rate)
    unruly = group.spoiler_rate * group.hardliner_share * (1.0 - group.core_control)
    happen(theatre, HARDLINER_ATTACK, i, unruly)
    answer = retaliation_rate(group.retaliation, relation.group_anger, world.retaliation_cap)
    happen(theatre, GROUP_RETALIATION, i, answer)
    happen(theatre, GROUP_ACCIDENT, i, theatre.environment.accident_rate)


@behaviour
def incidents_of_state(theatre: Theatre, i: int) -> None:
    """Let the state's forces act against one signatory group."""
    state, relation = theatre.state, theatre.relations[i]
    if relation.state_course == COVERT:
        relation.raided += happen(theatre, RAID, i, state.raid_rate)
    answer = retaliation_rate(
        state.retaliation, relation.state_anger, theatre.world.retaliation_cap
    )
    relation.raided += happen(theatre, STATE_RETALIATION, i, answer)
    happen(theatre, STATE_ACCIDENT, i, theatre.environment.accident_rate)


@behaviour
def happen(theatre: Theatre, kind: int, place: int, rate: float) -> int:
    """Draw the incidents of one kind between the state and one group; return how many."""
    if 1.0 - rate >= 1.0:  # none, or too rare for any number below 1 to say otherwise
        return 0
    who = theatre.groups[place].identity
    number = incident_count(rate, uniform(theatre.luck, who, COUNT + kind))
    for nth in range(number):
        describe(theatre, kind, place, nth)
    return number


@behaviour
def describe(theatre: Theatre, kind: int, place: int, nth: int) -> None:
    """Draw the deaths, the target and the claim of the day's nth incident of a kind."""
    truce, luck, world = theatre.truce, theatre.luck, theatre.world
    who = theatre.groups[place].identity
    incident = theatre.incidents[truce.incidents_today]
    incident.kind = kind
    incident.relation = suspect(theatre, place) if kind == OUTSIDER_ATTACK else place
    incident.author = place if kind < FIRST_STATE_INCIDENT else THE_STATE
    incident.deaths = 0
    if uniform(luck, who, LETHAL + kind, nth) >= world.no_death_probability:
        size = uniform(luck, who, DEATHS + kind, nth)
        incident.deaths = deaths_if_lethal(world.severity_exponent, world.severity_cap, size)
    soft = theatre.environment.soft_target_probability if kind <= GROUP_RETALIATION else 0.0
    incident.soft = uniform(luck, who, TARGET + kind, nth) < soft
    incident.claimed = uniform(luck, who, CLAIM + kind, nth) < claim_probability(world, kind)
    truce.incidents_today += 1
    tally(truce, incident)


@behaviour
def claim_probability(world: World, kind: int) -> float:
    """Return the chance that an incident is claimed; retaliation and accidents never are."""
    if kind == OUTSIDER_ATTACK:
        return world.outsider_claim_probability
    return world.core_claim_probability if kind <= HARDLINER_ATTACK else 0.0


@behaviour
def suspect(theatre: Theatre, place: int) -> int:
    """Return the place of the signatory suspected of an outsider's attack.

    Rule (assumption): a splinter's attack falls on the group it left, if its truce holds; any
    other outsider's on a signatory drawn in proportion to strength.
    """
    parent = theatre.groups[place].parent
    if parent >= 0 and theatre.relations[parent].phase == IN_TRUCE:
        return int(parent)
    drawn = uniform(theatre.luck, theatre.groups[place].identity, SUSPECT)
    mark = drawn * strength_of_signatories(theatre)
    chosen = 0
    for i in range(len(theatre.groups)):
        if theatre.relations[i].phase == IN_TRUCE and mark >= 0.0:
            chosen = i
            mark -= theatre.groups[i].strength
    return chosen
