"""Texts for `truce explain`: what a name of the model means, what it does, where it comes from.

Everything is put together from the registries and from the source (`sim.anatomy`); nothing of the
model itself is imported, so an answer is quick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from textwrap import fill

from sim import anatomy
from sim.anatomy import Behaviour
from sim.endings import ENDINGS, REASONS, Ending, Reason
from sim.errors import UsageError
from sim.mechanisms import MECHANISMS, Mechanism
from sim.parameters import HORIZON, KINDS, LISTS, SECTIONS, STATUS_MARKS, Parameter, parameters
from sim.scenario.definition import TIME_VARYING, Heading, ScenarioDefinition, Shock
from sim.scenario.resolved import yaml_value
from sim.scenario.words import closest, number, printable

WIDTH = 92

KIND_WORDS: dict[str, str] = {
    "context": "describes the case",
    "design": "chosen by those who write the truce",
    "global": "the same in every conflict, and calibrated",
    "constant": "fixed by definition or measurement, rarely touched",
}
MARK_WORDS: dict[str, str] = {
    "[V]": "the cited source says so (its title, abstract or an excerpt was read)",
    "[D]": "computed from public data",
    "[R]": "recalled from the literature and not checked",
    "[P]": "found with the prototype of the model",
    "[A]": "an assumption of this project",
}
ENDING_WORDS: dict[str, str] = {
    "failure": "the truce failed",
    "expiry": "the truce ran out",
    "success": "the truce led to a settlement",
    "censored": "nothing ended the truce while it was watched",
}
SINGULAR: dict[str, str] = {
    "group": "groups",
    "broker": "brokers",
    "world": "model",
    "mechanism": "mechanisms",
    "shock": "shocks",
    "ending": "endings",
    "reason": "reasons",
    "rule": "rules",
    "scenario": "",
}
assert tuple(KIND_WORDS) == KINDS and tuple(MARK_WORDS) == STATUS_MARKS


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

    Topics are ``day``, the parameters by their paths or their names, the mechanisms, endings,
    reasons, rules and behaviours by name, the sections of a scenario, and the lists of all these.

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
    kinds = [each.kind for each in found]
    is_clear = len(set(kinds)) == len(kinds)
    return "\n\n".join(each.text() for each in found) if is_clear else _several(topic, found)


def asked(topic: str) -> str:
    """Return a topic in the form that is compared: small letters, no places, plural sections."""
    words = re.sub(r"[\s-]+", "_", topic.strip().lower())
    first, *rest = re.sub(r"\[\d*\]|\.\d+(?=\.|$)", "", words).split(".")
    return ".".join(part for part in (SINGULAR.get(first, first) if rest else first, *rest) if part)


@cache
def topics() -> tuple[Topic, ...]:
    """Return all that can be asked about, apart from the lists."""
    return (
        *(_of_parameter(each) for each in (HORIZON, *parameters())),
        *_of_plain_fields(),
        *(_of_mechanism(each) for each in MECHANISMS.values()),
        *(_of_ending(each) for each in ENDINGS),
        *(_of_reason(each) for each in REASONS),
        *(_of_behaviour(each) for each in anatomy.behaviours().values() if _is_told(each)),
    )


def _is_told(behaviour: Behaviour) -> bool:
    return behaviour.file not in ("model.py", "ensemble.py", "outcome.py")


def _unknown(topic: str) -> str:
    known = [*CATALOGUES, *(name for each in topics() for name in (each.name, each.short))]
    match = closest(asked(topic), known)
    hint = f"did you mean {match}?" if match else "`truce explain` alone says what can be asked"
    return f"nothing is called {printable(topic.strip())}; {hint}"


def _several(topic: str, found: list[Topic]) -> str:
    lines = [f"Several things are called {asked(topic)}. Ask for one of them:", ""]
    return "\n".join([*lines, *_rows((each.name, f"{each.kind}: {each.line}") for each in found)])


# Parameters


def path_of(parameter: Parameter) -> str:
    """Return the address of a parameter as a scenario shows it, such as ``groups[].funding``."""
    return parameter.name if parameter is HORIZON else parameter.path


def setting(parameter: Parameter) -> str:
    """Return a path and value for ``--set``, such as ``groups.0.funding=1``."""
    path = path_of(parameter).replace("[]", ".0")
    return f"{path}={yaml_value(example(parameter))}"


def snippet(parameter: Parameter) -> str:
    """Return lines of a scenario file that set a parameter; in a list, of the first item."""
    line = f"{parameter.name}: {yaml_value(example(parameter))}"
    if parameter is HORIZON:
        return line
    return f"{parameter.section}:\n" + (f"  - {line}" if "[]" in parameter.path else f"  {line}")


def example(parameter: Parameter) -> float | int | bool:
    """Return a value worth trying: the other end of the sweep range, or the other answer."""
    if parameter.sweep is None:
        return not parameter.default
    low, high = parameter.sweep
    other = high if parameter.default != high else low
    return int(other) if parameter.type == "int" else float(other)


def span(limits: tuple[float, float] | None) -> str:
    """Return a range in words."""
    return f"{number(limits[0])} to {number(limits[1])}" if limits else "true or false"


def shown(value: float | int | bool) -> str:
    """Return a value as a reader writes it: true, 30, 0.05."""
    return yaml_value(value) if isinstance(value, bool) else number(value)


def marks_in(source: str) -> list[str]:
    """Return the status marks of a source, each once."""
    return [mark for mark in MARK_WORDS if mark in source]


def consultations(address: str) -> Iterator[tuple[Behaviour, list[str]]]:
    """Yield who reads a number such as ``groups.funding``, with the rules that it is handed to."""
    for behaviour in anatomy.readers(address):
        rules = {key for read, key in behaviour.hands if read == address}
        known = (anatomy.behaviours()[key] for key in rules)
        yield behaviour, sorted(rule.name for rule in known if rule.file.startswith(anatomy.RULES))


def _of_parameter(parameter: Parameter) -> Topic:
    return Topic(
        "parameter",
        path_of(parameter),
        parameter.name,
        parameter.meaning,
        lambda: _parameter_text(parameter),
    )


def _parameter_text(parameter: Parameter) -> str:
    values = [
        ("default", shown(parameter.default)),
        ("allowed", span(parameter.bounds)),
        ("worth a sweep", span(parameter.sweep)),
        ("unit", parameter.unit),
        ("kind", f"{parameter.kind}: {KIND_WORDS[parameter.kind]}"),
        ("source", parameter.source),
        *((mark, MARK_WORDS[mark]) for mark in marks_in(parameter.source)),
    ]
    body = [
        _head(path_of(parameter), "parameter"),
        *_paragraph(parameter.meaning),
        "",
        *_rows(values, 15),
        "",
        *_consulted(f"{parameter.section}.{parameter.name}"),
    ]
    return "\n".join([*body, *_side_effects(parameter), "", *_how_to_set(parameter)])


def _consulted(address: str) -> list[str]:
    rows = [(who.name, f"{_place(who)}{_handed(rules)}") for who, rules in consultations(address)]
    changed = [(who.name, _place(who)) for who in anatomy.changers(address) if _is_told(who)]
    read = ["Read by (found in the source under its name)", *_rows(rows)]
    return [*read, *(["Changed by", *_rows(changed)] if changed else [])]


def _handed(rules: list[str]) -> str:
    return f", for {' and '.join(rules)}" if rules else ""


def _place(behaviour: Behaviour) -> str:
    moments = ", ".join(anatomy.when(behaviour.key))
    return f"sim/{behaviour.file}:{behaviour.line}" + (f" ({moments})" if moments else "")


def _side_effects(parameter: Parameter) -> list[str]:
    address = f"{parameter.section}.{parameter.name}"
    off = [each for each in MECHANISMS.values() if address in each.neutral]
    lines = [
        f"Mechanism {each.name}, switched off, sets it to {shown(each.neutral[address])}."
        for each in off
    ]
    if parameter.name in TIME_VARYING.get(parameter.section, ()):
        lines.append("A shock can change it while the truce lasts: truce explain shocks.")
    return ["", *lines] if lines else []


def _how_to_set(parameter: Parameter) -> list[str]:
    which = {True: " (without a name, the first of the list)"}.get("[]" in parameter.path, "")
    return [
        "Set it for one run",
        f"  truce run SCENARIO --set {setting(parameter)}",
        f"or in a scenario file{which}",
        *(f"  {line}" for line in snippet(parameter).splitlines()),
    ]


# Fields that are no numbers, mechanisms, endings, reasons


def plain_fields() -> Iterator[tuple[str, str, str]]:
    """Yield path, meaning and default of what a scenario holds besides numbers."""
    for section, fields in {"": Heading, **SECTIONS, "shocks": Shock}.items():
        listed = "[]" if section in LISTS or section == "shocks" else ""
        for name, field in fields.model_fields.items():
            if not (field.json_schema_extra or {}) or section == "shocks":
                path = f"{section}{listed}.{name}".lstrip(".")
                default = "must be given" if field.is_required() else _default_of(field.default)
                yield path, field.description or "", default


def _default_of(value: object) -> str:
    if value is None:
        return "none"
    return yaml_value(value) if isinstance(value, bool | str | int) else str(value)


def _of_plain_fields() -> Iterator[Topic]:
    for path, meaning, default in plain_fields():
        text = "\n".join([_head(path, "field"), *_paragraph(f"{meaning} Default: {default}.")])
        yield Topic("field", path, path.split(".")[-1], meaning, lambda text=text: text)  # type: ignore[misc]


def _of_mechanism(mechanism: Mechanism) -> Topic:
    return Topic(
        "mechanism",
        f"mechanisms.{mechanism.name}",
        mechanism.name,
        mechanism.sentence,
        lambda: _mechanism_text(mechanism),
    )


def _mechanism_text(mechanism: Mechanism) -> str:
    rows = [
        (path, f"{shown(value)} (default {default_at(path)})")
        for path, value in mechanism.neutral.items()
    ]
    believed = [
        each.path
        for path in mechanism.neutral
        for each in parameters()
        if each.name == f"believed_{path.split('.')[1]}"
    ]
    kept = f"What the parties expect of it stays as it was: {', '.join(believed)}."
    return "\n".join(
        [
            _head(mechanism.name, "mechanism"),
            *_paragraph(mechanism.sentence),
            "",
            "Switched off, it sets",
            *_rows(rows),
            *(_paragraph(kept) if believed else []),
            "",
            "Switch it off for one run",
            f"  truce run SCENARIO --set mechanisms.{mechanism.name}=false",
            "or in a scenario file",
            "  mechanisms:",
            f"    {mechanism.name}: false",
        ]
    )


def default_at(address: str) -> str:
    """Return the default of a number such as ``groups.funding``, as a reader writes it."""
    section, name = address.split(".")
    return shown(SECTIONS[section].model_fields[name].default)


def _of_ending(ending: Ending) -> Topic:
    rows = [
        ("kind", f"{ending.kind}: {ENDING_WORDS[ending.kind]}"),
        ("on one day", _precedence(ending)),
        ("code", str(ending.code)),
    ]
    return Topic(
        "ending",
        f"endings.{ending.name}",
        ending.name,
        ending.sentence,
        lambda: _registered(ending.name, "ending", ending.sentence, rows),
    )


def _precedence(ending: Ending) -> str:
    if ending.precedence == 0:
        return "recorded only if nothing else has happened"
    weaker = [each.name for each in ENDINGS if each.precedence > ending.precedence]
    return f"comes before {', '.join(weaker)}" if weaker else "comes after all others"


def _of_reason(reason: Reason) -> Topic:
    return Topic(
        "reason",
        f"reasons.{reason.name}",
        reason.name,
        reason.sentence,
        lambda: _registered(reason.name, "reason", reason.sentence, [("code", str(reason.code))]),
    )


def _registered(name: str, kind: str, sentence: str, rows: list[tuple[str, str]]) -> str:
    deciding = [each for each in anatomy.users_of(name.upper()) if _is_told(each)]
    places = ["Decided in", *_rows((each.name, _place(each)) for each in deciding)]
    return "\n".join(
        [
            _head(name, kind),
            *_paragraph(sentence),
            "",
            *_rows(rows, 15),
            *(["", *places] if deciding else []),
        ]
    )


# Rules and behaviours


def _of_behaviour(behaviour: Behaviour) -> Topic:
    is_rule = behaviour.file.startswith(anatomy.RULES)
    name = f"rules.{behaviour.name}" if is_rule else behaviour.name
    return Topic(
        "rule" if is_rule else "behaviour",
        name,
        behaviour.name.split(".")[-1].lower(),
        behaviour.statements[""].split(". ")[0],
        lambda: _behaviour_text(behaviour),
    )


def _behaviour_text(behaviour: Behaviour) -> str:
    summary, *stated = behaviour.statements.items()
    kind = "rule" if behaviour.file.startswith(anatomy.RULES) else "behaviour"
    asking = [(each.name, _place(each)) for each in anatomy.callers(behaviour.key)]
    return "\n".join(
        [
            _head(f"{behaviour.name}({behaviour.arguments})", kind),
            *_paragraph(summary[1]),
            "",
            *_rows([*stated, ("Written in", _place(behaviour))], 20),
            *(["", "Consulted by", *_rows(asking)] if asking else []),
        ]
    )


def day_text() -> str:
    """Return the phases of a day, each with whom and what it consults."""
    lines = [
        _head("What happens in a day", "sim/day.py"),
        *_paragraph(
            "Day 0 is the signing. Every later day runs these phases in this order; "
            "a truce that ends on day d has lasted d days."
        ),
    ]
    for phase in anatomy.phases():
        lines += [
            "",
            fill(phase.statements[""], WIDTH, subsequent_indent="   "),
            *_rows(
                [
                    ("asks", ", ".join(agents_of(phase)) or "nobody"),
                    ("rules", ", ".join(rules_of(phase)) or "none"),
                    ("luck", ", ".join(luck_of(phase)) or "none"),
                ],
                8,
                "   ",
            ),
        ]
    return "\n".join(lines)


def agents_of(phase: Behaviour) -> list[str]:
    """Return the behaviours of actors that a phase turns to."""
    own = [each for each in anatomy.reached(phase.key) if each.file == phase.file]
    called = dict.fromkeys(key for each in own for key in each.calls)
    return [anatomy.behaviours()[key].name for key in called if key.startswith(anatomy.AGENTS)]


def rules_of(phase: Behaviour) -> list[str]:
    """Return the rules that a phase consults, directly or through actors."""
    return [each.name for each in anatomy.reached(phase.key) if each.file.startswith(anatomy.RULES)]


def luck_of(phase: Behaviour) -> list[str]:
    """Return the purposes for which a phase draws random numbers."""
    used = {word for each in anatomy.reached(phase.key) for word in each.words}
    return [name for name, _ in anatomy.members_of("noise.py", "Purpose") if name in used]


# Lists


def overview() -> str:
    """Return what can be asked."""
    rows = [
        ("truce explain day", "what happens in a day, in order"),
        ("truce explain parameters", f"the {len(list(parameters())) + 1} numbers of a scenario"),
        ("truce explain mechanisms", f"the {len(MECHANISMS)} parts that can be switched off"),
        ("truce explain endings", "how a truce can end"),
        ("truce explain reasons", "why it ended"),
        ("truce explain rules", "the theory: claims, formulas, sources"),
        ("truce explain behaviours", "what the actors and the day do"),
        ("truce explain shocks", "inputs that change while the truce lasts"),
        ("truce explain NAME", "any one of them, such as state.funding, leverage or lapses"),
        (f"truce explain {'|'.join(SECTIONS)}", "the numbers of one section"),
    ]
    return "\n".join([_head("What can be asked", "truce explain"), "", *_rows(rows, 28)])


def _parameters_text(*sections: str) -> str:
    lines = []
    for section in sections:
        told = (HORIZON,) if section == "scenario" else tuple(_parameters_of(section))
        rows = (
            (path_of(each), f"{shown(each.default)} {each.unit}. {each.meaning}") for each in told
        )
        lines += ["", _heading_of(section), "", *_rows(rows)]
    return "\n".join(lines[1:])


def _parameters_of(section: str) -> Iterator[Parameter]:
    return (each for each in parameters() if each.section == section)


def _heading_of(section: str) -> str:
    doc = SECTIONS[section].__doc__ if section in SECTIONS else "Outside any section."
    return f"{section}: {(doc or '').splitlines()[0]}"


def _rules_text() -> str:
    lines = []
    for file in dict.fromkeys(each.file for each in anatomy.rules()):
        inside = [each for each in anatomy.rules() if each.file == file]
        lines += [
            "",
            f"{anatomy.question_of(file)} (sim/{file})",
            *_rows((each.name, each.statements[""]) for each in inside),
        ]
    return "\n".join(lines[1:])


def _list_text(kind: str) -> str:
    return "\n".join(_rows((each.name, each.line) for each in topics() if each.kind == kind))


def _shocks_text() -> str:
    inputs = [
        f"{section}{'[]' if section in LISTS else ''}.{field}"
        for section, fields in TIME_VARYING.items()
        for field in fields
    ]
    rows = [(each.name, each.line) for each in topics() if each.name.startswith("shocks[]")]
    return "\n".join(
        [
            _head("shocks", "field"),
            *_paragraph(ScenarioDefinition.model_fields["shocks"].description or ""),
            "",
            *_rows(rows),
            "",
            *_paragraph(f"Inputs that can change: {', '.join(inputs)}."),
            "",
            "In a scenario file",
            "  shocks:",
            "    - {target: state.funding, day: 90, over_days: 30, to: 0.4}",
        ]
    )


CATALOGUES: dict[str, Callable[[], str]] = {
    "day": day_text,
    "parameters": lambda: _parameters_text("scenario", *SECTIONS),
    "mechanisms": lambda: _list_text("mechanism"),
    "endings": lambda: _list_text("ending"),
    "reasons": lambda: _list_text("reason"),
    "rules": _rules_text,
    "behaviours": lambda: _list_text("behaviour"),
    "shocks": _shocks_text,
    **{section: (lambda section=section: _parameters_text(section)) for section in SECTIONS},  # type: ignore[misc]
}
"""The lists, by topic."""


# Layout


def _head(name: str, kind: str) -> str:
    return f"{name}{' ' * max(2, WIDTH - len(name) - len(kind) - 2)}({kind})"


def _paragraph(text: str) -> list[str]:
    return fill(text, WIDTH).splitlines()


def _rows(
    rows: Iterator[tuple[str, str]] | list[tuple[str, str]], first: int = 34, margin: str = "  "
) -> list[str]:
    """Return two columns, the second wrapped; a long first word gets a line of its own."""
    lines: list[str] = []
    for name, text in rows:
        if len(name) >= first:
            lines.append(f"{margin}{name}")
            name = ""
        opening, later = f"{margin}{name:<{first}}", f"{margin}{'':<{first}}"
        lines += fill(text, WIDTH, initial_indent=opening, subsequent_indent=later).splitlines()
    return lines
