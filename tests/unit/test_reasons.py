"""Why did a side walk away, or the violence get out of hand?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import reasons
from sim.agents.militant_group import MilitantGroup
from sim.endings import ENDING_CODES, REASON_CODES, REASONS
from sim.model import TruceModel
from sim.rules.concessions import arrears_share
from sim.rules.power import exposed_share
from sim.truce import Truce
from tests.worlds import REFERENCE, ended_as, rows, shipped

steady = settings(derandomize=True, deadline=None, max_examples=100)


def named(code: int) -> str:
    return REASONS[code].name


def reason_of_group(model: TruceModel, at_term: bool = False) -> str:
    group, relation, world = model.groups[0], model.relations[0], model.theatre.world
    return named(reasons.of_group(group, relation, model.truce, world, at_term))


def reason_of_state(model: TruceModel, at_term: bool = False) -> str:
    world, relation = model.theatre.world, model.relations[0]
    return named(reasons.of_state(model.state, relation, model.truce, world, at_term))


def content() -> TruceModel:
    """Return a truce on day 0 in which nothing weighs against it: nobody has a reason to go."""
    model = TruceModel(
        REFERENCE.with_(
            **{
                "groups.0.bad_faith_probability": 0.0,
                "groups.0.hardliner_share": 0.0,
                "groups.0.trust": 0.99,
                "state.trust": 0.99,
                "state.outrage": 0.0,
                "model.shadow_weight": 0.0,
            }
        )
    )
    assert reason_of_group(model) == "distrust"  # the least that is left: 0.15 · 0.01
    return model


# ---------------------------------------------------------------------------------------------
# The weightier of two
# ---------------------------------------------------------------------------------------------


@steady
@given(value=st.floats(-1, 1), best=st.floats(-1, 1))
def test_the_heavier_reason_is_the_one_whose_value_is_lower(value: float, best: float) -> None:
    assert reasons.heavier(value, 7, best, 3) == ((value, 7) if value < best else (best, 3))


def test_at_a_tie_the_earlier_reason_stays() -> None:
    assert reasons.heavier(0.0, 7, 0.0, 3) == (0.0, 3)


# ---------------------------------------------------------------------------------------------
# Of a group
# ---------------------------------------------------------------------------------------------


def no_trust(model: TruceModel) -> None:
    model.groups[0].trust = 0.01


def no_prisoners(model: TruceModel) -> None:
    model.relations[0].due = 102


def poor_terms(model: TruceModel) -> None:
    model.relations[0].terms -= 0.2


def more_power(model: TruceModel) -> None:
    model.relations[0].power += 0.2


def no_broker(model: TruceModel) -> None:
    model.truce.leverage = 0.0


def bad_faith(model: TruceModel) -> None:
    model.groups[0].bad_faith = True


def divided(model: TruceModel) -> None:
    model.groups[0].hardliner_share = 0.9


GROUP_CAUSES: dict[str, Callable[[TruceModel], None]] = {
    "distrust": no_trust,
    "arrears": no_prisoners,
    "terms": poor_terms,
    "power": more_power,
    "broker": no_broker,
    "bad_faith": bad_faith,
    "factions": divided,
}


@pytest.mark.parametrize("reason", GROUP_CAUSES)
def test_each_cause_alone_is_the_reason_of_a_group(reason: str) -> None:
    model = content()
    GROUP_CAUSES[reason](model)
    assert reason_of_group(model) == reason


def test_effort_is_a_reason_only_at_term() -> None:
    model = content()
    assert reason_of_group(model, at_term=True) == "effort"
    assert reason_of_state(model, at_term=True) == "effort"
    assert reason_of_group(model, at_term=False) != "effort"


@steady
@given(
    trust=st.floats(0.01, 0.99),
    due=st.integers(0, 102),
    gap=st.floats(-0.3, 0.3),
    power=st.floats(0.1, 0.6),
    leverage=st.floats(0, 1),
    hardliners=st.floats(0, 0.95),
    faithless=st.booleans(),
    at_term=st.booleans(),
)
def test_the_reason_of_a_group_is_the_part_that_weighs_most(
    trust: float,
    due: int,
    gap: float,
    power: float,
    leverage: float,
    hardliners: float,
    faithless: bool,
    at_term: bool,
) -> None:
    model = TruceModel(REFERENCE)
    group, relation, truce, world = (
        model.groups[0], model.relations[0], model.truce, model.theatre.world,
    )  # fmt: skip
    group.trust, group.hardliner_share, group.bad_faith = trust, hardliners, faithless
    relation.due, relation.power = due, power
    relation.terms = relation.power_at_signing + gap
    truce.leverage = leverage
    exposed = exposed_share(group.sanctuary, world.sanctuary_shield)
    parts = {
        "power": relation.power_at_signing
        - power
        + world.shadow_weight * (relation.shift_in_truce - relation.shift_in_war)
        + group.war_cost * (exposed - relation.exposed_at_signing),
        "distrust": -world.sucker_cost * (1 - trust),
        "arrears": -world.arrears_weight * arrears_share(due, 0, relation.promised),
        "terms": gap,
        "broker": world.carrot * leverage - relation.reward_at_signing
        if at_term
        else reasons.broker_support(group, truce, world) - relation.support_at_signing,
        "bad_faith": -world.bad_faith_discount if faithless else 0.0,
        "factions": -world.faction_cost * hardliners,
        "effort": -world.renewal_effort if at_term else 0.0,
    }
    chosen = reason_of_group(model, at_term)
    assert parts[chosen] <= min(parts.values()) + 1e-12


# ---------------------------------------------------------------------------------------------
# Of the state
# ---------------------------------------------------------------------------------------------


def doubtful(model: TruceModel) -> None:
    model.relations[0].state_trust = 0.01


def outraged(model: TruceModel) -> None:
    model.state.outrage = 0.8


def generous(model: TruceModel) -> None:
    model.relations[0].terms += 0.2


def weakened(model: TruceModel) -> None:
    model.relations[0].power -= 0.2  # the group has lost power: the state could take more


def insincere(model: TruceModel) -> None:
    model.state.bad_faith = True


def paid_for_war(model: TruceModel) -> None:
    model.state.war_tied_funding = 1.0


STATE_CAUSES: dict[str, Callable[[TruceModel], None]] = {
    "distrust": doubtful,
    "audience": outraged,
    "terms": generous,
    "power": weakened,
    "broker": no_broker,
    "bad_faith": insincere,
    "war_funds": paid_for_war,
}


@pytest.mark.parametrize("reason", STATE_CAUSES)
def test_each_cause_alone_is_the_reason_of_the_state(reason: str) -> None:
    model = content()
    STATE_CAUSES[reason](model)
    assert reason_of_state(model) == reason


# ---------------------------------------------------------------------------------------------
# Of violence
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["cheating", "spoilers", "spiral", "accidents"])
def test_what_killed_most_is_the_reason_of_violence(reason: str) -> None:
    column = {"accidents": "deaths_by_accident"}.get(reason, f"deaths_by_{reason}")
    truce = Truce(
        deaths_by_cheating=5, deaths_by_spoilers=5, deaths_by_spiral=5, deaths_by_accident=5
    )
    setattr(truce, column, 6)
    assert named(reasons.of_violence(truce)) == reason


def test_deaths_by_outsiders_are_no_violence_between_the_parties() -> None:
    truce = Truce(deaths_by_outsiders=50, deaths_by_accident=26)
    assert named(reasons.of_violence(truce)) == "accidents"


# ---------------------------------------------------------------------------------------------
# In whole ensembles
# ---------------------------------------------------------------------------------------------


def reasons_given(outcomes: np.ndarray, ending: str) -> set[str]:
    of_kind = outcomes[ended_as(outcomes, ending) == 1]
    return {named(code) for code in np.unique(of_kind["why"]).tolist()}


def test_every_reason_is_given_somewhere() -> None:
    given = set(np.unique(rows(REFERENCE)["why"]).tolist())
    for name in ("funding_tied_to_war", "open_ended", "hardliners_strong", "comprehensive"):
        given |= set(np.unique(rows(shipped(name))["why"]).tolist())
    unfair = REFERENCE.with_(**{"truce.terms_gap": -0.3})
    deserted = REFERENCE.with_(
        shocks=[{"target": f"brokers.{n}.leverage", "to": 0.0, "day": 5} for n in (0, 1)]
    ).with_(**{"model.carrot": 0.3})
    tied = REFERENCE.with_(
        **{"state.funding": 1.0, "state.war_tied_funding": 1.0, "model.tied_funding_value": 0.5}
    )
    divided = REFERENCE.with_(**{"groups.0.hardliner_share": 0.9, "model.faction_cost": 0.3})
    for scenario in (unfair, deserted, tied, divided):
        given |= set(np.unique(rows(scenario)["why"]).tolist())
    horizon = rows(REFERENCE.with_(horizon_days=20))
    given |= set(np.unique(horizon["why"]).tolist())
    assert given == set(REASON_CODES.values())


def test_reasons_belong_to_their_endings() -> None:
    outcomes = rows(shipped("open_ended"), 10_000)
    violence = {"cheating", "spoilers", "spiral", "accidents"}
    assert reasons_given(outcomes, "violence") <= violence
    assert reasons_given(outcomes, "settles") == {"trust"}
    assert not reasons_given(outcomes, "group_defects") & (violence | {"trust", "none", "effort"})
    assert (outcomes["ending"] != ENDING_CODES["lapses"]).all()


def test_a_broker_that_never_counted_at_term_is_no_reason_to_let_the_term_lapse() -> None:
    """What a broker would make a breach cost has no part in the decision at term.

    With no rewards and no gain from cheating, a broker bears on renewal in no way at all; losing
    one just before the term cannot be what the renewal failed for.
    """
    deserted = REFERENCE.with_(
        **{
            "model.carrot": 0.0,
            "model.stick": 0.25,
            "model.broker_report": 0.0,
            "model.covert_gain": -1.0,
            "brokers.0.leverage": 0.9,
            "shocks": [{"target": f"brokers.{n}.leverage", "to": 0.0, "day": 29} for n in (0, 1)],
        }
    )
    lapsed = rows(deserted)[rows(deserted)["ending"] == ENDING_CODES["lapses"]]
    assert len(lapsed) > 500
    assert (lapsed["why"] == REASON_CODES["broker"]).sum() == 0


def test_broker_support_is_reward_and_averted_penalty() -> None:
    model = TruceModel(REFERENCE)
    group, truce, world = model.groups[0], model.truce, model.theatre.world
    expected = world.carrot * truce.leverage + MilitantGroup.broker_penalty(group, truce, world)
    assert reasons.broker_support(group, truce, world) == pytest.approx(expected)
    assert model.relations[0].support_at_signing == pytest.approx(expected)
