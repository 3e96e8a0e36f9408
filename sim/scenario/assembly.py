"""From a merged tree to a definition, or to the list of all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.parameters import LISTS
from sim.scenario.contradictions import Draft, contradictions
from sim.scenario.definition import LIST_MODELS, ScenarioDefinition, Shock
from sim.scenario.layers import actor_names
from sim.scenario.tree import Mapping, Sequence, has_gap, nearest_place, plain, sound

MOST_PROBLEMS = 100


def assembled(tree: Mapping, problems: Iterable[Problem]) -> ScenarioDefinition:
    """Return the definition that a checked tree stands for.

    Raises
    ------
    ScenarioError
        With `problems` and every contradiction between the values, sorted by place.
    """
    draft = drafted(tree)
    found = [
        nearest_place(tree, address).problem(address, what)
        for address, what in contradictions(draft)
    ]
    refuse([*problems, *found])
    return draft.definition


def refuse(problems: Iterable[Problem]) -> None:
    """Raise `ScenarioError` if there is any problem; of very many, only the first are listed."""
    distinct = sorted(set(problems))
    if len(distinct) > MOST_PROBLEMS:
        rest = distinct[MOST_PROBLEMS]
        what = f"and {len(distinct) - MOST_PROBLEMS} more problems from here on"
        distinct[MOST_PROBLEMS:] = [Problem(rest.file, rest.line, rest.column, "", what)]
    if distinct:
        raise ScenarioError(distinct)


def drafted(tree: Mapping) -> Draft:
    """Return what can be read of a tree, values in doubt left at their defaults."""
    values: dict[str, Any] = {
        key: plain(entry.node) for key, entry in sound(tree) if key not in LIST_MODELS
    }
    for section in LISTS & {key for key, _ in sound(tree)}:
        values[section] = _actors(section, tree)
    shocks = _shocks(tree)
    values["shocks"] = tuple(shock for _, shock in shocks)
    return Draft(tree, ScenarioDefinition.model_validate(values), shocks)


def _actors(section: str, tree: Mapping) -> tuple[dict[str, Any], ...]:
    actors = tree.node(section)
    assert isinstance(actors, Sequence)
    names = actor_names(section, actors)
    return tuple(
        {**(plain(item) or {}), "name": name}
        for item, name in zip(actors.items, names, strict=True)
    )


def _shocks(tree: Mapping) -> tuple[tuple[int, Shock], ...]:
    shocks = tree.node("shocks")
    items = shocks.items if isinstance(shocks, Sequence) else ()
    return tuple(
        (place, Shock.model_validate(plain(item)))
        for place, item in enumerate(items)
        if not has_gap(item)
    )
