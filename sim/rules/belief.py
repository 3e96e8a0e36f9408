"""What does a day's record teach one side about the other?"""

from __future__ import annotations

from math import exp, log

from sim.behaviour import behaviour

LEAST_TRUST, MOST_TRUST = 0.01, 0.99
LEAST_RATE = 1e-4  # no incident is ever thought impossible


@behaviour
def innocent_rate(clear: float, spoilers: float, claimed: float, accidents: float) -> float:
    """Return the violations a day that would be held against a side that keeps the truce.

    Claim: even the honest are blamed, for what their hardliners claim in their name and for what
    nobody claims. Formula: λc = spoilers·(claimed + (1 - claimed)·(1 - m')/2)
    + accidents·(1 - m')/2 + 0.0001, in *believed* rates. Source: Kydd & Walter 2002 [V]. Expected
    direction: down in clarity; a side thought to control its hardliners has fewer `spoilers`, so
    that one attack is more damning.
    """
    unclear = 0.5 * (1.0 - clear)
    return spoilers * (claimed + (1.0 - claimed) * unclear) + accidents * unclear + LEAST_RATE


@behaviour
def guilty_rate(innocent: float, clear: float, cheating: float, claimed: float) -> float:
    """Return the violations a day that would be blamed on a side that cheats.

    Formula: λd = λc + rate · (claimed + (1 - claimed)·(1 + m')/2). Source: as `innocent_rate`.
    Expected direction: up in clarity and in the share of claimed attacks.
    """
    return innocent + cheating * (claimed + (1.0 - claimed) * 0.5 * (1.0 + clear))


@behaviour
def updated_trust(
    trust: float, violations: int, innocent: float, guilty: float, weight: float
) -> float:
    """Return the belief that the other side keeps the truce, after today's violations.

    Claim: sides learn from what they blame on each other, and quiet days build trust. Formula:
    b / (b + (1 - b)·L) with L = exp(-(λd - λc))·(λd/λc)^k, the likelihood ratio of k violations;
    `weight` multiplies its logarithm. Source: Bayes; Kydd & Walter 2002 [V]. Expected direction:
    down in violations, up in quiet days.
    """
    if weight == 0.0:
        return trust
    ratio = exp(-weight * (guilty - innocent))
    step = guilty / innocent
    step = step if weight == 1.0 else exp(weight * log(step))
    for _ in range(violations):
        ratio *= step
    return trust / (trust + (1.0 - trust) * ratio)


@behaviour
def relaxed_trust(trust: float, prior: float, rate: float, lost: float) -> float:
    """Return trust after its drift back to the prior and after what was lost, in [0.01, 0.99].

    Claim: types can change, so old evidence fades. Formula: b + μ·(b0 - b) - lost. Source:
    assumption. Expected direction: toward the prior.
    """
    return min(max(trust + rate * (prior - trust) - lost, LEAST_TRUST), MOST_TRUST)
