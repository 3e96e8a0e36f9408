"""Shapley values keep their axioms, run by run and to the last fraction."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.inquiry.shapley import (
    coalitions_of,
    every_coalition,
    exact_values,
    orders_drawn,
    sampled_values,
)

RUNS = 7


def game_of(players: int, seed: int):
    random = np.random.default_rng(seed)
    table = {each: random.integers(0, 366, RUNS) for each in every_coalition(players)}
    return table.__getitem__


def by_definition(players: int, worth) -> list[Fraction]:
    total = [Fraction(0)] * players
    orders = list(permutations(range(players)))
    for order in orders:
        for number, player in enumerate(order):
            before = worth(frozenset(order[:number]))
            added = worth(frozenset(order[: number + 1])) - before
            total[player] += Fraction(int(added.sum()), RUNS)
    return [value / len(orders) for value in total]


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_exact_values_are_those_of_the_definition(players: int) -> None:
    worth = game_of(players, players)
    assert list(exact_values(players, worth).exact) == by_definition(players, worth)


@given(st.integers(1, 6), st.integers(0, 1000), st.integers(2, 10))
@settings(deadline=None, max_examples=30)
def test_values_sum_to_the_whole_difference_exactly(players: int, seed: int, pairs: int) -> None:
    worth = game_of(players, seed)
    gained = worth(frozenset(range(players))) - worth(frozenset())
    whole = Fraction(int(gained.sum()), RUNS)
    assert sum(exact_values(players, worth).exact) == whole
    assert sum(sampled_values(players, worth, 2 * pairs, seed).exact) == whole


def test_a_null_player_gets_nothing_and_equal_players_get_the_same() -> None:
    def worth(coalition):  # 0 and 1 count, in whatever order; 2 never does
        return np.full(RUNS, 10 * len(coalition & {0, 1}) ** 2, dtype=np.int64)

    found = exact_values(3, worth)
    assert found.exact == (Fraction(20), Fraction(20), Fraction(0))
    drawn = sampled_values(3, worth, 50, seed=1)
    assert drawn.exact[2] == 0
    assert drawn.error[2] == 0
    assert drawn.exact[:2] == (Fraction(20), Fraction(20))  # an order and its reverse even out


def test_an_additive_game_gives_each_its_own() -> None:
    own = np.array([3, -8, 0, 40])

    def worth(coalition):
        return np.full(RUNS, 100 + own[list(coalition)].sum(), dtype=np.int64)

    assert exact_values(4, worth).values.tolist() == own.tolist()
    assert sampled_values(4, worth, 4, seed=5).values.tolist() == own.tolist()


def test_sampled_values_come_near_the_exact_ones_within_their_error() -> None:
    worth = game_of(6, 3)
    exact = exact_values(6, worth)
    off = []
    for seed in range(60):
        drawn = sampled_values(6, worth, 64, seed)
        off.append((drawn.values - exact.values) / drawn.sampling)
    assert np.std(off) == pytest.approx(1, abs=0.25)
    assert np.abs(np.mean(off)) < 0.2


def test_orders_come_in_pairs_and_equal_seeds_draw_the_same() -> None:
    orders = orders_drawn(5, 8, seed=0)
    assert orders == orders_drawn(5, 8, seed=0)
    assert orders != orders_drawn(5, 8, seed=1)
    for order, reverse in zip(orders[::2], orders[1::2], strict=True):
        assert order == reverse[::-1]
        assert sorted(order) == list(range(5))


def test_coalitions_of_orders_are_those_on_the_way() -> None:
    found = coalitions_of([(0, 1), (1, 0)])
    assert set(found) == {frozenset(), frozenset({0}), frozenset({1}), frozenset({0, 1})}
    assert len(found) == 4


def test_the_error_by_luck_is_that_over_runs() -> None:
    random = np.random.default_rng(1)
    alone = random.integers(0, 100, 400)

    def worth(coalition):
        return alone if coalition else np.zeros(400, dtype=np.int64)

    found = exact_values(1, worth)
    assert found.luck[0] == pytest.approx(alone.std(ddof=1) / 20)
