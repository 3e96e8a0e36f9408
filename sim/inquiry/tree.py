"""A shallow tree: the conditions that part the points that meet a goal from those that do not.

Each node is cut in two where that makes the parts most alike within (Gini's impurity). Cuts that
hardly help, and parts with few points, are not made. Source: Breiman, Friedman, Olshen & Stone
1984, Classification and Regression Trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.inquiry.conditions import Conditions, Limit

DEPTH = 3
LEAST_SHARE = 0.02  # of all points that a part holds
LEAST_POINTS = 10
LEAST_GAIN = 0.01  # of the impurity of all points that a cut takes away

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Node:
    """A part of the points: how many, how many meet the goal, and the two parts it is cut into.

    `cut` is what the points of `kept` keep and those of `other` do not; a leaf has none.
    """

    points: int
    met: int
    cut: Limit | None = None
    kept: Node | None = None
    other: Node | None = None

    @property
    def density(self) -> float:
        """The share of the points that meet the goal."""
        return self.met / self.points

    def leaves(self) -> Iterator[Node]:
        """Yield all leaves, from left to right."""
        if self.kept is None or self.other is None:
            yield self
            return
        yield from self.kept.leaves()
        yield from self.other.leaves()


def grown(conditions: Conditions, met: Bools, depth: int = DEPTH) -> Node:
    """Return the tree of some points."""
    least = max(LEAST_POINTS, int(np.ceil(LEAST_SHARE * len(met))))
    needed = LEAST_GAIN * _impurity(len(met), int(met.sum()))
    return _grown(conditions, np.arange(len(met)), met, depth, least, needed)


def lines(tree: Node, conditions: Conditions) -> list[str]:
    """Return the tree as indented lines: conditions, and what lies behind them."""
    return list(_lines(tree, conditions, tree.met, ""))


def _grown(
    conditions: Conditions,
    rows: NDArray[np.intp],
    met: Bools,
    depth: int,
    least: int,
    needed: float,
) -> Node:
    points, hits = len(rows), int(met[rows].sum())
    cut = _best_cut(conditions, rows, met, least, needed) if depth else None
    if cut is None:
        return Node(points, hits)
    keeps = cut.met(conditions.matrix[rows])
    below = (
        _grown(conditions, part, met, depth - 1, least, needed)
        for part in (rows[keeps], rows[~keeps])
    )
    return Node(points, hits, cut, *below)


def _best_cut(
    conditions: Conditions, rows: NDArray[np.intp], met: Bools, least: int, needed: float
) -> Limit | None:
    good = met[rows]
    whole = _impurity(len(rows), int(good.sum()))
    best, chosen = needed, None
    for factor in range(len(conditions.names)):
        column = conditions.matrix[rows, factor]
        found = _number_cut if conditions.has_order(factor) else _kind_cut
        gain, cut = found(factor, column, good, whole, least)
        if cut is not None and gain > best:
            best, chosen = gain, cut
    return chosen


def _number_cut(
    factor: int, column: Floats, good: Bools, whole: float, least: int
) -> tuple[float, Limit | None]:
    """Return the best limit on a number; all places between different values are tried."""
    order = np.argsort(column, kind="stable")
    values, hits = column[order], np.cumsum(good[order])
    below = np.arange(1, len(values))
    gains = whole - _impurity(below, hits[:-1]) - _impurity(
        len(values) - below, hits[-1] - hits[:-1]
    )  # fmt: skip
    few = (below < least) | (len(values) - below < least)
    gains = np.where((values[1:] > values[:-1]) & ~few, gains, -np.inf)
    if not len(gains) or not np.isfinite(gains.max()):
        return 0.0, None
    place = int(np.argmax(gains))
    return float(gains[place]), Limit(factor, "upper", float(values[place]))


def _kind_cut(
    factor: int, column: Floats, good: Bools, whole: float, least: int
) -> tuple[float, Limit | None]:
    """Return the best kind to set apart."""
    best, chosen = 0.0, None
    for kind in np.unique(column):
        apart = column == kind
        few, many = int(apart.sum()), int((~apart).sum())
        if min(few, many) < least:
            continue
        gain = whole - _impurity(few, good[apart].sum()) - _impurity(many, good[~apart].sum())
        if gain > best:
            best, chosen = float(gain), Limit(factor, "not", float(kind))
    return best, chosen


def _impurity(points: Any, hits: Any) -> Any:
    """Return Gini's impurity times the number of points."""
    return 2 * hits * (1 - hits / points)


def _lines(node: Node, conditions: Conditions, meeting: int, indent: str) -> Iterator[str]:
    if node.cut is None or node.kept is None or node.other is None:
        coverage = node.met / meeting if meeting else 0.0
        yield (
            f"{indent}{node.met:,} of {node.points:,} points meet the goal "
            f"(density {node.density:.2f}, coverage {coverage:.2f})"
        )
        return
    name = conditions.names[node.cut.factor]
    value = conditions.value(node.cut.factor, node.cut.at)
    yes, no = (" is not ", " is ") if node.cut.side == "not" else (" <= ", " > ")
    for sign, below in ((yes, node.kept), (no, node.other)):
        yield f"{indent}{name}{sign}{value}:"
        yield from _lines(below, conditions, meeting, indent + "    ")
