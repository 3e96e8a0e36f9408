"""Why did a side walk away, or the violence get out of hand?

A side compares keeping the truce with leaving it. The part of that comparison that weighs most
against the truce is recorded as the reason: a summary of the model's own arithmetic, not a reading
of anyone's mind.
"""

from __future__ import annotations

from typing import Any

from sim.agents import militant_group as groups_do
from sim.agents import state as state_does
from sim.behaviour import behaviour
from sim.endings import (
    ACCIDENTS,
    ARREARS,
    AUDIENCE,
    BAD_FAITH,
    BROKER,
    CHEATING,
    DISTRUST,
    EFFORT,
    FACTIONS,
    POWER,
    SPIRAL,
    SPOILERS,
    TERMS,
    WAR_FUNDS,
)
from sim.parameters import World
from sim.rules.concessions import arrears_share
from sim.rules.power import exposed_share


@behaviour
def heavier(value: float, reason: int, best: float, best_reason: int) -> tuple[float, int]:
    """Return the weightier of two reasons: the one whose value is lower, the second at a tie."""
    return (value, reason) if value < best else (best, best_reason)


@behaviour
def of_group(group: Any, relation: Any, truce: Any, world: World, at_term: bool) -> int:
    """Return the code of what weighs most against the truce for a group.

    Parts: shift of power (with shelter gained since signing), distrust, arrears, terms below power
    at signing, what brokers no longer add (at term nothing is broken, so only their rewards
    count), hardliners in the ranks, bad faith, and at term the effort of renewing.
    """
    shift = relation.shift_in_truce - relation.shift_in_war
    exposed = exposed_share(group.sanctuary, world.sanctuary_shield)
    sheltered = group.war_cost * (exposed - relation.exposed_at_signing)
    risen = relation.power_at_signing - relation.power + world.shadow_weight * shift + sheltered
    owed = arrears_share(relation.due, relation.delivered, relation.promised)
    bad_faith = -world.bad_faith_discount if group.bad_faith else 0.0
    best, reason = risen, POWER
    best, reason = heavier(-world.sucker_cost * (1.0 - group.trust), DISTRUST, best, reason)
    best, reason = heavier(-world.arrears_weight * owed, ARREARS, best, reason)
    best, reason = heavier(relation.terms - relation.power_at_signing, TERMS, best, reason)
    support = broker_support(group, truce, world) - relation.support_at_signing
    reward = world.carrot * truce.leverage - relation.reward_at_signing
    best, reason = heavier(reward if at_term else support, BROKER, best, reason)
    best, reason = heavier(bad_faith, BAD_FAITH, best, reason)
    divided = -world.faction_cost * group.hardliner_share
    best, reason = heavier(divided, FACTIONS, best, reason)
    effort = world.renewal_effort if at_term else 0.0
    best, reason = heavier(-effort, EFFORT, best, reason)
    return reason


@behaviour
def of_state(state: Any, relation: Any, truce: Any, world: World, at_term: bool) -> int:
    """Return the code of what weighs most against the truce for the state.

    Parts: shift of power, distrust, outrage at home (with its rally), terms above the group's
    power at signing, what brokers no longer threaten (at term nothing is broken), bad faith, funds
    tied to war, and at term the effort of renewing.
    """
    shift = relation.shift_in_truce - relation.shift_in_war
    risen = relation.power - relation.power_at_signing - world.shadow_weight * shift
    angry = -state_does.audience_loss(state, truce, world) - state_does.rally(state, world)
    best, reason = risen, POWER
    doubt = -world.sucker_cost * (1.0 - relation.state_trust)
    best, reason = heavier(doubt, DISTRUST, best, reason)
    best, reason = heavier(angry, AUDIENCE, best, reason)
    best, reason = heavier(relation.power_at_signing - relation.terms, TERMS, best, reason)
    pressure = state_does.broker_penalty(state, truce, world) - relation.pressure_at_signing
    best, reason = heavier(0.0 if at_term else pressure, BROKER, best, reason)
    bad_faith = -world.bad_faith_discount if state.bad_faith else 0.0
    best, reason = heavier(bad_faith, BAD_FAITH, best, reason)
    best, reason = heavier(-state_does.war_funds(state, world), WAR_FUNDS, best, reason)
    effort = world.renewal_effort if at_term else 0.0
    best, reason = heavier(-effort, EFFORT, best, reason)
    return reason


@behaviour
def broker_support(group: Any, truce: Any, world: World) -> float:
    """Return what brokers add to keeping the truce for a group: reward and averted penalty."""
    reward: float = world.carrot * truce.leverage
    return reward + groups_do.broker_penalty(group, truce, world)


@behaviour
def of_violence(truce: Any) -> int:
    """Return the code of the kind of incident between the parties that has killed most."""
    best, reason = -truce.deaths_by_cheating, CHEATING
    best, reason = heavier(-truce.deaths_by_spoilers, SPOILERS, best, reason)
    best, reason = heavier(-truce.deaths_by_spiral, SPIRAL, best, reason)
    best, reason = heavier(-truce.deaths_by_accident, ACCIDENTS, best, reason)
    return reason
