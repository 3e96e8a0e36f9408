"""Random weights of runs, bands that hold on all days at once, and tests by swapping."""

from collections import Counter
from itertools import product
from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import (
    LifeTables,
    difference_band,
    log_rank,
    pair_tables,
    redrawn_pairs,
    survival_differences,
    swap_test,
)
from sim.analysis.seed_weights import hashed, poisson_weights, signs
from sim.errors import ResultsError, UsageError

HORIZON = 40
DAYS = np.arange(HORIZON + 1)
ONE_RUN = st.tuples(st.integers(0, 12), st.integers(0, 2)).map(
    lambda run: (run[0] if run[1] else HORIZON, run[1])
)
PAIRS = st.lists(st.tuples(ONE_RUN, ONE_RUN), min_size=1, max_size=12)


def columns(pairs) -> tuple[np.ndarray, ...]:
    return tuple(np.array(pairs, dtype=np.int64).reshape(-1, 4).T)


def drawn(rng, runs: int, rates: tuple[float, float], shared: float) -> tuple[np.ndarray, ...]:
    luck, other = rng.exponential(1, runs), rng.exponential(1, runs)
    second = np.where(rng.random(runs) < shared, luck, other)
    sides = []
    for each, rate in zip((luck, second), rates, strict=True):
        days = np.ceil(each / rate).astype(int)
        sides += [np.minimum(days, HORIZON), (days <= HORIZON).astype(int)]
    return tuple(sides)


def test_weights_have_the_poisson_distribution() -> None:
    weights = np.concatenate([poisson_weights(np.arange(20_000), each) for each in range(10)])
    for weight in range(5):
        expected = exp(-1) / factorial(weight)
        assert np.mean(weights == weight) == pytest.approx(expected, abs=0.004)
    one, other = poisson_weights(np.arange(20_000), 1), poisson_weights(np.arange(20_000), 2)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.03


def test_signs_are_fair_and_unrelated() -> None:
    found = signs(np.arange(5000), 3).astype(float)
    assert found.shape == (64, 5000)
    assert set(np.unique(found)) == {-1.0, 1.0}
    assert np.abs(found.mean(axis=1)).max() < 0.06
    assert np.abs(np.corrcoef(found) - np.eye(64)).max() < 0.07


def test_weights_depend_on_the_run_only() -> None:
    runs = np.array([7, 2**32 - 1, 0, 7])
    found = poisson_weights(runs, 5)
    assert found[0] == found[3]
    assert found[:2].tolist() == [poisson_weights([run], 5)[0] for run in runs[:2]]
    # the bits themselves, so that stored draws stay what they were
    assert [hex(word) for word in hashed([0, 1], 0)] == ["0xd8d7bf7037cb607f", "0x9d22e65cad84c62d"]
    with pytest.raises(UsageError, match="from 0 on"):
        hashed([-1], 0)


@given(PAIRS, PAIRS)
@settings(max_examples=30)
def test_draws_of_parts_add_up_to_those_of_the_whole(a, b) -> None:
    runs = np.arange(len(a) + len(b)) + 3
    whole = redrawn_pairs(*columns([*a, *b]), HORIZON, runs, replicates=20)
    parts = [
        redrawn_pairs(*columns(a), HORIZON, runs[: len(a)], replicates=20),
        redrawn_pairs(*columns(b), HORIZON, runs[len(a) :], replicates=20),
    ]
    assert parts[0] + parts[1] == whole
    assert parts[1] + parts[0] == whole


@given(PAIRS)
@settings(max_examples=30)
def test_a_draw_counts_each_pair_as_often_as_its_weight(pairs) -> None:
    found = redrawn_pairs(*columns(pairs), HORIZON, replicates=5)
    for replicate in range(5):
        weights = poisson_weights(np.arange(len(pairs)), replicate)
        repeated = [pair for pair, times in zip(pairs, weights, strict=True) for _ in range(times)]
        assert found.drawn[replicate] == len(repeated)
        if repeated:
            curve = survival_differences(pair_tables(*columns(repeated), HORIZON)).difference[0]
            redrawn = -np.cumsum(found.net_ended[replicate]) / found.drawn[replicate]
            np.testing.assert_allclose(redrawn, curve, atol=1e-12)


@given(PAIRS)
@settings(max_examples=30)
def test_the_band_holds_the_pointwise_intervals(pairs) -> None:
    redrawn = redrawn_pairs(*columns(pairs), HORIZON, replicates=50)
    band, pointwise = difference_band(redrawn), survival_differences(redrawn.pairs)
    assert np.all(band.lower <= pointwise.lower[0])
    assert np.all(band.upper >= pointwise.upper[0])
    assert np.all(band.lower < band.upper)
    np.testing.assert_array_equal(band.difference, pointwise.difference[0])


@pytest.mark.parametrize(
    ("runs", "rates", "shared"),
    [
        (200, (0.03, 0.02), 0.7),
        (50, (0.03, 0.05), 0.0),
        (300, (1e-4, 3e-4), 0.9),
        (1000, (1e-4, 3e-4), 0.5),
    ],
)
def test_the_band_covers_all_days_at_once(runs: int, rates, shared: float) -> None:
    rng, inside, pointwise = np.random.default_rng(31), 0, 0
    truth = np.exp(-rates[0] * DAYS) - np.exp(-rates[1] * DAYS)
    for _ in range(150):
        redrawn = redrawn_pairs(*drawn(rng, runs, rates, shared), HORIZON, replicates=120)
        band = difference_band(redrawn)
        inside += np.all((band.lower <= truth) & (truth <= band.upper))
        alone = survival_differences(redrawn.pairs)
        pointwise += np.all((alone.lower[0] <= truth) & (truth <= alone.upper[0]))
    assert inside / 150 >= 0.91
    assert pointwise <= inside


def test_a_higher_level_gives_a_wider_band() -> None:
    redrawn = redrawn_pairs(*drawn(np.random.default_rng(1), 300, (0.03, 0.02), 0.5), HORIZON)
    narrow, wide = difference_band(redrawn, 0.8), difference_band(redrawn, 0.99)
    assert narrow.reach < wide.reach
    assert narrow.replicates == 1000
    assert np.all(wide.lower <= narrow.lower)


def test_draws_that_make_no_sense_are_refused() -> None:
    pair = ([3], [1], [4], [1])
    one = redrawn_pairs(*pair, HORIZON, replicates=3)
    with pytest.raises(UsageError, match="not 3 and 4 times"):
        one + redrawn_pairs(*pair, HORIZON, replicates=4)
    with pytest.raises(UsageError, match="at least once"):
        redrawn_pairs(*pair, HORIZON, replicates=0)
    with pytest.raises(UsageError, match="1 pairs but 2 numbers"):
        redrawn_pairs(*pair, HORIZON, runs=[1, 2])
    with pytest.raises(UsageError, match="between 0 and 1"):
        difference_band(one, 95)
    with pytest.raises(ResultsError, match="no pair"):
        difference_band(redrawn_pairs([], [], [], [], HORIZON))


def log_rank_of(first, second, weighting) -> float:
    tables = pair_tables(*columns(list(zip(first, second, strict=True))), HORIZON)
    both = LifeTables(
        np.concatenate([tables.first.ended, tables.second.ended]),
        np.concatenate([tables.first.censored, tables.second.censored]),
        (0, 1),
    )
    found = log_rank(both, weighting)
    return float(found.observed[0] - found.expected[0])


@pytest.mark.parametrize("score", ["log-rank", "gehan", (1, 1), "days"])
@given(pairs=st.lists(st.tuples(ONE_RUN, ONE_RUN), min_size=3, max_size=7))
@settings(max_examples=10)
def test_random_swaps_come_near_all_swaps(score, pairs) -> None:
    def statistic(chosen) -> float:
        first = [pair[swap] for pair, swap in zip(pairs, chosen, strict=True)]
        second = [pair[1 - swap] for pair, swap in zip(pairs, chosen, strict=True)]
        if score != "days":
            return log_rank_of(first, second, score)
        return (sum(run[0] for run in first) - sum(run[0] for run in second)) / len(pairs)

    found = swap_test(*columns(pairs), HORIZON, score, swaps=4000)
    every = [statistic(chosen) for chosen in product((0, 1), repeat=len(pairs))]
    assert found.statistic == pytest.approx(every[0], abs=1e-9)
    exact = np.mean(np.abs(every) >= abs(every[0]) - 1e-9)
    assert found.p_value == pytest.approx(exact, abs=0.05)


def test_the_level_holds_under_shared_luck_where_the_plain_test_is_far_too_careful() -> None:
    rng, swapped, plain = np.random.default_rng(41), 0, 0
    for _ in range(300):
        pairs = drawn(rng, 80, (0.04, 0.04), 0.8)
        swapped += swap_test(*pairs, HORIZON, swaps=319).p_value <= 0.05
        tables = pair_tables(*pairs, HORIZON)
        both = LifeTables(
            np.concatenate([tables.first.ended, tables.second.ended]),
            np.concatenate([tables.first.censored, tables.second.censored]),
            (0, 1),
        )
        plain += log_rank(both, p_value=True, independent=True).p_value <= 0.05
    assert 0.02 <= swapped / 300 <= 0.085
    assert plain / 300 <= 0.01


def test_a_cause_is_tested_by_its_incidence() -> None:
    first = [(5, 1)] * 30 + [(HORIZON, 0)] * 30
    second = [(5, 2)] * 30 + [(HORIZON, 0)] * 30
    pairs = columns(list(zip(first, second, strict=True)))
    whole = swap_test(*pairs, HORIZON)
    assert (whole.p_value, whole.differing, whole.pairs) == (1.0, 0, 60)
    one, other = (swap_test(*pairs, HORIZON, cause=cause) for cause in (1, 2))
    assert one.p_value == other.p_value == pytest.approx(1e-4)
    assert one.statistic == pytest.approx(15)
    assert one.statistic == pytest.approx(-other.statistic)
    assert one.differing == 30


def test_swaps_that_make_no_sense_are_refused() -> None:
    pair = ([3], [1], [4], [1])
    with pytest.raises(UsageError, match="at least one swap"):
        swap_test(*pair, HORIZON, swaps=0)
    with pytest.raises(UsageError, match="1 pairs but 3 numbers"):
        swap_test(*pair, HORIZON, runs=[1, 2, 3])
    with pytest.raises(UsageError, match="one point at a time, not 2"):
        swap_test([[3], [4]], [[1], [1]], [4], [1], HORIZON)
    with pytest.raises(UsageError, match="a cause from 1 to 5"):
        swap_test(*pair, HORIZON, cause=6)
    with pytest.raises(UsageError, match="A weighting is"):
        swap_test(*pair, HORIZON, score="mean")
    with pytest.raises(ResultsError, match="no pair to swap"):
        swap_test([], [], [], [], HORIZON)


def test_p_values_are_counts_of_swaps() -> None:
    found = swap_test(*columns([((1, 1), (9, 1))] * 4), HORIZON, "days", swaps=99)
    assert found.swaps == 99
    assert Counter([(found.p_value * 100) % 1 < 1e-9]) == {True: 1}
    assert found.statistic == -8.0
