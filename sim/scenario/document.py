"""Text to tree: one YAML 1.2 document, read strictly and within limits.

Refused, each with its place: repeated keys, tags, merge keys, unknown aliases, several documents,
and anything that would grow without bound (deep nesting, aliases that expand to many values).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.errors import Problem
from sim.scenario.scalars import resolve
from sim.scenario.syntax import explained, position
from sim.scenario.tree import Address, Entry, Gap, Mapping, Node, Place, Scalar, Sequence
from sim.scenario.words import printable

MOST_CHARACTERS = 256 * 1024
MOST_VALUES = 12_000
MOST_ALIASED = 10_000
DEEPEST = 20

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Source:
    """Where text comes from; text given on the command line has no lines."""

    file: str
    layer: str
    has_lines: bool = True

    def place(self, line: int, column: int) -> Place:
        """Return the place at this line and column, both from 1."""
        if self.has_lines:
            return Place(self.file, line, column, self.layer)
        return Place(self.file, 0, 0, self.layer)


class UnreadableError(Exception):
    """A document that cannot be read to its end."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_document(
    text: str, source: Source, most_characters: int = MOST_CHARACTERS
) -> tuple[Node | None, list[Problem]]:
    """Read the one document of `text`: its tree (None if there is none) and its problems."""
    composer = _Composer(text, source, most_characters)
    try:
        return composer.document(), composer.problems
    except UnreadableError as stop:
        return None, [*composer.problems, stop.problem]


class _Composer:
    """Builds the tree from the parser's events and keeps count of what it builds."""

    def __init__(self, text: str, source: Source, most_characters: int) -> None:
        self.source = source
        self._most_characters = most_characters
        self.problems: list[Problem] = []
        self._events = self._parsed(text)
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._values = 0
        self._aliased = 0

    def document(self) -> Node | None:
        next(self._events, None)  # the start of the stream
        if not isinstance(next(self._events), DocumentStartEvent):
            return None
        root = self._node(next(self._events), (), 0)
        next(self._events)  # the end of the document
        self._refuse_more(next(self._events))
        return root

    def _parsed(self, text: str) -> Iterator[Any]:
        self._refuse_too_long(text)
        self._refuse_control_characters(text)
        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            place = self.source.place(*position(error))
            raise UnreadableError(place.problem((), explained(error))) from None
        except Exception:  # the parser itself trips over some input
            place = self.source.place(1, 1)
            raise UnreadableError(place.problem((), "cannot be read as YAML")) from None

    def _refuse_too_long(self, text: str) -> None:
        if len(text) > self._most_characters:
            what = f"is too long: at most {self._most_characters:,} characters"
            raise UnreadableError(self.source.place(1, 1).problem((), what))

    def _refuse_control_characters(self, text: str) -> None:
        match = _UNPRINTABLE.search(text)
        if match:
            line, column = line_and_column(text[: match.start()])
            what = f"a control character ({printable(match[0])}) cannot stand in a scenario"
            raise UnreadableError(self.source.place(line, column).problem((), what))

    def _refuse_more(self, event: Any) -> None:
        if isinstance(event, DocumentStartEvent):
            what = "a file holds one scenario; remove this '---' and what follows, or use two files"
            self._report(self._place(event), (), what)

    def _node(self, event: Any, address: Address, depth: int) -> Node:
        place = self._place(event)
        self._keep_within_limits(place, address, depth)
        if isinstance(event, AliasEvent):
            return self._alias(event, place, address)
        before = self._values
        node = self._content(event, place, address, depth)
        if event.ctag is not None:
            self._report(place, address, f"tags such as {_tag(event)} are not allowed; remove it")
            node = Gap(place)
        if event.anchor is not None:
            self._anchors[event.anchor] = node, self._values - before + 1
        return node

    def _content(self, event: Any, place: Place, address: Address, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            quoted = bool(event.style)
            value = event.value if quoted else resolve(event.value)
            return Scalar(place, value, event.value, quoted)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(place, address, depth)
        assert isinstance(event, MappingStartEvent)
        return self._mapping(place, address, depth)

    def _sequence(self, place: Place, address: Address, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, (*address, len(items)), depth + 1))
        return Sequence(place, tuple(items))

    def _mapping(self, place: Place, address: Address, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, address, depth + 1)
            name = key.written if isinstance(key, Scalar) else None
            below = (*address, name if name is not None else "?")
            node = self._node(next(self._events), below, depth + 1)
            if self._is_good_key(key, entries, below):
                entries[str(name)] = Entry(self._place(event), node)
        return Mapping(place, entries)

    def _is_good_key(self, key: Node, entries: dict[str, Entry], address: Address) -> bool:
        what = _bad_key(key, entries)
        if what:
            self._report(key.place, address, what)
        return not what

    def _alias(self, event: Any, place: Place, address: Address) -> Node:
        if event.anchor not in self._anchors:
            name = printable(str(event.anchor))
            self._report(place, address, f"there is no &{name} above that *{name} could repeat")
            return Gap(place)
        node, size = self._anchors[event.anchor]
        self._values += size
        self._aliased += size
        if self._aliased > MOST_ALIASED:
            what = f"aliases (*name) repeat more than {MOST_ALIASED:,} values; write them out"
            raise UnreadableError(place.problem(address, what))
        return node

    def _keep_within_limits(self, place: Place, address: Address, depth: int) -> None:
        self._values += 1
        if depth > DEEPEST:
            what = f"is nested more than {DEEPEST} levels deep; a scenario needs four"
            raise UnreadableError(place.problem(address[:3], what))
        if self._values > MOST_VALUES:
            what = f"holds more than {MOST_VALUES:,} values, more than any scenario needs"
            raise UnreadableError(place.problem((), what))

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return self.source.place(mark.line + 1, mark.column + 1)

    def _report(self, place: Place, address: Address, what: str) -> None:
        self.problems.append(place.problem(address, what))


def _bad_key(key: Node, entries: dict[str, Entry]) -> str:
    if not isinstance(key, Scalar):
        return "a key must be a single word"
    if key.written == "<<" and not key.quoted:
        return "merge keys (<<) are not supported; write the keys out, or use extends"
    if key.written in entries:
        first = entries[key.written].key.line
        return f"repeated key (first on line {first})" if first else "repeated key"
    return ""


def _tag(event: Any) -> str:
    return printable(str(event.ctag).replace("tag:yaml.org,2002:", "!!"))


def line_and_column(before: str) -> tuple[int, int]:
    """Line and column, from 1, of the character that follows the text `before`."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
