"""Each value on its own: whether its key is known, its type right, its number in range.

The check of a tree returns it with a `Gap` in place of every value that has a problem, so that
what is sound can go on to be merged and compared.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.errors import Problem
from sim.parameters import Section
from sim.scenario.definition import (
    LIST_MODELS,
    MOST_ITEMS,
    SECTION_MODELS,
    Heading,
    ScenarioDefinition,
)
from sim.scenario.faults import fault, value_type, wrote
from sim.scenario.scalars import as_date
from sim.scenario.tree import (
    Address,
    Entry,
    Gap,
    Mapping,
    Node,
    Scalar,
    Sequence,
    has_gap,
    plain,
    sound,
)
from sim.scenario.words import did_you_mean, printable

MOST_SUGGESTIONS = 100
_TOP_LEVEL = tuple(ScenarioDefinition.model_fields)
_SECTIONS = SECTION_MODELS.keys() | LIST_MODELS.keys()


def checked(root: Node, extra_keys: tuple[str, ...] = ()) -> tuple[Mapping, list[Problem]]:
    """Check every value of a scenario tree on its own.

    Returns the tree with gaps for what is wrong, and the problems. `extra_keys` are allowed at the
    top level and left out of the tree.
    """
    check = _Check()
    if not isinstance(root, Mapping):
        what = f"must hold sections, such as 'truce:' with 'term_days: 30' below it{wrote(root)}"
        return Mapping(root.place, {}), [root.place.problem((), what)]
    known = check.known_keys(root, (*_TOP_LEVEL, *extra_keys), ())
    sections = {
        key: Entry(entry.key, check.section(key, entry.node))
        for key, entry in known.items()
        if key in _SECTIONS
    }
    return Mapping(root.place, check.heading(root, known) | sections), check.problems


def checked_fields(
    model: type[Section], node: Node, address: Address
) -> tuple[Node, list[Problem]]:
    """Check a section of `key: value` lines by its model, as `checked` does for a whole tree."""
    check = _Check()
    return check.section_of(model, node, address), check.problems


class _Check:
    """Walks a tree and gathers problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def heading(self, root: Mapping, known: dict[str, Entry]) -> dict[str, Entry]:
        """Check the values that stand outside any section."""
        entries = {key: entry for key, entry in known.items() if key in Heading.model_fields}
        checked_entries = self.fields(Heading, Mapping(root.place, entries), ())
        return checked_entries.entries if isinstance(checked_entries, Mapping) else {}

    def section(self, name: str, node: Node) -> Node:
        """Check a whole section, either a list or a set of fields."""
        if isinstance(node, Scalar) and node.value is None:
            what = "has no value; write what belongs under it, or leave it out"
            return self._gap(node, (name,), what)
        if name in LIST_MODELS:
            return self._list(name, node)
        return self.section_of(SECTION_MODELS[name], node, (name,))

    def _list(self, name: str, node: Node) -> Node:
        if not isinstance(node, Sequence):
            return self._wrong_shape(node, (name,), "must be a list, each item after '- '")
        if len(node.items) > MOST_ITEMS[name]:
            what = f"must have at most {MOST_ITEMS[name]} items (you wrote {len(node.items)})"
            return self._gap(node, (name,), what)
        items = (
            self.section_of(LIST_MODELS[name], item, (name, i)) for i, item in enumerate(node.items)
        )
        return Sequence(node.place, tuple(items))

    def section_of(self, model: type[Section], node: Node, address: Address) -> Node:
        """Check a set of fields, unknown keys among them."""
        if isinstance(node, Scalar) and node.value is None:
            return self._gap(node, address, "has no value; write one, or leave it out")
        if not isinstance(node, Mapping):
            return self._wrong_shape(node, address, "must be a section of 'key: value' lines")
        known = self.known_keys(node, tuple(model.model_fields), address)
        has_unknown = len(known) < len(node.entries)
        return self.fields(model, Mapping(node.place, known), address, has_unknown=has_unknown)

    def fields(
        self, model: type[Section], node: Mapping, address: Address, *, has_unknown: bool = False
    ) -> Node:
        """Check the fields of a section whose keys are known; wrong values become gaps.

        If a field is missing, or the fields contradict each other, the whole section is a gap; this
        goes unsaid where an unknown key may be the cause.
        """
        node = self._without_nulls(_with_dates(model, node), address)
        whole: list[tuple[str | None, str]] = []
        for field, what in _faults(model, node):
            if field is None or field not in node.entries:
                whole.append((field, what))
            elif not isinstance(node.entries[field].node, Gap):
                node = self._with_gap(node, field, address, what)
        if not has_unknown:
            self._report_whole(whole, node, address)
        return Gap(node.place) if whole else node

    def _report_whole(
        self, faults: list[tuple[str | None, str]], node: Mapping, address: Address
    ) -> None:
        for field, what in faults:
            if field is not None:
                self.problems.append(node.place.problem((*address, field), what))
            elif not has_gap(node):
                self.problems.append(node.place.problem(address, what))

    def known_keys(
        self, node: Mapping, allowed: tuple[str, ...], address: Address
    ) -> dict[str, Entry]:
        """Return the entries with known keys; the others are reported, each with a suggestion."""
        for key, entry in node.entries.items():
            if key not in allowed:
                what = self._unknown_key(key, allowed, address)
                self.problems.append(entry.key.problem((*address, key), what))
        return {key: entry for key, entry in node.entries.items() if key in allowed}

    def _unknown_key(self, key: str, allowed: tuple[str, ...], address: Address) -> str:
        wrote_key = f"unknown key (you wrote {printable(key) or repr('')})"
        if len(self.problems) > MOST_SUGGESTIONS:
            return wrote_key
        if _homes(key):
            return f"{wrote_key}; it belongs {' or '.join(_homes(key))}"
        return wrote_key + did_you_mean(key, allowed)

    def _without_nulls(self, node: Mapping, address: Address) -> Mapping:
        for key, entry in sound(node):
            if isinstance(entry.node, Scalar) and entry.node.value is None:
                what = "has no value; write one, or leave it out to keep the default"
                node = self._with_gap(node, key, address, what)
        return node

    def _with_gap(self, node: Mapping, key: str, address: Address, what: str) -> Mapping:
        entry = node.entries[key]
        gap = self._gap(entry.node, (*address, key), what)
        return node.with_entry(key, Entry(entry.key, gap))

    def _wrong_shape(self, node: Node, address: Address, what: str) -> Node:
        return node if isinstance(node, Gap) else self._gap(node, address, what + wrote(node))

    def _gap(self, node: Node, address: Address, what: str) -> Gap:
        self.problems.append(node.place.problem(address, what))
        return Gap(node.place)


def _faults(model: type[Section], node: Mapping) -> Iterator[tuple[str | None, str]]:
    """Yield the fields that pydantic faults (None for the section as a whole), and the words."""
    try:
        model.model_validate(plain(node))
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            yield _field_and_words(error, model, node)


def _field_and_words(
    error: ErrorDetails, model: type[Section], node: Mapping
) -> tuple[str | None, str]:
    field = str(error["loc"][0]) if error["loc"] else None
    written = node.node(field) if field else None
    if field is None or written is None:
        return field, "is missing" if field else str(error["msg"])
    return field, fault(error, model, field, written)


def _with_dates(model: type[Section], node: Mapping) -> Mapping:
    """Dates in quotes read as dates where a date is expected, as JSON knows no other way."""
    for key in _date_fields(model) & node.entries.keys():
        place, written = node.entries[key]
        day = as_date(written.written) if isinstance(written, Scalar) else None
        if day and isinstance(written, Scalar):
            node = node.with_entry(key, Entry(place, replace(written, value=day)))
    return node


@cache
def _date_fields(model: type[Section]) -> frozenset[str]:
    return frozenset(key for key in model.model_fields if value_type(model, key) is datetime.date)


def _homes(key: str) -> list[str]:
    """Places where a key that is unknown here would be known."""
    sections = {"mechanisms": SECTION_MODELS["mechanisms"], **SECTION_MODELS, **LIST_MODELS}
    homes = [f"under {name}" for name, model in sections.items() if key in model.model_fields]
    top = ["at the top level"] if key in _TOP_LEVEL else []
    return top or (homes[1:] if len(homes) > 1 and homes[0] == "under mechanisms" else homes)
