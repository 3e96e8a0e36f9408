"""The numbers that calibration compares: patterns S1-S5 of the truces of one vector.

Every statistic comes with what each run adds to it (its influence), so that one formula gives the
Monte-Carlo covariance of all of them, clustered by conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.endings import CAUSES, ENDING_CODES
from sim.validation.weibull import fitted_shape
from sim.validation.world import TERM_DAYS, WAR_DAYS, Clocks

FAILURES = tuple(ending.code for ending in CAUSES if ending.kind == "failure")
LAPSES, SETTLES = ENDING_CODES["lapses"], ENDING_CODES["settles"]
WAR_AGES = (30, 90, 180, 365, 730, 1826)
FORMAL_AGES = (30, 90, 180, 365)
EARLY, LATER = (0, 7), (90, 180)
BANDS = (0, 7, 30, 90, 180, 365, 730, 1826)
"""Ages between which the hazard on the war clock is told."""

NAMES = (
    *(f"S1 S({age})" for age in WAR_AGES),
    "S2 Weibull shape",
    "S2 log hazard ratio",
    "S3 share settled",
    "S4 broken early",
    "S4 lapsed",
    *(f"S5 S({age})" for age in FORMAL_AGES),
)
"""The statistics in their order. S4's third share, of the renewed, is what the others leave."""


@dataclass(frozen=True)
class Summary:
    """The statistics of `NAMES`, and their Monte-Carlo covariance clustered by conflict."""

    values: np.ndarray
    covariance: np.ndarray


def summary_of(clocks: Clocks) -> Summary:
    """Return the statistics of one vector's truces with their covariance."""
    values, influences = zip(*_statistics(clocks), strict=True)
    return Summary(np.array(values), clustered_covariance(np.array(influences)))


def clustered_covariance(influences: np.ndarray) -> np.ndarray:
    """Return the covariance of statistics from influences (statistic, conflict, run).

    The runs of a conflict share its nature, so conflicts and not runs are what is sampled:
    C/(C - 1)·Σ over conflicts of the outer product of their summed influences, over n².
    """
    _, conflicts, runs = influences.shape
    by_conflict = influences.sum(axis=2)
    scale = conflicts / (conflicts - 1) / (conflicts * runs) ** 2
    return np.asarray(scale * by_conflict @ by_conflict.T)


def failed_by_war(clocks: Clocks) -> np.ndarray:
    """Return which truces on the war clock ended in open breach or violence."""
    return np.isin(clocks.war.endings, FAILURES)


def hazards(clocks: Clocks) -> np.ndarray:
    """Return the hazard of failure per year in each band of age on the war clock.

    Settlements end exposure.
    """
    days, failed = clocks.war.days, failed_by_war(clocks)
    return np.array(
        [
            365.0 * failures.sum() / max(exposure.sum(), 1e-9)
            for failures, exposure in (_at_age(days, failed, *band) for band in pairwise(BANDS))
        ]
    )


def _statistics(clocks: Clocks) -> list[tuple[float, np.ndarray]]:
    war, formal = clocks.war, clocks.formal
    failed, settled = failed_by_war(clocks), war.endings == SETTLES
    early = np.isin(formal.endings, FAILURES) & (formal.days <= TERM_DAYS)
    lapsed = (formal.endings == LAPSES) & (formal.days == TERM_DAYS)
    # A settlement succeeds a truce and continues the spell (see S5 in targets.yaml).
    ended = np.isin(formal.endings, (*FAILURES, LAPSES))
    return [
        *(_share(~(failed & (war.days <= age))) for age in WAR_AGES),
        fitted_shape(war.days, failed, WAR_DAYS),
        _log_hazard_ratio(war.days, failed),
        _share(settled),
        _share(early),
        _share(lapsed),
        *(_share(~(ended & (formal.days <= age))) for age in FORMAL_AGES),
    ]


def _share(happened: np.ndarray) -> tuple[float, np.ndarray]:
    share = float(happened.mean())
    return share, happened - share


def _log_hazard_ratio(days: np.ndarray, failed: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the log of the hazard of the first week over that of the second quarter.

    Half a failure is added to each, so that none is not infinitely few.
    """
    value, influence = 0.0, np.zeros(days.shape)
    for sign, band in ((1.0, EARLY), (-1.0, LATER)):
        failures, exposure = _at_age(days, failed, *band)
        number, time = failures.sum() + 0.5, max(exposure.sum(), 1.0)
        value += sign * float(np.log(number / time))
        influence += sign * days.size * (failures / number - exposure / time)
    return value, influence - influence.mean()


def _at_age(
    days: np.ndarray, failed: np.ndarray, start: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each truce whether it failed between two ages, and how long it was watched."""
    return failed & (days > start) & (days <= end), np.clip(days, start, end) - float(start)
