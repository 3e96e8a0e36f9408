"""Hazard ratios: the same conflicts with one input at one value and at another, by the same luck.

What a change does in the model is compared with what cases that differ by nature show in a record,
so only sign and order of magnitude can be held against it. The ratio is that of a Cox regression
with the change as its only covariate, over all conflicts together, as a study of many conflicts
would fit it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.analysis import life_tables
from sim.analysis.regression import cox
from sim.errors import TruceError
from sim.scorecard.measured import Floats, Inputs, Measured, jackknifed, normal_limits
from sim.validation.summaries import FAILURES, LAPSES
from sim.validation.targets import Change, Part, Target
from sim.validation.world import ClockName, Spells, WorldEnsemble

ENDS: dict[ClockName, tuple[int, ...]] = {"war": FAILURES, "formal": (*FAILURES, LAPSES)}
"""The endings that count as one on each clock; a settlement ends a truce well on both."""

FAILED = 1


def hazard_ratios(target: Target, given: Inputs, clock: ClockName) -> Measured:
    """Measure a pattern whose parts are hazard ratios, on one clock."""
    columns, limits = zip(
        *(_of_parts(change, parts, given, clock) for change, parts in _by_change(target)),
        strict=True,
    )
    return Measured(
        np.concatenate(columns, axis=1),
        np.concatenate(limits),
        f"{given.conflicts} conflicts, one truce of each on both sides",
    )


def _by_change(target: Target) -> list[tuple[Change, list[Part]]]:
    """Return what is compared, each with the parts that follow from it, in order."""
    found: list[tuple[Change, list[Part]]] = []
    for part in target.parts:
        change = part.change or target.change
        if change is None:
            raise TruceError(f"{target.id}: {part.name} compares nothing")
        if not found or found[-1][0] != change:
            found.append((change, []))
        found[-1][1].append(part)
    return found


def _of_parts(
    change: Change, parts: Sequence[Part], given: Inputs, clock: ClockName
) -> tuple[Floats, Floats]:
    """Return the parts of one change under every vector, and limits for the middle one."""
    ends = ENDS[clock]
    steps = [change.from_, *change.through, change.to]
    worlds = [WorldEnsemble(given.conflicts, 1, given.seed, change.at(step)) for step in steps]
    spells = (world.each_on(clock, given.vectors[1:], given.workers) for world in worlds)
    rest = [_logs(parts, sides, ends) for sides in zip(*spells, strict=True)]
    middle = [world.spells(given.vectors[0], clock, given.middle_runs) for world in worlds]
    first = _logs(parts, middle, ends)

    def left(places: NDArray[np.intp]) -> list[float]:
        return _logs(parts, [_some(side, places) for side in middle], ends)

    limits = normal_limits(np.array(first), jackknifed(left, given.conflicts))
    return np.exp(np.array([first, *rest])), np.exp(limits)


def _some(spells: Spells, places: NDArray[np.intp]) -> Spells:
    return Spells(spells.days[places], spells.endings[places])


def _logs(parts: Sequence[Part], sides: Sequence[Spells], ends: tuple[int, ...]) -> list[float]:
    """Return the logarithm of each part; the sides are in order of what changes."""
    return [_log(part, sides, ends) for part in parts]


def _log(part: Part, sides: Sequence[Spells], ends: tuple[int, ...]) -> float:
    if "step" in part.name:
        return min(log_hazard_ratio(one, two, ends) for one, two in pairwise(sides))
    if len(part.days) == 4:
        early, late = part.days[:2], part.days[2:]
        return log_hazard_ratio(sides[0], sides[-1], ends, late) - log_hazard_ratio(
            sides[0], sides[-1], ends, early
        )
    return log_hazard_ratio(sides[0], sides[-1], ends, part.days)


def log_hazard_ratio(
    without: Spells, with_it: Spells, ends: tuple[int, ...], days: Sequence[int] = ()
) -> float:
    """Return the log hazard ratio of a change, of truces of all ages or between two ages.

    Between two ages, truces that hold at the first are followed to the second. nan where one side
    has no ends.
    """
    start, end = days or (0, int(max(without.days.max(), with_it.days.max())))
    points, codes, lengths = [], [], []
    for point, side in enumerate((without, with_it)):
        held = side.days > start
        ended = np.isin(side.endings[held], ends) & (side.days[held] <= end)
        points.append(np.full(int(held.sum()), point))
        codes.append(np.where(ended, FAILED, 0))
        lengths.append(np.minimum(side.days[held], end) - start)
    try:
        tables = life_tables(
            np.concatenate(points), np.concatenate(codes), np.concatenate(lengths),
            numbers=(0, 1), horizon_days=end - start, causes=1,
        )  # fmt: skip
        return float(cox(tables, {"change": [0.0, 1.0]}).coefficients[0])
    except TruceError:
        return float("nan")
