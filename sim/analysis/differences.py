"""Differences between points and a baseline, paired by common luck or independent.

Each compares a number X that every run has: does the truce hold beyond day d (0 or 1), has it ended
by a cause by then (0 or 1), its days within the first t, the days lost to a cause within the first
t. All are computed for many points in one call, from whole numbers.

Standard errors are the plain ones. Intervals are made so that they also hold near 0 and 1 and with
few runs, and have width even when nothing happened, by adding invented runs before taking the
normal interval:

- paired: two more pairs, one each way, that differ by r. For shares r = 1 (Bonett & Price 2012,
  J. Educ. Behav. Stat. 37:479, doi 10.3102/1076998611411915). For days r is the root mean square
  difference of the pairs that differ and one more that differs by the whole range;
- independent: in each group one more run with the least and one with the largest possible value.
  For shares this is Agresti & Caffo 2000, Am. Stat. 54:280, doi 10.1080/00031305.2000.10474560.

For 50 to 1,000 runs the coverage of 95% intervals was never under 93.5% for shares (exact) and
92.5% for days (simulated), down to shares of 0 and to one expected ending in all (tests). Where
runs were cut short, survival is compared by the square-and-add rule on the limits of each curve
(Zou & Donner 2008, Stat. Med. 27:1693, doi 10.1002/sim.3095).

Intervals measure Monte-Carlo error only, and one interval at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.compared import (
    Chosen,
    Compared,
    IndependentTables,
    all_whole,
    any_cut_short,
    chosen_days,
    last_day,
)
from sim.analysis.estimates import restricted_mean, survival, survival_interval
from sim.analysis.intervals import normal_reach
from sim.analysis.life_table import Counts, LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.pairs import PairTables
from sim.analysis.sums import (
    GREENWOOD,
    SQUARE_AND_ADD,
    Differences,
    Floats,
    Ratios,
    Sums,
    differences_of,
    ratios_of,
)
from sim.errors import ResultsError


def survival_differences(
    compared: Compared, days: Sequence[int] | None = None, level: float = 0.95
) -> Differences:
    """Compare the shares of truces that hold beyond each of `days`, by default 0..H.

    Shape [points, days].

    Errors: `ResultsError` when a point has no run; `UsageError` when the level is not known or a
    day lies outside 0..H.
    """
    chosen = chosen_days(compared, days)
    if isinstance(compared, IndependentTables) and any_cut_short(compared):
        return _square_and_add(compared, chosen, level)
    first, second = (
        _shares(_holding(side)[:, chosen], side) for side in (compared.first, compared.second)
    )
    both = None
    if isinstance(compared, PairTables):
        both = compared.pairs[:, None] - np.cumsum(compared.by_shorter, axis=1)[:, chosen]
    return differences_of(first, second, both, both, level)


def incidence_differences(
    compared: Compared, days: Sequence[int] | None = None, level: float = 0.95
) -> Differences:
    """Compare the shares of truces ended by each cause through each of `days`, by default 0..H.

    Shape [points, causes, days].

    Errors: as in `survival_differences`; `UsageError` when runs were cut short.
    """
    chosen = chosen_days(compared, days)
    first, second = (
        _shares(_through(side.ended, chosen), side) for side in all_whole(compared, "Shares")
    )
    both = _through(compared.same_ending, chosen) if isinstance(compared, PairTables) else None
    return differences_of(first, second, both, both, level)


def ending_differences(compared: Compared, level: float = 0.95) -> Differences:
    """Compare the shares of truces ended by each cause by the horizon; shape [points, causes].

    Errors: as in `incidence_differences`.
    """
    first, second = (
        _shares(side.ended.sum(axis=2), side) for side in all_whole(compared, "Shares of endings")
    )
    both = compared.same_ending.sum(axis=2) if isinstance(compared, PairTables) else None
    return differences_of(first, second, both, both, level)


def restricted_mean_differences(
    compared: Compared, through_day: int | None = None, level: float = 0.95
) -> Differences:
    """Compare the mean days a truce holds within the first `through_day`; shape [points].

    `through_day` is 1..H, by default the horizon.

    Errors: as in `survival_differences`; `UsageError` when the day lies outside 1..H.
    """
    last = last_day(compared, through_day)
    if isinstance(compared, IndependentTables) and any_cut_short(compared):
        return _means_of_cut_short(compared, last, level)
    return differences_of(*_days_compared(compared, last), level)


def restricted_mean_ratios(
    compared: Compared, through_day: int | None = None, level: float = 0.95
) -> Ratios:
    """Return how many times as many days a truce holds within the first `through_day`.

    Shape [points]; the limits are those of the logarithm, by the delta method with the invented
    runs of this module. Where no truce holds a day the ratio is nan and the limits 0 and infinity.

    Errors: as in `restricted_mean_differences`; `UsageError` when runs were cut short.
    """
    last = last_day(compared, through_day)
    all_whole(compared, "Ratios")
    return ratios_of(*_days_compared(compared, last), level)


def time_lost_differences(
    compared: Compared, through_day: int | None = None, level: float = 0.95
) -> Differences:
    """Compare the mean days lost to each cause within the first `through_day`.

    A run loses to its cause the days from its ending to `through_day`; with the days it held they
    add up to `through_day`. Shape [points, causes]. Source: Andersen 2013, Stat. Med. 32:5278.

    Errors: as in `restricted_mean_differences`; `UsageError` when runs were cut short.
    """
    last = last_day(compared, through_day)
    first, second = (_days_lost(side, last) for side in all_whole(compared, "Days lost"))
    if not isinstance(compared, PairTables):
        return differences_of(first, second, None, None, level)
    day = np.arange(last + 1)
    same = compared.same_ending[:, :, : last + 1]
    shorter_sum = compared.same_ending_sum[:, :, : last + 1]
    products = same @ (last * (last - day)) - shorter_sum @ (last - day)
    return differences_of(first, second, products, same @ (last - day), level)


def _shares(counts: Counts, side: LifeTables) -> Sums:
    return Sums(_runs(side, counts.ndim), counts, counts, 1)


def _runs(side: LifeTables, dimensions: int) -> Counts:
    if not np.all(side.runs > 0):
        empty = side.numbers[int(np.argmin(side.runs))]
        raise ResultsError(f"Point {empty} has no run to compare.")
    return side.runs.reshape(-1, *[1] * (dimensions - 1))


def _holding(side: LifeTables) -> Counts:
    """Return how many truces hold beyond each day; shape [points, days]."""
    return np.asarray(side.runs[:, None] - np.cumsum(side.ended_by_day, axis=1))


def _through(counts: Counts, chosen: Chosen) -> Counts:
    return np.asarray(np.cumsum(counts, axis=2)[:, :, chosen])


def _beyond(counts: Counts, runs: Counts) -> Counts:
    return np.asarray(runs - counts.sum(axis=1))


def _days_held(side: LifeTables, last: int) -> Sums:
    ended, day = side.ended_by_day, np.minimum(np.arange(side.horizon_days + 1), last)
    beyond = _beyond(ended, side.runs)
    return Sums(
        _runs(side, 1), ended @ day + last * beyond, ended @ day**2 + last**2 * beyond, last
    )


def _days_lost(side: LifeTables, last: int) -> Sums:
    ended, lost = side.ended[:, :, : last + 1], last - np.arange(last + 1)
    return Sums(_runs(side, 2), ended @ lost, ended @ lost**2, last)


def _days_compared(
    compared: Compared, last: int
) -> tuple[Sums, Sums, Counts | None, Counts | None]:
    first, second = (_days_held(side, last) for side in (compared.first, compared.second))
    if not isinstance(compared, PairTables):
        return first, second, None, None
    day = np.minimum(np.arange(compared.horizon_days + 1), last)
    shorter = compared.by_shorter @ day + last * _beyond(compared.by_shorter, compared.pairs)
    return first, second, _products_of_days(compared, last), np.asarray(shorter)


def _products_of_days(pairs: PairTables, last: int) -> Counts:
    """Return the sum of min(T1, last) min(T2, last) over the pairs; shape [points]."""
    day = np.arange(last + 1)
    by_shorter, shorter_sum = pairs.by_shorter[:, : last + 1], pairs.shorter_sum[:, : last + 1]
    both_beyond = last**2 * _beyond(by_shorter, pairs.pairs)
    one_beyond = last * (by_shorter @ day - shorter_sum.sum(axis=1))
    return np.asarray(both_beyond + one_beyond + shorter_sum @ day)


def _square_and_add(compared: IndependentTables, chosen: Chosen, level: float) -> Differences:
    first, second = (
        [each[:, chosen] for each in _curves(side, level)]
        for side in (compared.first, compared.second)
    )
    difference = first[0] - second[0]
    lower = difference - np.hypot(first[0] - first[1], second[2] - second[0])
    upper = difference + np.hypot(first[2] - first[0], second[0] - second[1])
    error = np.sqrt(first[3] + second[3])
    values, limits = (first[0], second[0]), (lower, upper)
    return _apart(compared, values, error, limits, level, SQUARE_AND_ADD)


def _curves(side: LifeTables, level: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Return S, its limits and its variance, each of shape [points, days]."""
    rows = [(survival(each), *survival_interval(each, level), _greenwood(each)) for each in side]
    curve, lower, upper, variance = (np.stack(column) for column in zip(*rows, strict=True))
    return curve, lower, upper, variance


def _greenwood(table: LifeTable) -> Floats:
    ended, left = table.ended_by_day, table.at_risk - table.ended_by_day
    terms = np.where(left > 0, ended / np.maximum(table.at_risk * left, 1), 0.0)
    return np.asarray(survival(table) ** 2 * np.cumsum(terms))


def _means_of_cut_short(compared: IndependentTables, last: int, level: float) -> Differences:
    """Compare restricted means by the plain normal interval, widened where nothing varies."""
    means, variances, widths = [], [], []
    for side in (compared.first, compared.second):
        found = [restricted_mean(table, last) for table in side]
        means.append(np.array([each.days for each in found]))
        variances.append(np.array([each.standard_error**2 for each in found]))
        widths.append(variances[-1] + last**2 / (2.0 * (side.runs + 2.0) ** 2))
    reach = normal_reach(level) * np.sqrt(widths[0] + widths[1])
    difference = means[0] - means[1]
    limits = np.maximum(difference - reach, -last), np.minimum(difference + reach, last)
    error = np.sqrt(variances[0] + variances[1])
    return _apart(compared, (means[0], means[1]), error, limits, level, GREENWOOD)


def _apart(
    compared: IndependentTables,
    values: tuple[Floats, Floats],
    error: Floats,
    limits: tuple[Floats, Floats],
    level: float,
    method: str,
) -> Differences:
    difference = values[0] - values[1]
    runs = np.broadcast_to(_runs(compared.first, difference.ndim), difference.shape)
    second = np.broadcast_to(values[1], difference.shape)
    unknown = np.full_like(difference, np.nan)
    return Differences(
        values[0], second, difference, error, error, unknown, *limits, runs, False, level, method
    )
