"""No dead parameter: every number and every switch changes what some run leaves behind."""

from __future__ import annotations

import numpy as np
import pytest

from sim.mechanisms import MECHANISMS
from sim.parameters import HORIZON, LISTS, Parameter, parameters
from sim.scenario import Scenario
from tests.worlds import REFERENCE, rows, shipped, without

RUNS = 1000

# Cases in which different parts of the model are at work; the first that shows a change will do.
CASES = (
    REFERENCE,
    shipped("split_early"),  # splinters
    shipped("outside_spoiler"),  # outsiders
    shipped("funding_tied_to_war"),
    shipped("ratified"),
    shipped("bad_faith"),
    shipped("open_ended"),
    shipped("front_loaded").with_(**{"state.outrage": 0.6}),  # a public that stops releases
    shipped("two_signatories"),
)

# Parameters that cannot change a row, each with the reason.
DEAD: dict[str, str] = {}

EVERY = [*parameters(), HORIZON]


def path_in(scenario: Scenario, parameter: Parameter) -> str:
    """Return where a scenario holds the parameter; of a list, in its first item."""
    if parameter.section == "scenario":
        return parameter.name
    if parameter.section not in LISTS:
        return f"{parameter.section}.{parameter.name}"
    return f"{parameter.section}.0.{parameter.name}"


def other_values(parameter: Parameter) -> list[object]:
    """Return values that differ from the default: the ends worth exploring, then the bounds."""
    if parameter.bounds is None or parameter.sweep is None:
        return [not parameter.default]
    values = dict.fromkeys((*parameter.sweep, *parameter.bounds))
    typed = [int(value) if parameter.type == "int" else float(value) for value in values]
    return [value for value in typed if value != parameter.default]


def changes_something(scenario: Scenario, overrides: dict[str, object]) -> bool:
    return not np.array_equal(rows(scenario, RUNS), rows(scenario.with_(**overrides), RUNS))


def is_alive(parameter: Parameter) -> bool:
    for scenario in CASES:
        path = path_in(scenario, parameter)
        for value in other_values(parameter):
            if changes_something(scenario, {path: value}):
                return True
    return False


@pytest.mark.parametrize("parameter", EVERY, ids=[parameter.path for parameter in EVERY])
def test_every_parameter_changes_some_row_or_has_a_reason_not_to(parameter: Parameter) -> None:
    assert is_alive(parameter) != (parameter.path in DEAD)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_changes_some_row(mechanism: str) -> None:
    assert any(changes_something(scenario, without(mechanism)) for scenario in CASES)


def test_reasons_name_parameters_that_exist() -> None:
    assert DEAD.keys() <= {parameter.path for parameter in EVERY}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_neutral_values_of_a_mechanism_are_allowed_values(mechanism: str) -> None:
    """What a switch sets could have been written by hand, so it lies within the bounds."""
    paths = {parameter.path.replace("[]", ""): parameter for parameter in EVERY}
    for path, value in MECHANISMS[mechanism].neutral.items():
        parameter = paths[path]
        assert parameter.bounds is not None
        assert parameter.bounds[0] <= value <= parameter.bounds[1]
        assert type(value).__name__ == parameter.type


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS.keys() - {"release_ceiling"}))
def test_every_mechanism_but_one_is_at_work_in_the_reference(mechanism: str) -> None:
    # Outrage hardly reaches the ceiling there, which leaves the release ceiling idle.
    assert changes_something(REFERENCE, without(mechanism))
