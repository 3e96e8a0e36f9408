"""The numbers whose sensitivity is asked about, for every point and in batches of runs.

Runs of other numbers have other luck, so batches of runs stand for seeds: the spread between them
is what another seed would change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.endings import HOLDING, LAPSES, SETTLES
from sim.errors import ResultsError
from sim.sweep.folder import SweepFolder, read_folder
from sim.sweep.for_analysis import runs_of

WINDOW_DAYS = 365
MILESTONE_DAY = 90
BATCHES = 8
BAND_BYTES = 64_000_000  # of runs that are held at once

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """One number of an ensemble: the mean over runs of what `of_run` makes of days and endings."""

    name: str
    label: str
    unit: str
    of_run: Callable[[NDArray[np.int32], NDArray[np.uint8]], Floats]


def measures_within(horizon_days: int) -> tuple[Measure, ...]:
    """Return the four measures; windows end at the horizon where that comes first."""
    window, milestone = min(WINDOW_DAYS, horizon_days), min(MILESTONE_DAY, horizon_days)
    return (
        Measure(
            f"days_kept_{window}",
            f"Mean days kept within {window} days",
            "days",
            lambda days, endings: np.minimum(days, window).astype(float),
        ),
        Measure(
            "share_lapses",
            "Share that lapses",
            "share",
            lambda days, endings: (endings == LAPSES).astype(float),
        ),
        Measure(
            "share_settles",
            "Share that settles",
            "share",
            lambda days, endings: (endings == SETTLES).astype(float),
        ),
        Measure(
            f"survival_{milestone}",
            f"Share that holds beyond day {milestone}",
            "share",
            lambda days, endings: ((days > milestone) | (endings == HOLDING)).astype(float),
        ),
    )


@dataclass(frozen=True, eq=False)
class Measured:
    """Measures of all points of a sweep; `batches` has shape [measures, batches, points].

    Batch b holds the runs whose number is b modulo the number of batches. The number of runs is
    that of each point.
    """

    measures: tuple[Measure, ...]
    batches: Floats
    runs: int


def measured(path: Path) -> Measured:
    """Return the measures of a finished sweep.

    Errors: `UsageError` when there is no sweep; `ResultsError` when so many runs of a point failed
    that a batch of it is empty.
    """
    folder = read_folder(path)
    measures = measures_within(min(folder.points.horizons))
    number = min(BATCHES, folder.runs)
    batches = np.empty((len(measures), number, len(folder.points)))
    for band in _bands(folder):
        days, endings = runs_of(folder, band)
        kept = days >= 0
        for b in range(number):
            part = (slice(None), slice(b, None, number))
            batches[:, b, band] = _means(measures, days[part], endings[part], kept[part])
    if np.isnan(batches).any():
        raise ResultsError(
            f"In {path} too many runs of a point failed to say what it gives; "
            "failures.parquet says why."
        )
    return Measured(measures, batches, folder.runs)


def _bands(folder: SweepFolder) -> list[list[int]]:
    width = max(1, BAND_BYTES // (8 * folder.runs))
    points = len(folder.points)
    return [list(range(first, min(first + width, points))) for first in range(0, points, width)]


def _means(
    measures: tuple[Measure, ...],
    days: NDArray[np.int32],
    endings: NDArray[np.uint8],
    kept: NDArray[np.bool_],
) -> Floats:
    """Return the mean of each measure over the runs that did not fail; [measures, points]."""
    runs = kept.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.stack(
            [(measure.of_run(days, endings) * kept).sum(axis=1) / runs for measure in measures]
        )
