"""Shapley values: what each player of a game adds, averaged over all orders in which they may come.

The value of a coalition is known run by run, with the same luck for all coalitions. So are Shapley
values: for each run, in whole days, and the sum over players is the difference between all and
none of them in every single run. Few players are summed up exactly over all coalitions. For many,
random orders are drawn in pairs, each with its reverse, which balances what comes early and late.

Sources: Shapley 1953, in Contributions to the Theory of Games II, 307; sampling of orders: Castro,
Gómez & Tejada 2009, Comput. Oper. Res. 36:1726, doi 10.1016/j.cor.2008.04.004; pairs of an order
and its reverse: Mitchell, Cooper, Frank & Holmes 2022, J. Mach. Learn. Res. 23.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Coalition = frozenset[int]
Worth = Callable[[Coalition], Whole]
"""The worth of a coalition in each run, whole numbers of shape [runs]."""


@dataclass(frozen=True, eq=False)
class Shapley:
    """Shapley values of some players, means over runs, all of shape [players].

    `luck` is the standard error due to the runs, `sampling` that due to the orders that were drawn
    (0 where the values are exact). `exact` holds the values as fractions, so that nothing is lost
    on the way: their sum is the worth of all minus that of none.
    """

    exact: tuple[Fraction, ...]
    luck: Floats
    sampling: Floats
    orders: int | None

    @property
    def values(self) -> Floats:
        """The values as numbers."""
        return np.array([float(value) for value in self.exact])

    @property
    def error(self) -> Floats:
        """The standard error: luck and sampling together, as if they were independent."""
        return np.hypot(self.luck, self.sampling)


def exact_values(players: int, worth: Worth) -> Shapley:
    """Return the values from all 2**players coalitions."""
    runs = len(worth(frozenset()))
    means, each = [], np.empty((players, runs))
    for player in range(players):
        sums = _marginals_by_size(player, players, worth)
        weights = [Fraction(1, players * comb(players - 1, size)) for size in range(players)]
        total = sum(
            (weight * int(part.sum()) for weight, part in zip(weights, sums, strict=True)),
            Fraction(0),
        )
        means.append(total / runs)
        each[player] = sum(float(weight) * part for weight, part in zip(weights, sums, strict=True))
    return Shapley(tuple(means), _error(each), np.zeros(players), None)


def sampled_values(players: int, worth: Worth, orders: int, seed: int) -> Shapley:
    """Return the values from `orders` random orders, an even number of them."""
    runs = len(worth(frozenset()))
    total = np.zeros((players, runs), dtype=np.int64)
    pairs = np.zeros((orders // 2, players))
    for place, order in enumerate(orders_drawn(players, orders, seed)):
        marginals = _marginals(order, worth)
        total += marginals
        pairs[place // 2] += marginals.mean(axis=1) / 2
    exact = tuple(Fraction(int(part.sum()), orders * runs) for part in total)
    return Shapley(exact, _error(total / orders), _error(pairs.T), orders)


def orders_drawn(players: int, orders: int, seed: int) -> list[tuple[int, ...]]:
    """Return random orders of the players, each followed by its reverse."""
    random = np.random.default_rng(seed)
    drawn: list[tuple[int, ...]] = []
    for _ in range(orders // 2):
        order = tuple(int(player) for player in random.permutation(players))
        drawn += [order, order[::-1]]
    return drawn


def coalitions_of(orders: Iterable[tuple[int, ...]]) -> list[Coalition]:
    """Return all coalitions that come up as the players come one by one, each once."""
    found = {
        frozenset(order[:number]): None for order in orders for number in range(len(order) + 1)
    }
    return list(found)


def every_coalition(players: int) -> list[Coalition]:
    """Return all coalitions."""
    return [
        frozenset(player for player in range(players) if code >> player & 1)
        for code in range(2**players)
    ]


def _marginals(order: tuple[int, ...], worth: Worth) -> Whole:
    """Return what each player adds when the players come in this order; [players, runs]."""
    before = worth(frozenset())
    added = np.empty((len(order), len(before)), dtype=np.int64)
    for number, player in enumerate(order, start=1):
        after = worth(frozenset(order[:number]))
        added[player] = after - before
        before = after
    return added


def _marginals_by_size(player: int, players: int, worth: Worth) -> list[Whole]:
    """Return what a player adds to the coalitions of each size, summed over them; each [runs]."""
    runs = len(worth(frozenset()))
    sums = [np.zeros(runs, dtype=np.int64) for _ in range(players)]
    for coalition in every_coalition(players):
        if player not in coalition:
            sums[len(coalition)] += worth(coalition | {player}) - worth(coalition)
    return sums


def _error(each: Floats) -> Floats:
    """Return the standard error of the mean along the last axis; nan for a single number."""
    number = each.shape[-1]
    if number < 2:
        return np.full(each.shape[:-1], np.nan)
    return np.asarray(each.std(axis=-1, ddof=1) / np.sqrt(number))
