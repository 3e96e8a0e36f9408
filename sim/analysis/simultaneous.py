"""Simultaneous bands: limits that hold the whole true curve, on all their days at once.

| method | needs | where the band is calibrated |
| --- | --- | --- |
| dkw | no run cut short | all days; exact for any number of runs, wide where S is near 0 or 1 |
| hall-wellner | many runs | from day 0 while any truce holds; as wide as for 5 endings at least |
| equal-precision | many runs | days with 5 endings before, 5 truces left; as wide as the error |
| sup-t | a seed | as equal-precision, critical value by bootstrap (`sim.analysis.resampling`) |

Outside the days on which it is calibrated a band is carried on: a survival curve cannot rise, so
the lower limit of a later day holds on all earlier ones, and the upper limit of an earlier day on
all later ones (the reverse for incidence). So every band holds through the last known day. Each
cause's band holds on its own, not all causes at once.

Sources: Dvoretzky, Kiefer & Wolfowitz 1956, with the constant of Massart 1990, doi
10.1214/aop/1176990746; Hall & Wellner 1980, doi 10.1093/biomet/67.1.133; Nair 1984, doi
10.2307/1267553, on the log-log scale as Borgan & Liestoel 1990, Scand. J. Stat. 17:35; Montiel Olea
& Plagborg-Moeller 2019, doi 10.1002/jae.2656.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.crossings import bridge_reach, standard_reach
from sim.analysis.curves import (
    Floats,
    as_tables,
    complete,
    greenwood_terms,
    survival_curves,
    watched,
)
from sim.analysis.life_table import Counts, LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.limits import incidence_limits, survival_limits
from sim.analysis.resampling import raised_level, strays
from sim.analysis.uncertainty import Uncertainty
from sim.errors import UsageError

BandMethod = Literal["dkw", "hall-wellner", "equal-precision", "sup-t"]

BAND_NAMES: dict[BandMethod, str] = {
    "dkw": "Dvoretzky-Kiefer-Wolfowitz",
    "hall-wellner": "Hall-Wellner",
    "equal-precision": "equal precision (Nair), log-log",
    "sup-t": "bootstrap sup-t",
}
"""How each method is called in figures and tables."""

FEWEST = 5
"""Endings before, and truces left on, the days on which the last two bands are calibrated."""


@dataclass(frozen=True, eq=False)
class Band:
    """Simultaneous limits, of shape [points, days] for survival, [points, causes, days] else.

    The band is calibrated on `first_day`..`last_day` ([points] or [points, causes]; -1 and -1 where
    there were too few endings, and the band is then 0..1) and holds on all days through the last
    known one; later it is nan. `level` is the chance that a whole curve lies within.
    """

    lower: Floats
    upper: Floats
    level: float
    method: BandMethod
    first_day: Counts
    last_day: Counts
    uncertainty: Uncertainty = Uncertainty.MONTE_CARLO

    @property
    def statement(self) -> str:
        """What the band claims, in one sentence for captions."""
        return (
            f"Simultaneous {100 * self.level:g} % band ({BAND_NAMES[self.method]}): each whole "
            f"curve lies within it with that probability; {self.uncertainty} error only."
        )


class _Falling(NamedTuple):
    """Curves that fall from 1, n times their relative variances, and the counts behind them."""

    curve: Floats
    odds: Floats
    gone: Counts
    left: Counts


def survival_band(
    tables: LifeTable | LifeTables,
    level: float = 0.95,
    method: BandMethod = "dkw",
    seed: int | None = None,
    replicates: int = 1000,
) -> Band:
    """Return the band of each survival curve.

    `seed` (needed for sup-t only) and the number of each point decide the luck of its bootstrap;
    with fewer than 1,000 `replicates` the band itself varies noticeably from seed to seed.

    Errors: `UsageError` for an unknown method, a level outside 0.5..1, dkw where runs were cut
    short, or sup-t without a seed or replicates.
    """
    many = _checked(as_tables(tables), level, method, seed, replicates)
    if method == "dkw":
        return _dkw(many, point_survivals(many), level)
    if method == "sup-t":
        return _sup_t_of_survival(many, level, int(seed or 0), replicates)
    return _gaussian(many, _of_survival(many), level, method)


def incidence_band(
    tables: LifeTable | LifeTables,
    level: float = 0.95,
    method: BandMethod = "dkw",
    seed: int | None = None,
    replicates: int = 1000,
) -> Band:
    """Return the band of each incidence curve, every cause on its own.

    Where runs were cut short only sup-t is valid. Arguments and errors as in `survival_band`.
    """
    many = _checked(as_tables(tables), level, method, seed, replicates)
    if method != "sup-t" and not complete(many).all():
        raise UsageError("Where runs were cut short, bands of an incidence need the method sup-t.")
    if method == "sup-t":
        return _sup_t_of_incidence(many, level, int(seed or 0), replicates)
    falling = _of_incidence(many)
    if method == "dkw":
        return _flipped(_dkw(many, falling.curve, level))
    return _flipped(_gaussian(many, falling, level, method))


def point_survivals(many: LifeTables) -> Floats:
    """Return S of every point; shape [points, days]."""
    return survival_curves(many).survival


def _checked(
    many: LifeTables, level: float, method: BandMethod, seed: int | None, replicates: int
) -> LifeTables:
    check_method(method)
    if not 0.5 <= level < 1.0:
        raise UsageError(f"The level of a band lies between 0.5 and 1, not at {level}.")
    if method == "sup-t":
        check_luck(method, seed, replicates)
    if method == "dkw":
        check_complete(many, "hall-wellner, equal-precision or sup-t")
    return many


def check_method(method: BandMethod) -> None:
    """Refuse a band of another name than those known (`UsageError`)."""
    if method not in BAND_NAMES:
        raise UsageError(f"No band is called {method!r}; known: {', '.join(BAND_NAMES)}.")


def check_luck(method: BandMethod, seed: int | None, replicates: int) -> int:
    """Return the seed of a band that draws random numbers; refuse to draw without one."""
    if seed is None or seed < 0 or replicates < 1:
        raise UsageError(
            f"The band {method} draws random numbers; give it a seed, a whole number from 0 on, "
            f"and at least one replicate, not {seed} and {replicates}."
        )
    return seed


def check_complete(many: LifeTables, others: str) -> None:
    """Refuse the band dkw where runs were cut short, and name the `others` (`UsageError`)."""
    if not complete(many).all():
        raise UsageError(
            "The band dkw needs runs that all reach an ending or the horizon, but some were cut "
            f"short; use {others}."
        )


def dkw_reach(level: float) -> float:
    """Return how far a curve of n runs strays at most with `level`, times sqrt(n): 1.358 at 95%."""
    return float(np.sqrt(np.log(2.0 / (1.0 - level)) / 2.0))


def _dkw(many: LifeTables, curve: Floats, level: float) -> Band:
    runs = np.maximum(many.runs, 1).reshape(-1, *[1] * (curve.ndim - 1))
    half = dkw_reach(level) / np.sqrt(runs)
    first = np.zeros(curve.shape[:-1], np.int64)
    last = np.broadcast_to(_last_known(many).reshape(runs.shape[:-1]), first.shape)
    return _carried(many, curve - half, curve + half, level, "dkw", first, last)


def _of_survival(many: LifeTables) -> _Falling:
    seen = watched(many)
    odds = np.cumsum(greenwood_terms(seen), axis=-1) * seen.at_risk[:, :1]
    curve = np.nan_to_num(point_survivals(many), nan=0.0)
    return _Falling(curve, odds, *gone_and_left(many))


def _of_incidence(many: LifeTables) -> _Falling:
    """Return the shares not ended by each cause; shapes [points, causes, days]."""
    gone = np.cumsum(many.ended, axis=2)
    others = many.runs[:, None, None] - gone
    share = gone / np.maximum(many.runs, 1)[:, None, None]
    return _Falling(1.0 - share, gone / np.maximum(others, 1), gone, others)


def gone_and_left(many: LifeTables) -> tuple[Counts, Counts]:
    """Return the endings by each day and the truces left after it; each of [points, days]."""
    ended = many.ended_by_day
    return np.cumsum(ended, axis=1), many.at_risk - ended


def _gaussian(many: LifeTables, falling: _Falling, level: float, method: BandMethod) -> Band:
    """Return bands around each falling curve; the clock of its bridge is odds / (1 + odds)."""
    curve, odds, gone, left = falling
    fewest = (0, 1) if method == "hall-wellner" else (FEWEST, FEWEST)
    first, last = calibrated_days(gone, left, *fewest)
    known = _last_known(many)
    last = np.minimum(last, known.reshape(-1, *[1] * (last.ndim - 1)))
    lower, upper = np.zeros(curve.shape), np.ones(curve.shape)
    runs = many.runs
    limits = _hall_wellner if method == "hall-wellner" else _equal_precision
    for row in np.ndindex(first.shape):
        days = slice(first[row], last[row] + 1)
        if first[row] >= 0:
            pair = limits(curve[row][days], odds[row][days], int(runs[row[0]]), level)
            lower[row][days], upper[row][days] = pair
    return _carried(many, lower, upper, level, method, first, last)


def _hall_wellner(curve: Floats, odds: Floats, runs: int, level: float) -> tuple[Floats, Floats]:
    clock = max(odds[-1] / (1.0 + odds[-1]), min(FEWEST / runs, 1.0))
    half = bridge_reach(level, 0.0, clock) * _hall_wellner_unit(curve, odds, runs)
    return curve - half, curve + half


def _hall_wellner_unit(curve: Floats, odds: Floats, runs: ArrayLike) -> Floats:
    return np.asarray(1.0 / np.sqrt(runs) * (1.0 + odds) * curve)


def hall_wellner_units(many: LifeTables) -> Floats:
    """Return what a Hall-Wellner band of survival is a multiple of; shape [points, days].

    It is 1 / sqrt(n) on all days where no run was cut short and grows where some were; on days
    after the last truce has ended it stays what it was.
    """
    curve, odds, *_ = _of_survival(many)
    runs = np.maximum(many.runs, 1)[:, np.newaxis]
    units = np.maximum(_hall_wellner_unit(curve, odds, runs), 1.0 / np.sqrt(runs))
    return np.asarray(np.maximum.accumulate(units, axis=1))


def _equal_precision(curve: Floats, odds: Floats, runs: int, level: float) -> tuple[Floats, Floats]:
    clock = odds / (1.0 + odds)
    reach = standard_reach(level, clock[0], clock[-1])
    power = np.exp(reach * np.sqrt(odds / runs) / -np.log(curve))
    return curve**power, curve ** (1.0 / power)


def _sup_t_of_survival(many: LifeTables, level: float, seed: int, replicates: int) -> Band:
    lower, upper = np.zeros(many.censored.shape), np.ones(many.censored.shape)
    first, last = calibrated_days(*gone_and_left(many), FEWEST, FEWEST)
    for place, table in enumerate(many):
        if first[place] >= 0:
            days = slice(first[place], last[place] + 1)
            far = strays(table, (seed, many.numbers[place]), replicates, "survival", [days])
            low, high = survival_limits(table, raised_level(far[0], level))
            lower[place, days], upper[place, days] = low[0, days], high[0, days]
    return _carried(many, lower, upper, level, "sup-t", first, last)


def _sup_t_of_incidence(many: LifeTables, level: float, seed: int, replicates: int) -> Band:
    lower, upper = np.zeros(many.ended.shape), np.ones(many.ended.shape)
    gone = np.cumsum(many.ended, axis=2)
    cut_short = ~complete(many)[:, None, None]
    others = many.runs[:, None, None] - gone
    left = np.where(cut_short, gone_and_left(many)[1][:, None], others)
    first, last = calibrated_days(gone, left, FEWEST, FEWEST)
    last = np.minimum(last, _last_known(many)[:, np.newaxis])
    for place, table in enumerate(many):
        spans = [slice(a, b + 1) for a, b in zip(first[place], last[place], strict=True)]
        far = strays(table, (seed, many.numbers[place]), replicates, "incidence", spans)
        for cause in np.flatnonzero(first[place] >= 0).tolist():
            days = np.arange(first[place, cause], last[place, cause] + 1)
            low, high = incidence_limits(table, raised_level(far[cause], level), days=days.tolist())
            lower[place, cause, days], upper[place, cause, days] = low[0, cause], high[0, cause]
    flipped = _carried(many, 1.0 - upper, 1.0 - lower, level, "sup-t", first, last)
    return _flipped(flipped)


def calibrated_days(gone: Counts, left: Counts, ended: int, still: int) -> tuple[Counts, Counts]:
    """Return the first and last day with so many endings before and truces left; -1 for none."""
    fit = (gone >= ended) & (left >= still)
    some = fit.any(axis=-1)
    first = np.where(some, fit.argmax(axis=-1), -1)
    last = np.where(some, fit.shape[-1] - 1 - fit[..., ::-1].argmax(axis=-1), -1)
    return first.astype(np.int64), last.astype(np.int64)


def _carried(
    many: LifeTables,
    lower: Floats,
    upper: Floats,
    level: float,
    method: BandMethod,
    first: Counts,
    last: Counts,
) -> Band:
    """Carry limits of a falling curve to all known days; see the module's text."""
    known = np.arange(many.horizon_days + 1) <= _last_known(many)[:, np.newaxis]
    known = known if lower.ndim == 2 else known[:, np.newaxis]
    low = np.where(known, np.clip(lower, 0.0, 1.0), 0.0)
    low = np.maximum.accumulate(low[..., ::-1], axis=-1)[..., ::-1]
    high = np.minimum.accumulate(np.clip(upper, 0.0, 1.0), axis=-1)
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    return Band(low, high, level, method, first, np.asarray(last))


def _flipped(band: Band) -> Band:
    """Return the band of 1 - curve."""
    return Band(
        1.0 - band.upper, 1.0 - band.lower, band.level, band.method, band.first_day, band.last_day
    )


def _last_known(many: LifeTables) -> NDArray[np.int64]:
    """Return the last known day of each point, -1 for a point without runs."""
    return np.asarray(watched(many).known.sum(axis=1) - 1)
