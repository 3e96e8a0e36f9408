"""Parametric models of durations in whole days, with or without a share that never ends.

Location-scale models of log(days): exponential, Weibull, log-normal, log-logistic and generalised
gamma, fitted by the interval likelihood to counts, so the work does not grow with the runs.
Covariates of points move the location: exp(coefficient) is a time ratio, by which all durations are
stretched (accelerated failure time).

Sources: Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, sections 2.2
and 3.6, doi 10.1002/9781118032985; grouped data: Lindsey & Ryan 1998, Stat. Med. 17:219,
doi 10.1002/(SICI)1097-0258(19980130)17:2<219::AID-SIM735>3.0.CO;2-O; mixture cure: Boag 1949,
JRSS B 11:15.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import ArrayLike, NDArray

from sim.analysis.life_table import LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.regression.covariates import Covariates, covariates_of, refuse_infinite
from sim.analysis.regression.distributions import Distribution, family_of
from sim.analysis.regression.effects import cluster_notes, sandwich
from sim.analysis.regression.newton import Maximum, maximise
from sim.analysis.regression.observed import Observed, observed
from sim.analysis.regression.parametric_fit import ParametricFit
from sim.analysis.regression.spells import CellModel, Spells, spells_of
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]
Likelihood = Literal["interval", "continuous"]
DayZero = Literal["atom", "exclude", "refuse"]

_FIRST_SHAPES = (1.0, 0.2)  # near the Weibull, and near the log-normal distribution
_LEAST_LOGIT = -3.0  # of the never-ending share from which a fit starts
_FLAT = 1e-9  # least information, relative to the largest, at which errors can be given


def parametric(
    tables: LifeTable | LifeTables,
    distribution: Distribution = "weibull",
    covariates: Mapping[str, ArrayLike] | None = None,
    cause: str | None = None,
    likelihood: Likelihood = "interval",
    day_zero: DayZero = "atom",
) -> ParametricFit:
    """Fit one distribution of durations; see `never_ending` for truces that may last for ever.

    `covariates` and `cause` are as in `cox`; without covariates all points share one distribution,
    and a note says so if there are several. With a `cause`, runs that end otherwise count as held
    through that day.

    Endings on day 0 lie outside these distributions. `day_zero` says what becomes of them: "atom"
    gives them a share of their own (one more parameter), "exclude" leaves them out with a note,
    "refuse" stops. Use "continuous" only to compare with programs that take days as exact times.

    Errors: `UsageError` for unknown names and unusable covariates; `ResultsError` when no run ended
    so, when a run ended on day 0 and that is refused, or when the fit does not settle.
    """
    return fitted(tables, distribution, covariates, cause, likelihood, day_zero, cured=False)


def fitted(
    tables: LifeTable | LifeTables,
    distribution: str,
    covariates: Mapping[str, ArrayLike] | None,
    cause: str | None,
    likelihood: str,
    day_zero: str,
    cured: bool,
) -> ParametricFit:
    """Fit with or without a never-ending share; arguments as in `parametric`."""
    _check(likelihood, day_zero)
    model = CellModel(family_of(distribution), cured, likelihood == "continuous")
    counts = observed(tables, cause)
    at_zero, note = _day_zero(counts, day_zero)
    runs = int(counts.runs.sum()) - (at_zero if day_zero == "exclude" else 0)
    checked = None if covariates is None else covariates_of(covariates, counts.runs)
    _refuse_one_day(model, counts)
    design = _design(checked)
    found = _maximum(model, counts.pooled)
    if checked:
        start = np.insert(found.parameters, 1, np.zeros(design.shape[1] - 1))
        found = maximise(_Fit(model, spells_of(counts), design).likelihood, _cautious(model, start))
        places = slice(1, design.shape[1])
        refuse_infinite(checked, found.parameters[places], found.step[places])
    points = int(np.count_nonzero(counts.runs))
    size = len(found.parameters)
    covariance = _inverse(found.information)
    everywhere = np.broadcast_to(design, (len(counts.runs), design.shape[1]))
    scores = _Fit(model, spells_of(counts), everywhere).scores(found.parameters)
    robust = sandwich(covariance, scores[counts.runs > 0])
    share = at_zero / runs if day_zero == "atom" else 0.0
    return ParametricFit(
        model=model,
        covariates=checked,
        hazard=counts.hazard,
        runs=runs,
        ended=int(counts.ended.sum()) - (at_zero if day_zero == "exclude" else 0),
        estimates=found.parameters,
        covariance=covariance,
        robust=robust,
        parameters=size + (share > 0),
        log_likelihood=found.log_likelihood + _of_atom(share, runs),
        day_zero_share=share,
        horizon_days=counts.ended.shape[1] - 1,
        notes=(*note, *_notes(points, size, checked, covariance)),
    )


def _maximum(model: CellModel, pooled: Observed) -> Maximum:
    """Return the best maximum over a few starts, without covariates."""
    fit = _Fit(model, spells_of(pooled), np.ones((1, 1)))
    shapes = _FIRST_SHAPES if model.family.has_shape else (1.0,)
    found, failures = [], []
    for shape in shapes:
        named = {"log_scale": 0.0, "never_ending_logit": _crude_share(pooled), "q": shape}
        start = [_crude_location(pooled), *(named[name] for name in model.names)]
        try:
            found.append(maximise(fit.likelihood, np.array(start)))
        except ResultsError as failure:
            failures.append(failure)
    if not found:
        raise failures[0]
    return max(found, key=lambda maximum: maximum.log_likelihood)


def _cautious(model: CellModel, start: Floats) -> Floats:
    """Move a never-ending share away from 0, where the likelihood is flat."""
    if model.cured:
        place = len(start) - len(model.names) + model.names.index("never_ending_logit")
        start[place] = max(start[place], _LEAST_LOGIT)
    return start


class _Fit:
    """The log-likelihood of all cells in the parameters: design of the location, then the rest."""

    def __init__(self, model: CellModel, spells: Spells, design: Floats) -> None:
        self._model, self._spells, self._design = model, spells, design

    def likelihood(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        """Return the log-likelihood, its gradient and the observed information."""
        with np.errstate(all="ignore"):  # a step too far is taken back, see `newton`
            return self._likelihood(parameters)

    def _likelihood(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        location, others = self._split(parameters)
        value, gradient, curvature = self._model.derivatives(self._spells, location, others)
        by_point = self._spells.by_point(curvature)
        x, width = self._design, self._design.shape[1]
        information = np.empty((len(parameters), len(parameters)))
        information[:width, :width] = -(x.T * by_point[:, 0, 0]) @ x
        information[:width, width:] = -x.T @ by_point[:, 0, 1:]
        information[width:, :width] = information[:width, width:].T
        information[width:, width:] = -by_point[:, 1:, 1:].sum(axis=0)
        return float(value @ self._spells.count), self._scores(gradient).sum(axis=0), information

    def scores(self, parameters: Floats) -> Floats:
        """Return what each point adds to the gradient; shape [points, parameters]."""
        location, others = self._split(parameters)
        at = location[self._spells.point]
        return self._scores(self._model.gradient(self._spells, at, others)[1])

    def _scores(self, gradient: Floats) -> Floats:
        sums = self._spells.by_point(gradient)
        return np.concatenate([self._design * sums[:, :1], sums[:, 1:]], axis=1)

    def _split(self, parameters: Floats) -> tuple[Floats, Floats]:
        width = self._design.shape[1]
        return np.asarray(self._design @ parameters[:width]), parameters[width:]


def _check(likelihood: str, day_zero: str) -> None:
    for value, kind, what in (
        (likelihood, Likelihood, "likelihood"),
        (day_zero, DayZero, "rule for day 0"),
    ):
        if value not in get_args(kind):
            raise UsageError(f"There is no {what} {value!r}. Known: {', '.join(get_args(kind))}.")


def _refuse_one_day(model: CellModel, counts: Observed) -> None:
    if model.family.scale and np.count_nonzero(counts.ended[:, 1:].sum(axis=0)) < 2:
        raise ResultsError(
            f"All endings fall on one day, so a {model.family.name} distribution, whose spread is "
            "free, cannot be fitted. Use the exponential, or a piecewise rate."
        )


def _day_zero(counts: Observed, rule: str) -> tuple[int, tuple[str, ...]]:
    at_zero = int(counts.ended[:, 0].sum())
    if counts.ended.sum() == at_zero:
        raise ResultsError("All endings fall on day 0: there are no durations to fit.")
    if not at_zero:
        return 0, ()
    if rule == "refuse":
        raise ResultsError(
            f"{at_zero} runs ended on day 0, where these distributions have no mass. Allow for "
            'them with day_zero="atom", or leave them out with "exclude".'
        )
    what = {
        "atom": "have a share of their own, apart from the distribution",
        "exclude": "are left out: the fit is about truces that held through day 0",
    }[rule]
    return at_zero, (f"The {at_zero} runs that ended on day 0 {what}.",)


def _design(covariates: Covariates | None) -> Floats:
    if covariates is None:
        return np.ones((1, 1))
    columns = covariates.standardised
    return np.concatenate([np.ones((len(columns), 1)), columns], axis=1)


def _crude_location(counts: Observed) -> float:
    """Return the log of the mean days that a constant hazard would give."""
    days = np.arange(counts.ended.shape[1])
    spent = (counts.ended + counts.held).sum(axis=0) @ days
    return float(np.log(spent / counts.ended[:, 1:].sum()))


def _crude_share(counts: Observed) -> float:
    """Return the logit of a share somewhat below that of the runs not seen to end."""
    share = 0.8 * counts.held.sum() / counts.runs.sum()
    return float(scipy.special.logit(np.clip(share, 0.02, 0.98)))


def _of_atom(share: float, runs: int) -> float:
    """Return the log-likelihood of ending on day 0 or not."""
    entropy = scipy.special.xlogy(share, share) + scipy.special.xlog1py(1.0 - share, -share)
    return float(runs * entropy)


def _inverse(information: Floats) -> Floats:
    """Return the covariance; NaN where the likelihood is flat."""
    values = np.linalg.eigvalsh(information)
    if values[0] <= _FLAT * values[-1]:
        return np.full_like(information, np.nan)
    return np.asarray(np.linalg.inv(information))


def _notes(
    points: int, parameters: int, covariates: Covariates | None, covariance: Floats
) -> tuple[str, ...]:
    notes = []
    if np.isnan(covariance).any():
        notes.append(
            "The likelihood is flat around its maximum, so there are no standard errors: a simpler "
            "distribution would do as well."
        )
    if points > 1:
        notes += cluster_notes(points, parameters)
        if covariates is None:
            notes.append(
                f"{points} points share one distribution here. Their runs are no repetitions of "
                "one truce: fit each point, or give covariates."
            )
    return tuple(notes)
