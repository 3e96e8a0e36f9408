"""Regression on the share that ends by one cause: the model of Fine and Gray.

A run that ended by another cause stays at risk, since it can no longer end by this one. A covariate
that raises the hazard among these runs raises the share ended by the cause on every day, which a
cause-specific hazard does not promise.

Where runs were cut short before the last day, a run kept at risk counts less from day to day, by
G(day before) / G(day before its ending), with G the Kaplan-Meier curve of being cut short over all
points; runs that end on a day are at risk of it. Robust errors allow for G being estimated. In a
study with one horizon nothing is cut short, and all weights are 1.

Each cause is fitted on its own, so the shares that several fits would promise can add up to more
than 1: none is predicted. `sim.analysis.curves` has the shares.

Source: Fine & Gray 1999, JASA 94:496, doi 10.2307/2670170.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.life_tables import LifeTables
from sim.analysis.regression.covariates import covariates_of
from sim.analysis.regression.cox import CoxFit, TableSample, fitted
from sim.analysis.regression.efron import Moments, Terms
from sim.analysis.regression.observed import Observed, observed, three_axes
from sim.errors import UsageError

Floats = NDArray[np.float64]
Ties = Literal["efron", "breslow"]


def subdistribution(
    tables: LifeTables,
    covariates: Mapping[str, ArrayLike],
    cause: str,
    ties: Ties = "efron",
) -> CoxFit:
    """Fit the subdistribution hazard of a cause to covariates of the points.

    `covariates` and `cause` are as in `cox`. A ratio above 1 says that the covariate raises the
    share of truces that end by the cause; how fast those that hold end so is told by `cox`. "efron"
    averages over the order of endings on one day; "breslow" is simpler, pulls effects towards 0
    where many fall on one day, and is what R's cmprsk does.

    Robust errors take each point as a cluster, as in `cox`.

    Errors: as in `cox`; `UsageError` for other ties.
    """
    if ties not in get_args(Ties):
        raise UsageError(f"Ties are broken by {' or '.join(get_args(Ties))}, not {ties!r}.")
    counts = observed(tables, cause)
    checked = covariates_of(covariates, counts.runs, "point")
    sample = _Subdistribution(counts, three_axes(tables)[1], checked.standardised, ties)
    used = int(np.count_nonzero(counts.runs))
    return fitted(
        sample,
        checked,
        f"subdistribution hazard of {cause}",
        int(counts.runs.sum()),
        used,
        "points",
        "subdistribution hazard ratio",
    )


class _Subdistribution(TableSample):
    """Risk sets with the runs that ended otherwise; all arrays by day have shape [points, days]."""

    def __init__(self, counts: Observed, cut: NDArray[np.int64], columns: Floats, ties: Ties):
        self._cut, self._holding = cut.astype(float), counts.at_risk.astype(float)
        self._cut[:, -1] = 0.0  # to hold through the last day is not to be cut short
        self._all = np.maximum(self._holding.sum(axis=0), 1.0)
        self._seen = _before(np.cumprod(1.0 - self._cut.sum(axis=0) / self._all), 1.0)
        otherwise = (counts.held - cut) / np.where(self._seen > 0.0, self._seen, 1.0)
        self._ended_otherwise = _before(np.cumsum(otherwise, axis=1), 0.0)
        self._ties, self._x = ties, columns
        at_risk = self._holding + self._ended_otherwise * self._seen
        super().__init__(counts, columns, np.zeros(len(columns), dtype=np.int64), at_risk)

    def terms(self, moments: Moments, covariates: int) -> Terms:
        if self._ties == "efron":
            return super().terms(moments, covariates)
        return breslow_terms(moments, self.count, covariates)

    def scores(self, coefficients: Floats, terms: Terms) -> Floats:
        """Add what each point has to do with the estimate of G."""
        scores = super().scores(coefficients, terms)
        if not self._cut.any():
            return scores
        predictor = self._x @ coefficients
        kept = self._ended_otherwise * np.exp(predictor - predictor.max())[:, None]
        pull = (self._x.T @ kept) * self._later(terms.hazard) - kept.sum(axis=0) * self._later(
            terms.drift
        )
        unforeseen = self._cut - self._holding * (self._cut.sum(axis=0) / self._all)
        return np.asarray(scores + unforeseen @ (pull / self._all).T)

    def _later(self, values: Floats) -> Floats:
        """Add up values of risk sets [..., sets], weighed by G, from each day on; [..., days]."""
        by_day = np.zeros((*values.shape[:-1], len(self._seen)))
        by_day[..., self.day] = values * self._seen[self.day]
        return np.asarray(np.cumsum(by_day[..., ::-1], axis=-1)[..., ::-1])


def breslow_terms(moments: Moments, count: Floats, covariates: int) -> Terms:
    """Return the terms of all risk sets, each ending seen against the whole of its set."""
    first, second = np.triu_indices(covariates)
    total, sums, products = np.split(moments.at_risk, [1, 1 + covariates])
    mean = sums / total
    hazard = count / total[0]
    return Terms(
        logarithms=count * np.log(total[0]),
        means=count * mean,
        variances=count * (products / total - mean[first] * mean[second]),
        hazard=hazard,
        drift=hazard * mean,
        hazard_of_ending=np.zeros_like(hazard),
        drift_of_ending=np.zeros_like(mean),
    )


def _before(values: Floats, first: float) -> Floats:
    """Return what stood on the day before, along the last axis; `first` on day 0."""
    moved = np.empty_like(values)
    moved[..., 0], moved[..., 1:] = first, values[..., :-1]
    return moved
