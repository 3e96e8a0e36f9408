"""Do hazard ratios stay the same over time? The score test on Schoenfeld residuals.

For each covariate the model is compared to one in which its coefficient changes linearly with a
function g of the day. The effect is the change that one Newton step towards that model gives; with
very many runs a change too small to matter is "significant", so look at its size.

Proportional hazards fail by design where contracts expire: an end of a term is a vertical drop at
the same day for all points.

Sources: Schoenfeld 1982, Biometrika 69:239, doi 10.1093/biomet/69.1.239; Grambsch & Therneau 1994,
Biometrika 81:515, doi 10.1093/biomet/81.3.515; the exact score test as in R's survival 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import NDArray

from sim.analysis.regression.cox import CoxFit, Sample, terms_of
from sim.analysis.regression.efron import as_matrix
from sim.errors import ResultsError, UsageError

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]
Transform = Literal["km", "identity", "rank", "log"]

GLOBAL = "all together"
_SINGULAR = 1e-10


@dataclass(frozen=True, eq=False)
class Proportionality:
    """How coefficients change with time g(day), covariate by covariate and all together.

    `changes` [k] are per unit of g, with `standard_errors` [k]; `chi_square` has shape [k + 1], the
    last one for all together with `degrees` [k + 1] of freedom. `span` is g on the last day with an
    ending less g on the first, so `changes * span` is the change from first to last.
    `day` and `ended` [sets] describe the risk sets, `daily_coefficients` [sets, k] what the endings
    of that day alone suggest (the scaled Schoenfeld residual plus the coefficient).
    """

    names: tuple[str, ...]
    transform: Transform
    changes: Floats
    standard_errors: Floats
    span: float
    chi_square: Floats
    degrees: NDArray[np.int64]
    day: NDArray[np.int64]
    ended: Floats
    daily_coefficients: Floats

    def table(self, p_values: bool = False) -> pandas.DataFrame:
        """Return one row for each covariate and one for all together.

        Columns: covariate, `change` (of the coefficient from the first to the last day with an
        ending; missing for all together), its `standard_error`, chi_square, degrees, and on request
        p_value.
        """
        import pandas

        columns = {
            "covariate": [*self.names, GLOBAL],
            "change": [*(self.changes * self.span), np.nan],
            "standard_error": [*(self.standard_errors * self.span), np.nan],
            "chi_square": self.chi_square,
            "degrees": self.degrees,
        }
        tail = scipy.special.chdtrc(self.degrees, self.chi_square) if p_values else None
        return pandas.DataFrame(columns if tail is None else columns | {"p_value": tail})

    def by_day(self) -> pandas.DataFrame:
        """Return one row per risk set: day, ended, and the coefficients that day suggests."""
        import pandas

        daily = dict(zip(self.names, self.daily_coefficients.T, strict=True))
        return pandas.DataFrame({"day": self.day, "ended": self.ended.astype(int)} | daily)


def proportionality(fit: CoxFit, transform: Transform = "km") -> Proportionality:
    """Test whether the hazard ratios of a Cox regression stay the same.

    `transform` is g: "km" the share that had ended before the day (Kaplan-Meier), "identity" the
    day, "log" its logarithm, "rank" its rank among the days of all runs. It holds for `cox` and
    `cox_of_runs` alike. Errors within points are not allowed for: the test trusts the model.

    Errors: `UsageError` for an unknown transform, and for "log" if runs ended on day 0;
    `ResultsError` when the endings fall on too few days to see a change.
    """
    if transform not in get_args(Transform):
        raise UsageError(
            f"There is no transform {transform!r}. Known: {', '.join(get_args(Transform))}."
        )
    size, sample = len(fit.names), fit.sample
    clock = _clock(sample, transform)[sample.day]
    if np.ptp(clock) == 0:
        raise ResultsError("All endings fall on one day: no change over time can be seen.")
    centred = clock - np.average(clock, weights=sample.count)
    standardised = fit.coefficients * fit.spread
    terms = terms_of(sample, standardised)
    residuals = sample.covariate_sums - terms.means.T
    score = np.concatenate([np.zeros(size), centred @ residuals])
    information = _information(as_matrix(terms.variances, size), centred)
    found = [_test(score, information, [place], size) for place in range(size)]
    together = _test(score, information, list(range(size)), size)
    inverse = np.linalg.inv(information[:size, :size])
    daily = residuals / sample.count[:, None] @ inverse * sample.count.sum() + standardised
    return Proportionality(
        names=fit.names,
        transform=transform,
        changes=np.array([change for _, change, _ in found]) / fit.spread,
        standard_errors=np.array([error for _, _, error in found]) / fit.spread,
        span=float(np.ptp(clock)),
        chi_square=np.array([chi for chi, _, _ in [*found, together]]),
        degrees=np.array([1] * size + [size]),
        day=sample.day,
        ended=sample.count,
        daily_coefficients=daily / fit.spread,
    )


def _clock(sample: Sample, transform: Transform) -> Floats:
    """Return g of each day; shape [days]."""
    day = np.arange(len(sample.gone_by_day))
    if transform == "identity":
        return day.astype(float)
    if transform == "log":
        if sample.ended_by_day[0]:
            raise UsageError("Day 0, on which runs ended, has no logarithm: use another transform.")
        return np.log(np.maximum(day, 1))
    before = np.cumsum(sample.gone_by_day) - sample.gone_by_day
    if transform == "rank":
        return before + 0.5 * (sample.gone_by_day + 1.0)
    at_risk = np.maximum(before[-1] + sample.gone_by_day[-1] - before, 1)
    survival = np.cumprod(1.0 - sample.ended_by_day / at_risk)
    return 1.0 - np.concatenate([[1.0], survival[:-1]])


def _information(variances: Floats, clock: Floats) -> Floats:
    """Return the information on the coefficients and on their changes; shape [2 k, 2 k]."""
    plain, mixed, squared = (variances @ clock**power for power in (0, 1, 2))
    return np.block([[plain, mixed], [mixed, squared]])


def _test(
    score: Floats, information: Floats, places: list[int], size: int
) -> tuple[float, float, float]:
    """Return chi-square, and change and standard error of the first of `places`."""
    kept = [*range(size), *(size + place for place in places)]
    part = information[np.ix_(kept, kept)]
    sizes = np.sqrt(np.maximum(np.diag(part), 1e-300))
    if np.linalg.eigvalsh(part / np.outer(sizes, sizes))[0] <= _SINGULAR:
        raise ResultsError(
            "The endings fall on too few days, or on too few runs, to see a change over time."
        )
    inverse = np.linalg.inv(part)
    change = inverse @ score[kept]
    return float(score[kept] @ change), float(change[size]), float(np.sqrt(inverse[size, size]))
