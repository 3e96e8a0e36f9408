"""The state: it raids, releases prisoners, answers to its public, and weighs truce against war."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model import TruceModel
from sim.rules.choice import COMPLY, COVERT, DEFECT
from tests.worlds import REFERENCE, SPECIFIED, STILL, STRICT

steady = settings(derandomize=True, deadline=None, max_examples=60)


def opened(**overrides: object) -> TruceModel:
    return TruceModel(SPECIFIED.with_(**overrides) if overrides else SPECIFIED)


def values(model: TruceModel) -> tuple[float, float, float]:
    state, relation, world = model.state, model.relations[0], model.theatre.world
    complying = state.value_of_complying(relation, model.truce, world)
    cheating = state.value_of_cheating(complying, model.truce, world)
    return complying, cheating, state.value_of_leaving(relation, world)


def test_values_follow_the_specification_term_by_term() -> None:
    model = opened(**{"state.war_tied_funding": 0.5})
    state, relation, world = model.state, model.relations[0], model.theatre.world
    clear = model.truce.clear_to_groups
    stick = 0.5 * 0.10 * 0.5
    complying = 1 - relation.terms - 0.30 * 0.2 - 0.15 * 0.4 - 0.6 * relation.shift_in_truce
    cheating = complying + 0.03 - 0.15 * (1 + clear) / 2 - 0.5 * stick + 0.15 * 0.2
    leaving = (
        1
        - relation.power
        - 0.40 * (1 + 0.5 * 0.25 * 0.6)
        + 0.40 * 0.6 * 0.2
        + 0.15 * 0.5 * 0.4
        + 0.02
        - 0.6 * relation.shift_in_war
    )
    assert values(model) == pytest.approx((complying, cheating, leaving))
    surplus = max(complying, cheating) - leaving - 0.06
    assert state.surplus_of_renewal(relation, model.truce, world) == pytest.approx(surplus)


def test_a_state_in_bad_faith_raids_from_day_0_and_the_others_do_not() -> None:
    certain = opened(**{"state.bad_faith_probability": 1.0})
    assert certain.state.bad_faith
    assert certain.relations[0].state_course == COVERT
    assert not opened().state.bad_faith
    assert opened().relations[0].state_course == COMPLY


def test_bad_faith_costs_its_discount_and_raiding_spares_half_of_it() -> None:
    good, bad = opened(), opened(**{"state.bad_faith_probability": 1.0})
    lost = [mine - yours for mine, yours in zip(values(good), values(bad), strict=True)]
    discount = good.theatre.world.bad_faith_discount
    assert lost == pytest.approx([discount, 0.5 * discount, 0.0])


def test_the_bad_faith_of_the_state_is_drawn_apart_from_that_of_the_groups() -> None:
    half = {"state.bad_faith_probability": 0.5, "groups.0.bad_faith_probability": 0.5}
    drawn = {
        (model.state.bad_faith, model.groups[0].bad_faith)
        for model in (TruceModel(REFERENCE.with_(**half), run=run) for run in range(40))
    }
    assert len(drawn) == 4


def test_what_one_side_gets_under_the_truce_the_other_gives() -> None:
    plain = STILL.with_(**{"truce.terms_gap": 0.1})
    model = TruceModel(plain)
    group = model.groups[0].value_of_complying(model.relations[0], model.truce, model.theatre.world)
    assert group + values(model)[0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("path", "low", "high", "sign"),
    [
        ("state.outrage", 0.0, 0.9, -1),
        ("state.audience_cost", 0.0, 0.5, -1),
        ("state.trust", 0.2, 0.9, +1),
        ("truce.ratified", False, True, +1),
        ("truce.terms_gap", -0.1, 0.1, -1),
        ("groups.0.funding", 0.0, 1.0, -1),  # the decliner fears the rise of the other
        ("brokers.0.leverage", 0.5, 1.0, 0),  # brokers pay the group alone
    ],
)
def test_what_keeping_the_truce_is_worth(path: str, low: object, high: object, sign: int) -> None:
    gap = values(opened(**{path: high}))[0] - values(opened(**{path: low}))[0]
    assert (gap > 1e-12) - (gap < -1e-12) == sign


@pytest.mark.parametrize(
    ("path", "low", "high", "sign"),
    [
        ("state.war_cost", 0.1, 0.5, -1),
        ("state.outrage", 0.0, 0.9, +1),
        ("state.funding", 0.0, 1.0, +1),
        ("state.war_tied_funding", 0.0, 1.0, +1),
        ("state.capability", 0.5, 2.0, +1),
        ("model.first_strike", 0.0, 0.2, +1),
    ],
)
def test_what_leaving_is_worth(path: str, low: object, high: object, sign: int) -> None:
    gap = values(opened(**{path: high}))[2] - values(opened(**{path: low}))[2]
    assert gap * sign > 0


@pytest.mark.parametrize(
    ("path", "low", "high", "sign"),
    [
        ("truce.monitoring", 0.0, 1.0, -1),
        ("state.outrage", 0.0, 1.0, +1),
        ("model.stick", 0.0, 0.3, -1),
        ("brokers.0.bias", -1.0, 0.0, -1),  # its friend raids more freely
    ],
)
def test_what_cheating_gains_over_complying(
    path: str, low: object, high: object, sign: int
) -> None:
    def gain(value: object) -> float:
        complying, cheating, _ = values(opened(**{path: value}))
        return cheating - complying

    assert (gain(high) - gain(low)) * sign > 0


def test_a_broker_presses_a_state_half_as_hard_and_its_friend_less_still() -> None:
    penalties = []
    for bias in (-1.0, -0.4, 0.0, 0.8):
        model = opened(**{"brokers.0.bias": bias})
        penalties.append(model.state.broker_penalty(model.truce, model.theatre.world))
    assert penalties == pytest.approx([0.0125, 0.02, 0.025, 0.025])


@steady
@given(outrage=st.floats(0, 1), rally=st.floats(0, 2), cost=st.floats(0, 1))
def test_a_rally_takes_off_no_more_than_the_whole_cost_of_war(
    outrage: float, rally: float, cost: float
) -> None:
    model = opened(
        **{"state.outrage": outrage, "model.outrage_rally": rally, "state.war_cost": cost}
    )
    assert 0 <= model.state.rally(model.theatre.world) <= cost


def test_funds_that_are_paid_only_in_war_do_not_come_in_a_truce() -> None:
    state = opened(**{"state.funding": 0.8, "state.war_tied_funding": 0.25}).state
    assert state.funds_in_truce() == pytest.approx(0.6)


@steady
@given(
    funding=st.floats(0, 1),
    tied=st.floats(0, 1),
    dependence=st.floats(0, 1),
    capability=st.floats(0.05, 20),
    speed=st.floats(0, 1),
)
def test_capability_moves_toward_what_the_funds_pay_for_and_not_past_it(
    funding: float, tied: float, dependence: float, capability: float, speed: float
) -> None:
    model = opened(
        **{
            "state.funding": funding,
            "state.war_tied_funding": tied,
            "state.funding_dependence": dependence,
            "state.capability": capability,
            "model.capability_adjust": speed,
        }
    )
    target = 1 - dependence * (1 - funding * (1 - tied))
    model.state.rebuild(model.theatre.world)
    low, high = sorted((target, capability))
    assert low - 1e-9 <= model.state.capability <= high + 1e-9


def test_the_state_reviews_each_group_every_seventh_day_on_average() -> None:
    model = opened()
    luck, world, group = model.theatre.luck, model.theatre.world, model.groups[0]
    of_state, of_both = 0, 0
    for day in range(14_000):
        luck.day = day
        mine = model.state.reviews(group.identity, luck, world)
        of_state += mine
        of_both += mine and group.reviews(luck, world)
    assert abs(of_state - 2000) < STRICT * (14_000 / 7 * 6 / 7) ** 0.5
    assert abs(of_both - 14_000 / 49) < STRICT * (14_000 / 49) ** 0.5  # independent clocks


@pytest.mark.parametrize(
    ("overrides", "course"),
    [
        ({}, COMPLY),
        ({"model.covert_gain": 1.0}, COVERT),
        ({"truce.terms_gap": 0.5}, DEFECT),
    ],
)
def test_without_noise_a_review_picks_the_best_course(
    overrides: dict[str, object], course: int
) -> None:
    model = TruceModel(STILL.with_(**({"model.covert_gain": -1.0} | overrides)))
    relation, theatre = model.relations[0], model.theatre
    model.state.review(model.groups[0].identity, relation, model.truce, theatre.luck, theatre.world)
    assert relation.state_course == course


@pytest.mark.parametrize(
    ("course", "frozen", "outrage", "free"),
    [
        (COMPLY, 0, 0.2, True),
        (COVERT, 0, 0.2, False),
        (COMPLY, 1, 0.2, False),
        (COMPLY, 0, 0.4501, False),
        (COMPLY, 0, 0.45, True),
    ],
)
def test_what_keeps_the_state_from_releasing(
    course: int, frozen: int, outrage: float, free: bool
) -> None:
    model = opened()
    model.relations[0].state_course = course
    model.state.frozen_days = frozen
    model.state.outrage = outrage
    assert model.state.may_release(model.relations[0], model.theatre.world) is free


def test_without_the_ceiling_even_full_outrage_lets_prisoners_go() -> None:
    model = opened(**{"mechanisms.release_ceiling": False})
    model.state.outrage = 1.0
    assert model.state.may_release(model.relations[0], model.theatre.world)


def test_scrutiny_comes_as_often_as_outrage_and_secrecy_say() -> None:
    model = opened()
    model.state.outrage = 0.5
    summons = 0
    for day in range(20_000):
        model.theatre.luck.day = day
        summons += model.state.is_questioned(model.truce, model.theatre.luck)
    chance = 0.10 * 0.5 * 0.8
    assert abs(summons - 20_000 * chance) < STRICT * (20_000 * chance * (1 - chance)) ** 0.5


def test_outrage_takes_up_what_the_day_adds() -> None:
    model = opened()
    model.state.hear_the_public(0.1, model.theatre.world)
    assert model.state.outrage == pytest.approx(0.2 * 0.98 + 0.8 * 0.1)
