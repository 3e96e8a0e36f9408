"""How often do incidents happen, and how many do they kill?"""

from __future__ import annotations

from math import exp, log1p

from sim.behaviour import behaviour

MOST_INCIDENTS = 8  # of one kind, by one actor, on one day


@behaviour
def incident_count(rate: float, luck: float) -> int:
    """Return how many incidents of a kind happen today.

    Claim: incidents of one kind are independent. Formula: Poisson(rate), by inversion of a number
    in [0, 1), cut at 8. Source: assumption. Expected direction: up in the rate.
    """
    if rate <= 0.0 or luck <= 1.0 - rate:  # 1 - rate < exp(-rate): spares most exponentials
        return 0
    probability = exp(-rate)
    reached = probability
    count = 0
    while luck >= reached and count < MOST_INCIDENTS:
        count += 1
        probability *= rate / count
        reached += probability
    return count


@behaviour
def deaths_if_lethal(exponent: float, cap: int, luck: float) -> int:
    """Return the deaths, 1 to `cap`, of an incident that kills.

    Claim: the severity of attacks follows a power law. Formula: the whole part of a Pareto
    variable of density exponent α, (1 - u)^(-1/(α - 1)), cut at the cap. Source: Bohorquez et al.
    2009 [V]. Expected direction: down in the exponent.
    """
    size = exp(-log1p(-luck) / (exponent - 1.0))
    return cap if size >= cap else int(size)


@behaviour
def retaliation_rate(strength: float, anger: float, cap: float) -> float:
    """Return the violent responses per day of a side to violations that it blames on the other.

    Claim: violations are answered, within what a side can organise. Formula:
    min(retaliation · Y, cap), where Y keeps part of yesterday's anger and adds today's attributed
    violations. Source: Wiehler 2021 [V]; Wu & Axelrod 1995 [V]. Expected direction: up in both.
    """
    return min(strength * anger, cap)
