"""A scenario under each vector of the retained set."""

from __future__ import annotations

import numpy as np

from sim.scenario import Scenario
from sim.scenario.resolved import DEFAULT_LAYER
from sim.validation.space import calibrated

BELIEVED, ACTUAL = "environment.believed_covert_rate", "model.covert_rate"


def members(scenario: Scenario, vectors: np.ndarray) -> list[Scenario]:
    """Return the scenario under each vector (a row, in the order of `space.paths`).

    A vector takes the place of defaults alone: what the scenario or an override sets stays as it
    was set, and mechanisms that are off stay off. What belongs to the population of conflicts has
    no part in a single case.
    """
    columns = settable(scenario)
    return [
        scenario.with_(
            **_changes({path: float(vector[place]) for path, place in columns.items()}, scenario)
        )
        for vector in vectors
    ]


def settable(scenario: Scenario) -> dict[str, int]:
    """Return the numbers that a vector sets in a scenario, each with its column."""
    free = _defaulted(scenario)
    return {
        quantity.path: place
        for place, quantity in enumerate(calibrated())
        if quantity.of_the_model and quantity.path in free
    }


def _changes(given: dict[str, float], scenario: Scenario) -> dict[str, float]:
    """Let what the state believes of covert attacks follow, where it believed the truth."""
    follows = scenario.environment.believed_covert_rate == scenario.model.covert_rate
    follows = follows and ACTUAL in given
    return given | ({BELIEVED: given[ACTUAL]} if follows else {})


def _defaulted(scenario: Scenario) -> frozenset[str]:
    return frozenset(each.path for each in scenario.resolved() if each.layer == DEFAULT_LAYER)
