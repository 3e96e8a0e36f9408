"""Truces of which some never end: mixture cure models.

S(d) = c + (1 - c) L(d): a share c lasts for ever, by settlement or otherwise, the others end with
survival L. No run is ever seen to last for ever, so c is read off the level at which the curve
flattens out. If it is still falling at the horizon, c rests on the shape of L alone.

Sources: Boag 1949, JRSS B 11:15; Farewell 1982, Biometrics 38:1041, doi 10.2307/2529885; when c can
be known: Maller & Zhou 1992, Biometrika 79:731, doi 10.1093/biomet/79.4.731.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from numpy.typing import ArrayLike

from sim.analysis.life_table import LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.regression.distributions import Distribution
from sim.analysis.regression.parametric import DayZero, fitted
from sim.analysis.regression.parametric_fit import ParametricFit

UNFINISHED = 0.05
"""With more than this share of the ending truces still to end at the horizon, c is not identified
by the data."""
NO_SHARE = (
    "The never-ending share is estimated to be 0, so this is the fit of the distribution alone."
)
"""The note of a fit that needs no never-ending share."""
_NONE = 1e-4  # a never-ending share below this is none


def never_ending(
    tables: LifeTable | LifeTables,
    distribution: Distribution = "weibull",
    covariates: Mapping[str, ArrayLike] | None = None,
    cause: str | None = None,
    day_zero: DayZero = "atom",
) -> ParametricFit:
    """Fit a never-ending share together with the distribution of the durations that end.

    Arguments and errors are those of `parametric`; covariates move the location of the latter. The
    row `never_ending_share` of `table()` is c, among the truces that held through day 0. A note
    warns if the horizon is too short to tell. If the estimate of c is 0, the distribution alone is
    returned, with a note.

    With a `cause`, c is the share that this cause alone would never end. Treat settlement as a
    cause of its own rather than as never ending, if runs are recorded as settled.
    """
    fit = fitted(tables, distribution, covariates, cause, "interval", day_zero, cured=True)
    left = fit.latent_survival_at_horizon()
    if fit.never_ending_share < _NONE:
        alone = fitted(tables, distribution, covariates, cause, "interval", day_zero, cured=False)
        return replace(alone, notes=(*alone.notes, NO_SHARE))
    if left <= UNFINISHED:
        return fit
    note = (
        f"At the horizon (day {fit.horizon_days}) up to {100 * left:.0f} % of the truces that end "
        "at some time have yet to end. The never-ending share rests on the shape of the "
        "distribution, not on data: use a longer horizon, or compare distributions."
    )
    return replace(fit, notes=(*fit.notes, note))
