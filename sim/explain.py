"""Texts for `truce explain`: what a name of the model means, what it does, where it comes from.

Everything is put together from the registries and from the source (`sim.anatomy`). Nothing of the
model itself is imported, so an answer is quick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from textwrap import fill

from sim import anatomy
from sim.anatomy import Behaviour
from sim.endings import ENDINGS, REASONS, Ending
from sim.errors import UsageError
from sim.glossary import (
    ENDING_WORDS,
    KIND_WORDS,
    MARK_WORDS,
    WIDTH,
    agents_of,
    columns,
    default_at,
    headline,
    luck_of,
    marks_in,
    moments,
    paragraph,
    plain_fields,
    rules_of,
    said,
    setting,
    shown,
    snippet,
    span,
)
from sim.mechanisms import MECHANISMS, Mechanism
from sim.parameters import HORIZON, LISTS, SECTIONS, Parameter, parameters
from sim.scenario.definition import TIME_VARYING
from sim.scenario.words import closest, printable

PLURAL: dict[str, str] = {
    "group": "groups",
    "broker": "brokers",
    "world": "model",
    "mechanism": "mechanisms",
    "shock": "shocks",
    "ending": "endings",
    "reason": "reasons",
    "rule": "rules",
}
"""Other words for the first part of a name."""


@dataclass(frozen=True)
class Topic:
    """Something that can be asked about: `name` asks for it alone, `short` perhaps for others too.

    `line` says what it is in one line, `text` in full.
    """

    kind: str
    name: str
    short: str
    line: str
    text: Callable[[], str]


def explain(topic: str | None = None) -> str:
    """Return the text on a topic, or what can be asked if there is none.

    Topics are ``day``; parameters, mechanisms, endings, reasons, rules and behaviours by name; the
    sections of a scenario; and the lists of all these. A name that several things of one kind have
    gives the list of these things.

    Raises
    ------
    UsageError
        If nothing is called so; it says what may have been meant.
    """
    if topic is None or not topic.strip():
        return overview()
    wanted = asked(topic)
    if wanted in CATALOGUES:
        return CATALOGUES[wanted]()
    found = [each for each in topics() if wanted in (asked(each.name), each.short)]
    if not found:
        raise UsageError(_unknown(topic))
    is_clear = len({each.kind for each in found}) == len(found)
    return "\n\n".join(each.text() for each in found) if is_clear else _several(wanted, found)


def asked(topic: str) -> str:
    """Return a topic in the form that is compared: small letters, plural sections, no [0]."""
    words = re.sub(r"[\s-]+", "_", topic.strip().lower())
    first, *rest = re.sub(r"\[\d*\]|\.\d+(?=\.|$)", "", words).split(".")
    if first == "scenario" and rest:
        return ".".join(rest)
    return ".".join([PLURAL.get(first, first) if rest else first, *rest])


@cache
def topics() -> tuple[Topic, ...]:
    """Return all that can be asked about, apart from the lists."""
    return (
        *map(_of_parameter, (HORIZON, *parameters())),
        *(_of_field(*field) for field in plain_fields()),
        *map(_of_mechanism, MECHANISMS.values()),
        *(_of_registered("ending", each.name, each.sentence, _facts(each)) for each in ENDINGS),
        *(_of_registered("reason", each.name, each.sentence, []) for each in REASONS),
        *(_of_behaviour(each) for each in anatomy.behaviours().values() if _is_told(each)),
    )


def _is_told(behaviour: Behaviour) -> bool:
    is_outside = behaviour.file in ("model.py", "ensemble.py", "outcome.py")
    return not is_outside and behaviour.name not in CATALOGUES


def _unknown(topic: str) -> str:
    known = [*CATALOGUES, *(name for each in topics() for name in (each.name, each.short))]
    match = closest(asked(topic), known)
    hint = f"did you mean {match}?" if match else "'truce explain' alone says what can be asked"
    return f"nothing is called {printable(topic.strip())}; {hint}"


def _several(wanted: str, found: list[Topic]) -> str:
    rows = columns((each.name, f"{each.kind}: {each.line}") for each in found)
    return "\n".join([f"Several things are called {wanted}. Ask for one of them:", "", *rows])


# Parameters and other fields


def _of_parameter(parameter: Parameter) -> Topic:
    text = partial(_parameter_text, parameter)
    return Topic("parameter", parameter.path, parameter.name, parameter.meaning, text)


def _parameter_text(parameter: Parameter) -> str:
    address = f"{parameter.section}.{parameter.name}"
    return "\n".join(
        [
            headline(parameter.path, "parameter"),
            *paragraph(parameter.meaning),
            "",
            *columns(_values(parameter)),
            "",
            *_consulted(address),
            *_side_effects(parameter, address),
            "",
            *_how_to_set(parameter),
        ]
    )


def _values(parameter: Parameter) -> list[tuple[str, str]]:
    return [
        ("default", shown(parameter.default)),
        ("allowed", span(parameter.bounds)),
        ("worth a sweep", span(parameter.sweep)),
        ("unit", parameter.unit),
        ("kind", f"{parameter.kind}: {KIND_WORDS[parameter.kind]}"),
        ("source", parameter.source),
        *((mark, MARK_WORDS[mark]) for mark in marks_in(parameter.source)),
    ]


def consultations(address: str) -> Iterator[tuple[Behaviour, list[str]]]:
    """Yield who reads a number such as ``groups.funding``, with the rules it is handed to."""
    for behaviour in anatomy.readers(address):
        keys = dict.fromkeys(key for read, key in behaviour.hands if read == address)
        known = [anatomy.behaviours()[key] for key in keys]
        yield behaviour, [rule.name for rule in known if rule.file.startswith(anatomy.RULES)]


def _consulted(address: str) -> list[str]:
    read = [(who.name, f"{_place(who)}{_handed(rules)}") for who, rules in consultations(address)]
    changed = [(who.name, _place(who)) for who in anatomy.changers(address) if _is_told(who)]
    lines = ["Read under this name, in the source, by", *columns(read)]
    return [*lines, "Changed by", *columns(changed)] if changed else lines


def _handed(rules: list[str]) -> str:
    return f"; for the rule{'s' * (len(rules) > 1)} {', '.join(rules)}" if rules else ""


def _place(behaviour: Behaviour) -> str:
    when = moments(behaviour)
    return f"sim/{behaviour.file}:{behaviour.line}" + (f" ({when})" if when else "")


def _side_effects(parameter: Parameter, address: str) -> list[str]:
    off = [each for each in MECHANISMS.values() if address in each.neutral]
    lines = [
        f"The mechanism {each.name}, switched off, sets it to {shown(each.neutral[address])}."
        for each in off
    ]
    if parameter.name in TIME_VARYING.get(parameter.section, ()):
        lines.append("A shock can change it while the truce lasts (truce explain shocks).")
    return ["", *lines] if lines else []


def _how_to_set(parameter: Parameter) -> list[str]:
    which = " (an item without a name is the one in that place)" if "[]" in parameter.path else ""
    return [
        "Set it for one run",
        f"  truce run SCENARIO --set {setting(parameter)}",
        f"or in a scenario file{which}",
        *(f"  {line}" for line in snippet(parameter).splitlines()),
    ]


def _of_field(path: str, meaning: str, default: str) -> Topic:
    lines = [headline(path, "field"), *paragraph(meaning), "", *columns([("default", default)])]
    return Topic("field", path, path.split(".")[-1], meaning, partial("\n".join, lines))


# Mechanisms, endings, reasons


def _of_mechanism(mechanism: Mechanism) -> Topic:
    text = partial(_mechanism_text, mechanism)
    name = f"mechanisms.{mechanism.name}"
    return Topic("mechanism", name, mechanism.name, mechanism.sentence, text)


def _mechanism_text(mechanism: Mechanism) -> str:
    sets = [
        (path, f"{shown(value)} (default {default_at(path)})")
        for path, value in mechanism.neutral.items()
    ]
    return "\n".join(
        [
            headline(mechanism.name, "mechanism"),
            *paragraph(mechanism.sentence),
            "",
            "Switched off, it sets",
            *columns(sets),
            *_still_believed(mechanism),
            "",
            "Switch it off for one run",
            f"  truce run SCENARIO --set mechanisms.{mechanism.name}=false",
            "or in a scenario file",
            "  mechanisms:",
            f"    {mechanism.name}: false",
        ]
    )


def _still_believed(mechanism: Mechanism) -> list[str]:
    names = {f"believed_{path.split('.')[1]}" for path in mechanism.neutral}
    kept = [each.path for each in parameters() if each.name in names]
    return [f"What the parties expect of it stays as it was: {', '.join(kept)}."] if kept else []


def _facts(ending: Ending) -> list[tuple[str, str]]:
    weaker = [each.name for each in ENDINGS if each.precedence > ending.precedence]
    order = f"comes before {', '.join(weaker)}" if weaker else "comes after all others"
    order = order if ending.precedence else "recorded only if nothing else has happened"
    return [("kind", f"{ending.kind}: {ENDING_WORDS[ending.kind]}"), ("on one day", order)]


def _of_registered(kind: str, name: str, sentence: str, facts: list[tuple[str, str]]) -> Topic:
    text = partial(_registered_text, kind, name, sentence, facts)
    return Topic(kind, f"{kind}s.{name}", name, sentence, text)


def _registered_text(kind: str, name: str, sentence: str, facts: list[tuple[str, str]]) -> str:
    deciding = [each for each in anatomy.users_of(name.upper()) if _is_told(each)]
    places = ["", "Decided in", *columns((each.name, _place(each)) for each in deciding)]
    shown_facts = ["", *columns(facts)] if facts else []
    return "\n".join(
        [
            headline(name, kind),
            *paragraph(sentence),
            *shown_facts,
            *(places if deciding and name != "holding" else []),
        ]
    )


# Rules, behaviours and the day


def _of_behaviour(behaviour: Behaviour) -> Topic:
    kind = "rule" if behaviour.file.startswith(anatomy.RULES) else "behaviour"
    name = f"rules.{behaviour.name}" if kind == "rule" else behaviour.name
    short = behaviour.name.split(".")[-1].lower()
    text = partial(_behaviour_text, kind, behaviour)
    return Topic(kind, name, short, said(behaviour), text)


def _behaviour_text(kind: str, behaviour: Behaviour) -> str:
    stated = [(heading, text) for heading, text in behaviour.statements.items() if heading]
    asking = [(each.name, _place(each)) for each in anatomy.callers(behaviour.key)]
    return "\n".join(
        [
            headline(f"{behaviour.name}({behaviour.arguments})", kind),
            *paragraph(said(behaviour)),
            "",
            *columns([*stated, ("Written in", f"sim/{behaviour.file}:{behaviour.line}")]),
            *(["", "Consulted by", *columns(asking)] if asking else []),
        ]
    )


def day_text() -> str:
    """Return the phases of a day, each with whom and what it consults."""
    lines = [
        headline("What happens in a day", "sim/day.py"),
        *paragraph(
            "Day 0 is the signing. Every later day runs these phases in this order; "
            "a truce that ends on day d has lasted d days."
        ),
    ]
    for phase in anatomy.phases():
        consulted = [
            ("asks", agents_of(phase)),
            ("rules", rules_of(phase)),
            ("luck", luck_of(phase)),
        ]
        lines += [
            "",
            *fill(said(phase), WIDTH, subsequent_indent="   ").splitlines(),
            *columns((name, ", ".join(found)) for name, found in consulted if found),
        ]
    return "\n".join(lines)


# Lists


def overview() -> str:
    """Return what can be asked."""
    numbers = len(list(parameters())) + 1
    rows = [
        ("truce explain day", "what happens in a day, in order"),
        ("truce explain parameters", f"the {numbers} numbers of a scenario"),
        ("truce explain mechanisms", f"the {len(MECHANISMS)} parts that can be switched off"),
        ("truce explain endings", "how a truce can end"),
        ("truce explain reasons", "why it ended"),
        ("truce explain rules", "the theory: claims, formulas, sources"),
        ("truce explain behaviours", "what the actors do, and the day"),
        ("truce explain shocks", "inputs that change while the truce lasts"),
        ("truce explain SECTION", f"the numbers of {', '.join(SECTIONS)}"),
        ("truce explain NAME", "any one of these, such as state.funding, leverage or lapses"),
    ]
    return "\n".join([headline("What can be asked", "truce explain"), "", *columns(rows)])


def _sections_text(*sections: str) -> str:
    lines: list[str] = []
    for section in sections:
        rows = [
            (each.path, f"{shown(each.default)} {each.unit}. {each.meaning}")
            for each in (HORIZON, *parameters())
            if each.section == (section or "scenario")
        ]
        others = [
            (path, meaning)
            for path, meaning, _ in plain_fields()
            if path.split(".")[0].removesuffix("[]") == section and "." in path
        ]
        lines += ["", _section_line(section), "", *columns([*others, *rows])]
    return "\n".join(lines[1:])


def _section_line(section: str) -> str:
    if not section:
        return "Outside any section."
    return f"{section}: {(SECTIONS[section].__doc__ or '').splitlines()[0]}"


def _rules_text() -> str:
    lines: list[str] = []
    for file in dict.fromkeys(each.file for each in anatomy.rules()):
        rows = [(each.name, said(each)) for each in anatomy.rules() if each.file == file]
        lines += ["", *paragraph(f"{anatomy.question_of(file)} (sim/{file})"), *columns(rows)]
    return "\n".join(lines[1:])


def _list_text(kind: str) -> str:
    return "\n".join(columns((each.name, each.line) for each in topics() if each.kind == kind))


def _shocks_text() -> str:
    inputs = [
        f"{section}{'[]' if section in LISTS else ''}.{field}"
        for section, fields in TIME_VARYING.items()
        for field in fields
    ]
    rows = [(each.name, each.line) for each in topics() if each.name.startswith("shocks[]")]
    return "\n".join(
        [
            headline("shocks", "list"),
            "Dated changes of inputs, none unless given.",
            "",
            *columns(rows),
            "",
            *paragraph(f"Inputs that can change: {', '.join(inputs)}."),
            "",
            "In a scenario file",
            "  shocks:",
            "    - {target: state.funding, day: 90, over_days: 30, to: 0.4}",
        ]
    )


CATALOGUES: dict[str, Callable[[], str]] = {
    "day": day_text,
    "parameters": partial(_sections_text, "", *SECTIONS),
    "mechanisms": partial(_list_text, "mechanism"),
    "endings": partial(_list_text, "ending"),
    "reasons": partial(_list_text, "reason"),
    "rules": _rules_text,
    "behaviours": partial(_list_text, "behaviour"),
    "shocks": _shocks_text,
    **{section: partial(_sections_text, section) for section in SECTIONS},
}
"""The lists, by topic."""
