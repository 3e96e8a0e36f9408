"""Analytic limits: worlds so simple that the answer is known without running them."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.day import blame_falls, incidents_happen, parties_learn
from sim.endings import ENDING_CODES, ENDINGS
from sim.model import TruceModel
from sim.rules.choice import acceptance_probability, chosen_course
from sim.scenario import Scenario
from sim.truce import NOBODY, THE_STATE
from tests.worlds import (
    REFERENCE,
    SHIPPED,
    STILL,
    STRICT,
    followed_days,
    random_scenario,
    rows,
    shipped,
    survives,
    without,
)

HOLDS, GROUP_LEAVES, STATE_LEAVES, LAPSED = (
    ENDING_CODES[name] for name in ("holding", "group_defects", "state_defects", "lapses")
)
SURE = 1e-3  # a smaller p-value would speak against the closed form


# ---------------------------------------------------------------------------------------------
# Nothing happens
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("term_days", [0, 30, 7])
def test_without_incidents_and_noise_in_choice_the_truce_lasts_to_the_horizon(
    term_days: int,
) -> None:
    outcomes = rows(STILL.with_(**{"truce.term_days": term_days}), runs=200)
    assert (outcomes["ending"] == HOLDS).all()
    assert (outcomes["days"] == 400).all()
    assert (outcomes["ended_by"] == NOBODY).all()
    assert (outcomes["renewals"] == (400 // term_days if term_days else 0)).all()
    for tally in ("attacks", "raids", "retaliations", "accidents", "deaths", "splits", "released"):
        assert not outcomes[tally].any()


def test_nothing_changes_in_the_still_world() -> None:
    model = TruceModel(STILL)
    start = (model.relations[0].power, model.state.capability, model.groups[0].strength)
    for _ in range(50):
        model.step()
    model.groups[0].weigh_power(model.relations[0], model.state.capability, model.theatre.world)
    end = (model.relations[0].power, model.state.capability, model.groups[0].strength)
    assert end == pytest.approx(start, abs=1e-12)
    assert model.relations[0].state_trust == pytest.approx(0.6, abs=1e-12)
    assert model.groups[0].trust == pytest.approx(0.6, abs=1e-12)


# ---------------------------------------------------------------------------------------------
# The static model of bargaining (Fearon 1995)
# ---------------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    gap=st.floats(-0.5, 0.5),
    cost_to_group=st.floats(0, 0.6),
    cost_to_state=st.floats(0, 0.6),
    sanctuary=st.floats(0, 1),
    breach=st.floats(0, 0.3),
    first_strike=st.floats(0, 0.2),
    strength=st.floats(0.05, 2),
)
def test_the_truce_holds_iff_the_terms_lie_in_the_bargaining_range(
    gap: float,
    cost_to_group: float,
    cost_to_state: float,
    sanctuary: float,
    breach: float,
    first_strike: float,
    strength: float,
) -> None:
    exposed = 1 - 0.6 * sanctuary
    # p - c·σ + f - breach <= x, with x = p + gap, and the mirror image for the state.
    group_keeps = gap - (first_strike - breach - cost_to_group * exposed)
    state_keeps = (cost_to_state - first_strike + breach) - gap
    assume(abs(group_keeps) > 0.003 and abs(state_keeps) > 0.003)  # the noise is 0.0001
    scenario = STILL.with_(
        **{
            "truce.terms_gap": gap,
            "groups.0.war_cost": cost_to_group,
            "groups.0.sanctuary": sanctuary,
            "groups.0.strength": strength,
            "state.war_cost": cost_to_state,
            "model.breach_cost": breach,
            "model.first_strike": first_strike,
        }
    )
    outcomes = rows(scenario, runs=8)
    if group_keeps > 0 and state_keeps > 0:
        assert (outcomes["ending"] == HOLDS).all()
    else:
        allowed = {GROUP_LEAVES} if group_keeps < 0 else set()
        allowed |= {STATE_LEAVES} if state_keeps < 0 else set()
        assert set(outcomes["ending"].tolist()) <= allowed


@settings(derandomize=True, max_examples=40, deadline=None)
@given(gap=st.floats(-0.5, 0.5), effort=st.floats(0, 0.4), breach=st.floats(0, 0.3))
def test_at_term_the_cost_of_a_breach_is_gone_and_the_effort_of_renewing_is_there(
    gap: float, effort: float, breach: float
) -> None:
    group_renews = gap + 0.32 * (1 - 0.6 * 0.5) - 0.02 - effort
    state_renews = 0.40 - gap - 0.02 - effort
    assume(abs(group_renews) > 0.003 and abs(state_renews) > 0.003)
    # Reviews are so rare that practically every truce reaches its term.
    scenario = STILL.with_(
        **{
            "truce.term_days": 1,
            "truce.terms_gap": gap,
            "horizon_days": 3,
            "model.renewal_effort": effort,
            "model.breach_cost": breach,
            "model.review_days": 1000.0,
        }
    )
    outcomes = rows(scenario, runs=8)
    undisturbed = outcomes[~np.isin(outcomes["ending"], (GROUP_LEAVES, STATE_LEAVES))]
    expected = HOLDS if group_renews > 0 and state_renews > 0 else LAPSED
    assert len(undisturbed) >= 6
    assert (undisturbed["ending"] == expected).all()
    if expected == LAPSED:
        walked = THE_STATE if state_renews < min(group_renews, 0) else 0
        assert (undisturbed["ended_by"] == walked).all()


# ---------------------------------------------------------------------------------------------
# Constant choices: geometric durations
# ---------------------------------------------------------------------------------------------


def geometric_p_value(days: np.ndarray, chance: float, horizon: int) -> float:
    """Return the p-value of a chi-square test of days against a geometric law, censored."""
    law = stats.geom(chance)
    edges = np.unique(np.concatenate(([0], law.ppf(np.linspace(0.05, 0.95, 19)), [horizon])))
    edges = edges[edges < horizon]
    inner = np.diff(law.cdf(np.append(edges, horizon - 1)))
    # A truce that ends on the horizon day is told from one that holds by its ending, so here
    # both are put in the last cell.
    expected = np.append(inner, 1 - law.cdf(horizon - 1)) * len(days)
    seen = np.histogram(days, bins=np.append(np.append(edges, horizon - 1), np.inf) + 0.5)[0]
    enough = expected >= 5
    expected = np.append(expected[enough], expected[~enough].sum())
    seen = np.append(seen[enough], seen[~enough].sum())
    kept = expected > 0
    return float(stats.chisquare(seen[kept], expected[kept]).pvalue)


def constant_choice(defection: float, review_days: float = 7.0) -> Scenario:
    """Return a still world whose group defects with a known chance at each review."""
    noise = 0.03
    # U(comply) - U(defect) = gap + c·σ - f + breach; cheating and the state are out of question.
    advantage = noise * np.log(1 / defection - 1)
    gap = advantage - 0.32 * 0.7 + 0.02 - 0.10
    return STILL.with_(
        **{
            "horizon_days": 5000,
            "truce.terms_gap": float(gap),
            "state.war_cost": 1.0,
            "model.decision_noise": noise,
            "model.review_days": review_days,
        }
    )


@pytest.mark.parametrize(
    ("defection", "review_days"), [(0.1, 7.0), (0.5, 7.0), (0.9, 7.0), (0.25, 1.0), (0.5, 30.0)]
)
def test_with_constant_choices_the_duration_is_geometric(
    defection: float, review_days: float
) -> None:
    outcomes = rows(constant_choice(defection, review_days), runs=20_000)
    chance = defection / review_days
    assert (outcomes["ending"] == GROUP_LEAVES).mean() > 0.999
    assert geometric_p_value(outcomes["days"], chance, 5000) > SURE
    # The mean on its own: 1/chance, standard deviation sqrt(1 - chance)/chance.
    error = (1 - chance) ** 0.5 / chance / len(outcomes) ** 0.5
    assert abs(outcomes["days"].mean() - 1 / chance) < STRICT * error


def test_reviews_keep_no_weekly_rhythm() -> None:
    days = rows(constant_choice(0.9), runs=20_000)["days"]
    weekdays = np.bincount(days % 7, minlength=7)
    chance = 0.9 / 7
    law = np.array([sum((1 - chance) ** (d - 1) for d in range(k or 7, 400, 7)) for k in range(7)])
    assert stats.chisquare(weekdays, law / law.sum() * len(days)).pvalue > SURE


def test_two_sides_who_choose_alike_end_it_half_and_half() -> None:
    # Both sides stand at the edge: one defects at a review with chance q, the other with chance q.
    defection, noise = 0.3, 0.03
    advantage = noise * np.log(1 / defection - 1)
    first_strike = 0.02
    # Group: c·0.7 - f + breach = advantage; the state: c' - f + breach = advantage.
    scenario = STILL.with_(
        **{
            "horizon_days": 5000,
            "model.breach_cost": 0.0,
            "groups.0.war_cost": float((advantage + first_strike) / 0.7),
            "state.war_cost": float(advantage + first_strike),
            "model.decision_noise": noise,
        }
    )
    outcomes = rows(scenario, runs=20_000)
    one = defection / 7
    either = 1 - (1 - one) ** 2
    assert geometric_p_value(outcomes["days"], either, 5000) > SURE
    by_group = (outcomes["ending"] == GROUP_LEAVES).mean()  # the group counts when both walk away
    expected = one / either
    assert abs(by_group - expected) < STRICT * (expected * (1 - expected) / len(outcomes)) ** 0.5


def test_a_constant_chance_of_settlement_gives_a_geometric_duration() -> None:
    trust, rate, threshold = 0.9, 0.04, 0.65
    scenario = STILL.with_(
        **{
            "horizon_days": 5000,
            "model.settlement_rate": rate,
            "model.settlement_days": 0,
            "state.trust": trust,
            "groups.0.trust": trust,
        }
    )
    outcomes = rows(scenario, runs=20_000)
    assert (outcomes["ending"] == ENDING_CODES["settles"]).mean() > 0.999
    chance = rate * (trust - threshold) / (1 - threshold)
    assert geometric_p_value(outcomes["days"], chance, 5000) > SURE


# ---------------------------------------------------------------------------------------------
# A world of lapses only
# ---------------------------------------------------------------------------------------------

LAPSING = STILL.with_(
    **{
        "horizon_days": 3000,
        "truce.term_days": 30,
        "model.breach_cost": 1.0,
        "model.decision_noise": 0.03,
        "model.renewal_effort": 0.2,
    }
)


def test_a_pure_lapse_world_loses_truces_only_at_multiples_of_the_term() -> None:
    outcomes = rows(LAPSING, runs=20_000)
    assert (outcomes["ending"] == LAPSED).mean() > 0.999
    ended = outcomes[outcomes["ending"] == LAPSED]
    assert (ended["days"] % 30 == 0).all()
    assert (ended["renewals"] == ended["days"] // 30 - 1).all()
    survival = [survives(outcomes, day).mean() for day in range(181)]
    steps = {day for day in range(1, 181) if survival[day] < survival[day - 1]}
    assert steps == {30, 60, 90, 120, 150, 180}


def test_in_a_pure_lapse_world_the_number_of_terms_is_geometric() -> None:
    outcomes = rows(LAPSING, runs=20_000)
    of_group = acceptance_probability(0.32 * 0.7 - 0.02 - 0.2, 0.03)
    of_state = acceptance_probability(0.40 - 0.02 - 0.2, 0.03)
    assert geometric_p_value(outcomes["days"] // 30, 1 - of_group * of_state, 100) > SURE


# ---------------------------------------------------------------------------------------------
# The cascade of retaliation
# ---------------------------------------------------------------------------------------------


def quiet_down(model: TruceModel, run: int) -> tuple[int, int]:
    """Return the incidents, and those blamed, that follow one violation blamed on the group."""
    theatre, relation = model.theatre, model.relations[0]
    theatre.luck.run, theatre.luck.day, theatre.truce.age = run, 0, 0
    relation.state_anger, relation.group_anger = 1.0, 0.0
    happened, blamed = 0, 0
    while relation.state_anger + relation.group_anger > 1e-4:
        theatre.luck.day += 1
        theatre.truce.age += 1
        incidents_happen(theatre)
        blame_falls(theatre)
        parties_learn(theatre)
        happened += theatre.truce.incidents_today
        blamed += relation.blamed_on_group + relation.blamed_on_state
    return happened, blamed


@pytest.mark.parametrize(("retaliation", "monitoring"), [(0.2, 0.3), (0.3, 0.6), (0.4, 0.0)])
def test_mean_cascade_of_retaliation_is_one_over_one_minus_the_branching_ratio(
    retaliation: float, monitoring: float
) -> None:
    branching = retaliation * (1 + monitoring)  # n = r·(1 + m')
    scenario = STILL.with_(
        **{
            "truce.monitoring": monitoring,
            "groups.0.retaliation": retaliation,
            "state.retaliation": retaliation,
            "model.retaliation_cap": 10.0,
        }
    )
    model = TruceModel(scenario, seed=5)
    sizes = np.array([quiet_down(model, run) for run in range(2000)])
    happened, blamed = sizes[:, 0], 1 + sizes[:, 1]
    # Blamed violations, the first included, form a branching process with Poisson(n) offspring:
    # mean 1/(1 - n), variance n/(1 - n)^3. Each of them draws two responses times r.
    error = (branching / (1 - branching) ** 3 / len(blamed)) ** 0.5
    assert abs(blamed.mean() - 1 / (1 - branching)) < STRICT * error
    expected = 2 * retaliation / (1 - branching)
    assert abs(happened.mean() - expected) < STRICT * happened.std() / len(happened) ** 0.5


def test_the_cap_on_retaliation_makes_the_cascade_smaller() -> None:
    branching_world = STILL.with_(
        **{"groups.0.retaliation": 0.8, "state.retaliation": 0.8, "truce.monitoring": 0.0}
    )
    capped = branching_world.with_(**{"model.retaliation_cap": 0.1})
    loose, tight = TruceModel(branching_world), TruceModel(capped)
    free = [quiet_down(loose, run)[1] for run in range(150)]
    held = [quiet_down(tight, run)[1] for run in range(150)]
    assert np.mean(held) < np.mean(free)


# ---------------------------------------------------------------------------------------------
# What is conserved
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(12))
def test_prisoners_are_conserved(number: int) -> None:
    scenario = random_scenario(number).with_(
        **{"truce.prisoners_promised": (7, 101, 102, 1)[number % 4], "state.delivery_rate": 0.5}
    )
    model = TruceModel(scenario, run=number)
    promised = scenario.effective.truce.prisoners_promised
    before = [0 for _ in model.relations]
    while model.running:
        model.step()
        assert sum(relation.promised for relation in model.relations) == promised
        assert sum(relation.delivered for relation in model.relations) == model.truce.released
        for relation, earlier in zip(model.relations, before, strict=True):
            assert 0 <= relation.delivered <= relation.due <= relation.promised
            assert relation.delivered - earlier == relation.released_today
        before = [relation.delivered for relation in model.relations]


def test_every_promised_prisoner_goes_free_when_nothing_stops_the_state() -> None:
    scenario = STILL.with_(
        **{"truce.prisoners_promised": 101, "state.delivery_rate": 1.0, "model.outrage_release": 0}
    )
    outcomes = rows(scenario, runs=50)
    assert (outcomes["released"] == 101).all()


def test_instalments_go_free_on_the_day_they_are_due_when_nothing_stops_the_state() -> None:
    scenario = STILL.with_(
        **{"truce.prisoners_promised": 102, "state.delivery_rate": 1.0, "model.outrage_release": 0}
    )
    model = TruceModel(scenario)
    deliveries = {}
    for _ in range(70):
        model.step()
        if model.relations[0].released_today:
            deliveries[model.truce.age] = model.relations[0].released_today
    assert deliveries == {10: 17, 20: 17, 30: 17, 40: 17, 50: 17, 60: 17}


def test_strength_is_conserved_across_a_split() -> None:
    # Nobody grows and nobody is raided: what one group loses, its splinters have.
    scenario = STILL.with_(
        **{
            "groups.0.hardliner_share": 0.6,
            "groups.0.split_rate": 0.2,
            "groups.0.strength": 0.5,
            "model.breach_cost": 1.0,
        }
    )
    counted = 0
    for run in range(20):
        model = TruceModel(scenario, run=run)
        for _ in range(100):
            model.step()
            present = [group for group in model.groups if group.present]
            assert sum(group.strength for group in present) == pytest.approx(0.5, abs=1e-12)
            assert len(present) == 1 + model.truce.splits
        counted += model.truce.splits
    assert counted > 40  # the test has seen splits


def test_hardliners_are_conserved_across_a_split() -> None:
    model = TruceModel(REFERENCE.with_(**{"groups.0.hardliner_share": 0.6}))
    group, splinter = model.groups[0], model.groups[1]
    before = group.hardliner_share * group.strength
    group.break_away(splinter, model.theatre.world)
    assert group.hardliner_share * group.strength + splinter.strength == pytest.approx(before)


# ---------------------------------------------------------------------------------------------
# Probabilities
# ---------------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    comply=st.floats(-1, 1),
    covert=st.floats(-1, 1),
    defect=st.floats(-1, 1),
    noise=st.floats(0.02, 10),
)
def test_probabilities_of_the_courses_sum_to_one_and_follow_the_logit(
    comply: float, covert: float, defect: float, noise: float
) -> None:
    # A fine even grid of luck measures the length of each course's interval.
    grid = (np.arange(2000) + 0.5) / 2000
    picked = np.bincount([chosen_course(comply, covert, defect, noise, u) for u in grid])
    weights = np.array([exp(value / noise) for value in (comply, covert, defect)])
    expected = weights / weights.sum()
    assert picked.sum() == 2000  # every number in [0, 1) picks one of the three
    seen = np.pad(picked, (0, 3 - len(picked))) / 2000
    assert np.abs(seen - expected).max() <= 1.01 / 2000


@pytest.mark.parametrize("name", SHIPPED)
def test_shares_of_endings_and_survival_agree(name: str) -> None:
    outcomes = rows(shipped(name), runs=1000)
    horizon = shipped(name).horizon_days
    endings = np.bincount(outcomes["ending"], minlength=len(ENDINGS))
    assert endings.sum() == len(outcomes)
    for day in (1, 29, 30, 90, 365, horizon - 1):
        by_then = [(outcomes["days"][outcomes["ending"] == e.code] <= day).sum() for e in ENDINGS]
        assert sum(by_then) + survives(outcomes, day).sum() == len(outcomes)
    assert (outcomes["days"][outcomes["ending"] == HOLDS] == horizon).all()
    assert (outcomes["days"] >= 1).all()


def test_the_restricted_mean_is_the_area_under_the_survival_curve() -> None:
    outcomes = rows(REFERENCE)
    area = sum(survives(outcomes, day).mean() for day in range(365))
    assert followed_days(outcomes).mean() == pytest.approx(area)


# ---------------------------------------------------------------------------------------------
# Known power
# ---------------------------------------------------------------------------------------------


def test_a_group_left_alone_grows_to_its_capacity_and_no_further() -> None:
    scenario = STILL.with_(
        **{"horizon_days": 3000, "model.recruitment_rate": 0.02, "truce.terms_gap": 0.2}
    )
    model = TruceModel(scenario)
    capacity = 0.5 * 1.6 * (1 + 0.8 * 0.5 + 0.9 * 0.5)
    strengths = []
    for _ in range(1500):
        model.step()
        strengths.append(model.groups[0].strength)
    assert np.all(np.diff(strengths) > -1e-12)
    assert strengths[-1] == pytest.approx(capacity, rel=1e-6)


def test_capability_follows_the_funds_exponentially() -> None:
    scenario = STILL.with_(**{"state.funding_dependence": 0.25, "state.funding": 0.4})
    model = TruceModel(scenario)
    for _ in range(100):
        model.step()
    assert model.state.capability == pytest.approx(0.85 + 0.15 * 0.99**100)


def test_leverage_fades_exponentially_when_nothing_happens() -> None:
    scenario = STILL.with_(brokers=[{"name": "broker", "leverage": 0.8, "bias": 0.0}])
    model = TruceModel(scenario)
    for _ in range(100):
        model.step()
    assert model.brokers[0].leverage == pytest.approx(0.8 * (1 - 0.0015) ** 100)


def test_outrage_fades_exponentially_when_nothing_happens() -> None:
    model = TruceModel(STILL.with_(**{"state.outrage": 0.5}))
    for _ in range(35):
        model.step()
    assert model.state.outrage == pytest.approx(0.5 * 0.98**35)
    assert model.state.outrage == pytest.approx(0.25, abs=0.01)  # the half-life of 35 days


def test_bad_faith_is_as_frequent_as_its_probability() -> None:
    bad_faith = rows(REFERENCE, runs=20_000)["bad_faith"].mean()
    assert abs(bad_faith - 0.10) < STRICT * (0.1 * 0.9 / 20_000) ** 0.5


@pytest.mark.parametrize("rate", [0.02, 0.3, 1.0])
def test_accidents_are_poisson_and_come_from_both_sides(rate: float) -> None:
    scenario = STILL.with_(
        **{
            "horizon_days": 50,
            "environment.accident_rate": rate,
            "truce.monitoring": 1.0,  # nobody is blamed, so nothing follows from them
            "model.violence_deaths": 1_000_000,
        }
    )
    counts = rows(scenario, runs=4000)["accidents"]
    mean = 2 * rate * 50
    assert abs(counts.mean() - mean) < STRICT * (mean / len(counts)) ** 0.5
    assert counts.var() == pytest.approx(mean, rel=0.12)


def test_switching_everything_off_that_can_end_a_truce_leaves_it_to_the_horizon() -> None:
    calm = without("expiry", "settlement", "collapse", "bad_faith")
    scenario = REFERENCE.with_(**calm, **{"model.review_days": 1000.0, "model.breach_cost": 1.0})
    outcomes = rows(scenario, runs=500)
    assert (outcomes["ending"] == HOLDS).all()
