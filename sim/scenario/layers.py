"""Layers: how a file is laid over its parent, and actors get their names.

The layers are, from the bottom: the defaults, the parent files, the file, the overrides.

- Sections (`truce`, `state`, `environment`, `mechanisms`, `model`) merge field by field.
- In `groups` and `brokers`, an item with a `name` merges with the parent's item of that name, or is
  added if there is none. An item without a name merges with the parent's item in the same place, or
  is added at the end. Two items of one file may not merge with the same item of the parent.
- An empty list removes all items of the parent.
- `shocks` is replaced as a whole, and so are `title`, `question` and `horizon_days`.
- The default group stands only while no layer lists groups.

Items without a name are called ``group``, ``group 2``, ``group 3`` ... by their place in the merged
list, and brokers likewise.
"""

from __future__ import annotations

from sim.errors import Problem
from sim.parameters import LISTS
from sim.scenario.definition import SECTION_MODELS
from sim.scenario.tree import Entry, Mapping, Node, Scalar, Sequence


def merged(parent: Mapping, child: Mapping) -> tuple[Mapping, list[Problem]]:
    """Lay `child` over `parent`; returns the merged tree and the problems of merging."""
    problems: list[Problem] = []
    entries = dict(parent.entries)
    for key, entry in child.entries.items():
        below = parent.node(key)
        entries[key] = Entry(entry.key, _merged_section(key, below, entry.node, problems))
    return Mapping(child.place, entries), problems


def _merged_section(key: str, below: Node | None, above: Node, problems: list[Problem]) -> Node:
    if key in SECTION_MODELS and isinstance(below, Mapping) and isinstance(above, Mapping):
        return _merged_fields(below, above)
    if key in LISTS and isinstance(below, Sequence) and isinstance(above, Sequence):
        return _merged_list(key, below, above, problems)
    return above


def _merged_fields(below: Mapping, above: Mapping) -> Mapping:
    return Mapping(above.place, below.entries | above.entries)


def _merged_list(
    section: str, below: Sequence, above: Sequence, problems: list[Problem]
) -> Sequence:
    if not above.items:
        return above
    items = list(below.items)
    taken: dict[int, int] = {}
    for place, item in enumerate(above.items):
        target = _target(section, below, item, place)
        if target is None:
            items.append(item)
        elif target in taken:
            problems.append(_claimed_twice(section, place, item, taken[target]))
        else:
            taken[target] = place
            items[target] = _merged_item(items[target], item)
    return Sequence(above.place, tuple(items))


def _target(section: str, below: Sequence, item: Node, place: int) -> int | None:
    """Index of the parent's item that `item` merges with; None if it is to be added."""
    if given_name(item) is None:
        return place if place < len(below.items) else None
    names = actor_names(section, below)
    return names.index(given_name(item) or "") if given_name(item) in names else None


def _merged_item(below: Node, above: Node) -> Node:
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return _merged_fields(below, above)
    return above


def _claimed_twice(section: str, place: int, item: Node, first: int) -> Problem:
    what = (
        f"changes the same item of the parent as {section}.{first}; give each item a different name"
    )
    return item.place.problem((section, place), what)


def given_name(item: Node) -> str | None:
    """Return the name written for an actor, or None."""
    name = item.node("name") if isinstance(item, Mapping) else None
    return name.value if isinstance(name, Scalar) and isinstance(name.value, str) else None


def actor_names(section: str, actors: Node) -> list[str]:
    """Names of all actors of a list, those without one named by their place."""
    items = actors.items if isinstance(actors, Sequence) else ()
    return [given_name(item) or default_name(section, place) for place, item in enumerate(items)]


def default_name(section: str, place: int) -> str:
    """Return the name of an unnamed actor in this place of the list `section`."""
    kind = section.removesuffix("s")
    return kind if place == 0 else f"{kind} {place + 1}"


def default_list(section: str, origin: Mapping) -> Sequence:
    """Return the list as it stands while no layer gives one: one group, no brokers, no shocks."""
    items = (Mapping(origin.place, {}),) if section == "groups" else ()
    return Sequence(origin.place, items)
