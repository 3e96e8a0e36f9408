"""When does a truce become a settlement?"""

from __future__ import annotations

from sim.behaviour import behaviour


@behaviour
def settlement_probability(
    rate: float, hardliners: float, lesser_trust: float, threshold: float
) -> float:
    """Return the chance that the truce turns into a settlement today.

    Claim: settling takes mutual trust and few hardliners. Formula:
    rate · (1 - h) · max(0, (min(bG, bM) - threshold)/(1 - threshold)). Source: Öğütçü-Fu 2016 [V];
    Wood 2003 [V]; size [P]. Expected direction: up in trust, down in hardliners.
    """
    return rate * (1.0 - hardliners) * max(0.0, (lesser_trust - threshold) / (1.0 - threshold))
