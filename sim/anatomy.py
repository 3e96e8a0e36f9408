"""The anatomy of the model, read from its source: what calls what, and who reads which number.

Nothing is imported or run. The files are parsed, so this is quick and cannot disagree with the
code. An attribute is taken to belong to a section of a scenario by the name of what it hangs on,
such as `world.stick` or `theatre.groups[i].funding`; a value that is passed on under another name
is not followed any further.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
AGENTS, RULES = "agents/", "rules/"

OWNERS: dict[str, str] = {
    "world": "model",
    "environment": "environment",
    "truce": "truce",
    "state": "state",
    "group": "groups",
    "groups": "groups",
    "broker": "brokers",
    "brokers": "brokers",
    "relation": "relation",
    "relations": "relation",
    "incident": "incident",
    "incidents": "incident",
    "inputs": "scenario",
    "model": "scenario",
}
"""The section or record that an attribute belongs to, by the word before its dot."""

CLASSES: dict[str, str] = {
    "World": "model",
    "Truce": "truce",
    "State": "state",
    "MilitantGroup": "groups",
    "Broker": "brokers",
    "Relation": "relation",
    "Incident": "incident",
    "TruceModel": "scenario",
}
"""The same for `self` in a class, and for an argument annotated with it."""

_STATEMENT = re.compile(r"(?:^|(?<=\s))(Claim|Formula|Source|Expected direction|Rule[^:.]*): ")


@dataclass(frozen=True)
class Behaviour:
    """A function or method of the model as its source has it.

    `reads` and `changes` hold addresses such as ``groups.funding``; `hands` says to which functions
    a number is handed as (part of) an argument.
    """

    file: str  # within the package, such as agents/state.py
    name: str  # "clarity", or "State.review" for a method
    line: int
    doc: str
    arguments: str
    calls: tuple[str, ...]  # keys, in order of appearance
    reads: frozenset[str]
    changes: frozenset[str]
    hands: tuple[tuple[str, str], ...]  # address, key of the function
    words: frozenset[str]  # bare names that it uses, such as constants
    draws: frozenset[str]  # the purposes for which it draws random numbers

    @property
    def key(self) -> str:
        """Its name together with its file, which no other function has."""
        return f"{self.file}:{self.name}"

    @property
    def statements(self) -> dict[str, str]:
        """What the docstring says, by heading: Claim, Formula, Source ...; the rest under ''."""
        return statements(self.doc)


def statements(doc: str) -> dict[str, str]:
    """Split a docstring at its headings; what stands before the first is under ''."""
    opening, *parts = _STATEMENT.split(" ".join(doc.split()))
    return {"": opening.strip()} | {
        heading: text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


@cache
def sources() -> tuple[str, ...]:
    """Return the files that hold behaviour, the day first."""
    folders = [
        f"{folder}/{path.name}"
        for folder in ("phases", "agents", "rules")
        for path in sorted((PACKAGE / folder).glob("[a-z]*.py"))
    ]
    return (
        "day.py",
        "theatre.py",
        *folders,
        "opening.py",
        "reasons.py",
        "truce.py",
        "model.py",
        "ensemble.py",
        "outcome.py",
    )


@cache
def behaviours() -> dict[str, Behaviour]:
    """Return every function and method of the files that hold behaviour, by key."""
    found = [behaviour for file in sources() for behaviour in _behaviours_of(file)]
    return {behaviour.key: behaviour for behaviour in found}


def phases() -> tuple[Behaviour, ...]:
    """Return the phases of the day in the order in which `day` calls them."""
    called = [behaviours()[key] for key in behaviours()["day.py:day"].calls]
    return tuple(behaviour for behaviour in called if behaviour.doc[:1].isdigit())


def rules() -> tuple[Behaviour, ...]:
    """Return the rules, file by file."""
    return tuple(found for found in behaviours().values() if found.file.startswith(RULES))


@cache
def reached(key: str) -> tuple[Behaviour, ...]:
    """Return a behaviour and all that it calls, directly or not, in order of first mention."""
    found: dict[str, None] = {}
    waiting = [key]
    while waiting:
        now = waiting.pop(0)
        if now not in found:
            found[now] = None
            waiting = [*behaviours()[now].calls, *waiting]
    return tuple(behaviours()[found_key] for found_key in found)


def callers(key: str) -> list[Behaviour]:
    """Return the behaviours that call one directly."""
    return [found for found in behaviours().values() if key in found.calls]


def readers(address: str) -> list[Behaviour]:
    """Return the behaviours that read a number such as ``groups.funding``."""
    return [found for found in behaviours().values() if address in found.reads]


def changers(address: str) -> list[Behaviour]:
    """Return the behaviours that change a number such as ``groups.strength``."""
    return [found for found in behaviours().values() if address in found.changes]


def users_of(word: str) -> list[Behaviour]:
    """Return the behaviours that use a bare name, such as that of a constant."""
    return [found for found in behaviours().values() if word in found.words]


def when(key: str) -> list[int]:
    """Return the phases of the day in which a behaviour runs, 0 for the signing."""
    starts = ["opening.py:open_truce", *(phase.key for phase in phases())]
    return [number for number, start in enumerate(starts) if _reaches(start, key)]


def _reaches(start: str, key: str) -> bool:
    return any(found.key == key for found in reached(start))


def question_of(file: str) -> str:
    """Return the first line of a file's docstring; for a file of rules, the question it answers."""
    return (ast.get_docstring(_tree(file)) or "").split("\n")[0]


def fields_of(file: str, name: str) -> list[tuple[str, str, str]]:
    """Return name, type and comment of each annotated attribute of a class."""
    kinds = [node for node in _class(file, name).body if isinstance(node, ast.AnnAssign)]
    return [
        (ast.unparse(node.target), ast.unparse(node.annotation), _comment(file, node.lineno))
        for node in kinds
    ]


def members_of(file: str, name: str) -> list[tuple[str, int]]:
    """Return name and number of each member of an enumeration."""
    found = [node for node in _class(file, name).body if isinstance(node, ast.Assign)]
    return [(ast.unparse(node.targets[0]), int(ast.literal_eval(node.value))) for node in found]


def keywords(file: str, name: str) -> set[str]:
    """Return the names of the keywords with which a file calls a function."""
    calls = [node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call)]
    found = [item.arg for call in calls if ast.unparse(call.func) == name for item in call.keywords]
    return {word for word in found if word}


def constant(file: str, name: str) -> tuple[str, str]:
    """Return value and comment of a constant that a file sets at its top."""
    for node in _tree(file).body:
        if isinstance(node, ast.Assign):
            names = ast.unparse(node.targets[0]).strip("()").split(", ")
            if name in names:
                values = ast.unparse(node.value).strip("()").split(", ")
                return values[names.index(name)], _comment(file, node.lineno)
    raise KeyError(name)


@cache
def _text(file: str) -> str:
    return (PACKAGE / file).read_text(encoding="utf-8")


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse(_text(file))


def _comment(file: str, line: int) -> str:
    return _text(file).splitlines()[line - 1].partition("  # ")[2].strip()


def _class(file: str, name: str) -> ast.ClassDef:
    return next(
        node for node in _tree(file).body if isinstance(node, ast.ClassDef) and node.name == name
    )


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the class (or nothing) and the node of every function and method."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from (
                (node.name, item) for item in node.body if isinstance(item, ast.FunctionDef)
            )


def _behaviours_of(file: str) -> Iterator[Behaviour]:
    scope = _scope(file)
    for kind, node in _functions(_tree(file)):
        reading = _Reading(scope, kind, node)
        yield Behaviour(
            file=file,
            name=f"{kind}.{node.name}" if kind else node.name,
            line=node.lineno,
            doc=ast.get_docstring(node) or "",
            arguments=", ".join(item.arg for item in node.args.args),
            calls=reading.calls(),
            reads=frozenset(reading.addresses(ast.Load)),
            changes=frozenset(reading.addresses(ast.Store)),
            hands=tuple(reading.hands()),
            words=reading.words(),
            draws=reading.draws(),
        )


def _whole(target: ast.AST, context: type[ast.expr_context]) -> ast.AST:
    """Return the array of which a part is changed, or what was given."""
    is_part = context is ast.Store and isinstance(target, ast.Subscript)
    return target.value if is_part and isinstance(target, ast.Subscript) else target


def _names(node: ast.AST) -> list[str]:
    return [item.id for item in ast.walk(node) if isinstance(item, ast.Name)]


def _exports(file: str) -> dict[str, str]:
    """Return the keys of the functions that a file offers, by the name it offers them under."""
    found = {node.name: f"{file}:{node.name}" for kind, node in _functions(_tree(file)) if not kind}
    for node in _tree(file).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            found[ast.unparse(node.targets[0])] = f"{file}:{ast.unparse(node.value)}"
    return found


def _scope(file: str) -> dict[str, str]:
    """Return the keys of all functions that a file can call, by how it writes them."""
    scope = _exports(file)
    for node in _tree(file).body:
        if isinstance(node, ast.ImportFrom):
            for item in node.names:
                scope |= _imported(node.module or "", item.name, item.asname or item.name)
    return scope


def _imported(module: str, name: str, local: str) -> dict[str, str]:
    inside, whole = _file_of(module), _file_of(f"{module}.{name}")
    if whole in sources():
        return {f"{local}.{offered}": key for offered, key in _exports(whole).items()}
    key = _exports(inside).get(name) if inside in sources() else None
    return {local: key} if key else {}


def _file_of(module: str) -> str:
    return module.removeprefix("sim.").replace(".", "/") + ".py"


class _Reading:
    """What one function reads, changes, calls and hands on."""

    def __init__(self, scope: dict[str, str], kind: str, node: ast.FunctionDef) -> None:
        self.scope = scope
        self.node = node
        self.local = {"self": CLASSES[kind]} if kind in CLASSES else {}
        for item in node.args.args:
            if item.annotation and ast.unparse(item.annotation) in CLASSES:
                self.local[item.arg] = CLASSES[ast.unparse(item.annotation)]
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign):
                self._remember(inner.targets[0], inner.value)

    def _remember(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, of in zip(target.elts, value.elts, strict=True):
                self._remember(one, of)
        elif isinstance(target, ast.Name) and isinstance(value, ast.Attribute | ast.Subscript):
            owner = self._owner(value)
            self.local |= {target.id: owner} if owner else {}

    def _owner(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Subscript):
            return self._owner(node.value)
        if isinstance(node, ast.Attribute):
            return OWNERS.get(node.attr)
        return self.local.get(node.id, OWNERS.get(node.id)) if isinstance(node, ast.Name) else None

    def _address(self, node: ast.AST) -> str | None:
        owner = self._owner(node.value) if isinstance(node, ast.Attribute) else None
        return f"{owner}.{node.attr}" if owner and isinstance(node, ast.Attribute) else None

    def addresses(self, context: type[ast.expr_context]) -> Iterator[str]:
        """Yield the addresses read (`ast.Load`) or changed (`ast.Store`)."""
        for node in ast.walk(self.node):
            if isinstance(node, ast.AugAssign) or isinstance(getattr(node, "ctx", None), context):
                target = node.target if isinstance(node, ast.AugAssign) else node
                address = self._address(_whole(target, context))
                yield from [address] if address else []

    def _calls(self) -> list[tuple[str, ast.Call]]:
        calls = [node for node in ast.walk(self.node) if isinstance(node, ast.Call)]
        calls.sort(key=lambda call: (call.lineno, call.col_offset))
        named = [(self.scope.get(ast.unparse(call.func)), call) for call in calls]
        return [(key, call) for key, call in named if key]

    def draws(self) -> frozenset[str]:
        """Return the names by which the purposes of random numbers are given."""
        calls = [node for node in ast.walk(self.node) if isinstance(node, ast.Call)]
        asked = [call.args[2] for call in calls if ast.unparse(call.func) == "uniform"]
        return frozenset(name for purpose in asked for name in _names(purpose) if name.isupper())

    def words(self) -> frozenset[str]:
        """Return the bare names used other than as purposes of random numbers."""
        return frozenset(_names(self.node)) - self.draws()

    def calls(self) -> tuple[str, ...]:
        """Return the keys of the functions called, in order of first appearance."""
        return tuple(dict.fromkeys(key for key, _ in self._calls()))

    def hands(self) -> Iterator[tuple[str, str]]:
        """Yield each address that stands in an argument, with the function that gets it."""
        for key, call in self._calls():
            values = (*call.args, *(item.value for item in call.keywords))
            yield from ((address, key) for value in values for address in self._inside(value))

    def _inside(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in self.scope:
            return
        if address := self._address(node):
            yield address
        for child in ast.iter_child_nodes(node):
            yield from self._inside(child)
