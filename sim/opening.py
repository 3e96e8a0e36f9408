"""Day 0: the parties sign."""

from __future__ import annotations

from sim.agents import militant_group as groups_do
from sim.agents import state as state_does
from sim.behaviour import behaviour
from sim.phases.pressure import brokers_press, shocks_strike
from sim.reasons import broker_support
from sim.rules.choice import COMPLY, COVERT
from sim.rules.power import exposed_share
from sim.theatre import Theatre, strength_of_signatories
from sim.truce import IN_TRUCE, sign


@behaviour
def open_truce(theatre: Theatre) -> None:
    """Set up day 0: brokers press, parties sign in good or bad faith, terms and promises are set.

    Terms follow power at signing; shocks dated day 0 strike after it.
    """
    sign(theatre.truce)
    brokers_press(theatre)
    state_does.sign(theatre.state, theatre.luck)
    for i in range(len(theatre.groups)):
        groups_do.sign(theatre.groups[i], theatre.luck)
        if theatre.groups[i].signatory:
            theatre.relations[i].phase = IN_TRUCE
    promise_prisoners(theatre)
    for i in range(len(theatre.groups)):
        if theatre.relations[i].phase == IN_TRUCE:
            sign_with(theatre, i)
    shocks_strike(theatre)


@behaviour
def sign_with(theatre: Theatre, i: int) -> None:
    """Set the terms between the state and one group at its power of the day."""
    group, relation, truce = theatre.groups[i], theatre.relations[i], theatre.truce
    groups_do.weigh_power(group, relation, theatre.state.capability, theatre.world)
    relation.power_at_signing = relation.power
    relation.exposed_at_signing = exposed_share(group.sanctuary, theatre.world.sanctuary_shield)
    relation.terms = relation.power + truce.terms_gap
    relation.state_trust = theatre.state.trust
    relation.state_course = COVERT if theatre.state.bad_faith else COMPLY
    relation.support_at_signing = broker_support(group, truce, theatre.world)
    relation.reward_at_signing = theatre.world.carrot * truce.leverage
    relation.pressure_at_signing = state_does.broker_penalty(theatre.state, truce, theatre.world)


@behaviour
def promise_prisoners(theatre: Theatre) -> None:
    """Share the promised prisoners out among the signatories, in proportion to strength.

    Shares are whole prisoners: the running total is rounded down, so nobody is promised twice and
    nobody is forgotten. Rule for several groups: assumption.
    """
    total = strength_of_signatories(theatre)
    promised = theatre.truce.prisoners_promised
    reached = 0.0
    given = 0
    last = 0
    for i in range(len(theatre.groups)):
        if theatre.relations[i].phase == IN_TRUCE:
            reached += theatre.groups[i].strength
            share = min(int(promised * reached / total), promised) - given
            theatre.relations[i].promised = share
            given += share
            last = i
    theatre.relations[last].promised += promised - given
