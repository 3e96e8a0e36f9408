"""Curves and numbers computed from a life table: survival, incidence, quantiles, restricted mean.

When no run is cut short before the horizon, all of them are plain proportions of integers. When
some are, the Kaplan-Meier and Aalen-Johansen estimators take over. The curves stop (nan) on the
first day on which no run is left to observe although the last one seen still held.

Sources: Kaplan & Meier 1958, JASA 53:457; Aalen & Johansen 1978, Scand. J. Stat. 5:141; variance
of the incidence: delta method, Marubini & Valsecchi 1995, Analysing Survival Data from Clinical
Trials, section 10; restricted mean: Karrison 1987, JASA 82:1169.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Limits, clopper_pearson, log_log, mid_p
from sim.analysis.life_table import LifeTable
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]
Method = Literal["mid-p", "clopper-pearson", "log-log"]

_ROUNDING = 1e-12  # a share this close to 0 or 1 is 0 or 1

METHOD_NAMES: dict[Method, str] = {
    "mid-p": "mid-p",
    "clopper-pearson": "Clopper-Pearson",
    "log-log": "log-log Greenwood",
}
"""How each method is called in figures and tables."""


@dataclass(frozen=True)
class RestrictedMean:
    """Mean days a truce holds within the first `through_day` days, with its standard error."""

    days: float
    standard_error: float
    through_day: int


def survival(table: LifeTable) -> Floats:
    """Return S(d) = P(T > d) for every day 0..H (Kaplan-Meier); shape [days], range 0..1.

    Errors: `ResultsError` when the table holds no run.
    """
    at_risk, ended = _needed(table).at_risk, table.ended_by_day
    if not table.cut_short:
        return np.asarray((at_risk - ended) / table.runs, dtype=np.float64)
    curve = np.cumprod(1.0 - ended / np.maximum(at_risk, 1))
    return np.where(_observed(table), curve, np.nan)


def incidence(table: LifeTable) -> Floats:
    """Return the share of truces ended by each cause through each day (Aalen-Johansen).

    Shape [causes, days], range 0..1. On every day the shares and the survival sum to 1.

    Errors: `ResultsError` when the table holds no run.
    """
    if not _needed(table).cut_short:
        return np.asarray(np.cumsum(table.ended, axis=1) / table.runs, dtype=np.float64)
    steps = _survival_before(table) * table.ended / np.maximum(table.at_risk, 1)
    return np.where(_observed(table), np.cumsum(steps, axis=1), np.nan)


def default_method(table: LifeTable) -> Method:
    """Return the interval that suits the table: mid-p, or log-log when runs were cut short."""
    return "log-log" if table.cut_short else "mid-p"


def survival_interval(
    table: LifeTable, level: float = 0.95, method: Method | None = None
) -> Limits:
    """Return pointwise lower and upper limits of S(d), each of shape [days], range 0..1.

    Errors: `UsageError` when a binomial method is asked for a table in which runs were cut short,
    or when method or level are not known; `ResultsError` when the table holds no run.
    """
    chosen = method or default_method(table)
    if chosen == "log-log":
        return _log_log_interval(_needed(table), level)
    if chosen not in METHOD_NAMES:
        raise UsageError(f"No interval is called {chosen!r}; known: {', '.join(METHOD_NAMES)}.")
    if table.cut_short:
        raise UsageError(
            f"{METHOD_NAMES[chosen]} needs runs that all reach an ending or the horizon, but "
            f"{table.cut_short} were cut short; use the method log-log."
        )
    binomial = mid_p if chosen == "mid-p" else clopper_pearson
    return binomial(_needed(table).at_risk - table.ended_by_day, table.runs, level)


def share_interval(table: LifeTable, level: float = 0.95) -> Limits:
    """Return mid-p limits of the share of truces ended by each cause by the horizon.

    Shape [causes]. Where runs were cut short, the binomial size is the one that gives the variance
    of the estimate (effective size).

    Errors: `ResultsError` when the table holds no run; `UsageError` when the level is not known.
    """
    if not _needed(table).cut_short:
        return mid_p(table.ended.sum(axis=1), table.runs, level)
    shares = _last_known(incidence(table))
    size = _effective_size(shares, incidence_variance(table), table.runs - table.cut_short)
    return mid_p(np.minimum(shares * size, size), size, level)


def incidence_variance(table: LifeTable) -> Floats:
    """Return the variance of each cause's share at the last observed day; shape [causes].

    Delta method; without early censoring it equals F (1 - F) / n.
    """
    at_risk = np.maximum(table.at_risk, 1).astype(float)
    ended, before = table.ended_by_day, _survival_before(table)
    share = np.nan_to_num(incidence(table), nan=0.0)
    to_come = _last_known(incidence(table))[:, np.newaxis] - share
    all_causes = to_come**2 * _greenwood_terms(table)
    own = before**2 * (at_risk - table.ended) * table.ended / at_risk**3
    both = 2.0 * to_come * before * table.ended / at_risk**2
    seen = _observed(table) & (ended > 0)
    return np.asarray(np.where(seen, all_causes + own - both, 0.0).sum(axis=1))


def quantile(table: LifeTable, share_ended: float | Fraction = Fraction(1, 2)) -> int | None:
    """Return the first day by which at least `share_ended` of the truces have ended.

    That is the first day with S(d) <= 1 - share_ended, or None if there is none through the
    horizon. The comparison is made on integers, so a curve that touches the level exactly counts.
    Plateau rule: where S stays at exactly that level for a while, the *first* day of the plateau is
    returned, not its middle as R does.

    Errors: `UsageError` when the share is not above 0 and at most 1; `ResultsError` when the table
    holds no run.
    """
    share = Fraction(share_ended).limit_denominator(1_000_000)
    if not 0 < share <= 1:
        raise UsageError(f"A share of truces ended lies above 0 and at most at 1, not {share}.")
    level = 1 - share
    holding, observed = 1, 1
    for day, at_risk, ended in _days_with_endings(_needed(table)):
        holding, observed = holding * (at_risk - ended), observed * at_risk
        if holding * level.denominator <= level.numerator * observed:
            return day
    return None


def median(table: LifeTable) -> int | None:
    """Return the first day by which half of the truces have ended, or None; see `quantile`."""
    return quantile(table, Fraction(1, 2))


def quantile_interval(
    table: LifeTable, share_ended: float = 0.5, level: float = 0.95
) -> tuple[int | None, int | None]:
    """Return the days between which the quantile lies, by inverting the pointwise interval of S.

    The first is the first day on which the lower limit of S is at most 1 - share_ended, the second
    the same for the upper limit; None means "not by the horizon". Source: Brookmeyer & Crowley
    1982, Biometrics 38:29.

    Errors: as in `survival_interval`.
    """
    lower, upper = survival_interval(table, level)
    return _first_day(lower <= 1.0 - share_ended), _first_day(upper <= 1.0 - share_ended)


def median_day_by_cause(table: LifeTable) -> list[int | None]:
    """Return, for each cause, the first day by which half of its runs had ended, None for none."""
    gone = np.cumsum(table.ended, axis=1)
    return [_first_day((days[-1] > 0) & (2 * days >= days[-1])) for days in gone]


def restricted_mean(table: LifeTable, through_day: int | None = None) -> RestrictedMean:
    """Return the mean of min(T, through_day) in days, and its standard error.

    `through_day` is 1..H, by default the horizon. With nothing cut short the square of the standard
    error is the variance of min(T, through_day) over the runs, divided by their number.

    Errors: `UsageError` when the day lies outside 1..H or beyond the last observed day;
    `ResultsError` when the table holds no run.
    """
    last = table.horizon_days if through_day is None else through_day
    curve = survival(table)[:last]
    if not 1 <= last <= table.horizon_days or np.isnan(curve).any():
        raise UsageError(f"A restricted mean through day {last} needs runs observed until then.")
    to_come = np.cumsum(curve[::-1])[::-1]
    variance = np.sum(to_come**2 * _greenwood_terms(table)[:last])
    return RestrictedMean(float(curve.sum()), float(np.sqrt(variance)), last)


def _needed(table: LifeTable) -> LifeTable:
    if table.runs == 0:
        raise ResultsError("There is no run to compute anything from.")
    return table


def _observed(table: LifeTable) -> NDArray[np.bool_]:
    """Return for each day whether S is known: someone is at risk, or all had ended before."""
    all_ended = np.cumsum(table.ended_by_day) > 0
    last_seen = np.flatnonzero(table.at_risk)[-1]
    ends_at_zero = table.at_risk[last_seen] == table.ended_by_day[last_seen]
    return np.asarray((table.at_risk > 0) | (all_ended & ends_at_zero))


def _survival_before(table: LifeTable) -> Floats:
    return np.concatenate(([1.0], np.nan_to_num(survival(table), nan=0.0)[:-1]))


def _last_known(curves: Floats) -> Floats:
    last = np.flatnonzero(~np.isnan(curves[0]))[-1]
    return np.asarray(curves[:, last])


def _greenwood_terms(table: LifeTable) -> Floats:
    """Return e / (n (n - e)) for each day; 0 where nobody is left, since S is 0 from there on."""
    at_risk, ended = table.at_risk, table.ended_by_day
    left = at_risk - ended
    return np.where(left > 0, ended / np.maximum(at_risk * left, 1), 0.0)


def _log_log_interval(table: LifeTable, level: float) -> Limits:
    curve = survival(table)
    known = np.where(np.isnan(curve), 1.0, curve)
    greenwood = np.cumsum(_greenwood_terms(table))
    left = table.at_risk.astype(float)
    limits = log_log(known, greenwood, _at_risk_at_last_ending(table), left, level)
    lower, upper = (np.where(np.isnan(curve), np.nan, limit) for limit in limits)
    return lower, upper


def _at_risk_at_last_ending(table: LifeTable) -> Floats:
    """Return for each day the runs at risk on the last day on which one ended; shape [days]."""
    days = np.where(table.ended_by_day > 0, np.arange(table.horizon_days + 1), 0)
    return np.asarray(table.at_risk[np.maximum.accumulate(days)], dtype=np.float64)


def _effective_size(shares: Floats, variance: Floats, complete_runs: int) -> Floats:
    """Return the binomial size with the given variance; complete runs where a share is 0 or 1."""
    spread = shares * (1.0 - shares)
    some = spread > _ROUNDING
    return np.where(some, spread / np.where(some, variance, 1.0), max(complete_runs, 1))


def _days_with_endings(table: LifeTable) -> list[tuple[int, int, int]]:
    """Return (day, at risk, ended) as Python integers, for days on which a run ended."""
    at_risk, ended = table.at_risk, table.ended_by_day
    return [(int(d), int(at_risk[d]), int(ended[d])) for d in np.flatnonzero(ended)]


def _first_day(reached: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(reached)) if reached.any() else None
