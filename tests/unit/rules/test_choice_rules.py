"""How does an actor choose, given what each course is worth?"""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.rules.choice import COMPLY, COURSES, COVERT, DEFECT, acceptance_probability, chosen_course

values = st.floats(-2, 2)
noises = st.floats(0.0001, 10)
steady = settings(derandomize=True, deadline=None)
GRID = (np.arange(1000) + 0.5) / 1000


def chances(comply: float, covert: float, defect: float, noise: float) -> np.ndarray:
    picked = [chosen_course(comply, covert, defect, noise, luck) for luck in GRID]
    return np.bincount(picked, minlength=3) / len(GRID)


def test_there_is_a_phrase_for_each_course() -> None:
    assert tuple(range(len(COURSES))) == (COMPLY, COVERT, DEFECT)


def test_equal_values_are_chosen_equally_often() -> None:
    assert chances(0.3, 0.3, 0.3, 0.03) == pytest.approx([1 / 3] * 3, abs=1e-3)


@steady
@given(comply=values, covert=values, defect=values, luck=st.floats(0, 1, exclude_max=True))
def test_without_noise_the_best_course_is_chosen(
    comply: float, covert: float, defect: float, luck: float
) -> None:
    ordered = sorted((comply, covert, defect))
    assume(ordered[2] - ordered[1] > 0.01)
    best = int(np.argmax([comply, covert, defect]))
    # One number in exp(100) could pick another; 0 picks the first with any weight at all.
    assume(luck > 1e-30)
    assert chosen_course(comply, covert, defect, 0.0001, luck) == best


def test_great_noise_makes_the_odds_even() -> None:
    assert chances(0.1, 0.0, -0.1, 10.0) == pytest.approx([1 / 3] * 3, abs=0.01)


@steady
@given(comply=values, covert=values, defect=values, noise=noises, more=st.floats(0.001, 1))
def test_each_course_is_chosen_more_often_the_more_it_is_worth(
    comply: float, covert: float, defect: float, noise: float, more: float
) -> None:
    usual = chances(comply, covert, defect, noise)
    assert chances(comply + more, covert, defect, noise)[COMPLY] >= usual[COMPLY]
    assert chances(comply, covert + more, defect, noise)[COVERT] >= usual[COVERT]
    assert chances(comply, covert, defect + more, noise)[DEFECT] >= usual[DEFECT]


@steady
@given(comply=values, covert=values, defect=values, shift=values)
def test_only_differences_of_value_count(
    comply: float, covert: float, defect: float, shift: float
) -> None:
    usual = chances(comply, covert, defect, 0.1)
    moved = chances(comply + shift, covert + shift, defect + shift, 0.1)
    assert np.abs(usual - moved).max() <= 0.001 + 1e-9


def test_a_gap_of_one_noise_shifts_the_odds_by_e() -> None:
    picked = chances(0.03, 0.0, -5.0, 0.03)
    assert picked[COMPLY] / picked[COVERT] == pytest.approx(exp(1), rel=0.01)


@steady
@given(value=st.floats(-1e6, 1e6), luck=st.floats(0, 1, exclude_max=True))
def test_huge_values_overflow_nowhere(value: float, luck: float) -> None:
    assert chosen_course(value, 0.0, -value, 0.0001, luck) in (COMPLY, COVERT, DEFECT)


@steady
@given(surplus=values, noise=noises, more=st.floats(0.0001, 1))
def test_acceptance_is_a_probability_that_rises_with_the_surplus(
    surplus: float, noise: float, more: float
) -> None:
    chance = acceptance_probability(surplus, noise)
    assert 0 <= chance <= 1
    assert acceptance_probability(surplus + more, noise) >= chance


@steady
@given(surplus=values, noise=st.floats(0.01, 10))
def test_acceptance_and_refusal_mirror_each_other(surplus: float, noise: float) -> None:
    both = acceptance_probability(surplus, noise) + acceptance_probability(-surplus, noise)
    assert both == pytest.approx(1)


def test_acceptance_at_its_limits() -> None:
    assert acceptance_probability(0.0, 0.03) == 0.5
    assert acceptance_probability(100.0, 0.0001) == 1.0
    assert acceptance_probability(-100.0, 0.0001) == 0.0


@steady
@given(surplus=st.floats(-0.3, 0.3))
def test_acceptance_is_the_choice_between_two_courses(surplus: float) -> None:
    # With cheating out of question, accepting is complying against defecting.
    expected = chances(surplus, -50.0, 0.0, 0.05)[COMPLY]
    assert acceptance_probability(surplus, 0.05) == pytest.approx(expected, abs=0.002)
