"""`Scenario`: what a run needs to know, read from YAML, never changed, only copied with changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sim.errors import Problem
from sim.parameters import (
    BrokerInputs,
    Environment,
    GroupInputs,
    StateInputs,
    TruceTerms,
    World,
)
from sim.scenario.assembly import assembled
from sim.scenario.checking import checked
from sim.scenario.definition import Mechanisms, ScenarioDefinition, Shock
from sim.scenario.effective import effective
from sim.scenario.loading import Layered, load_file, load_text
from sim.scenario.overrides import Override, overridden, read_overrides, typed_overrides
from sim.scenario.resolved import ResolvedValue, digest, resolved_values, yaml_text
from sim.scenario.shipped import find_scenario
from sim.scenario.timeline import ResolvedShock, timeline
from sim.scenario.tree import Mapping


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """A case to simulate. Make one with `load` or `from_yaml`, vary it with `with_`.

    Two scenarios are equal if all their values are, whatever the files and layers behind them.
    """

    definition: ScenarioDefinition
    path: Path | None = None
    _tree: Mapping = field(kw_only=True)

    @classmethod
    def load(cls, path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
        """Read a scenario file, or a shipped scenario by name.

        `overrides` are texts such as ``brokers.0.leverage=0.9``, laid over the file in order.

        Raises
        ------
        ScenarioError
            With every problem of the file, the files it extends and the overrides.
        """
        located = find_scenario(path)
        return cls._from_layers(load_file(located), overrides, located)

    @classmethod
    def from_yaml(
        cls, text: str, name: str | Path = "<text>", overrides: Sequence[str] = ()
    ) -> Scenario:
        """Read a scenario from text; `name` stands in messages and is where `extends` starts from.

        Raises
        ------
        ScenarioError
            As in `load`.
        """
        return cls._from_layers(load_text(text, Path(name)), overrides, None)

    @classmethod
    def _from_layers(
        cls, layered: Layered, overrides: Sequence[str], path: Path | None
    ) -> Scenario:
        read, problems = read_overrides(overrides)
        return cls.from_layers(layered, read, problems, path)

    @classmethod
    def from_layers(
        cls,
        layered: Layered,
        overrides: Iterable[Override] = (),
        problems: Iterable[Problem] = (),
        path: Path | None = None,
    ) -> Scenario:
        """Put a scenario together from files that are read already and overrides over them.

        Raises
        ------
        ScenarioError
            With `problems` and all that is wrong with the files and the overrides.
        """
        tree, found = _laid_over(layered.tree, overrides)
        definition = assembled(tree, (*layered.problems, *problems, *found))
        return cls(definition, path, _tree=tree)

    def with_(self, **values: object) -> Scenario:
        """Return a copy with other values, such as ``with_(**{"brokers.0.leverage": 0.9})``.

        A value replaces what stands at its path; an index equal to the length of a list adds an
        item.

        Raises
        ------
        ScenarioError
            If a path is unknown or a value wrong.
        """
        tree, problems = _laid_over(self._tree, typed_overrides(values))
        return Scenario(assembled(tree, problems), self.path, _tree=tree)

    @property
    def title(self) -> str:
        """One line that names the case."""
        return self.definition.title

    @property
    def question(self) -> str:
        """What running this scenario can answer."""
        return self.definition.question

    @property
    def horizon_days(self) -> int:
        """Days after which a truce that still holds is no longer followed."""
        return self.definition.horizon_days

    @property
    def truce(self) -> TruceTerms:
        """What was agreed."""
        return self.definition.truce

    @property
    def state(self) -> StateInputs:
        """The government."""
        return self.definition.state

    @property
    def groups(self) -> tuple[GroupInputs, ...]:
        """The militant groups, one or more, with different names; at least one signed."""
        return self.definition.groups

    @property
    def brokers(self) -> tuple[BrokerInputs, ...]:
        """The third parties, none or more, with different names."""
        return self.definition.brokers

    @property
    def environment(self) -> Environment:
        """What belongs to nobody."""
        return self.definition.environment

    @property
    def shocks(self) -> tuple[Shock, ...]:
        """Dated changes of inputs, as written; `timeline` has them as days."""
        return self.definition.shocks

    @property
    def mechanisms(self) -> Mechanisms:
        """Which parts of the theory are switched on."""
        return self.definition.mechanisms

    @property
    def model(self) -> World:
        """Parameters that are the same in every conflict."""
        return self.definition.model

    @cached_property
    def effective(self) -> ScenarioDefinition:
        """The definition with the neutral values of every mechanism that is off put in place."""
        return effective(self.definition)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that bears on the numbers: equal content, equal digest."""
        return digest(self.definition)

    def timeline(self) -> tuple[ResolvedShock, ...]:
        """All shocks with dates turned into days, sorted by day."""
        return timeline(self.definition)

    @property
    def tree(self) -> Mapping:
        """The values that a layer has given, each with its place; for messages."""
        return self._tree

    def resolved(self) -> list[ResolvedValue]:
        """Every value with the layer it came from, in the order of a scenario file."""
        return resolved_values(self.definition, self._tree)

    def to_yaml(self, schema: str = "scenario.schema.json") -> str:
        """Return the scenario as YAML that states every value and loads to the same digest."""
        return yaml_text(self.definition, schema)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        return self.definition == other.definition

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        names = [group.name for group in self.groups] + [broker.name for broker in self.brokers]
        return f"Scenario({self.title!r}: {', '.join(names)}; digest {self.digest[:8]})"


def _laid_over(tree: Mapping, overrides: Iterable[Override]) -> tuple[Mapping, list[Problem]]:
    changed, problems = overridden(tree, overrides)
    sound, found = checked(changed)
    return sound, [*problems, *found]
