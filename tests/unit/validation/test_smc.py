"""The sampler against posteriors that are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from sim.validation.smc import Population, confined, corrected, next_power, sampled

# Two numbers seen with known error, a normal prior cut to a wide range: the posterior is normal.
SEEN = np.array([0.42, 0.61])
ERROR = np.array([[0.004, 0.002], [0.002, 0.006]])
MIXING = np.array([[1.0, 0.3], [-0.2, 1.0]])


def log_likeness(positions: np.ndarray) -> np.ndarray:
    """Linear model of the first two of three positions; the third does nothing."""
    gaps = positions[:, :2] @ MIXING.T - SEEN
    return -0.5 * np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(ERROR), gaps)


def posterior() -> tuple[np.ndarray, np.ndarray]:
    """Under a flat prior: the least-squares solution and its covariance."""
    inverse = np.linalg.inv(MIXING)
    return inverse @ SEEN, inverse @ ERROR @ inverse.T


def population(seed: int = 5, number: int = 1500) -> Population:
    rng = np.random.default_rng(seed)
    return sampled(rng.random((number, 3)), log_likeness, rng, moves=10, last_moves=40)


def assert_is_the_posterior(found: np.ndarray) -> None:
    mean, covariance = posterior()
    standard_errors = np.sqrt(np.diag(covariance) / len(found))
    assert (np.abs(found[:, :2].mean(axis=0) - mean) < 5 * standard_errors).all()
    assert np.cov(found[:, :2].T) == pytest.approx(covariance, rel=0.15)


def test_the_conjugate_posterior_is_found():
    assert_is_the_posterior(population().positions)


def test_a_poor_guess_changes_the_work_and_not_the_result():
    def guess(positions: np.ndarray) -> np.ndarray:
        return 0.4 * log_likeness(positions - 0.03)  # off, and far too wide

    rng = np.random.default_rng(6)
    guessed = sampled(rng.random((1500, 3)), guess, rng, moves=10, last_moves=40)
    with pytest.raises(AssertionError):
        assert_is_the_posterior(guessed.positions)
    found = corrected(guessed, guess, log_likeness, rng, moves=3, last_moves=8, walk_moves=15)
    assert_is_the_posterior(found.positions)
    assert found.likeness == pytest.approx(log_likeness(found.positions))


def test_a_population_confined_to_limits_has_the_posterior_within_them():
    def limited(positions: np.ndarray) -> np.ndarray:
        inside = positions[:, 0] + positions[:, 2] < 0.55
        return np.where(inside, log_likeness(positions), -np.inf)

    rng = np.random.default_rng(9)
    free = population(seed=10, number=4000)
    expected = free.positions[np.isfinite(limited(free.positions))]
    found = confined(
        population(seed=11, number=800), log_likeness_off, limited, rng, moves=15, walk_moves=10
    ).positions
    assert np.isfinite(limited(found)).all()
    spread = expected.std(axis=0)
    assert (np.abs(found.mean(axis=0) - expected.mean(axis=0)) < 0.3 * spread).all()
    assert found.std(axis=0) == pytest.approx(spread, rel=0.2)


def log_likeness_off(positions: np.ndarray) -> np.ndarray:
    return 0.7 * log_likeness(positions + 0.01)


def test_confined_members_leave_the_few_that_they_descend_from():
    """One member within the limits is enough: steps keep the shape of the posterior."""

    def limited(positions: np.ndarray) -> np.ndarray:
        inside = positions[:, 2] < 0.4
        return np.where(inside, log_likeness(positions), -np.inf)

    rng = np.random.default_rng(12)
    free = population(seed=13, number=300)
    lonely = free.positions[:, 2] >= 0.4
    lonely[np.flatnonzero(~lonely)[0]] = True
    start = Population(free.positions[lonely], free.likeness[lonely])
    found = confined(start, log_likeness, limited, rng, moves=15, walk_moves=30).positions
    assert len(np.unique(found[:, 2])) > 0.9 * len(found)
    assert np.linalg.matrix_rank(np.cov(found.T), tol=1e-6) == 3
    assert found[:, 2].mean() == pytest.approx(0.2, abs=0.04)


def nowhere(positions: np.ndarray) -> np.ndarray:
    return np.full(len(positions), -np.inf)


def test_limits_that_no_member_meets_are_told():
    rng = np.random.default_rng(9)
    with pytest.raises(ValueError, match="within the limits"):
        confined(
            population(number=50),
            log_likeness,
            lambda some: np.full(len(some), -np.inf),
            rng,
            moves=1,
        )


def test_what_the_data_do_not_touch_keeps_its_prior():
    free = np.sort(population().positions[:, 2])
    uniform = (np.arange(len(free)) + 0.5) / len(free)
    assert np.abs(free - uniform).max() < 1.95 / len(free) ** 0.5


def test_what_the_prior_forbids_never_appears():
    rng = np.random.default_rng(1)
    start = rng.random((200, 3)) * [0.3, 1, 1]
    found = sampled(start, log_likeness, rng, allowed=lambda some: some[:, 0] < 0.3)
    assert (found.positions[:, 0] < 0.3).all()


def test_tolerances_fall_to_one():
    rng = np.random.default_rng(2)
    steps = sampled(rng.random((300, 3)), log_likeness, rng).steps
    tolerances = [step.tolerance for step in steps]
    assert tolerances == sorted(tolerances, reverse=True)
    assert tolerances[-1] == 1.0
    assert len(tolerances) > 1


def test_a_population_already_there_takes_one_step():
    assert next_power(np.full(50, -3.0), 0.0) == 1.0


def test_the_same_seed_gives_the_same_population():
    assert (population(number=200).positions == population(number=200).positions).all()


def test_ranks_of_known_numbers_are_uniform_on_the_toy():
    """Simulation-based calibration where everything is known."""
    rng = np.random.default_rng(8)
    ranks = []
    for _ in range(120):
        truth = rng.random(3)
        seen = MIXING @ truth[:2] + rng.multivariate_normal([0, 0], ERROR)

        def like(some: np.ndarray, seen: np.ndarray = seen) -> np.ndarray:
            gaps = some[:, :2] @ MIXING.T - seen
            return -0.5 * np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(ERROR), gaps)

        found = sampled(rng.random((60, 3)), like, rng).positions
        ranks.append(((found < truth).sum(axis=0) + rng.random(3)) / 61)
    for column in np.array(ranks).T:
        counts = np.histogram(column, 6, (0, 1))[0]
        assert ((counts - 20) ** 2 / 20).sum() < 20.5  # χ² of 5 degrees, one in a thousand
