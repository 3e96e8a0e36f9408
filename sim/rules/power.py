"""How strong is each side, and how strong does it expect to become?"""

from __future__ import annotations

from math import exp

from sim.behaviour import behaviour

MOST_GROWTH = 100.0  # in powers of e: more than any capacity allows, and finite


@behaviour
def share_of_power(strength: float, capability: float) -> float:
    """Return the group's share of power against the state, 0 to 1.

    Claim: power is relative. Formula: p = S / (S + C). Source: contest success function with
    decisiveness 1, Tullock 1980 [R]. Expected direction: up in strength, down in capability.
    """
    return strength / (strength + capability)


@behaviour
def carrying_capacity(
    start: float, room: float, from_sanctuary: float, from_funding: float
) -> float:
    """Return the strength at which a group stops growing.

    Claim: refuge and money make room for more fighters. Formula: K = S0 · room · (1 + kΣ·Σ + kF·F),
    the last two terms given as `from_sanctuary` and `from_funding`. Source: Salehyan 2007 [V];
    Karlén 2017 [V]. Expected direction: up in both.
    """
    return start * room * (1.0 + from_sanctuary + from_funding)


@behaviour
def growth_rate(recruitment_rate: float, base: float, per_funding: float, funding: float) -> float:
    """Return the growth rate per day of a group far below its capacity.

    Claim: money recruits. Formula: ρ = recruit · (base + slope · F). Source: assumption, sized
    with the prototype [P]. Expected direction: up in funding.
    """
    return recruitment_rate * (base + per_funding * funding)


@behaviour
def exposed_share(sanctuary: float, shield: float) -> float:
    """Return the share of a group's strength that the state can reach.

    Claim: bases abroad evade repression. Formula: σ = 1 - shield · Σ. Source: Salehyan 2007 [V].
    Expected direction: down in sanctuary.
    """
    return 1.0 - shield * sanctuary


@behaviour
def strength_after_truce(strength: float, capacity: float, rate: float, days: int) -> float:
    """Return the strength expected after `days` more days of truce.

    Claim: a truce is time to rest and recruit. Formula: logistic growth,
    K·S / (S + (K - S)·exp(-ρ·H)). Source: Doran 2005 [V]; Smith 1995 [R]. Expected direction: up
    in rate and in capacity.
    """
    return capacity * strength / (strength + (capacity - strength) * exp(-rate * days))


@behaviour
def strength_tomorrow(strength: float, capacity: float, rate: float) -> float:
    """Return the strength after one more day of truce, before prisoners and raids.

    Claim: as `strength_after_truce`. Formula: S·(1 + ρ)/(1 + ρ·S/K), logistic growth in steps of a
    day, which never overshoots. Source: Beverton & Holt 1957 [R]. Expected direction: toward the
    capacity.
    """
    return strength * (1.0 + rate) / (1.0 + rate * strength / capacity)


@behaviour
def strength_after_war(
    strength: float, capacity: float, rate: float, losses_rate: float, days: int
) -> float:
    """Return the strength expected after `days` of war.

    Claim: war wears down what the state can reach. Formula:
    S · exp((ρ·(1 - S/K) - losses)·H) with losses = attrition · C · σ, never above the larger of S
    and K. Source: assumption, sized with the prototype [P]. Expected direction: down in losses.
    """
    change = (rate * (1.0 - strength / capacity) - losses_rate) * days
    return min(strength * exp(min(change, MOST_GROWTH)), max(strength, capacity))
