"""Stop when precise enough: intervals that stay valid however often one looks.

An interval for a fixed number of runs loses its level when the runs are continued until it looks
narrow. The intervals here hold the truth at *all* numbers of runs at once with the stated level, so
any rule for stopping may be used, after any run or batch.

- A share (S on one day, the incidence of a cause): Robbins' mixture for coin tosses. The chance of
  the runs seen, averaged over a beta distribution of shares, over their chance under share p is a
  martingale; by Ville's inequality it exceeds 1 / (1 - level) ever with probability 1 - level at
  most. The interval holds all p for which it does not. It needs the counts alone, in any order.
- A mean of bounded numbers (days kept within a window): the same with the sum in place of the
  count, since no number between 0 and 1 spreads wider than a coin with the same mean. Valid and
  free of order; wide where the spread is small.
- Anything else (median, bands) at looks that are planned: `level_at_look`.

Sources: Ville 1939; Robbins 1970, doi 10.1214/aoms/1177696786; Howard, Ramdas, McAuliffe & Sekhon
2021, doi 10.1214/20-AOS1991.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from sim.analysis.curves import Floats, complete, watched
from sim.analysis.intervals import Limits
from sim.analysis.life_table import LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.uncertainty import Uncertainty
from sim.errors import UsageError

_HALVINGS = 60


@dataclass(frozen=True)
class Verdict:
    """Whether to stop, and what is known so far; valid at every look.

    `lower` and `upper` are in the unit of what is estimated: a share 0..1, or days.
    """

    stop: bool
    estimate: float
    lower: float
    upper: float
    runs: int
    level: float
    uncertainty: Uncertainty = Uncertainty.MONTE_CARLO

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.upper - self.lower) / 2.0


def time_uniform(
    successes: ArrayLike, trials: ArrayLike, level: float = 0.95, prior: float = 0.5
) -> Limits:
    """Return limits of a share that hold for all numbers of trials at once.

    `successes` may be a sum of numbers between 0 and 1 instead of a count. Shapes broadcast; with
    no trial yet the limits are 0 and 1. `prior` is the parameter of the symmetric beta mixture.

    Errors: `UsageError` for an impossible level, count or prior.
    """
    count, size = np.broadcast_arrays(np.asarray(successes, float), np.asarray(trials, float))
    if not 0.0 < level < 1.0 or not prior > 0.0:
        raise UsageError(f"Level {level} must lie between 0 and 1, and prior {prior} above 0.")
    if np.any((count < 0) | (count > size)):
        raise UsageError("A share needs no more successes than trials, and neither below 0.")
    lower = _lower(count, size, level, prior)
    return lower, 1.0 - _lower(size - count, size, level, prior)


def look_at_share(successes: int, trials: int, half_width: float, level: float = 0.95) -> Verdict:
    """Say whether a share is known within +-half_width, given the counts so far.

    Errors: `UsageError` for a half-width that is not above 0, or impossible counts.
    """
    _wanted(half_width)
    lower, upper = (float(limit) for limit in time_uniform(successes, trials, level))
    estimate = successes / trials if trials else float("nan")
    return Verdict((upper - lower) / 2.0 <= half_width, estimate, lower, upper, trials, level)


def look_at_milestone(
    table: LifeTable, day: int, half_width: float, level: float = 0.95
) -> Verdict:
    """Say whether S on `day` is known within +-half_width, given the runs so far.

    Errors: `UsageError` when runs were cut short, the day is not in the table, or the half-width is
    not above 0.
    """
    seen = watched(_whole(table))
    if not 0 <= day <= table.horizon_days:
        raise UsageError(f"Days lie between 0 and {table.horizon_days}, not at {day}.")
    holding = int(seen.at_risk[day] - seen.ended[day])
    return look_at_share(holding, table.runs, half_width, level)


def look_at_restricted_mean(
    table: LifeTable, half_width_days: float, through_day: int | None = None, level: float = 0.95
) -> Verdict:
    """Say whether the mean days kept within a window are known within +-half_width_days.

    Errors: as in `look_at_milestone`.
    """
    last = table.horizon_days if through_day is None else through_day
    seen = watched(_whole(table))
    _wanted(half_width_days)
    if not 1 <= last <= table.horizon_days:
        raise UsageError(f"A window ends on a day from 1 to {table.horizon_days}, not {last}.")
    kept = int((seen.at_risk - seen.ended)[:last].sum()) / last
    lower, upper = (last * float(limit) for limit in time_uniform(kept, table.runs, level))
    estimate = last * kept / table.runs if table.runs else float("nan")
    stop = (upper - lower) / 2.0 <= half_width_days
    return Verdict(stop, estimate, lower, upper, table.runs, level)


def precise_points(
    tables: LifeTables, day: int, half_width: float, level: float = 0.95
) -> NDArray[np.bool_]:
    """Return at which points S on `day` is known within +-half_width; shape [points].

    The level holds for each point on its own. For all points at once, divide 1 - level by their
    number.

    Errors: as in `look_at_milestone`.
    """
    _wanted(half_width)
    if not 0 <= day <= tables.horizon_days:
        raise UsageError(f"Days lie between 0 and {tables.horizon_days}, not at {day}.")
    if not complete(tables).all():
        raise UsageError(_CUT_SHORT)
    holding = tables.at_risk[:, day] - tables.ended_by_day[:, day]
    return narrow_enough(holding, tables.runs, half_width, level)


def precise_means(
    tables: LifeTables,
    half_width_days: float,
    through_day: int | None = None,
    level: float = 0.95,
) -> NDArray[np.bool_]:
    """Return at which points the mean days kept are known within +-half_width_days; [points].

    The days are those within `through_day`, by default the horizon. The level is that of each point
    on its own, as in `precise_points`.

    Errors: as in `look_at_restricted_mean`.
    """
    _wanted(half_width_days)
    last = tables.horizon_days if through_day is None else through_day
    if not 1 <= last <= tables.horizon_days:
        raise UsageError(f"A window ends on a day from 1 to {tables.horizon_days}, not {last}.")
    if not complete(tables).all():
        raise UsageError(_CUT_SHORT)
    left = tables.at_risk - tables.ended_by_day
    kept = left[:, :last].sum(axis=1) / last
    return narrow_enough(kept, tables.runs, half_width_days / last, level)


def narrow_enough(
    successes: ArrayLike, trials: ArrayLike, half_width: float, level: float = 0.95
) -> NDArray[np.bool_]:
    """Return where the limits of `time_uniform` lie no further than half_width from their middle.

    Errors: as in `time_uniform`.
    """
    lower, upper = time_uniform(successes, trials, level)
    return np.asarray((upper - lower) / 2.0 <= half_width)


def level_at_look(look: int, level: float = 0.95) -> float:
    """Return the level to use at the look numbered `look` = 1, 2, ... so that all hold together.

    The chance of error is spent as 6 / (pi look)^2, which sums to 1 over all looks. Use it with any
    interval or band that is valid at a fixed number of runs, at looks planned without regard to
    what was seen.

    Errors: `UsageError` for a look below 1 or an impossible level.
    """
    if look < 1 or not 0.0 < level < 1.0:
        raise UsageError(
            f"Looks count from 1, and levels lie between 0 and 1; got {look}, {level}."
        )
    return 1.0 - (1.0 - level) * 6.0 / (np.pi * look) ** 2


_CUT_SHORT = "The sequential rule needs runs that all reach an ending or the horizon; some did not."


def _whole(table: LifeTable) -> LifeTable:
    if not watched(table).complete:
        raise UsageError(_CUT_SHORT)
    return table


def _wanted(half_width: float) -> None:
    if not half_width > 0.0:
        raise UsageError(f"A half-width is above 0, not {half_width}.")


def _lower(count: Floats, size: Floats, level: float, prior: float) -> Floats:
    """Halve the stretch from 0 to the estimate, on which the evidence against p falls with p."""
    mixed = _mixture(count, size, prior)
    low = np.zeros(count.shape)
    high = count / np.maximum(size, 1.0)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        out = mixed - _chance(middle, count, size) > -np.log1p(-level)
        low, high = np.where(out, middle, low), np.where(out, high, middle)
    return np.where(count > 0, low, 0.0)


def _mixture(count: Floats, size: Floats, prior: float) -> Floats:
    """Return the logarithm of the chance of the counts, averaged over the shares of the mixture."""
    seen = scipy.special.betaln(count + prior, size - count + prior)
    return np.asarray(seen - scipy.special.betaln(prior, prior))


def _chance(share: Floats, count: Floats, size: Floats) -> Floats:
    """Return the logarithm of the chance of the counts under `share`."""
    return np.asarray(
        scipy.special.xlogy(count, share) + scipy.special.xlog1py(size - count, -share)
    )
