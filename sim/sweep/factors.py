"""The factors of a study as they are written: path by path, or all parameters at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import Problem
from sim.parameters import LISTS, SECTIONS, Parameter, parameters
from sim.scenario import Scenario
from sim.scenario.faults import wrote
from sim.scenario.overrides import parse_path
from sim.scenario.tree import Address, Entry, Mapping, Node, Place, Scalar, Sequence
from sim.scenario.words import did_you_mean
from sim.sweep.forms import Reader, followed
from sim.sweep.space import Factor, Follows
from sim.sweep.spreads import Listed, Range, Spread
from sim.sweep.targets import Target, Value, find_target, written

ALL = "all"
_EXAMPLE = "such as brokers.0.leverage: [0, 0.5, 1] on a line below factors"


@dataclass
class Written:
    """Factors with the places where they and their values stand, and all that is wrong."""

    factors: list[Factor] = field(default_factory=list)
    keys: list[Place] = field(default_factory=list)
    places: list[dict[Value, Place]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, factor: Factor, key: Place, places: dict[Value, Place]) -> None:
        """Add one factor."""
        self.factors.append(factor)
        self.keys.append(key)
        self.places.append(places)


def read_factors(root: Mapping, base: Scenario) -> Written:
    """Read `factors` and `except`."""
    node, left_out = root.node("factors"), root.node("except")
    if isinstance(node, Scalar) and node.value == ALL:
        return _all_parameters(node, left_out, base)
    read = _one_by_one(node, root, base)
    if left_out is not None:
        what = "belongs with factors: all; here, leave the factors out"
        read.problems.append(left_out.place.problem(("except",), what))
    return read


# Path by path


def _one_by_one(node: Node | None, root: Mapping, base: Scenario) -> Written:
    read = Written()
    if not isinstance(node, Mapping) or not node.entries:
        place, seen = (node.place, wrote(node)) if node else (root.place, "")
        what = f"{'must name what is varied' if node else 'factors are missing'}, {_EXAMPLE}{seen}"
        read.problems.append(place.problem(("factors",) if node else (), what))
        return read
    entries = _by_address(node, read)
    targets = {address: _target(address, entry, base, read) for address, entry in entries.items()}
    for address, target in targets.items():
        if target and followed(entries[address].node) is None:
            _read_free(target, entries[address], read)
    for address, target in targets.items():
        if target and followed(entries[address].node) is not None:
            _read_follower(target, entries[address], targets, read)
    return _in_order(read, list(targets))


def _by_address(node: Mapping, read: Written) -> dict[Address, Entry]:
    entries: dict[Address, Entry] = {}
    for key, entry in node.entries.items():
        address = parse_path(key)
        if address in entries:
            first = entries[address].key.line
            what = f"is the same factor as on line {first}, spelled differently; keep one of them"
            read.problems.append(entry.key.problem(address, what))
        else:
            entries[address] = entry
    return entries


def _target(address: Address, entry: Entry, base: Scenario, read: Written) -> Target | None:
    target, problems = find_target(address, entry.key, base)
    read.problems += problems
    return target


def _read_free(target: Target, entry: Entry, read: Written) -> None:
    reader = Reader(target, target.address)
    spread = reader.spread(entry.node)
    read.problems += reader.problems
    # A factor in doubt stays in the list, so that others can name it.
    read.add(Factor(target, spread or Listed((target.base,))), entry.key, reader.places)


def _read_follower(
    target: Target, entry: Entry, targets: dict[Address, Target | None], read: Written
) -> None:
    named = followed(entry.node)
    assert named is not None
    address = parse_path(named.written)
    leader = next((i for i, each in enumerate(read.factors) if _leads(each, address)), None)
    if leader is None:
        what = _no_leader(named, target, address, targets)
    else:
        what = _misfit(target, read.factors[leader])
        read.add(Factor(target, Follows(leader)), entry.key, {})
    if what:
        read.problems.append(named.place.problem(target.address, what))


def _leads(factor: Factor, address: Address) -> bool:
    return factor.target.address == address and not isinstance(factor.spread, Follows)


def _no_leader(
    named: Scalar, target: Target, address: Address, targets: dict[Address, Target | None]
) -> str:
    if address in targets and targets[address] is None:
        return ""
    if address in targets:
        return f"same_as must name a factor that has values of its own{wrote(named)}"
    others = [".".join(map(str, each)) for each in targets if each != target.address]
    return f"same_as must name a factor{wrote(named)}{did_you_mean(named.written, others)}"


def _misfit(target: Target, leader: Factor) -> str:
    """Say why a factor cannot take the values of the one that it follows."""
    if target.kind is not leader.target.kind:
        return f"cannot be the same as {leader.target.path}, which is of another type"
    for value in _extremes(leader.spread):
        if not target.is_accepted(value):
            return f"cannot be the same as {leader.target.path}, which can be {written(value)}"
    return ""


def _extremes(spread: Spread | Follows) -> tuple[Value, ...]:
    if isinstance(spread, Follows):
        return ()
    import numpy as np

    return spread.levels() or tuple(spread.quantiles(np.linspace(0, 1, 1001)))


def _in_order(read: Written, order: list[Address]) -> Written:
    """Return the factors in the order of the file; leaders were read first."""
    rank = {address: place for place, address in enumerate(order)}
    old = sorted(range(len(read.factors)), key=lambda i: rank[read.factors[i].target.address])
    new = {column: place for place, column in enumerate(old)}
    ordered = Written(problems=read.problems)
    for column in old:
        factor = read.factors[column]
        if isinstance(factor.spread, Follows):
            factor = Factor(factor.target, Follows(new[factor.spread.leader]))
        ordered.add(factor, read.keys[column], read.places[column])
    return ordered


# All parameters at once


def _all_parameters(node: Scalar, left_out: Node | None, base: Scenario) -> Written:
    read = Written()
    parts = _exceptions(left_out, base, read)
    for address, parameter in _numbers(base):
        if not any(_covers(part, address) for part in parts):
            target, problems = find_target(address, node.place, base)
            read.problems += problems
            if target:
                read.add(Factor(target, _worth_trying(target, parameter)), node.place, {})
    if not read.factors and not read.problems:
        read.problems.append(node.place.problem(("factors",), "except leaves nothing to vary"))
    return read


def _numbers(base: Scenario) -> list[tuple[Address, Parameter]]:
    """Every parameter of the base with its address, once for each actor that has it."""
    numbers: list[tuple[Address, Parameter]] = []
    for section in SECTIONS:
        own = [parameter for parameter in parameters() if parameter.section == section]
        count = len(getattr(base, section)) if section in LISTS else 0
        actors: list[Address] = [(section, i) for i in range(count)]
        for above in actors if section in LISTS else [(section,)]:
            numbers += [((*above, parameter.name), parameter) for parameter in own]
    return numbers


def _worth_trying(target: Target, parameter: Parameter) -> Spread:
    if parameter.sweep is None:
        return Listed((False, True))
    low, high = (target.accepted(_as(target, end)) for end in parameter.sweep)
    return Range(low, high, steps=2, whole=target.kind is int)  # type: ignore[arg-type]


def _as(target: Target, end: float) -> float:
    return int(end) if target.kind is int else float(end)


def _exceptions(node: Node | None, base: Scenario, read: Written) -> list[Address]:
    if node is None:
        return []
    if not isinstance(node, Sequence):
        what = f"must be a list of paths and sections, such as [model, truce.opacity]{wrote(node)}"
        read.problems.append(node.place.problem(("except",), what))
        return []
    known = [address for address, _ in _numbers(base)]
    parts: list[Address] = []
    for item in node.items:
        part = parse_path(item.written) if isinstance(item, Scalar) else ()
        if part and any(_covers(part, address) for address in known):
            parts.append(part)
        else:
            names = [*SECTIONS, *(".".join(map(str, address)) for address in known)]
            hint = did_you_mean(item.written, names) if isinstance(item, Scalar) else ""
            hint = hint if "did you mean" in hint else ""
            what = f"is no parameter or section of the base{wrote(item)}{hint}"
            read.problems.append(item.place.problem(("except",), what))
    return parts


def _covers(part: Address, address: Address) -> bool:
    """Whether a part names this address: groups.0.funding by itself, groups.funding or groups."""
    without_index = tuple(step for step in address if not isinstance(step, int))
    return part in (address[: len(part)], without_index[: len(part)])
