"""Every number of the model, and where it is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

import sim
from sim.agents.broker import Broker
from sim.agents.militant_group import MilitantGroup
from sim.agents.state import State
from sim.behaviour import numeric_fields
from sim.parameters import (
    HORIZON,
    KINDS,
    LISTS,
    SECTIONS,
    STATUS_MARKS,
    Environment,
    Parameter,
    World,
    parameters,
)
from sim.sources import WITHOUT_BEHAVIOUR
from sim.truce import Truce

EVERY = [*parameters(), HORIZON]
USERS: dict[str, type] = {
    "truce": Truce,
    "state": State,
    "groups": MilitantGroup,
    "brokers": Broker,
    "environment": Environment,
    "model": World,
}
EACH = pytest.mark.parametrize("parameter", EVERY, ids=[parameter.path for parameter in EVERY])


@EACH
def test_a_parameter_says_what_it_is(parameter: Parameter) -> None:
    assert parameter.meaning[0].isupper()
    assert parameter.meaning.endswith(".")
    assert parameter.unit
    assert parameter.kind in KINDS
    assert re.fullmatch(r"[a-z][a-z_]*", parameter.name)


@EACH
def test_a_parameter_says_where_its_number_comes_from(parameter: Parameter) -> None:
    assert any(mark in parameter.source for mark in STATUS_MARKS)


@EACH
def test_a_source_ends_with_a_status_mark(parameter: Parameter) -> None:
    assert parameter.source.endswith(STATUS_MARKS)


@EACH
def test_the_default_lies_within_the_sweep_and_the_sweep_within_the_bounds(
    parameter: Parameter,
) -> None:
    if parameter.type == "bool":
        assert parameter.bounds is None
        assert isinstance(parameter.default, bool)
        return
    assert parameter.bounds is not None
    assert parameter.sweep is not None
    assert parameter.bounds[0] <= parameter.sweep[0] < parameter.sweep[1] <= parameter.bounds[1]
    assert parameter.sweep[0] <= parameter.default <= parameter.sweep[1]


@EACH
def test_the_type_is_that_of_the_default(parameter: Parameter) -> None:
    assert type(parameter.default).__name__ == parameter.type


@EACH
def test_names_end_in_what_they_are(parameter: Parameter) -> None:
    if parameter.name.endswith("_probability"):
        assert parameter.bounds is not None
        assert 0 <= parameter.bounds[0] < parameter.bounds[1] <= 1
    if parameter.name.endswith("_rate"):
        assert "day" in parameter.unit
    if parameter.name.endswith("_days"):
        assert parameter.unit == "days"


def test_paths_are_unique() -> None:
    assert len({parameter.path for parameter in EVERY}) == len(EVERY)


def test_parameters_come_section_by_section() -> None:
    order = list(dict.fromkeys(parameter.section for parameter in parameters()))
    assert order == list(SECTIONS)


def test_lists_are_marked_in_paths() -> None:
    for parameter in parameters():
        assert ("[]" in parameter.path) == (parameter.section in LISTS)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_parameter_is_an_annotated_field_of_the_actor_that_uses_it(section: str) -> None:
    fields = numeric_fields(USERS[section])
    inputs = numeric_fields(SECTIONS[section])
    for parameter in parameters():
        if parameter.section == section:
            assert fields.get(parameter.name) == inputs[parameter.name], parameter.path


@pytest.mark.parametrize("section", SECTIONS)
def test_what_is_no_parameter_is_a_name_a_date_or_a_yes_or_no(section: str) -> None:
    numbers = {parameter.name for parameter in parameters() if parameter.section == section}
    assert SECTIONS[section].model_fields.keys() - numbers <= {"name", "start_date", "signatory"}


def test_every_parameter_is_read_somewhere_in_the_model() -> None:
    package = Path(sim.__file__).parent
    # The parts without behaviour show parameters; the others use them.
    files = [
        file
        for file in package.rglob("*.py")
        if file.relative_to(package).parts[0] not in WITHOUT_BEHAVIOUR | {"parameters.py"}
    ]
    read = {
        node.attr
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    assert {parameter.name for parameter in EVERY} - read == set()


@EACH
def test_values_just_outside_the_bounds_are_refused(parameter: Parameter) -> None:
    if parameter.bounds is None or parameter.section == "scenario":
        return
    step = 1 if parameter.type == "int" else 1e-6
    section = SECTIONS[parameter.section]
    for value in (parameter.bounds[0] - step, parameter.bounds[1] + step):
        with pytest.raises(ValidationError):
            section(**{parameter.name: value})
    kind = int if parameter.type == "int" else float
    for bound in parameter.bounds:
        assert getattr(section(**{parameter.name: kind(bound)}), parameter.name) == bound


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_strict_and_frozen(section: str) -> None:
    kind = SECTIONS[section]
    with pytest.raises(ValidationError):
        kind(no_such_field=1)
    name = next(parameter.name for parameter in parameters() if parameter.section == section)
    with pytest.raises(ValidationError):
        kind(**{name: "1"})
    with pytest.raises(ValidationError):
        kind(**{name: float("nan")})
    with pytest.raises(ValidationError):
        setattr(kind(), name, kind().__dict__[name])


@pytest.mark.parametrize(
    ("belief", "fact"),
    [
        ("environment.believed_accident_rate", "environment.accident_rate"),
        ("environment.believed_spoiler_rate", "groups[].spoiler_rate"),
        ("environment.believed_covert_rate", "model.covert_rate"),
        ("environment.believed_raid_rate", "state.raid_rate"),
        ("groups[].believed_hardliner_share", "groups[].hardliner_share"),
        ("groups[].believed_control", "groups[].core_control"),
    ],
)
def test_beliefs_are_right_unless_a_scenario_says_otherwise(belief: str, fact: str) -> None:
    defaults = {parameter.path: parameter.default for parameter in EVERY}
    assert defaults[belief] == defaults[fact]
