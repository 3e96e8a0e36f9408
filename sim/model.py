"""`TruceModel`: one truce as a Mesa model, stepped a day at a time."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import mesa

from sim.agents.broker import Broker
from sim.agents.militant_group import MilitantGroup
from sim.agents.state import State
from sim.behaviour import numeric_fields, start_at_zero
from sim.day import day
from sim.endings import ENDINGS, HOLDING, REASONS
from sim.noise import identity, luck_of
from sim.opening import open_truce
from sim.outcome import Outcome, summarise
from sim.scenario import Scenario
from sim.theatre import FUNDING, LEVERAGE, SANCTUARY, STATE_FUNDING, Shock, Theatre
from sim.truce import Incident, Relation, Truce

ORDINALS = ("first", "second", "third")
MOST_SPLITS = len(ORDINALS)  # that can break away from one signatory in a truce (assumption)
INCIDENTS_OF_GROUP = 64  # 8 kinds of at most 8 a day

TARGETS = {
    ("state", "funding"): STATE_FUNDING,
    ("groups", "funding"): FUNDING,
    ("groups", "sanctuary"): SANCTUARY,
    ("brokers", "leverage"): LEVERAGE,
}


class TruceModel(mesa.Model):  # type: ignore[misc]
    """One truce from its signing to its first ending, or to the horizon.

    Args:
        scenario: the case, a `sim.Scenario`.
        seed: from 0 to 2**64 - 1; the same seed and run give the same story to the last bit.
        run: which run of the seed, from 0 to 2**32 - 1; row `run` of an ensemble is this run.
        opened: whether day 0 is over; False leaves the truce unsigned.

    Raises:
        ValueError: if seed or run are out of range.

    Example:
        >>> from sim import Scenario, TruceModel
        >>> model = TruceModel(Scenario.load("ttp_2021"), seed=1, run=7)
        >>> while model.running:
        ...     model.step()
        >>> model.ending in {"lapses", "group_defects", "state_defects", "violence", "settles",
        ...                  "holding"}
        True
    """

    running: bool

    def __init__(
        self, scenario: Scenario, seed: int = 1, run: int = 0, opened: bool = True
    ) -> None:
        # Mesa's own generator is never used: every draw has its address in `sim.noise`.
        super().__init__(rng=0)
        self.case = scenario
        self.run_number = run
        inputs = scenario.effective
        self.horizon_days = inputs.horizon_days
        self.state = State(self)
        take_inputs(self.state, inputs.state, identity=identity("state"))
        self.brokers = [take_inputs(Broker(self), given) for given in inputs.brokers]
        self.groups = self._muster(inputs.groups)
        self.names = [given.name for given in inputs.groups]
        splinters = [group for group in self.groups if group.parent >= 0]
        self.names += [
            f"{ordinal} splinter of {self.names[group.parent]}"
            for group, ordinal in zip(splinters, cycle(ORDINALS), strict=False)
        ]
        self.theatre = Theatre(
            world=inputs.model,
            environment=inputs.environment,
            luck=luck_of(seed, run),
            truce=take_inputs(Truce(), inputs.truce),
            state=self.state,
            relations=[Relation() for _ in self.groups],
            groups=self.groups,
            brokers=self.brokers,
            incidents=[Incident() for _ in range(INCIDENTS_OF_GROUP * len(self.groups))],
            shocks=[resolved(shock) for shock in scenario.timeline()],
        )
        if opened:
            open_truce(self.theatre)

    def _muster(self, inputs: Any) -> list[MilitantGroup]:
        """Build the groups in order, then the splinters that may yet leave the signatories."""
        groups = [
            take_inputs(
                MilitantGroup(self),
                given,
                identity=identity(f"group:{given.name}"),
                parent=-1,
                present=True,
            )
            for given in inputs
        ]
        for place, given in enumerate(inputs):
            for nth in range(MOST_SPLITS if given.signatory else 0):
                splinter = take_inputs(
                    MilitantGroup(self),
                    given,
                    signatory=False,
                    parent=place,
                    identity=identity(f"group:{given.name}/splinter {nth + 1}"),
                )
                splinter.remove()  # Mesa meets a splinter when it breaks away
                groups.append(splinter)
        return groups

    @property
    def truce(self) -> Truce:
        """The truce: terms, clock and tallies."""
        truce: Truce = self.theatre.truce
        return truce

    @property
    def relations(self) -> list[Relation]:
        """What lies between the state and each group, in the order of `groups`."""
        relations: list[Relation] = self.theatre.relations
        return relations

    @property
    def ending(self) -> str:
        """The name of the ending, ``holding`` while there is none."""
        return ENDINGS[self.truce.ending].name

    @property
    def why(self) -> str:
        """The name of the reason recorded for the ending."""
        return REASONS[self.truce.reason].name

    def step(self) -> None:
        """Run one day; nothing happens once the truce is over."""
        if not self.running:
            return
        day(self.theatre)
        for group in self.groups:
            if group.present and group.parent >= 0 and group not in self.agents:
                self.register_agent(group)
        over = self.truce.ending != HOLDING or self.truce.age >= self.horizon_days
        self.running = not over

    def outcome(self) -> Outcome:
        """Return what the run's row in an ensemble would hold so far."""
        summary = Outcome()
        summarise(summary, self.theatre)
        return summary


def take_inputs[A](actor: A, inputs: Any, **state: Any) -> A:
    """Give an actor its inputs by name, then its own state; what is left starts at zero."""
    start_at_zero(actor)
    given = inputs.__dict__ | state
    for name in numeric_fields(type(actor)).keys() & given.keys():
        setattr(actor, name, given[name])
    return actor


def resolved(shock: Any) -> Shock:
    """Return a shock of the scenario in numbers."""
    return Shock(
        target=TARGETS[shock.section, shock.field],
        place=shock.index,
        day=shock.day,
        over_days=shock.over_days,
        to=float(shock.to),
    )
