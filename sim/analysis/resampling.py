"""A bootstrap of life tables from their counts, and how far its curves stray from the estimate.

Every run is drawn a Poisson number of times with mean 1, so each count of the table becomes a
Poisson number with the count as its mean. The replicates of parts of an ensemble, drawn under
different seeds, therefore add up to replicates of the whole. The luck of a table depends on its
seed alone, not on its place among others.

Source: Hanley & MacGibbon 2006, Comput. Methods Programs Biomed. 83:57, doi
10.1016/j.cmpb.2006.04.006.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.analysis.curves import Floats, PointCurves, point_curves
from sim.analysis.life_table import LifeTable

Curve = Literal["survival", "incidence"]


def replicates(table: LifeTable, seed: Sequence[int], count: int) -> Iterator[LifeTable]:
    """Yield `count` bootstrap tables; the same seed (whole numbers from 0) gives the same ones."""
    luck = np.random.Generator(np.random.Philox(np.random.SeedSequence(list(seed))))
    cells = np.concatenate([table.ended, table.censored[np.newaxis]])
    filled = np.nonzero(cells)
    for _ in range(count):
        drawn = np.zeros_like(cells)
        drawn[filled] = luck.poisson(cells[filled])
        yield LifeTable(drawn[:-1], drawn[-1])


def strays(
    table: LifeTable, seed: Sequence[int], count: int, curve: Curve, spans: Sequence[slice]
) -> Floats:
    """Return how many standard errors each replicate strays at most; shape [curves, replicates].

    Each curve of `table` (one for survival, one per cause for incidence) is compared on its own
    span of days; the standard errors are those of the estimate.
    """
    centre, error = _curves_and_errors(point_curves(table), curve)
    error = np.where(error > 0, error, np.inf)
    far = np.zeros((len(spans), count))
    for place, replicate in enumerate(replicates(table, seed, count)):
        drawn, _ = _curves_and_errors(point_curves(replicate), curve)
        off = np.nan_to_num(np.abs(drawn - centre) / error, nan=0.0)
        far[:, place] = [row[span].max(initial=0.0) for row, span in zip(off, spans, strict=True)]
    return far


def raised_level(far: NDArray[np.float64], level: float) -> float:
    """Return the level of a pointwise interval that reaches as far as `level` of the replicates."""
    rank = min(int(np.ceil(level * (len(far) + 1))), len(far)) - 1
    reach = max(float(np.sort(far)[rank]), float(scipy.special.ndtri(0.5 + level / 2.0)))
    return float(1.0 - 2.0 * scipy.special.ndtr(-min(reach, 8.0)))


def _curves_and_errors(found: PointCurves, curve: Curve) -> tuple[Floats, Floats]:
    if curve == "survival":
        return found.survival[np.newaxis], np.sqrt(found.survival_variance)[np.newaxis]
    return found.incidence, np.sqrt(found.incidence_variance)
