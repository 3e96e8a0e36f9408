"""The likelihood of cells: its curvature is that of its values, whatever the distribution."""

import itertools

import numpy as np
import pytest

from sim.analysis.regression.distributions import FAMILIES, family_of
from sim.analysis.regression.spells import CellModel, Spells

DAYS = np.array([1.0, 2.0, 7.0, 60.0, 300.0])
ENDED_AND_HELD = Spells(
    point=np.zeros(10, int), day=np.concatenate([DAYS, DAYS]), count=np.ones(10), ended=5, points=1
)


def likelihood(model: CellModel, parameters: np.ndarray) -> np.ndarray:
    at = np.full(10, parameters[0])
    return model.gradient(ENDED_AND_HELD, at, parameters[1:])[0]


@pytest.mark.parametrize("continuous", [False, True])
@pytest.mark.parametrize("cured", [False, True])
@pytest.mark.parametrize("name", FAMILIES)
def test_slopes_and_curvature_are_those_of_the_values(name, cured: bool, continuous: bool) -> None:
    model = CellModel(family_of(name), cured, continuous)
    first = {"log_scale": -0.2, "never_ending_logit": -1.0, "q": 0.7}
    at = np.array([3.0, *(first[each] for each in model.names)])
    value, gradient, curvature = model.derivatives(ENDED_AND_HELD, at[:1], at[1:])
    np.testing.assert_allclose(value, likelihood(model, at))
    moves = np.eye(len(at)) * 1e-3
    for place, move in enumerate(moves):
        slope = (likelihood(model, at + move) - likelihood(model, at - move)) / 2e-3
        np.testing.assert_allclose(gradient[place], slope, rtol=1e-3, atol=1e-4)
    for (one, first_move), (other, second_move) in itertools.product(enumerate(moves), repeat=2):
        corners = [
            likelihood(model, at + sign * first_move + turn * second_move) * sign * turn
            for sign, turn in itertools.product((1, -1), repeat=2)
        ]
        bend = np.sum(corners, axis=0) / 4e-6
        np.testing.assert_allclose(curvature[one, other], bend, rtol=5e-3, atol=2e-3)


def test_runs_held_through_day_zero_alone_tell_nothing() -> None:
    none = Spells(np.zeros(1, int), np.zeros(1), np.ones(1), ended=0, points=1)
    for name in FAMILIES:
        model = CellModel(family_of(name), False, False)
        others = np.array([{"log_scale": 0.0, "q": 0.5}[each] for each in model.names])
        with np.errstate(all="ignore"):
            value, gradient, curvature = model.derivatives(none, np.array([2.0]), others)
        for part in (value, gradient, curvature):
            np.testing.assert_array_equal(part, 0.0)
