"""A named mixture of points: the one way to speak of several points together.

Points are different assumptions, not draws of one truce. Their runs must not be pooled: the error
would shrink with the number of runs although the points go on differing. A mixture weighs whole
curves instead, and its interval comes from the spread between points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sim.analysis.curves import Floats, curves
from sim.analysis.intervals import Limits, mid_p
from sim.analysis.life_tables import LifeTables
from sim.analysis.restricted import restricted_times
from sim.analysis.uncertainty import Uncertainty
from sim.errors import UsageError


@dataclass(frozen=True, eq=False)
class Mixture:
    """Weighted means of the curves of several points, and how far they differ.

    `survival` and its limits have shape [days], `incidence` and its limits [causes, days]; `kept`
    is the mean of the days held within the first `through_day`. The limits regard the points as a
    random sample of all that might have been chosen (clustered by point); where the points were
    laid out by hand they describe the spread, no more. Those of shares are never narrower than the
    Monte-Carlo error of one point, so they do not close up where all points agree. nan on days that
    some point has not reached.
    """

    name: str
    numbers: tuple[int, ...]
    weights: Floats
    level: float
    survival: Floats
    survival_limits: Limits
    incidence: Floats
    incidence_limits: Limits
    through_day: int
    kept: float
    kept_limits: tuple[float, float]
    uncertainty: Uncertainty = Uncertainty.SCENARIO


def mixture(
    tables: LifeTables,
    name: str,
    weights: Sequence[float] | None = None,
    level: float = 0.95,
    through_day: int | None = None,
) -> Mixture:
    """Return the mixture of all points of `tables`, under a name that says what it stands for.

    `weights` holds one number above 0 for each point, by default equal ones; they are scaled to sum
    to 1. The limits are Student's with 1 / sum(weights^2) - 1 degrees of freedom. `through_day` is
    1..H, by default the horizon.

    Errors: `UsageError` without a name, with fewer than two points, with weights that do not fit,
    a point without runs, an impossible level, or a day outside 1..H.
    """
    share = _weights(tables, name, weights)
    if not 0.0 < level < 1.0:
        raise UsageError(f"The level of an interval lies between 0 and 1, not {level}.")
    found, times = curves(tables), restricted_times(tables, through_day)
    kept, (least, most) = _between_points(times.kept, share, level, float(times.through_day))
    return Mixture(
        name,
        tables.numbers,
        share,
        level,
        *_shares(found.survival, share, level, tables),
        *_shares(found.incidence, share, level, tables),
        times.through_day,
        float(kept),
        (float(least), float(most)),
    )


def _weights(tables: LifeTables, name: str, weights: Sequence[float] | None) -> Floats:
    share = np.ones(len(tables)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not name.strip():
        raise UsageError("A mixture of points needs a name that says what it stands for.")
    if len(tables) < 2 or not (tables.runs > 0).all():
        raise UsageError("A mixture needs two points or more, each with runs.")
    if share.shape != (len(tables),) or not (np.isfinite(share) & (share > 0)).all():
        raise UsageError(
            f"A mixture of {len(tables)} points needs as many weights, all above 0; got {weights}."
        )
    return np.asarray(share / share.sum())


def _shares(
    curve: Floats, share: Floats, level: float, tables: LifeTables
) -> tuple[Floats, Limits]:
    """Return the mixed curve and its limits, which leave room for Monte-Carlo error at least.

    Points may share their luck, so that all of them together count as the runs of one.
    """
    mean, (lower, upper) = _between_points(curve, share, level, 1.0)
    runs = float(tables.runs.min())
    seen = ~np.isnan(mean)
    least, most = mid_p(np.clip(np.where(seen, mean, 0.0), 0.0, 1.0) * runs, runs, level)
    return mean, (
        np.where(seen, np.minimum(lower, least), np.nan),
        np.where(seen, np.maximum(upper, most), np.nan),
    )


def _between_points(
    values: Floats, share: Floats, level: float, most: float
) -> tuple[Floats, Limits]:
    """Return the weighted mean over points, axis 0, and its limits within 0..most."""
    mean = np.tensordot(share, values, axes=1)
    alike = float(np.sum(share**2))  # 1 / points for equal weights
    variance = np.tensordot(share**2, (values - mean) ** 2, axes=1) / (1.0 - alike)
    reach = scipy.special.stdtrit(1.0 / alike - 1.0, 0.5 + level / 2.0) * np.sqrt(variance)
    return mean, (np.maximum(mean - reach, 0.0), np.minimum(mean + reach, most))
