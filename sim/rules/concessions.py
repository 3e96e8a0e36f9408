"""What was promised, what is due, and what is owed?"""

from __future__ import annotations

from sim.behaviour import behaviour


@behaviour
def prisoners_due(promised: int, instalments: int, instalment_days: int, age: int) -> int:
    """Return how many of the promised prisoners are due when the truce is `age` days old.

    Formula: promised · min(age / days, n) / n in whole instalments and whole prisoners. Source:
    definition. Expected direction: up in age, at most `promised`.
    """
    return promised * min(age // instalment_days, instalments) // instalments


@behaviour
def next_instalment(promised: int, instalments: int, delivered: int) -> int:
    """Return the size of the oldest instalment that has not been handed over."""
    number = 1
    while promised * number // instalments <= delivered and number < instalments:
        number += 1
    return promised * number // instalments - delivered


@behaviour
def arrears_share(due: int, delivered: int, promised: int) -> float:
    """Return what is owed as a share of what was promised, 0 to 1.

    Formula: (due - delivered) / promised, and 0 where nothing was promised. Source: definition.
    """
    return (due - delivered) / promised if promised > 0 else 0.0


@behaviour
def hold_of_promises(value: float, promised: int, delivered: int, trust: float) -> float:
    """Return what concessions still to come add to the truce for a group.

    Claim: promises bind while they last and are believed. Formula:
    v · (promised - delivered)/100 · b. Source: gradualism, Lundgren et al. 2023 [V]; size [P].
    Expected direction: down in deliveries, up in trust.
    """
    return value * (promised - delivered) / 100.0 * trust
