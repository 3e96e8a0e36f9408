"""The survival curves of a few points, each with its name, its band and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis import (
    BAND_NAMES,
    METHOD_NAMES,
    Band,
    LifeTable,
    LifeTables,
    curves,
    default_method,
    medians,
    quantile_limits,
    restricted_times,
    survival_limits,
)
from sim.errors import UsageError
from sim.report.wording import count, listed, percent, plain

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NamedCurve:
    """One point: its number and name, its counts, and S with its limits on the days it is known.

    `survival`, `lower` and `upper` have shape [days 0..last_day], range 0..1; `table` goes through
    the horizon. `median` is a day or None, `median_limits` the days between which it lies;
    `mean` holds the mean days kept within the days shown, with limits (nan if not watched so long).
    """

    number: int
    name: str
    table: LifeTable
    survival: Floats
    lower: Floats
    upper: Floats
    median: int | None
    median_limits: tuple[int | None, int | None]
    mean: tuple[float, float, float]
    window: int

    @property
    def last_day(self) -> int:
        """The last day on which the curve is known and shown."""
        return len(self.survival) - 1

    @property
    def days(self) -> NDArray[np.int64]:
        """The days of the curve."""
        return np.arange(len(self.survival))

    @property
    def days_cut_short(self) -> NDArray[np.int64]:
        """The days on which runs were cut short while others went on."""
        stopped = (self.table.censored[:-1] > 0) & (self.table.at_risk[1:] > 0)
        days = np.flatnonzero(stopped)
        return days[days <= self.last_day]

    @property
    def end_words(self) -> str:
        """S on the last day with its limits, as "12.3 % (11.0–13.7)"."""
        limits = f"{100 * self.lower[-1]:.1f}–{100 * self.upper[-1]:.1f}"
        return f"{percent(float(self.survival[-1]))} ({limits})"

    @property
    def median_words(self) -> str:
        """The median with its limits, as "median day 45 (43–48)", or that it was not reached."""
        if self.median is None:
            return "median not reached"
        first, last = ("?" if day is None else f"{day:,}" for day in self.median_limits)
        return f"median day {self.median:,} ({first}–{last})".replace("?", "not reached")

    @property
    def mean_words(self) -> str:
        """The mean days kept with limits, as "mean days within 365: 61.2 (59.0–63.4)"."""
        mean, lower, upper = self.mean
        if np.isnan(mean):
            return "mean days not known"
        return f"mean days within {self.window:,}: {mean:,.1f} ({lower:,.1f}–{upper:,.1f})"


def named_curves(
    tables: LifeTables,
    names: Sequence[str] | None = None,
    *,
    last_day: int | None = None,
    level: float = 0.95,
    band: Band | None = None,
) -> list[NamedCurve]:
    """Return the curves of all points in the order given, through `last_day` (the horizon).

    Without `names` points are called by their numbers. Limits are pointwise at `level`, or those of
    a simultaneous `band` of the same tables.

    Errors: as in `checked_names`; `UsageError` when the band is that of other tables.
    """
    called = checked_names(tables, names)
    lower, upper = survival_limits(tables, level) if band is None else (band.lower, band.upper)
    if lower.shape != tables.censored.shape:
        raise UsageError(
            f"The band holds {lower.shape[0]} points and {lower.shape[1]} days, the tables "
            f"{len(tables)} and {tables.horizon_days + 1}; compute it from the same tables."
        )
    found = curves(tables)
    shown = (tables.horizon_days if last_day is None else last_day) + 1
    known = np.minimum(found.known.sum(axis=1), shown)
    window = max(shown - 1, 1)
    means = restricted_times(tables, window)
    middles, ranges = medians(tables), quantile_limits(tables, level=level)
    averages = zip(means.kept, *means.kept_limits(level), strict=True)
    return [
        NamedCurve(
            number=tables.numbers[row],
            name=called[row],
            table=tables[row],
            survival=found.survival[row, : known[row]],
            lower=lower[row, : known[row]],
            upper=upper[row, : known[row]],
            median=middle,
            median_limits=limits,
            mean=(float(mean[0]), float(mean[1]), float(mean[2])),
            window=window,
        )
        for row, (middle, limits, mean) in enumerate(zip(middles, ranges, averages, strict=True))
    ]


def checked_names(tables: LifeTables, names: Sequence[str] | None) -> list[str]:
    """Return a name for each point, as one line of plain text.

    Errors: `UsageError` when there is no point, a point has no runs, or names and points differ in
    number.
    """
    given = [""] * len(tables) if names is None else [plain(name) for name in names]
    if len(given) != len(tables):
        raise UsageError(f"There are {len(tables)} points but {len(given)} names; give one each.")
    if not len(tables) or not tables.runs.all():
        raise UsageError("A figure needs at least one point, and every point some runs.")
    return [name or f"Point {number}" for name, number in zip(given, tables.numbers, strict=True)]


def band_words(tables: LifeTables, level: float, band: Band | None) -> str:
    """Return kind, level and method of the bands, for the legend."""
    if band is not None:
        return f"Simultaneous {100 * band.level:g} % band ({BAND_NAMES[band.method]})"
    methods = sorted({METHOD_NAMES[default_method(table)] for table in tables}, reverse=True)
    return f"Pointwise {100 * level:g} % interval ({', '.join(methods)})"


def foot_words(tables: LifeTables, seed: int, last_day: int) -> str:
    """Return points, runs, seed, horizon, and how large the Monte-Carlo error is."""
    over = "" if last_day == tables.horizon_days else " No truce holds on the days not drawn."
    points = f"Point{'s' if len(tables) > 1 else ''} {listed(tables.numbers)}"
    fewest, most = int(tables.runs.min()), int(tables.runs.max())
    runs = count(most, "run") if fewest == most else f"{fewest:,} to {count(most, 'run')}"
    error = 100 * float(np.nanmax(np.sqrt(curves(tables).survival_variance), initial=0.0))
    return (
        f"{points} · {runs}{' each' if len(tables) > 1 else ''} · seed {seed} · horizon "
        f"{count(tables.horizon_days, 'day')}.{over} Monte-Carlo standard error: at most "
        f"{error:.2g} percentage points. It says nothing about how well the model fits the world."
    )


def curves_data(shown: Sequence[NamedCurve]) -> pandas.DataFrame:
    """Return the curves as a table: a row for each point and day, point by point.

    Columns: point, name, day, at_risk, ended, censored (runs), survival, lower, upper (0..1).
    """
    import pandas

    return pandas.concat([_data_of(curve) for curve in shown], ignore_index=True)


def _data_of(curve: NamedCurve) -> pandas.DataFrame:
    import pandas

    days = slice(0, curve.last_day + 1)
    return pandas.DataFrame(
        {
            "point": curve.number,
            "name": curve.name,
            "day": curve.days,
            "at_risk": curve.table.at_risk[days],
            "ended": curve.table.ended_by_day[days],
            "censored": curve.table.censored[days],
            "survival": curve.survival,
            "lower": curve.lower,
            "upper": curve.upper,
        }
    )
