"""Tables with a row for each point: milestones, incidence at milestones, median, days kept.

Intervals are pointwise, each for its own point, and measure Monte-Carlo error only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.curves import Floats, curves
from sim.analysis.hazards import cause_names
from sim.analysis.intervals import Limits
from sim.analysis.life_tables import LifeTables
from sim.analysis.limits import Method, incidence_limits, survival_limits
from sim.analysis.quantiles import medians, quantile_limits
from sim.analysis.restricted import restricted_times
from sim.analysis.tables import MILESTONES

if TYPE_CHECKING:
    import pandas


def milestones_of_points(
    tables: LifeTables,
    days: Sequence[int] = MILESTONES,
    level: float = 0.95,
    method: Method | None = None,
) -> pandas.DataFrame:
    """Return S on the given days: point, day, survival, lower, upper; range 0..1.

    Days beyond the horizon are left out; a point that was not watched until then has nan.

    Errors: as in `sim.analysis.limits.survival_limits`.
    """
    import pandas

    kept = _within(tables, days)
    found = curves(tables).survival[:, kept]
    limits = survival_limits(tables, level, method, kept)
    keys = {
        "point": np.repeat(tables.numbers, len(kept)),
        "day": np.tile(kept, len(tables)),
    }
    return pandas.DataFrame(keys | _columns("survival", found, limits))


def incidence_of_points(
    tables: LifeTables,
    days: Sequence[int] = MILESTONES,
    level: float = 0.95,
    method: Method | None = None,
) -> pandas.DataFrame:
    """Return the share ended by each cause through the given days.

    Columns: point, cause, day, incidence, lower, upper; range 0..1. Days as in
    `milestones_of_points`.

    Errors: as in `sim.analysis.limits.incidence_limits`.
    """
    import pandas

    kept = _within(tables, days)
    found = curves(tables).incidence[:, :, kept]
    causes = cause_names(tables.ended.shape[1])
    keys = {
        "point": np.repeat(tables.numbers, len(causes) * len(kept)),
        "cause": np.tile(np.repeat(causes, len(kept)), len(tables)),
        "day": np.tile(kept, len(tables) * len(causes)),
    }
    limits = incidence_limits(tables, level, method, kept)
    return pandas.DataFrame(keys | _columns("incidence", found, limits))


def durations_of_points(
    tables: LifeTables, through_day: int | None = None, level: float = 0.95
) -> pandas.DataFrame:
    """Return one row for each point: how long its truces last.

    Columns: point, runs; median_days with median_lower and median_upper, whole days, missing for
    "not by the horizon"; kept_days with kept_lower and kept_upper, the mean of min(T, through_day)
    with normal limits; and lost_NAME, the mean days lost to each cause. Kept and lost days add up
    to `through_day`, by default the horizon.

    Errors: as in `sim.analysis.restricted.restricted_times`.
    """
    import pandas

    times = restricted_times(tables, through_day)
    ends = quantile_limits(tables, 0.5, level)
    middle = {
        "median_days": medians(tables),
        "median_lower": [lower for lower, _ in ends],
        "median_upper": [upper for _, upper in ends],
    }
    lost = {
        f"lost_{name}": times.lost[:, row]
        for row, name in enumerate(cause_names(tables.ended.shape[1]))
    }
    kept_lower, kept_upper = times.kept_limits(level)
    return pandas.DataFrame(
        {"point": tables.numbers, "runs": tables.runs}
        | {name: pandas.array(days, dtype="Int64") for name, days in middle.items()}
        | {"kept_days": times.kept, "kept_lower": kept_lower, "kept_upper": kept_upper}
        | lost
    )


def _within(tables: LifeTables, days: Sequence[int]) -> list[int]:
    return [day for day in days if day <= tables.horizon_days]


def _columns(name: str, found: Floats, limits: Limits) -> dict[str, Floats]:
    lower, upper = limits
    return {name: found.ravel(), "lower": lower.ravel(), "upper": upper.ravel()}
