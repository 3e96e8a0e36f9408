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
from sim.analysis.intervals import Limits
from sim.analysis.life_tables import LifeTables
from sim.analysis.uncertainty import Uncertainty
from sim.errors import UsageError


@dataclass(frozen=True, eq=False)
class Mixture:
    """Weighted means of the curves of several points, and how far they differ.

    `survival` and its limits have shape [days], `incidence` and its limits [causes, days]. The
    limits regard the points as a random sample of all that might have been chosen (clustered by
    point); where the points were laid out by hand they describe the spread, no more. nan on days
    that some point has not reached.
    """

    name: str
    numbers: tuple[int, ...]
    weights: Floats
    level: float
    survival: Floats
    survival_limits: Limits
    incidence: Floats
    incidence_limits: Limits
    uncertainty: Uncertainty = Uncertainty.SCENARIO


def mixture(
    tables: LifeTables, name: str, weights: Sequence[float] | None = None, level: float = 0.95
) -> Mixture:
    """Return the mixture of all points of `tables`, under a name that says what it stands for.

    `weights` holds one number above 0 for each point, by default equal ones; they are scaled to sum
    to 1. The limits are Student's with 1 / sum(weights^2) - 1 degrees of freedom.

    Errors: `UsageError` without a name, with fewer than two points, with weights that do not fit,
    a point without runs, or an impossible level.
    """
    share = _weights(tables, name, weights)
    if not 0.0 < level < 1.0:
        raise UsageError(f"The level of an interval lies between 0 and 1, not {level}.")
    found = curves(tables)
    survival, survival_limits = _between_points(found.survival, share, level)
    incidence, incidence_limits = _between_points(found.incidence, share, level)
    return Mixture(
        name, tables.numbers, share, level, survival, survival_limits, incidence, incidence_limits
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


def _between_points(curve: Floats, share: Floats, level: float) -> tuple[Floats, Limits]:
    """Return the weighted mean over points, axis 0, and its limits within 0..1."""
    mean = np.tensordot(share, curve, axes=1)
    alike = float(np.sum(share**2))  # 1 / points for equal weights
    variance = np.tensordot(share**2, (curve - mean) ** 2, axes=1) / (1.0 - alike)
    reach = scipy.special.stdtrit(1.0 / alike - 1.0, 0.5 + level / 2.0) * np.sqrt(variance)
    return mean, (np.maximum(mean - reach, 0.0), np.minimum(mean + reach, 1.0))
