"""Hazards by age band: how fast truces of a given age end, in all and by each cause.

A hazard counts endings against the truces still holding; it describes a mechanism at work, not how
often it decides in the end. For that, see the incidence. One minus a survival curve that treats
other endings as censoring answers neither question, and is not offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.curves import as_tables
from sim.analysis.intervals import clopper_pearson, poisson_rate
from sim.analysis.life_table import Counts, LifeTable
from sim.analysis.life_tables import LifeTables
from sim.endings import CAUSES
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

ALL_CAUSES = "all"


def age_bands(horizon_days: int, width_days: int = 7, apart: Sequence[int] = ()) -> list[int]:
    """Return the last day of each age band of `width_days`, from day 1 to the horizon.

    The last band may be shorter. Weeks by default; day 0 belongs to the first band. Each of the
    days `apart`, such as those on which terms end, is a band of its own: after it bands start anew,
    and what is left of fewer than half a width before it joins the band before.

    Errors: `UsageError` for a width below 1.
    """
    if width_days < 1:
        raise UsageError(f"Age bands are at least 1 day wide, not {width_days}.")
    last_days, start = list[int](), 0
    for day in sorted({day for day in apart if 0 < day <= horizon_days}):
        piece = _band_ends(start, day - 1, width_days)
        if len(piece) > 1 and piece[-1] - piece[-2] < width_days / 2:
            del piece[-2]
        last_days += [*piece, day]
        start = day
    return last_days + _band_ends(start, horizon_days, width_days)


def _band_ends(start: int, end: int, width: int) -> list[int]:
    """Return the last days of the bands on the days after `start`, through `end`."""
    return [*range(start + width, end, width), end] if end > start else []


def cause_names(causes: int) -> list[str]:
    """Return the names of the causes: those of the registry, or numbers if there are others."""
    known = [cause.name for cause in CAUSES]
    return known if causes == len(known) else [f"cause {code}" for code in range(1, causes + 1)]


def hazards_table(
    tables: LifeTable | LifeTables, last_days: Sequence[int] | None = None, level: float = 0.95
) -> pandas.DataFrame:
    """Return one row for each point, cause (and "all") and age band.

    A band runs from the day after the last day of the one before; the first starts on day 0.
    `last_days` rises within 0..H, by default weekly. Columns:

    - point, cause, first_day, last_day;
    - at_risk: truces watched and holding just before the endings of first_day;
    - truce_days: the sum of the daily numbers at risk, in days;
    - ended: endings in the band;
    - hazard: ended per truce-day, with exact Poisson limits (hazard_lower, hazard_upper), right for
      a hazard that is constant within the band;
    - risk: ended per truce at risk, the chance that one which reaches the band ends so within it,
      with Clopper-Pearson limits (risk_lower, risk_upper); missing where runs were cut short within
      the band before its last day.

    Errors: `UsageError` for days that do not rise within 0..H, or an impossible level.
    """
    import pandas

    many = as_tables(tables)
    last = _rising(
        age_bands(many.horizon_days) if last_days is None else last_days, many.horizon_days
    )
    first = np.append(0, last[:-1] + 1)
    ended = _sums(_with_all(many), first, last)
    shape = ended.shape
    at_risk = np.broadcast_to(many.at_risk[:, None, first], shape)
    truce_days = np.broadcast_to(_sums(many.at_risk, first, last)[:, None], shape)
    whole = np.broadcast_to((_cut_within(many, first, last) == 0)[:, None], shape) & (at_risk > 0)
    columns = {
        "point": np.repeat(many.numbers, shape[1] * shape[2]),
        "cause": np.tile(np.repeat([ALL_CAUSES, *cause_names(shape[1] - 1)], shape[2]), shape[0]),
        "first_day": np.tile(first, shape[0] * shape[1]),
        "last_day": np.tile(last, shape[0] * shape[1]),
        "at_risk": at_risk.ravel(),
        "truce_days": truce_days.ravel(),
        "ended": ended.ravel(),
    }
    return pandas.DataFrame(
        columns | _hazard(ended, truce_days, level) | _risk(ended, at_risk, whole, level)
    )


def _hazard(ended: Counts, truce_days: Counts, level: float) -> dict[str, NDArray[np.float64]]:
    lower, upper = poisson_rate(ended.ravel(), truce_days.ravel(), level)
    days = np.where(truce_days > 0, truce_days, np.nan).ravel()
    return {"hazard": ended.ravel() / days, "hazard_lower": lower, "hazard_upper": upper}


def _risk(
    ended: Counts, at_risk: Counts, whole: NDArray[np.bool_], level: float
) -> dict[str, NDArray[np.float64]]:
    size = np.where(whole, at_risk, 1).ravel()
    count = np.where(whole, ended, 0).ravel()
    limits = clopper_pearson(count, size, level)
    names = ("risk", "risk_lower", "risk_upper")
    found = (count / size, *limits)
    return {
        name: np.where(whole.ravel(), value, np.nan)
        for name, value in zip(names, found, strict=True)
    }


def _rising(last_days: Sequence[int], horizon_days: int) -> NDArray[np.int64]:
    last = np.asarray(last_days, dtype=np.int64)
    if not len(last) or np.any(np.diff(last) <= 0) or last[0] < 0 or last[-1] > horizon_days:
        raise UsageError(
            f"The last days of age bands rise within 0..{horizon_days}; got {list(last_days)}."
        )
    return last


def _with_all(many: LifeTables) -> Counts:
    """Return the endings with those of all causes together in front: [points, 1 + causes, days]."""
    return np.concatenate([many.ended_by_day[:, np.newaxis], many.ended], axis=1)


def _sums(counts: Counts, first: NDArray[np.int64], last: NDArray[np.int64]) -> Counts:
    """Return the sums of the last axis over each band."""
    running = np.cumsum(counts, axis=-1)
    start = np.where(first > 0, running[..., first - 1], 0)
    return np.asarray(running[..., last] - start, dtype=np.int64)


def _cut_within(many: LifeTables, first: NDArray[np.int64], last: NDArray[np.int64]) -> Counts:
    """Return the runs that stopped holding within each band before its last day."""
    return _sums(many.censored, first, last) - many.censored[:, last]
