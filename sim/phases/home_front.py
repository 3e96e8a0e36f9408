"""What happens at home: outrage, scrutiny, and the release of prisoners."""

from __future__ import annotations

from typing import Any

from sim.agents import state as state_does
from sim.behaviour import behaviour
from sim.noise import Purpose, uniform
from sim.rules.concessions import next_instalment, prisoners_due
from sim.rules.politics import outrage_of_attack, outrage_of_release
from sim.theatre import Theatre
from sim.truce import GROUP_RETALIATION, IN_TRUCE

DELIVERY = int(Purpose.DELIVERY)


@behaviour
def public_reacts(theatre: Theatre) -> None:
    """7. The public reacts: outrage rises and fades; parliament or court may halt concessions."""
    world, truce, state = theatre.world, theatre.truce, theatre.state
    added = 0.0
    for n in range(truce.incidents_today):
        incident = theatre.incidents[n]
        if incident.kind <= GROUP_RETALIATION:
            added += outrage_of_attack(
                incident.deaths,
                incident.soft,
                incident.claimed,
                world.outrage_attack,
                world.soft_target_weight,
                world.claim_weight,
            )
    relief = world.ratified_relief if truce.ratified else 0.0
    for i in range(len(theatre.groups)):
        added += outrage_of_release(
            theatre.relations[i].released_today,
            world.outrage_release,
            world.disclosed_release_outrage,
            truce.opacity,
            relief,
        )
    state_does.hear_the_public(state, added, world)
    state.frozen_days = max(state.frozen_days - 1, 0)
    if state_does.is_questioned(state, truce, theatre.luck):
        state.frozen_days = world.freeze_days
        truce.scrutinies += 1


@behaviour
def prisoners_go_free(theatre: Theatre) -> None:
    """8. Prisoners go free: an instalment that is due is handed over, or falls into arrears."""
    truce, state = theatre.truce, theatre.state
    for i in range(len(theatre.groups)):
        relation = theatre.relations[i]
        relation.released_today = 0
        if relation.phase == IN_TRUCE:
            relation.due = prisoners_due(
                relation.promised, truce.instalments, truce.instalment_days, truce.age
            )
            owed = relation.due > relation.delivered
            if owed and state_does.may_release(state, relation, theatre.world):
                drawn = uniform(theatre.luck, theatre.groups[i].identity, DELIVERY)
                if drawn < state.delivery_rate:
                    hand_over(theatre, relation)


@behaviour
def hand_over(theatre: Theatre, relation: Any) -> None:
    """Release the oldest instalment that is still owed."""
    instalments = theatre.truce.instalments
    size = next_instalment(relation.promised, instalments, relation.delivered)
    relation.released_today = size
    relation.delivered += size
    theatre.truce.released += size
