"""The baseline of a discrete-time model: days joined into bands, a spline over days, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.analysis.regression.observed import Observed
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

BANDS: tuple[int, ...] = (1, 8, 31, 91, 181, 366, 731)
"""First days of the bands used by default: first week, month, quarter, half-year, year, later."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """Counts by point and span of days, and the basis of the baseline on these spans.

    `at_risk` (run-days) and `ended` have shape [points, spans], `first_day` and `last_day` [spans],
    `basis` [spans, terms]. Within a span the daily hazard of a point is constant. Spans without
    endings, or in which every run-day ended, are left out: their hazard is 0 or 1 whatever the
    covariates. `left_out` counts them, but for day 0 if no run ended on it.
    """

    at_risk: Floats
    ended: Floats
    first_day: Whole
    last_day: Whole
    basis: Floats
    left_out: int = 0


def by_bands(counts: Observed, first_days: Sequence[int] = BANDS) -> Baseline:
    """Join the days from each of `first_days` to the day before the next; day 0 stands alone.

    Errors: `UsageError` unless the first days are whole numbers from 1 on, ascending.
    """
    ended, at_risk, first, last = band_counts(counts, first_days)
    kept = _informative(ended, at_risk)
    used = int(kept.sum())
    return Baseline(
        at_risk[:, kept],
        ended[:, kept],
        first[kept],
        last[kept],
        np.eye(used),
        bands_with_runs(ended, at_risk) - used,
    )


def bands_with_runs(ended: Floats, at_risk: Floats) -> int:
    """Return how many bands have a hazard to estimate: all with runs, day 0 only if some ended."""
    return int(np.count_nonzero(at_risk[:, 1:].sum(axis=0))) + bool(ended[:, 0].any())


def band_counts(counts: Observed, first_days: Sequence[int]) -> tuple[Floats, Floats, Whole, Whole]:
    """Return endings and run-days at risk [points, bands], and first and last days [bands].

    Errors: as in `by_bands`.
    """
    days = [int(day) for day in first_days] or [1]
    if days[0] < 1 or any(a >= b for a, b in pairwise(days)):
        raise UsageError(f"Bands start on ascending days from 1 on, not {list(first_days)}.")
    horizon = counts.ended.shape[1] - 1
    starts = np.array([day for day in (0, 1, *days[days[0] == 1 :]) if day <= horizon])
    ended, at_risk = (
        np.add.reduceat(by_day, starts, axis=1).astype(float)
        for by_day in (counts.ended, counts.at_risk)
    )
    return ended, at_risk, starts, np.append(starts[1:], horizon + 1) - 1


def by_spline(counts: Observed, knots: int) -> Baseline:
    """Give every day from 1 on its hazard, smooth in log(day): a natural cubic spline.

    Its `knots` stand at equal shares of the endings. An ending on day 0 is refused, since a smooth
    curve cannot follow a mass there.

    Errors: `UsageError` for fewer than 3 knots, more than there are distinct days with endings, or
    endings on day 0.
    """
    ended = counts.ended.sum(axis=0)
    if ended[0]:
        raise UsageError("Runs ended on day 0, which no smooth baseline can follow: use bands.")
    days = np.flatnonzero(counts.at_risk.sum(axis=0))
    days = days[days >= 1]
    places = _knots(ended, knots)
    basis = natural_spline(np.log(days), np.log(places))
    at_risk = counts.at_risk[:, days].astype(float)
    return Baseline(at_risk, counts.ended[:, days].astype(float), days, days, basis)


def natural_spline(values: Floats, knots: Floats) -> Floats:
    """Return the basis of natural cubic splines: constant, value, and one term per inner knot.

    Shape [values, knots]. Source: Hastie, Tibshirani & Friedman 2009, The Elements of Statistical
    Learning, equation 5.4. The terms are scaled to the range of the knots.
    """
    low, width = knots[0], knots[-1] - knots[0]
    x, inner = (values - low) / width, (knots - low) / width
    cubes = np.maximum(x[:, None] - inner, 0.0) ** 3
    slopes = (cubes[:, :-1] - cubes[:, -1:]) / (inner[-1] - inner[:-1])
    return np.column_stack([np.ones_like(x), x, slopes[:, :-1] - slopes[:, -1:]])


def _knots(ended: Whole, number: int) -> Floats:
    kinds = np.count_nonzero(ended)
    if number < 3 or number > kinds:
        raise UsageError(
            f"A spline has from 3 knots to the number of days with endings, {kinds}; not {number}."
        )
    ranks = np.maximum(np.linspace(0.0, 1.0, number) * ended.sum(), 1.0)
    places = np.unique(np.searchsorted(np.cumsum(ended), ranks)).astype(float)
    if len(places) < 3:
        raise UsageError("The endings fall on too few days for a spline: use bands.")
    return places


def _informative(ended: Floats, at_risk: Floats) -> NDArray[np.bool_]:
    total, faced = ended.sum(axis=0), at_risk.sum(axis=0)
    kept = np.asarray((total > 0) & (total < faced))
    if not kept.any():
        raise ResultsError("In every band of days no run ended, or all did: choose other bands.")
    return kept
