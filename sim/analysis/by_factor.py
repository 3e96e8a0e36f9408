"""One factor of a sweep at a time: what holds at each of its values, over the other factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.curves import curves
from sim.analysis.life_tables import LifeTables
from sim.analysis.limits import survival_limits
from sim.analysis.mixture import mixture
from sim.analysis.tables import MILESTONES
from sim.analysis.uncertainty import Uncertainty
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas


def by_factor(
    tables: LifeTables,
    values: Sequence[Any],
    name: str,
    days: Sequence[int] = MILESTONES,
    level: float = 0.95,
) -> pandas.DataFrame:
    """Return S on the given days at each value of a factor.

    `values` holds the value of the factor at each point of `tables`, `name` what it is called.
    Where several points share a value, because other factors vary too, the row is their mixture
    with equal weights, never their pooled runs, and its limits come from the spread between points.

    Columns: the factor, points, runs, day, survival, lower, upper, uncertainty ("Monte-Carlo" for
    a single point, "scenario" for several). Days beyond the horizon are left out.

    Errors: `UsageError` when there is not one value for each point.
    """
    import pandas

    if len(values) != len(tables):
        raise UsageError(f"There are {len(tables)} points but {len(values)} values of {name}.")
    kept = [day for day in days if day <= tables.horizon_days]
    rows: list[Mapping[str, Any]] = []
    for value in sorted(set(values)):
        places = [place for place, other in enumerate(values) if other == value]
        some = chosen_points(tables, places)
        found, lower, upper, about = _survival(some, f"{name} = {value}", kept, level)
        rows += [
            {
                name: value,
                "points": len(places),
                "runs": int(some.runs.sum()),
                "day": day,
                "survival": found[n],
                "lower": lower[n],
                "upper": upper[n],
                "uncertainty": str(about),
            }
            for n, day in enumerate(kept)
        ]
    return pandas.DataFrame(rows)


def chosen_points(tables: LifeTables, places: Sequence[int]) -> LifeTables:
    """Return the tables of some points, by their places."""
    numbers = tuple(tables.numbers[place] for place in places)
    chosen = list(places)
    return LifeTables(tables.ended[chosen].copy(), tables.censored[chosen].copy(), numbers)


def _survival(
    tables: LifeTables, name: str, days: list[int], level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Uncertainty]:
    if len(tables) == 1:
        lower, upper = survival_limits(tables, level, days=days)
        return curves(tables).survival[0, days], lower[0], upper[0], Uncertainty.MONTE_CARLO
    several = mixture(tables, name, level=level)
    lower, upper = several.survival_limits
    return several.survival[days], lower[days], upper[days], several.uncertainty
