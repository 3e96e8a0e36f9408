"""The JSON Schema of a scenario file, by which editors complete, explain and check its keys.

Everything is generated from the definition and the parameters. All sections of a file are optional,
since the defaults and the files it extends may supply them.
"""

from __future__ import annotations

import json
from typing import Any

from sim.parameters import Section
from sim.scenario.definition import (
    LIST_MODELS,
    MOST_ITEMS,
    SECTION_MODELS,
    Heading,
    ScenarioDefinition,
    Shock,
)
from sim.scenario.faults import value_type
from sim.scenario.resolved import yaml_value
from sim.scenario.words import number

Schema = dict[str, Any]

_JSON_TYPES = {"bool": "boolean", "int": "integer", "float": "number", "str": "string"}

_EXTENDS: Schema = {
    "title": "Extends",
    "description": "One other scenario file that this one starts from, relative to this file.",
    "type": "string",
    "minLength": 1,
}


def scenario_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a scenario file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of truce-sim",
        "description": "A truce between a state and militant groups; whatever is left out keeps "
        "its default.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"extends": _EXTENDS} | _top_level(),
        "$defs": {name: object_schema(model) for name, model in _models().items()},
    }


def scenario_schema_text() -> str:
    """Return the schema as the text of `scenarios/scenario.schema.json`."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def _models() -> dict[str, type[Section]]:
    return {model.__name__: model for model in (SECTION_MODELS | LIST_MODELS).values()}


def _top_level() -> dict[str, Schema]:
    return {name: _top_property(name) for name in ScenarioDefinition.model_fields}


def _top_property(name: str) -> Schema:
    if name in Heading.model_fields:
        return property_schema(Heading, name)
    described = {
        "title": _title(name),
        "description": ScenarioDefinition.model_fields[name].description,
    }
    if name in LIST_MODELS:
        items = {"$ref": f"#/$defs/{LIST_MODELS[name].__name__}"}
        return {**described, "type": "array", "maxItems": MOST_ITEMS[name], "items": items}
    return {**described, "$ref": f"#/$defs/{SECTION_MODELS[name].__name__}"}


def object_schema(model: type[Section]) -> Schema:
    """Return the schema of a section: its fields and no others."""
    schema: Schema = {
        "title": _title(model.__name__),
        "description": " ".join((model.__doc__ or "").split()),
        "type": "object",
        "additionalProperties": False,
        "properties": {name: property_schema(model, name) for name in model.model_fields},
    }
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    one_of = [{"required": ["day"]}, {"required": ["date"]}] if model is Shock else []
    return (
        schema
        | ({"required": required} if required else {})
        | ({"oneOf": one_of} if one_of else {})
    )


def property_schema(model: type[Section], name: str) -> Schema:
    """Return the schema of one field: its type, bounds, default and meaning."""
    field = model.model_fields[name]
    schema = {"title": _title(name), "description": described(model, name)}
    schema |= _type(model, name) | _limits(model, name)
    default = field.get_default(call_default_factory=False)
    return schema if field.is_required() or default is None else {**schema, "default": default}


def _type(model: type[Section], name: str) -> Schema:
    kind = value_type(model, name).__name__
    if kind == "date":
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    return {"type": _JSON_TYPES[kind]}


_LIMITS = {
    "ge": "minimum",
    "le": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}


def _limits(model: type[Section], name: str) -> Schema:
    return {
        word: getattr(limit, limit_name)
        for limit in model.model_fields[name].metadata
        for limit_name, word in _LIMITS.items()
        if getattr(limit, limit_name, None) is not None
    }


def described(model: type[Section], name: str) -> str:
    """Return the meaning of a field with its unit, range, default, kind and source."""
    field = model.model_fields[name]
    extra: Any = field.json_schema_extra or {}
    limits = _limits(model, name)
    facts = {
        "Unit": extra.get("unit"),
        "Range": f"{number(limits['minimum'])} to {number(limits['maximum'])}"
        if "minimum" in limits
        else None,
        "Default": None
        if field.default is None or field.is_required()
        else yaml_value(field.default),
        "Kind": extra.get("kind"),
        "Source": extra.get("source"),
    }
    stated = [f"{label}: {fact}." for label, fact in facts.items() if fact]
    return " ".join([field.description or "", *stated])


def _title(name: str) -> str:
    words = "".join(f" {mark}" if mark.isupper() else mark for mark in name).replace("_", " ")
    return words.strip().capitalize()
