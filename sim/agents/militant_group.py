"""The militant group: it rests, recruits, cheats, splits, and weighs the truce against war."""

from __future__ import annotations

import mesa

from sim.behaviour import behaviour
from sim.noise import Luck, Purpose, uniform
from sim.parameters import World
from sim.rules.attribution import blame_probability
from sim.rules.choice import COMPLY, COVERT, chosen_course
from sim.rules.concessions import arrears_share, hold_of_promises
from sim.rules.power import (
    carrying_capacity,
    exposed_share,
    growth_rate,
    share_of_power,
    strength_after_truce,
    strength_after_war,
    strength_tomorrow,
)
from sim.truce import Relation, Truce

BAD_FAITH = int(Purpose.BAD_FAITH)
GROUP_REVIEW = int(Purpose.GROUP_REVIEW)
GROUP_COURSE = int(Purpose.GROUP_COURSE)
SPLIT = int(Purpose.SPLIT)
LEAST_STRENGTH = 1e-6  # a group never vanishes altogether (assumption)


class MilitantGroup(mesa.Agent):  # type: ignore[misc]
    """A militant group: a signatory, a splinter of one, or an outsider that can only spoil."""

    # Inputs (see `sim.parameters.GroupInputs`); strength, hardliner share and trust move
    signatory: bool
    strength: float
    funding: float
    sanctuary: float
    growth_room: float
    hardliner_share: float
    core_control: float
    believed_hardliner_share: float
    believed_control: float
    war_cost: float
    trust: float  # the belief that the state keeps the truce
    bad_faith_probability: float
    spoiler_rate: float
    retaliation: float
    split_rate: float
    # State
    identity: int  # the address of its luck
    parent: int  # place of the group it broke away from, -1 if none
    present: bool  # a splinter is absent until the split
    initial_strength: float
    prior_trust: float
    course: int  # COMPLY, COVERT or DEFECT
    bad_faith: bool

    @behaviour
    def sign(self, luck: Luck) -> None:
        """Take stock on day 0, and sign in bad faith or not.

        Claim: some parties sign only to rest, rearm or gain time, and cheat from the start.
        Formula: bad faith with a fixed probability. Source: Richmond 1998 [R]; Kolås 2011 [R].
        Expected direction: shorter truces.
        """
        self.initial_strength = self.strength
        self.prior_trust = self.trust
        self.bad_faith = uniform(luck, self.identity, BAD_FAITH) < self.bad_faith_probability
        self.course = COVERT if self.bad_faith else COMPLY

    @behaviour
    def capacity(self, world: World) -> float:
        """Return the strength at which the group stops growing."""
        return carrying_capacity(
            self.initial_strength,
            self.growth_room,
            world.sanctuary_capacity * self.sanctuary,
            world.funding_capacity * self.funding,
        )

    @behaviour
    def recruitment(self, world: World) -> float:
        """Return the growth rate per day of the group far below its capacity."""
        return growth_rate(
            world.recruitment_rate, world.recruitment_base, world.recruitment_funding, self.funding
        )

    @behaviour
    def weigh_power(self, relation: Relation, capability: float, world: World) -> None:
        """Bring up to date what both sides know of power: now, and at the planning horizon.

        Claim: the side that expects to rise gains by waiting, the other by acting now. Formula:
        Δ = p(S after the planning days) - p(S), in truce and in war. Source: Powell 2006 [R].
        """
        strongest = capacity(self, world)
        rate = recruitment(self, world)
        exposed = exposed_share(self.sanctuary, world.sanctuary_shield)
        losses = world.attrition_rate * capability * exposed
        rested = strength_after_truce(self.strength, strongest, rate, world.planning_days)
        fought = strength_after_war(self.strength, strongest, rate, losses, world.planning_days)
        relation.power = share_of_power(self.strength, capability)
        relation.shift_in_truce = share_of_power(rested, capability) - relation.power
        relation.shift_in_war = share_of_power(fought, capability) - relation.power

    @behaviour
    def broker_penalty(self, truce: Truce, world: World) -> float:
        """Return what the brokers would make a breach cost the group.

        Claim: a broker is reluctant to hit its friend. Formula: stick·L·(1 - max(β, 0)/2).
        Source: Svensson 2007 [V]; size [A]. Expected direction: up in leverage, down in bias.
        """
        return world.stick * truce.leverage * (1.0 - 0.5 * max(truce.bias, 0.0))

    @behaviour
    def value_of_complying(self, relation: Relation, truce: Truce, world: World) -> float:
        """Return what keeping the truce is worth to the group, as a share of the stake.

        Claim: terms, broker's rewards and promises still to come hold a group; arrears, fear of
        being cheated, hardliners in its ranks and bad faith loosen it; a group that expects to
        rise is patient. Formula: x + carrot·L + hold - arrears - sucker·(1 - bM) - faction·h
        + γ·Δ(truce) - bad faith. Source: Fearon 1995, Powell 2006, Walter 1997, Stedman 1997 [R];
        Beardsley 2008, Öğütçü-Fu 2016 [V].
        """
        owed = arrears_share(relation.due, relation.delivered, relation.promised)
        return (
            relation.terms
            + world.carrot * truce.leverage
            + hold_of_promises(
                world.concession_value, relation.promised, relation.delivered, self.trust
            )
            - world.arrears_weight * owed
            - world.sucker_cost * (1.0 - self.trust)
            - world.faction_cost * self.hardliner_share
            + world.shadow_weight * relation.shift_in_truce
            - (world.bad_faith_discount if self.bad_faith else 0.0)
        )

    @behaviour
    def value_of_cheating(
        self, complying: float, relation: Relation, truce: Truce, world: World
    ) -> float:
        """Return what attacking under cover of the truce is worth to the group.

        Claim: cheating pays unless it is found out. Formula:
        U(comply) + gain - punish·(1 + m')/2 - s/2, where (1 + m')/2 is the chance of being blamed
        and s the brokers' penalty. To a group in bad faith cheating gives back half its discount,
        as it takes from the truce what it came for. Source: Fortna 2004 [V]; Richmond 1998 [R].
        Expected direction: down in clarity and in leverage.
        """
        spared = 0.5 * world.bad_faith_discount if self.bad_faith else 0.0
        gain = world.covert_gain + spared
        found_out = world.punish * blame_probability(True, truce.clear_to_state)
        return complying + gain - found_out - 0.5 * broker_penalty(self, truce, world)

    @behaviour
    def value_of_leaving(self, relation: Relation, world: World) -> float:
        """Return what going back to war is worth when that breaks no promise.

        Formula: p - c·σ + first strike + γ·Δ(war). Source: Fearon 1995; Powell 2006 [R]; shelter,
        Salehyan 2007 [V]. Expected direction: up in power and in sanctuary.
        """
        exposed = exposed_share(self.sanctuary, world.sanctuary_shield)
        return (
            relation.power
            - self.war_cost * exposed
            + world.first_strike
            + world.shadow_weight * relation.shift_in_war
        )

    @behaviour
    def reviews(self, luck: Luck, world: World) -> bool:
        """Does the group reconsider its course today? Independent of the calendar."""
        return uniform(luck, self.identity, GROUP_REVIEW) * world.review_days < 1.0

    @behaviour
    def review(self, relation: Relation, truce: Truce, luck: Luck, world: World) -> None:
        """Choose to keep the truce, to cheat or to break it."""
        complying = value_of_complying(self, relation, truce, world)
        penalty = world.breach_cost + broker_penalty(self, truce, world)
        self.course = chosen_course(
            complying,
            value_of_cheating(self, complying, relation, truce, world),
            value_of_leaving(self, relation, world) - penalty,
            world.decision_noise,
            uniform(luck, self.identity, GROUP_COURSE),
        )

    @behaviour
    def surplus_of_renewal(self, relation: Relation, truce: Truce, world: World) -> float:
        """Return what another term is worth to the group above walking away at term.

        Claim: at term a side can leave without breaking its word, and renewing takes effort.
        Formula: max(U(comply), U(covert)) - U(leave) - κ. Source: 34 % of 30-day peace-process
        truces lapse, 4 % are broken [D].
        """
        complying = value_of_complying(self, relation, truce, world)
        cheating = value_of_cheating(self, complying, relation, truce, world)
        leaving = value_of_leaving(self, relation, world)
        return max(complying, cheating) - leaving - world.renewal_effort

    @behaviour
    def grow(self, world: World, released: int, blows: int) -> None:
        """Recruit, take back released prisoners, and lose fighters to raids.

        Claim: sanctuary and money let a group rebuild while the truce holds. Formula:
        logistic growth, then S·(1 - loss·σ) for each blow, then + v·released. Source: brief [V];
        Salehyan 2007 [V]. Expected direction: up in funding and sanctuary.
        """
        grown = strength_tomorrow(self.strength, capacity(self, world), recruitment(self, world))
        exposed = exposed_share(self.sanctuary, world.sanctuary_shield)
        for _ in range(blows):
            grown *= 1.0 - world.raid_loss * exposed
        self.strength = max(grown + world.prisoner_strength * released, LEAST_STRENGTH)

    @behaviour
    def splits(self, luck: Luck) -> bool:
        """Do hardliners break away today?

        Claim: peace processes split groups. Formula: with probability rate · h. Source: Duursma &
        Fliervoet 2021 [V]. Expected direction: up in the hardliner share.
        """
        return uniform(luck, self.identity, SPLIT) < self.split_rate * self.hardliner_share

    @behaviour
    def break_away(self, splinter: MilitantGroup, world: World) -> None:
        """Let part of the hardliners leave as a new group that did not sign.

        Fighters are conserved: the splinter takes s = share·h of the strength, and the hardliner
        share of what remains is (h - s)/(1 - s). The group keeps its money and its refuge, hence
        its room to grow. Source: definition; the last an assumption.
        """
        leaving = world.split_share * self.hardliner_share
        splinter.strength = leaving * self.strength
        splinter.initial_strength = splinter.strength
        splinter.funding = self.funding
        splinter.sanctuary = self.sanctuary
        splinter.present = True
        self.strength -= splinter.strength
        self.hardliner_share = (self.hardliner_share - leaving) / (1.0 - leaving)


sign = MilitantGroup.sign
capacity = MilitantGroup.capacity
recruitment = MilitantGroup.recruitment
weigh_power = MilitantGroup.weigh_power
broker_penalty = MilitantGroup.broker_penalty
value_of_complying = MilitantGroup.value_of_complying
value_of_cheating = MilitantGroup.value_of_cheating
value_of_leaving = MilitantGroup.value_of_leaving
reviews = MilitantGroup.reviews
review = MilitantGroup.review
surplus_of_renewal = MilitantGroup.surplus_of_renewal
grow = MilitantGroup.grow
splits = MilitantGroup.splits
break_away = MilitantGroup.break_away
