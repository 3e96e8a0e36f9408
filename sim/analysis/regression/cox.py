"""Cox regression on the covariates of points, straight from life tables.

The hazard of a run at point p on day d is a baseline common to all points (of a stratum) times
exp(coefficients x covariates of p). The tables hold all that Efron's likelihood needs, so the work
grows with points and days, not with runs.

Sources: Cox 1972, JRSS B 34:187, doi 10.1111/j.2517-6161.1972.tb00899.x; ties: Efron 1977, JASA
72:557, doi 10.1080/01621459.1977.10480613; robust errors: Lin & Wei 1989, JASA 84:1074,
doi 10.1080/01621459.1989.10478874.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.life_tables import LifeTables
from sim.analysis.regression.covariates import (
    Covariates,
    covariates_of,
    groups_of,
    refuse_infinite,
)
from sim.analysis.regression.effects import Effects, cluster_notes, sandwich
from sim.analysis.regression.efron import Moments, Terms, as_matrix, efron_terms, features
from sim.analysis.regression.newton import Maximum, maximise
from sim.analysis.regression.observed import Observed, observed
from sim.errors import ResultsError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_SINGULAR = 1e-10


class Sample(Protocol):
    """Runs as risk sets: one for each day (of a stratum) on which a run ended.

    `count` and `day` have shape [sets]; `covariate_sums` [sets, k] adds up the standardised
    covariates of the runs that end. `ended_by_day` and `gone_by_day` count all runs, whatever
    their stratum; shape [days].
    """

    count: Floats
    day: Whole
    covariate_sums: Floats
    ended_by_day: Whole
    gone_by_day: Whole

    def moments(self, coefficients: Floats) -> Moments:
        """Return the weighted sums of all risk sets."""

    def terms(self, moments: Moments, covariates: int) -> Terms:
        """Return what each risk set adds, by the sample's way with ties."""

    def scores(self, coefficients: Floats, terms: Terms) -> Floats | None:
        """Return what each cluster adds to the gradient, None without clusters; [clusters, k]."""


@dataclass(frozen=True, eq=False)
class CoxFit(Effects):
    """A Cox regression; `table()` gives hazard ratios with limits.

    `hazard` names what is modelled, `runs` and `ended` count all runs and those that ended so,
    `clusters` is what the robust errors go by (0 for none). `log_likelihood` is the partial
    log-likelihood (Efron's, unless told otherwise), `null_log_likelihood` the same without
    covariates. `notes` are for the reader.
    """

    hazard: str
    runs: int
    ended: int
    clusters: int
    log_likelihood: float
    null_log_likelihood: float
    notes: tuple[str, ...]
    sample: Sample = field(repr=False)
    spread: Floats = field(repr=False)  # the sample's covariates are in units of this


def cox(
    tables: LifeTables,
    covariates: Mapping[str, ArrayLike],
    cause: str | None = None,
    strata: ArrayLike | None = None,
) -> CoxFit:
    """Fit the hazard of ending to covariates of the points.

    `covariates` maps names to numbers, one for each point in the order of `tables` (a DataFrame
    will do). `cause` is the name of an ending: other endings then count as held until that day, and
    the result is a cause-specific hazard ratio, which says how a covariate works, not how often
    truces end so. `strata` labels points that share a baseline hazard.

    Robust errors take each point as a cluster, since its runs share their parameters. They treat
    the points as drawn at random, which the points of a grid are not.

    Errors: `UsageError` for unusable covariates, an unknown cause, a wrong number of strata;
    `ResultsError` when no run ended so, or an effect has no finite estimate.
    """
    counts = observed(tables, cause)
    groups = groups_of(strata, len(counts.runs), "strata")
    stratified = None if strata is None else groups
    checked = covariates_of(covariates, counts.runs, "point", stratified)
    used = int(np.count_nonzero(counts.runs))
    sample = TableSample(counts, checked.standardised, groups)
    return fitted(sample, checked, counts.hazard, int(counts.runs.sum()), used, "points")


def fitted(
    sample: Sample,
    covariates: Covariates,
    hazard: str,
    runs: int,
    clusters: int,
    what: str,
    ratio: str = "hazard ratio",
) -> CoxFit:
    """Fit any sample; results are turned back into the units of the covariates."""
    size = len(covariates.names)
    found = maximise(lambda coefficients: _likelihood(sample, coefficients), np.zeros(size))
    _refuse_inestimable(found, covariates)
    inverse = np.linalg.inv(found.information)
    units = np.outer(covariates.spread, covariates.spread)
    scores = sample.scores(found.parameters, terms_of(sample, found.parameters))
    robust = None if scores is None else sandwich(inverse, scores)
    return CoxFit(
        names=covariates.names,
        coefficients=found.parameters / covariates.spread,
        covariance=inverse / units,
        robust=None if robust is None else robust / units,
        ratio=ratio,
        hazard=hazard,
        runs=runs,
        ended=int(sample.count.sum()),
        clusters=clusters,
        log_likelihood=found.log_likelihood,
        null_log_likelihood=found.at_start,
        notes=cluster_notes(clusters, size, what) if scores is not None else (),
        sample=sample,
        spread=covariates.spread,
    )


class TableSample:
    """The risk sets of life tables, stratum by stratum.

    `at_risk` [points, days] stands in for the runs that still hold where others count as well.
    """

    def __init__(
        self, counts: Observed, columns: Floats, strata: Whole, at_risk: Floats | None = None
    ) -> None:
        self.ended_by_day = counts.ended.sum(axis=0)
        self.gone_by_day = self.ended_by_day + counts.held.sum(axis=0)
        self._columns, self._features = columns, features(columns)
        self._members = [np.flatnonzero(strata == group) for group in range(strata.max() + 1)]
        days = [np.flatnonzero(counts.ended[rows].sum(axis=0)) for rows in self._members]
        risk = np.asarray(counts.at_risk if at_risk is None else at_risk, dtype=float)
        members = list(zip(self._members, days, strict=True))
        self._at_risk = [risk[np.ix_(rows, on)] for rows, on in members]
        self._ended = [counts.ended[np.ix_(rows, on)].astype(float) for rows, on in members]
        self.day = np.concatenate(days)
        self.count = np.concatenate([ended.sum(axis=0) for ended in self._ended])
        self.covariate_sums = np.concatenate(
            [
                ended.T @ columns[rows]
                for rows, ended in zip(self._members, self._ended, strict=True)
            ]
        )

    def moments(self, coefficients: Floats) -> Moments:
        """Return the weighted sums of all risk sets."""
        predictor = self._columns @ coefficients
        shift = float(predictor.max())
        weighted = self._features * np.exp(predictor - shift)
        parts = [weighted[:, rows] for rows in self._members]
        at_risk, ending = (
            np.concatenate([a @ b for a, b in zip(parts, counts, strict=True)], axis=1)
            for counts in (self._at_risk, self._ended)
        )
        return Moments(at_risk, ending, shift)

    def terms(self, moments: Moments, covariates: int) -> Terms:
        """Return Efron's terms."""
        return efron_terms(moments, self.count, covariates)

    def scores(self, coefficients: Floats, terms: Terms) -> Floats:
        """Return what each point adds to the gradient; [points, k]."""
        predictor = self._columns @ coefficients
        weight = np.exp(predictor - predictor.max())[:, None]
        scores = np.zeros_like(self._columns)
        start = 0
        for rows, at_risk, ended in zip(self._members, self._at_risk, self._ended, strict=True):
            sets = slice(start, start + at_risk.shape[1])
            start = sets.stop
            x = self._columns[rows]
            met = x * ended.sum(axis=1)[:, None] - ended @ (terms.means / self.count)[:, sets].T
            faced = x * (at_risk @ terms.hazard[sets])[:, None] - at_risk @ terms.drift[:, sets].T
            spared = (
                x * (ended @ terms.hazard_of_ending[sets])[:, None]
                - ended @ terms.drift_of_ending[:, sets].T
            )
            scores[rows] = met - weight[rows] * (faced - spared)
        return scores


def _terms(sample: Sample, coefficients: Floats) -> tuple[Terms, float]:
    with np.errstate(all="ignore"):  # a step too far is taken back, see `newton`
        moments = sample.moments(coefficients)
        return sample.terms(moments, len(coefficients)), moments.shift


def terms_of(sample: Sample, coefficients: Floats) -> Terms:
    """Return the terms of all risk sets at these (standardised) coefficients."""
    return _terms(sample, coefficients)[0]


def _likelihood(sample: Sample, coefficients: Floats) -> tuple[float, Floats, Floats]:
    terms, shift = _terms(sample, coefficients)
    sums = sample.covariate_sums.sum(axis=0)
    value = sums @ coefficients - shift * sample.count.sum() - terms.logarithms.sum()
    information = as_matrix(terms.variances.sum(axis=1), len(coefficients))
    return float(value), sums - terms.means.sum(axis=1), information


def _refuse_inestimable(found: Maximum, covariates: Covariates) -> None:
    """Refuse effects that grow for ever, and those that cannot be told apart where runs end."""
    refuse_infinite(covariates, found.parameters, found.step)
    values, axes = np.linalg.eigh(found.information)
    if values[0] <= _SINGULAR * values[-1]:
        parts = np.argsort(-np.abs(axes[:, 0]))[:2]
        names = " and ".join(repr(covariates.names[part]) for part in parts)
        raise ResultsError(
            f"Among the runs at risk while others end, {names} hardly vary or go together, so the "
            "effects cannot be estimated. Leave one out, or add runs or points."
        )
