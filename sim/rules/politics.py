"""What does the public make of the truce, and what do parliament and court do about it?"""

from __future__ import annotations

from math import log1p

from sim.behaviour import behaviour


@behaviour
def outrage_of_attack(
    deaths: int,
    soft: bool,
    claimed: bool,
    per_death: float,
    soft_weight: float,
    claim_weight: float,
) -> float:
    """Return the outrage that an attack adds, before saturation.

    Claim: deaths outrage, less than in proportion; civilians' deaths and open claims more.
    Formula: o · ln(1 + deaths) · (soft weight) · (claim weight). Source: brief [V]; sizes [A].
    Expected direction: up in deaths.
    """
    weight = (soft_weight if soft else 1.0) * (claim_weight if claimed else 1.0)
    return per_death * log1p(float(deaths)) * weight


@behaviour
def outrage_of_release(
    released: int, per_prisoner: float, disclosed: float, opacity: float, relief: float
) -> float:
    """Return the outrage that a release adds, before saturation.

    Claim: concessions anger, secret ones more, ratified ones less. Formula:
    o · released · (disclosed + ω)·(1 - relief). Source: brief [V]; Ramirez [V]; sizes [P].
    Expected direction: up in opacity, down with ratification.
    """
    return per_prisoner * released * (disclosed + opacity) * (1.0 - relief)


@behaviour
def outrage_tomorrow(outrage: float, decay: float, added: float) -> float:
    """Return outrage after a day: it fades, and what is added fills what room is left.

    Claim: anger fades and saturates. Formula: O·(1 - d) + (1 - O)·min(added, 1). Source:
    assumption. Expected direction: up in `added`, always within [0, 1].
    """
    return outrage * (1.0 - decay) + (1.0 - outrage) * min(added, 1.0)


@behaviour
def scrutiny_probability(rate: float, outrage: float, opacity: float, ratified: bool) -> float:
    """Return the chance that parliament or court questions the truce today.

    Claim: secret truces that bypass institutions draw their ire. Formula: s · O · ω · (1 - r).
    Source: brief [V]. Expected direction: up in outrage and opacity, none if ratified.
    """
    return 0.0 if ratified else rate * outrage * opacity
