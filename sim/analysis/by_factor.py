"""One factor of a sweep at a time: what holds at each of its values, over the other factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.curves import curves
from sim.analysis.life_tables import LifeTables
from sim.analysis.limits import survival_limits
from sim.analysis.mixture import mixture
from sim.analysis.restricted import restricted_times
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
    through_day: int | None = None,
) -> pandas.DataFrame:
    """Return mean days and S on the given days at each value of a factor, one row for each.

    `values` holds the value of the factor at each point of `tables`, `name` what it is called.
    Where several points share a value, because other factors vary too, the row is their mixture
    with equal weights, never their pooled runs, and its limits come from the spread between points.

    Columns: the factor, points, runs, kept_days (the mean within `through_day`, by default the
    horizon) with kept_lower and kept_upper, survival_D for each day D with survival_D_lower and
    survival_D_upper, uncertainty ("Monte-Carlo" for a single point, "scenario" for several). Days
    beyond the horizon are left out.

    Errors: `UsageError` when there is not one value for each point, or for a `through_day` outside
    the horizon.
    """
    import pandas

    if len(values) != len(tables):
        raise UsageError(f"There are {len(tables)} points but {len(values)} values of {name}.")
    kept = [day for day in days if day <= tables.horizon_days]
    rows: list[Mapping[str, Any]] = []
    for value in sorted(set(values)):
        places = [place for place, other in enumerate(values) if other == value]
        some = chosen_points(tables, places)
        found = _found(some, f"{name} = {value}", kept, level, through_day)
        rows.append({name: value, "points": len(places), "runs": int(some.runs.sum()), **found})
    return pandas.DataFrame(rows)


def chosen_points(tables: LifeTables, places: Sequence[int]) -> LifeTables:
    """Return the tables of some points, by their places."""
    numbers = tuple(tables.numbers[place] for place in places)
    chosen = list(places)
    return LifeTables(tables.ended[chosen].copy(), tables.censored[chosen].copy(), numbers)


def _found(
    tables: LifeTables, name: str, days: list[int], level: float, through_day: int | None
) -> dict[str, Any]:
    """Return mean days and S with their limits, and what the limits are about."""
    if len(tables) == 1:
        times = restricted_times(tables, through_day)
        held, limits = curves(tables).survival[0, days], survival_limits(tables, level, days=days)
        kept, kept_limits = times.kept[0], [limit[0] for limit in times.kept_limits(level)]
        lower, upper = (limit[0] for limit in limits)
        about = Uncertainty.MONTE_CARLO
    else:
        several = mixture(tables, name, level=level, through_day=through_day)
        held = several.survival[days]
        kept, kept_limits = several.kept, list(several.kept_limits)
        lower, upper = (limit[days] for limit in several.survival_limits)
        about = several.uncertainty
    found = {"kept_days": kept, "kept_lower": kept_limits[0], "kept_upper": kept_limits[1]}
    for n, day in enumerate(days):
        stem = f"survival_{day}"
        found |= {stem: held[n], f"{stem}_lower": lower[n], f"{stem}_upper": upper[n]}
    return {**found, "uncertainty": str(about)}
