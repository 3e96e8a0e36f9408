"""The phases of a day, one at a time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import day as phases
from sim.endings import ENDINGS, REASONS
from sim.model import TruceModel
from sim.noise import uniform
from sim.phases import blame, incidents, strength
from sim.phases.pressure import moved
from sim.rules.choice import COMPLY, COVERT, DEFECT
from sim.theatre import Theatre
from sim.truce import (
    CORE_ATTACK,
    GROUP_ACCIDENT,
    GROUP_RETALIATION,
    HARDLINER_ATTACK,
    IN_TRUCE,
    NOBODY,
    OUTSIDER_ATTACK,
    RAID,
    SETTLED,
    STATE_ACCIDENT,
    STATE_RETALIATION,
    THE_STATE,
)
from tests.worlds import AS_SPECIFIED, REFERENCE, STILL, STRICT, shipped

steady = settings(derandomize=True, deadline=None)


def opened(name: str = "ttp_2021", **overrides: object) -> TruceModel:
    return TruceModel(shipped(name).with_(**AS_SPECIFIED | overrides))


def put(theatre: Theatre, **fields: object) -> None:
    """Add one incident to those of today."""
    incident = theatre.incidents[theatre.truce.incidents_today]
    given = {"kind": CORE_ATTACK, "relation": 0, "author": 0, "deaths": 0}
    for name, value in (given | {"soft": False, "claimed": False} | fields).items():
        setattr(incident, name, value)
    theatre.truce.incidents_today += 1


# ---------------------------------------------------------------------------------------------
# 1. Shocks strike
# ---------------------------------------------------------------------------------------------


@steady
@given(start=st.floats(0, 1), to=st.floats(0, 1), days=st.integers(1, 400))
def test_a_ramp_is_even_and_arrives_exactly(start: float, to: float, days: int) -> None:
    value = start
    for left in range(days, 0, -1):
        value = moved(value, to, left)
        assert value == pytest.approx(start + (to - start) * (days - left + 1) / days, abs=1e-9)
    assert value == to


def path_of(scenario_shocks: list[dict[str, object]], days: int) -> list[float]:
    model = opened(shocks=scenario_shocks)
    path = [model.groups[0].sanctuary]
    for _ in range(days):
        model.theatre.luck.day += 1
        phases.shocks_strike(model.theatre)
        path.append(model.groups[0].sanctuary)
    return path


def test_a_step_strikes_on_its_day_and_not_before() -> None:
    path = path_of([{"target": "groups.0.sanctuary", "to": 0.1, "day": 3}], 5)
    assert path == [0.6, 0.6, 0.6, 0.1, 0.1, 0.1]


def test_a_ramp_begins_on_its_day() -> None:
    shock = {"target": "groups.0.sanctuary", "to": 1.0, "day": 2, "over_days": 4}
    assert path_of([shock], 7) == pytest.approx([0.6, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0])


def test_one_shock_may_follow_another() -> None:
    shocks = [
        {"target": "groups.0.sanctuary", "to": 0.8, "day": 1, "over_days": 2},
        {"target": "groups.0.sanctuary", "to": 0.2, "day": 3},
    ]
    assert path_of(shocks, 4) == pytest.approx([0.6, 0.7, 0.8, 0.2, 0.2])


def test_a_shock_on_day_0_strikes_at_the_signing() -> None:
    assert path_of([{"target": "groups.0.sanctuary", "to": 0.3, "day": 0}], 1) == [0.3, 0.3]


def test_a_splinter_shares_the_shocks_of_the_group_it_left() -> None:
    model = opened(
        "two_signatories",
        shocks=[{"target": "groups.0.funding", "to": 0.0, "day": 2}],
    )
    mine, other = (strength.latent_splinter(model.theatre, parent) for parent in (0, 1))
    for parent, splinter in ((0, mine), (1, other)):
        model.groups[parent].break_away(model.groups[splinter], model.theatre.world)
    model.theatre.luck.day = 2
    phases.shocks_strike(model.theatre)
    assert (model.groups[0].funding, model.groups[mine].funding) == (0.0, 0.0)
    assert (model.groups[1].funding, model.groups[other].funding) == (0.5, 0.5)


def test_shocks_reach_the_state_and_the_named_broker() -> None:
    model = opened(
        shocks=[
            {"target": "state.funding", "to": 1.0, "day": 1},
            {"target": "brokers.1.leverage", "to": 0.9, "day": 1},
        ]
    )
    model.theatre.luck.day = 1
    phases.shocks_strike(model.theatre)
    assert model.state.funding == 1.0
    assert [broker.leverage for broker in model.brokers] == [0.5, 0.9]


# ---------------------------------------------------------------------------------------------
# 2. Brokers press
# ---------------------------------------------------------------------------------------------


def pressed(*brokers: tuple[float, float], **overrides: object) -> TruceModel:
    listed = [
        {"name": f"broker {n}", "leverage": leverage, "bias": bias}
        for n, (leverage, bias) in enumerate(brokers)
    ]
    return opened(**{"brokers": listed, "truce.monitoring": 0.0} | overrides)


def test_the_strongest_broker_presses() -> None:
    truce = pressed((0.4, 0.1), (0.7, -0.5), (0.6, 0.9)).truce
    assert (truce.leverage, truce.bias) == (0.7, -0.5)


def test_at_a_tie_the_first_presses() -> None:
    truce = pressed((0.6, 0.1), (0.6, -0.5)).truce
    assert (truce.leverage, truce.bias) == (0.6, 0.1)


def test_the_most_convincing_broker_is_heard() -> None:
    truce = pressed((0.9, 0.9), (0.4, 0.0)).truce  # 0.09 against 0.4
    assert truce.leverage == 0.9
    assert truce.clear_to_state == truce.clear_to_groups == pytest.approx(0.5 * 0.4)


def test_where_friends_are_believed_each_side_hears_its_own() -> None:
    truce = pressed((0.8, 1.0), (0.4, -1.0), **{"model.friends_are_believed": True}).truce
    assert truce.clear_to_groups == pytest.approx(0.5 * 0.8)
    assert truce.clear_to_state == pytest.approx(0.5 * 0.4)


def test_without_brokers_there_are_only_monitors() -> None:
    truce = pressed(**{"truce.monitoring": 0.3}).truce
    assert (truce.leverage, truce.bias) == (0.0, 0.0)
    assert truce.clear_to_state == truce.clear_to_groups == pytest.approx(0.3)


# ---------------------------------------------------------------------------------------------
# 3. Parties review
# ---------------------------------------------------------------------------------------------


def test_only_those_whose_turn_it_is_review() -> None:
    model = opened(**{"groups.0.bad_faith_probability": 1.0, "model.review_days": 1000.0})
    for day in range(1, 20):
        model.theatre.luck.day = day
        phases.parties_review(model.theatre)
    assert model.groups[0].course == COVERT  # as it was at the signing


def test_an_outsider_never_reviews() -> None:
    model = opened("outside_spoiler", **{"model.review_days": 1.0, "model.decision_noise": 10.0})
    for day in range(1, 20):
        model.theatre.luck.day = day
        phases.parties_review(model.theatre)
    assert model.relations[1].state_course == COMPLY
    assert model.relations[1].power == 0.0


# ---------------------------------------------------------------------------------------------
# 4. Incidents happen
# ---------------------------------------------------------------------------------------------


def kinds_seen(model: TruceModel, days: int = 300) -> set[int]:
    seen: set[int] = set()
    for day in range(1, days):
        model.theatre.luck.day = day
        phases.incidents_happen(model.theatre)
        today = model.theatre.incidents[: model.truce.incidents_today]
        seen |= {incident.kind for incident in today}
    return seen


def test_a_group_that_keeps_the_truce_makes_no_covert_attack_and_the_state_no_raid() -> None:
    model = opened(**{"groups.0.bad_faith_probability": 0.0})
    assert kinds_seen(model) == {HARDLINER_ATTACK, GROUP_ACCIDENT, STATE_ACCIDENT}


def test_cheating_and_anger_bring_the_other_kinds() -> None:
    model = opened()
    model.groups[0].course = COVERT
    model.relations[0].state_course = COVERT
    model.relations[0].state_anger = model.relations[0].group_anger = 2.0
    assert kinds_seen(model) == set(range(8)) - {OUTSIDER_ATTACK}


DAILY = {
    CORE_ATTACK: 0.055,
    HARDLINER_ATTACK: 0.05 * 0.25 * 0.5,  # of a quarter of the fighters, half is prevented
    GROUP_RETALIATION: 0.2 * 0.5,
    GROUP_ACCIDENT: 0.01,
    RAID: 0.10,
    STATE_RETALIATION: 0.2 * 1.5,
    STATE_ACCIDENT: 0.01,
}


def test_each_kind_of_incident_comes_at_its_daily_rate() -> None:
    model, days = opened(), 8000
    group, relation = model.groups[0], model.relations[0]
    group.course = relation.state_course = COVERT
    relation.group_anger, relation.state_anger = 0.5, 1.5
    counts, blows = dict.fromkeys(DAILY, 0), 0
    for day in range(1, days + 1):
        model.theatre.luck.day = day
        phases.incidents_happen(model.theatre)
        blows += relation.raided
        for incident in model.theatre.incidents[: model.truce.incidents_today]:
            counts[incident.kind] += 1
    for kind, rate in DAILY.items():
        assert abs(counts[kind] - rate * days) < STRICT * (rate * days) ** 0.5, kind
    # Raids and retaliation are what costs a group fighters.
    assert blows == counts[RAID] + counts[STATE_RETALIATION]


def test_an_outsider_attacks_in_proportion_to_its_share_of_strength() -> None:
    model = opened("outside_spoiler")
    attacks = 0
    for day in range(1, 6000):
        model.theatre.luck.day = day
        phases.incidents_happen(model.theatre)
        today = model.theatre.incidents[: model.truce.incidents_today]
        attacks += sum(incident.kind == OUTSIDER_ATTACK for incident in today)
    expected = 6000 * 4.0 * 0.05 * 0.1 / 0.6
    assert abs(attacks - expected) < STRICT * expected**0.5


def test_control_keeps_hardliners_from_attacking() -> None:
    model = opened(**{"groups.0.core_control": 1.0})
    assert HARDLINER_ATTACK not in kinds_seen(model)


def test_neither_retaliation_nor_accidents_nor_the_states_acts_are_claimed() -> None:
    world = opened(**{"model.core_claim_probability": 1.0}).theatre.world
    claimed = {kind for kind in range(8) if incidents.claim_probability(world, kind) > 0}
    assert claimed == {CORE_ATTACK, HARDLINER_ATTACK, OUTSIDER_ATTACK}


def test_a_splinters_attack_falls_on_the_group_it_left() -> None:
    model = opened("two_signatories")
    for place, group in enumerate(model.groups):
        if group.parent >= 0:
            assert incidents.suspect(model.theatre, place) == group.parent


def test_an_outsiders_attack_falls_on_signatories_in_proportion_to_strength() -> None:
    groups = [group.model_dump() for group in shipped("two_signatories").groups]
    outsider = {"name": "outsider", "signatory": False}
    model = opened(groups=[groups[0], outsider, groups[1]])
    suspected = []
    for day in range(3000):
        model.theatre.luck.day = day
        suspected.append(incidents.suspect(model.theatre, 1))
    assert set(suspected) == {0, 2}
    first = suspected.count(0) / len(suspected)
    assert abs(first - 2 / 3) < STRICT * (2 / 9 / len(suspected)) ** 0.5


def test_a_group_that_settled_is_not_suspected() -> None:
    groups = [group.model_dump() for group in shipped("two_signatories").groups]
    model = opened(groups=[*groups, {"name": "outsider", "signatory": False}])
    model.relations[0].phase = SETTLED
    for day in range(100):
        model.theatre.luck.day = day
        assert incidents.suspect(model.theatre, 2) == 1
    splinter = next(place for place, group in enumerate(model.groups) if group.parent == 0)
    assert incidents.suspect(model.theatre, splinter) == 1


# ---------------------------------------------------------------------------------------------
# 5. Blame falls
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "author", "chance"),
    [
        (CORE_ATTACK, 0, 0.8),
        (HARDLINER_ATTACK, 0, 0.2),
        (GROUP_RETALIATION, 0, 0.8),
        (GROUP_ACCIDENT, 0, 0.2),
        (OUTSIDER_ATTACK, 1, 0.2),
        (RAID, THE_STATE, 0.8),
        (STATE_RETALIATION, THE_STATE, 0.8),
        (STATE_ACCIDENT, THE_STATE, 0.2),
    ],
)
def test_who_is_blamed_for_what_nobody_claims(kind: int, author: int, chance: float) -> None:
    model = opened("outside_spoiler", **{"truce.monitoring": 0.6, "brokers": []})
    theatre, blamed = model.theatre, 0
    for day in range(2000):
        theatre.luck.day = day
        theatre.truce.incidents_today = 0
        put(theatre, kind=kind, author=author)
        phases.blame_falls(theatre)
        blamed += theatre.incidents[0].blamed
        on_group, on_state = model.relations[0].blamed_on_group, model.relations[0].blamed_on_state
        assert (on_state if author == THE_STATE else on_group) == theatre.incidents[0].blamed
        assert (on_group if author == THE_STATE else on_state) == 0
    assert abs(blamed / 2000 - chance) < STRICT * (chance * (1 - chance) / 2000) ** 0.5


@pytest.mark.parametrize(
    ("kind", "blamed"), [(CORE_ATTACK, True), (HARDLINER_ATTACK, True), (OUTSIDER_ATTACK, False)]
)
def test_a_claim_settles_it(kind: int, blamed: bool) -> None:
    model = opened("outside_spoiler")
    for day in range(50):
        model.theatre.luck.day = day
        model.truce.incidents_today = 0
        put(model.theatre, kind=kind, author=1 if kind == OUTSIDER_ATTACK else 0, claimed=True)
        phases.blame_falls(model.theatre)
        assert model.theatre.incidents[0].blamed is blamed


def test_each_incident_of_a_day_is_blamed_by_its_own_number() -> None:
    model = opened(**{"truce.monitoring": 0.0, "brokers": []})
    theatre = model.theatre
    for kind in (CORE_ATTACK, RAID, CORE_ATTACK, GROUP_ACCIDENT, CORE_ATTACK, RAID):
        put(theatre, kind=kind, author=0 if kind < RAID else THE_STATE)
    phases.blame_falls(theatre)
    who = model.groups[0].identity
    for place, nth in enumerate((0, 0, 1, 0, 2, 1)):
        kind = theatre.incidents[place].kind
        drawn = uniform(theatre.luck, who, blame.BLAME + kind, nth)
        assert theatre.incidents[place].blamed == (drawn < 0.5)


def test_only_deaths_between_the_parties_count_toward_collapse() -> None:
    model = opened("outside_spoiler")
    put(model.theatre, kind=OUTSIDER_ATTACK, author=1, deaths=40)
    put(model.theatre, kind=HARDLINER_ATTACK, deaths=3)
    put(model.theatre, kind=RAID, author=THE_STATE, deaths=4)
    phases.blame_falls(model.theatre)
    assert model.truce.deaths_in_window == 7


# ---------------------------------------------------------------------------------------------
# 6. Parties learn
# ---------------------------------------------------------------------------------------------


def test_violations_lower_trust_and_quiet_days_raise_it() -> None:
    model = opened()
    phases.parties_learn(model.theatre)
    assert model.relations[0].state_trust > 0.6
    assert model.groups[0].trust > 0.6
    model.relations[0].blamed_on_group = model.relations[0].blamed_on_state = 1
    phases.parties_learn(model.theatre)
    assert model.relations[0].state_trust < 0.6
    assert model.groups[0].trust < 0.6


def test_what_happens_today_is_blamed_and_learned_today() -> None:
    model = opened(**{"environment.accident_rate": 1.0, "truce.monitoring": 0.0, "brokers": []})
    relation, seen = model.relations[0], set()
    for _ in range(8):
        relation.state_trust = 0.6
        model.step()
        assert (relation.state_trust < 0.6) == (relation.blamed_on_group > 0)
        seen.add(relation.blamed_on_group > 0)
    assert seen == {True, False}


def test_arrears_lower_a_groups_trust_day_by_day() -> None:
    owing, square = opened(), opened()
    owing.relations[0].due = 102
    for model in (owing, square):
        phases.parties_learn(model.theatre)
    assert square.groups[0].trust - owing.groups[0].trust == pytest.approx(0.01)


def test_anger_keeps_half_of_yesterday_and_adds_today() -> None:
    model = opened()
    relation = model.relations[0]
    relation.state_anger, relation.group_anger = 2.0, 1.0
    relation.blamed_on_group, relation.blamed_on_state = 1, 3
    phases.parties_learn(model.theatre)
    assert (relation.state_anger, relation.group_anger) == (2.0, 3.5)


def test_one_attack_damns_more_a_group_whose_core_is_believed_to_be_in_control() -> None:
    trusts = []
    for control in (0.0, 0.5, 1.0):
        model = opened(**{"groups.0.believed_control": control})
        model.relations[0].blamed_on_group = 1
        phases.parties_learn(model.theatre)
        trusts.append(model.relations[0].state_trust)
    assert trusts[0] > trusts[1] > trusts[2]


# ---------------------------------------------------------------------------------------------
# 7. The public reacts
# ---------------------------------------------------------------------------------------------


def test_attacks_of_militants_outrage_and_acts_of_the_state_do_not() -> None:
    for kind in range(8):
        model = opened(**{"model.outrage_decay": 0.0})
        put(model.theatre, kind=kind, author=0 if kind < RAID else THE_STATE, deaths=5)
        phases.public_reacts(model.theatre)
        assert (model.state.outrage > 0.2) == (kind <= GROUP_RETALIATION)


def test_the_release_of_yesterday_outrages_today() -> None:
    model = opened(**{"model.outrage_decay": 0.0})
    model.relations[0].released_today = 17
    phases.public_reacts(model.theatre)
    assert model.state.outrage == pytest.approx(0.2 + 0.8 * 0.006 * 17 * (0.3 + 0.8))


def test_a_claimed_attack_like_peshawar_all_but_fills_what_room_is_left() -> None:
    model = opened(**{"model.outrage_decay": 0.0})
    put(model.theatre, deaths=149, soft=True, claimed=True)
    phases.public_reacts(model.theatre)
    assert model.state.outrage > 0.2 + 0.8 * 0.85


def test_a_question_in_parliament_halts_concessions_for_thirty_days() -> None:
    model = opened(
        **{
            "state.scrutiny_rate": 1.0,
            "truce.opacity": 1.0,
            "state.outrage": 1.0,
            "model.outrage_decay": 0.0,
        }
    )
    model.theatre.luck.day = 1
    phases.public_reacts(model.theatre)
    assert model.truce.scrutinies == 1
    frozen = 0
    model.truce.ratified = True  # nobody asks again
    for _ in range(60):
        frozen += model.state.frozen_days > 0
        phases.public_reacts(model.theatre)
    assert frozen == 30
    assert model.truce.scrutinies == 1


# ---------------------------------------------------------------------------------------------
# 8. Prisoners go free
# ---------------------------------------------------------------------------------------------


def test_only_one_instalment_is_handed_over_a_day() -> None:
    model = opened(**{"state.delivery_rate": 1.0})
    model.truce.age = 60
    released = []
    for _ in range(8):
        phases.prisoners_go_free(model.theatre)
        released.append(model.relations[0].released_today)
    assert released == [17] * 6 + [0, 0]
    assert model.truce.released == 102


def test_nobody_goes_free_while_the_state_cheats() -> None:
    model = opened(**{"state.delivery_rate": 1.0})
    model.truce.age = 60
    model.relations[0].state_course = COVERT
    phases.prisoners_go_free(model.theatre)
    assert model.truce.released == 0
    assert model.relations[0].due == 102


def test_delivery_comes_at_its_daily_rate() -> None:
    model = opened()
    model.truce.age, delivered = 10, 0
    for day in range(4000):
        model.theatre.luck.day = day
        model.relations[0].delivered = 0
        phases.prisoners_go_free(model.theatre)
        delivered += model.relations[0].released_today > 0
    assert abs(delivered - 1000) < STRICT * (4000 * 0.25 * 0.75) ** 0.5


# ---------------------------------------------------------------------------------------------
# 9. Strength changes
# ---------------------------------------------------------------------------------------------


def test_a_raided_group_loses_fighters() -> None:
    raided, spared = opened(), opened()
    raided.relations[0].raided = 2
    for model in (raided, spared):
        phases.strength_changes(model.theatre)
    assert raided.groups[0].strength < spared.groups[0].strength


def test_a_group_that_settled_is_no_longer_raided() -> None:
    model = TruceModel(
        shipped("two_signatories").with_(
            **{"state.raid_rate": 1.0, "model.recruitment_rate": 0.0, "groups.0.split_rate": 0.0}
        )
    )
    model.relations[0].raided = 3
    model.relations[0].phase = SETTLED
    strength = model.groups[0].strength
    for _ in range(10):
        model.step()
    assert model.groups[0].strength == strength


def test_absent_splinters_do_not_grow() -> None:
    model = opened()
    for _ in range(5):
        phases.strength_changes(model.theatre)
    assert {group.strength for group in model.groups[1:]} == {0.5}
    assert model.groups[0].strength > 0.5


def test_leverage_is_spent_once_a_day_however_many_violations_there_are() -> None:
    model = opened()
    model.relations[0].blamed_on_group = 5
    phases.strength_changes(model.theatre)
    assert model.brokers[0].leverage == pytest.approx(0.5 * (1 - 0.0015) * (1 - 0.02))


# ---------------------------------------------------------------------------------------------
# 11. The truce may end
# ---------------------------------------------------------------------------------------------


def ended(model: TruceModel) -> tuple[str, str, int]:
    phases.truce_may_end(model.theatre)
    truce = model.truce
    return ENDINGS[truce.ending].name, REASONS[truce.reason].name, truce.ended_by


def on_last_day(**overrides: object) -> TruceModel:
    model = opened(**overrides)
    model.theatre.luck.day = model.truce.age = 30
    return model


def everything_at_once() -> TruceModel:
    """Return a truce in which every ending falls on one day."""
    model = on_last_day(
        **{
            "model.renewal_effort": 1.0,
            "model.settlement_rate": 1.0,
            "model.settlement_days": 0,
            "model.settlement_trust": 0.0,
            "groups.0.trust": 0.99,
            "state.trust": 0.99,
            "groups.0.hardliner_share": 0.0,
        }
    )
    model.groups[0].course = DEFECT
    model.relations[0].state_course = DEFECT
    model.truce.deaths_in_window = 100
    return model


def test_of_endings_on_one_day_the_first_in_the_order_of_precedence_counts() -> None:
    model = everything_at_once()
    assert ended(model)[0] == "group_defects"
    model = everything_at_once()
    model.groups[0].course = COMPLY
    assert ended(model)[0] == "state_defects"
    model = everything_at_once()
    model.groups[0].course = model.relations[0].state_course = COMPLY
    assert ended(model)[0] == "violence"
    model.truce.deaths_in_window, model.truce.ending = 0, 0
    assert ended(model)[0] == "lapses"
    model.truce.ending, model.truce.expires = 0, 60
    for run in range(50):  # settling has a chance just below one
        model.theatre.luck.run = run
        if model.truce.ending == 0:
            assert ended(model)[0] in ("settles", "holding")
    assert ENDINGS[model.truce.ending].name == "settles"


def test_precedence_in_the_registry_is_that_of_the_day() -> None:
    order = sorted((ending.precedence, ending.name) for ending in ENDINGS if ending.precedence)
    names = [name for _, name in order]
    assert names == ["group_defects", "state_defects", "violence", "lapses", "settles"]


def test_a_truce_collapses_at_the_threshold_and_not_below() -> None:
    model = opened()
    model.truce.deaths_in_window = 24
    assert ended(model)[0] == "holding"
    model.truce.deaths_in_window = 25
    model.truce.deaths_by_accident = 1
    assert ended(model) == ("violence", "accidents", NOBODY)


def test_the_term_ends_on_its_last_day_and_a_renewal_runs_for_another() -> None:
    model = on_last_day(**{"model.renewal_effort": 0.0, "model.decision_noise": 0.0001})
    assert ended(model)[0] == "holding"
    assert (model.truce.renewals, model.truce.expires) == (1, 60)


def test_without_a_renewal_the_side_with_least_to_gain_is_named() -> None:
    model = on_last_day(**{"model.renewal_effort": 1.0})
    assert ended(model)[0] == "lapses"
    group = model.groups[0].surplus_of_renewal(model.relations[0], model.truce, model.theatre.world)
    state = model.state.surplus_of_renewal(model.relations[0], model.truce, model.theatre.world)
    assert model.truce.ended_by == (0 if group < state else THE_STATE)


def test_renegotiation_resets_the_terms_to_the_power_of_the_day() -> None:
    settled = {"truce.renegotiate": True, "truce.terms_gap": 0.05}
    model = on_last_day(**settled, **{"model.renewal_effort": 0.0, "model.decision_noise": 0.0001})
    model.groups[0].strength = 0.55
    assert ended(model)[0] == "holding"
    power = 0.55 / 1.55
    assert model.relations[0].terms == pytest.approx(power + 0.05)
    assert model.relations[0].power_at_signing == pytest.approx(power)


def test_without_renegotiation_the_terms_stay() -> None:
    model = on_last_day(**{"model.renewal_effort": 0.0, "model.decision_noise": 0.0001})
    model.groups[0].strength = 0.55
    before = model.relations[0].terms
    assert ended(model)[0] == "holding"
    assert model.relations[0].terms == before


def test_the_state_weighs_several_groups_by_their_strength() -> None:
    model = TruceModel(
        STILL.with_(
            groups=[
                {"name": "large", "strength": 0.9, "war_cost": 1.0},
                {"name": "small", "strength": 0.1, "war_cost": 1.0},
            ],
            **{"truce.term_days": 30, "model.renewal_effort": 0.0},
        )
    )
    model.theatre.luck.day = model.truce.age = 30
    # Good terms with the large group and hopeless ones with the small: the state renews.
    model.relations[1].terms = 1.2
    assert ended(model)[0] == "holding"
    model.truce.age = 60
    model.relations[0].terms = 1.2
    assert ended(model)[::2] == ("lapses", THE_STATE)


def test_the_truce_settles_with_the_last_relation() -> None:
    model = opened(
        "two_signatories",
        **{"model.settlement_rate": 0.1, "model.settlement_days": 0, "model.settlement_trust": 0.0},
    )
    for relation, group in zip(model.relations[:2], model.groups[:2], strict=True):
        relation.state_trust = group.trust = 0.99
        group.hardliner_share = 0.0
    outcomes = []
    for day in range(1, 300):
        model.theatre.luck.day = model.truce.age = day
        model.truce.expires = day + 1
        outcomes.append(ended(model))
        if outcomes[-1][0] != "holding":
            break
        assert IN_TRUCE in [relation.phase for relation in model.relations]
    assert outcomes[-1] == ("settles", "trust", NOBODY)
    assert [relation.phase for relation in model.relations[:2]] == [SETTLED, SETTLED]


@pytest.mark.parametrize(("of_state", "of_group"), [(0.99, 0.3), (0.3, 0.99), (0.65, 0.99)])
def test_the_lesser_trust_decides_whether_anything_can_settle(
    of_state: float, of_group: float
) -> None:
    model = opened(**{"model.settlement_rate": 1.0, "groups.0.hardliner_share": 0.0})
    model.relations[0].state_trust, model.groups[0].trust = of_state, of_group
    for day in range(61, 200):
        model.theatre.luck.day = model.truce.age = day
        model.truce.expires = day + 1
        assert ended(model)[0] == "holding"


def test_nothing_settles_before_its_time() -> None:
    model = opened(**{"model.settlement_rate": 1.0, "model.settlement_trust": 0.0})
    model.relations[0].state_trust = model.groups[0].trust = 0.99
    model.groups[0].hardliner_share = 0.0
    model.theatre.luck.day = model.truce.age = 59
    model.truce.expires = 90
    assert ended(model)[0] == "holding"
    assert model.relations[0].phase == IN_TRUCE


def test_a_group_that_settled_can_neither_defect_nor_be_deserted() -> None:
    model = opened("two_signatories")
    model.relations[0].phase = SETTLED
    model.groups[0].course = model.relations[0].state_course = DEFECT
    assert ended(model)[0] == "holding"


def test_an_ended_truce_stays_ended() -> None:
    model = TruceModel(REFERENCE, run=7)
    while model.running:
        model.step()
    before = vars(model.outcome())
    for _ in range(40):
        model.step()
    assert vars(model.outcome()) == before
