"""Piecewise exponential durations: a constant rate within each band of days, in closed form.

With e endings in N run-days of a band, the rate per day is -log(1 - e/N): that is the interval
likelihood's maximum, so log-likelihood and criteria compare with `parametric`. For covariates use
`grouped`, which is the same model with effects.

Source: Friedman 1982, Ann. Stat. 10:101, doi 10.1214/aos/1176345693.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import normal_reach
from sim.analysis.life_table import LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.regression.baseline import BANDS, band_counts, bands_with_runs
from sim.analysis.regression.criteria import Criteria
from sim.analysis.regression.observed import observed

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PiecewiseFit(Criteria):
    """Rates by band of days; all arrays have shape [bands], the first band is day 0 alone.

    `rates` are per day; infinite where all that were at risk ended, and then `standard_errors` are
    missing, as they are where none ended. `parameters` counts the bands with runs at risk,
    day 0 only if runs ended on it.
    """

    hazard: str
    runs: int
    first_day: NDArray[np.int64]
    last_day: NDArray[np.int64]
    ended: Floats
    run_days: Floats
    parameters: int
    log_likelihood: float
    notes: tuple[str, ...]

    distribution = "piecewise exponential"

    @property
    def rates(self) -> Floats:
        """Endings per day while the truce holds; missing where no run is left."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(-np.log1p(-self.ended / self.run_days))

    @property
    def standard_errors(self) -> Floats:
        """Standard errors of the rates, from the observed information."""
        with np.errstate(divide="ignore", invalid="ignore"):
            errors = np.sqrt(self.ended / (self.run_days * (self.run_days - self.ended)))
        return np.where((self.ended > 0) & np.isfinite(errors), errors, np.nan)

    def table(self, level: float = 0.95) -> pandas.DataFrame:
        """Return one row per band: first_day, last_day, ended, run_days, rate, lower, upper.

        Limits are symmetric on the log scale; missing where none or all ended.

        Errors: `UsageError` when `level` is not between 0 and 1.
        """
        import pandas

        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.exp(normal_reach(level) * self.standard_errors / self.rates)
        return pandas.DataFrame(
            {
                "first_day": self.first_day,
                "last_day": self.last_day,
                "ended": self.ended.astype(int),
                "run_days": self.run_days.astype(int),
                "rate": self.rates,
                "lower": self.rates / factor,
                "upper": self.rates * factor,
            }
        )

    def survival(self, days: ArrayLike | None = None) -> Floats:
        """Return the fitted S(d) on `days`, whole days within the bands; 0..H by default."""
        daily = np.repeat(self.rates, self.last_day - self.first_day + 1)
        curve = np.exp(-np.cumsum(daily))
        return curve if days is None else np.asarray(curve[np.asarray(days, dtype=np.int64)])


def piecewise_exponential(
    tables: LifeTable | LifeTables, bands: Sequence[int] = BANDS, cause: str | None = None
) -> PiecewiseFit:
    """Fit a constant rate to each band of days, all points together.

    `bands` are first days, as in `grouped`; `cause` is as in `cox`.

    Errors: `UsageError` for impossible bands or an unknown cause; `ResultsError` when no run ended
    so.
    """
    counts = observed(tables, cause)
    ended, faced, first, last = band_counts(counts.pooled, bands)
    bands_used = bands_with_runs(ended, faced)
    ended, faced = ended[0], faced[0]
    held = faced - ended
    value = scipy.special.xlogy(ended, ended) + scipy.special.xlogy(held, held)
    value -= scipy.special.xlogy(faced, faced)
    points = int(np.count_nonzero(counts.runs))
    pooled = f"{points} points share one distribution here. For effects of points use `grouped`."
    return PiecewiseFit(
        hazard=counts.hazard,
        runs=int(counts.runs.sum()),
        first_day=first,
        last_day=last,
        ended=ended,
        run_days=faced,
        parameters=bands_used,
        log_likelihood=float(value.sum()),
        notes=(pooled,) if points > 1 else (),
    )
