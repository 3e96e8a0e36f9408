"""Limits that draw whole clusters anew."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis import LifeTables, life_tables, survival_limits
from sim.analysis.clustered import cluster_limits, redrawn

HORIZON = 40


def drawn(spread: float, clusters: int = 30, each: int = 40, seed: int = 1) -> LifeTables:
    """Return ceasefires of clusters whose typical duration differs by `spread` log units."""
    luck = np.random.default_rng(seed)
    typical = 12 * np.exp(spread * luck.normal(size=clusters))
    days = np.ceil(np.repeat(typical, each) * luck.exponential(size=clusters * each)).astype(int)
    ended = (days <= HORIZON).astype(int)
    place = np.repeat(np.arange(clusters), each)
    return life_tables(place, ended, np.minimum(days, HORIZON), horizon_days=HORIZON)


def width(clusters: LifeTables, day: int = 10) -> float:
    found = cluster_limits(clusters, seed=3)
    return float(found.survival_upper[day] - found.survival_lower[day])


def test_clusters_that_differ_widen_the_limits() -> None:
    assert width(drawn(1.0)) > 2.0 * width(drawn(0.0))


def test_they_are_never_narrower_than_those_of_independent_ceasefires() -> None:
    clusters = drawn(0.5)
    whole = clusters[0]
    for table in list(clusters)[1:]:
        whole = whole + table
    found = cluster_limits(clusters, seed=3)
    lower, upper = survival_limits(whole)
    assert (found.survival_lower <= lower[0]).all()
    assert (found.survival_upper >= upper[0]).all()
    assert (found.incidence_lower <= found.incidence_upper).all()


def test_they_cover_the_truth_where_independent_limits_do_not() -> None:
    """Over 40 records, the clustered interval holds S(10) far more often."""
    luck = np.random.default_rng(8)
    typical = 12 * np.exp(luck.normal(size=200_000))
    truth = float((np.ceil(typical * luck.exponential(size=200_000)) > 10).mean())
    held = {"clustered": 0, "independent": 0}
    for seed in range(40):
        clusters = drawn(1.0, seed=100 + seed)
        found = cluster_limits(clusters, seed=seed, draws=80)
        held["clustered"] += found.survival_lower[10] <= truth <= found.survival_upper[10]
        together = LifeTables(
            clusters.ended.sum(axis=0)[np.newaxis], clusters.censored.sum(axis=0)[np.newaxis], (0,)
        )
        lower, upper = survival_limits(together)
        held["independent"] += bool(lower[0, 10] <= truth <= upper[0, 10])
    assert held["clustered"] >= 34
    assert held["independent"] <= 27


def test_the_same_seed_gives_the_same_limits_and_draws_keep_the_number_of_clusters() -> None:
    clusters = drawn(1.0)
    first, again = (cluster_limits(clusters, seed=5) for _ in range(2))
    assert np.array_equal(first.survival_lower, again.survival_lower)
    assert {table.runs for table in redrawn(clusters, 1, 5)} == {30 * 40}


def test_a_single_cluster_has_the_limits_of_independent_ceasefires() -> None:
    one = drawn(0.0, clusters=1)
    found = cluster_limits(one)
    lower, upper = survival_limits(one)
    assert np.array_equal(found.survival_lower, lower[0])
    assert np.array_equal(found.survival_upper, upper[0])
    assert found.clusters == 1


def test_the_median_lies_within_its_limits() -> None:
    found = cluster_limits(drawn(0.3), seed=2)
    assert found.median_lower is not None
    assert found.median_upper is not None
    assert found.median_lower < 9 < found.median_upper + 3
    never = life_tables([0, 1], [0, 0], [5, 5], horizon_days=5)
    assert cluster_limits(never).median_upper is None


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(Exception, match="level"):
        cluster_limits(drawn(0.0), level=2.0)
