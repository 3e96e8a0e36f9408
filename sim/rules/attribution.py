"""Who is blamed for an incident?"""

from __future__ import annotations

from sim.behaviour import behaviour


@behaviour
def clarity(monitoring: float, report: float) -> float:
    """Return how far above a coin toss the right culprit is named, 0 to 1.

    Claim: monitors and credible brokers both reveal who did it. Formula:
    m' = 1 - (1 - m)·(1 - report). Source: Mattes & Savun 2010 [V]; Kydd 2003 [R]. Expected
    direction: up in both.
    """
    return 1.0 - (1.0 - monitoring) * (1.0 - report)


@behaviour
def credibility(bias_to_other: float, bias: float, friends_are_believed: bool) -> float:
    """Return how far a side believes a broker, 0 to 1.

    Claim: the biased are doubted. Formula: 1 - |β|; or, with `friends_are_believed`, one minus the
    bias toward the *other* side only. Source: Svensson 2007 [V] against Kydd 2003 [R]. Expected
    direction: down in bias.
    """
    return 1.0 - max(bias_to_other, 0.0) if friends_are_believed else 1.0 - abs(bias)


@behaviour
def blame_probability(guilty: bool, clear: float) -> float:
    """Return the chance that an unclaimed incident is held against the other side.

    Claim: without evidence blame is a coin toss. Formula: (1 + m')/2 if the other side did it on
    purpose, (1 - m')/2 if not. Source: assumption. Expected direction: with clarity, up for the
    guilty and down for the innocent.
    """
    return 0.5 * (1.0 + clear) if guilty else 0.5 * (1.0 - clear)
