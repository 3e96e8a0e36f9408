"""Which conditions make truces hold: boxes, a tree and regional sensitivity of a finished sweep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.disk import plain_disk_errors
from sim.errors import ResultsError, UsageError
from sim.inquiry.boxes import Box, boxes
from sim.inquiry.conditions import Conditions, in_words, keep_all
from sim.inquiry.goal import Goal, read_goal
from sim.inquiry.regional import regional
from sim.inquiry.stability import Doubt, chance_to_meet, limits_redrawn, unclear
from sim.inquiry.tree import Node, grown
from sim.sweep.codebook import summary_columns
from sim.sweep.folder import SweepFolder, read_folder
from sim.sweep.tables import SUMMARY

if TYPE_CHECKING:
    import pandas

FEWEST_POINTS = 40
LIMITS = ["box", "factor", "side", "limit", "quasi_p", "found", "lower", "upper"]
ERRORS = {
    "mean_days": "mean_days_se",
    "mean_minus_baseline_days": "mean_minus_baseline_se",
}

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found: which points meet the goal, and the conditions under which they do.

    `met` and `chance`, the chance that a point meets the goal given its runs, have shape [points].
    `limits` is the table of all limits of all boxes with their quasi-p and their stability.
    """

    goal: Goal
    numbers: NDArray[np.int64]
    conditions: Conditions
    met: Bools
    chance: Floats
    boxes: list[Box]
    limits: pandas.DataFrame
    tree: Node
    regional: pandas.DataFrame
    without_error: tuple[str, ...]

    @property
    def unclear(self) -> int:
        """How many points could well stand on either side of the goal, given their runs."""
        return int(unclear(self.chance).sum())

    def trajectories(self) -> pandas.DataFrame:
        """Return a row for each step of the peeling of each box."""
        import pandas

        rows = [
            {
                "box": n + 1,
                "step": place,
                "points": step.points,
                "met": step.met,
                "coverage": step.coverage,
                "density": step.density,
                "factors_limited": len({limit.factor for limit in step.limits}),
                "taken": place == box.taken,
                "limits": "; ".join(in_words(step.limits, self.conditions)),
            }
            for n, box in enumerate(self.boxes)
            for place, step in enumerate(box.trajectory)
        ]
        return pandas.DataFrame(rows)

    def points(self) -> pandas.DataFrame:
        """Return a row for each point: does it meet the goal, how surely, and in which box."""
        import pandas

        inside = np.zeros(len(self.met), dtype=int)
        for n, box in reversed(list(enumerate(self.boxes, start=1))):
            inside[keep_all(box.final.limits, self.conditions.matrix)] = n
        return pandas.DataFrame(
            {"point": self.numbers, "met": self.met, "chance": self.chance, "box": inside}
        )


def discovered(path: Path, goal_text: str, seed: int = 1) -> Discovery:
    """Return what a sweep says about the conditions under which a goal is met.

    Errors: `UsageError` when there is no sweep, the goal is not understood, the sweep has too few
    points, or no point or every point meets the goal; `ResultsError` when its summary is missing or
    damaged.
    """
    folder = read_folder(path)
    goal = read_goal(goal_text, goal_columns(folder))
    summary = read_summary(path)
    runs = summary["runs"].to_numpy(float)
    values = {name: _outcome(summary, name, path) for name in goal.columns}
    there = runs > 0
    conditions = Conditions.of(folder.points.factors, folder.points.values).rows(there)
    _check_points(conditions, path)
    errors = {name: summary[ERRORS[name]].to_numpy(float) for name in values if name in ERRORS}
    doubt = Doubt(_kept(values, there), _kept(errors, there), runs[there])
    met = goal.met(doubt.values)
    _check_met(met, goal, doubt)
    found = boxes(conditions, met)
    return Discovery(
        goal,
        np.flatnonzero(there),
        conditions,
        met,
        chance_to_meet(goal, doubt, seed),
        found,
        _limits(found, conditions, goal, doubt, seed),
        grown(conditions, met),
        regional(conditions, met, seed),
        doubt.fixed,
    )


def goal_columns(folder: SweepFolder) -> tuple[str, ...]:
    """Return the columns of the summary that a goal can name."""
    columns = summary_columns(folder.points.baseline is not None)
    return tuple(
        column.name for column in columns
        if column.name not in ("runs", "failed") and not column.name.endswith("_se")
    )  # fmt: skip


def read_summary(path: Path) -> pandas.DataFrame:
    """Return the summary of a sweep, a row for each point.

    Errors: `ResultsError` when it is missing or damaged.
    """
    import pyarrow
    import pyarrow.parquet

    file = path / f"{SUMMARY}.parquet"
    with plain_disk_errors(path, "read"):
        try:
            table = pyarrow.parquet.ParquetFile(file).read(use_threads=False)
            summary: pandas.DataFrame = table.to_pandas(use_threads=False)
            return summary
        except FileNotFoundError:
            raise ResultsError(
                f"{path} has no summary yet; the command truce sweep makes it when it ends."
            ) from None
        except pyarrow.ArrowException as error:
            raise ResultsError(f"{file} is damaged; the command truce sweep mends it.") from error


def _outcome(summary: pandas.DataFrame, name: str, path: Path) -> Floats:
    values = summary[name].to_numpy(float)
    if name == "median_days":  # none means that half of the truces still hold at the horizon
        return np.where(np.isnan(values), np.inf, values)
    if np.isnan(values[summary["runs"] > 0]).any():
        raise UsageError(
            f"{name} is missing at some points of {path}, as where the horizon comes first; "
            "choose an earlier day."
        )
    return values


def _kept(values: dict[str, Floats], there: Bools) -> dict[str, Floats]:
    return {name: column[there] for name, column in values.items()}


def _check_points(conditions: Conditions, path: Path) -> None:
    if not conditions.names:
        raise UsageError(f"nothing varies over the points of {path}")
    if len(conditions) < FEWEST_POINTS:
        raise UsageError(
            f"{path} has {len(conditions)} points with runs, too few to find conditions in; at "
            f"least {FEWEST_POINTS} are needed, some hundreds are better. Use a design that draws: "
            "truce sweep levers_2021 is an example."
        )


def _check_met(met: Bools, goal: Goal, doubt: Doubt) -> None:
    if met.any() and not met.all():
        return
    who = "every point meets" if met.all() else "no point meets"
    seen = "; ".join(
        f"{name} lies between {_shown(np.min(values))} and {_shown(np.max(values))}"
        for name, values in doubt.values.items()
    )
    raise UsageError(f"{who} the goal {goal}, so there is nothing to tell apart: {seen}")


def _shown(value: float) -> str:
    return "the horizon or later" if np.isinf(value) else f"{value:.4g}"


def _limits(
    found: list[Box], conditions: Conditions, goal: Goal, doubt: Doubt, seed: int
) -> pandas.DataFrame:
    import pandas

    left = np.ones(len(conditions), dtype=bool)
    tables: list[Any] = []
    for n, box in enumerate(found, start=1):
        table = limits_redrawn(box, conditions, goal, doubt, left, seed)
        table.insert(0, "box", n)
        table.insert(4, "quasi_p", box.quasi_p)
        tables.append(table)
        left &= ~keep_all(box.final.limits, conditions.matrix)
    return pandas.concat(tables, ignore_index=True) if tables else pandas.DataFrame(columns=LIMITS)
