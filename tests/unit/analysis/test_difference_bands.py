"""Bands of differences by each method: what they hold, how wide they are, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import (
    BAND_NAMES,
    DIFFERENCE_BAND_NAMES,
    IndependentTables,
    LifeTables,
    RedrawnPairs,
    difference_band,
    pair_tables,
    redrawn_pairs,
    survival_differences,
)
from sim.analysis.crossings import bridge_reach
from sim.analysis.multipliers import paths_of_curve, paths_of_pairs
from sim.analysis.resampling import luck_of
from sim.errors import ResultsError, UsageError
from tests.life_tables import geometric

HORIZON = 40
DAYS = np.arange(HORIZON + 1)
METHODS = list(DIFFERENCE_BAND_NAMES)
DRAWN = ["equal-precision", "hall-wellner"]
NOT_RESAMPLED = ["dkw", *DRAWN]
ONE_RUN = st.tuples(st.integers(0, 12), st.integers(0, 2)).map(
    lambda run: (run[0] if run[1] else HORIZON, run[1])
)
PAIRS = st.lists(st.tuples(ONE_RUN, ONE_RUN), min_size=1, max_size=12)


def lived(rng, runs: int, rates: tuple[float, float], shared: float) -> tuple[np.ndarray, ...]:
    """Days and endings of pairs that have the same luck with probability `shared`."""
    luck, other = rng.exponential(1, runs), rng.exponential(1, runs)
    second = np.where(rng.random(runs) < shared, luck, other)
    sides = []
    for each, rate in zip((luck, second), rates, strict=True):
        days = np.ceil(each / rate).astype(int)
        sides += [np.minimum(days, HORIZON), (days <= HORIZON).astype(int)]
    return tuple(sides)


def pairs_of(seed: int, runs: int, rates=(0.03, 0.02), shared: float = 0.7) -> RedrawnPairs:
    """Pairs with two draws only, for bands that do not need them."""
    columns = lived(np.random.default_rng(seed), runs, rates, shared)
    return redrawn_pairs(*columns, HORIZON, replicates=2)


def apart(redrawn: RedrawnPairs) -> IndependentTables:
    return IndependentTables(redrawn.pairs.first, redrawn.pairs.second)


def one_of(tables: LifeTables, place: int) -> LifeTables:
    return tables.chosen([place])


def holds(band, truth: np.ndarray) -> bool:
    inside = (band.lower <= truth + 1e-12) & (truth <= band.upper + 1e-12)
    return bool(np.all(inside | np.isnan(band.lower)))


def test_differences_and_curves_have_bands_of_the_same_methods() -> None:
    assert set(DIFFERENCE_BAND_NAMES) == set(BAND_NAMES)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("day", [0, 7, HORIZON + 5])
def test_identical_points_differ_by_zero_on_all_days(method: str, day: int) -> None:
    columns = np.full(60, min(day, HORIZON)), np.full(60, int(day <= HORIZON))
    redrawn = redrawn_pairs(*columns, *columns, HORIZON, replicates=20)
    found = [redrawn] if method == "sup-t" else [redrawn, apart(redrawn)]
    for compared in found:
        band = difference_band(compared, method=method, seed=1, replicates=20)
        assert np.all((band.lower < 0.0) & (band.upper > 0.0))
        np.testing.assert_allclose(band.lower, -band.upper, atol=1e-12)


@given(PAIRS, st.sampled_from(METHODS))
@settings(max_examples=40)
def test_bands_hold_the_pointwise_intervals(pairs, method) -> None:
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 4).T
    redrawn = redrawn_pairs(*columns, HORIZON, replicates=10)
    for compared in [redrawn] if method == "sup-t" else [redrawn, apart(redrawn)]:
        tables = compared.pairs if isinstance(compared, RedrawnPairs) else compared
        band = difference_band(compared, method=method, seed=3, replicates=10)
        alone = survival_differences(tables)
        assert np.all(band.lower <= alone.lower[0])
        assert np.all(band.upper >= alone.upper[0])
        assert np.all((band.lower <= band.difference) & (band.difference <= band.upper))
        np.testing.assert_array_equal(band.difference, alone.difference[0])


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_dkw_is_as_wide_as_two_bands_of_half_the_error_each(level: float) -> None:
    """Massart: P(sup |S - estimate| > e) <= 2 exp(-2 n e^2), for each with half of 1 - level."""
    pairs = pairs_of(1, 738)
    alone = [np.sqrt(np.log(2 / ((1 - level) / 2)) / (2 * runs)) for runs in (738, 3000)]
    other = pairs_of(2, 3000)
    uneven = IndependentTables(pairs.pairs.first, other.pairs.second)
    for compared, half in (
        (pairs, 2 * alone[0]),
        (pairs.pairs, 2 * alone[0]),
        (uneven, sum(alone)),
    ):
        band = difference_band(compared, level, method="dkw")
        np.testing.assert_allclose(band.upper - band.difference, half, rtol=1e-12)
        np.testing.assert_allclose(band.difference - band.lower, half, rtol=1e-12)
        assert band.replicates == 0


def test_dkw_asks_neither_for_the_pairing_nor_for_luck() -> None:
    pairs = pairs_of(3, 200)
    bands = [difference_band(each, method="dkw") for each in (pairs, pairs.pairs, apart(pairs))]
    for band in bands[1:]:
        np.testing.assert_allclose(band.lower, bands[0].lower, atol=1e-12)
        np.testing.assert_allclose(band.upper, bands[0].upper, atol=1e-12)


@pytest.mark.parametrize("method", NOT_RESAMPLED)
@pytest.mark.parametrize("are_paired", [True, False], ids=["paired", "apart"])
@pytest.mark.parametrize(("runs", "rates"), [(50, (0.05, 0.03)), (300, (0.001, 0.003))])
def test_bands_hold_the_whole_difference(method, are_paired, runs, rates) -> None:
    """300 samples. Bands for large samples may fall a little short of 0.95 with few endings.

    With a true coverage of 0.92 fewer than 0.88 of the samples would be held once in 160 tests. The
    band dkw may not fall short; with 0.95 fewer than 0.91 would be held once in 780.
    """
    rng, held = np.random.default_rng(17), 0
    truth = np.exp(-rates[0] * DAYS) - np.exp(-rates[1] * DAYS)
    for sample in range(300):
        columns = lived(rng, runs, rates, 0.8 if are_paired else 0.0)
        redrawn = redrawn_pairs(*columns, HORIZON, replicates=1)
        compared = redrawn if are_paired else apart(redrawn)
        held += holds(difference_band(compared, method=method, seed=sample, replicates=120), truth)
    assert held / 300 >= (0.91 if method == "dkw" else 0.88)


@pytest.mark.parametrize("method", DRAWN)
def test_bands_hold_where_runs_were_cut_short(method: str) -> None:
    """200 samples: with a true coverage of 0.92 fewer than 0.87 are held once in 180 tests."""
    first = geometric(200, 150, 41, 0.03, cut_short=0.4, seed=6)
    second = geometric(200, 100, 41, 0.05, cut_short=0.2, seed=7)
    truth = 0.97**DAYS - 0.95**DAYS
    bands = [
        difference_band(
            IndependentTables(one_of(first, place), one_of(second, place)),
            method=method,
            seed=1,
            replicates=120,
        )
        for place in range(200)
    ]
    assert np.mean([holds(band, truth) for band in bands]) >= 0.87
    assert np.mean([np.isnan(band.lower).any() for band in bands]) < 0.5


def test_where_too_few_are_left_of_those_cut_short_nothing_is_claimed() -> None:
    whole = pairs_of(4, 30).pairs.second
    left = np.zeros((1, HORIZON + 1), np.int64)
    left[0, [10, 20, HORIZON]] = 20, 6, 4
    cut = LifeTables(np.zeros_like(whole.ended), left, (0,))
    for method in DRAWN:
        band = difference_band(IndependentTables(cut, whole), method=method, seed=1, replicates=20)
        assert not np.isnan(band.lower[:21]).any()
        assert np.isnan(band.lower[21:]).all()
        assert np.isnan(band.upper[21:]).all()


@pytest.mark.parametrize("method", DRAWN)
def test_with_shared_luck_bands_are_narrower(method: str) -> None:
    pairs = pairs_of(5, 800, (0.03, 0.025), shared=0.9)
    paired, alone = (difference_band(each, method=method, seed=1) for each in (pairs, apart(pairs)))
    assert np.all((paired.upper - paired.lower)[5:] < 0.7 * (alone.upper - alone.lower)[5:])


def test_shapes_follow_the_method() -> None:
    pairs = pairs_of(6, 2000, (0.002, 0.03), shared=0.0)
    even = difference_band(apart(pairs), method="hall-wellner", seed=1)
    np.testing.assert_allclose(np.ptp(even.upper - even.lower), 0.0, atol=1e-12)
    band = difference_band(apart(pairs), method="equal-precision", seed=1)
    width, error = band.upper - band.lower, survival_differences(apart(pairs)).standard_error[0]
    np.testing.assert_allclose(width[5:] / error[5:], 2 * band.reach, rtol=0.03)
    assert np.all(np.diff(width[:20]) > 0)
    assert width[1] < even.upper[1] - even.lower[1]


def test_against_a_certain_curve_the_reach_of_hall_wellner_is_that_of_a_bridge() -> None:
    """Against a curve known for sure only the other strays, as a bridge does; 4,000 replicates.

    The 0.95-quantile of so many is off by 0.01 (standard error), and days come in steps.
    """
    rng = np.random.default_rng(8)
    days = np.minimum(np.ceil(rng.random(5000) * 400).astype(int), 400)
    ended = np.ones(5000, int)
    held = np.full(5000, 400), np.zeros(5000, int)
    tables = pair_tables(days, ended, *held, 400)
    compared = IndependentTables(tables.first, tables.second)
    band = difference_band(compared, method="hall-wellner", seed=2, replicates=4000)
    assert band.reach * np.sqrt(2) == pytest.approx(bridge_reach(0.95, 0.0, 1.0), abs=0.05)


def test_paths_vary_from_day_to_day_as_the_estimate_does() -> None:
    """20,000 paths: covariances are off by 1% of the variances, and 5% is 5 times that."""
    rng = np.random.default_rng(9)
    columns = lived(rng, 60, (0.05, 0.04), 0.6)
    redrawn = redrawn_pairs(*columns, HORIZON, replicates=1)
    first, second = (
        np.where(codes[:, None] > 0, days[:, None] > DAYS, True)
        for days, codes in (columns[:2], columns[2:])
    )
    for paths, seen, runs in (
        (paths_of_pairs(redrawn.joint, 20_000, luck_of([1])), 1 * first - 1 * second, 60),
        (paths_of_curve(redrawn.pairs.first, 20_000, luck_of([2])), 1 * first, 60),
    ):
        expected = np.cov(seen.T, bias=True) / runs
        scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
        assert np.all(np.abs(np.cov(paths.T, bias=True) - expected) <= 0.05 * scale + 1e-15)
        np.testing.assert_allclose(paths.mean(axis=0), 0.0, atol=0.05 * np.sqrt(scale.max()))


def test_pairs_are_counted_by_both_days() -> None:
    columns = [3, 3, 5, 40], [1, 2, 1, 0], [3, 4, 40, 40], [1, 1, 0, 0]
    found = redrawn_pairs(*columns, HORIZON, replicates=1)
    assert found.joint.shape == (HORIZON + 2, HORIZON + 2)
    cells = {(3, 3): 1, (3, 4): 1, (5, HORIZON + 1): 1, (HORIZON + 1, HORIZON + 1): 1}
    assert {tuple(cell): found.joint[tuple(cell)] for cell in np.argwhere(found.joint)} == cells
    assert found.differing == 2
    halves = [
        redrawn_pairs(*(column[part] for column in columns), HORIZON, runs, replicates=1)
        for part, runs in ((slice(2), [0, 1]), (slice(2, 4), [2, 3]))
    ]
    assert halves[0] + halves[1] == found


@pytest.mark.parametrize("method", DRAWN)
def test_the_seed_and_the_number_of_the_point_decide_the_luck(method: str) -> None:
    pairs = pairs_of(10, 100)
    for compared in (pairs, apart(pairs)):
        first, again, other = (
            difference_band(compared, method=method, seed=seed, replicates=50) for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(first.lower, again.lower)
        assert first.reach != other.reach
    named = apart(pairs).first
    renumbered = IndependentTables(
        LifeTables(named.ended.copy(), named.censored.copy(), (7,)), apart(pairs).second
    )
    bands = [
        difference_band(each, method=method, seed=1, replicates=50)
        for each in (renumbered, apart(pairs))
    ]
    assert bands[0].reach != bands[1].reach


@pytest.mark.parametrize("method", METHODS)
def test_a_higher_level_gives_a_wider_band(method: str) -> None:
    pairs = redrawn_pairs(*lived(np.random.default_rng(1), 200, (0.03, 0.02), 0.5), HORIZON)
    narrow, wide = (difference_band(pairs, level, method, seed=1) for level in (0.8, 0.99))
    assert narrow.reach < wide.reach
    assert np.all(wide.lower <= narrow.lower)


@pytest.mark.parametrize("method", METHODS)
def test_every_band_is_called_by_its_method(method: str) -> None:
    band = difference_band(pairs_of(11, 50), 0.9, method, seed=1, replicates=10)
    assert band.method == method
    assert f"90 % band ({DIFFERENCE_BAND_NAMES[method]})" in band.statement
    assert "Monte-Carlo error only" in band.statement


def test_sup_t_is_what_it_was() -> None:
    pairs = redrawn_pairs(*lived(np.random.default_rng(1), 200, (0.03, 0.02), 0.5), HORIZON)
    plain, named = difference_band(pairs), difference_band(pairs, method="sup-t", seed=5)
    np.testing.assert_array_equal(plain.lower, named.lower)
    assert plain.method == "sup-t"


def test_what_cannot_be_banded_is_refused() -> None:
    pairs = pairs_of(12, 30)
    cut = geometric(1, 60, HORIZON + 1, 0.03, causes=5, cut_short=0.5)
    shortened = IndependentTables(pairs.pairs.first, cut)
    days, codes = np.array([[3, 4], [5, 6]]), np.ones((2, 2), int)
    two = pair_tables(days, codes, days[0], codes[0], HORIZON)
    nobody = redrawn_pairs([], [], [], [], HORIZON, replicates=1)
    for compared, options, words in (
        (pairs, {"method": "wald"}, "No band is called 'wald'; known: dkw"),
        (shortened, {"method": "dkw"}, "cut short; use hall-wellner or equal-precision"),
        (apart(pairs), {}, "needs pairs as redrawn_pairs counts them; without, use hall-wellner"),
        (pairs.pairs, {"method": "hall-wellner", "seed": 1}, "without, use dkw"),
        (pairs, {"method": "hall-wellner"}, "hall-wellner draws random numbers; give it a seed"),
        (pairs, {"method": "equal-precision", "seed": -1}, "from 0 on"),
        (pairs, {"method": "equal-precision", "seed": 1, "replicates": 0}, "at least one"),
        (pairs, {"method": "dkw", "level": 95}, "between 0 and 1"),
        (two, {"method": "dkw"}, "one point and its baseline, not of 2 points"),
    ):
        with pytest.raises(UsageError, match=words):
            difference_band(compared, **options)
    for method in NOT_RESAMPLED:
        with pytest.raises(ResultsError, match="no run to compare"):
            difference_band(nobody, method=method, seed=1)
