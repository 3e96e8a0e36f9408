"""How strength, capability and leverage change, and how groups split."""

from __future__ import annotations

from sim.agents import broker as brokers_do
from sim.agents import militant_group as groups_do
from sim.agents import state as state_does
from sim.behaviour import behaviour
from sim.theatre import Theatre
from sim.truce import IN_TRUCE


@behaviour
def strength_changes(theatre: Theatre) -> None:
    """9. Strength changes: groups grow, capability follows funds, leverage wears away."""
    violated = False
    for i in range(len(theatre.groups)):
        group, relation = theatre.groups[i], theatre.relations[i]
        if group.present:
            groups_do.grow(group, theatre.world, relation.released_today, relation.raided)
        if relation.blamed_on_group + relation.blamed_on_state > 0:
            violated = True
    state_does.rebuild(theatre.state, theatre.world)
    for n in range(len(theatre.brokers)):
        brokers_do.wear(theatre.brokers[n], theatre.world, violated)


@behaviour
def groups_split(theatre: Theatre) -> None:
    """10. Groups split: hardliners of a signatory may break away as a new group."""
    for i in range(len(theatre.groups)):
        group = theatre.groups[i]
        if theatre.relations[i].phase == IN_TRUCE and groups_do.splits(group, theatre.luck):
            splinter = latent_splinter(theatre, i)
            if splinter >= 0:
                groups_do.break_away(group, theatre.groups[splinter], theatre.world)
                theatre.truce.splits += 1


@behaviour
def latent_splinter(theatre: Theatre, parent: int) -> int:
    """Return the place of the next splinter that may leave a group, -1 if none is left."""
    for i in range(len(theatre.groups)):
        if theatre.groups[i].parent == parent and not theatre.groups[i].present:
            return i
    return -1
