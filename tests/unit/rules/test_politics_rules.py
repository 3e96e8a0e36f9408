"""What does the public make of the truce, and what do parliament and court do about it?"""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.politics import (
    outrage_of_attack,
    outrage_of_release,
    outrage_tomorrow,
    scrutiny_probability,
)

shares = st.floats(0, 1)
steady = settings(derandomize=True, deadline=None)


@steady
@given(deaths=st.integers(0, 1000), soft=st.booleans(), claimed=st.booleans())
def test_outrage_over_an_attack_rises_with_deaths_civilians_and_claims(
    deaths: int, soft: bool, claimed: bool
) -> None:
    usual = outrage_of_attack(deaths, soft, claimed, 0.02, 4.0, 1.5)
    assert usual >= 0
    assert outrage_of_attack(deaths + 1, soft, claimed, 0.02, 4.0, 1.5) > usual
    assert outrage_of_attack(deaths, True, claimed, 0.02, 4.0, 1.5) >= usual
    assert outrage_of_attack(deaths, soft, True, 0.02, 4.0, 1.5) >= usual


def test_outrage_grows_by_less_than_the_deaths() -> None:
    one, ten = (outrage_of_attack(d, False, False, 0.02, 4.0, 1.5) for d in (1, 10))
    assert ten < 10 * one
    assert one == pytest.approx(0.02 * log(2))
    assert outrage_of_attack(0, True, True, 0.02, 4.0, 1.5) == 0
    assert outrage_of_attack(1, True, True, 0.02, 4.0, 1.5) == pytest.approx(one * 6)


@steady
@given(released=st.integers(0, 1000), opacity=shares, relief=shares)
def test_outrage_over_a_release_rises_with_secrecy_and_falls_with_ratification(
    released: int, opacity: float, relief: float
) -> None:
    usual = outrage_of_release(released, 0.006, 0.3, opacity, relief)
    assert usual >= 0
    assert outrage_of_release(released, 0.006, 0.3, 1.0, relief) >= usual
    assert outrage_of_release(released, 0.006, 0.3, opacity, 1.0) == 0
    assert outrage_of_release(released + 1, 0.006, 0.3, opacity, relief) >= usual


def test_nobody_released_nobody_outraged() -> None:
    assert outrage_of_release(0, 0.006, 0.3, 0.8, 0.0) == 0
    assert outrage_of_release(17, 0.006, 0.3, 0.8, 0.0) == pytest.approx(17 * 0.006 * 1.1)


@steady
@given(outrage=shares, decay=shares, added=st.floats(0, 100), more=st.floats(0, 1))
def test_outrage_stays_a_share_and_rises_with_what_is_added(
    outrage: float, decay: float, added: float, more: float
) -> None:
    later = outrage_tomorrow(outrage, decay, added)
    assert -1e-12 <= later <= 1 + 1e-12
    assert outrage_tomorrow(outrage, decay, added + more) >= later
    assert outrage_tomorrow(outrage, decay, 0.0) <= outrage


def test_outrage_at_its_limits() -> None:
    assert outrage_tomorrow(0.5, 0.0, 0.0) == 0.5
    assert outrage_tomorrow(0.5, 1.0, 0.0) == 0.0
    assert outrage_tomorrow(0.0, 0.02, 5.0) == 1.0
    assert outrage_tomorrow(0.2, 0.02, 0.1) == pytest.approx(0.2 * 0.98 + 0.8 * 0.1)


@steady
@given(rate=shares, outrage=shares, opacity=shares, ratified=st.booleans())
def test_scrutiny_is_a_probability_that_rises_with_outrage_and_secrecy(
    rate: float, outrage: float, opacity: float, ratified: bool
) -> None:
    chance = scrutiny_probability(rate, outrage, opacity, ratified)
    assert 0 <= chance <= 1
    assert scrutiny_probability(rate, 1.0, opacity, ratified) >= chance
    assert scrutiny_probability(rate, outrage, 1.0, ratified) >= chance


def test_nobody_questions_what_parliament_approved_or_everybody_knows() -> None:
    assert scrutiny_probability(0.1, 1.0, 1.0, True) == 0
    assert scrutiny_probability(0.1, 1.0, 0.0, False) == 0
    assert scrutiny_probability(0.1, 1.0, 1.0, False) == 0.1
