"""How firm the answers are: which points could stand on either side of the goal, which limits stay.

A point meets the goal by the share of its runs that held, and other runs would have given another
share. `Doubt` draws what each point's true values may be, given its runs. Boxes are found anew for
points drawn with replacement, each with a draw of its values, so that a limit that stays has stood
up to other points and other luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.inquiry.boxes import Box, find_box
from sim.inquiry.conditions import Conditions, Limit
from sim.inquiry.goal import Goal

if TYPE_CHECKING:
    import pandas

REDRAWN = 100
CLEAR = 0.975  # of the draws on one side of the goal

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Doubt:
    """What the runs of each point leave open about the columns of a goal.

    Shares are drawn from the beta distribution that their runs leave (Jeffreys), means from the
    normal distribution of their standard error, each column by itself. Columns of `fixed` have no
    known error and are taken as they are.
    """

    values: Mapping[str, Floats]
    errors: Mapping[str, Floats]
    runs: Floats

    @property
    def fixed(self) -> tuple[str, ...]:
        """Columns without a known error."""
        return tuple(name for name in self.values if not self._is_known(name))

    def drawn(self, random: np.random.Generator) -> dict[str, Floats]:
        """Return one draw of the values of all points."""
        return {name: self._draw(name, random) for name in self.values}

    def _is_known(self, name: str) -> bool:
        return name in self.errors or name.startswith(("survival_", "share_"))

    def _draw(self, name: str, random: np.random.Generator) -> Floats:
        value = self.values[name]
        if name in self.errors:
            return random.normal(value, self.errors[name])
        if not self._is_known(name):
            return value
        held = value * self.runs
        return random.beta(held + 0.5, self.runs - held + 0.5)


def chance_to_meet(goal: Goal, doubt: Doubt, seed: int, draws: int = 400) -> Floats:
    """Return for each point the chance that its true values meet the goal, from draws."""
    random = np.random.default_rng([seed, 1])
    met = np.zeros(len(doubt.runs))
    for _ in range(draws):
        met += goal.met(doubt.drawn(random))
    return met / draws


def unclear(chance: Floats) -> Bools:
    """Return which points could well stand on either side of the goal."""
    return (chance < CLEAR) & (chance > 1 - CLEAR)


def limits_redrawn(
    box: Box, conditions: Conditions, goal: Goal, doubt: Doubt, left: Bools, seed: int
) -> pandas.DataFrame:
    """Return for each limit of a box how it fares when points and luck are drawn anew.

    `left` says which points the box was found among. Columns: factor, side, limit, `found`, the
    share of new boxes that limit the factor on that side, and `lower` and `upper`, between which
    nine tenths of their limits lie.
    """
    random = np.random.default_rng([seed, 2])
    again = [_box_again(conditions, goal, doubt, left, random) for _ in range(REDRAWN)]
    import pandas

    return pandas.DataFrame([_fate(limit, conditions, again) for limit in box.final.limits])


def _box_again(
    conditions: Conditions, goal: Goal, doubt: Doubt, left: Bools, random: np.random.Generator
) -> Box | None:
    met = goal.met(doubt.drawn(random))
    rows = random.choice(np.flatnonzero(left), size=int(left.sum()))
    return find_box(conditions.rows(rows), met[rows])


def _fate(limit: Limit, conditions: Conditions, again: list[Box | None]) -> dict[str, Any]:
    same = [other.at for box in again if box for other in box.final.limits if _alike(limit, other)]
    ends = np.quantile(same, [0.05, 0.95]) if same and limit.side != "not" else (np.nan, np.nan)
    return {
        "factor": conditions.names[limit.factor],
        "side": limit.side,
        "limit": limit.at if limit.side != "not" else conditions.value(limit.factor, limit.at),
        "found": len(same) / len(again),
        "lower": float(ends[0]),
        "upper": float(ends[1]),
    }


def _alike(one: Limit, other: Limit) -> bool:
    same = (one.factor, one.side) == (other.factor, other.side)
    return same and (one.side != "not" or one.at == other.at)
