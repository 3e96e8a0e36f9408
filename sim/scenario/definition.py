"""What a scenario is: its sections, the shocks and the mechanisms, with the bounds of each value.

Every field has a default, so that a file states only what differs. Rules that tie several fields
together are in `contradictions`.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, StringConstraints, create_model, model_validator
from pydantic_core import PydanticCustomError

from sim.mechanisms import MECHANISMS
from sim.parameters import (
    HORIZON,
    LISTS,
    SECTIONS,
    BrokerInputs,
    Environment,
    GroupInputs,
    Section,
    StateInputs,
    TruceTerms,
    World,
    parameter,
)

MOST_ACTORS = 50
MOST_SHOCKS = 1000

TIME_VARYING: dict[str, tuple[str, ...]] = {
    "state": ("funding",),
    "groups": ("funding", "sanctuary"),
    "brokers": ("leverage",),
}
"""The inputs that a shock can change, by section."""


def _target_pattern() -> str:
    index = r"\.(0|[1-9][0-9]{0,3})"
    kinds = [
        f"{section}{index if section in LISTS else ''}\\.({'|'.join(fields)})"
        for section, fields in TIME_VARYING.items()
    ]
    return f"^({'|'.join(kinds)})$"


Text = Annotated[
    str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Target = Annotated[str, StringConstraints(pattern=_target_pattern())]


class Shock(Section):
    """A dated change of an input that varies in time: a step, or a ramp over several days."""

    target: Target = Field(
        description="What changes: state.funding, groups.N.funding, groups.N.sanctuary or "
        "brokers.N.leverage, with N counted from 0."
    )
    to: float = Field(
        ge=0, le=1, description="The value that is reached.", json_schema_extra={"unit": "share"}
    )
    day: int | None = Field(
        default=None,
        ge=0,
        le=36_500,
        description="First day of the change; day 0 is the signing.",
        json_schema_extra={"unit": "days"},
    )
    date: datetime.date | None = Field(
        default=None,
        description="Calendar date (YYYY-MM-DD) instead of a day; needs truce.start_date.",
    )
    over_days: int = Field(
        default=1,
        ge=1,
        le=36_500,
        description="Days the change takes; 1 is a step.",
        json_schema_extra={"unit": "days"},
    )

    @model_validator(mode="after")
    def _exactly_one_of_day_and_date(self) -> Shock:
        if (self.day is None) == (self.date is None):
            found = "neither" if self.day is None else "both"
            raise PydanticCustomError(
                "day_or_date", f"must have exactly one of day and date, and has {found}"
            )
        return self


class MechanismSwitches(Section):
    """Which mechanisms are at work; each is on unless switched off."""

    def switched_off(self) -> tuple[str, ...]:
        """Names of the mechanisms that are off, in the order of `MECHANISMS`."""
        return tuple(name for name in MECHANISMS if not getattr(self, name))


if TYPE_CHECKING:

    class Mechanisms(MechanismSwitches):
        """The switches with one boolean field per mechanism of `sim.mechanisms`."""

        def __getattr__(self, name: str) -> bool: ...

else:
    Mechanisms = create_model(
        "Mechanisms",
        __base__=MechanismSwitches,
        __module__=__name__,
        __doc__=MechanismSwitches.__doc__,
        **{
            name: (bool, Field(default=True, description=mechanism.sentence))
            for name, mechanism in MECHANISMS.items()
        },
    )


class Heading(Section):
    """The values of a scenario that stand outside any section."""

    title: Text = Field(default="Untitled scenario", description="One line that names the case.")
    question: Text = Field(default="", description="What running this scenario can answer.")
    horizon_days: int = parameter(
        int(HORIZON.default),
        bounds=HORIZON.bounds,
        sweep=HORIZON.sweep,
        unit=HORIZON.unit,
        kind=HORIZON.kind,
        meaning=HORIZON.meaning,
        source=HORIZON.source,
    )


class ScenarioDefinition(Heading):
    """Everything that defines a scenario, all layers merged."""

    truce: TruceTerms = Field(default_factory=TruceTerms, description="What was agreed.")
    state: StateInputs = Field(default_factory=StateInputs, description="The government.")
    groups: tuple[GroupInputs, ...] = Field(
        default_factory=lambda: (GroupInputs(),),
        max_length=MOST_ACTORS,
        description="The militant groups, one or more; at least one signs.",
    )
    brokers: tuple[BrokerInputs, ...] = Field(
        default=(), max_length=MOST_ACTORS, description="The third parties, none or more."
    )
    environment: Environment = Field(
        default_factory=Environment, description="What belongs to nobody."
    )
    shocks: tuple[Shock, ...] = Field(
        default=(), max_length=MOST_SHOCKS, description="Dated changes of inputs."
    )
    mechanisms: Mechanisms = Field(
        default_factory=Mechanisms, description="Parts of the theory to switch off."
    )
    model: World = Field(default_factory=World, description="Global parameters to override.")


SECTION_MODELS: dict[str, type[Section]] = {
    name: model for name, model in SECTIONS.items() if name not in LISTS
} | {"mechanisms": Mechanisms}
"""Sections with one set of fields each."""

LIST_MODELS: dict[str, type[Section]] = {name: SECTIONS[name] for name in SECTIONS if name in LISTS}
LIST_MODELS["shocks"] = Shock
"""Sections that are lists, with the fields of an item."""

MOST_ITEMS: dict[str, int] = {"groups": MOST_ACTORS, "brokers": MOST_ACTORS, "shocks": MOST_SHOCKS}


def unit_of(model: type[Section], field: str) -> str:
    """Return the unit of a field, or an empty text where it has none."""
    extra: Any = model.model_fields[field].json_schema_extra or {}
    return str(extra.get("unit", ""))
