"""Pointwise limits of survival and incidence, for one table or many points in one call.

Each holds for one day chosen beforehand, not for all days at once (see `sim.analysis.simultaneous`)
and measures Monte-Carlo error only. Where no run was cut short they are binomial, mid-p unless
Clopper-Pearson is asked for. Where some were, survival has log-log Greenwood limits (the upper one,
while few have ended, at least that of mid-p for the effective size), and incidence
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
    curves,
    greenwood_terms,
    survival_curves,
    watched,
)
from sim.analysis.intervals import Limits, clopper_pearson, log_log, log_plain, mid_p
from sim.analysis.life_table import Counts, LifeTable
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
FEW_ENDINGS = 20
"""With fewer endings so far, an upper log-log limit is at least the binomial one."""

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
    if not binomial.all():
        own = _greenwood_limits(_points(many, ~binomial), level, method, chosen)
        for limit, found in zip(limits, own, strict=True):
            limit[~binomial] = found
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
    apart, which takes a few seconds for a thousand points: select `days` where some will do.
    """
    many = as_tables(tables)
    if method is not None and method not in BINOMIAL:
        raise UsageError(f"Limits of an incidence are {' or '.join(BINOMIAL)}, not {method!r}.")
    chosen = _days(many, days)
    share = np.cumsum(many.ended, axis=2)[:, :, chosen]
    limits = _binomial_limits(share, many.runs[:, np.newaxis, np.newaxis], level, method)
    whole = complete(many)
    if not whole.all():
        own = _effective_limits(_points(many, ~whole), level, method, chosen)
        for limit, found in zip(limits, own, strict=True):
            limit[~whole] = found
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


def _points(many: LifeTables, chosen: NDArray[np.bool_]) -> LifeTables:
    numbers = tuple(number for number, kept in zip(many.numbers, chosen, strict=True) if kept)
    return LifeTables(many.ended[chosen], many.censored[chosen], numbers)


def _greenwood_limits(
    many: LifeTables, level: float, method: Method | None, days: NDArray[np.int64]
) -> Limits:
    seen = watched(many)
    curve = np.nan_to_num(survival_curves(many).survival, nan=1.0)[:, days]
    greenwood = np.cumsum(greenwood_terms(seen), axis=-1)[:, days]
    if method == "log":
        return log_plain(curve, greenwood, level)
    at_risk = seen.at_risk.astype(np.float64)
    lower, upper = log_log(
        curve, greenwood, _at_risk_at_last_ending(seen)[:, days], at_risk[:, days], level
    )
    gone = np.cumsum(seen.ended, axis=-1)[:, days]
    few = (gone > 0) & (gone < FEW_ENDINGS) & (curve > 0.0)
    upper[few] = np.maximum(upper[few], _binomial_upper(curve[few], greenwood[few], level))
    return lower, upper


def _binomial_upper(curve: Floats, greenwood: Floats, level: float) -> Floats:
    """Return the mid-p upper limit of S for the effective size.

    After one ending the log-log limit stops at about 1 - 0.14 / runs, so that an S nearer to 1
    would be missed whenever a single truce ended.
    """
    size = effective_size(curve, curve**2 * greenwood, np.ones(1, dtype=np.int64))
    return mid_p(curve * size, size, level)[1]


def _at_risk_at_last_ending(seen: Watched) -> Floats:
    """Return for each day the runs at risk on the last day on which one ended; [points, days]."""
    days = np.where(seen.ended > 0, np.arange(seen.ended.shape[-1]), 0)
    last = np.maximum.accumulate(days, axis=-1)
    return np.take_along_axis(seen.at_risk, last, axis=-1).astype(np.float64)


def _effective_limits(
    many: LifeTables, level: float, method: Method | None, days: NDArray[np.int64]
) -> Limits:
    found = curves(many)
    share = np.nan_to_num(found.incidence[..., days], nan=0.0)
    variance = np.nan_to_num(found.incidence_variance[..., days], nan=0.0)
    whole_runs = many.runs - many.censored[:, :-1].sum(axis=1)
    size = effective_size(share, variance, whole_runs[:, np.newaxis, np.newaxis])
    return BINOMIAL[method or "mid-p"](np.minimum(share * size, size), size, level)


def effective_size(shares: Floats, variance: Floats, complete_runs: Counts) -> Floats:
    """Return the binomial size with the given variance; complete runs where a share is 0 or 1."""
    spread = shares * (1.0 - shares)
    some = spread > _ROUNDING
    return np.where(some, spread / np.where(some, variance, 1.0), np.maximum(complete_runs, 1))


def _where_known(limits: Limits, many: LifeTables, days: NDArray[np.int64]) -> Limits:
    """Put nan where the curve is not known, in place."""
    known = watched(many).known[:, days]
    for limit in limits:
        rows = np.moveaxis(limit, -2, 0) if limit.ndim == 3 else limit[np.newaxis]
        for row in rows:
            row[~known] = np.nan
    return limits
