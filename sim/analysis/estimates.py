"""Curves and numbers of one life table: survival, incidence, quantiles, restricted mean.

When no run is cut short before the horizon, all of them are plain proportions of integers. When
some are, the Kaplan-Meier and Aalen-Johansen estimators take over. The curves stop (nan) on the
first day on which no run is left to observe although the last one seen still held. For many points
in one call, and for the formulas, see `sim.analysis.curves`, `limits`, `quantiles`, `restricted`.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.analysis.curves import Floats, point_curves
from sim.analysis.intervals import Limits
from sim.analysis.life_table import LifeTable
from sim.analysis.limits import (
    METHOD_NAMES,
    Method,
    incidence_limits,
    suitable_method,
    survival_limits,
)
from sim.analysis.quantiles import Days, first_day, quantile_limits, quantiles
from sim.analysis.restricted import RestrictedMean, restricted_times
from sim.errors import ResultsError, UsageError

__all__ = [
    "METHOD_NAMES",
    "Method",
    "RestrictedMean",
    "default_method",
    "incidence",
    "incidence_variance",
    "median",
    "median_day_by_cause",
    "quantile",
    "quantile_interval",
    "restricted_mean",
    "share_interval",
    "survival",
    "survival_interval",
]


def survival(table: LifeTable) -> Floats:
    """Return S(d) = P(T > d) for every day 0..H (Kaplan-Meier); shape [days], range 0..1.

    Errors: `ResultsError` when the table holds no run.
    """
    return point_curves(_needed(table)).survival


def incidence(table: LifeTable) -> Floats:
    """Return the share of truces ended by each cause through each day (Aalen-Johansen).

    Shape [causes, days], range 0..1. On every day the shares and the survival sum to 1.

    Errors: `ResultsError` when the table holds no run.
    """
    return point_curves(_needed(table)).incidence


def default_method(table: LifeTable) -> Method:
    """Return the interval that suits the table: mid-p, or log-log when runs were cut short."""
    return suitable_method(table)


def survival_interval(
    table: LifeTable, level: float = 0.95, method: Method | None = None
) -> Limits:
    """Return pointwise lower and upper limits of S(d), each of shape [days], range 0..1.

    Errors: `UsageError` when a binomial method is asked for a table in which runs were cut short,
    or when method or level are not known; `ResultsError` when the table holds no run.
    """
    lower, upper = survival_limits(_needed(table), level, method)
    return lower[0], upper[0]


def share_interval(table: LifeTable, level: float = 0.95) -> Limits:
    """Return mid-p limits of the share of truces ended by each cause by the last observed day.

    Shape [causes]. Where runs were cut short, the binomial size is the one that gives the variance
    of the estimate (effective size).

    Errors: `ResultsError` when the table holds no run; `UsageError` when the level is not known.
    """
    lower, upper = incidence_limits(_needed(table), level, days=[_last_known_day(table)])
    return lower[0, :, 0], upper[0, :, 0]


def incidence_variance(table: LifeTable) -> Floats:
    """Return the variance of each cause's share at the last observed day; shape [causes].

    Delta method; without early censoring it equals F (1 - F) / n.
    """
    return point_curves(_needed(table)).incidence_variance[:, _last_known_day(table)]


def quantile(table: LifeTable, share_ended: float | Fraction = Fraction(1, 2)) -> int | None:
    """Return the first day by which at least `share_ended` of the truces have ended.

    Decided on whole numbers; None if there is no such day through the horizon. For the rule on
    plateaus see `sim.analysis.quantiles`.

    Errors: `UsageError` when the share is not above 0 and at most 1; `ResultsError` when the table
    holds no run.
    """
    return quantiles(_needed(table), share_ended)[0]


def median(table: LifeTable) -> int | None:
    """Return the first day by which half of the truces have ended, or None; see `quantile`."""
    return quantile(table, Fraction(1, 2))


def quantile_interval(
    table: LifeTable, share_ended: float = 0.5, level: float = 0.95, method: Method | None = None
) -> Days:
    """Return the days between which the quantile lies, by inverting the pointwise interval of S.

    None means "not by the horizon"; see `sim.analysis.quantiles.quantile_limits`.

    Errors: as in `survival_interval`.
    """
    return quantile_limits(_needed(table), share_ended, level, method)[0]


def median_day_by_cause(table: LifeTable) -> list[int | None]:
    """Return, for each cause, the first day by which half of its runs had ended, None for none."""
    gone = np.cumsum(table.ended, axis=1)
    return [first_day((days[-1] > 0) & (2 * days >= days[-1])) for days in gone]


def restricted_mean(table: LifeTable, through_day: int | None = None) -> RestrictedMean:
    """Return the mean of min(T, through_day) in days, and its standard error.

    `through_day` is 1..H, by default the horizon. With nothing cut short the square of the standard
    error is the variance of min(T, through_day) over the runs, divided by their number.

    Errors: `UsageError` when the day lies outside 1..H or beyond the last observed day;
    `ResultsError` when the table holds no run.
    """
    times = restricted_times(_needed(table), through_day)
    if np.isnan(times.kept[0]):
        raise UsageError(
            f"A restricted mean through day {times.through_day} needs runs observed until then."
        )
    return RestrictedMean(float(times.kept[0]), float(times.kept_error[0]), times.through_day)


def _needed(table: LifeTable) -> LifeTable:
    if table.runs == 0:
        raise ResultsError("There is no run to compute anything from.")
    return table


def _last_known_day(table: LifeTable) -> int:
    return int(np.flatnonzero(~np.isnan(survival(table)))[-1])
