"""The scenario that a study starts from: `base`, with `set` laid over it."""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario, shipped_scenarios
from sim.scenario.faults import wrote
from sim.scenario.loading import Layered, load_file, load_tree
from sim.scenario.overrides import Override, parse_path
from sim.scenario.source import yaml_names
from sim.scenario.tree import Mapping, Node, Scalar
from sim.scenario.words import closest, printable_path

_EXAMPLE = "name a scenario, such as base: ttp_2021"


def read_base(root: Mapping, path: Path) -> tuple[Scenario | None, list[Problem]]:
    """Return the base of the study at `path` with all that is wrong with it.

    Where only `set` is wrong, the base without it is returned, so that the rest can be checked.
    """
    layered, file = _layers(root, path)
    overrides, problems = _overrides(root.node("set"))
    if layered is None:
        return None, [*_base_problems(root, path), *problems]
    try:
        return Scenario.from_layers(layered, overrides, problems, file), []
    except ScenarioError as error:
        return _without_set(layered, file), list(error.problems)


def _without_set(layered: Layered, file: Path | None) -> Scenario | None:
    try:
        return Scenario.from_layers(layered, path=file)
    except ScenarioError:
        return None


def _layers(root: Mapping, path: Path) -> tuple[Layered | None, Path | None]:
    node = root.node("base")
    if isinstance(node, Mapping):
        return load_tree(node, path), None
    file = _found(node, path)
    return (load_file(file), file) if file else (None, None)


def _found(node: Node | None, path: Path) -> Path | None:
    """Return the file that `base` names: beside the study, or a shipped scenario."""
    written = node.value if isinstance(node, Scalar) else None
    if not isinstance(written, str) or not written:
        return None
    beside = Path(os.path.normpath(path.parent / written))
    shipped = {file.stem: file for file in shipped_scenarios()}
    known = [shipped[name] for name in (written, written.removesuffix(".yaml")) if name in shipped]
    choices = [beside, beside.with_name(f"{beside.name}.yaml"), *known]
    return next((choice for choice in choices if _is_file(choice)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _base_problems(root: Mapping, path: Path) -> list[Problem]:
    node = root.node("base")
    if node is None:
        return [root.place.problem((), f"base is missing; {_EXAMPLE}")]
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value:
        return [node.place.problem(("base",), f"must {_EXAMPLE}{wrote(node)}")]
    what = f"there is no such file, and no shipped scenario of this name{wrote(node)}"
    return [node.place.problem(("base",), what + _similar(node.value, path))]


def _similar(written: str, path: Path) -> str:
    shipped = [file.stem for file in shipped_scenarios()]
    match = closest(written, [*shipped, *yaml_names(path.parent)])
    return f"; did you mean {printable_path(match)}?" if match else " (see truce list)"


def _overrides(node: Node | None) -> tuple[list[Override], list[Problem]]:
    if node is None:
        return [], []
    if not isinstance(node, Mapping):
        what = f"must hold lines of path: value, such as truce.term_days: 60{wrote(node)}"
        return [], [node.place.problem(("set",), what)]
    overrides = [
        Override(parse_path(key), entry.node, entry.key) for key, entry in node.entries.items()
    ]
    addresses = [override.address for override in overrides]
    repeated = [
        override.place.problem(override.address, "is set twice, in two spellings")
        for place, override in enumerate(overrides)
        if override.address in addresses[:place]
    ]
    return overrides, repeated
