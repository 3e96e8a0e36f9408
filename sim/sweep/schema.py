"""The JSON Schema of a study file, by which editors complete, explain and check its keys."""

from __future__ import annotations

import json
from typing import Any

from sim.scenario.definition import LIST_MODELS, SECTION_MODELS
from sim.scenario.schema import object_schema, property_schema, scenario_schema
from sim.sweep.designs import DESIGNS, Design
from sim.sweep.forms import MOST_STEPS
from sim.sweep.precision import MEASURES, Precision
from sim.sweep.reading import KEYS, Heading
from sim.sweep.targets import NEVER_VARIED

Schema = dict[str, Any]

_NUMBER: Schema = {"type": "number"}
_VALUE: Schema = {"type": ["number", "boolean", "string"]}
_ABOVE_ZERO: Schema = {"type": "number", "exclusiveMinimum": 0}


def study_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a study file."""
    properties = _properties()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Study of truce-sim",
        "description": "A sweep: a scenario, the factors to vary, and a design of points.",
        "type": "object",
        "additionalProperties": False,
        "required": ["base"],
        "properties": {key: properties[key] for key in KEYS},
        "$defs": _definitions(),
    }


def study_schema_text() -> str:
    """Return the schema as the text of `scenarios/study.schema.json`."""
    return json.dumps(study_schema(), indent=2, ensure_ascii=False) + "\n"


def _properties() -> dict[str, Schema]:
    return {
        **{name: property_schema(Heading, name) for name in Heading.model_fields},
        "base": {
            "title": "Base",
            "description": "The scenario to start from: a file beside this one, the name of a "
            "shipped scenario, or a scenario written here.",
            "oneOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/scenario"}],
        },
        "set": {
            "title": "Set",
            "description": "Values laid over the base for all points, as lines of path: value.",
            "type": "object",
        },
        "precision": object_schema(Precision) | {"properties": _precision_properties()},
        "design": {
            "title": "Design",
            "description": "How the points are chosen: a name, or a section with the name and its "
            "options. Default: grid.",
            "oneOf": [_names(), *map(_with_options, DESIGNS.values())],
        },
        "factors": {
            "title": "Factors",
            "description": "What is varied, as lines of path: values; or all, every parameter.",
            "oneOf": [{"const": "all"}, _by_path({"$ref": "#/$defs/spread"})],
        },
        "except": {
            "title": "Except",
            "description": "With factors: all, the paths and sections to leave out.",
            "type": "array",
            "items": {"type": "string"},
        },
        "compare_to": {
            "title": "Compare to",
            "description": "The point that the others are compared to: base, or values for some "
            "factors, the others being as in the base.",
            "oneOf": [{"const": "base"}, _by_path(_VALUE)],
        },
        "vectors": {
            "title": "Vectors",
            "description": "Factors that together are a vector of the model's parameters: results "
            "are bands over the vectors, for each point of the other factors.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
        },
    }


def _precision_properties() -> Schema:
    own = {name: property_schema(Precision, name) for name in Precision.model_fields}
    return own | {"of": {**own["of"], "enum": list(MEASURES)}}


def _names() -> Schema:
    return {"enum": [name for name in DESIGNS if name != "points"]}


def _with_options(design: type[Design]) -> Schema:
    options = design.options_model
    named = {"name": {"const": design.name, "description": f"{design.summary.capitalize()}."}}
    own = {name: property_schema(options, name) for name in options.model_fields}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": named | own,
    } | ({"oneOf": [{"required": [name]} for name in own]} if design.name == "points" else {})


def _by_path(value: Schema) -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "patternProperties": {_path_pattern(): value},
    }


def _path_pattern() -> str:
    """Return the pattern of everything that a factor may name, in both spellings."""
    index = r"(\.[0-9]+|\[[0-9]+\])"
    lists = [rf"{name}{index}\.({_fields(model)})" for name, model in LIST_MODELS.items()]
    sections = [rf"{name}\.({_fields(model)})" for name, model in SECTION_MODELS.items()]
    return f"^({'|'.join(['horizon_days', *sections, *lists])})$"


def _fields(model: type[Any]) -> str:
    return "|".join(name for name in model.model_fields if name not in NEVER_VARIED)


def _definitions() -> dict[str, Schema]:
    scenario = scenario_schema()
    return {
        "spread": {"oneOf": [_values(), *_forms().values(), _same_as()]},
        "scenario": {key: scenario[key] for key in ("type", "additionalProperties", "properties")},
        **scenario["$defs"],
    }


def _values() -> Schema:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": _VALUE}


def _forms() -> dict[str, Schema]:
    steps = {"type": "integer", "minimum": 2, "maximum": MOST_STEPS}
    bounded = {"low": _NUMBER, "high": _NUMBER}
    pair = {"type": "array", "minItems": 2, "maxItems": 2, "items": _NUMBER}
    choices = {"type": "array", "minItems": 1, "items": {"oneOf": [_VALUE, {"type": "object"}]}}
    weights = {"type": "array", "items": _ABOVE_ZERO}
    return {
        "from": _section({"from": _NUMBER, "to": _NUMBER}, {"steps": steps}),
        "uniform": _section({"uniform": pair}),
        "normal": _section(
            {"normal": _section({"mean": _NUMBER, "sd": _ABOVE_ZERO, **bounded})},
        ),
        "beta": _section({"beta": _section({"a": _ABOVE_ZERO, "b": _ABOVE_ZERO}, bounded)}),
        "choice": _section({"choice": choices}, {"weights": weights}),
    }


def _same_as() -> Schema:
    return _section({"same_as": {"type": "string", "pattern": _path_pattern()}})


def _section(needed: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(needed),
        "properties": needed | (optional or {}),
    }
