"""The contract that every design keeps, and what is particular to each."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario
from sim.scenario.overrides import parse_path
from sim.scenario.tree import Place
from sim.sweep.designs import (
    DESIGNS,
    Design,
    Grid,
    LatinHypercube,
    Morris,
    OneAtATime,
    Points,
    Saltelli,
    Sampled,
    Sobol,
)
from sim.sweep.space import Factor, Follows, Space
from sim.sweep.spreads import Listed, Normal, Range
from sim.sweep.targets import find_target

BASE = Scenario.load("ttp_2021")
PLACE = Place("here", 1, 1, "here")
SMALL: dict[str, Design] = {
    "grid": Grid(),
    "one_at_a_time": OneAtATime(),
    "latin_hypercube": LatinHypercube(points=30),
    "sobol": Sobol(points=32),
    "morris": Morris(trajectories=6),
    "saltelli": Saltelli(samples=8),
    "points": Points(table="unused"),
}
EACH = pytest.mark.parametrize("design", SMALL.values(), ids=SMALL)


def target(path: str):
    found, problems = find_target(parse_path(path), PLACE, BASE)
    assert found, problems
    return found


def space(*spreads: tuple[str, object]) -> Space:
    return Space(tuple(Factor(target(path), spread) for path, spread in spreads))


MIXED = space(
    ("brokers.0.leverage", Range(0.0, 1.0, steps=4)),
    ("truce.term_days", Range(0, 90, steps=4, whole=True)),
    ("truce.ratified", Listed((False, True, False, True))),
    ("brokers.1.leverage", Follows(0)),
    ("groups.0.funding", Listed((0.1, 0.2, 0.3, 0.4))),
)


def test_the_contract_covers_every_design() -> None:
    assert SMALL.keys() == DESIGNS.keys()
    assert all(kind.name == name and kind.summary for name, kind in DESIGNS.items())


@EACH
def test_a_design_gives_as_many_rows_as_it_counts(design: Design) -> None:
    assert len(list(design.points(MIXED, 1))) == design.count(MIXED)


@EACH
def test_equal_seeds_give_equal_rows(design: Design) -> None:
    assert list(design.points(MIXED, 5)) == list(design.points(MIXED, 5))
    draws = isinstance(design, Sampled)
    assert (list(design.points(MIXED, 5)) != list(design.points(MIXED, 6))) == draws


@EACH
@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_rows_are_plain_values_that_a_scenario_takes(design: Design, seed: int) -> None:
    kinds = (float, int, bool, float, float)
    for row in design.points(MIXED, seed):
        assert tuple(map(type, row)) == kinds
        scenario = BASE.with_(**dict(zip(MIXED.paths, row, strict=True)))
        assert scenario.truce.term_days == row[1]


@EACH
def test_values_stay_within_their_spreads(design: Design) -> None:
    for leverage, term, _, _, funding in design.points(MIXED, 3):
        assert 0 <= leverage <= 1
        assert 0 <= term <= 90
        assert funding in (0.1, 0.2, 0.3, 0.4, BASE.groups[0].funding)


@EACH
def test_the_luck_of_numpy_is_left_alone(design: Design) -> None:
    np.random.seed(7)
    before = np.random.get_state()[1].tolist()
    list(design.points(MIXED, 0))
    assert np.random.get_state()[1].tolist() == before


@EACH
def test_followers_move_with_their_leader(design: Design) -> None:
    for row in design.points(MIXED, 1):
        is_base = row[0] == BASE.brokers[0].leverage
        assert row[3] == (BASE.brokers[1].leverage if is_base else row[0])


def test_steps_need_single_values_and_samples_do_not() -> None:
    normal = Normal(0.5, 0.1, 0, 1)
    without_steps = Range(0.0, 1.0)
    for design in SMALL.values():
        steps = design.name in ("grid", "one_at_a_time", "points")
        assert bool(design.refusal(normal)) == steps
        assert bool(design.refusal(without_steps)) == steps
        assert design.refusal(Listed((0.1, 0.2))) == ""
    assert "add steps, such as {from: 0, to: 1, steps: 5}" in Grid().refusal(without_steps)


# Each of them


def test_a_grid_holds_every_combination_with_the_last_factor_fastest() -> None:
    rows = list(Grid().points(MIXED, 1))
    levels = [spread.levels() for spread in MIXED.spreads]
    assert [(row[0], row[1], row[2], row[4]) for row in rows] == list(product(*levels))


@given(st.integers(2, 12), st.integers(2, 5))
@settings(deadline=None, max_examples=30)
def test_a_grid_with_more_values_contains_the_old_points(steps: int, times: int) -> None:
    few = space(("brokers.0.leverage", Range(0.0, 1.0, steps=steps)))
    more = space(("brokers.0.leverage", Range(0.0, 1.0, steps=(steps - 1) * times + 1)))
    assert set(Grid().points(few, 1)) <= set(Grid().points(more, 1))


def test_one_at_a_time_leaves_the_rest_as_in_the_base() -> None:
    first, *rows = OneAtATime().points(MIXED, 1)
    assert first == MIXED.base
    free = set(MIXED.free)
    for row in rows:
        moved = {i for i in free if row[i] != MIXED.base[i]}
        assert len(moved) <= 1
    assert len(rows) == 4 * 4


def test_a_latin_hypercube_has_one_point_in_each_layer() -> None:
    shares = LatinHypercube(points=50).shares(3, 1)
    for column in shares.T:
        assert sorted(np.floor(column * 50).astype(int)) == list(range(50))


@given(st.integers(0, 6), st.integers(0, 3), st.integers(0, 2**32))
@settings(deadline=None, max_examples=25)
def test_a_longer_sobol_sequence_begins_with_the_shorter(low: int, more: int, seed: int) -> None:
    short = list(Sobol(points=2**low).points(MIXED, seed))
    long = list(Sobol(points=2 ** (low + more)).points(MIXED, seed))
    assert long[: len(short)] == short


def test_a_sobol_sequence_fills_every_cell_of_a_square() -> None:
    shares = Sobol(points=256).shares(2, 9)
    cells = set(map(tuple, np.floor(shares * 16).astype(int).tolist()))
    assert len(cells) == 256


@pytest.mark.parametrize("points", [1, 2, 64, 2**19])
def test_powers_of_two_are_fine(points: int) -> None:
    assert Sobol(points=points).objection() is None


def test_other_numbers_are_not() -> None:
    assert Sobol(points=100).objection() == (
        "points",
        "must be a power of two, such as 64 or 128",
    )


@given(st.integers(1, 6), st.sampled_from([2, 4, 6, 10]), st.integers(0, 100))
@settings(deadline=None, max_examples=25)
def test_a_morris_walk_moves_one_factor_by_the_same_step(d: int, levels: int, seed: int) -> None:
    shares = Morris(trajectories=3, levels=levels).shares(d, seed)
    step = levels / (2 * (levels - 1))
    assert np.allclose(shares * (levels - 1), np.rint(shares * (levels - 1)))
    for walk in shares.reshape(3, d + 1, d):
        moves = [np.flatnonzero(np.abs(after - before) > 1e-9) for before, after in pairwise(walk)]
        assert sorted(int(place) for move in moves for place in move) == list(range(d))
        assert all(len(move) == 1 for move in moves)
        sizes = np.abs(np.diff(walk, axis=0)).max(axis=1)
        assert np.allclose(sizes, step)


def test_an_odd_number_of_levels_is_refused() -> None:
    assert Morris(levels=5).objection() == ("levels", "must be an even number, such as 4")
    assert Morris(levels=6).objection() is None


def test_the_seed_zero_is_a_seed_like_any_other() -> None:
    assert np.array_equal(Morris().shares(4, 0), Morris().shares(4, 0))


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 2**32))
@settings(deadline=None, max_examples=25)
def test_a_sample_of_saltelli_takes_one_factor_of_b_at_a_time(d: int, low: int, seed: int) -> None:
    shares = Saltelli(samples=2**low).shares(d, seed)
    for sample in shares.reshape(2**low, d + 2, d):
        first, *exchanged, second = sample
        for factor, point in enumerate(exchanged):
            kept = np.arange(d) != factor
            assert np.array_equal(point[kept], first[kept])
            assert point[factor] == second[factor]
    more = Saltelli(samples=2 ** (low + 1)).shares(d, seed)
    assert np.array_equal(more[: len(shares)], shares)


def test_samples_of_saltelli_are_a_power_of_two() -> None:
    assert Saltelli(samples=100).objection() == (
        "samples",
        "must be a power of two, such as 64 or 128",
    )
    assert Saltelli(samples=128).objection() is None


def test_points_are_the_rows_of_the_columns() -> None:
    columns = space(
        ("brokers.0.leverage", Listed((0.1, 0.2, 0.1))),
        ("truce.ratified", Listed((True, False, True))),
    )
    rows = list(Points(table="unused").points(columns, 1))
    assert rows == [(0.1, True), (0.2, False), (0.1, True)]


def test_counts_do_not_overflow() -> None:
    wide = space(*[(f"{path}", Range(0.0, 1.0, steps=100_000)) for path in ("state.funding",) * 9])
    assert Grid().count(wide) == 100_000**9
    assert math.log10(Grid().count(wide)) == pytest.approx(45)
