"""Days kept and days lost within a window, for one table or many points in one call.

Of the days 1..through_day a truce keeps min(T, through_day) and loses the rest; the loss belongs
to the way in which it ended. Averaged over truces, the days kept (the restricted mean) and the days
lost to each cause add up to the window.

Where no run was cut short these are plain means over runs, with the variance over runs divided by
their number. Else they are areas under the Kaplan-Meier and Aalen-Johansen curves with variances by
the delta method.

Sources: Karrison 1987, J. Am. Stat. Assoc. 82:1169; Andersen 2013, Stat. Med. 32:5278.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.analysis.curves import (
    Floats,
    as_tables,
    before,
    complete,
    greenwood_terms,
    point_curves,
    watched,
)
from sim.analysis.intervals import Limits, normal_reach
from sim.analysis.life_table import Counts, LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.sums import variance_of_mean
from sim.errors import UsageError


@dataclass(frozen=True)
class RestrictedMean:
    """Mean days a truce holds within the first `through_day` days, with its standard error."""

    days: float
    standard_error: float
    through_day: int


@dataclass(frozen=True, eq=False)
class RestrictedTimes:
    """Mean days kept, of shape [points], and lost to each cause, [points, causes], with errors.

    `kept` plus the sum of `lost` is `through_day`. All are nan at points that were not watched
    until then.
    """

    numbers: tuple[int, ...]
    through_day: int
    kept: Floats
    kept_error: Floats
    lost: Floats
    lost_error: Floats

    def kept_limits(self, level: float = 0.95) -> Limits:
        """Return normal limits of the days kept, within 0..through_day; each of shape [points]."""
        return self._limits(self.kept, self.kept_error, level)

    def lost_limits(self, level: float = 0.95) -> Limits:
        """Return normal limits of the days lost, within 0..through_day; [points, causes]."""
        return self._limits(self.lost, self.lost_error, level)

    def _limits(self, days: Floats, error: Floats, level: float) -> Limits:
        reach = normal_reach(level) * error
        return np.maximum(days - reach, 0.0), np.minimum(days + reach, float(self.through_day))


class _Times(NamedTuple):
    """Days kept, []; their variance; days lost, [causes]; their variance."""

    kept: Floats
    kept_variance: Floats
    lost: Floats
    lost_variance: Floats


def restricted_times(
    tables: LifeTable | LifeTables, through_day: int | None = None
) -> RestrictedTimes:
    """Return the mean days kept and lost within the first `through_day` days, and their errors.

    `through_day` is 1..H, by default the horizon.

    Errors: `UsageError` when the day lies outside 1..H.
    """
    many = as_tables(tables)
    last = many.horizon_days if through_day is None else through_day
    if not 1 <= last <= many.horizon_days:
        raise UsageError(
            f"A restricted mean runs through a day from 1 to {many.horizon_days}, not {last}."
        )
    found = [
        _of_runs(table, last) if whole else _of_curves(table, last)
        for table, whole in zip(many, complete(many), strict=True)
    ]
    kept, kept_variance, lost, lost_variance = (np.stack(part) for part in zip(*found, strict=True))
    return RestrictedTimes(
        many.numbers, last, kept, np.sqrt(kept_variance), lost, np.sqrt(lost_variance)
    )


def _of_runs(table: LifeTable, last: int) -> _Times:
    """Average over runs; all sums are whole numbers until they are divided."""
    seen = watched(table)
    left = (seen.at_risk - seen.ended)[:last]
    gone = np.cumsum(table.ended[:, :last], axis=1)
    passed = np.arange(last)
    runs = max(int(seen.at_risk[0]), 1)
    kept, kept_variance = _mean_and_variance(left, 2 * passed + 1, runs, last)
    lost, lost_variance = _mean_and_variance(gone, 2 * (last - passed) - 1, runs, last)
    seen_to_the_end = 1.0 if seen.known[:last].all() else np.nan
    found = (kept, kept_variance, lost, lost_variance)
    return _Times(*(part * seen_to_the_end for part in found))


def _mean_and_variance(counts: Counts, odd: Counts, runs: int, last: int) -> tuple[Floats, Floats]:
    """Return the mean number of days and the variance of that mean.

    `counts` says how many runs score each day; x days score 1 + 3 + ... + (2x - 1) = x squared.
    """
    total, squares = counts.sum(axis=-1), (counts * odd).sum(axis=-1)
    return total / runs, variance_of_mean(runs, total, squares, last)


def _of_curves(table: LifeTable, last: int) -> _Times:
    """Take the areas under the curves.

    One ending by cause k on day s moves the days lost to it by (last - s) S(s - 1)/n, and all the
    later ones by the area of F_k after s above its value on day s.
    """
    seen, found = watched(table), point_curves(table)
    survival, share = found.survival[:last], found.incidence[:, :last]
    terms = greenwood_terms(seen)[:last]
    kept_after = np.cumsum(survival[::-1])[::-1]
    to_come = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
    days_left = last - np.arange(last)
    above = to_come - days_left * share
    one_run = 1.0 / np.maximum(seen.at_risk[:last], 1)
    hazard = table.ended[:, :last] * one_run
    pull = days_left * before(survival) * one_run
    parts = above**2 * terms + pull**2 * hazard * (1 - hazard) / one_run - 2 * above * pull * hazard
    whole = (survival, kept_after**2 * terms, share, parts)
    return _Times(*(np.asarray(part.sum(axis=-1)) for part in whole))
