"""The inputs of a scenario in words and tables: who is there, what was agreed, what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.mechanisms import MECHANISMS
from sim.parameters import HORIZON, LISTS, BrokerInputs, GroupInputs, Parameter, parameters
from sim.publication.content import (
    Column,
    Given,
    Mono,
    Paragraph,
    Piece,
    Table,
    Words,
    pieces,
)
from sim.publication.wording import NONE, count, plain
from sim.scenario import Scenario, shipped_scenarios
from sim.scenario.loading import parent_of

TEXTS = frozenset({"title", "question"})


@dataclass(frozen=True)
class Baseline:
    """What a scenario is set beside: how it is called, and its values by path."""

    name: Words
    values: Mapping[str, Any]


def values_of(case: Scenario) -> dict[str, Any]:
    """Return every value of a scenario by path, but for its title and question."""
    return {each.path: each.value for each in case.resolved() if each.path not in TEXTS}


def defaults_of(case: Scenario) -> dict[str, Any]:
    """Return the values of a scenario with every number at its default and all mechanisms on."""
    defaults: dict[str, Any] = {}
    for path, value in values_of(case).items():
        known = parameter_at(path)
        is_switch = path.startswith("mechanisms.")
        defaults[path] = known.default if known else is_switch or value
    return defaults


def baseline_of(case: Scenario, name: str) -> Baseline:
    """Return what a scenario is set beside.

    `name` is what it was called when it was run. A shipped scenario is set beside the one that it
    extends, or beside the defaults of the parameters if it extends none; a changed one beside that
    of its name; any other beside the shipped one with which it shares most values.
    """
    shipped = {path.stem: path for path in shipped_scenarios()}
    if name not in shipped:
        return _closest(case, shipped)
    original = Scenario.load(shipped[name])
    if original.digest != case.digest:
        return Baseline(("the shipped scenario ", Mono(name)), values_of(original))
    parent = parent_of(shipped[name])
    if parent is None:
        return Baseline("the defaults of the parameters", defaults_of(case))
    words: Words = ("the scenario ", Mono(parent.stem), ", on which it rests")
    return Baseline(words, values_of(Scenario.load(parent)))


def _closest(case: Scenario, shipped: Mapping[str, Any]) -> Baseline:
    own = values_of(case)
    others = {name: values_of(Scenario.load(path)) for name, path in shipped.items()}
    name = min(others, key=lambda each: (len(changed(own, others[each])), each))
    words: Words = ("the shipped scenario ", Mono(name), ", the closest to it")
    return Baseline(words, others[name])


def changed(own: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    """Return the paths at which two scenarios differ, those of the first before the rest."""
    paths = dict.fromkeys([*own, *others])
    return [path for path in paths if own.get(path) != others.get(path)]


def parameter_at(path: str) -> Parameter | None:
    """Return the parameter that stands at a path such as brokers.0.leverage; None if none does."""
    known = {parameter.path: parameter for parameter in (HORIZON, *parameters())}
    return known.get(re.sub(r"\.\d+\.", "[].", path))


def label_of(path: str, case: Scenario) -> Words:
    """Return a path as a reader says it: the actor or section, and what of it."""
    section, *rest = path.split(".")
    field = rest[-1] if rest else section
    words = field.replace("_", " ")
    if not rest:
        return words[:1].upper() + words[1:]
    if len(rest) == 2 and rest[0].isdigit():
        actors = getattr(case, section, ())
        place = int(rest[0])
        if section in ("groups", "brokers") and place < len(actors):
            return (Given(actors[place].name), f": {words}")
    return f"{section[:1].upper() + section[1:]}: {words}"


def differences_table(case: Scenario, baseline: Baseline) -> Table:
    """Return the values that differ from those of the baseline, with unit and meaning."""
    own = values_of(case)
    rows: list[tuple[Words | Piece, ...]] = []
    for path in changed(own, baseline.values):
        known = parameter_at(path)
        rows.append(
            (
                label_of(path, case),
                value_at(own, path),
                value_at(baseline.values, path),
                known.unit if known else "",
                known.meaning if known else "",
                Mono(path),
            )
        )
    columns = (
        Column("Input", "left"),
        Column("Here", "left"),
        Column("Baseline", "left"),
        Column("Unit", "left"),
        Column("Meaning", "left"),
        Column("Path", "left"),
    )
    return Table("Inputs that differ from the baseline.", columns, as_rows(rows))


def inputs_table(case: Scenario) -> Table:
    """Return the inputs that describe the case or were chosen for the truce."""
    rows: list[tuple[Words | Piece, ...]] = []
    for path, value in values_of(case).items():
        known = parameter_at(path)
        if known and known.kind in ("context", "design"):
            label = label_of(path, case)
            rows.append((label, shown(value), known.unit, known.meaning, Mono(path)))
    columns = (
        Column("Input", "left"),
        Column("Value", "left"),
        Column("Unit", "left"),
        Column("Meaning", "left"),
        Column("Path", "left"),
    )
    caption = "All inputs that describe the case or were chosen by those who wrote the truce."
    return Table(caption, columns, as_rows(rows), folded=True)


def as_rows(rows: Sequence[tuple[Words | Piece, ...]]) -> tuple[tuple[Words, ...], ...]:
    """Return rows whose cells are all words."""
    return tuple(
        tuple(cell if isinstance(cell, str | tuple) else (cell,) for cell in row) for row in rows
    )


def value_at(values: Mapping[str, Any], path: str) -> Words:
    """Return the value at a path as a cell; a dash where there is none."""
    return shown(values[path]) if path in values else NONE


def shown(value: Any) -> Words:
    """Return a value as a cell; text is that of whoever wrote the scenario."""
    return (Given(value),) if isinstance(value, str) else plain(value)


def in_words(case: Scenario) -> Iterator[Paragraph]:
    """Yield paragraphs on the parties, the deal, the brokers, and what is unusual."""
    yield Paragraph(tuple(_parties(case)))
    yield Paragraph(tuple(_deal(case)))
    for group in case.groups:
        yield Paragraph(tuple(_group(group)))
    yield Paragraph(tuple(_brokers(case)))
    unusual = tuple(_unusual(case))
    if unusual:
        yield Paragraph(unusual)


def _parties(case: Scenario) -> Iterator[Piece]:
    signed = [group.name for group in case.groups if group.signatory]
    outside = [group.name for group in case.groups if not group.signatory]
    yield "A truce between "
    yield Given(case.state.name)
    yield " and "
    yield from names(signed)
    yield ". "
    if outside:
        yield from names(outside)
        yield " did not sign and can only spoil it. "
    yield Given(case.state.name)
    yield (
        f" has a capability of {plain(case.state.capability)} (1 is the fully funded level) and "
        f"external funds at {plain(case.state.funding)} of their earlier level. Public outrage "
        f"starts at {plain(case.state.outrage)} on a scale from 0 to 1. A truce that holds is "
        f"followed for {count(case.horizon_days, 'day')}."
    )


def _deal(case: Scenario) -> Iterator[Piece]:
    deal = case.truce
    terms = "on terms that follow the power of the day" if deal.renegotiate else "on the same terms"
    yield (
        f"It is agreed for {count(deal.term_days, 'day')} and can be renewed {terms}. "
        if deal.term_days
        else "It has no term. "
    )
    if deal.prisoners_promised:
        each = f", one every {count(deal.instalment_days, 'day')}" if deal.instalments > 1 else ""
        yield (
            f"The state promises to release {count(deal.prisoners_promised, 'prisoner')} in "
            f"{count(deal.instalments, 'instalment')}{each}. "
        )
    else:
        yield "No prisoners are promised. "
    approved = "approved" if deal.ratified else "did not approve"
    yield (
        f"A share of {plain(deal.opacity)} of the terms is kept from the public, parliament "
        f"{approved} the truce, and monitoring stands at {plain(deal.monitoring)} on a scale from "
        "0 (none) to 1 (every incident is traced)."
    )


def _group(group: GroupInputs) -> Iterator[Piece]:
    yield Given(group.name)
    yield (
        f" has a strength of {plain(group.strength)} in units of the state’s capability, outside "
        f"funding of {plain(group.funding)} and a sanctuary of {plain(group.sanctuary)}, both on "
        f"scales from 0 to 1. A share of {plain(group.hardliner_share)} of its fighters opposes "
        "the truce."
    )


def _brokers(case: Scenario) -> Iterator[Piece]:
    if not case.brokers:
        yield "There is no broker."
        return
    yield "It is brokered by "
    for place, broker in enumerate(case.brokers):
        yield "" if place == 0 else (" and " if place == len(case.brokers) - 1 else ", ")
        yield Given(broker.name)
        yield f" (leverage {plain(broker.leverage)}, {_leaning(broker)})"
    yield "."


def _leaning(broker: BrokerInputs) -> str:
    if broker.bias == 0:
        return "neutral"
    side = "group" if broker.bias > 0 else "state"
    return f"leaning {plain(abs(broker.bias))} toward the {side}"


def _unusual(case: Scenario) -> Iterator[Piece]:
    for name in case.mechanisms.switched_off():
        yield "Switched off is the mechanism "
        yield Mono(name)
        yield f" ({MECHANISMS[name].sentence.rstrip('.')}). "
    for shock in case.timeline():
        target = f"{shock.section}.{shock.index}.{shock.field}"
        yield f"From day {shock.day:,} on, "
        listed = target if shock.section in LISTS else f"{shock.section}.{shock.field}"
        yield from pieces(label_of(listed, case))
        yield f" goes to {plain(shock.to)}"
        yield f" over {count(shock.over_days, 'day')}. " if shock.over_days > 1 else ". "


def names(given: list[str]) -> Iterator[Piece]:
    """Yield names with commas and an "and"."""
    for place, name in enumerate(given):
        yield "" if place == 0 else (" and " if place == len(given) - 1 else ", ")
        yield Given(name)
