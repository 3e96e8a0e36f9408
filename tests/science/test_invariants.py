"""What is true of every truce on every day, whatever the scenario."""

from __future__ import annotations

from math import isfinite

import numpy as np
import pytest

from sim.endings import ENDINGS, HOLDING, REASON_CODES, REASONS
from sim.ensemble import run_ensemble
from sim.model import TruceModel
from sim.truce import IN_TRUCE, NOBODY, OUTSIDE, OUTSIDER_ATTACK, SETTLED, THE_STATE
from tests.worlds import REFERENCE, random_scenario, without

NUMBERS = range(100, 140)
WALKED_AWAY = {"group_defects", "state_defects", "lapses"}
OF_VIOLENCE = {"cheating", "spoilers", "spiral", "accidents"}


def check_actors(model: TruceModel) -> None:
    state = model.state
    assert 0 <= state.outrage <= 1
    assert state.capability > 0
    assert 0 <= state.funding <= 1
    assert state.frozen_days >= 0
    for group in model.groups:
        assert isfinite(group.strength)
        assert group.strength > 0
        assert 0 <= group.hardliner_share < 1
        assert 0.01 <= group.trust <= 0.99
        assert 0 <= group.funding <= 1
        assert 0 <= group.sanctuary <= 1
        assert group.course in (0, 1, 2)
    for broker in model.brokers:
        assert 0 <= broker.leverage <= 1


def check_relations(model: TruceModel) -> None:
    signed = [given.signatory for given in model.case.groups]
    for place, relation in enumerate(model.relations):
        if place < len(signed) and signed[place]:
            assert relation.phase in (IN_TRUCE, SETTLED)
            assert 0.01 <= relation.state_trust <= 0.99
            assert 0 <= relation.power <= 1
            assert 0 <= relation.delivered <= relation.due <= relation.promised
            assert relation.state_anger >= 0
            assert relation.group_anger >= 0
        else:
            assert relation.phase == OUTSIDE
            assert relation.promised == relation.delivered == 0
    released = sum(relation.delivered for relation in model.relations)
    assert model.truce.released == released


def check_truce(model: TruceModel) -> None:
    truce, world = model.truce, model.theatre.world
    assert 1 <= truce.age <= model.horizon_days
    assert truce.deaths_in_window == sum(truce.recent_deaths[: world.violence_days])
    assert not truce.recent_deaths[world.violence_days :].any()
    assert 0 <= truce.deaths_in_window <= truce.deaths
    parts = (
        truce.deaths_by_cheating,
        truce.deaths_by_spoilers,
        truce.deaths_by_outsiders,
        truce.deaths_by_spiral,
        truce.deaths_by_accident,
    )
    assert sum(parts) == truce.deaths
    assert 0 <= truce.clear_to_state <= 1
    assert 0 <= truce.clear_to_groups <= 1
    if truce.term_days:
        assert truce.expires == truce.term_days * (truce.renewals + 1)


def check_incidents(model: TruceModel) -> None:
    truce = model.truce
    assert 0 <= truce.incidents_today <= len(model.theatre.incidents)
    for incident in model.theatre.incidents[: truce.incidents_today]:
        assert 0 <= incident.kind <= 7
        assert 0 <= incident.deaths <= model.theatre.world.severity_cap
        relation = model.relations[incident.relation]
        assert relation.phase in (IN_TRUCE, SETTLED)  # it may have settled tonight
        if incident.kind >= 5:
            assert incident.author == THE_STATE
            assert not incident.soft
            assert not incident.claimed
        elif incident.kind == 2:
            assert not model.groups[incident.author].signatory
        else:
            assert incident.author == incident.relation


def deaths_between_the_parties(model: TruceModel) -> int:
    """Return the deaths of today, but for those that outsiders caused."""
    today = model.theatre.incidents[: model.truce.incidents_today]
    return sum(incident.deaths for incident in today if incident.kind != OUTSIDER_ATTACK)


def check_ending(model: TruceModel) -> None:
    truce = model.truce
    name = ENDINGS[truce.ending].name
    reason = REASONS[truce.reason].name
    over = truce.ending != HOLDING or truce.age == model.horizon_days
    assert model.running != over
    if truce.ending == HOLDING:
        assert truce.ended_by == NOBODY
        assert truce.reason == REASON_CODES["none"]
    if name == "group_defects":
        assert model.relations[truce.ended_by].phase == IN_TRUCE
        assert model.groups[truce.ended_by].course == 2
    if name == "state_defects":
        assert truce.ended_by == THE_STATE
    if name == "lapses":
        assert truce.ended_by == THE_STATE or model.relations[truce.ended_by].phase == IN_TRUCE
        assert truce.age == truce.expires
    if name == "violence":
        assert truce.ended_by == NOBODY
        assert reason in OF_VIOLENCE
        assert truce.deaths_in_window >= model.theatre.world.violence_deaths
    if name == "settles":
        assert truce.ended_by == NOBODY
        assert reason == "trust"
        assert IN_TRUCE not in [relation.phase for relation in model.relations]
    if name in WALKED_AWAY:
        assert reason not in OF_VIOLENCE | {"trust", "none"}


@pytest.mark.parametrize("number", NUMBERS)
def test_on_every_day_of_random_scenarios(number: int) -> None:
    for run in range(3):
        model = TruceModel(random_scenario(number), seed=number, run=run)
        by_day: list[int] = []
        while model.running:
            model.step()
            check_actors(model)
            check_relations(model)
            check_truce(model)
            check_incidents(model)
            check_ending(model)
            by_day.append(deaths_between_the_parties(model))
            window = by_day[-model.theatre.world.violence_days :]
            assert model.truce.deaths_in_window == sum(window)


@pytest.mark.parametrize("number", NUMBERS)
def test_rows_of_random_scenarios(number: int) -> None:
    scenario = random_scenario(number)
    outcomes = run_ensemble(scenario, 300, seed=number)
    check_rows(outcomes, scenario.horizon_days, len(scenario.groups))


def check_rows(outcomes: np.ndarray, horizon_days: int, groups: int) -> None:
    for name in outcomes.dtype.names or ():
        assert np.isfinite(outcomes[name].astype(float)).all(), name
    assert ((outcomes["days"] >= 1) & (outcomes["days"] <= horizon_days)).all()
    held = outcomes["ending"] == HOLDING
    assert (outcomes["days"][held] == horizon_days).all()
    assert (outcomes["why"][held] == REASON_CODES["none"]).all()
    assert (outcomes["why"][~held] != REASON_CODES["none"]).all()
    assert ((outcomes["ended_by"] >= NOBODY) & (outcomes["ended_by"] < groups)).all()
    for name in ("state_trust", "group_trust", "outrage", "power", "broker_leverage"):
        assert ((outcomes[name] >= 0) & (outcomes[name] <= 1)).all(), name


def test_no_scenario_within_the_bounds_breaks_the_model() -> None:
    """Whatever a scenario may say, a run ends with numbers that make sense.

    A value that breaks the model should be refused when the scenario is read.
    """
    broken: dict[int, str] = {}
    for number in range(200, 320):
        scenario = random_scenario(number, wild=True, horizon_days=60)
        try:
            outcomes = run_ensemble(scenario, 20, seed=number)
            check_rows(outcomes, 60, len(scenario.groups))
        except (AssertionError, ArithmeticError) as error:
            broken[number] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    assert broken == {}


def test_a_group_worn_down_for_years_does_not_stop_the_model() -> None:
    """Blow after blow halves a group that nobody joins, until its strength is too small a number.

    Every value lies within its bounds; what is left of the group must still be divided by.
    """
    worn = REFERENCE.with_(
        **without("collapse", "settlement", "concessions", "splits", "bad_faith"),
        **{
            "horizon_days": 3100,
            "truce.term_days": 3000,
            "state.raid_rate": 1.0,
            "model.raid_loss": 0.5,
            "model.sanctuary_shield": 0.0,
            "model.recruitment_rate": 0.0,
            "model.covert_gain": 1.0,
            "model.breach_cost": 1.0,
            "model.review_days": 1.0,
        },
    )
    check_rows(run_ensemble(worn, 5), 3100, 1)
