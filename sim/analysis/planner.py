"""How many runs a wanted precision takes, before running and from a pilot.

All answers are for one point and for numbers of runs fixed beforehand. To stop as soon as the
result is precise enough, use `sim.analysis.sequential`, whose intervals stay valid under that rule.

Normal deviates are rounded up to two digits after the point (1.96 for level 0.95), as tables and
textbooks do; the answers are that little on the safe side.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, log

import numpy as np

from sim.analysis.curves import curves
from sim.analysis.estimates import median, restricted_mean
from sim.analysis.intervals import clopper_pearson, mid_p, normal_reach
from sim.analysis.life_table import LifeTable
from sim.errors import ResultsError, UsageError


def runs_for_band(half_width: float, level: float = 0.95) -> int:
    """Return the runs that bring the whole survival curve within +-half_width (range 0..1).

    From the inequality of Dvoretzky, Kiefer & Wolfowitz with Massart's constant, doi
    10.1214/aop/1176990746: right for any curve and any number of runs, all days at once.

    Errors: `UsageError` when the half-width or the level is not between 0 and 1.
    """
    wanted, chosen = _exact(_share("half-width", half_width)), _share("level", level)
    return ceil(log(2.0 / (1.0 - chosen)) / float(2 * wanted**2))


def runs_for_share(half_width: float, level: float = 0.95, share: float = 0.5) -> int:
    """Return the runs that bring a share, such as S on one day, within +-half_width.

    `share` is what to expect, by default the worst case. Normal approximation; where the share is
    near 0 or 1, or the runs few, `exact_runs_for_share` is better.

    Errors: `UsageError` when half-width, level or share is not between 0 and 1.
    """
    wanted, expected = _exact(_share("half-width", half_width)), _exact(_share("share", share))
    spread = expected * (1 - expected)
    return max(1, ceil(_deviate(level) ** 2 * spread / wanted**2))


def exact_runs_for_share(
    half_width: float, level: float = 0.95, share: float = 0.5, method: str = "mid-p"
) -> int:
    """Return the fewest runs whose mid-p (or clopper-pearson) interval is that narrow.

    The interval is that for `share` of the runs, rounded to whole runs. Arguments and errors as in
    `runs_for_share`; also `UsageError` for another method.
    """
    most = 4 * runs_for_share(half_width, level) + 10
    intervals = {"mid-p": mid_p, "clopper-pearson": clopper_pearson}
    if method not in intervals:
        raise UsageError(f"A planned interval is {' or '.join(intervals)}, not {method!r}.")
    _share("share", share)
    low, high = 0, most  # fails at low, holds at high
    while high - low > 1:
        runs = (low + high) // 2
        lower, upper = intervals[method](floor(share * runs + 0.5), runs, level)
        low, high = (low, runs) if (upper - lower) / 2.0 <= half_width else (runs, high)
    return high


def runs_for_milestone(pilot: LifeTable, day: int, half_width: float, level: float = 0.95) -> int:
    """Return the runs that bring S on `day` within +-half_width, from a pilot ensemble.

    The pilot is itself uncertain: planned with is the value nearest to 1/2 within its own mid-p
    interval, so the answer errs on the safe side. Of the normal and the exact plan the larger is
    returned: where hardly any truce holds or ends, the mid-p interval is wider than a normal one.

    Errors: as in `runs_for_share`; `UsageError` for a day on which the pilot has no curve.
    """
    from sim.analysis.limits import survival_limits

    lower, upper = (limit[0, 0] for limit in survival_limits(pilot, level, days=[day]))
    if np.isnan(lower):
        raise UsageError(f"The pilot was not watched until day {day}.")
    share = float(min(max(lower, 0.5), upper))
    by_normal = runs_for_share(half_width, level, share)
    return max(by_normal, exact_runs_for_share(half_width, level, share))


def runs_for_median(pilot: LifeTable, half_width_days: int, level: float = 0.95) -> int:
    """Return the runs that bring the limits of the median within +-half_width_days.

    The limits of the median are where the interval of S leaves 1/2 behind; so many runs are needed
    that it has done so at either end of the window, as the pilot's curve stands there.

    Errors: `UsageError` for a half-width below 1 day, or a window that leaves the days watched;
    `ResultsError` when fewer than half of the pilot's truces ended.
    """
    if half_width_days < 1:
        raise UsageError(f"A median is planned to 1 day or more, not {half_width_days}.")
    middle = median(pilot)
    if middle is None:
        raise ResultsError("Fewer than half of the pilot's truces ended; it shows no median.")
    known = curves(pilot).survival[0]
    late = middle + half_width_days
    if late > pilot.horizon_days or np.isnan(known[late]):
        raise UsageError(f"The pilot was not watched until day {late}, the end of the window.")
    early = float(known[middle - half_width_days]) if middle >= half_width_days else 1.0
    gap = min(early - 0.5, 0.5 - float(known[late]))
    if gap <= 0.0:
        raise ResultsError(
            f"The pilot's curve stays at one half for {half_width_days} days or more; the median "
            "cannot be planned to that precision."
        )
    return ceil(float(_deviate(level) ** 2) / (4.0 * gap**2))


def runs_for_restricted_mean(
    pilot: LifeTable, half_width_days: float, through_day: int | None = None, level: float = 0.95
) -> int:
    """Return the runs that bring the restricted mean within +-half_width_days, from a pilot.

    Normal approximation with the pilot's standard deviation.

    Errors: `UsageError` for a half-width that is not above 0, and as in `restricted_mean`.
    """
    if not half_width_days > 0.0:
        raise UsageError(f"A half-width in days is above 0, not {half_width_days}.")
    error = restricted_mean(pilot, through_day).standard_error
    variance = error**2 * pilot.runs
    return max(1, ceil(float(_deviate(level) ** 2) * variance / half_width_days**2))


def _deviate(level: float) -> Fraction:
    return Fraction(ceil(100.0 * normal_reach(level) - 1e-9), 100)


def _exact(number: float) -> Fraction:
    """Return the decimal number that was meant, so that no rounding error asks for one run more."""
    return Fraction(repr(float(number)))


def _share(what: str, number: float) -> float:
    if not 0.0 < number < 1.0:
        raise UsageError(f"The {what} lies between 0 and 1, not at {number}.")
    return number
