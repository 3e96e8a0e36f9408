"""The two engines side by side: one truce, a day at a time, in Mesa and in machine code.

`walk_together` compares all that a run holds after the signing and after each day, to the last
bit. The ensemble's records are the yardstick: every field of every part of the theatre is compared,
and nothing that a Mesa object holds may be missing from them (`hidden_state`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import mesa
import numpy as np

from sim.behaviour import as_records, record_type
from sim.compilation import compiled
from sim.day import day
from sim.endings import HOLDING
from sim.ensemble import ALONE, STAGES, theatre_of_records
from sim.model import TruceModel
from sim.opening import open_truce
from sim.scenario import Scenario
from sim.theatre import Theatre

CONSTANT = ("world", "environment", "shocks")
"""Parts that no day may change; they are compared at the start and at the end."""

MOVING = tuple(name for name in Theatre._fields if name not in (*CONSTANT, "incidents"))
"""Parts compared whole on every day. Of the incidents, each day compares those that happened."""

MESAS_OWN = frozenset(vars(mesa.Agent(mesa.Model(rng=0))))
"""What Mesa itself keeps on every agent."""


class Difference(NamedTuple):
    """Where the engines part ways."""

    day: int
    part: str
    place: int
    field: str
    compiled: Any
    stepped: Any

    def __str__(self) -> str:
        where = f"day {self.day}: {self.part}[{self.place}].{self.field}"
        return f"{where} is {spelled(self.compiled)} compiled, {spelled(self.stepped)} stepped"


def spelled(value: Any) -> str:
    """Return a value with its bytes, which tell apart what looks alike, such as 0.0 and -0.0."""
    return f"{value!r} (bytes {value.tobytes().hex()})"


# ---------------------------------------------------------------------------------------------
# One day of the compiled engine
# ---------------------------------------------------------------------------------------------


def advance(stage: Any, signing: bool) -> None:
    """Sign the truce, or run one day, on an ensemble's records. Compiled; see `machine_code`."""
    theatre = Theatre(
        stage.world[0],
        stage.environment[0],
        stage.luck[0],
        stage.truce[0],
        stage.state[0],
        stage.relations,
        stage.groups,
        stage.brokers,
        stage.incidents,
        stage.shocks,
    )
    if signing:
        open_truce(theatre)
    else:
        day(theatre)


@cache
def machine_code() -> Callable[[Any, bool], None]:
    """Return `advance` as machine code."""
    return compiled(advance)


# ---------------------------------------------------------------------------------------------
# Comparing
# ---------------------------------------------------------------------------------------------


def walk_together(scenario: Scenario, run: int = 0, seed: int = 1) -> TruceModel:
    """Run one truce in both engines at once; return the stepped model at its end.

    Raises
    ------
    AssertionError
        On the first day on which any field of any part differs by a bit: names the day, the
        part, the field and both values.
    """
    model = TruceModel(scenario, seed=seed, run=run, opened=False)
    stage = theatre_of_records(model.theatre)
    both_sign(stage, model)
    while model.running:
        machine_code()(stage, False)
        model.step()
        assert_same_day(stage, model)
    assert_same(stage, model, (*CONSTANT, "incidents"))
    return model


def both_sign(stage: Theatre, model: TruceModel) -> None:
    """Open the truce in both engines, and compare all but the incidents before and after."""
    assert_same(stage, model, (*CONSTANT, *MOVING))
    machine_code()(stage, True)
    open_truce(model.theatre)
    assert_same(stage, model, MOVING)


def assert_same_day(stage: Theatre, model: TruceModel) -> None:
    """Compare all that may have changed today, and whether the run goes on."""
    assert_same(stage, model, MOVING)
    happened = int(stage.truce[0]["incidents_today"])
    assert_same(stage, model, ("incidents",), happened)
    truce = stage.truce[0]
    goes_on = truce["ending"] == HOLDING and truce["age"] < model.horizon_days
    assert goes_on == model.running, f"day {model.truce.age}: only one of the engines goes on"


def assert_same(
    stage: Theatre, model: TruceModel, parts: tuple[str, ...], first: int | None = None
) -> None:
    """Compare these parts of the theatre, or only the `first` items of each."""
    for part in parts:
        actors = actors_of(model.theatre, part)[:first]
        stepped = as_records(actors, STAGES[part])
        assert_nothing_lost(stepped, actors, part)
        today = model.theatre.luck.day
        for difference in differences(today, part, getattr(stage, part)[:first], stepped):
            raise AssertionError(str(difference))


def actors_of(theatre: Theatre, part: str) -> list[Any]:
    """Return a part of a stepped theatre as a list, also where it stands alone."""
    return [getattr(theatre, part)] if part in ALONE else getattr(theatre, part)


def differences(
    today: int, part: str, compiled: np.ndarray, stepped: np.ndarray
) -> Iterator[Difference]:
    """Find every field of a part whose bits differ, item by item."""
    assert compiled.dtype == stepped.dtype, part
    assert compiled.shape == stepped.shape, part
    fields = stepped.dtype.names or ()  # between them lie bytes that mean nothing
    if all(compiled[name].tobytes() == stepped[name].tobytes() for name in fields):
        return
    for place, (one, other) in enumerate(zip(compiled, stepped, strict=True)):
        for name in fields:
            for field, here, there in values(name, one[name], other[name]):
                if here.tobytes() != there.tobytes():
                    yield Difference(today, part, place, field, here, there)


def values(name: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Pair the two values of a field, or those at each place of an array."""
    if not one.shape:
        yield name, one, other
        return
    for place, (here, there) in enumerate(zip(one, other, strict=True)):
        yield f"{name}[{place}]", here, there


def assert_nothing_lost(records: np.ndarray, actors: list[Any], part: str) -> None:
    """Check that records hold the actors' very values: no fraction cut off, no number wrapped."""
    names = single_values(records.dtype)
    if records[names].tolist() == [attrgetter(*names)(actor) for actor in actors]:
        return
    for place, (record, actor) in enumerate(zip(records, actors, strict=True)):
        for name in names:
            kept, held = record[name], getattr(actor, name)
            both_nan = kept != kept and held != held
            assert both_nan or kept == held, f"{part}[{place}].{name}: {held!r} became {kept!r}"


@cache
def single_values(kind: np.dtype[Any]) -> list[str]:
    """Return the names of the fields that hold one value each, not an array."""
    return [name for name in kind.names or () if not kind[name].shape]


def hidden_state(model: TruceModel) -> set[str]:
    """Return what Mesa's objects hold and no record does, such as ``groups.mood``."""
    return {
        f"{part}.{name}"
        for part, kind in STAGES.items()
        for actor in actors_of(model.theatre, part)
        for name in vars(actor).keys() - MESAS_OWN - set(record_type(kind).names or ())
    }
