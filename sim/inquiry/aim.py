"""A goal for one truce, and how near an ensemble comes to it, with an interval."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import mid_p, normal_reach
from sim.endings import ENDING_CODES, HOLDING
from sim.errors import UsageError
from sim.inquiry.goal import Comparison, read_goal
from sim.scenario import Scenario

_OF_A_DAY = re.compile(r"(survival|days_kept)_([1-9]\d{0,4})")
SHOWN_DAYS = (30, 90, 180, 365)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A share, or a mean number of days, with the limits that the luck of the runs leaves it."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Aim:
    """A goal such as ``survival_180 > 0.5`` for a single truce; `day` is where it stops watching.

    `day` is None for a goal about the whole horizon.
    """

    goal: Comparison
    day: int | None

    @classmethod
    def of(cls, text: str, horizon_days: int) -> Aim:
        """Read an aim: survival_DAY, days_kept_DAY or share_ENDING against a number.

        Errors: `UsageError` that shows what is not understood.
        """
        goal = read_goal(text, _Columns(horizon_days))
        if not isinstance(goal, Comparison):
            raise UsageError(
                "the goal of a single truce is one comparison, such as survival_180 > 0.5"
            )
        found = _OF_A_DAY.fullmatch(goal.column)
        return cls(goal, int(found[2]) if found else None)

    @property
    def is_share(self) -> bool:
        """Whether the number is a share of the runs, rather than days."""
        return not self.goal.column.startswith("days_kept")

    def followed(self, case: Scenario) -> Scenario:
        """Return the scenario with the horizon no later than the aim needs; same runs until then.

        Shocks stay within the horizon.
        """
        if self.day is None:
            return case
        last_shock = max((shock.day for shock in case.timeline()), default=0)
        return case.with_(horizon_days=min(case.horizon_days, max(self.day, last_shock, 1)))

    def of_runs(self, rows: NDArray[np.void]) -> Floats:
        """Return the number of each run, whose mean is the number aimed at."""
        days, endings = rows["days"], rows["ending"]
        if self.day is None:
            ending = self.goal.column.removeprefix("share_")
            return np.asarray(endings == ENDING_CODES[ending], dtype=float)
        if self.is_share:
            return np.asarray((days > self.day) | (endings == HOLDING), dtype=float)
        return np.asarray(np.minimum(days, self.day), dtype=float)

    def estimate(self, rows: NDArray[np.void]) -> Estimate:
        """Return the number with its 95 % limits (mid-p for a share, normal for days)."""
        each = self.of_runs(rows)
        if self.is_share:
            lower, upper = mid_p(np.array([int(each.sum())]), np.array([len(each)]))
            return Estimate(float(each.mean()), float(lower[0]), float(upper[0]))
        spread = float(each.std(ddof=1)) if len(each) > 1 else float("nan")
        reach = normal_reach(0.95) * spread / np.sqrt(len(each))
        return Estimate(float(each.mean()), float(each.mean() - reach), float(each.mean() + reach))

    def met(self, value: float) -> bool:
        """Whether a number reaches the goal."""
        return bool(self.goal.met({self.goal.column: value}))

    @property
    def wants_more(self) -> bool:
        """Whether larger numbers are nearer to the goal."""
        return self.goal.sign.startswith(">")

    def surely_met(self, estimate: Estimate) -> bool:
        """Whether the whole interval reaches the goal."""
        return self.met(estimate.lower if self.wants_more else estimate.upper)

    def maybe_met(self, estimate: Estimate) -> bool:
        """Whether some of the interval reaches the goal."""
        return self.met(estimate.upper if self.wants_more else estimate.lower)


class _Columns(Collection[str]):
    """The names that a goal of a single truce may hold; listed are examples."""

    def __init__(self, horizon_days: int) -> None:
        self.horizon_days = horizon_days

    def __contains__(self, name: object) -> bool:
        found = _OF_A_DAY.fullmatch(str(name))
        if found:
            return int(found[2]) <= self.horizon_days
        return str(name).removeprefix("share_") in ENDING_CODES and str(name).startswith("share_")

    def __iter__(self) -> Iterator[str]:
        for day in SHOWN_DAYS:
            if day <= self.horizon_days:
                yield from (f"survival_{day}", f"days_kept_{day}")
        yield from (f"share_{name}" for name in ENDING_CODES)

    def __len__(self) -> int:
        return len(list(iter(self)))
