"""Screening and Sobol' indices against functions whose indices are known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.inquiry.luck import between_batches, luck_error
from sim.inquiry.screening import elementary_effects, screened
from sim.inquiry.variance_shares import variance_shares
from sim.sweep.designs import Morris, Saltelli
from tests.unit.inquiry.conftest import (
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    ishigami,
    sobol_g,
    sobol_g_indices,
)


def shares_of(samples: int, factors: int, seed: int = 0):
    return Saltelli(samples=samples).shares(factors, seed)


def test_the_indices_of_ishigami_are_found() -> None:
    found = variance_shares(ishigami(shares_of(2048, 4))[None], 4, seed=0)
    assert found.first == pytest.approx(ISHIGAMI_FIRST, abs=0.02)
    assert found.total == pytest.approx(ISHIGAMI_TOTAL, abs=0.02)
    assert found.total[3] == 0
    lower, upper = found.limits("total")
    assert (lower <= ISHIGAMI_TOTAL).all()
    assert (upper >= np.array(ISHIGAMI_TOTAL)).all()


def test_the_indices_of_the_g_function_are_found() -> None:
    first, total = sobol_g_indices()
    found = variance_shares(sobol_g(shares_of(2048, 5))[None], 5, seed=3)
    assert found.first == pytest.approx(first, abs=0.02)
    assert found.total == pytest.approx(total, abs=0.02)


def test_intervals_cover_over_designs() -> None:
    first, total = sobol_g_indices()
    kept = []
    for seed in range(40):
        found = variance_shares(sobol_g(shares_of(128, 5, seed))[None], 5, seed)
        for index, truth in (("first", first), ("total", total)):
            lower, upper = found.limits(index)
            kept.append(((lower <= truth) & (truth <= upper)).mean())
    assert np.mean(kept) > 0.9


def noisy(seed: int = 1, batches: int = 8, spread: float = 8.0):
    values = ishigami(shares_of(1024, 4))
    return values + np.random.default_rng(seed).normal(0, spread, (batches, len(values)))


def test_the_noise_of_runs_is_taken_out() -> None:
    every = [variance_shares(noisy(seed), 4, seed=0) for seed in range(12)]
    assert min(found.total[3] for found in every) > 0.3  # noise passes for an interaction
    totals = np.mean([found.total_without_noise for found in every], axis=0)
    firsts = np.mean([found.first_without_noise for found in every], axis=0)
    assert totals == pytest.approx(ISHIGAMI_TOTAL, abs=0.04)
    assert firsts == pytest.approx(ISHIGAMI_FIRST, abs=0.05)
    noise = 8.0**2 / 8
    said = np.mean([found.noise for found in every])
    assert said == pytest.approx(noise / (noise + 13.84), abs=0.03)


def test_luck_that_all_points_share_is_taken_out_too() -> None:
    values = ishigami(shares_of(512, 4))
    shared = np.random.default_rng(4).normal(0, 20, (8, 1))
    found = variance_shares(values + shared, 4, seed=0)
    assert found.total_without_noise == pytest.approx(found.total, abs=1e-9)
    assert found.noise == pytest.approx(0, abs=1e-9)


def test_more_runs_bring_the_indices_nearer() -> None:
    few, many = (variance_shares(noisy(batches=n), 4, seed=0) for n in (2, 64))
    truth = np.array(ISHIGAMI_TOTAL)
    assert np.abs(many.total - truth).max() < np.abs(few.total - truth).max() / 3


def test_the_error_by_luck_is_that_between_seeds() -> None:
    every = [variance_shares(noisy(seed, spread=2.0), 4, seed=0) for seed in range(20)]
    between = np.std([found.total for found in every], axis=0, ddof=1)
    ratio = np.mean([found.total_luck for found in every], axis=0) / between
    assert (ratio > 0.7).all()  # the jackknife errs on the side of too wide
    assert (ratio < 2.0).all()


def test_equal_seeds_give_equal_bits_and_zero_is_a_seed() -> None:
    values = ishigami(shares_of(64, 4))[None]
    one, same, other = (variance_shares(values, 4, seed) for seed in (0, 0, 1))
    assert np.array_equal(one.total_design, same.total_design)
    assert not np.array_equal(one.total_design, other.total_design)
    walks = Morris(trajectories=8).shares(4, 0)
    one, same, other = (screened(ishigami(walks)[None], walks, seed) for seed in (0, 0, 1))
    assert np.array_equal(one.mu_star_lower, same.mu_star_lower)
    assert not np.array_equal(one.sigma_lower, other.sigma_lower)


def test_the_luck_of_numpy_is_left_alone() -> None:
    np.random.seed(7)
    before = np.random.get_state()[1].tolist()
    variance_shares(ishigami(shares_of(16, 4))[None], 4, seed=0)
    assert np.random.get_state()[1].tolist() == before


def test_an_outcome_that_does_not_vary_has_no_indices() -> None:
    found = variance_shares(np.ones((4, 6 * 16)), 4, seed=0)
    for values in (found.first, found.total, found.total_without_noise, found.total_design):
        assert (values == 0).all()
    assert found.noise == 0


def test_the_screening_is_that_of_salib() -> None:
    from SALib.analyze.morris import analyze

    walks = Morris(trajectories=30).shares(4, 2)
    values = ishigami(walks)
    found = screened(values[None], walks, seed=0)
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    known = analyze(problem, walks, values, num_levels=4, seed=1)
    assert found.mu == pytest.approx(np.asarray(known["mu"]))
    assert found.mu_star == pytest.approx(np.asarray(known["mu_star"]))
    assert found.sigma == pytest.approx(np.asarray(known["sigma"]))
    assert (found.mu_star_lower <= found.mu_star).all()
    assert (found.mu_star <= found.mu_star_upper).all()


def test_effects_of_a_plane_are_its_slopes() -> None:
    walks = Morris(trajectories=5).shares(3, 1)
    effects = elementary_effects(walks @ np.array([2.0, -1.0, 0.0]), walks)
    assert effects == pytest.approx(np.tile([2.0, -1.0, 0.0], (5, 1)))


def test_noise_is_told_from_effects() -> None:
    walks = Morris(trajectories=200).shares(2, 1)
    luck = np.random.default_rng(2).normal(0, 1, (8, len(walks)))
    found = screened(walks @ np.array([5.0, 0.0]) + luck, walks, seed=1)
    assert found.mu_star[1] == pytest.approx(found.noise[1], rel=0.15)
    assert found.mu_star[0] > 5 * found.noise[0]


def test_a_single_batch_leaves_the_luck_unknown() -> None:
    walks = Morris(trajectories=4).shares(2, 1)
    found = screened(walks.sum(axis=1)[None], walks, seed=1)
    assert np.isnan(found.luck).all()
    assert np.isnan(found.noise).all()
    assert np.isnan(luck_error(np.ones((1, 3)), lambda values: values)).all()
    assert np.isnan(between_batches(np.ones((1, 3)), np.ones((1, 3)))).all()


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    batches = np.random.default_rng(1).normal(size=(8, 5))
    known = batches.std(axis=0, ddof=1) / np.sqrt(8)
    assert luck_error(batches, lambda values: values) == pytest.approx(known)
