"""The climber: steps that are halved, ridges, and likelihoods without a maximum."""

import numpy as np
import pytest

from sim.analysis.regression.newton import maximise
from sim.errors import ResultsError


def quartic(at):
    """A hill whose Newton steps overshoot from afar: -log cosh."""
    return -float(np.log(np.cosh(at)).sum()), -np.tanh(at), np.diag(1 / np.cosh(at) ** 2)


def test_steps_that_overshoot_are_halved() -> None:
    found = maximise(quartic, np.array([3.0, -2.0]))
    np.testing.assert_allclose(found.parameters, 0.0, atol=1e-8)


def test_a_convex_start_is_left_behind() -> None:
    def bump(at):
        value = float(np.exp(-0.5 * at[0] ** 2))
        return value, -at * value, np.array([[value * (1 - at[0] ** 2)]])

    assert abs(maximise(bump, np.array([1.5])).parameters[0]) < 1e-5


def test_an_endless_climb_shows_in_the_last_step() -> None:
    def endless(at):
        return -float(np.exp(-at[0])), np.exp(-at), np.array([[np.exp(-at[0])]])

    assert abs(maximise(endless, np.zeros(1)).step[0]) > 0.5


def test_what_cannot_be_computed_is_refused() -> None:
    with pytest.raises(ResultsError, match="cannot be computed"):
        maximise(lambda at: (np.nan, at, np.eye(1)), np.zeros(1))
    with pytest.raises(ResultsError, match="did not settle"):
        maximise(lambda at: (float(at[0]), np.ones(1), np.eye(1)), np.zeros(1))
