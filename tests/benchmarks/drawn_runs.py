"""Runs drawn for benchmarks of the analysis, shaped like those of an ensemble of three years.

Durations of 1 to 1,095 whole days with five ways to end, more endings on days 180, 365 and 730 (as
where terms run out), about 15 % still holding at the horizon and 2 % of the runs cut short earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.endings import CAUSES, HOLDING

HORIZON = 1095
TERMS = (180, 365, 730)
EFFECTS = np.array([0.3, -0.2, 0.1, 0.0, 0.5])
"""Logarithms of the hazard ratios of the covariates, where there are any."""

_SHAPE, _SCALE = 0.8, 540.0
_SHARE_AT_TERMS = 0.12
_SHARE_CUT_SHORT = 0.02

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnRuns:
    """Days, endings (codes) and points of runs, in the order of the points; all int64, [runs].

    `covariates` has shape [runs, 5]; they matter for the durations if that was asked for.
    """

    days: Whole
    endings: Whole
    points: Whole
    covariates: Floats

    @cached_property
    def times(self) -> Floats:
        """The days as the other libraries like them best, so that none has to convert them."""
        return self.days.astype(np.float64)

    @cached_property
    def ended(self) -> Floats:
        """1 where a run ended, 0 where it held; likewise."""
        return (self.endings != HOLDING).astype(np.float64)


def drawn_runs(runs: int, points: int, covariates: Floats | None = None) -> DrawnRuns:
    """Draw runs, equally many for each point; covariates [runs, 5] work through `EFFECTS`."""
    luck = np.random.default_rng(20211109)
    given = np.zeros((runs, len(EFFECTS))) if covariates is None else covariates
    lasting = _SCALE * np.exp(-given @ EFFECTS / _SHAPE) * luck.weibull(_SHAPE, runs)
    days = np.maximum(np.ceil(lasting), 1.0)
    at_term = luck.random(runs) < _SHARE_AT_TERMS
    days[at_term] = luck.choice(TERMS, int(at_term.sum()))
    endings = np.where(days > HORIZON, HOLDING, luck.integers(1, len(CAUSES) + 1, runs))
    days = np.minimum(days, HORIZON)
    cut = (luck.random(runs) < _SHARE_CUT_SHORT) & (endings != HOLDING)
    days[cut] = np.ceil(luck.random(int(cut.sum())) * days[cut])
    endings[cut] = HOLDING
    per_point = runs // points
    return DrawnRuns(
        days.astype(np.int64), endings, np.arange(runs, dtype=np.int64) // per_point, given
    )


def covariates_of_rows(runs: int) -> Floats:
    """Draw five covariates for every run."""
    return np.random.default_rng(1).standard_normal((runs, len(EFFECTS)))


def covariates_of_points(points: int) -> Floats:
    """Draw five covariates for every point."""
    return np.random.default_rng(2).standard_normal((points, len(EFFECTS)))
