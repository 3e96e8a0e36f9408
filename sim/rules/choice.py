"""How does an actor choose, given what each course is worth?"""

from __future__ import annotations

from math import exp

from sim.behaviour import behaviour

COMPLY, COVERT, DEFECT = 0, 1, 2
COURSES = ("keeps the truce", "cheats under cover of the truce", "openly breaks the truce")


@behaviour
def chosen_course(comply: float, covert: float, defect: float, noise: float, luck: float) -> int:
    """Return the course (`COMPLY`, `COVERT` or `DEFECT`) that a number in [0, 1) picks.

    Claim: better courses are likelier, but actors err. Formula: Pr(a) ∝ exp(U(a)/λ). Source:
    quantal response, McKelvey & Palfrey 1995 [R]. Expected direction: each course up in its own
    value; even odds as the noise grows.
    """
    best = max(comply, covert, defect)
    weight_comply = exp((comply - best) / noise)
    weight_covert = exp((covert - best) / noise)
    weight_defect = exp((defect - best) / noise)
    mark = luck * (weight_comply + weight_covert + weight_defect)
    if mark < weight_comply:
        return COMPLY
    return COVERT if mark < weight_comply + weight_covert else DEFECT


@behaviour
def acceptance_probability(surplus: float, noise: float) -> float:
    """Return the chance that a side agrees to what leaves it this surplus.

    Claim: as `chosen_course`, between yes and no. Formula: Λ(R/λ) = 1 / (1 + exp(-R/λ)). Source:
    quantal response [R]. Expected direction: up in the surplus.
    """
    if surplus >= 0.0:
        return 1.0 / (1.0 + exp(-surplus / noise))
    odds = exp(surplus / noise)
    return odds / (1.0 + odds)
