"""A scenario file as a tree in which every key and value remembers where it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.errors import Problem
from sim.scenario.words import printable

Address = tuple[str | int, ...]
"""The way to a value, such as ``("groups", 0, "strength")``."""


def dotted(address: Address) -> str:
    """Return the address as a user writes it, such as ``groups.0.strength``."""
    return ".".join(printable(str(part)) for part in address)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: line and column count from 1, 0 means outside any file."""

    file: str
    line: int
    column: int
    layer: str

    def problem(self, address: Address, what: str) -> Problem:
        """Return a problem at this place with the value at `address`."""
        return Problem(self.file, self.line, self.column, dotted(address), what)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `written` is the text that stood in the file."""

    place: Place
    value: object
    written: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    place: Place
    items: tuple[Node, ...]


class Entry(NamedTuple):
    """A value of a mapping and the place of its key."""

    key: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values under keys, in the order of the file."""

    place: Place
    entries: dict[str, Entry]

    def node(self, key: str) -> Node | None:
        """Return the value under `key`, or None."""
        entry = self.entries.get(key)
        return entry.node if entry else None

    def with_entry(self, key: str, entry: Entry) -> Mapping:
        """Return the same mapping with the value under `key` put in place."""
        return Mapping(self.place, self.entries | {key: entry})


@dataclass(frozen=True, slots=True)
class Gap:
    """A value in doubt: a problem has been reported, and nothing more is said about it."""

    place: Place


Node = Scalar | Sequence | Mapping | Gap


def plain(node: Node) -> Any:
    """Return the bare Python value of a node: lists as tuples, gaps left out of mappings."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return tuple(plain(item) for item in node.items)
    if isinstance(node, Mapping):
        return {key: plain(entry.node) for key, entry in sound(node)}
    return None


def sound(node: Mapping) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of a mapping that are not in doubt."""
    return ((key, entry) for key, entry in node.entries.items() if not isinstance(entry.node, Gap))


def descend(node: Node, address: Address) -> Iterator[Node]:
    """Yield the nodes on the way to `address`, from the root to the last that exists."""
    yield node
    for part in address:
        below = _child(node, part)
        if below is None:
            return
        node = below
        yield node


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node, Mapping):
        return node.node(str(part))
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None


def find(node: Node, address: Address) -> Node | None:
    """Return the node at `address`, or None."""
    way = list(descend(node, address))
    return way[-1] if len(way) == len(address) + 1 else None


def is_in_doubt(node: Node, address: Address) -> bool:
    """Whether the value at `address`, or something that holds it, has a problem already."""
    return any(isinstance(step, Gap) for step in descend(node, address))


def nearest_place(node: Node, address: Address) -> Place:
    """Place of the value at `address`, or else of the closest thing that holds it."""
    return list(descend(node, address))[-1].place


def has_gap(node: Node) -> bool:
    """Whether anything in this node is in doubt."""
    if isinstance(node, Mapping):
        return any(has_gap(entry.node) for entry in node.entries.values())
    if isinstance(node, Sequence):
        return any(has_gap(item) for item in node.items)
    return isinstance(node, Gap)
