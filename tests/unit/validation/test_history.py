"""History matching on a model whose answer is known, and the emulator on known surfaces."""

from __future__ import annotations

import numpy as np
import pytest

from sim.validation.emulator import features, fitted
from sim.validation.history import matched
from sim.validation.likeness import CUTOFF, Likeness

AIM = Likeness(np.array([0.5, 0.2]), np.diag([0.02, 0.03]) ** 2)


def model(positions: np.ndarray) -> np.ndarray:
    """A curved model of the first two of four positions."""
    x, y = positions[:, 0], positions[:, 1]
    return np.stack([x**2 + 0.3 * y, np.exp(y) / 3 - 0.2 * x], axis=1)


@pytest.fixture(scope="module")
def history():
    rng = np.random.default_rng(4)
    return matched(model, AIM, rng.random((150, 4)), 100, 4, rng)


def test_the_truth_is_never_ruled_out(history):
    candidates = np.random.default_rng(5).random((20_000, 4))
    good = candidates[AIM.implausibility(model(candidates)) < 0.9 * CUTOFF]
    assert len(good) > 100
    assert history.not_ruled_out(good).mean() > 0.99


def test_what_is_left_is_about_as_large_as_what_should_be(history):
    candidates = np.random.default_rng(6).random((40_000, 4))
    should = (AIM.implausibility(model(candidates)) <= CUTOFF).mean()
    assert history.waves[-1].left == pytest.approx(should, rel=0.25)


def test_waves_narrow_and_stop(history):
    left = [wave.left for wave in history.waves]
    assert 2 <= len(left) <= 4
    assert left == sorted(left, reverse=True)


def test_what_is_spread_lies_in_what_is_left(history):
    spread, share = history.spread(300, 4, np.random.default_rng(7))
    assert spread.shape == (300, 4)
    assert history.not_ruled_out(spread).all()
    assert share == pytest.approx(history.waves[-1].left, rel=0.3)
    assert abs(spread[:, 2].mean() - 0.5) < 4 / 12**0.5 / 300**0.5  # of no consequence


def test_targets_out_of_reach_are_told():
    far = Likeness(np.array([9.0, 9.0]), AIM.covariance)
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="comes near the targets"):
        matched(model, far, rng.random((150, 4)), 10, 2, rng)


def test_a_quadratic_surface_is_emulated_almost_exactly():
    rng = np.random.default_rng(2)
    positions = rng.random((300, 3))
    truth = features(positions) @ rng.normal(size=(10, 2))
    emulator = fitted(positions, truth)
    assert np.sqrt(emulator.variance).max() < 0.05 * truth.std()


def test_the_emulators_variance_is_its_error_on_new_positions():
    rng = np.random.default_rng(3)
    positions, new = rng.random((200, 4)), rng.random((2000, 4))
    noisy = model(positions) + 0.1 * rng.standard_normal((200, 2))
    emulator = fitted(positions, noisy)
    errors = model(new) + 0.1 * rng.standard_normal((2000, 2)) - emulator.predict(new)
    assert emulator.variance == pytest.approx((errors**2).mean(axis=0), rel=0.25)
