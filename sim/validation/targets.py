"""What the model is held against: patterns S1-S23 and claims F1-F11, read from one data file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from sim.errors import TruceError

TARGETS_FILE = Path(__file__).parents[1] / "data" / "targets.yaml"

Clock = Literal["formal", "war", "none"]
Mark = Literal["V", "D", "R", "P", "A"]
Value = bool | int | float
Measure = Literal[
    "survival",
    "hazard_shape",
    "share_settled",
    "first_term",
    "case",
    "hazard_ratio",
    "rate_ratio",
    "share",
    "severity_exponent",
    "selection",
    "regime",
    "contrast",
    "dynamics",
    "state_leverage",
    "onset",
    "input",
    "timing",
]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Change(_Entry):
    """The input that goes from one value to another; several paths are separated by spaces.

    `through` are values on the way, where the way matters; `given` are inputs that are set to one
    value on both sides.
    """

    path: str
    from_: Value = Field(alias="from")
    to: Value
    through: tuple[Value, ...] = ()
    given: dict[str, Value] = {}

    @property
    def paths(self) -> tuple[str, ...]:
        """The addresses of the inputs that change together."""
        return tuple(self.path.split())

    def at(self, value: Value) -> dict[str, Value]:
        """Return the inputs on the side where what changes has this value."""
        return {**self.given, **dict.fromkeys(self.paths, value)}


class Part(_Entry):
    """One number of a target, and the range in which it counts as met.

    `days` are ages of the truce: one for a point in time, two for a stretch, four where a stretch
    is set beside another. `value` and `interval` (95 %) are the source's; `low` and `high` are the
    tolerance, None where it is open. `change` is what is compared where it is not the target's.
    """

    name: str
    days: tuple[int, ...] = ()
    value: float | None = None
    interval: tuple[float, float] | None = None
    low: float | None = None
    high: float | None = None
    change: Change | None = None

    @model_validator(mode="after")
    def _ranges_make_sense(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError(f"{self.name}: give low, high or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.name}: low lies above high")
        if self.value is not None and not self.is_met_by(self.value):
            raise ValueError(f"{self.name}: the value lies outside its own tolerance")
        if list(self.days[:2]) != sorted(self.days[:2]) or len(self.days) not in (0, 1, 2, 4):
            raise ValueError(f"{self.name}: days are one age, a stretch or two stretches")
        return self

    def is_met_by(self, number: float) -> bool:
        """Does a number lie within the tolerance, both ends included?"""
        above = self.low is None or number >= self.low
        return above and (self.high is None or number <= self.high)


class Target(_Entry):
    """One pattern (S) or claim (F): what it says, where it comes from, and when it is met.

    `measure` names what is computed, `clock` what counts as an end (see `docs/calibration.md`).
    `fits` tells whether calibration uses it; `simulated` whether one truce can show it, with
    `why_not` where it cannot. `missed` says why the model may miss it.
    """

    id: str = Field(pattern=r"^[SF][1-9][0-9]?$")
    pattern: str
    measure: Measure
    clock: Clock
    parts: tuple[Part, ...] = Field(min_length=1)
    tolerance: str
    source: str
    mark: Mark
    fits: bool = False
    simulated: bool = True
    why_not: str = ""
    scenario: str | None = None
    change: Change | None = None
    note: str = ""
    missed: str = ""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.simulated == bool(self.why_not):
            raise ValueError(
                f"{self.id}: `why_not` belongs to what is not simulated, and only there"
            )
        if self.fits and not (self.simulated and self.id in FITTED):
            raise ValueError(f"{self.id}: only {', '.join(FITTED)} may be used to fit")
        if self.simulated and (self.measure == "hazard_ratio") != (self.change is not None):
            raise ValueError(f"{self.id}: a hazard ratio needs a change, and nothing else has one")
        return self


FITTED = ("S1", "S2", "S3", "S4", "S5")
"""The targets that calibration may use."""


@cache
def targets() -> tuple[Target, ...]:
    """Return every target in the order of the file.

    Errors: `TruceError` when the file is missing or breaks its rules.
    """
    return read_targets(TARGETS_FILE)


def target(name: str) -> Target:
    """Return one target by its id, such as ``S4``.

    Errors: `TruceError` when there is none of that id.
    """
    for each in targets():
        if each.id == name:
            return each
    raise TruceError(f"there is no target {name!r}; there are {', '.join(t.id for t in targets())}")


def read_targets(path: Path) -> tuple[Target, ...]:
    """Read a file of targets and check it.

    Errors: `TruceError` when it cannot be read, is no list of targets, or uses an id twice.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        content: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        found = TypeAdapter(tuple[Target, ...]).validate_python(content)
    except (OSError, YAMLError, ValidationError) as error:
        raise TruceError(f"{path} cannot be used as a list of targets: {error}") from error
    names = [each.id for each in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TruceError(f"{path} uses an id twice: {', '.join(twice)}")
    return found
