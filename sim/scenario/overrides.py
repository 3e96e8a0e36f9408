"""Overrides: single values laid over a scenario, from ``--set PATH=VALUE`` or from Python.

An override replaces what stands at its path: a value, an item of a list, a list or a section. An
index equal to the length of a list adds an item. ``brokers[0].leverage`` and ``brokers.0.leverage``
mean the same.
"""

from __future__ import annotations

import datetime
import numbers
import re
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.errors import Problem
from sim.scenario.definition import LIST_MODELS, SECTION_MODELS, ScenarioDefinition
from sim.scenario.document import DEEPEST, Source, read_document
from sim.scenario.layers import actor_names, default_list
from sim.scenario.tree import Address, Entry, Gap, Mapping, Node, Place, Scalar, Sequence
from sim.scenario.words import did_you_mean, printable

_INDEX = re.compile(r"\[([0-9]+)\]")
_LONGEST = 80


class RefusedError(Exception):
    """An override that has no place in a scenario."""


@dataclass(frozen=True)
class Override:
    """A value and the address it goes to."""

    address: Address
    node: Node
    place: Place


def read_overrides(texts: Iterable[str]) -> tuple[list[Override], list[Problem]]:
    """Read ``PATH=VALUE`` texts, each value as YAML; the order is kept."""
    overrides: list[Override] = []
    problems: list[Problem] = []
    for text in texts:
        override, found = _read_override(text)
        overrides += [override] if override else []
        problems += found
    return overrides, problems


def _read_override(text: str) -> tuple[Override | None, list[Problem]]:
    source = Source(f"--set {printable(text, _LONGEST)}", "--set", has_lines=False)
    place = source.place(0, 0)
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        what = "must be PATH=VALUE, such as brokers.0.leverage=0.9"
        return None, [place.problem((), what)]
    address = parse_path(path)
    node, problems = read_document(value, source)
    if problems:
        return None, [place.problem(address, problem.what) for problem in problems]
    return Override(address, node or Scalar(place, None, ""), place), []


def typed_overrides(values: AnyMapping[str, object]) -> list[Override]:
    """Return overrides from Python values under paths such as ``brokers.0.leverage``."""
    return [_typed_override(path, value) for path, value in values.items()]


def _typed_override(path: str, value: object) -> Override:
    text = f"with_({printable(path)}={printable(repr(value))})"
    place = Place(text, 0, 0, "with_")
    return Override(parse_path(path), _node(value, place, 0), place)


def _node(value: Any, place: Place, depth: int) -> Node:
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, AnyMapping) and depth < DEEPEST:
        below = {str(key): _node(item, place, depth + 1) for key, item in value.items()}
        return Mapping(place, {key: Entry(place, node) for key, node in below.items()})
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return Sequence(place, tuple(_node(item, place, depth + 1) for item in value))
    return Scalar(place, _number_of_python(value), _written(value), isinstance(value, str))


def _number_of_python(value: Any) -> object:
    """Numbers of NumPy as numbers of Python; anything else as it is."""
    if isinstance(value, bool | str | datetime.date) or value is None:
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    is_numpy = type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0
    return value.item() if is_numpy else value


def _written(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def parse_path(path: str) -> Address:
    """Return the address of a path; parts that are digits count items from 0."""
    parts = _INDEX.sub(r".\1", path.strip()).split(".")
    return tuple(int(part) if _is_index(part) else part for part in parts)


def _is_index(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) < 10


def overridden(tree: Mapping, overrides: Iterable[Override]) -> tuple[Mapping, list[Problem]]:
    """Lay overrides over a tree, one after the other."""
    problems: list[Problem] = []
    for override in overrides:
        try:
            tree = _applied(tree, override)
        except RefusedError as refusal:
            problems.append(override.place.problem(override.address, str(refusal)))
    return tree, problems


def _applied(tree: Mapping, override: Override) -> Mapping:
    section, *below = override.address
    _refuse_unknown(str(section))
    if not below:
        return tree.with_entry(str(section), Entry(override.place, override.node))
    if section in LIST_MODELS:
        return _applied_to_list(tree, str(section), override)
    if section not in SECTION_MODELS or len(below) > 1:
        single = ".".join(map(str, override.address[: 2 if section in SECTION_MODELS else 1]))
        raise RefusedError(f"{printable(single)} is a single value, with nothing below it")
    changed = _with_field(tree.node(str(section)), str(below[0]), override)
    return tree.with_entry(str(section), Entry(override.place, changed))


def _refuse_unknown(section: str) -> None:
    if section == "extends":
        raise RefusedError("extends can only stand in a file")
    known = tuple(ScenarioDefinition.model_fields)
    if section not in known:
        raise RefusedError(
            f"unknown key (you wrote {printable(section)}){did_you_mean(section, known)}"
        )


def _with_field(below: Node | None, field: str, override: Override) -> Node:
    if isinstance(below, Gap):
        return below
    fields = below if isinstance(below, Mapping) else Mapping(override.place, {})
    return fields.with_entry(field, Entry(override.place, override.node))


def _applied_to_list(tree: Mapping, section: str, override: Override) -> Mapping:
    below = tree.node(section) or default_list(section, tree)
    if not isinstance(below, Sequence):
        return tree
    index = _index(section, below, override.address)
    items = [*below.items, Mapping(override.place, {})][: max(len(below.items), index + 1)]
    items[index] = _changed_item(items[index], override)
    changed = Sequence(below.place, tuple(items))
    entry = tree.entries.get(section)
    return tree.with_entry(section, Entry(entry.key if entry else override.place, changed))


def _changed_item(item: Node, override: Override) -> Node:
    section, index, *field = override.address
    if len(field) > 1:
        single = ".".join(map(str, (section, index, field[0])))
        raise RefusedError(f"{printable(single)} is a single value, with nothing below it")
    return _with_field(item, str(field[0]), override) if field else override.node


def _index(section: str, actors: Sequence, address: Address) -> int:
    index, count = address[1], len(actors.items)
    if not isinstance(index, int):
        raise RefusedError(f"{section} is a list; {_with_index(section, actors, address)}")
    if index > count:
        has = "is empty" if count == 0 else f"has {count} item{'s' * (count > 1)}"
        raise RefusedError(f"{section} {has}, counted from 0; {section}.{count} would add one")
    return index


def _with_index(section: str, actors: Sequence, address: Address) -> str:
    """Return what to write instead of a path that names an actor, or leaves out the index."""
    names = actor_names(section, actors)
    name, *rest = map(str, address[1:])
    index = names.index(name) if name in names else 0
    field = ".".join(rest) or ("" if name in names else name)
    return printable(f"did you mean {section}.{index}.{field}".rstrip(".")) + "?"
