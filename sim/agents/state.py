"""The state: it raids, releases prisoners, answers to its public, and weighs truce against war."""

from __future__ import annotations

import mesa

from sim.behaviour import behaviour
from sim.noise import Luck, Purpose, uniform
from sim.parameters import World
from sim.rules.attribution import blame_probability
from sim.rules.choice import chosen_course
from sim.rules.politics import outrage_tomorrow, scrutiny_probability
from sim.truce import Relation, Truce

BAD_FAITH = int(Purpose.BAD_FAITH)
STATE_REVIEW = int(Purpose.STATE_REVIEW)
STATE_COURSE = int(Purpose.STATE_COURSE)
SCRUTINY = int(Purpose.SCRUTINY)


class State(mesa.Agent):  # type: ignore[misc]
    """The government and its security forces; what it thinks of each group is in the relation."""

    # Inputs (see `sim.parameters.StateInputs`); capability and outrage move
    funding: float
    war_tied_funding: float
    funding_dependence: float
    capability: float
    war_cost: float
    trust: float
    outrage: float
    audience_cost: float
    scrutiny_rate: float
    raid_rate: float
    retaliation: float
    bad_faith_probability: float
    delivery_rate: float
    # State
    identity: int  # the address of its luck
    bad_faith: bool
    frozen_days: int  # days for which concessions are still halted

    @behaviour
    def sign(self, luck: Luck) -> None:
        """Sign in bad faith or not.

        Claim: governments, too, sign truces only to rest, rearm or gain time, and cheat from the
        start. Formula: bad faith with a fixed probability. Source: Richmond 1998 [R]; Kolås 2011
        [R]. Expected direction: shorter truces.
        """
        self.bad_faith = uniform(luck, self.identity, BAD_FAITH) < self.bad_faith_probability

    @behaviour
    def funds_in_truce(self) -> float:
        """Return the external funds that reach the state while it does not fight.

        Claim: a patron that pays for operations pays less for peace. Formula: F·(1 - tied).
        Source: assumption, after the Coalition Support Fund [V].
        """
        return self.funding * (1.0 - self.war_tied_funding)

    @behaviour
    def broker_penalty(self, truce: Truce, world: World) -> float:
        """Return what the brokers would make a breach cost the state.

        Claim: a broker presses a state less than a group, and its friend less still. Formula:
        stick·L·(1 - max(-β, 0)/2)/2. Source: Svensson 2007 [V]; size [P].
        """
        return 0.5 * world.stick * truce.leverage * (1.0 - 0.5 * max(-truce.bias, 0.0))

    @behaviour
    def audience_loss(self, truce: Truce, world: World) -> float:
        """Return what public outrage takes from the value of the truce.

        Formula: audience cost · O · (1 - relief if ratified). Source: Fearon 1994 [R]; brief [V].
        """
        relief = world.ratified_relief if truce.ratified else 0.0
        return self.audience_cost * self.outrage * (1.0 - relief)

    @behaviour
    def value_of_complying(self, relation: Relation, truce: Truce, world: World) -> float:
        """Return what keeping the truce with one group is worth to the state.

        Claim: outrage, fear of being cheated, the group's expected rise and bad faith loosen the
        state's hold on a truce. Formula: (1 - x) - audience - sucker·(1 - bG) - γ·Δ(truce)
        - bad faith. Source: Fearon 1994, 1995, Powell 2006, Richmond 1998 [R].
        """
        return (
            1.0
            - relation.terms
            - audience_loss(self, truce, world)
            - world.sucker_cost * (1.0 - relation.state_trust)
            - world.shadow_weight * relation.shift_in_truce
            - (world.bad_faith_discount if self.bad_faith else 0.0)
        )

    @behaviour
    def value_of_cheating(self, complying: float, truce: Truce, world: World) -> float:
        """Return what raiding under cover of the truce is worth to the state.

        Claim: raids are how an outraged government complies on paper. Formula:
        U(comply) + gain - punish·(1 + m')/2 - s/2 + o·O. To a state in bad faith raiding gives
        back half its discount, as it takes from the truce what it came for. Source: raids alleged
        in 2021 [V]; Richmond 1998 [R]; sizes [P]. Expected direction: up in outrage, down in
        clarity.
        """
        spared = 0.5 * world.bad_faith_discount if self.bad_faith else 0.0
        found_out = world.punish * blame_probability(True, truce.clear_to_groups)
        pressed = 0.5 * broker_penalty(self, truce, world)
        return (
            complying
            + world.covert_gain
            + spared
            - found_out
            - pressed
            + (world.outrage_covert * self.outrage)
        )

    @behaviour
    def rally(self, world: World) -> float:
        """Return the part of the cost of war that public outrage takes off, at most all of it.

        Claim: an outraged public rallies to a government that fights. Formula:
        c·min(rally·O, 1). Source: Mueller 1970 [R]; size [A].
        """
        return self.war_cost * min(world.outrage_rally * self.outrage, 1.0)

    @behaviour
    def war_funds(self, world: World) -> float:
        """Return what the funds that are paid only in war are worth to the state.

        Formula: value · tied · F. Source: assumption. Expected direction: shorter truces.
        """
        return world.tied_funding_value * self.war_tied_funding * self.funding

    @behaviour
    def value_of_leaving(self, relation: Relation, world: World) -> float:
        """Return what going back to war with one group is worth when that breaks no promise.

        Claim: war costs a state more when its funds are gone. Formula:
        (1 - p) - c·(1 + dep·(1 - F)/2) + rally + war funds + first strike - γ·Δ(war). Source:
        Fearon 1995, Powell 2006 [R]; brief [V].
        """
        unfunded = 0.5 * self.funding_dependence * (1.0 - self.funding)
        return (
            1.0
            - relation.power
            - self.war_cost * (1.0 + unfunded)
            + rally(self, world)
            + war_funds(self, world)
            + world.first_strike
            - world.shadow_weight * relation.shift_in_war
        )

    @behaviour
    def reviews(self, other: int, luck: Luck, world: World) -> bool:
        """Does the state reconsider its course toward the group of identity `other` today?"""
        return uniform(luck, other, STATE_REVIEW) * world.review_days < 1.0

    @behaviour
    def review(
        self, other: int, relation: Relation, truce: Truce, luck: Luck, world: World
    ) -> None:
        """Choose, toward one group, to keep the truce, to raid under its cover or to break it."""
        complying = value_of_complying(self, relation, truce, world)
        penalty = world.breach_cost + broker_penalty(self, truce, world)
        relation.state_course = chosen_course(
            complying,
            value_of_cheating(self, complying, truce, world),
            value_of_leaving(self, relation, world) - penalty,
            world.decision_noise,
            uniform(luck, other, STATE_COURSE),
        )

    @behaviour
    def surplus_of_renewal(self, relation: Relation, truce: Truce, world: World) -> float:
        """Return what another term with one group is worth above walking away at term."""
        complying = value_of_complying(self, relation, truce, world)
        cheating = value_of_cheating(self, complying, truce, world)
        return (
            max(complying, cheating)
            - value_of_leaving(self, relation, world)
            - (world.renewal_effort)
        )

    @behaviour
    def hear_the_public(self, added: float, world: World) -> None:
        """Let outrage fade and take up what the day has added."""
        self.outrage = outrage_tomorrow(self.outrage, world.outrage_decay, added)

    @behaviour
    def is_questioned(self, truce: Truce, luck: Luck) -> bool:
        """Does parliament or court question the truce today?"""
        chance = scrutiny_probability(
            self.scrutiny_rate, self.outrage, truce.opacity, truce.ratified
        )
        return uniform(luck, self.identity, SCRUTINY) < chance

    @behaviour
    def may_release(self, relation: Relation, world: World) -> bool:
        """Is the state free to hand over the next instalment to this group?

        Claim: scrutiny, outrage and cheating stop concessions. Source: brief [V]; ceiling [P].
        """
        return (
            relation.state_course == 0
            and self.frozen_days == 0
            and self.outrage <= world.release_ceiling
        )

    @behaviour
    def rebuild(self, world: World) -> None:
        """Let capability follow the funds, slowly.

        Claim: revising a strategy takes time. Formula:
        C + a·(1 - dep·(1 - F) - C), F the funds that come in a truce. Source: brief [V]; size [P].
        """
        target = 1.0 - self.funding_dependence * (1.0 - funds_in_truce(self))
        self.capability += world.capability_adjust * (target - self.capability)


sign = State.sign
funds_in_truce = State.funds_in_truce
broker_penalty = State.broker_penalty
audience_loss = State.audience_loss
value_of_complying = State.value_of_complying
value_of_cheating = State.value_of_cheating
rally = State.rally
war_funds = State.war_funds
value_of_leaving = State.value_of_leaving
reviews = State.reviews
review = State.review
surplus_of_renewal = State.surplus_of_renewal
hear_the_public = State.hear_the_public
is_questioned = State.is_questioned
may_release = State.may_release
rebuild = State.rebuild
