"""`TruceModel`: one truce as a Mesa model, stepped a day at a time."""

from __future__ import annotations

import ast
import inspect
import random

import numpy as np
import pytest

import sim.day
from sim.day import DAY, day
from sim.endings import ENDING_CODES
from sim.ensemble import run_ensemble
from sim.model import INCIDENTS_OF_GROUP, MOST_SPLITS, TARGETS, TruceModel
from sim.outcome import Outcome
from sim.rules.violence import MOST_INCIDENTS
from sim.scenario.definition import TIME_VARYING
from sim.truce import IN_TRUCE, OUTSIDE, IncidentKind
from tests.worlds import REFERENCE, SHIPPED, rows, shipped

PHASES = (
    "shocks_strike",
    "brokers_press",
    "parties_review",
    "incidents_happen",
    "blame_falls",
    "parties_learn",
    "public_reacts",
    "prisoners_go_free",
    "strength_changes",
    "groups_split",
    "truce_may_end",
)


# ---------------------------------------------------------------------------------------------
# The day
# ---------------------------------------------------------------------------------------------


def test_the_list_of_phases_is_what_a_day_calls_in_its_order() -> None:
    tree = ast.parse(inspect.getsource(day))
    called = [
        node.value.func.id
        for node in tree.body[0].body  # type: ignore[attr-defined]
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
    ]
    assert tuple(called) == PHASES
    assert tuple(phase.__name__ for phase in DAY) == PHASES


def test_phases_are_numbered_in_their_order() -> None:
    for number, phase in enumerate(DAY, start=1):
        assert str(phase.__doc__).startswith(f"{number}. ")


def test_phases_are_functions_of_the_module_that_take_the_theatre() -> None:
    for phase in DAY:
        assert getattr(sim.day, phase.__name__) is phase
        assert list(inspect.signature(phase).parameters) == ["theatre"]


def test_a_day_is_its_phases_one_after_the_other() -> None:
    stepped, phased = TruceModel(REFERENCE, run=5), TruceModel(REFERENCE, run=5)
    for _ in range(25):
        stepped.step()
        phased.theatre.luck.day += 1
        phased.truce.age = phased.theatre.luck.day
        for phase in DAY:
            phase(phased.theatre)
    assert vars(stepped.outcome()) == vars(phased.outcome())


# ---------------------------------------------------------------------------------------------
# Setting up
# ---------------------------------------------------------------------------------------------


def test_a_model_holds_what_its_scenario_says() -> None:
    model = TruceModel(shipped("two_signatories"))
    assert model.case is shipped("two_signatories")
    assert model.horizon_days == 1095
    assert [group.strength for group in model.groups[:2]] == [0.5, 0.25]
    assert [broker.leverage for broker in model.brokers] == [0.5, 0.4]
    assert (model.state.funding, model.state.capability) == (0.4, 1.0)
    assert model.truce.term_days == 30
    assert [relation.phase for relation in model.relations[:2]] == [IN_TRUCE, IN_TRUCE]
    assert (model.ending, model.why) == ("holding", "none")
    assert model.truce.age == 0
    assert model.running


def test_mechanisms_are_switched_before_the_model_is_built() -> None:
    model = TruceModel(REFERENCE.with_(**{"mechanisms.spoilers": False}))
    assert {group.spoiler_rate for group in model.groups} == {0.0}


def test_splinters_wait_behind_the_groups_of_the_scenario() -> None:
    model = TruceModel(shipped("outside_spoiler"))
    assert len(model.groups) == len(model.relations) == 2 + MOST_SPLITS
    ordinals = ("first", "second", "third")
    assert model.names == ["TTP", "Outsider", *(f"{nth} splinter of TTP" for nth in ordinals)]
    for splinter in model.groups[2:]:
        assert (splinter.parent, splinter.present, splinter.signatory) == (0, False, False)
    assert [group.parent for group in model.groups[:2]] == [-1, -1]
    assert {relation.phase for relation in model.relations[1:]} == {OUTSIDE}
    assert len({group.identity for group in model.groups}) == len(model.groups)


def test_mesa_meets_a_splinter_when_it_breaks_away() -> None:
    model = TruceModel(shipped("split_early"), run=1)
    met = len(model.agents)
    assert met == 1 + 2 + 1  # the state, two brokers, one group
    while model.running and not model.truce.splits:
        model.step()
    assert model.truce.splits == 1
    assert len(model.agents) == met + 1
    assert model.groups[1] in model.agents
    assert model.groups[2] not in model.agents


def test_no_more_groups_break_away_than_there_is_room_for() -> None:
    wild = REFERENCE.with_(
        **{
            "groups.0.split_rate": 0.5,
            "groups.0.hardliner_share": 0.95,
            "truce.term_days": 0,
            "model.breach_cost": 1.0,
        }
    )
    outcomes = rows(wild, 500)
    assert outcomes["splits"].max() == MOST_SPLITS


def test_there_is_room_for_every_incident_of_a_day() -> None:
    assert len(IncidentKind) * MOST_INCIDENTS <= INCIDENTS_OF_GROUP
    model = TruceModel(shipped("two_signatories"))
    assert len(model.theatre.incidents) == INCIDENTS_OF_GROUP * len(model.groups)


def test_every_input_that_varies_in_time_can_be_struck_by_a_shock() -> None:
    named = {(section, field) for section, fields in TIME_VARYING.items() for field in fields}
    assert named == TARGETS.keys()
    assert len(set(TARGETS.values())) == len(TARGETS)


def test_a_model_left_unsigned_is_opened_by_whoever_asked_for_it() -> None:
    model = TruceModel(REFERENCE, opened=False)
    assert model.relations[0].phase == OUTSIDE
    assert model.relations[0].promised == 0


@pytest.mark.parametrize(("seed", "run"), [(-1, 0), (2**64, 0), (1, -1), (1, 2**32)])
def test_seeds_and_runs_out_of_range_are_refused(seed: int, run: int) -> None:
    with pytest.raises(ValueError, match="lies between 0 and"):
        TruceModel(REFERENCE, seed=seed, run=run)


# ---------------------------------------------------------------------------------------------
# Running
# ---------------------------------------------------------------------------------------------


def finished(name: str = "ttp_2021", run: int = 7) -> TruceModel:
    model = TruceModel(shipped(name), run=run)
    while model.running:
        model.step()
    return model


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_runs_to_an_ending_or_to_its_horizon(name: str) -> None:
    model = finished(name, run=0)
    assert model.ending in ENDING_CODES
    assert 1 <= model.truce.age <= model.horizon_days


def test_a_model_stops_on_the_day_the_truce_ends_or_at_the_horizon() -> None:
    model = TruceModel(REFERENCE.with_(horizon_days=5))
    days = 0
    while model.running:
        model.step()
        days += 1
    assert days == model.truce.age == 5
    assert model.ending == "holding"


def test_the_outcome_has_every_field_and_follows_the_run() -> None:
    model = TruceModel(REFERENCE, run=3)
    for _ in range(4):
        model.step()
    outcome = model.outcome()
    assert isinstance(outcome, Outcome)
    assert (outcome.run, outcome.days) == (3, 4)
    assert outcome.power == pytest.approx(
        model.groups[0].strength / (model.groups[0].strength + model.state.capability)
    )
    assert outcome.state_leverage == pytest.approx(model.relations[0].terms - outcome.power)


def test_the_outcome_of_several_signatories_is_their_lowest_trust_and_mean_power() -> None:
    model = TruceModel(shipped("two_signatories"), run=3)
    for _ in range(10):
        model.step()
    outcome = model.outcome()
    powers = [
        group.strength / (group.strength + model.state.capability) for group in model.groups[:2]
    ]
    assert outcome.power == pytest.approx(np.mean(powers))
    assert outcome.group_trust == min(group.trust for group in model.groups[:2])
    assert outcome.state_trust == min(relation.state_trust for relation in model.relations[:2])


def test_no_other_generator_bears_on_a_run_or_is_touched_by_it() -> None:
    random.seed(3)
    np.random.seed(3)
    before = (random.getstate(), np.random.get_state()[1].tolist())
    one = vars(finished().outcome())
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    random.seed(4)
    np.random.seed(4)
    assert vars(finished().outcome()) == one


def test_a_scenario_can_serve_many_models() -> None:
    """A run changes its own actors and nothing of the scenario it was built from."""
    digest = REFERENCE.digest
    text = REFERENCE.to_yaml()
    finished()
    assert (REFERENCE.digest, REFERENCE.to_yaml()) == (digest, text)


def test_two_models_side_by_side_do_not_disturb_each_other() -> None:
    alone = vars(finished(run=7).outcome())
    one, other = TruceModel(REFERENCE, run=7), TruceModel(shipped("split_early"), run=8)
    while one.running:
        one.step()
        other.step()
    assert vars(one.outcome()) == alone


def test_the_example_of_the_class() -> None:
    model = finished()
    row = run_ensemble(REFERENCE, 1, first=7)[0]
    assert ENDING_CODES[model.ending] == row["ending"]
    assert model.truce.age == row["days"]
