"""What a factor can vary: single values of the base scenario, each found by its path."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sim.errors import Problem
from sim.parameters import Section, parameters
from sim.scenario import Scenario
from sim.scenario.checking import checked_fields
from sim.scenario.contradictions import how_many
from sim.scenario.definition import LIST_MODELS, SECTION_MODELS, Heading, ScenarioDefinition
from sim.scenario.faults import value_type
from sim.scenario.overrides import Override, overridden
from sim.scenario.tree import Address, Entry, Mapping, Node, Place, Scalar, dotted
from sim.scenario.words import number, printable

Value = bool | int | float | str

NEVER_VARIED = frozenset({"title", "question", "start_date", "date"})
"""Fields that no factor can name: texts for readers, and dates."""
_STRICTLY = ConfigDict(strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Target:
    """A value of the base scenario that a factor varies, with the field that bounds it."""

    address: Address
    model: type[Section]
    base: Value

    @property
    def path(self) -> str:
        """The path with dots, such as ``brokers.0.leverage``."""
        return ".".join(map(str, self.address))

    @property
    def field(self) -> str:
        """The last part of the path."""
        return str(self.address[-1])

    @property
    def kind(self) -> type:
        """The type of the value: bool, int, float or str."""
        return value_type(self.model, self.field)

    @property
    def is_number(self) -> bool:
        """Whether the value can lie between two others."""
        return self.kind in (int, float)

    @property
    def is_tied(self) -> bool:
        """Whether values that are right one by one may be impossible together.

        The rules of `sim.scenario.contradictions` compare names, signatures, dates, days of shocks
        and the horizon. The parameters of the model and the switches go with one another in any
        combination.
        """
        section = str(self.address[0])
        return section != "mechanisms" and (section, self.field) not in _LOOSE

    def accepted(self, value: object) -> Value:
        """Return a value as it will stand in the scenario: 1 as 1.0 where fractions are allowed.

        Raises
        ------
        ValueError
            If the field does not take the value.
        """
        try:
            taken: Value = self._adapter.validate_python(value)
        except ValidationError:
            raise ValueError(f"{self.path} does not take {value!r}") from None
        if taken is None:
            raise ValueError(f"{self.path} needs a value")
        return unsigned(taken)

    def is_accepted(self, value: object) -> bool:
        """Whether the field takes the value."""
        try:
            self.accepted(value)
        except ValueError:
            return False
        return True

    def problems(self, node: Node) -> list[Problem]:
        """Say what is wrong with a value written at `node`, in the words of a scenario's check."""
        if isinstance(node, Scalar) and self.is_accepted(node.value):
            return []
        above = Mapping(node.place, {self.field: Entry(node.place, node)})
        found = checked_fields(self.model, above, self.address[:-1])[1]
        return [problem for problem in found if problem.path == dotted(self.address)]

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        field = self.model.model_fields[self.field]
        kind: Any = field.annotation
        bounded: Any = Annotated[kind, *field.metadata] if field.metadata else kind
        return TypeAdapter(bounded, config=_STRICTLY)


_LOOSE = frozenset((parameter.section, parameter.name) for parameter in parameters())


def find_target(
    address: Address, place: Place, base: Scenario
) -> tuple[Target | None, list[Problem]]:
    """Return what a factor's path leads to in the base scenario, or what is wrong with the path."""
    problems = _path_problems(address, place, base)
    if problems:
        return None, problems
    target = Target(address, _model(address), unsigned(_value(address, base.definition)))
    what = _refusal(target)
    return (None, [place.problem(address, what)]) if what else (target, [])


def _path_problems(address: Address, place: Place, base: Scenario) -> list[Problem]:
    what = _beyond_the_list(address, base.definition) or _not_single(address)
    if what:
        return [place.problem(address, what)]
    written = Scalar(place, None, "")
    refused = overridden(base.tree, [Override(address, written, place)])[1]
    if refused or _model(address) is Heading:
        return refused
    model, field = _model(address), str(address[-1])
    if field in model.model_fields:
        return []
    return checked_fields(model, Mapping(place, {field: Entry(place, written)}), address[:-1])[1]


def _beyond_the_list(address: Address, definition: ScenarioDefinition) -> str:
    section, *below = address
    if section not in LIST_MODELS or not below or not isinstance(below[0], int):
        return ""
    count = len(getattr(definition, str(section)))
    if below[0] < count:
        return ""
    return f"there is no {section}.{below[0]} to vary: {how_many(str(section), count)}"


def _not_single(address: Address) -> str:
    is_list = address[0] in LIST_MODELS
    is_whole = address[0] in SECTION_MODELS and len(address) == 1
    is_item = is_list and len(address) == 2 and isinstance(address[1], int)
    if not (is_whole or is_item or (is_list and len(address) == 1)):
        return ""
    example = {"groups": "funding", "brokers": "leverage", "shocks": "day"}
    section = str(address[0])
    first = _first_of(section) if is_whole else example[section]
    item = ".".join(map(str, address)) if is_item else f"{section}.0" if is_list else section
    return f"a factor varies a single value; name one, such as {item}.{first}"


def _first_of(section: str) -> str:
    fields = SECTION_MODELS[section].model_fields
    return next(field for field in fields if field not in NEVER_VARIED)


def _model(address: Address) -> type[Section]:
    section = str(address[0])
    return LIST_MODELS.get(section) or SECTION_MODELS.get(section) or Heading


def _value(address: Address, definition: ScenarioDefinition) -> Any:
    value: Any = definition
    for part in address:
        value = value[part] if isinstance(part, int) else getattr(value, part)
    return value


def _refusal(target: Target) -> str:
    if target.kind is datetime.date:
        return "a date cannot be a factor; use days (shocks.0.day)"
    if target.field in NEVER_VARIED:
        return "bears on no number; it cannot be a factor"
    if target.base is None:
        return "has no value in the base, so nothing can be varied"
    return ""


def unsigned(value: Value) -> Value:
    """Return a value with -0.0 as 0.0, which no model can tell apart."""
    return value + 0.0 if isinstance(value, float) else value


def written(value: object) -> str:
    """Return a value as it is written in YAML, made safe to print."""
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, float) else printable(str(value))
