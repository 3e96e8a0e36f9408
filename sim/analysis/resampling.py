"""A bootstrap of life tables from their counts, and how far its curves stray from the estimate.

Every run is drawn a Poisson number of times with mean 1, so each count of the table becomes a
Poisson number with the count as its mean. The replicates of parts of an ensemble, drawn under
different seeds, therefore add up to replicates of the whole. The luck of a table depends on its
seed alone, not on its place among others.

Source: Hanley & MacGibbon 2006, Comput. Methods Programs Biomed. 83:57.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.analysis.curves import Floats, counted_incidence, counted_survival, point_curves
from sim.analysis.life_table import Counts, LifeTable

Curve = Literal["survival", "incidence"]

_CELLS_AT_ONCE = 65_536  # of drawn counts, which stay in the processor's cache


def replicates(table: LifeTable, seed: Sequence[int], count: int) -> Iterator[LifeTable]:
    """Yield `count` bootstrap tables; the same seed (whole numbers from 0) gives the same ones."""
    for drawn in _drawn(table, seed, count):
        yield from (LifeTable(cells[:-1], cells[-1]) for cells in drawn)


def strays(
    table: LifeTable, seed: Sequence[int], count: int, curve: Curve, spans: Sequence[slice]
) -> Floats:
    """Return how many standard errors each replicate strays at most; shape [curves, replicates].

    Each curve of `table` (one for survival, one per cause for incidence) is compared on its own
    span of days; the standard errors are those of the estimate.
    """
    found = point_curves(table)
    survival = found.survival_variance[np.newaxis]
    variance = survival if curve == "survival" else found.incidence_variance
    centre = _curves(table.ended, table.censored, curve)
    error = np.where(variance > 0, np.sqrt(variance), np.inf)
    far = []
    for drawn in _drawn(table, seed, count):
        off = _curves(drawn[:, :-1], drawn[:, -1], curve)
        off -= centre
        off = np.nan_to_num(np.abs(off, out=off) / error, nan=0.0)
        far.append([off[:, row, span].max(1, initial=0.0) for row, span in enumerate(spans)])
    return np.concatenate(far, axis=1)


def raised_level(far: NDArray[np.float64], level: float) -> float:
    """Return the level of a pointwise interval that reaches as far as `level` of the replicates."""
    reach = max(reach_of(far, level), float(scipy.special.ndtri(0.5 + level / 2.0)))
    return float(1.0 - 2.0 * scipy.special.ndtr(-min(reach, 8.0)))


def reach_of(far: NDArray[np.float64], level: float) -> float:
    """Return how far `level` of the replicates stray at most, by rank; 0 without a replicate."""
    rank = min(int(np.ceil(level * (len(far) + 1))), len(far)) - 1
    return float(np.sort(far)[rank]) if len(far) else 0.0


def luck_of(seed: Sequence[int]) -> np.random.Generator:
    """Return random numbers that depend on the seed alone, whole numbers from 0 on."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(list(seed))))


def _drawn(table: LifeTable, seed: Sequence[int], count: int) -> Iterator[Counts]:
    """Yield a few replicates at a time: counts [replicates, causes + 1, days], holding last."""
    luck = luck_of(seed)
    cells = np.concatenate([table.ended, table.censored[np.newaxis]])
    filled = np.nonzero(cells)
    few = max(1, _CELLS_AT_ONCE // max(cells.size, 1))
    for first in range(0, count, few):
        drawn = np.zeros((min(few, count - first), *cells.shape), dtype=np.int64)
        drawn[:, *filled] = luck.poisson(cells[filled], (len(drawn), len(filled[0])))
        yield drawn


def _curves(ended: Counts, censored: Counts, curve: Curve) -> Floats:
    """Return the curves; [.., curves, days]."""
    if curve == "survival":
        return counted_survival(ended, censored).survival[..., np.newaxis, :]
    return counted_incidence(ended, censored)
