"""A definition spelled out: every value with its layer, as plain YAML, as a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sim.parameters import LISTS, Section
from sim.scenario.definition import LIST_MODELS, SECTION_MODELS, ScenarioDefinition
from sim.scenario.effective import effective
from sim.scenario.timeline import timeline
from sim.scenario.tree import Address, Mapping, dotted, find

DEFAULT_LAYER = "default"
Value = bool | int | float | str | date | tuple[()] | None

_WITHOUT_BEARING = {"title", "question", "mechanisms", "shocks"}


@dataclass(frozen=True)
class ResolvedValue:
    """A value of a scenario and the layer it came from: default, a file, ``--set`` or ``with_``."""

    path: str
    value: Value
    layer: str


def resolved_values(definition: ScenarioDefinition, tree: Mapping) -> list[ResolvedValue]:
    """Every value in the order of a scenario file; an empty list counts as one value."""
    return [
        ResolvedValue(dotted(address), value, _layer(tree, address))
        for address, value in leaves(definition)
    ]


def _layer(tree: Mapping, address: Address) -> str:
    node = find(tree, address)
    return node.place.layer if node else DEFAULT_LAYER


def leaves(definition: ScenarioDefinition) -> Iterator[tuple[Address, Value]]:
    """Address and value of everything in a definition; of a shock, only what is given."""
    for name in ScenarioDefinition.model_fields:
        value = getattr(definition, name)
        if name in SECTION_MODELS:
            yield from _fields((name,), value)
        elif name in LIST_MODELS:
            yield from _items(name, value)
        else:
            yield (name,), value


def _items(name: str, items: tuple[Section, ...]) -> Iterator[tuple[Address, Value]]:
    if not items:
        yield (name,), ()
    for place, item in enumerate(items):
        for address, value in _fields((name, place), item):
            if name in LISTS or value is not None:
                yield address, value


def _fields(address: Address, section: Section) -> Iterator[tuple[Address, Value]]:
    return (((*address, field), getattr(section, field)) for field in type(section).model_fields)


def digest(definition: ScenarioDefinition) -> str:
    """SHA-256, in hexadecimal, of all that bears on the numbers of a run.

    Left out are texts for readers, the calendar (shocks count as days) and the switches themselves:
    a mechanism that is off counts by the neutral values it puts in place.
    """
    values = effective(definition).model_dump(exclude=_WITHOUT_BEARING)
    del values["truce"]["start_date"]
    values["shocks"] = [asdict(shock) for shock in timeline(definition)]
    text = json.dumps(_without_negative_zero(values), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _without_negative_zero(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_negative_zero(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_negative_zero(item) for item in value]
    return value + 0.0 if isinstance(value, float) else value


def yaml_text(definition: ScenarioDefinition, schema: str) -> str:
    """Return the definition as a YAML file that states every value and extends nothing."""
    lines = [schema_line(schema)]
    above: Address = ()
    for address, value in leaves(definition):
        if value is not None:
            lines += [*_headings(above, address), _line(above, address, value)]
            above = address
    return "\n".join(lines) + "\n"


def schema_line(schema: str) -> str:
    """Return the first line of a scenario file, by which editors find the schema."""
    return f"# yaml-language-server: $schema={schema}"


def _headings(above: Address, address: Address) -> list[str]:
    is_new = len(address) > 1 and above[:1] != address[:1]
    return [f"{address[0]}:"] if is_new else []


def _line(above: Address, address: Address, value: Value) -> str:
    starts_item = len(address) == 3 and above[:2] != address[:2]
    indent = "  - " if starts_item else "    " if len(address) == 3 else "  " * (len(address) - 1)
    return f"{indent}{address[-1]}: {yaml_value(value)}"


def yaml_value(value: Value) -> str:
    """One value in YAML; numbers keep every bit, text is always in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{"".join(map(_escaped, value))}"'
    return "[]" if value == () else str(value)


def _escaped(mark: str) -> str:
    if mark in '"\\':
        return f"\\{mark}"
    return mark if mark.isprintable() else f"\\U{ord(mark):08X}"
