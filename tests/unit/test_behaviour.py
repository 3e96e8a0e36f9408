"""Behaviour written once and run two ways."""

from __future__ import annotations

from collections.abc import Callable
from inspect import get_annotations
from typing import Any, get_type_hints

import numpy as np
import pytest
from numba import njit

from sim.agents import broker as broker_module
from sim.agents import militant_group as group_module
from sim.agents import state as state_module
from sim.agents.broker import Broker
from sim.agents.militant_group import MilitantGroup
from sim.agents.state import State
from sim.behaviour import (
    DEATH_WINDOW,
    FIELD_TYPES,
    Record,
    as_records,
    behaviour,
    numeric_fields,
    record_type,
    start_at_zero,
)
from sim.ensemble import STAGES, theatre_of_records
from sim.model import TruceModel
from sim.outcome import Outcome
from sim.parameters import parameters
from tests.worlds import shipped

KINDS = (*STAGES.values(), Outcome)
WORDS = {"name", "start_date"}  # for people, not for arithmetic


class Pebble(Record):
    weight: float
    colour: int
    wet: bool
    days: np.ndarray
    label: str


# ---------------------------------------------------------------------------------------------
# Fields
# ---------------------------------------------------------------------------------------------


def declared(kind: type) -> dict[str, Any]:
    """Return what a class itself annotates, in order."""
    if hasattr(kind, "model_fields"):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    hints = get_type_hints(kind)
    return {name: hints[name] for name in get_annotations(kind)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_record_has_exactly_the_annotated_fields_in_their_order(kind: type) -> None:
    expected = [name for name in declared(kind) if name not in WORDS]
    assert list(record_type(kind).names or ()) == expected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_fields_of_a_record_have_the_annotated_types(kind: type) -> None:
    record = record_type(kind)
    for name, hint in declared(kind).items():
        if name not in WORDS:
            assert record[name] == np.dtype(FIELD_TYPES[hint]), name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_annotated_field_is_dropped_in_silence(kind: type) -> None:
    assert declared(kind).keys() - numeric_fields(kind).keys() <= WORDS


def test_inherited_annotations_are_no_fields() -> None:
    """Mesa annotates its agents too; a record holds what the class itself declares."""
    assert "unique_id" not in numeric_fields(MilitantGroup)
    assert "model" not in numeric_fields(State)


def test_the_kinds_of_field() -> None:
    assert record_type(Pebble) == np.dtype(
        [
            ("weight", np.float64),
            ("colour", np.int64),
            ("wet", np.bool_),
            ("days", np.int64, (DEATH_WINDOW,)),
        ],
        align=True,
    )


def test_the_window_of_deaths_is_as_long_as_the_longest_that_a_scenario_may_ask_for() -> None:
    bounds = {parameter.name: parameter.bounds for parameter in parameters()}
    assert bounds["violence_days"] == (1, DEATH_WINDOW)


# ---------------------------------------------------------------------------------------------
# Records
# ---------------------------------------------------------------------------------------------


def test_fields_start_at_zero_and_take_values_by_name() -> None:
    pebble = Pebble(weight=1.5)
    assert (pebble.weight, pebble.colour, pebble.wet) == (1.5, 0, False)
    assert pebble.days.shape == (DEATH_WINDOW,)
    assert not pebble.days.any()


def test_arrays_are_not_shared_between_records() -> None:
    one, other = Pebble(), Pebble()
    one.days[3] = 7
    assert not other.days.any()


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="Pebble has no field label, size"):
        Pebble(weight=1.0, size=3, label="x")


def test_start_at_zero_undoes_everything() -> None:
    pebble = Pebble(weight=1.5, colour=3, wet=True)
    pebble.days[:] = 4
    start_at_zero(pebble)
    assert (pebble.weight, pebble.colour, pebble.wet) == (0.0, 0, False)
    assert not pebble.days.any()


def test_records_are_copies_of_actors_in_order() -> None:
    pebbles = [Pebble(weight=float(n), colour=n, wet=n == 1) for n in range(3)]
    pebbles[2].days[5] = 9
    records = as_records(pebbles, Pebble)
    assert records["weight"].tolist() == [0.0, 1.0, 2.0]
    assert records["colour"].tolist() == [0, 1, 2]
    assert records["wet"].tolist() == [False, True, False]
    assert records["days"][2, 5] == 9
    pebbles[0].weight = 8.0
    assert records["weight"][0] == 0.0


def test_no_actors_make_an_empty_array_of_the_right_type() -> None:
    records = as_records([], Broker)
    assert len(records) == 0
    assert records.dtype == record_type(Broker)


def test_records_of_a_model_hold_what_its_actors_hold() -> None:
    model = TruceModel(shipped("two_signatories"), run=3)
    for _ in range(20):
        model.step()
    records = theatre_of_records(model.theatre)
    for place, group in enumerate(model.groups):
        for name in numeric_fields(MilitantGroup):
            assert records.groups[place][name] == getattr(group, name)
    for name in numeric_fields(type(model.truce)):
        assert np.array_equal(records.truce[0][name], getattr(model.truce, name))


# ---------------------------------------------------------------------------------------------
# Behaviours, one at a time
# ---------------------------------------------------------------------------------------------


def test_a_behaviour_is_the_function_itself_in_python() -> None:
    def doubled(value: float) -> float:
        return 2 * value

    assert behaviour(doubled) is doubled


@pytest.fixture(scope="module")
def model() -> TruceModel:
    """Return a truce that has been running for a while."""
    model = TruceModel(shipped("split_early"), run=2)
    for _ in range(25):
        model.step()
    return model


@pytest.fixture(scope="module")
def records(model: TruceModel) -> Any:
    return theatre_of_records(model.theatre)


GROUP_METHODS: dict[str, Callable[..., Any]] = {
    "capacity": lambda group, relation, truce, world: group_module.capacity(group, world),
    "broker_penalty": lambda group, relation, truce, world: group_module.broker_penalty(
        group, truce, world
    ),
    "surplus_of_renewal": lambda group, relation, truce, world: group_module.surplus_of_renewal(
        group, relation, truce, world
    ),
}


@pytest.mark.parametrize("name", GROUP_METHODS)
def test_a_method_of_a_group_compiled_alone_gives_the_same_bits(
    name: str, model: TruceModel, records: Any
) -> None:
    method = GROUP_METHODS[name]
    plain = method(model.groups[0], model.relations[0], model.truce, model.theatre.world)
    compiled = njit(method)(
        records.groups[0], records.relations[0], records.truce[0], records.world[0]
    )
    assert compiled == plain


def test_a_method_of_the_state_compiled_alone_gives_the_same_bits(
    model: TruceModel, records: Any
) -> None:
    plain = model.state.surplus_of_renewal(model.relations[0], model.truce, model.theatre.world)
    compiled = njit(state_module.surplus_of_renewal)(
        records.state[0], records.relations[0], records.truce[0], records.world[0]
    )
    assert compiled == plain


def test_a_method_that_changes_its_agent_compiled_alone_changes_its_record(
    model: TruceModel,
) -> None:
    copies = theatre_of_records(model.theatre)
    before = model.brokers[0].leverage
    njit(broker_module.wear)(copies.brokers[0], copies.world[0], True)
    model.brokers[0].wear(model.theatre.world, True)
    assert copies.brokers[0]["leverage"] == model.brokers[0].leverage < before
