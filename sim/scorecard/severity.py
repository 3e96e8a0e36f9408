"""S22: the exponent of deaths per lethal attack, found again from deaths that were drawn."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from sim.noise import Purpose, luck_of, uniform
from sim.parameters import World
from sim.rules.violence import deaths_if_lethal
from sim.scorecard.measured import Floats, Inputs, Measured, normal_limits
from sim.validation.targets import Target

ATTACKS = 20_000
"""Lethal attacks whose deaths are drawn."""


def severity_exponent(target: Target, given: Inputs) -> Measured:
    """Measure the exponent by maximum likelihood; no vector of the set touches it."""
    world = World()
    draws = (uniform(luck_of(given.seed, run), 0, Purpose.DEATHS) for run in range(ATTACKS))
    exponent, cap = world.severity_exponent, world.severity_cap
    deaths = np.array([deaths_if_lethal(exponent, cap, draw) for draw in draws])
    found, error = fitted_exponent(deaths, cap)
    values = np.full((len(given.vectors), 1), found)
    return Measured(values, normal_limits(values[0], np.array([error])), f"{ATTACKS:,} attacks")


def fitted_exponent(deaths: Floats, cap: int) -> tuple[float, float]:
    """Return the exponent of the law of `sim.rules.violence.deaths_if_lethal`, and its error.

    At least k deaths have the chance k^(1 - exponent), for k up to the cap.
    """

    def cost(exponent: float) -> float:
        at_least = deaths.astype(float) ** (1.0 - exponent)
        more = np.where(deaths >= cap, 0.0, (deaths + 1.0) ** (1.0 - exponent))
        return float(-np.log(at_least - more).sum())

    best = float(minimize_scalar(cost, bounds=(1.1, 6.0), method="bounded").x)
    step = 1e-3
    curvature = (cost(best + step) - 2.0 * cost(best) + cost(best - step)) / step**2
    return best, float(curvature**-0.5)
