"""Mechanisms that are switched off, put into effect by their neutral values."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sim.mechanisms import MECHANISMS
from sim.parameters import Section
from sim.scenario.definition import ScenarioDefinition


def effective(definition: ScenarioDefinition) -> ScenarioDefinition:
    """Return the definition with the neutral values of every mechanism that is off put in place.

    A neutral value for `groups` or `brokers` applies to every item of the list.
    """
    changes = _neutral_values(definition.mechanisms.switched_off())
    updates = {
        section: _updated(getattr(definition, section), fields)
        for section, fields in changes.items()
    }
    return definition.model_copy(update=updates)


def _neutral_values(names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    changes: dict[str, dict[str, Any]] = defaultdict(dict)
    for name in names:
        for path, value in MECHANISMS[name].neutral.items():
            section, field = path.split(".")
            changes[section][field] = value
    return changes


def _updated(section: Section | tuple[Section, ...], fields: dict[str, Any]) -> Any:
    if isinstance(section, tuple):
        return tuple(item.model_copy(update=fields) for item in section)
    return section.model_copy(update=fields)
