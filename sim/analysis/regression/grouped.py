"""Discrete-time regression: the chance that a truce which holds ends on the next day.

With the complementary log-log link the coefficients are those of a proportional hazards model seen
day by day, so their exponentials are hazard ratios; with the logit link they are odds ratios of
ending on a day. The model is fitted to counts of run-days by point and span of days; run-days are
never written out one by one.

Sources: Prentice & Gloeckler 1978, Biometrics 34:57, doi 10.2307/2529588; Allison 1982,
Sociological Methodology 13:61, doi 10.2307/270718.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import normal_reach
from sim.analysis.life_tables import LifeTables
from sim.analysis.regression.baseline import BANDS, Baseline, by_bands, by_spline
from sim.analysis.regression.covariates import covariates_of, refuse_infinite
from sim.analysis.regression.criteria import Criteria
from sim.analysis.regression.effects import (
    Effects,
    cluster_notes,
    sandwich,
)
from sim.analysis.regression.newton import maximise
from sim.analysis.regression.observed import Observed, observed
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]
Link = Literal["cloglog", "logit"]

RATIOS: dict[Link, str] = {"cloglog": "hazard ratio", "logit": "odds ratio"}
_RARE = 1e-8  # a log hazard where a mean hazard is needed to start from


@dataclass(frozen=True, eq=False)
class GroupedFit(Effects, Criteria):
    """A discrete-time regression; `table()` gives the effects, `baseline_table()` the rest.

    `hazard` names what is modelled. `log_likelihood` is that of the days at which runs ended, so
    `aic` and `bic` compare with parametric fits to the same tables. `parameters` counts effects
    and terms of the baseline. `notes` are for the reader.
    """

    hazard: str
    link: Link
    runs: int
    ended: int
    parameters: int
    log_likelihood: float
    notes: tuple[str, ...]
    baseline: Baseline = field(repr=False)
    intercepts: Floats = field(repr=False)  # of each span, at mean covariates
    intercept_errors: Floats = field(repr=False)

    def baseline_table(self, level: float = 0.95) -> pandas.DataFrame:
        """Return the daily hazard at mean covariates, one row per span of days.

        Columns: first_day, last_day, daily_hazard (0..1), lower, upper; limits trust the model.
        """
        import pandas

        reach = self.intercept_errors * normal_reach(level)
        limits = (self.intercepts, self.intercepts - reach, self.intercepts + reach)
        hazards = [_hazard(self.link, limit) for limit in limits]
        days = {"first_day": self.baseline.first_day, "last_day": self.baseline.last_day}
        names = ("daily_hazard", "lower", "upper")
        return pandas.DataFrame(days | dict(zip(names, hazards, strict=True)))


def grouped(
    tables: LifeTables,
    covariates: Mapping[str, ArrayLike],
    cause: str | None = None,
    link: Link = "cloglog",
    bands: Sequence[int] | None = BANDS,
    spline_knots: int | None = None,
) -> GroupedFit:
    """Fit the daily chance of ending to covariates of the points.

    `covariates` and `cause` are as in `cox`. The baseline is constant within `bands`, given by
    their first days (`range(1, H + 1)` gives each day its own; None is one band from day 1 on), or
    follows a natural cubic spline in log(day) if `spline_knots` are given. Day 0 stands alone.

    Standard errors are those of the expected information, as in generalised linear models; robust
    errors take each point as a cluster, with the caution of `cox`.

    Errors: `UsageError` for unusable covariates, an unknown cause or link, or impossible bands;
    `ResultsError` when no run ended so, or an effect has no finite estimate.
    """
    if link not in get_args(Link):
        raise UsageError(f"There is no link {link!r}. Known: {', '.join(get_args(Link))}.")
    counts = observed(tables, cause)
    checked = covariates_of(covariates, counts.runs)
    baseline = _baseline(counts, bands, spline_knots)
    model = _Model(link, baseline, checked.standardised)
    found = maximise(model.likelihood, model.start())
    size, points = len(checked.names), int(np.count_nonzero(counts.runs))
    refuse_infinite(checked, found.parameters[:size], found.step[:size])
    covariance = np.linalg.inv(found.information)
    robust = sandwich(covariance, model.scores(found.parameters))
    units = np.outer(checked.spread, checked.spread)
    basis = baseline.basis
    return GroupedFit(
        names=checked.names,
        coefficients=found.parameters[:size] / checked.spread,
        covariance=covariance[:size, :size] / units,
        robust=None if robust is None else robust[:size, :size] / units,
        ratio=RATIOS[link],
        hazard=counts.hazard,
        link=link,
        runs=int(counts.runs.sum()),
        ended=int(counts.ended.sum()),
        parameters=len(found.parameters) + baseline.left_out,
        log_likelihood=found.log_likelihood,
        notes=cluster_notes(points, len(found.parameters)),
        baseline=baseline,
        intercepts=basis @ found.parameters[size:],
        intercept_errors=np.sqrt(np.einsum("sa,ab,sb->s", basis, covariance[size:, size:], basis)),
    )


def _baseline(counts: Observed, bands: Sequence[int] | None, knots: int | None) -> Baseline:
    if knots is not None:
        return by_spline(counts, knots)
    return by_bands(counts, (1,) if bands is None else bands)


class _Model:
    """Binomial counts [points, spans] with linear predictor covariates + baseline."""

    def __init__(self, link: Link, baseline: Baseline, columns: Floats) -> None:
        self._link, self._baseline, self._columns = link, baseline, columns

    def start(self) -> Floats:
        """No effects, and a baseline that follows the pooled counts."""
        ended, faced = self._baseline.ended.sum(axis=0), self._baseline.at_risk.sum(axis=0)
        hazard = np.clip((ended + 0.5) / (faced + 1.0), _RARE, 1.0 - _RARE)
        crude = (
            np.log(-np.log1p(-hazard)) if self._link == "cloglog" else scipy.special.logit(hazard)
        )
        pull = self._baseline.basis * np.sqrt(ended + 0.5)[:, None]
        terms = np.linalg.lstsq(pull, crude * np.sqrt(ended + 0.5), rcond=None)[0]
        return np.concatenate([np.zeros(self._columns.shape[1]), terms])

    def likelihood(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        """Return the log-likelihood, its gradient and the expected information."""
        with np.errstate(all="ignore"):  # a step too far is taken back, see `newton`
            return self._likelihood(parameters)

    def _likelihood(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        ended, at_risk = self._baseline.ended, self._baseline.at_risk
        predictor = self._predictor(parameters)
        value, slope, curvature = _binomial(self._link, predictor, ended, at_risk)
        x, basis = self._columns, self._baseline.basis
        score = np.concatenate([slope.sum(axis=1) @ x, slope.sum(axis=0) @ basis])
        mixed = x.T @ curvature @ basis
        information = np.block(
            [
                [(x.T * curvature.sum(axis=1)) @ x, mixed],
                [mixed.T, (basis.T * curvature.sum(axis=0)) @ basis],
            ]
        )
        return value, score, information

    def scores(self, parameters: Floats) -> Floats:
        """Return what each point adds to the gradient; shape [points, parameters]."""
        ended, at_risk = self._baseline.ended, self._baseline.at_risk
        _, slope, _ = _binomial(self._link, self._predictor(parameters), ended, at_risk)
        own = self._columns * slope.sum(axis=1)[:, None]
        return np.concatenate([own, slope @ self._baseline.basis], axis=1)

    def _predictor(self, parameters: Floats) -> Floats:
        size = self._columns.shape[1]
        terms = self._baseline.basis @ parameters[size:]
        return np.asarray((self._columns @ parameters[:size])[:, None] + terms)


def _hazard(link: Link, predictor: Floats) -> Floats:
    if link == "logit":
        return np.asarray(scipy.special.expit(predictor))
    return np.asarray(-np.expm1(-np.exp(predictor)))


def _binomial(
    link: Link, predictor: Floats, ended: Floats, at_risk: Floats
) -> tuple[float, Floats, Floats]:
    """Return the log-likelihood, and by cell its slope and expected curvature in the predictor."""
    hazard = _hazard(link, predictor)
    if link == "logit":
        value = scipy.special.xlogy(ended, hazard) - (at_risk - ended) * np.logaddexp(0, predictor)
        return float(value.sum()), ended - at_risk * hazard, at_risk * hazard * (1.0 - hazard)
    rate = np.exp(predictor)
    value = scipy.special.xlogy(ended, hazard) - (at_risk - ended) * rate
    pull = rate * np.exp(-rate) / hazard
    return float(value.sum()), ended * pull - (at_risk - ended) * rate, at_risk * pull * rate
