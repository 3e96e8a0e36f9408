"""What the parties decide to do."""

from __future__ import annotations

from sim.agents import militant_group as groups_do
from sim.agents import state as state_does
from sim.behaviour import behaviour
from sim.theatre import Theatre
from sim.truce import IN_TRUCE


@behaviour
def parties_review(theatre: Theatre) -> None:
    """3. Parties review: those whose turn it is weigh power and choose their course."""
    world, luck, state, truce = theatre.world, theatre.luck, theatre.state, theatre.truce
    for i in range(len(theatre.groups)):
        relation = theatre.relations[i]
        if relation.phase == IN_TRUCE:
            group = theatre.groups[i]
            of_group = groups_do.reviews(group, luck, world)
            of_state = state_does.reviews(state, group.identity, luck, world)
            if of_group or of_state:
                groups_do.weigh_power(group, relation, state.capability, world)
            if of_group:
                groups_do.review(group, relation, truce, luck, world)
            if of_state:
                state_does.review(state, group.identity, relation, truce, luck, world)
