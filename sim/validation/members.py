"""A scenario under each vector of the retained set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.scenario import Scenario
from sim.scenario.resolved import DEFAULT_LAYER
from sim.validation.space import calibrated

Value = int | float | bool

BELIEVED, ACTUAL = "environment.believed_covert_rate", "model.covert_rate"


def members(scenario: Scenario, vectors: np.ndarray) -> list[Scenario]:
    """Return the scenario under each vector (a row, in the order of `space.paths`).

    A vector takes the place of defaults alone: what the scenario or an override sets stays as it
    was set, and mechanisms that are off stay off. What belongs to the population of conflicts has
    no part in a single case.
    """
    columns = settable(scenario)
    given = [{path: float(vector[place]) for path, place in columns.items()} for vector in vectors]
    return [scenario.with_(**each, **beliefs(each, scenario)) for each in given]


def settable(scenario: Scenario) -> dict[str, int]:
    """Return the numbers that a vector sets in a scenario, each with its column."""
    free = defaulted(scenario)
    return {
        quantity.path: place
        for place, quantity in enumerate(calibrated())
        if quantity.of_the_model and quantity.path in free
    }


def beliefs(given: Mapping[str, Value], scenario: Scenario) -> dict[str, Value]:
    """Let what the state believes of covert attacks follow, where it believed the truth."""
    follows = scenario.environment.believed_covert_rate == scenario.model.covert_rate
    return {BELIEVED: given[ACTUAL]} if follows and ACTUAL in given else {}


def defaulted(scenario: Scenario) -> frozenset[str]:
    """Return the paths of the values that nobody has set."""
    return frozenset(each.path for each in scenario.resolved() if each.layer == DEFAULT_LAYER)
