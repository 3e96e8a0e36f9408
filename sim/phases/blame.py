"""Who is blamed for the violence of the day, and what each side learns from it."""

from __future__ import annotations

from typing import Any

from sim.behaviour import behaviour
from sim.noise import Purpose, uniform
from sim.rules.attribution import blame_probability
from sim.rules.belief import guilty_rate, innocent_rate, relaxed_trust, updated_trust
from sim.rules.concessions import arrears_share
from sim.theatre import Theatre
from sim.truce import (
    CORE_ATTACK,
    GROUP_RETALIATION,
    IN_TRUCE,
    OUTSIDER_ATTACK,
    RAID,
    STATE_RETALIATION,
    THE_STATE,
    count_deaths,
)

BLAME = int(Purpose.BLAME)


@behaviour
def blame_falls(theatre: Theatre) -> None:
    """5. Blame falls: each incident is held against the other party or not."""
    for i in range(len(theatre.groups)):
        theatre.relations[i].blamed_on_group = 0
        theatre.relations[i].blamed_on_state = 0
    deaths = 0
    for n in range(theatre.truce.incidents_today):
        incident = theatre.incidents[n]
        relation = theatre.relations[incident.relation]
        incident.blamed = is_blamed(theatre, incident, n)
        if incident.blamed and incident.author == THE_STATE:
            relation.blamed_on_state += 1
        elif incident.blamed:
            relation.blamed_on_group += 1
        if incident.kind != OUTSIDER_ATTACK:
            deaths += incident.deaths
    count_deaths(theatre.truce, deaths, theatre.world.violence_days)


@behaviour
def is_blamed(theatre: Theatre, incident: Any, nth: int) -> bool:
    """Does the victim take an incident for a deliberate breach by the other party?

    Claim: a claim settles whose attack it was. What is claimed in a group's name, by its core or
    by its hardliners, is held against the group; an outsider's claim clears the suspect.
    Source: brief [V]; Kydd & Walter 2002 [V]: the unwilling look like the unable.
    """
    kind = incident.kind
    guilty = kind in (CORE_ATTACK, GROUP_RETALIATION, RAID, STATE_RETALIATION)
    if incident.claimed:
        return bool(kind != OUTSIDER_ATTACK)
    by_state = incident.author == THE_STATE
    clear = theatre.truce.clear_to_groups if by_state else theatre.truce.clear_to_state
    place = incident.relation if by_state else incident.author
    who = theatre.groups[place].identity
    drawn = uniform(theatre.luck, who, BLAME + kind, nth_of_kind(theatre, incident, nth))
    return drawn < blame_probability(guilty, clear)


@behaviour
def nth_of_kind(theatre: Theatre, incident: Any, n: int) -> int:
    """Return how many incidents of the same kind, author and relation came before today."""
    earlier = 0
    for m in range(n):
        other = theatre.incidents[m]
        if other.kind == incident.kind and other.author == incident.author:
            earlier += 1 if other.relation == incident.relation else 0
    return earlier


@behaviour
def parties_learn(theatre: Theatre) -> None:
    """6. Parties learn: trust and anger follow what each side blames on the other."""
    memory = theatre.world.retaliation_memory
    for i in range(len(theatre.groups)):
        relation = theatre.relations[i]
        if relation.phase == IN_TRUCE:
            state_learns(theatre, i)
            group_learns(theatre, i)
            relation.state_anger = memory * relation.state_anger + relation.blamed_on_group
            relation.group_anger = memory * relation.group_anger + relation.blamed_on_state


@behaviour
def state_learns(theatre: Theatre, i: int) -> None:
    """Update what the state believes of one group's core."""
    world, relation, group = theatre.world, theatre.relations[i], theatre.groups[i]
    expected = theatre.environment
    clear = theatre.truce.clear_to_state
    claimed = expected.believed_claim_probability
    spoilers = (
        expected.believed_spoiler_rate
        * group.believed_hardliner_share
        * (1.0 - group.believed_control)
    )
    innocent = innocent_rate(clear, spoilers, claimed, expected.believed_accident_rate)
    guilty = guilty_rate(innocent, clear, expected.believed_covert_rate, claimed)
    trust = updated_trust(
        relation.state_trust, relation.blamed_on_group, innocent, guilty, world.evidence_weight
    )
    relation.state_trust = relaxed_trust(trust, theatre.state.trust, world.trust_relax, 0.0)


@behaviour
def group_learns(theatre: Theatre, i: int) -> None:
    """Update what one group believes of the state, which arrears lower too."""
    world, relation, group = theatre.world, theatre.relations[i], theatre.groups[i]
    expected = theatre.environment
    clear = theatre.truce.clear_to_groups
    innocent = innocent_rate(clear, 0.0, 0.0, expected.believed_accident_rate)
    guilty = guilty_rate(innocent, clear, expected.believed_raid_rate, 0.0)
    trust = updated_trust(
        group.trust, relation.blamed_on_state, innocent, guilty, world.evidence_weight
    )
    owed = arrears_share(relation.due, relation.delivered, relation.promised)
    lost = world.arrears_distrust * owed
    group.trust = relaxed_trust(trust, group.prior_trust, world.trust_relax, lost)
