"""The Weibull shape against known shapes, a general optimiser, and the spread of its estimates."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from sim.validation.weibull import fitted_shape

HORIZON = 1826


def drawn(
    shape: float, number: int, seed: int, scale: float = 400.0
) -> tuple[np.ndarray, np.ndarray]:
    times = scale * np.random.default_rng(seed).weibull(shape, number)
    failed = times <= HORIZON
    return np.where(failed, np.ceil(times), HORIZON).astype(int), failed


@pytest.mark.parametrize("shape", [0.7, 1.0, 1.5])
def test_the_shape_of_weibull_times_is_found(shape):
    days, failed = drawn(shape, 20_000, 3)
    found, influence = fitted_shape(days, failed, HORIZON)
    error = (influence**2).sum() ** 0.5 / len(days)
    assert abs(found - shape) < 4 * error + 0.01


def test_the_fit_is_the_maximum_of_the_likelihood():
    days, failed = drawn(0.6, 300, 4)
    times = np.where(failed, days - 0.5, HORIZON)

    def minus_log_likelihood(logs: np.ndarray) -> float:
        shape, scale = np.exp(logs)
        scaled = times / scale
        return -float((failed * (np.log(shape / scale) + (shape - 1) * np.log(scaled))).sum()
                      - (scaled**shape).sum())  # fmt: skip

    best = minimize(minus_log_likelihood, [0.0, 6.0], method="Nelder-Mead", tol=1e-10)
    assert fitted_shape(days, failed, HORIZON)[0] == pytest.approx(np.exp(best.x[0]), rel=1e-5)


def test_influences_sum_to_nothing_and_give_the_spread_of_estimates():
    shapes = [fitted_shape(*drawn(0.5, 400, seed), HORIZON) for seed in range(300)]
    predicted = np.mean([(influence**2).sum() for _, influence in shapes]) ** 0.5 / 400
    assert max(abs(influence.sum()) for _, influence in shapes) < 1e-4
    assert np.std([shape for shape, _ in shapes]) == pytest.approx(predicted, rel=0.15)


def test_too_few_failures_give_no_shape():
    shape, influence = fitted_shape(np.array([5, 1826]), np.array([True, False]), HORIZON)
    assert shape == 1.0
    assert (influence == 0).all()
