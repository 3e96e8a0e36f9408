"""How often do incidents happen, and how many do they kill?"""

from __future__ import annotations

from math import exp, nextafter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.noise import luck_of, uniform
from sim.parameters import World
from sim.rules.violence import (
    MOST_INCIDENTS,
    deaths_if_lethal,
    incident_count,
    retaliation_rate,
)

numbers = st.floats(0, 1, exclude_max=True)
WORLD = World()
steady = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1, 0.5, 1.0, 2.0])
def test_counts_are_those_of_a_poisson_law(rate: float) -> None:
    # The boundaries between counts are the points of the cumulated law.
    law = stats.poisson(rate)
    for count in range(MOST_INCIDENTS):
        boundary = law.cdf(count)
        if 1 - boundary > 1e-12:
            assert incident_count(rate, boundary - 1e-13) == count
            assert incident_count(rate, boundary + 1e-13) == count + 1


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.5])
def test_frequencies_of_counts_are_those_of_a_poisson_law(rate: float) -> None:
    grid = (np.arange(20_000) + 0.5) / 20_000
    counted = np.bincount([incident_count(rate, luck) for luck in grid], minlength=9)[:9]
    assert np.abs(counted / 20_000 - stats.poisson(rate).pmf(np.arange(9))).max() < 1e-4


@steady
@given(rate=st.floats(0, 20), luck=numbers, more=st.floats(0, 5))
def test_counts_rise_with_rate_and_luck_and_are_bounded(
    rate: float, luck: float, more: float
) -> None:
    count = incident_count(rate, luck)
    assert 0 <= count <= MOST_INCIDENTS
    assert incident_count(rate + more, luck) >= count
    assert incident_count(rate, max(luck, 0.999999)) >= count


@pytest.mark.parametrize("rate", [0.0, -1.0])
def test_no_rate_no_incidents(rate: float) -> None:
    assert incident_count(rate, nextafter(1.0, 0.0)) == 0


@pytest.mark.parametrize("rate", [2.0**-54, 1e-17, 1e-300, 5e-324])
def test_no_number_is_large_enough_for_a_rate_too_rare_to_tell_from_none(rate: float) -> None:
    """`sim.phases.incidents.happen` draws no number then."""
    assert 1.0 - rate >= 1.0
    assert incident_count(rate, nextafter(1.0, 0.0)) == 0


@steady
@given(rate=st.floats(1e-9, 1), luck=numbers)
def test_the_short_cut_for_quiet_days_changes_no_count(rate: float, luck: float) -> None:
    assert (incident_count(rate, luck) == 0) == (luck < exp(-rate))


@pytest.mark.parametrize("rate", [800.0, 1e6])
def test_a_huge_rate_gives_the_most_there_can_be(rate: float) -> None:
    assert incident_count(rate, 0.5) == MOST_INCIDENTS


@steady
@given(exponent=st.floats(1.1, 10), cap=st.integers(1, 100_000), luck=numbers)
def test_a_lethal_incident_kills_between_one_and_the_cap(
    exponent: float, cap: int, luck: float
) -> None:
    deaths = deaths_if_lethal(exponent, cap, luck)
    assert 1 <= deaths <= cap
    assert deaths_if_lethal(exponent + 0.5, cap, luck) <= deaths


def severities(many: int = 40_000) -> np.ndarray:
    """Draw deaths as the model does: a class of zero, then the power law."""
    luck = luck_of(3, 0)
    drawn = np.zeros(many, dtype=int)
    for n in range(many):
        luck.day = n
        if uniform(luck, 1, 1) >= WORLD.no_death_probability:
            drawn[n] = deaths_if_lethal(
                WORLD.severity_exponent, WORLD.severity_cap, uniform(luck, 1, 2)
            )
    return drawn


def test_deaths_average_about_one_point_seven_with_a_third_of_incidents_killing_nobody() -> None:
    deaths = severities()
    assert (deaths == 0).mean() == pytest.approx(WORLD.no_death_probability, abs=0.01)
    # The exact mean of the capped law: the sum over k of P(deaths >= k).
    lethal = 1 - WORLD.no_death_probability
    exact = lethal * sum(k ** (1 - WORLD.severity_exponent) for k in range(1, 301))
    assert 1.65 < exact < 1.85
    assert abs(deaths.mean() - exact) < 4 * deaths.std() / len(deaths) ** 0.5


def test_deaths_have_the_tail_of_the_power_law() -> None:
    deaths = severities()
    lethal = deaths[deaths > 0]
    # P(deaths >= k) = k^(1 - exponent): the exponent from the survival at 2 and at 20 deaths.
    for k in (2, 5, 20, 50):
        share = (lethal >= k).mean()
        expected = k**-1.5
        assert abs(share - expected) < 4 * (expected * (1 - expected) / len(lethal)) ** 0.5
    slope = np.log((lethal >= 20).mean() / (lethal >= 2).mean()) / np.log(10)
    assert 1 - slope == pytest.approx(2.5, abs=0.15)


def test_exact_probabilities_of_deaths() -> None:
    grid = (np.arange(100_000) + 0.5) / 100_000
    deaths = np.array([deaths_if_lethal(2.5, 300, luck) for luck in grid])
    for k in (1, 2, 3, 10):
        assert (deaths >= k).mean() == pytest.approx(k**-1.5, abs=2e-5)
    assert (deaths == 300).mean() == pytest.approx(300**-1.5, abs=2e-5)


def test_even_the_worst_luck_is_capped() -> None:
    assert deaths_if_lethal(1.1, 300, nextafter(1.0, 0.0)) == 300
    assert deaths_if_lethal(2.5, 300, 0.0) == 1


@steady
@given(strength=st.floats(0, 2), anger=st.floats(0, 50), cap=st.floats(0, 10))
def test_retaliation_rises_with_strength_and_anger_up_to_its_cap(
    strength: float, anger: float, cap: float
) -> None:
    rate = retaliation_rate(strength, anger, cap)
    assert 0 <= rate <= cap
    assert retaliation_rate(strength + 0.1, anger, cap) >= rate
    assert retaliation_rate(strength, anger + 0.1, cap) >= rate
    assert retaliation_rate(strength, 0.0, cap) == 0


def test_retaliation_below_its_cap_is_the_product() -> None:
    assert retaliation_rate(0.2, 1.5, 0.5) == pytest.approx(0.3)
