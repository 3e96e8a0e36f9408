"""The scenario that ``truce new`` writes: the inputs a student touches first, each explained."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import wrap

from sim.disk import plain_disk_errors
from sim.errors import UsageError
from sim.parameters import HORIZON, LISTS, Section
from sim.scenario.definition import LIST_MODELS, SECTION_MODELS, Heading
from sim.scenario.faults import allowed_range, value_type
from sim.scenario.resolved import schema_line, yaml_value
from sim.scenario.shipped import shipped_folder
from sim.scenario.words import printable_path

_TOUCHED: dict[str, tuple[str, ...]] = {
    "truce": (
        "term_days",
        "prisoners_promised",
        "instalments",
        "instalment_days",
        "monitoring",
        "opacity",
        "ratified",
    ),
    "state": ("funding", "war_cost", "trust", "outrage"),
    "groups": (
        "signatory",
        "strength",
        "funding",
        "sanctuary",
        "hardliner_share",
        "core_control",
        "trust",
    ),
    "brokers": ("leverage", "bias"),
    "environment": ("accident_rate",),
}

_WIDTH = 96

_FOOT = """\
# Inputs that change while the truce lasts; take off the '# ' to use them.
# shocks:
#   - {target: state.funding, day: 90, over_days: 30, to: 0.4}

# Parts of the theory to switch off, one line each.
# mechanisms:
#   spoilers: false
"""


def starter(name: str, schema: str = "scenario.schema.json") -> str:
    """Return a commented scenario called `name`, which loads as it is.

    `schema` is the path of the JSON Schema as seen from where the file will lie.
    """
    lines = [schema_line(schema), f"title: {yaml_value(name)}", 'question: ""', ""]
    lines += _field(Heading, HORIZON.name, "")
    for section, fields in _TOUCHED.items():
        lines += ["", f"# {_heading(section)}", f"{section}:", *_section(section, fields)]
    return "\n".join(lines) + "\n\n" + _FOOT


def write_starter(name: str) -> Path:
    """Write a starter called `name` to NAME.yaml, where nothing may be yet, and return its path.

    Raises
    ------
    UsageError
        If the name is no file name, or there is such a file already.
    TruceError
        If the disk refuses.
    """
    path = Path(f"{name.removesuffix('.yaml')}.yaml")
    if path.name.startswith(".") or not name.isprintable():
        raise UsageError(f"{printable_path(name)} is no name for a file; choose another")
    schema = shipped_folder() / "scenario.schema.json"
    with plain_disk_errors(path):
        if path.exists():
            raise UsageError(f"{path} is there already; choose another name or remove it first")
        path.write_text(starter(path.stem, os.path.relpath(schema, path.parent)), "utf-8")
    return path


def _heading(section: str) -> str:
    models = SECTION_MODELS | LIST_MODELS
    return (models[section].__doc__ or "").split("\n")[0]


def _section(section: str, fields: tuple[str, ...]) -> list[str]:
    if section not in LISTS:
        return [line for field in fields for line in _field(SECTION_MODELS[section], field, "  ")]
    model = LIST_MODELS[section]
    first = f'  - name: "{section.removesuffix("s")}"'
    return [first, *(line for field in fields for line in _field(model, field, "    "))]


def _field(model: type[Section], field: str, indent: str) -> list[str]:
    info = model.model_fields[field]
    meaning = f"{info.description} {_range(model, field)}"
    comment = wrap(meaning, _WIDTH - len(indent), initial_indent="# ", subsequent_indent="#   ")
    return [f"{indent}{line}" for line in (*comment, f"{field}: {yaml_value(info.default)}")]


def _range(model: type[Section], field: str) -> str:
    if value_type(model, field) is bool:
        return "Write true or false."
    words = allowed_range(model, field)
    return f"{words[0].upper()}{words[1:]}."
