"""PRIM: the patient rule induction method, which finds boxes full of points that meet a goal.

From a box of all points, or from the denser side of the best single cut, thin slices are *peeled*
off, each time the one whose loss raises the share of points that meet the goal most for each point
lost; then limits are *pasted* back where that raises the share again. The boxes on the way trade
*coverage* (the share of all points that meet the goal that lie in the box) for *density* (the share
of the points in the box that meet it). The one is taken that holds the most of the points that meet
the goal less the most of the others (coverage minus the share of the others in it), and limits that
chance may explain are dropped.

Sources: Friedman & Fisher 1999, Stat. Comput. 9:123, doi 10.1023/A:1008894516817; coverage,
density and the quasi-p of a limit: Bryant & Lempert 2010, Technol. Forecast. Soc. Change 77:34, doi
10.1016/j.techfore.2009.08.002; the gain for each point lost: Kwakkel & Jaxa-Rozen 2016, Environ.
Model. Softw. 79:311.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.special
from numpy.typing import NDArray

from sim.inquiry.conditions import Conditions, Limit, keep_all
from sim.inquiry.tree import grown

PATIENCE = 0.05  # share of the points of a box that a slice takes
LEAST_SHARE = 0.03  # of all points that a box holds
LEAST_POINTS = 20
LARGEST_QUASI_P = 0.05
LEAST_LEFT = 0.1  # of the points that meet the goal, for another box to be looked for

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Limits = tuple[Limit, ...]


@dataclass(frozen=True)
class Step:
    """A box on the way: its limits, how many points it holds, and how many of them meet the goal.

    `meeting` and `missing` count the points that meet it, in the box or not, and the others.
    """

    limits: Limits
    points: int
    met: int
    meeting: int
    missing: int

    @property
    def density(self) -> float:
        """The share of the points in the box that meet the goal."""
        return self.met / self.points if self.points else 0.0

    @property
    def coverage(self) -> float:
        """The share of the points that meet the goal that lie in the box."""
        return self.met / self.meeting if self.meeting else 0.0

    @property
    def balance(self) -> float:
        """Coverage minus the share of the points that miss the goal that lie in the box."""
        return self.coverage - (self.points - self.met) / max(self.missing, 1)


@dataclass(frozen=True)
class Box:
    """A box: the trajectory of its peeling, the step it was taken from, and how it came out.

    `quasi_p` holds for each limit of `final` the chance of so dense a box had the limit nothing to
    do with the goal.
    """

    trajectory: tuple[Step, ...]
    taken: int
    final: Step
    quasi_p: tuple[float, ...]


def boxes(conditions: Conditions, met: Bools, most: int = 3) -> list[Box]:
    """Return boxes one after the other, each from the points that those before left over.

    None, if no point or every point meets the goal, or none is denser than all points together.
    """
    found: list[Box] = []
    left = np.ones(len(conditions), dtype=bool)
    meeting = int(met.sum())
    totals = meeting, len(met) - meeting
    while len(found) < most and met[left].sum() >= max(LEAST_LEFT * meeting, 1):
        box = find_box(conditions.rows(left), met[left], totals)
        if box is None or box.final.density <= met.mean():
            break
        found.append(box)
        left &= ~keep_all(box.final.limits, conditions.matrix)
    return found


def find_box(
    conditions: Conditions, met: Bools, totals: tuple[int, int] | None = None
) -> Box | None:
    """Return the best box; None if there is none.

    `totals` are the points that meet the goal and those that miss it, where there are more than
    these.
    """
    total = totals or (int(met.sum()), int((~met).sum()))
    if not met.any() or met.all() or not conditions.names:
        return None
    ways = [peel(conditions, met, *total, start) for start in starts(conditions, met)]
    trajectory = max(ways, key=lambda steps: steps[best(steps)].balance)
    chosen = best(trajectory)
    limits = paste(trajectory[chosen].limits, conditions, met)
    limits = without_chance(limits, conditions.matrix, met)
    if not limits:
        return None
    final = step_of(limits, conditions.matrix, met, *total)
    values = tuple(quasi_p(limits, n, conditions.matrix, met) for n in range(len(limits)))
    return Box(tuple(trajectory), chosen, final, values)


def best(trajectory: Sequence[Step]) -> int:
    """Return the step with the best balance, the first of equals."""
    return int(np.argmax([step.balance for step in trajectory]))


def step_of(limits: Limits, matrix: Floats, met: Bools, meeting: int, missing: int) -> Step:
    """Return how a box does."""
    inside = keep_all(limits, matrix)
    return Step(limits, int(inside.sum()), int(met[inside].sum()), meeting, missing)


def density_of(limits: Limits, matrix: Floats, met: Bools) -> float:
    """Return the share of the points in a box that meet the goal; 0 where it is empty."""
    inside = keep_all(limits, matrix)
    return float(met[inside].mean()) if inside.any() else 0.0


# Peeling


def starts(conditions: Conditions, met: Bools) -> list[Limits]:
    """Return where peeling begins: at all points, and at the denser side of the best single cut.

    Where the goal is met at both ends of a factor, no thin slice helps, but half of it does.
    """
    tree = grown(conditions, met, depth=1)
    if tree.cut is None or tree.kept is None or tree.other is None:
        return [()]
    is_kept = tree.kept.density >= tree.other.density
    return [(), _side(tree.cut, is_kept, conditions)]


def _side(cut: Limit, is_kept: bool, conditions: Conditions) -> Limits:
    """Return the limits of one side of a cut of a tree."""
    column, kinds = conditions.matrix[:, cut.factor], conditions.kinds[cut.factor]
    if kinds:
        out = [place for place in range(len(kinds)) if cut.met_by(float(place)) != is_kept]
        return tuple(Limit(cut.factor, "not", float(place)) for place in out)
    return (
        (cut,) if is_kept else (Limit(cut.factor, "lower", float(column[column > cut.at].min())),)
    )


def peel(
    conditions: Conditions, met: Bools, meeting: int, missing: int, limits: Limits = ()
) -> list[Step]:
    """Return all boxes from the one of `limits` to the smallest."""
    matrix = conditions.matrix
    orders = [np.argsort(column, kind="stable") for column in matrix.T]
    inside = keep_all(limits, matrix)
    least = max(LEAST_POINTS, int(np.ceil(LEAST_SHARE * len(matrix))))
    steps = [step_of(limits, matrix, met, meeting, missing)]
    while steps[-1].met < steps[-1].points:
        cut = best_cut(conditions, met, inside, orders, least)
        if cut is None:
            break
        limits = with_limit(limits, cut)
        inside &= cut.met(matrix)
        steps.append(Step(limits, int(inside.sum()), int(met[inside].sum()), meeting, missing))
    return steps


def best_cut(
    conditions: Conditions, met: Bools, inside: Bools, orders: list[NDArray[np.intp]], least: int
) -> Limit | None:
    """Return the slice whose loss raises the density most for each point lost; None if none may."""
    count, hits = int(inside.sum()), int(met[inside].sum())
    best_gain, chosen = 0.0, None
    for factor, order in enumerate(orders):
        places = order[inside[order]]
        column, good = conditions.matrix[places, factor], met[places]
        for cut, lost, lost_hits in _cuts(factor, column, good, bool(conditions.kinds[factor])):
            if count - lost < least:
                continue
            gain = ((hits - lost_hits) / (count - lost) - hits / count) / lost
            if gain > best_gain:
                best_gain, chosen = gain, cut
    return chosen


def _cuts(
    factor: int, column: Floats, good: Bools, is_kind: bool
) -> Iterator[tuple[Limit, int, int]]:
    """Yield the limits that would peel a slice, the points lost and those of them that are good.

    `column` is sorted. A slice of a number takes whole ties.
    """
    count = len(column)
    if is_kind:
        for kind in np.unique(column):
            gone = column == kind
            if not gone.all():
                yield Limit(factor, "not", float(kind)), int(gone.sum()), int(good[gone].sum())
        return
    thin = max(1, int(np.ceil(PATIENCE * count)))
    low = int(np.searchsorted(column, column[thin - 1], side="right"))
    if low < count:
        yield Limit(factor, "lower", float(column[low])), low, int(good[:low].sum())
    high = int(np.searchsorted(column, column[-thin], side="left"))
    if high > 0:
        lost = count - high
        yield Limit(factor, "upper", float(column[high - 1])), lost, int(good[high:].sum())


def with_limit(limits: Limits, cut: Limit) -> Limits:
    """Return the limits with one more, in place of the looser one on the same side."""
    same = [n for n, one in enumerate(limits) if _same_side(one, cut)]
    kept = tuple(one for n, one in enumerate(limits) if n not in same)
    return (*kept, cut)


def _same_side(one: Limit, other: Limit) -> bool:
    is_number = one.side != "not"
    return is_number and (one.factor, one.side) == (other.factor, other.side)


# Pasting, and limits that are worth nothing


def paste(limits: Limits, conditions: Conditions, met: Bools) -> Limits:
    """Return the limits moved outward as long as that raises the density."""
    matrix = conditions.matrix
    while True:
        now = density_of(limits, matrix, met)
        wider = [_widened(limits, n, matrix) for n in range(len(limits))]
        densities = [density_of(option, matrix, met) for option in wider]
        if not densities or max(densities) <= now:
            return limits
        limits = wider[int(np.argmax(densities))]


def _widened(limits: Limits, place: int, matrix: Floats) -> Limits:
    """Return the limits with one of them moved outward by a slice, or taken away."""
    limit = limits[place]
    others = (*limits[:place], *limits[place + 1 :])
    beyond = keep_all(others, matrix) & ~limit.met(matrix)
    column = np.sort(matrix[beyond, limit.factor])
    thin = max(1, int(np.ceil(PATIENCE * keep_all(limits, matrix).sum())))
    if limit.side == "not" or len(column) <= thin:
        return others
    at = column[-thin] if limit.side == "lower" else column[thin - 1]
    return (*limits[:place], Limit(limit.factor, limit.side, float(at)), *limits[place + 1 :])


def without_chance(limits: Limits, matrix: Floats, met: Bools) -> Limits:
    """Return the limits without those that chance may explain, the weakest dropped first."""
    while limits:
        values = [quasi_p(limits, place, matrix, met) for place in range(len(limits))]
        if max(values) <= LARGEST_QUASI_P:
            return limits
        worst = int(np.argmax(values))
        limits = (*limits[:worst], *limits[worst + 1 :])
    return limits


def quasi_p(limits: Limits, place: int, matrix: Floats, met: Bools) -> float:
    """Return the chance that a box would hold so many good points were one limit irrelevant.

    As many points as in the box are drawn from the box without the limit; binomial. "Quasi", for
    the limits were chosen on the same points.
    """
    inside = keep_all(limits, matrix)
    without = keep_all((*limits[:place], *limits[place + 1 :]), matrix)
    points, hits = int(inside.sum()), int(met[inside].sum())
    if not hits:
        return 1.0
    share = float(met[without].mean())
    return float(scipy.special.betainc(hits, points - hits + 1, share))
