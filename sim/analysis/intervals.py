"""Pointwise intervals for a share: mid-p, Clopper-Pearson, log-log and log Greenwood; for a rate.

They measure Monte-Carlo error, that is how far a share might move if the ensemble were run again
with other seeds. They shrink with the number of runs and say nothing about the world.

Without censoring before the horizon a point of the survival curve is a plain binomial share, so
binomial intervals apply and have width even when no run, or every run, has ended.

Sources: Clopper & Pearson 1934, Biometrika 26:404; mid-p: Lancaster 1961, JASA 56:223; log-log:
Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, section 1.4; effective
n: Dorey & Korn 1987, Stat. Med. 6:679.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import ArrayLike, NDArray

from sim.errors import UsageError

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]

_MOST_PAIRS = 20_000_000  # possible pairs of counts that are still looked up, not sorted
_NEWTON_STEPS = 60
_SETTLED = 1e-12  # a step this small, relative to the limit, is the last one needed


def mid_p(successes: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Limits:
    """Mid-p interval of a binomial share; its coverage is near `level`, at times a little under.

    The lower limit p solves P(X > x | p) + P(X = x | p) / 2 = (1 - level) / 2, the upper limit is
    its mirror image. With no success the lower limit is 0, with nothing but successes the upper is
    1. `successes` and `trials` have shapes that broadcast; effective sizes need not be whole.

    Errors: `UsageError` when `level` is not between 0 and 1 or a count is impossible.
    """
    return _two_sided(_mid_p_lower, successes, trials, level)


def clopper_pearson(successes: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Limits:
    """Clopper-Pearson interval of a binomial share; its coverage is never under `level`.

    Shapes and errors as in `mid_p`.
    """
    return _two_sided(_clopper_pearson_lower, successes, trials, level)


def log_log(
    survival: Floats, greenwood: Floats, at_risk: Floats, left: Floats, level: float = 0.95
) -> Limits:
    """Log-log Greenwood interval with effective sizes, for curves with early censoring.

    All arrays have the same shape, days last: `survival` is the Kaplan-Meier estimate, `greenwood`
    the sum of e / (n (n - e)) through that day, `at_risk` the runs at risk on the last day on which
    one ended, `left` the runs still observed now. Between endings the lower limit widens as runs
    are lost: the variance is multiplied by at_risk / left. Where the curve is at 1 or 0 and
    Greenwood's variance is degenerate, the limits are Clopper-Pearson's for the runs at risk.

    Errors: `UsageError` when `level` is not between 0 and 1.
    """
    reach = normal_reach(level)
    lost = at_risk / np.maximum(left, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = survival ** np.exp(reach * np.sqrt(greenwood * lost) / -np.log(survival))
        upper = survival ** np.exp(-reach * np.sqrt(greenwood) / -np.log(survival))
    return _without_gaps(survival, at_risk, left, lower, upper, level)


def log_plain(survival: Floats, greenwood: Floats, level: float = 0.95) -> Limits:
    """Log Greenwood interval, the default of R's survival; for comparison with published figures.

    It closes up where no run, or every run, has ended. Shapes and errors as in `log_log`.
    """
    reach = normal_reach(level) * np.sqrt(greenwood)
    return survival * np.exp(-reach), np.minimum(survival * np.exp(reach), 1.0)


def poisson_rate(events: ArrayLike, exposure: ArrayLike, level: float = 0.95) -> Limits:
    """Exact interval of a rate from a Poisson count of events; coverage is never under `level`.

    `exposure` is the time watched, above 0 (nan where it is 0); limits are per unit of it. Source:
    Garwood 1936, Biometrika 28:437, doi 10.1093/biomet/28.3-4.437.

    Errors: `UsageError` when `level` is not between 0 and 1.
    """
    tail, count = _tail(level), np.asarray(events, dtype=float)
    watched = np.where(np.asarray(exposure) > 0, exposure, np.nan)
    fewest = scipy.special.gammaincinv(np.maximum(count, 1.0), tail)
    most = scipy.special.gammainccinv(count + 1.0, tail)
    return np.where(count > 0, fewest, 0.0) / watched, most / watched


def _without_gaps(
    survival: Floats, at_risk: Floats, left: Floats, lower: Floats, upper: Floats, level: float
) -> Limits:
    whole, none = survival >= 1, survival <= 0
    all_hold = _tail(level) ** (1.0 / np.maximum(left, 1))
    none_holds = 1.0 - _tail(level) ** (1.0 / np.maximum(at_risk, 1))
    lower = np.where(whole, all_hold, np.where(none, 0.0, lower))
    return lower, np.where(whole, 1.0, np.where(none, none_holds, upper))


def normal_reach(level: float) -> float:
    """Return how many standard errors a two-sided normal interval reaches: 1.96 for 0.95."""
    return float(-scipy.special.ndtri(_tail(level)))


def _two_sided(
    lower_limit: Callable[[Floats, Floats, float], Floats],
    successes: ArrayLike,
    trials: ArrayLike,
    level: float,
) -> Limits:
    tail = _tail(level)
    shape, count, size = _distinct(successes, trials)
    lower = lower_limit(count, size, tail)
    upper = 1.0 - lower_limit(size - count, size, tail)
    return lower[shape], upper[shape]


def _tail(level: float) -> float:
    if not 0.0 < level < 1.0:
        raise UsageError(f"The level of an interval lies between 0 and 1, not {level}.")
    return (1.0 - level) / 2.0


def _distinct(successes: ArrayLike, trials: ArrayLike) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return where each input stands among the distinct pairs, and the pairs themselves.

    A thousand curves of 1,096 days may hold few distinct counts; each is solved once.
    """
    count, size = np.broadcast_arrays(np.asarray(successes), np.asarray(trials))
    if np.any((count < 0) | (count > size) | (size <= 0)):
        raise UsageError("A share needs at least one trial and no more successes than trials.")
    sizes = np.unique(np.asarray(trials))
    if count.dtype.kind in "iu" and size.dtype.kind in "iu" and sizes.sum() <= _MOST_PAIRS:
        return _distinct_whole(count, sizes, np.searchsorted(sizes, np.asarray(trials)))
    pairs, shape = np.unique(
        np.stack([count.ravel(), size.ravel()]).astype(float), axis=1, return_inverse=True
    )
    return shape.reshape(count.shape), pairs[0], pairs[1]


def _distinct_whole(
    count: NDArray[np.int64], sizes: NDArray[np.int64], place: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Do the same for whole numbers without sorting: every pair has a place in one long row."""
    firsts = np.concatenate(([0], np.cumsum(sizes.astype(np.int64) + 1)))
    spot = count.astype(np.int64) + firsts[place]
    occurs = np.zeros(firsts[-1], dtype=bool)
    occurs[spot.ravel()] = True
    pairs = np.flatnonzero(occurs)
    owner = np.searchsorted(firsts, pairs, side="right") - 1
    order = np.cumsum(occurs) - 1
    return order[spot], (pairs - firsts[owner]).astype(float), sizes[owner].astype(float)


def _clopper_pearson_lower(count: Floats, size: Floats, tail: float) -> Floats:
    some = count > 0
    first = np.where(some, count, 1.0)
    return np.where(some, scipy.special.betaincinv(first, size - first + 1.0, tail), 0.0)


def _mid_p_lower(count: Floats, size: Floats, tail: float) -> Floats:
    """Solve the mid-p equation by Newton's method kept inside a shrinking bracket."""
    some = count > 0
    count = np.where(some, count, np.minimum(1.0, size))
    low, high = _mid_p_bracket(count, size, tail)
    guess = 0.5 * (low + high)
    for _ in range(_NEWTON_STEPS):
        excess, slope = _mid_p_excess(guess, count, size, tail)
        low, high = np.where(excess < 0, guess, low), np.where(excess < 0, high, guess)
        step = guess - excess / slope
        refined = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
        settled = np.all(np.abs(refined - guess) <= _SETTLED * guess)
        guess = refined
        if settled:
            break
    return np.where(some, guess, 0.0)


def _mid_p_bracket(count: Floats, size: Floats, tail: float) -> Limits:
    """Return the Clopper-Pearson limits for x and x + 1 successes, which enclose the root."""
    more = np.minimum(count + 1.0, size)
    above = scipy.special.betaincinv(more, np.maximum(size - more, 0.0) + 1.0, tail)
    last = count + 1.0 > size
    return _clopper_pearson_lower(count, size, tail), np.where(last, 1.0, above)


def _mid_p_excess(share: Floats, count: Floats, size: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return P(X > x) + P(X = x) / 2 - tail at `share`, and its slope."""
    failures = size - count
    inner = np.maximum(failures, 1e-300)
    at_least = scipy.special.betainc(count, failures + 1.0, share)
    beyond = np.where(failures > 0, scipy.special.betainc(count + 1.0, inner, share), 0.0)
    slope = 0.5 * (
        _beta_density(share, count, failures + 1.0)
        + np.where(failures > 0, _beta_density(share, count + 1.0, inner), 0.0)
    )
    return 0.5 * (at_least + beyond) - tail, np.maximum(slope, 1e-300)


def _beta_density(share: Floats, first: Floats, second: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logarithm = (first - 1.0) * np.log(share) + (second - 1.0) * np.log1p(-share)
        return np.asarray(np.exp(logarithm - scipy.special.betaln(first, second)))
