"""Words for readers: what kinds and marks mean, and how a number or a phase is put into words.

`sim.explain` and `sim.reference` share them, so that the help and the tables say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill

from sim import anatomy
from sim.anatomy import Behaviour
from sim.parameters import HORIZON, LISTS, SECTIONS, Parameter, Section
from sim.scenario.definition import Heading, Shock
from sim.scenario.resolved import yaml_value
from sim.scenario.words import number

WIDTH = 92
WIDEST_NAME = 36

KIND_WORDS: dict[str, str] = {
    "context": "describes the case",
    "design": "chosen by those who write the truce",
    "global": "the same in every conflict, and calibrated",
    "constant": "fixed by definition or measurement, rarely touched",
}
"""What the kinds of parameter mean."""

MARK_WORDS: dict[str, str] = {
    "[V]": "the cited source says so; its title, abstract or an excerpt was read, not all of it",
    "[D]": "computed from public data",
    "[R]": "recalled from the literature and not checked",
    "[P]": "found with the prototype of the model",
    "[A]": "an assumption of this project",
}
"""What the status marks of sources mean."""

ENDING_WORDS: dict[str, str] = {
    "failure": "the truce failed",
    "expiry": "the truce ran out",
    "success": "the truce led to a settlement",
    "censored": "nothing ended the truce while it was watched",
}
"""What the kinds of ending mean."""


def shown(value: float | int | bool) -> str:
    """Return a value as a scenario file has it: true, 30, 0.05."""
    return yaml_value(value) if isinstance(value, bool) else number(value)


def span(limits: tuple[float, float] | None) -> str:
    """Return a range in words."""
    return f"{number(limits[0])} to {number(limits[1])}" if limits else "true or false"


def marks_in(source: str) -> list[str]:
    """Return the status marks of a source, each once."""
    return [mark for mark in MARK_WORDS if mark in source]


def default_at(address: str) -> str:
    """Return the default of a number such as ``groups.funding``."""
    section, name = address.split(".")
    return shown(SECTIONS[section].model_fields[name].default)


def plain_fields() -> Iterator[tuple[str, str, str]]:
    """Yield path, meaning and default of what a scenario holds besides the parameters."""
    held: dict[str, type[Section]] = {"": Heading, **SECTIONS, "shocks": Shock}
    for section, fields in held.items():
        listed = "[]" if section in LISTS or section == "shocks" else ""
        for name, field in fields.model_fields.items():
            if section == "shocks" or not field.json_schema_extra:
                default = "must be given" if field.is_required() else _default(field.default)
                yield f"{section}{listed}.{name}".lstrip("."), field.description or "", default


def _default(value: object) -> str:
    if value is None:
        return "none"
    return yaml_value(value) if isinstance(value, bool | int | str) else str(value)


def said(behaviour: Behaviour) -> str:
    """Return what a behaviour does or gives, from its docstring before any heading."""
    text = behaviour.statements[""]
    given = text.removeprefix("Return ")
    return given if given == text else given[:1].upper() + given[1:]


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
    drawn = {purpose for each in anatomy.reached(phase.key) for purpose in each.draws}
    return [name for name, _ in anatomy.members_of("noise.py", "Purpose") if name in drawn]


def moments(behaviour: Behaviour) -> str:
    """Return when a behaviour runs, such as "day 0, phases 3 and 11"; empty if never."""
    phases = [str(number) for number in anatomy.when(behaviour.key) if number > 0]
    opening = ["day 0"] if 0 in anatomy.when(behaviour.key) else []
    if not phases:
        return "".join(opening)
    several = " and ".join([", ".join(phases[:-1]), phases[-1]]) if phases[1:] else phases[0]
    return ", ".join([*opening, f"phase{'s' * bool(phases[1:])} {several}"])


def setting(parameter: Parameter) -> str:
    """Return a path and value for ``--set``, such as ``groups.0.funding=1``."""
    return f"{parameter.path.replace('[]', '.0')}={shown(example(parameter))}"


def snippet(parameter: Parameter) -> str:
    """Return lines of a scenario file that set a parameter; in a list, of its first item."""
    line = f"{parameter.name}: {shown(example(parameter))}"
    if parameter is HORIZON:
        return line
    return f"{parameter.section}:\n  {'- ' if '[]' in parameter.path else ''}{line}"


def example(parameter: Parameter) -> float | int | bool:
    """Return a value worth trying: the far end of the sweep range, or the other answer."""
    if parameter.sweep is None:
        return not parameter.default
    low, high = parameter.sweep
    return high if parameter.default != high else low


def headline(name: str, kind: str) -> str:
    """Return the first line of an explanation: a name, and at the right what it is."""
    return f"{name}{' ' * max(2, WIDTH - len(name) - len(kind) - 2)}({kind})"


def paragraph(text: str) -> list[str]:
    """Return a text in lines."""
    return fill(text, WIDTH).splitlines()


def columns(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return two columns, the second wrapped; a very long name gets a line of its own."""
    rows = list(rows)
    width = min(WIDEST_NAME, 2 + max((len(name) for name, _ in rows), default=0))
    lines: list[str] = []
    for name, text in rows:
        lines += [f"  {name}"] if len(name) >= width else []
        start = f"  {'' if len(name) >= width else name:<{width}}"
        wrapped = fill(text, WIDTH, initial_indent=start, subsequent_indent=" " * (width + 2))
        lines += wrapped.splitlines()
    return lines
