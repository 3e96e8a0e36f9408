"""Pointwise limits of survival and incidence, for one table or many points in one call.

Each holds for one day chosen beforehand, not for all days at once (see `sim.analysis.simultaneous`)
and measures Monte-Carlo error only. Where no run was cut short they are binomial, mid-p unless
Clopper-Pearson is asked for. Where some were, survival has log-log Greenwood limits, and incidence
mid-p limits for the binomial size that gives the variance of the estimate (effective size).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.analysis.curves import (
    Floats,
    Watched,
    as_tables,
    complete,
    greenwood_terms,
    point_curves,
    watched,
)
from sim.analysis.intervals import Limits, clopper_pearson, log_log, log_plain, mid_p
from sim.analysis.life_table import LifeTable
from sim.analysis.life_tables import LifeTables
from sim.errors import UsageError

Method = Literal["mid-p", "clopper-pearson", "log-log", "log"]

METHOD_NAMES: dict[Method, str] = {
    "mid-p": "mid-p",
    "clopper-pearson": "Clopper-Pearson",
    "log-log": "log-log Greenwood",
    "log": "log Greenwood",
}
"""How each method is called in figures and tables."""

BINOMIAL = {"mid-p": mid_p, "clopper-pearson": clopper_pearson}
_ROUNDING = 1e-12  # a share this close to 0 or 1 is 0 or 1


def survival_limits(
    tables: LifeTable | LifeTables,
    level: float = 0.95,
    method: Method | None = None,
    days: Sequence[int] | None = None,
) -> Limits:
    """Return lower and upper limits of S, each of shape [points, days], range 0..1.

    `days` selects days, by default all of 0..H. Without a `method` each point gets the one that
    suits it. Limits are nan where the curve is not known.

    Errors: `UsageError` when a binomial method is asked for points in which runs were cut short, or
    when method, level or a day are not known.
    """
    many = as_tables(tables)
    binomial = _binomial_points(many, method, {"log-log", "log"})
    chosen = _days(many, days)
    left = (many.at_risk - many.ended_by_day)[:, chosen]
    limits = _binomial_limits(left, many.runs[:, np.newaxis], level, method)
    for place in np.flatnonzero(~binomial).tolist():
        for limit, own in zip(limits, _greenwood_limits(many[place], level, method), strict=True):
            limit[place] = own[chosen]
    return _where_known(limits, many, chosen)


def incidence_limits(
    tables: LifeTable | LifeTables,
    level: float = 0.95,
    method: Method | None = None,
    days: Sequence[int] | None = None,
) -> Limits:
    """Return lower and upper limits of each incidence, of shape [points, causes, days].

    Arguments and errors as in `survival_limits`; the methods are mid-p and Clopper-Pearson, for the
    effective size at points in which runs were cut short. There every day of every cause is solved
    apart, so select `days` when many points were cut short.
    """
    many = as_tables(tables)
    if method is not None and method not in BINOMIAL:
        raise UsageError(f"Limits of an incidence are {' or '.join(BINOMIAL)}, not {method!r}.")
    chosen = _days(many, days)
    share = np.cumsum(many.ended, axis=2)[:, :, chosen]
    limits = _binomial_limits(share, many.runs[:, np.newaxis, np.newaxis], level, method)
    for place in np.flatnonzero(~complete(many)).tolist():
        own = _effective_limits(many[place], level, method, chosen)
        for limit, found in zip(limits, own, strict=True):
            limit[place] = found
    return _where_known(limits, many, chosen)


def suitable_method(table: LifeTable) -> Method:
    """Return the method that suits a survival curve: mid-p, or log-log when runs were cut short."""
    return "mid-p" if watched(table).complete else "log-log"


def _binomial_points(
    many: LifeTables, method: Method | None, others: set[str]
) -> NDArray[np.bool_]:
    """Return which points get binomial limits; refuse a method that does not suit them."""
    if method is None:
        return complete(many)
    if method not in BINOMIAL and method not in others:
        raise UsageError(f"No interval is called {method!r}; known: {', '.join(METHOD_NAMES)}.")
    if method in BINOMIAL and not complete(many).all():
        early = int(many.censored[~complete(many), :-1].sum())
        raise UsageError(
            f"{METHOD_NAMES[method]} needs runs that all reach an ending or the horizon, but "
            f"{early} were cut short; use the method log-log."
        )
    return np.full(len(many), method in BINOMIAL)


def _days(many: LifeTables, days: Sequence[int] | None) -> NDArray[np.int64]:
    chosen = np.arange(many.horizon_days + 1) if days is None else np.asarray(days, dtype=np.int64)
    if np.any((chosen < 0) | (chosen > many.horizon_days)):
        raise UsageError(f"Days lie between 0 and {many.horizon_days}, not at {list(chosen)}.")
    return chosen


def _binomial_limits(
    count: NDArray[np.int64], runs: NDArray[np.int64], level: float, method: Method | None
) -> Limits:
    interval = BINOMIAL[method if method in BINOMIAL else "mid-p"]
    return interval(count, np.maximum(runs, 1), level)


def _greenwood_limits(table: LifeTable, level: float, method: Method | None) -> Limits:
    seen = watched(table)
    curve = np.nan_to_num(point_curves(table).survival, nan=1.0)
    greenwood = np.cumsum(greenwood_terms(seen))
    if method == "log":
        return log_plain(curve, greenwood, level)
    return log_log(curve, greenwood, _at_risk_at_last_ending(seen), _as_floats(seen), level)


def _as_floats(seen: Watched) -> Floats:
    return seen.at_risk.astype(np.float64)


def _at_risk_at_last_ending(seen: Watched) -> Floats:
    """Return for each day the runs at risk on the last day on which one ended; shape [days]."""
    days = np.where(seen.ended > 0, np.arange(len(seen.ended)), 0)
    return _as_floats(seen)[np.maximum.accumulate(days)]


def _effective_limits(
    table: LifeTable, level: float, method: Method | None, days: NDArray[np.int64]
) -> Limits:
    found = point_curves(table)
    share = np.nan_to_num(found.incidence[:, days], nan=0.0)
    variance = np.nan_to_num(found.incidence_variance[:, days], nan=0.0)
    size = effective_size(share, variance, table.runs - table.cut_short)
    return BINOMIAL[method or "mid-p"](np.minimum(share * size, size), size, level)


def effective_size(shares: Floats, variance: Floats, complete_runs: int) -> Floats:
    """Return the binomial size with the given variance; complete runs where a share is 0 or 1."""
    spread = shares * (1.0 - shares)
    some = spread > _ROUNDING
    return np.where(some, spread / np.where(some, variance, 1.0), max(complete_runs, 1))


def _where_known(limits: Limits, many: LifeTables, days: NDArray[np.int64]) -> Limits:
    """Put nan where the curve is not known, in place."""
    known = np.stack([watched(table).known for table in many])[:, days]
    for limit in limits:
        rows = np.moveaxis(limit, -2, 0) if limit.ndim == 3 else limit[np.newaxis]
        for row in rows:
            row[~known] = np.nan
    return limits
