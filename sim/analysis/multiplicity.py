"""Many comparisons at once, and differences too small to matter.

Sources: Holm 1979, Scand. J. Stat. 6:65; a difference judged by where its
interval lies relative to the smallest one of interest: Schuirmann 1987, J. Pharmacokinet. Biopharm.
15:657, doi 10.1007/BF01068419, and Lakens 2017, Soc. Psychol. Personal. Sci. 8:355, doi
10.1177/1948550617697177.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import UsageError

VERDICTS = ("larger", "smaller", "too small to matter", "undecided")
"""What an interval says about a difference, given the smallest one of interest."""


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's corrected p-values, in the given order; each at most 1.

    Errors: `UsageError` when a p-value lies outside 0..1.
    """
    found = np.asarray(p_values, dtype=float)
    if not np.all((found >= 0) & (found <= 1)):
        raise UsageError(f"P-values lie between 0 and 1, not {list(p_values)}.")
    order = np.argsort(found, kind="stable")
    steps = found[order] * np.arange(len(found), 0, -1)
    corrected = np.empty_like(found)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(each) for each in corrected]


def shared_level(level: float, comparisons: int) -> float:
    """Return the level of each of so many intervals that hold together with at least `level`.

    Bonferroni's rule. Errors: `UsageError` when level or number are out of range.
    """
    if not 0.0 < level < 1.0 or comparisons < 1:
        raise UsageError(
            f"Intervals that hold together need a level between 0 and 1 and at least one "
            f"comparison, not {level} and {comparisons}."
        )
    return 1.0 - (1.0 - level) / comparisons


def verdicts(lower: ArrayLike, upper: ArrayLike, smallest: float) -> NDArray[np.str_]:
    """Say where each interval lies: beyond `smallest`, within it, or neither.

    "larger" and "smaller" mean that the whole interval lies beyond the smallest difference of
    interest (in absolute value, 0 or more), "too small to matter" that it lies within, and
    "undecided" that more runs are needed to tell.

    Errors: `UsageError` when `smallest` is negative or not a number.
    """
    if not smallest >= 0:
        raise UsageError(f"The smallest difference of interest is 0 or more, not {smallest}.")
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    within = (low > -smallest) & (high < smallest)
    found = [low > smallest, high < -smallest, within]
    return np.select(found, VERDICTS[:3], VERDICTS[3])
