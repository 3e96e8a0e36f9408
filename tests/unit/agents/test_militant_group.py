"""The militant group: it rests, recruits, cheats, splits, and weighs the truce against war."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.militant_group import MilitantGroup
from sim.errors import ScenarioError
from sim.model import TruceModel
from sim.parameters import World
from sim.rules.choice import COMPLY, COVERT, DEFECT
from tests.worlds import REFERENCE, SPECIFIED, STILL, STRICT

steady = settings(derandomize=True, deadline=None, max_examples=60)


def opened(**overrides: object) -> TruceModel:
    """Return the case as specified on day 0 (its group always signs in good faith)."""
    return TruceModel(SPECIFIED.with_(**{"groups.0.bad_faith_probability": 0.0} | overrides))


def values(model: TruceModel) -> tuple[float, float, float]:
    group, relation, world = model.groups[0], model.relations[0], model.theatre.world
    complying = group.value_of_complying(relation, model.truce, world)
    cheating = group.value_of_cheating(complying, relation, model.truce, world)
    return complying, cheating, group.value_of_leaving(relation, world)


# ---------------------------------------------------------------------------------------------
# Signing
# ---------------------------------------------------------------------------------------------


def test_a_group_takes_stock_when_it_signs() -> None:
    group = opened().groups[0]
    assert group.initial_strength == 0.5
    assert group.prior_trust == 0.6
    assert group.course == COMPLY
    assert not group.bad_faith


def test_a_group_in_bad_faith_cheats_from_day_0() -> None:
    group = opened(**{"groups.0.bad_faith_probability": 1.0}).groups[0]
    assert group.bad_faith
    assert group.course == COVERT


# ---------------------------------------------------------------------------------------------
# Power
# ---------------------------------------------------------------------------------------------


def test_capacity_and_recruitment_follow_the_specification() -> None:
    model = opened()
    group, world = model.groups[0], model.theatre.world
    assert group.capacity(world) == pytest.approx(0.5 * 1.6 * (1 + 0.8 * 0.6 + 0.9 * 0.5))
    assert group.recruitment(world) == pytest.approx(0.004 * (0.3 + 1.6 * 0.5))


def test_weighing_power_projects_both_futures() -> None:
    model = opened()
    group, relation, world = model.groups[0], model.relations[0], model.theatre.world
    group.weigh_power(relation, 1.0, world)
    assert relation.power == pytest.approx(0.5 / 1.5)
    assert relation.shift_in_truce > 0 > relation.shift_in_war


def test_projections_follow_the_specification() -> None:
    model = opened()
    group, relation, world = model.groups[0], model.relations[0], model.theatre.world
    group.weigh_power(relation, 0.9, world)
    rate, capacity, exposed = 0.004 * 1.1, 0.5 * 1.6 * 1.93, 1 - 0.6 * 0.6
    rested = capacity * 0.5 / (0.5 + (capacity - 0.5) * exp(-rate * 70))
    fought = 0.5 * exp((rate * (1 - 0.5 / capacity) - 0.006 * 0.9 * exposed) * 70)
    power = 0.5 / 1.4
    assert relation.power == pytest.approx(power)
    assert relation.shift_in_truce == pytest.approx(rested / (rested + 0.9) - power)
    assert relation.shift_in_war == pytest.approx(fought / (fought + 0.9) - power)


def test_a_group_that_can_neither_grow_nor_lose_expects_no_shift() -> None:
    model = opened(**{"model.recruitment_rate": 0.0, "model.attrition_rate": 0.0})
    relation = model.relations[0]
    model.groups[0].weigh_power(relation, 1.0, model.theatre.world)
    assert relation.shift_in_truce == pytest.approx(0, abs=1e-12)
    assert relation.shift_in_war == pytest.approx(0, abs=1e-12)


@steady
@given(low=st.floats(0, 0.9), more=st.floats(0.01, 0.1))
def test_more_sanctuary_a_better_future_in_truce_and_in_war(low: float, more: float) -> None:
    def shifts(sanctuary: float) -> tuple[float, float]:
        model = opened(**{"groups.0.sanctuary": sanctuary})
        relation = model.relations[0]
        model.groups[0].weigh_power(relation, 1.0, model.theatre.world)
        return relation.shift_in_truce, relation.shift_in_war

    assert shifts(low + more)[0] >= shifts(low)[0]
    assert shifts(low + more)[1] >= shifts(low)[1]


# ---------------------------------------------------------------------------------------------
# What the courses are worth
# ---------------------------------------------------------------------------------------------


def test_values_follow_the_specification_term_by_term() -> None:
    model = opened()
    group, relation, world = model.groups[0], model.relations[0], model.theatre.world
    relation.due, relation.delivered = 34, 17
    leverage, bias, clear = model.truce.leverage, model.truce.bias, model.truce.clear_to_state
    assert (leverage, bias) == (0.5, 0.4)
    stick = 0.10 * leverage * (1 - 0.5 * bias)
    complying = (
        relation.terms
        + 0.05 * leverage
        + 0.05 * (102 - 17) / 100 * group.trust
        - 0.25 * 17 / 102
        - 0.15 * (1 - group.trust)
        - 0.10 * group.hardliner_share
        + 0.6 * relation.shift_in_truce
    )
    cheating = complying + 0.03 - 0.15 * (1 + clear) / 2 - 0.5 * stick
    leaving = relation.power - 0.32 * (1 - 0.6 * 0.6) + 0.02 + 0.6 * relation.shift_in_war
    assert values(model) == pytest.approx((complying, cheating, leaving))
    surplus = max(complying, cheating) - leaving - 0.06
    assert group.surplus_of_renewal(relation, model.truce, world) == pytest.approx(surplus)


def test_bad_faith_costs_its_discount_and_cheating_spares_half_of_it() -> None:
    good, bad = opened(), opened(**{"groups.0.bad_faith_probability": 1.0})
    assert values(bad)[0] == pytest.approx(values(good)[0] - 0.40)
    assert values(bad)[1] == pytest.approx(values(good)[1] - 0.20)
    assert values(bad)[2] == values(good)[2]


@pytest.mark.parametrize(
    ("path", "low", "high", "sign"),
    [
        ("groups.0.trust", 0.2, 0.9, +1),
        ("groups.0.hardliner_share", 0.1, 0.5, -1),
        ("truce.terms_gap", -0.1, 0.1, +1),
        ("truce.prisoners_promised", 0, 102, +1),
        ("brokers.0.leverage", 0.5, 0.9, +1),
        ("model.sucker_cost", 0.0, 0.3, -1),
        ("model.shadow_weight", 0.0, 1.0, +1),  # the riser is patient
        ("groups.0.sanctuary", 0.0, 1.0, +1),
    ],
)
def test_what_keeping_the_truce_is_worth(path: str, low: object, high: object, sign: int) -> None:
    gap = values(opened(**{path: high}))[0] - values(opened(**{path: low}))[0]
    assert gap * sign > 0


@pytest.mark.parametrize(
    ("path", "low", "high", "sign"),
    [
        ("groups.0.sanctuary", 0.0, 1.0, +1),
        ("groups.0.war_cost", 0.1, 0.5, -1),
        ("groups.0.strength", 0.2, 1.0, +1),
        ("state.capability", 0.5, 2.0, -1),
        ("model.first_strike", 0.0, 0.2, +1),
        ("model.attrition_rate", 0.0, 0.01, -1),
    ],
)
def test_what_leaving_is_worth(path: str, low: object, high: object, sign: int) -> None:
    gap = values(opened(**{path: high}))[2] - values(opened(**{path: low}))[2]
    assert gap * sign > 0


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("truce.monitoring", 0.0, 1.0),
        ("model.punish", 0.0, 0.3),
        ("model.stick", 0.0, 0.3),
        ("model.covert_gain", 0.1, 0.0),
    ],
)
def test_what_makes_cheating_worth_less_beside_complying(
    path: str, low: object, high: object
) -> None:
    def gain(value: object) -> float:
        complying, cheating, _ = values(opened(**{path: value}))
        return cheating - complying

    assert gain(high) < gain(low)


def test_a_broker_is_reluctant_to_hit_its_friend() -> None:
    penalties = []
    for bias in (-0.8, 0.0, 0.4, 1.0):
        model = opened(**{"brokers.0.bias": bias})
        penalties.append(model.groups[0].broker_penalty(model.truce, model.theatre.world))
    assert penalties == pytest.approx([0.05, 0.05, 0.04, 0.025])


# ---------------------------------------------------------------------------------------------
# Reviews
# ---------------------------------------------------------------------------------------------


def test_a_group_reviews_every_seventh_day_on_average() -> None:
    model = opened()
    group, luck, world = model.groups[0], model.theatre.luck, model.theatre.world
    reviews = 0
    for day in range(14_000):
        luck.day = day
        reviews += group.reviews(luck, world)
    assert abs(reviews - 2000) < STRICT * (14_000 / 7 * 6 / 7) ** 0.5


def test_a_group_reviews_every_day_if_that_is_the_interval() -> None:
    model = opened(**{"model.review_days": 1.0})
    model.theatre.luck.day = 5
    assert model.groups[0].reviews(model.theatre.luck, model.theatre.world)


@pytest.mark.parametrize(
    ("overrides", "course"),
    [
        ({}, COMPLY),
        ({"model.covert_gain": 1.0}, COVERT),
        ({"truce.terms_gap": -0.5}, DEFECT),
    ],
)
def test_without_noise_a_review_picks_the_best_course(
    overrides: dict[str, object], course: int
) -> None:
    scenario = STILL.with_(**({"model.covert_gain": -1.0} | overrides))
    model = TruceModel(scenario)
    group = model.groups[0]
    group.review(model.relations[0], model.truce, model.theatre.luck, model.theatre.world)
    assert group.course == course


# ---------------------------------------------------------------------------------------------
# Growth
# ---------------------------------------------------------------------------------------------


def test_growth_follows_the_specification() -> None:
    model = opened()
    group, world = model.groups[0], model.theatre.world
    rate, capacity, exposed = 0.004 * 1.1, 0.5 * 1.6 * 1.93, 1 - 0.6 * 0.6
    group.grow(world, 17, 2)
    grown = 0.5 * (1 + rate) / (1 + rate * 0.5 / capacity)
    assert group.strength == pytest.approx(grown * (1 - 0.002 * exposed) ** 2 + 0.0002 * 17)
    # Close to the continuous logistic law, which is what the parties project.
    assert grown - 0.5 == pytest.approx(rate * 0.5 * (1 - 0.5 / capacity), rel=0.01)


def test_a_group_without_growth_releases_or_raids_stays_as_it_is() -> None:
    model = opened(**{"model.recruitment_rate": 0.0})
    model.groups[0].grow(model.theatre.world, 0, 0)
    assert model.groups[0].strength == 0.5


@steady
@given(
    loss=st.floats(0, 0.5),
    sanctuary=st.floats(0, 1),
    blows=st.integers(0, 16),
    rate=st.floats(0, 0.1),
    base=st.floats(0, 5),
    room=st.floats(0.1, 10),
)
def test_a_group_is_never_weaker_than_nothing(
    loss: float, sanctuary: float, blows: int, rate: float, base: float, room: float
) -> None:
    world = World(raid_loss=loss, recruitment_rate=rate, recruitment_base=base)
    group = opened(**{"groups.0.sanctuary": sanctuary, "groups.0.growth_room": room}).groups[0]
    group.grow(world, 0, blows)
    assert group.strength > 0


@steady
@given(blows=st.integers(0, 9))
def test_every_blow_costs_strength_at_the_usual_loss(blows: int) -> None:
    def left(blows: int) -> float:
        model = opened()
        model.groups[0].grow(model.theatre.world, 0, blows)
        return float(model.groups[0].strength)

    assert left(blows + 1) < left(blows)


# ---------------------------------------------------------------------------------------------
# Splits
# ---------------------------------------------------------------------------------------------


@steady
@given(share=st.floats(0.01, 1), hardliners=st.floats(0.01, 0.95), strength=st.floats(0.01, 20))
def test_a_split_conserves_fighters_and_hardliners(
    share: float, hardliners: float, strength: float
) -> None:
    model = opened(
        **{
            "model.split_share": share,
            "groups.0.hardliner_share": hardliners,
            "groups.0.strength": strength,
        }
    )
    group, splinter = model.groups[0], model.groups[1]
    group.break_away(splinter, model.theatre.world)
    assert group.strength + splinter.strength == pytest.approx(strength)
    left = group.hardliner_share * group.strength
    assert left + splinter.strength == pytest.approx(hardliners * strength)
    assert 0 <= group.hardliner_share < 1 or share == 1
    assert splinter.present
    assert (splinter.funding, splinter.sanctuary) == (group.funding, group.sanctuary)
    assert splinter.initial_strength == splinter.strength > 0


def test_a_splinter_has_fighters_whatever_share_a_scenario_asks_for() -> None:
    with pytest.raises(ScenarioError, match="split_share"):
        REFERENCE.with_(**{"model.split_share": 0.0})
    for share in (0.01, 1.0):
        scenario = REFERENCE.with_(**{"model.split_share": share, "groups.0.split_rate": 0.5})
        model = TruceModel(scenario)
        while model.running:
            model.step()
        assert model.truce.splits > 0
        assert min(group.strength for group in model.groups) > 0


def test_without_hardliners_nobody_breaks_away() -> None:
    model = opened(**{"groups.0.split_rate": 0.5, "groups.0.hardliner_share": 0.0})
    for day in range(500):
        model.theatre.luck.day = day
        assert not model.groups[0].splits(model.theatre.luck)


def test_every_method_is_also_a_name_of_its_module() -> None:
    """Compiled code finds a behaviour by the name of its module: a record has no methods."""
    import sim.agents.broker
    import sim.agents.state
    import sim.truce

    homes = (
        (MilitantGroup, sim.agents.militant_group),
        (sim.agents.state.State, sim.agents.state),
        (sim.agents.broker.Broker, sim.agents.broker),
        (sim.truce.Truce, sim.truce),
    )
    for kind, module in homes:
        for name, method in vars(kind).items():
            if callable(method) and not name.startswith("_"):
                assert getattr(module, name) is method
