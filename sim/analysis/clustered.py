"""Limits that allow for clusters, such as ceasefires of one country: whole clusters drawn anew.

Ceasefires of one country resemble each other, so a thousand of them say less than a thousand from
anywhere. Each of many draws takes as many clusters as there are, with replacement, and estimates
the curves from all their ceasefires; the limits are quantiles of what came out. They are never
taken to be narrower than the limits that treat ceasefires as independent, which, unlike quantiles
of draws, do not close up where nothing ended. With few clusters they still tend to be too narrow.

Source: Davison and Hinkley 1997, Bootstrap Methods and their Application, section 3.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from sim.analysis.curves import Floats, before, watched
from sim.analysis.life_table import LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.limits import incidence_limits, survival_limits
from sim.analysis.quantiles import medians, quantile_limits

DRAWS = 400


@dataclass(frozen=True, eq=False)
class ClusterLimits:
    """Limits of the curves of all clusters together.

    Those of survival have shape [days], those of incidence [causes, days]; the limits of the median
    are days, None for "not by the horizon". `clusters` is how many there are; with a single one the
    limits are those of independent ceasefires.
    """

    survival_lower: Floats
    survival_upper: Floats
    incidence_lower: Floats
    incidence_upper: Floats
    median_lower: int | None
    median_upper: int | None
    clusters: int


def cluster_limits(
    clusters: LifeTables, seed: int = 1, draws: int = DRAWS, level: float = 0.95
) -> ClusterLimits:
    """Return limits of survival, incidence and median, each point of `clusters` being a cluster.

    The same seed gives the same limits.

    Errors: `UsageError` when the level is not known.
    """
    whole = reduce(add, clusters)
    curve, shares = survival_limits(whole, level), incidence_limits(whole, level)
    median = quantile_limits(whole, 0.5, level)[0]
    alone = ClusterLimits(
        curve[0][0], curve[1][0], shares[0][0], shares[1][0], *median, clusters=len(clusters)
    )
    if len(clusters) < 2:
        return alone
    drawn = list(redrawn(clusters, seed, draws))
    survival, incidence = (np.stack(each) for each in zip(*map(_estimates, drawn), strict=True))
    lower, upper = _spread(survival, level)
    least, most = _spread(incidence, level)
    soonest, latest = _median_spread([medians(table)[0] for table in drawn], level)
    return ClusterLimits(
        np.fmin(alone.survival_lower, lower),
        np.fmax(alone.survival_upper, upper),
        np.fmin(alone.incidence_lower, least),
        np.fmax(alone.incidence_upper, most),
        _sooner(alone.median_lower, soonest),
        _later(alone.median_upper, latest),
        len(clusters),
    )


def redrawn(clusters: LifeTables, seed: int, draws: int) -> Iterator[LifeTable]:
    """Yield the life table of each draw of clusters."""
    luck = np.random.Generator(np.random.Philox(seed))
    number = len(clusters)
    for _ in range(draws):
        times = luck.multinomial(number, np.full(number, 1.0 / number))
        ended = np.tensordot(times, clusters.ended, axes=1)
        yield LifeTable(ended, times @ clusters.censored)


def _estimates(table: LifeTable) -> tuple[Floats, Floats]:
    """Return survival and incidence of one draw without their variances, which nobody asks for."""
    seen = watched(table)
    at_risk = np.maximum(seen.at_risk, 1)
    survival = np.cumprod(1.0 - seen.ended / at_risk)
    incidence = np.cumsum(before(survival) * table.ended / at_risk, axis=1)
    unknown = ~seen.known
    survival[unknown] = incidence[:, unknown] = np.nan
    return survival, incidence


def _spread(curves: NDArray[np.float64], level: float) -> tuple[Floats, Floats]:
    """Return quantiles over draws, of those draws in which a curve is known; nan where none is."""
    tail = (1.0 - level) / 2.0
    known = ~np.isnan(curves).all(axis=0)
    limits = np.full((2, *curves.shape[1:]), np.nan)
    limits[:, known] = np.nanquantile(curves[:, known], [tail, 1.0 - tail], axis=0)
    return limits[0], limits[1]


def _median_spread(days: list[int | None], level: float) -> tuple[int | None, int | None]:
    known = np.sort([np.inf if day is None else day for day in days])
    tail = (1.0 - level) / 2.0
    places = int(np.floor(tail * len(known))), int(np.ceil((1.0 - tail) * len(known))) - 1
    low, high = (float(known[place]) for place in places)
    return (None if np.isinf(low) else int(low)), (None if np.isinf(high) else int(high))


def _sooner(one: int | None, other: int | None) -> int | None:
    days = [day for day in (one, other) if day is not None]
    return min(days, default=None)


def _later(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
