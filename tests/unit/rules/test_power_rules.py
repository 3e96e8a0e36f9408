"""How strong is each side, and how strong does it expect to become?"""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from sim.rules.power import (
    carrying_capacity,
    exposed_share,
    growth_rate,
    share_of_power,
    strength_after_truce,
    strength_after_war,
    strength_tomorrow,
)

strengths = st.floats(0.01, 20)
shares = st.floats(0, 1)
rates = st.floats(0, 0.1)
steady = settings(derandomize=True, deadline=None)


@steady
@given(strength=strengths, capability=strengths, more=st.floats(0.01, 5))
def test_share_of_power_rises_with_strength_and_falls_with_capability(
    strength: float, capability: float, more: float
) -> None:
    share = share_of_power(strength, capability)
    assert 0 < share < 1
    assert share_of_power(strength + more, capability) > share
    assert share_of_power(strength, capability + more) < share


@steady
@given(strength=strengths, capability=strengths)
def test_shares_of_power_of_both_sides_sum_to_one(strength: float, capability: float) -> None:
    both = share_of_power(strength, capability) + share_of_power(capability, strength)
    assert both == pytest.approx(1)


def test_equals_share_power_equally() -> None:
    assert share_of_power(0.7, 0.7) == 0.5


@steady
@given(start=strengths, room=st.floats(0.1, 10), sanctuary=shares, funding=shares)
def test_capacity_rises_with_refuge_and_funds(
    start: float, room: float, sanctuary: float, funding: float
) -> None:
    bare = carrying_capacity(start, room, 0.0, 0.0)
    assert bare == start * room
    assert carrying_capacity(start, room, sanctuary, funding) >= bare
    fuller = carrying_capacity(start, room, sanctuary + 0.1, funding)
    assert fuller > carrying_capacity(start, room, sanctuary, funding)


@steady
@given(rate=rates, funding=shares)
def test_growth_rate_rises_with_funding(rate: float, funding: float) -> None:
    assert growth_rate(rate, 0.3, 1.6, funding) == pytest.approx(rate * (0.3 + 1.6 * funding))
    assert growth_rate(rate, 0.3, 1.6, 1.0) >= growth_rate(rate, 0.3, 1.6, funding) >= 0


def test_a_middling_group_far_below_its_capacity_doubles_in_about_160_days() -> None:
    assert np.log(2) / growth_rate(0.004, 0.3, 1.6, 0.5) == pytest.approx(160, rel=0.02)


@steady
@given(sanctuary=shares, shield=shares)
def test_exposure_lies_between_none_and_all_and_falls_with_sanctuary(
    sanctuary: float, shield: float
) -> None:
    assert 0 <= exposed_share(sanctuary, shield) <= 1
    assert exposed_share(0.0, shield) == 1
    assert exposed_share(1.0, shield) <= exposed_share(sanctuary, shield)


@steady
@given(strength=strengths, capacity=strengths, rate=rates, days=st.integers(1, 1000))
def test_strength_in_truce_moves_toward_capacity_and_never_past_it(
    strength: float, capacity: float, rate: float, days: int
) -> None:
    later = strength_after_truce(strength, capacity, rate, days)
    low, high = sorted((strength, capacity))
    assert low * (1 - 1e-9) <= later <= high * (1 + 1e-9)


@steady
@given(strength=st.floats(0.01, 0.9), rate=st.floats(0.001, 0.1), days=st.integers(1, 300))
def test_strength_in_truce_rises_with_rate_and_capacity(
    strength: float, rate: float, days: int
) -> None:
    usual = strength_after_truce(strength, 1.0, rate, days)
    assert strength_after_truce(strength, 1.0, rate * 1.1, days) >= usual * (1 - 1e-12)
    assert strength_after_truce(strength, 1.1, rate, days) >= usual


def test_strength_in_truce_solves_the_logistic_equation() -> None:
    solved = solve_ivp(
        lambda _, s: 0.02 * s * (1 - s / 1.4), (0, 70), [0.5], rtol=1e-10, atol=1e-12
    )
    assert strength_after_truce(0.5, 1.4, 0.02, 70) == pytest.approx(solved.y[0, -1], rel=1e-8)


def test_strength_in_truce_takes_many_small_steps_as_one_large() -> None:
    stepped = 0.5
    for _ in range(70):
        stepped = strength_after_truce(stepped, 1.4, 0.02, 1)
    assert stepped == pytest.approx(strength_after_truce(0.5, 1.4, 0.02, 70))


@steady
@given(
    strength=st.floats(0.01, 1),
    capacity=st.floats(0.5, 20),
    losses=st.floats(0, 0.02),
    days=st.integers(1, 200),
)
def test_strength_in_war_falls_with_losses(
    strength: float, capacity: float, losses: float, days: int
) -> None:
    usual = strength_after_war(strength, capacity, 0.004, losses, days)
    assert usual > 0
    assert strength_after_war(strength, capacity, 0.004, losses + 0.001, days) < usual


def test_strength_in_war_without_growth_decays_exponentially() -> None:
    assert strength_after_war(0.5, 1.0, 0.0, 0.006, 70) == pytest.approx(0.5 * exp(-0.42))


@steady
@given(strength=strengths, capacity=strengths, rate=st.floats(0, 1))
def test_a_day_of_growth_moves_toward_capacity_and_never_past_it(
    strength: float, capacity: float, rate: float
) -> None:
    later = strength_tomorrow(strength, capacity, rate)
    low, high = sorted((strength, capacity))
    assert low * (1 - 1e-9) <= later <= high * (1 + 1e-9)


def test_days_of_growth_add_up_to_what_the_parties_project() -> None:
    stepped = 0.5
    for _ in range(70):
        stepped = strength_tomorrow(stepped, 1.4, 0.0044)
    assert stepped == pytest.approx(strength_after_truce(0.5, 1.4, 0.0044, 70), rel=1e-3)


@steady
@given(strength=strengths, capacity=strengths, rate=st.floats(0, 1), days=st.integers(1, 1000))
def test_strength_in_war_never_passes_both_what_it_was_and_the_capacity(
    strength: float, capacity: float, rate: float, days: int
) -> None:
    later = strength_after_war(strength, capacity, rate, 0.0, days)
    assert 0 <= later <= max(strength, capacity)


def test_a_group_at_capacity_stands_still_in_truce() -> None:
    assert strength_after_truce(0.8, 0.8, 0.01, 70) == pytest.approx(0.8)
    assert strength_after_war(0.8, 0.8, 0.01, 0.0, 70) == 0.8


def test_expected_strength_in_war_is_a_number_at_every_allowed_rate() -> None:
    # The fastest growth that the bounds allow: 0.1 a day, times (5 + 5), far below capacity.
    assert strength_after_war(0.01, 100.0, 1.0, 0.0, 1000) < float("inf")
