"""How the truce may end today."""

from __future__ import annotations

from sim import reasons
from sim.agents import militant_group as groups_do
from sim.agents import state as state_does
from sim.behaviour import behaviour
from sim.endings import (
    GROUP_DEFECTS,
    HOLDING,
    LAPSES,
    SETTLES,
    STATE_DEFECTS,
    TRUST,
    VIOLENCE,
)
from sim.noise import Purpose, uniform
from sim.rules.choice import DEFECT, acceptance_probability
from sim.rules.settlement import settlement_probability
from sim.theatre import Theatre, strength_of_signatories
from sim.truce import IN_TRUCE, NOBODY, SETTLED, THE_STATE, end, expires_today, renew

GROUP_RENEWAL, STATE_RENEWAL = int(Purpose.GROUP_RENEWAL), int(Purpose.STATE_RENEWAL)
SETTLEMENT = int(Purpose.SETTLEMENT)


@behaviour
def truce_may_end(theatre: Theatre) -> None:
    """11. The truce may end: by open breach, in violence, at its term or in a settlement.

    Of two endings on one day the first in this order counts: a group defects, the state defects,
    deaths pass the threshold, the term lapses, the parties settle.
    """
    truce = theatre.truce
    a_side_may_defect(theatre)
    if truce.ending == HOLDING and truce.deaths_in_window >= theatre.world.violence_deaths:
        end(truce, VIOLENCE, reasons.of_violence(truce), NOBODY)
    if truce.ending == HOLDING and expires_today(truce):
        term_may_lapse(theatre)
    if truce.ending == HOLDING and truce.age > theatre.world.settlement_days:
        parties_may_settle(theatre)


@behaviour
def a_side_may_defect(theatre: Theatre) -> None:
    """End the truce if a group, or else the state, has chosen to break it."""
    truce, world, state = theatre.truce, theatre.world, theatre.state
    for i in range(len(theatre.groups)):
        group, relation = theatre.groups[i], theatre.relations[i]
        if truce.ending == HOLDING and relation.phase == IN_TRUCE and group.course == DEFECT:
            end(truce, GROUP_DEFECTS, reasons.of_group(group, relation, truce, world, False), i)
    for i in range(len(theatre.groups)):
        relation = theatre.relations[i]
        holds = truce.ending == HOLDING and relation.phase == IN_TRUCE
        if holds and relation.state_course == DEFECT:
            why = reasons.of_state(state, relation, truce, world, False)
            end(truce, STATE_DEFECTS, why, THE_STATE)


@behaviour
def term_may_lapse(theatre: Theatre) -> None:
    """Ask every side for another term; one refusal is enough to let the truce lapse.

    Rule for several groups (assumption): each signatory decides for itself; the state decides on
    the truce as a whole, by its surplus averaged over the signatories' strength. If several
    refuse, the one with least to gain from renewal is named as the one who walked away.
    """
    truce, world, luck = theatre.truce, theatre.world, theatre.luck
    least = 0.0
    refuser = NOBODY
    of_state = 0.0
    for i in range(len(theatre.groups)):
        group, relation = theatre.groups[i], theatre.relations[i]
        if relation.phase == IN_TRUCE:
            groups_do.weigh_power(group, relation, theatre.state.capability, world)
            surplus = groups_do.surplus_of_renewal(group, relation, truce, world)
            drawn = uniform(luck, group.identity, GROUP_RENEWAL)
            refuses = drawn >= acceptance_probability(surplus, world.decision_noise)
            if refuses and (refuser == NOBODY or surplus < least):
                refuser, least = i, surplus
            part = group.strength / strength_of_signatories(theatre)
            of_state += part * state_does.surplus_of_renewal(theatre.state, relation, truce, world)
    drawn = uniform(luck, theatre.state.identity, STATE_RENEWAL)
    refuses = drawn >= acceptance_probability(of_state, world.decision_noise)
    if refuses and (refuser == NOBODY or of_state < least):
        refuser = THE_STATE
    if refuser == NOBODY:
        run_for_another_term(theatre)
    else:
        end(truce, LAPSES, why_refused(theatre, refuser), refuser)


@behaviour
def why_refused(theatre: Theatre, refuser: int) -> int:
    """Return the reason code of the side that refused another term."""
    truce, world = theatre.truce, theatre.world
    if refuser >= 0:
        group, relation = theatre.groups[refuser], theatre.relations[refuser]
        return reasons.of_group(group, relation, truce, world, True)
    strongest = -1
    for i in range(len(theatre.groups)):
        if theatre.relations[i].phase == IN_TRUCE and (
            strongest < 0 or theatre.groups[i].strength > theatre.groups[strongest].strength
        ):
            strongest = i
    return reasons.of_state(theatre.state, theatre.relations[strongest], truce, world, True)


@behaviour
def run_for_another_term(theatre: Theatre) -> None:
    """Restart the clock, and reset the terms to the power of the day if that was agreed."""
    renew(theatre.truce)
    if theatre.truce.renegotiate:
        for i in range(len(theatre.groups)):
            relation = theatre.relations[i]
            if relation.phase == IN_TRUCE:
                relation.terms = relation.power + theatre.truce.terms_gap
                relation.power_at_signing = relation.power


@behaviour
def parties_may_settle(theatre: Theatre) -> None:
    """Let each relation settle by its own chance; the truce settles with the last of them."""
    world, waiting = theatre.world, 0
    for i in range(len(theatre.groups)):
        group, relation = theatre.groups[i], theatre.relations[i]
        if relation.phase == IN_TRUCE:
            chance = settlement_probability(
                world.settlement_rate,
                group.hardliner_share,
                min(relation.state_trust, group.trust),
                world.settlement_trust,
            )
            if uniform(theatre.luck, group.identity, SETTLEMENT) < chance:
                relation.phase = SETTLED
            else:
                waiting += 1
    if waiting == 0:
        end(theatre.truce, SETTLES, TRUST, NOBODY)
