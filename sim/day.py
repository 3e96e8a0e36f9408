"""What happens in a day, in order: the phases of the truce and the function that runs them.

Each phase takes the theatre (all actors of one run) and consults the actors' behaviours. `day` is
plain Python for Mesa and machine code for the ensemble. `DAY` lists the phases as `day` calls
them; `truce explain day` prints it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sim import reasons
from sim.agents import broker as brokers_do
from sim.agents import militant_group as groups_do
from sim.agents import state as state_does
from sim.behaviour import Record, behaviour
from sim.endings import (
    GROUP_DEFECTS,
    HOLDING,
    LAPSES,
    SETTLES,
    STATE_DEFECTS,
    TRUST,
    VIOLENCE,
)
from sim.noise import Luck, Purpose, uniform
from sim.parameters import World
from sim.rules.attribution import blame_probability, clarity
from sim.rules.belief import guilty_rate, innocent_rate, relaxed_trust, updated_trust
from sim.rules.choice import COVERT, DEFECT, acceptance_probability
from sim.rules.concessions import arrears_share, next_instalment, prisoners_due
from sim.rules.politics import outrage_of_attack, outrage_of_release
from sim.rules.settlement import settlement_probability
from sim.rules.violence import deaths_if_lethal, incident_count, retaliation_rate
from sim.truce import (
    CORE_ATTACK,
    FIRST_STATE_INCIDENT,
    GROUP_ACCIDENT,
    GROUP_RETALIATION,
    HARDLINER_ATTACK,
    IN_TRUCE,
    NOBODY,
    OUTSIDER_ATTACK,
    RAID,
    SETTLED,
    STATE_ACCIDENT,
    STATE_RETALIATION,
    THE_STATE,
    count_deaths,
    end,
    expires_today,
    renew,
    tally,
)

GROUP_RENEWAL, STATE_RENEWAL = int(Purpose.GROUP_RENEWAL), int(Purpose.STATE_RENEWAL)
DELIVERY, SETTLEMENT, SUSPECT = (
    int(Purpose.DELIVERY),
    int(Purpose.SETTLEMENT),
    int(Purpose.SUSPECT),
)
COUNT, LETHAL, DEATHS = int(Purpose.COUNT), int(Purpose.LETHAL), int(Purpose.DEATHS)
TARGET, CLAIM, BLAME = int(Purpose.TARGET), int(Purpose.CLAIM), int(Purpose.BLAME)

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
def moved(value: float, to: float, days_left: int) -> float:
    """Return an input after one day of its way to `to`; the last day arrives exactly."""
    return to if days_left <= 1 else value + (to - value) / days_left


@behaviour
def shocks_strike(theatre: Theatre) -> None:
    """1. Shocks strike: funds, sanctuaries and leverage take their dated steps and ramps."""
    day = theatre.luck.day
    for n in range(len(theatre.shocks)):
        shock = theatre.shocks[n]
        if shock.day <= day < shock.day + shock.over_days:
            left = shock.day + shock.over_days - day
            if shock.target == STATE_FUNDING:
                state = theatre.state
                state.funding = moved(state.funding, shock.to, left)
            elif shock.target == LEVERAGE:
                broker = theatre.brokers[shock.place]
                broker.leverage = moved(broker.leverage, shock.to, left)
            else:
                shock_groups(theatre, shock, left)


@behaviour
def shock_groups(theatre: Theatre, shock: Shock, left: int) -> None:
    """Change the funds or the sanctuary of a group and of those who broke away from it."""
    for i in range(len(theatre.groups)):
        group = theatre.groups[i]
        if i == shock.place or (group.present and group.parent == shock.place):
            if shock.target == FUNDING:
                group.funding = moved(group.funding, shock.to, left)
            else:
                group.sanctuary = moved(group.sanctuary, shock.to, left)


@behaviour
def brokers_press(theatre: Theatre) -> None:
    """2. Brokers press and report: the strongest presses, the most convincing is believed.

    Rule for several brokers (assumption): rewards and punishments are those of the broker with
    most leverage, the first of them at a tie; each side listens to the broker whose leverage times
    credibility is highest for it.
    """
    truce = theatre.truce
    truce.leverage = 0.0
    truce.bias = 0.0
    to_state = 0.0
    to_groups = 0.0
    for n in range(len(theatre.brokers)):
        broker = theatre.brokers[n]
        if broker.leverage > truce.leverage:
            truce.leverage = broker.leverage
            truce.bias = broker.bias
        heard = brokers_do.believed_by_state(broker, theatre.world) * broker.leverage
        to_state = max(to_state, heard)
        heard = brokers_do.believed_by_groups(broker, theatre.world) * broker.leverage
        to_groups = max(to_groups, heard)
    report = theatre.world.broker_report
    truce.clear_to_state = clarity(truce.monitoring, report * to_state)
    truce.clear_to_groups = clarity(truce.monitoring, report * to_groups)


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


@behaviour
def incidents_happen(theatre: Theatre) -> None:
    """4. Incidents happen: covert attacks and raids, spoilers, retaliation, accidents."""
    theatre.truce.incidents_today = 0
    strength = strength_of_signatories(theatre)
    for i in range(len(theatre.groups)):
        group = theatre.groups[i]
        theatre.relations[i].raided = 0
        if theatre.relations[i].phase == IN_TRUCE:
            incidents_of_group(theatre, i)
            incidents_of_state(theatre, i)
        elif group.present and not group.signatory:
            share = group.strength / (group.strength + strength)
            rate = theatre.world.outsider_violence * group.spoiler_rate * share
            happen(theatre, OUTSIDER_ATTACK, i, rate)


@behaviour
def strength_of_signatories(theatre: Theatre) -> float:
    """Return the strength of all groups whose truce holds."""
    total = 0.0
    for i in range(len(theatre.groups)):
        if theatre.relations[i].phase == IN_TRUCE:
            total += theatre.groups[i].strength
    return total


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
    if rate <= 0.0:
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
        if theatre.relations[i].phase == IN_TRUCE:
            splinter = latent_splinter(theatre, i)
            if splinter >= 0 and groups_do.splits(theatre.groups[i], theatre.luck):
                groups_do.break_away(theatre.groups[i], theatre.groups[splinter], theatre.world)
                theatre.truce.splits += 1


@behaviour
def latent_splinter(theatre: Theatre, parent: int) -> int:
    """Return the place of the next splinter that may leave a group, -1 if none is left."""
    for i in range(len(theatre.groups)):
        if theatre.groups[i].parent == parent and not theatre.groups[i].present:
            return i
    return -1


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


@behaviour
def day(theatre: Theatre) -> None:
    """Run one day of a truce."""
    theatre.luck.day += 1
    theatre.truce.age = theatre.luck.day
    shocks_strike(theatre)
    brokers_press(theatre)
    parties_review(theatre)
    incidents_happen(theatre)
    blame_falls(theatre)
    parties_learn(theatre)
    public_reacts(theatre)
    prisoners_go_free(theatre)
    strength_changes(theatre)
    groups_split(theatre)
    truce_may_end(theatre)


DAY: tuple[Callable[[Theatre], None], ...] = tuple(
    phase
    for name in day.__code__.co_names
    if (phase := globals().get(name)) and str(phase.__doc__)[0].isdigit()
)
