"""Directions: what the theory says of each cause, shown on paired runs of the reference.

Both arms of a comparison have the same seed, so they share their luck, and a difference must be
at least four of its own standard errors to count as shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from sim.endings import ENDING_CODES
from sim.scenario import Scenario
from tests.worlds import (
    REFERENCE,
    STRICT,
    days_without_failure,
    ended_as,
    followed_days,
    paired_z,
    rows,
    shipped,
    survives,
    without,
)

RUNS = 4000
GROUP = "groups.0"


@dataclass(frozen=True)
class Direction:
    """A cause raised from `low` to `high` in a scenario, and what that does to the truce."""

    cause: str
    low: dict[str, object]
    high: dict[str, object]
    scenario: Scenario = field(default=REFERENCE, compare=False)


def raised(path: str, low: object, high: object, scenario: Scenario = REFERENCE) -> Direction:
    return Direction(path.rsplit(".", 1)[-1], {path: low}, {path: high}, scenario)


def both(name: str, low: float, high: float) -> Direction:
    paths = (f"state.{name}", f"{GROUP}.{name}")
    return Direction(f"{name} of both", dict.fromkeys(paths, low), dict.fromkeys(paths, high))


def arms(direction: Direction) -> tuple[np.ndarray, np.ndarray]:
    scenario = direction.scenario
    return (
        rows(scenario.with_(**direction.low), RUNS),
        rows(scenario.with_(**direction.high), RUNS),
    )


# A state that war costs little stands close to leaving, so its own beliefs and outrage weigh.
READY_STATE = REFERENCE.with_(**{"state.war_cost": 0.2})

SHORTER = (
    raised(f"{GROUP}.sanctuary", 0.2, 0.9),
    raised(f"{GROUP}.funding", 0.0, 1.0),
    raised(f"{GROUP}.hardliner_share", 0.1, 0.5),
    raised(f"{GROUP}.growth_room", 1.0, 2.5),
    raised(f"{GROUP}.bad_faith_probability", 0.0, 0.5),
    raised(f"{GROUP}.spoiler_rate", 0.0, 0.25),
    both("retaliation", 0.1, 0.4),
    raised("state.bad_faith_probability", 0.0, 0.5),
    raised("state.outrage", 0.1, 0.5),
    raised("state.audience_cost", 0.0, 0.5),
    raised("state.scrutiny_rate", 0.0, 0.2),
    raised("state.raid_rate", 0.03, 0.12),
    raised("state.war_tied_funding", 0.0, 0.5, shipped("no_us_withdrawal")),
    raised("truce.opacity", 0.2, 0.9),
    raised("environment.accident_rate", 0.002, 0.03),
    raised("environment.soft_target_probability", 0.0, 1.0),
    raised("model.recruitment_rate", 0.001, 0.006),
    raised("model.sanctuary_shield", 0.3, 0.9),
    raised("model.sucker_cost", 0.05, 0.3),
    raised("model.faction_cost", 0.0, 0.2),
    raised("model.first_strike", 0.0, 0.1),
    raised("model.covert_gain", 0.0, 0.06),
    raised("model.renewal_effort", 0.0, 0.15),
    raised("model.bad_faith_discount", 0.0, 0.6),
    raised("model.outrage_covert", 0.0, 0.3),
    raised("model.outrage_release", 0.0, 0.01),
    raised("model.arrears_weight", 0.0, 0.4),
    raised("model.leverage_decay", 0.0, 0.006),
    raised("model.outrage_rally", 0.0, 1.0, READY_STATE),
    raised("state.audience_cost", 0.0, 0.5, READY_STATE),
    raised("brokers.0.bias", 0.0, 0.9, REFERENCE.with_(**{"brokers.1.leverage": 0.0})),
)

LONGER = (
    raised("brokers.0.leverage", 0.5, 0.9),
    Direction(
        "leverage of all",
        {"brokers.0.leverage": 0.0, "brokers.1.leverage": 0.0},
        {"brokers.0.leverage": 0.7},
    ),
    raised("truce.monitoring", 0.2, 0.8),
    both("trust", 0.4, 0.8),
    raised(f"{GROUP}.trust", 0.4, 0.8),
    raised("state.trust", 0.4, 0.8, READY_STATE),
    raised("truce.terms_gap", -0.12, 0.0),
    raised("truce.instalment_days", 10, 30),
    raised("state.delivery_rate", 0.0, 0.25),
    raised("state.delivery_rate", 0.25, 0.5),
    raised("truce.ratified", False, True),
    raised("truce.term_days", 30, 90),
    raised("truce.renegotiate", False, True),
    raised(f"{GROUP}.core_control", 0.2, 0.9),
    raised(f"{GROUP}.war_cost", 0.2, 0.4),
    raised("state.war_cost", 0.2, 0.5),
    raised("state.funding", 0.3, 1.0),
    raised("model.breach_cost", 0.0, 0.2),
    raised("model.stick", 0.0, 0.2),
    raised("model.carrot", 0.0, 0.1),
    raised("model.punish", 0.05, 0.25),
    raised("model.concession_value", 0.0, 0.1),
    raised("model.attrition_rate", 0.002, 0.01),
    raised("model.broker_report", 0.0, 1.0),
    raised("environment.believed_accident_rate", 0.002, 0.03),
    raised("environment.believed_raid_rate", 0.03, 0.12),
)


def names(directions: tuple[Direction, ...]) -> list[str]:
    return [direction.cause for direction in directions]


@pytest.mark.parametrize("direction", SHORTER, ids=names(SHORTER))
def test_these_make_truces_shorter(direction: Direction) -> None:
    low, high = arms(direction)
    assert paired_z(followed_days(high), followed_days(low)) < -STRICT


@pytest.mark.parametrize("direction", LONGER, ids=names(LONGER))
def test_these_make_truces_longer(direction: Direction) -> None:
    low, high = arms(direction)
    assert paired_z(followed_days(high), followed_days(low)) > STRICT


@pytest.mark.parametrize("direction", [*SHORTER, *LONGER], ids=names((*SHORTER, *LONGER)))
def test_directions_do_not_hang_on_how_settlements_are_counted(direction: Direction) -> None:
    # A settlement ends the truce and is no failure. Counted as a lasting peace, the sign stays.
    low, high = arms(direction)
    plain = paired_z(followed_days(high), followed_days(low))
    lasting = paired_z(days_without_failure(high), days_without_failure(low))
    assert plain * lasting > 0
    assert abs(lasting) > STRICT


@pytest.mark.parametrize("day", [30, 45, 60, 90])
def test_secrecy_harms_the_truce_from_day_30_to_90(day: int) -> None:
    open_terms = rows(REFERENCE.with_(**{"truce.opacity": 0.2}), RUNS)
    secret_terms = rows(REFERENCE.with_(**{"truce.opacity": 0.9}), RUNS)
    assert paired_z(survives(secret_terms, day), survives(open_terms, day)) < -STRICT


def test_leverage_helps_more_early_than_late() -> None:
    # Beardsley 2008: mediation works early and fades. The ratio of hazards with and without
    # leverage is lower before day 90 than after it.
    none = rows(REFERENCE.with_(**{"brokers.0.leverage": 0.0, "brokers.1.leverage": 0.0}), 20_000)
    much = rows(REFERENCE.with_(**{"brokers.0.leverage": 0.7, "brokers.1.leverage": 0.0}), 20_000)
    early = hazard_ratio(much, none, 0, 90)
    late = hazard_ratio(much, none, 90, 365)
    assert early < 0.8
    assert early < late < 1.0


def hazard_ratio(ones: np.ndarray, others: np.ndarray, after: int, until: int) -> float:
    """Return the Mantel-Haenszel ratio of daily hazards in a span of days."""
    above, below = 0.0, 0.0
    for day in range(after + 1, until + 1):
        at_risk_ones, at_risk_others = (ones["days"] >= day).sum(), (others["days"] >= day).sum()
        at_risk = max(at_risk_ones + at_risk_others, 1)
        above += (ones["days"] == day).sum() * at_risk_others / at_risk
        below += (others["days"] == day).sum() * at_risk_ones / at_risk
    return float(above / below)


# ---------------------------------------------------------------------------------------------
# Directions of other outcomes
# ---------------------------------------------------------------------------------------------

COUNTED_MORE = (
    ("attacks", raised(f"{GROUP}.spoiler_rate", 0.0, 0.25)),
    ("attacks", raised("model.outsider_violence", 0.0, 8.0, shipped("outside_spoiler"))),
    ("raids", raised("model.outrage_covert", 0.0, 0.3, shipped("open_ended"))),
    ("accidents", raised("environment.accident_rate", 0.0, 0.03)),
    ("retaliations", both("retaliation", 0.1, 0.4)),
    ("released", raised("state.delivery_rate", 0.05, 0.5)),
    ("released", raised("truce.ratified", False, True)),
    ("scrutinies", raised("state.scrutiny_rate", 0.05, 0.2)),
    ("splits", raised(f"{GROUP}.split_rate", 0.0, 0.01)),
    ("deaths", raised("model.severity_exponent", 2.8, 2.2)),
    ("outrage", raised("model.outrage_attack", 0.0, 0.04)),
)


@pytest.mark.parametrize(
    ("column", "direction"),
    COUNTED_MORE,
    ids=[f"{column}-{direction.cause}" for column, direction in COUNTED_MORE],
)
def test_these_are_counted_more(column: str, direction: Direction) -> None:
    low, high = arms(direction)
    assert paired_z(high[column].astype(float), low[column].astype(float)) > STRICT


def test_groups_in_bad_faith_attack_more_for_as_long_as_the_truce_lasts() -> None:
    # Their truces are shorter, so the attacks of a day are compared and not those of a truce.
    usual, faithless = rows(REFERENCE, RUNS), rows(shipped("bad_faith"), RUNS)
    per_day = [outcomes["attacks"] / outcomes["days"] for outcomes in (faithless, usual)]
    assert paired_z(per_day[0], per_day[1]) > STRICT


def test_a_state_in_bad_faith_raids_and_breaks_truces_more() -> None:
    usual = rows(REFERENCE, RUNS)
    faithless = rows(REFERENCE.with_(**{"state.bad_faith_probability": 1.0}), RUNS)
    per_day = [outcomes["raids"] / outcomes["days"] for outcomes in (faithless, usual)]
    assert paired_z(per_day[0], per_day[1]) > STRICT
    broken = [ended_as(outcomes, "state_defects") for outcomes in (faithless, usual)]
    assert paired_z(broken[0], broken[1]) > STRICT


def test_monitors_leave_fewer_raids_and_attacks_a_day() -> None:
    usual, monitored = rows(REFERENCE, RUNS), rows(shipped("monitored"), RUNS)
    for column in ("raids", "attacks"):
        rates = [outcomes[column].sum() / outcomes["days"].sum() for outcomes in (usual, monitored)]
        assert rates[1] < rates[0]


ENDS_MORE_OFTEN = (
    ("group_defects", raised("model.breach_cost", 0.2, 0.0)),
    ("group_defects", raised("truce.term_days", 30, 0)),
    ("state_defects", raised("truce.terms_gap", 0.0, 0.5)),
    ("violence", raised("environment.accident_rate", 0.002, 0.03)),
    ("violence", raised("model.violence_deaths", 50, 10)),
    ("lapses", raised("model.renewal_effort", 0.0, 0.15)),
    ("settles", raised("model.settlement_rate", 0.002, 0.02)),
    ("settles", both("trust", 0.4, 0.8)),
    ("settles", raised(f"{GROUP}.hardliner_share", 0.5, 0.1)),
)


@pytest.mark.parametrize(
    ("ending", "direction"),
    ENDS_MORE_OFTEN,
    ids=[f"{ending}-{direction.cause}" for ending, direction in ENDS_MORE_OFTEN],
)
def test_these_end_truces_so_more_often(ending: str, direction: Direction) -> None:
    low, high = arms(direction)
    assert paired_z(ended_as(high, ending), ended_as(low, ending)) > STRICT


def test_the_side_that_gains_too_little_is_the_one_that_leaves() -> None:
    too_much = rows(REFERENCE.with_(**{"truce.terms_gap": 0.5}), RUNS)
    too_little = rows(REFERENCE.with_(**{"truce.terms_gap": -0.5}), RUNS)
    assert (too_much["ended_by"] == -1).mean() > 0.95
    assert (too_little["ended_by"] == 0).mean() > 0.95


def test_more_signatories_make_agreement_harder() -> None:
    # Cunningham 2006: more parties that can say no. Adding one is a direction of its own.
    one, two = rows(REFERENCE, RUNS), rows(shipped("two_signatories"), RUNS)
    assert paired_z(followed_days(two), followed_days(one)) < -STRICT


def test_an_outside_spoiler_makes_truces_shorter() -> None:
    alone, spoiled = rows(REFERENCE, RUNS), rows(shipped("outside_spoiler"), RUNS)
    assert paired_z(followed_days(spoiled), followed_days(alone)) < -STRICT


def test_a_shift_of_power_still_to_come_harms_more_than_one_that_is_over() -> None:
    # Fearon 1995, Powell 2006: the state ends up equally weak, here after and there before signing.
    to_come, over = rows(REFERENCE, RUNS), rows(shipped("funding_ledger"), RUNS)
    assert paired_z(followed_days(over), followed_days(to_come)) > STRICT


def test_a_broken_promise_is_worse_than_none() -> None:
    broken, none = rows(shipped("promise_and_renege"), RUNS), rows(shipped("no_prisoners"), RUNS)
    assert paired_z(followed_days(none), followed_days(broken)) > STRICT


def test_groups_in_bad_faith_fail_sooner_within_one_ensemble() -> None:
    outcomes = rows(REFERENCE, 20_000)
    bad = followed_days(outcomes[outcomes["bad_faith"]])
    good = followed_days(outcomes[~outcomes["bad_faith"]])
    error = (bad.var() / len(bad) + good.var() / len(good)) ** 0.5
    assert bad.mean() < good.mean() - STRICT * error


def test_losing_the_broker_midway_is_worse_than_keeping_it() -> None:
    gone = REFERENCE.with_(
        shocks=[{"target": f"brokers.{n}.leverage", "to": 0.0, "day": 10} for n in (0, 1)]
    )
    assert paired_z(followed_days(rows(gone)), followed_days(rows(REFERENCE))) < -STRICT


def test_noise_in_choice_is_what_ends_the_truces_of_trusting_parties() -> None:
    calm = without("bad_faith", "spoilers", "accidents", "regrouping", "concessions", "settlement")
    calm |= {"state.funding_dependence": 0.0}
    sure = rows(REFERENCE.with_(**calm, **{"model.decision_noise": 0.005}), RUNS)
    unsure = rows(REFERENCE.with_(**calm, **{"model.decision_noise": 0.1}), RUNS)
    assert paired_z(followed_days(unsure), followed_days(sure)) < -STRICT
    assert (sure["ending"] == ENDING_CODES["holding"]).mean() > 0.9
