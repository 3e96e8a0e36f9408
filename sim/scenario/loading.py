"""A file and the files it extends, read and merged into one tree."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Problem
from sim.scenario.checking import checked
from sim.scenario.document import Source, read_document
from sim.scenario.layers import merged
from sim.scenario.shipped import shipped_scenarios
from sim.scenario.source import NoTextError, read_text
from sim.scenario.tree import Entry, Mapping, Node, Place, Scalar
from sim.scenario.words import printable_path

EXTENDS = "extends"
MOST_PARENTS = 20


@dataclass(frozen=True)
class Layered:
    """All files merged, and every problem of each of them."""

    tree: Mapping
    problems: tuple[Problem, ...]


def load_file(path: Path) -> Layered:
    """Read a scenario file with its parents."""
    shown = printable_path(path)
    try:
        text = read_text(path)
    except NoTextError as fault:
        return _nothing(Place(shown, fault.line, fault.column, shown), fault.what)
    return load_text(text, path, (path,))


def load_text(text: str, path: Path, chain: tuple[Path, ...] = ()) -> Layered:
    """Read the text of a scenario; `path` names it and is where `extends` starts from."""
    shown = printable_path(path)
    start = Place(shown, 1, 1, shown)
    root, problems = read_document(text, Source(shown, shown))
    if root is None and problems:
        return Layered(Mapping(start, {}), tuple(problems))
    if root is None or is_empty(root):
        return _nothing(start, "is empty; 'truce new' writes a scenario to start from")
    layered = load_tree(root, path, chain)
    return Layered(layered.tree, (*problems, *layered.problems))


def load_tree(root: Node, path: Path, chain: tuple[Path, ...] = ()) -> Layered:
    """Check a scenario that is read already, and lay it over the file it extends."""
    tree, found = checked(root, extra_keys=(EXTENDS,))
    parent = root.entries.get(EXTENDS) if isinstance(root, Mapping) else None
    own = Layered(tree, tuple(found))
    return _over_parent(own, parent, path, chain) if parent else own


def is_empty(root: Node) -> bool:
    """Whether nothing is written here."""
    return isinstance(root, Scalar) and root.value is None


def _nothing(place: Place, what: str) -> Layered:
    return Layered(Mapping(place, {}), (place.problem((), what),))


def _over_parent(own: Layered, parent: Entry, path: Path, chain: tuple[Path, ...]) -> Layered:
    written = parent.node.value if isinstance(parent.node, Scalar) else None
    if not isinstance(written, str) or not written:
        what = "must name one file, such as extends: ttp_2021.yaml"
        return _with_problem(own, parent.node.place, what)
    below = parent_file(path, written)
    what = _refusal(below, chain)
    return _with_problem(own, parent.key, what) if what else _joined(own, parent, below, chain)


def parent_file(path: Path, written: str) -> Path:
    """Return the file that `path` extends: relative to it, or else a shipped one of that name."""
    beside = Path(os.path.normpath(path.parent / written))
    shipped = {file.name: file for file in shipped_scenarios()}
    if beside.exists() or Path(written).name != written:
        return beside
    return shipped.get(f"{written.removesuffix('.yaml')}.yaml", beside)


def _refusal(below: Path, chain: tuple[Path, ...]) -> str:
    circle = [step for step in chain if step.absolute() == below.absolute()]
    if circle or any(_is_same_file(step, below) for step in chain):
        way = " -> ".join(printable_path(step.name) for step in (*chain, below))
        return f"goes in a circle: {way}"
    return f"more than {MOST_PARENTS} files extend each other" if len(chain) > MOST_PARENTS else ""


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _joined(own: Layered, parent: Entry, below: Path, chain: tuple[Path, ...]) -> Layered:
    try:
        text = read_text(below)
    except NoTextError as fault:
        return _without_parent(own, parent, below, fault)
    base = load_text(text, below, (*chain, below))
    tree, problems = merged(base.tree, own.tree)
    return Layered(tree, (*base.problems, *own.problems, *problems))


def _without_parent(own: Layered, parent: Entry, below: Path, fault: NoTextError) -> Layered:
    shown = printable_path(below)
    if not fault.line:
        return _with_problem(own, parent.key, f"cannot extend {shown}: {fault.what}")
    problem = Place(shown, fault.line, fault.column, shown).problem((), fault.what)
    return Layered(own.tree, (*own.problems, problem))


def _with_problem(own: Layered, place: Place, what: str) -> Layered:
    return Layered(own.tree, (*own.problems, place.problem((EXTENDS,), what)))


def parent_of(path: Path) -> Path | None:
    """Return the file that a sound scenario file extends; None if it extends none."""
    shown = printable_path(path)
    root, _ = read_document(read_text(path), Source(shown, shown))
    entry = root.entries.get(EXTENDS) if isinstance(root, Mapping) else None
    written = entry.node.value if entry and isinstance(entry.node, Scalar) else None
    return parent_file(path, str(written)) if written else None
