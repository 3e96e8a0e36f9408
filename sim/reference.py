"""Tables of the documentation, generated from the code, and the pages that hold them.

In a page, a generated part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``.
``python -m sim.reference PAGE ...`` rewrites these parts in place; with ``--check`` it only
says whether they are out of date.
"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from sim import anatomy
from sim.anatomy import Behaviour
from sim.endings import ENDINGS, REASONS
from sim.errors import TruceError, UsageError
from sim.glossary import (
    ENDING_WORDS,
    KIND_WORDS,
    MARK_WORDS,
    agents_of,
    default_at,
    luck_of,
    plain_fields,
    rules_of,
    said,
    shown,
    span,
)
from sim.mechanisms import MECHANISMS
from sim.parameters import HORIZON, SECTIONS, Parameter, parameters
from sim.paths import CODEBOOK
from sim.sweep.codebook import Column, columns_of_files
from sim.validation import account

ENTITIES: tuple[tuple[str, str, str, str], ...] = (
    ("State", "agents/state.py", "state", "The state"),
    ("MilitantGroup", "agents/militant_group.py", "groups", "A militant group"),
    ("Broker", "agents/broker.py", "brokers", "A broker"),
    ("Relation", "truce.py", "relation", "What lies between the state and one group"),
    ("Truce", "truce.py", "truce", "The truce"),
    ("Incident", "truce.py", "incident", "An incident of today"),
)
"""Class, file, section and title of everything that has a state."""

CONSTANTS: tuple[tuple[str, str], ...] = (
    ("model.py", "MOST_SPLITS"),
    ("model.py", "INCIDENTS_OF_GROUP"),
    ("rules/violence.py", "MOST_INCIDENTS"),
    ("rules/belief.py", "LEAST_TRUST"),
    ("rules/belief.py", "MOST_TRUST"),
    ("rules/belief.py", "LEAST_RATE"),
    ("behaviour.py", "DEATH_WINDOW"),
    ("noise.py", "MOST_PER_DAY"),
    ("scenario/definition.py", "MOST_ACTORS"),
    ("scenario/definition.py", "MOST_SHOCKS"),
)
"""Numbers that the code fixes and no scenario can change."""

EACH_FACTOR = Column(
    "FACTOR", "its own", "the value varied; one column for each factor, called after its path"
)
"""Stands for what a study varies, in the table of columns."""

STATEMENTS = ("Claim", "Formula", "Source", "Expected direction")

_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)
_OPENING, _CLOSING = "<!-- generated:", "<!-- end -->"


# Tables


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; cells are escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|").replace("*", r"\*").replace("<", "&lt;")


def code(*names: str) -> str:
    """Return names in code font, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def parameter_tables() -> str:
    """Return one table of parameters for each section of a scenario."""
    parts = [_parameter_table("Outside any section", [HORIZON])]
    for section in SECTIONS:
        inside = [each for each in parameters() if each.section == section]
        parts.append(_parameter_table(f"`{section}`: {_about(section)}", inside))
    return "\n".join(parts)


def _about(section: str) -> str:
    return (SECTIONS[section].__doc__ or "").splitlines()[0]


def _parameter_table(title: str, told: list[Parameter]) -> str:
    headings = ("parameter", "default", "allowed", "sweep", "unit", "kind", "meaning", "source")
    rows = (
        (
            code(each.path),
            shown(each.default),
            span(each.bounds),
            span(each.sweep),
            each.unit,
            each.kind,
            each.meaning,
            each.source,
        )
        for each in told
    )
    return f"**{title}**\n\n{table(headings, rows)}"


def field_table() -> str:
    """Return the table of what a scenario holds besides the parameters."""
    rows = ((code(path), default, meaning) for path, meaning, default in plain_fields())
    return table(("field", "default", "meaning"), rows)


def kind_table() -> str:
    """Return the table of the kinds of parameter, with how many there are of each."""
    told = [HORIZON, *parameters()]
    rows = [
        (code(kind), words, str(sum(each.kind == kind for each in told)))
        for kind, words in KIND_WORDS.items()
    ]
    return table(("kind", "meaning", "parameters"), rows)


def mark_table() -> str:
    """Return the table of status marks, with how many sources of parameters bear each."""
    sources = [each.source for each in (HORIZON, *parameters())]
    rows = [
        (code(mark), words, str(sum(mark in source for source in sources)))
        for mark, words in MARK_WORDS.items()
    ]
    return table(("mark", "meaning", "parameters"), rows)


def mechanism_table() -> str:
    """Return the table of mechanisms and of the values that remove them."""
    rows = (
        (code(each.name), each.sentence, ", ".join(_removal(*item) for item in removed))
        for each in MECHANISMS.values()
        for removed in [each.neutral.items()]
    )
    return table(("mechanism", "what it does", "switched off by (default)"), rows)


def _removal(path: str, value: float | int | bool) -> str:
    return f"`{path}` = {shown(value)} ({default_at(path)})"


def ending_table() -> str:
    """Return the table of endings in order of code."""
    rows = (
        (
            str(each.code),
            code(each.name),
            each.sentence,
            str(each.precedence) if each.precedence else "none",
            f"{each.kind}: {ENDING_WORDS[each.kind]}",
        )
        for each in ENDINGS
    )
    return table(("code", "ending", "meaning", "precedence", "kind"), rows)


def reason_table() -> str:
    """Return the table of reasons in order of code."""
    rows = ((str(each.code), code(each.name), each.sentence) for each in REASONS)
    return table(("code", "reason", "meaning"), rows)


def schedule_table() -> str:
    """Return the table of the phases of a day, with whom and what each consults."""
    rows = (
        (
            str(number),
            code(phase.name),
            said(phase).partition(" ")[2],
            code(*agents_of(phase)),
            code(*rules_of(phase)),
            code(*luck_of(phase)),
        )
        for number, phase in enumerate(anatomy.phases(), start=1)
    )
    headings = ("phase", "function", "what happens", "actors asked", "rules", "luck drawn for")
    return table(headings, rows)


def rule_tables() -> str:
    """Return one table for each file of rules, with the four statements of every rule."""
    parts = []
    for file in dict.fromkeys(rule.file for rule in anatomy.rules()):
        rows = [_stated(rule) for rule in anatomy.rules() if rule.file == file]
        title = f"**{anatomy.question_of(file)}** (`sim/{file}`)"
        parts.append(f"{title}\n\n{table(('rule', 'gives', *map(str.lower, STATEMENTS)), rows)}")
    return "\n".join(parts)


def behaviour_table() -> str:
    """Return the table of what actors and the day do beyond rules, where it makes a statement."""
    told = [
        each
        for each in anatomy.behaviours().values()
        if not each.file.startswith(anatomy.RULES) and len(each.statements) > 1
    ]
    headings = ("behaviour", "does or gives", *map(str.lower, STATEMENTS))
    return table(headings, map(_stated, told))


def _stated(behaviour: Behaviour) -> tuple[str, ...]:
    said_so = behaviour.statements
    assumed = [f"{head}: {text}" for head, text in said_so.items() if head.startswith("Rule")]
    claim = " ".join([*filter(None, [said_so.get("Claim")]), *assumed])
    others = [said_so.get(head, "") for head in STATEMENTS[1:]]
    return (code(f"{behaviour.name}({behaviour.arguments})"), said(behaviour), claim, *others)


def variable_tables() -> str:
    """Return one table for each entity of what describes it, but for inputs that never change.

    A variable "as built" gets its value when the actors are made.
    """
    return "\n".join(f"**{title}**\n\n{_variables(*rest)}" for *rest, title in ENTITIES)


def _variables(kind: str, file: str, section: str) -> str:
    inputs = SECTIONS[section].model_fields if section in SECTIONS else {}
    built = anatomy.keywords("model.py", "take_inputs")
    rows = []
    for name, type_name, comment in anatomy.fields_of(file, kind):
        changers = [each.name for each in anatomy.changers(f"{section}.{name}")]
        if name not in inputs or changers:
            start = "input" if name in inputs else "as built" if name in built else "0"
            meaning = comment or (inputs[name].description or "" if name in inputs else "")
            rows.append((code(name), type_name, start, code(*changers), meaning))
    return table(("variable", "type", "starts as", "changed by", "meaning"), rows)


def noise_table() -> str:
    """Return the table of the purposes for which random numbers are drawn."""
    rows = (
        (code(name), str(place), code(*_drawn_in(name)))
        for name, place in anatomy.members_of("noise.py", "Purpose")
    )
    return table(("purpose", "number", "drawn in"), rows)


def _drawn_in(purpose: str) -> list[str]:
    return [each.name for each in anatomy.behaviours().values() if purpose in each.draws]


def constant_table() -> str:
    """Return the table of the numbers that no scenario can change."""
    rows = (
        (code(name), value, comment, code(f"sim/{file}"))
        for file, name in CONSTANTS
        for value, comment in [anatomy.constant(file, name)]
    )
    return table(("constant", "value", "note", "file"), rows)


def outcome_table() -> str:
    """Return the table of the columns of a run's outcome."""
    rows = ((code(name), kind, note) for name, kind, note in _columns())
    return table(("column", "type", "note"), rows)


def path_table() -> str:
    """Return the table of the columns of the runs that are kept in full."""
    rows = ((code(name), unit, meaning) for name, (unit, meaning) in CODEBOOK.items())
    return table(("column", "unit", "meaning"), rows)


def _columns() -> list[tuple[str, str, str]]:
    return anatomy.fields_of("outcome.py", "Outcome")


def column_tables() -> str:
    """Return one table for each file of a sweep, with the unit and meaning of its columns."""
    parts = []
    for name, columns in columns_of_files([EACH_FACTOR], compared=True).items():
        rows = ((code(each.name), each.unit, each.meaning) for each in columns)
        parts.append(f"**`{name}`**\n\n{table(('column', 'unit', 'meaning'), rows)}")
    return "\n".join(parts)


Parts = Mapping[str, Callable[[], str]]
"""What writes each generated part, by the name that a page calls it."""

CALIBRATION: Parts = {
    "pairs": lambda: table(account.PAIR_HEADINGS, account.pair_rows()),
    "patterns": lambda: table(account.PATTERN_HEADINGS, account.pattern_rows()),
    "posterior": lambda: table(account.POSTERIOR_HEADINGS, account.posterior_rows()),
}

TABLES: Parts = {
    "behaviours": behaviour_table,
    "columns": column_tables,
    "constants": constant_table,
    "endings": ending_table,
    "fields": field_table,
    "kinds": kind_table,
    "marks": mark_table,
    "mechanisms": mechanism_table,
    "noise": noise_table,
    "outcome": outcome_table,
    "parameters": parameter_tables,
    "paths": path_table,
    "reasons": reason_table,
    "rules": rule_tables,
    "schedule": schedule_table,
    "variables": variable_tables,
    **CALIBRATION,
}
"""The parts that are generated from the code alone; other pages have parts of their own."""


# Pages


def rewritten(page: str, parts: Parts = TABLES) -> str:
    """Return a page with every generated part brought up to date.

    Raises
    ------
    UsageError
        If a part has no end or a name that is not among the parts.
    """
    if not len(_PART.findall(page)) == page.count(_OPENING) == page.count(_CLOSING):
        raise UsageError(f"every '{_OPENING} NAME -->' line needs a '{_CLOSING}' line below it")
    return _PART.sub(lambda part: f"{part[1]}\n{_generated(part[2], parts)}\n", page)


def _generated(name: str, parts: Parts) -> str:
    if name not in parts:
        raise UsageError(f"nothing called {name} is generated; there are {', '.join(parts)}")
    return parts[name]()


def out_of_date(page: str, parts: Parts = TABLES) -> list[str]:
    """Return the names of the generated parts of a page that the code would write differently."""
    before, after = _PART.findall(page), _PART.findall(rewritten(page, parts))
    return [old[1] for old, new in zip(before, after, strict=True) if old[2] != new[2]]


def refresh(path: Path, parts: Parts = TABLES) -> None:
    """Rewrite the generated parts of a page in place."""
    page = path.read_text(encoding="utf-8")
    if out_of_date(page, parts):
        path.write_text(rewritten(page, parts), encoding="utf-8")


def check(path: Path, parts: Parts = TABLES, mend: str = "") -> None:
    """Raise `TruceError` if a page is out of date; `mend` is the command that mends it."""
    stale = out_of_date(path.read_text(encoding="utf-8"), parts)
    if stale:
        mend = mend or f"python -m sim.reference {path}"
        raise TruceError(f"{path} is out of date in {', '.join(stale)}; to mend it: {mend}")


def main(arguments: Sequence[str] | None = None) -> str | None:
    """Bring pages up to date, or check them; returns a sentence if something is wrong."""
    parser = ArgumentParser(prog="python -m sim.reference", description=__doc__)
    parser.add_argument("pages", nargs="+", type=Path, help="Markdown files")
    parser.add_argument("--check", action="store_true", help="change nothing, say what would")
    given = parser.parse_args(arguments)
    try:
        for path in given.pages:
            (check if given.check else refresh)(path)
    except (TruceError, OSError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main())
