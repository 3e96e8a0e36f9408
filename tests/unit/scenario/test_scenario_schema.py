"""The JSON Schema: up to date, complete, and of one mind with the loader."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.parameters import parameters
from sim.scenario import (
    Scenario,
    scenario_schema,
    scenario_schema_text,
    shipped_folder,
    shipped_scenarios,
    starter,
)
from sim.scenario.document import Source, read_document
from sim.scenario.tree import plain

SCHEMA = scenario_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def as_json(text: str) -> Any:
    """A YAML document as the values that an editor sees: lists, and dates as text."""
    root, problems = read_document(text, Source("text", "text"))
    assert root is not None
    assert not problems
    return json.loads(json.dumps(plain(root), default=datetime.date.isoformat))


def test_the_file_is_up_to_date() -> None:
    path = shipped_folder() / "scenario.schema.json"
    assert path.read_text(encoding="utf-8") == scenario_schema_text(), "run 'make schema'"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", shipped_scenarios(), ids=lambda path: path.stem)
def test_shipped_files_fit_the_schema_and_name_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=scenario.schema.json\n")
    VALIDATOR.validate(as_json(text))


@pytest.mark.parametrize("text", [starter("A"), Scenario.from_yaml("{}").to_yaml()])
def test_generated_files_fit_the_schema(text: str) -> None:
    VALIDATOR.validate(as_json(text))


def test_every_parameter_is_explained() -> None:
    objects = {
        name: SCHEMA["$defs"][ref["$ref"].rsplit("/", 1)[1]]
        for name, property_ in SCHEMA["properties"].items()
        if "$ref" in (ref := property_.get("items", property_))
    }
    for parameter in parameters():
        shown = objects[parameter.section]["properties"][parameter.name]
        assert parameter.meaning in shown["description"]
        assert f"Unit: {parameter.unit}." in shown["description"]
        assert f"Source: {parameter.source}." in shown["description"]
        assert shown["default"] == parameter.default
        if parameter.bounds:
            assert (shown["minimum"], shown["maximum"]) == parameter.bounds


def test_no_object_takes_unknown_keys() -> None:
    assert SCHEMA["additionalProperties"] is False
    assert all(object_["additionalProperties"] is False for object_ in SCHEMA["$defs"].values())
    assert "required" not in SCHEMA


REFUSED = [
    "zzz: 1",
    "truce: {opacity: 2}",
    "truce: {opacity: high}",
    "truce: {term_days: 1.5}",
    "truce: {start_date: soon}",
    "groups: {}",
    "groups: [{name: ''}]",
    "truce:",
    "extends: ''",
    "extends: [a]",
    "mechanisms: {spoilers: 1}",
    "shocks: [{target: state.funding, to: 0.1}]",
    "shocks: [{target: state.funding, to: 0.1, day: 1, date: 2021-11-09}]",
    "shocks: [{target: state.trust, to: 0.1, day: 1}]",
    "shocks: [{to: 0.1, day: 1}]",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_loader_refuses_the_schema_refuses(text: str) -> None:
    assert not VALIDATOR.is_valid(as_json(text))
    with pytest.raises(ScenarioError):
        Scenario.from_yaml(text)


def test_what_the_loader_takes_the_schema_takes() -> None:
    text = "extends: other.yaml\ngroups: []\nshocks: [{target: groups.10.funding, to: 1, day: 0}]"
    assert VALIDATOR.is_valid(as_json(text))


singles = st.sampled_from([parameter for parameter in parameters() if parameter.section == "truce"])
scalars = (
    st.booleans()
    | st.integers(-10, 4000)
    | st.floats(-2, 2).filter(lambda value: not value.is_integer())
    | st.sampled_from(["yes", "0.5", "x"])
)


@given(singles, scalars)
@settings(max_examples=100, deadline=None)
def test_schema_and_loader_agree_on_single_values(parameter: Any, value: Any) -> None:
    text = f"truce: {{{parameter.name}: {json.dumps(value)}}}"
    try:
        Scenario.from_yaml(text)
        is_fine = True
    except ScenarioError:
        is_fine = False
    assert VALIDATOR.is_valid(as_json(text)) == is_fine
