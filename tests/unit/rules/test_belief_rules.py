"""What does a day's record teach one side about the other?"""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.rules.belief import (
    LEAST_RATE,
    LEAST_TRUST,
    MOST_TRUST,
    guilty_rate,
    innocent_rate,
    relaxed_trust,
    updated_trust,
)

shares = st.floats(0, 1)
trusts = st.floats(0.01, 0.99)
steady = settings(derandomize=True, deadline=None)


def violation_log_ratio(control: float, clear: float = 0.3, claimed: float = 0.5) -> float:
    """Return the log likelihood ratio of one violation, cheating against keeping the truce."""
    spoilers = 0.05 * 0.25 * (1 - control)
    innocent = innocent_rate(clear, spoilers, claimed, 0.01)
    guilty = guilty_rate(innocent, clear, 0.055, claimed)
    return log(guilty / innocent) - (guilty - innocent)


@steady
@given(clear=shares, claimed=shares, control=st.floats(0, 0.99))
def test_one_violation_damns_more_the_more_control_the_core_is_believed_to_have(
    clear: float, claimed: float, control: float
) -> None:
    # Kydd & Walter 2002: obtained, not assumed.
    assert violation_log_ratio(control + 0.01, clear, claimed) >= violation_log_ratio(
        control, clear, claimed
    )


def test_belief_in_control_damns_strictly_wherever_hardliners_can_be_blamed() -> None:
    ratios = [violation_log_ratio(control) for control in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert ratios == sorted(ratios)
    assert ratios[-1] > ratios[0] + 0.1


@steady
@given(clear=shares, spoilers=shares, claimed=shares, accidents=shares, more=st.floats(0.001, 1))
def test_the_innocent_are_blamed_more_for_more_noise_and_less_when_it_is_clear(
    clear: float, spoilers: float, claimed: float, accidents: float, more: float
) -> None:
    usual = innocent_rate(clear, spoilers, claimed, accidents)
    assert LEAST_RATE <= usual <= spoilers + accidents + LEAST_RATE
    assert innocent_rate(clear, spoilers + more, claimed, accidents) >= usual
    assert innocent_rate(clear, spoilers, claimed, accidents + more) >= usual
    assert innocent_rate(1.0, spoilers, claimed, accidents) <= usual + 1e-12
    assert innocent_rate(clear, spoilers, 1.0, accidents) >= usual - 1e-12


def test_the_innocent_rate_at_its_limits() -> None:
    assert innocent_rate(1.0, 0.5, 0.0, 0.5) == pytest.approx(LEAST_RATE)
    assert innocent_rate(0.0, 0.0, 0.0, 0.02) == pytest.approx(0.01 + LEAST_RATE)
    assert innocent_rate(1.0, 0.5, 1.0, 0.0) == pytest.approx(0.5 + LEAST_RATE)


@steady
@given(innocent=st.floats(1e-4, 1), clear=shares, cheating=shares, claimed=shares)
def test_the_guilty_are_blamed_at_least_as_often_as_the_innocent(
    innocent: float, clear: float, cheating: float, claimed: float
) -> None:
    usual = guilty_rate(innocent, clear, cheating, claimed)
    assert innocent + 0.5 * cheating - 1e-12 <= usual <= innocent + cheating + 1e-12
    assert guilty_rate(innocent, 1.0, cheating, claimed) >= usual - 1e-12
    assert guilty_rate(innocent, clear, cheating, 1.0) >= usual - 1e-12


@steady
@given(trust=trusts, violations=st.integers(0, 8))
def test_trust_follows_the_theorem_of_bayes(trust: float, violations: int) -> None:
    innocent, guilty = 0.01, 0.05
    of_innocent = stats.poisson(innocent).pmf(violations) * trust
    of_guilty = stats.poisson(guilty).pmf(violations) * (1 - trust)
    expected = of_innocent / (of_innocent + of_guilty)
    assert updated_trust(trust, violations, innocent, guilty, 1.0) == pytest.approx(expected)


@steady
@given(trust=trusts, violations=st.integers(0, 20), weight=st.floats(0.01, 5))
def test_trust_falls_with_every_violation_and_rises_on_a_quiet_day(
    trust: float, violations: int, weight: float
) -> None:
    usual = updated_trust(trust, violations, 0.01, 0.05, weight)
    assert 0 <= usual <= 1
    assert updated_trust(trust, violations + 1, 0.01, 0.05, weight) <= usual
    assert updated_trust(trust, 0, 0.01, 0.05, weight) > trust


@steady
@given(trust=trusts, violations=st.integers(0, 8))
def test_no_weight_no_lesson(trust: float, violations: int) -> None:
    assert updated_trust(trust, violations, 0.01, 0.05, 0.0) == trust


@steady
@given(trust=trusts, violations=st.integers(0, 4), weight=st.floats(0.1, 3))
def test_weight_multiplies_the_log_odds_of_the_evidence(
    trust: float, violations: int, weight: float
) -> None:
    def lesson(weight: float) -> float:
        later = updated_trust(trust, violations, 0.01, 0.05, weight)
        return log(later / (1 - later)) - log(trust / (1 - trust))

    assert lesson(weight) == pytest.approx(weight * lesson(1.0), abs=1e-6)


def test_what_is_as_likely_of_both_teaches_nothing() -> None:
    assert updated_trust(0.6, 3, 0.02, 0.02, 1.0) == pytest.approx(0.6)


def test_many_violations_at_once_overflow_nowhere() -> None:
    assert updated_trust(0.99, 64, 1e-4, 1.0, 5.0) == 0.0


def test_a_quiet_spell_moves_trust_as_one_long_day_would() -> None:
    trust = 0.6
    for _ in range(50):
        trust = updated_trust(trust, 0, 0.01, 0.05, 1.0)
    ratio = exp(-50 * 0.04)
    assert trust == pytest.approx(0.6 / (0.6 + 0.4 * ratio))


@steady
@given(trust=trusts, prior=trusts, rate=shares, lost=st.floats(0, 2))
def test_relaxed_trust_stays_within_its_bounds_and_between_where_it_was_and_its_prior(
    trust: float, prior: float, rate: float, lost: float
) -> None:
    assert LEAST_TRUST <= relaxed_trust(trust, prior, rate, lost) <= MOST_TRUST
    low, high = sorted((trust, prior))
    assert low - 1e-12 <= relaxed_trust(trust, prior, rate, 0.0) <= high + 1e-12
    assert relaxed_trust(trust, prior, rate, lost) <= relaxed_trust(trust, prior, rate, 0.0)


def test_relaxed_trust_at_its_limits() -> None:
    assert relaxed_trust(0.3, 0.6, 0.0, 0.0) == 0.3
    assert relaxed_trust(0.3, 0.6, 1.0, 0.0) == pytest.approx(0.6)
    assert relaxed_trust(0.3, 0.6, 0.0, 5.0) == LEAST_TRUST
