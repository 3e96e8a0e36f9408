"""Tests that keep runs with the same luck together: what if the two of a pair were swapped?

If it makes no difference to a truce which of the two points it was run at, the two truces of a pair
might as well have changed places. All truces together stay the same under such swaps, so the scores
of the log-rank family stay the same too, and only the signs of the differences within pairs change.
The p-value is the share of random swaps that give a difference at least as large.

Source: Good 2005, Permutation, Parametric and Bootstrap Tests of Hypotheses, chapter 3, doi
10.1007/b138696; p-values are never 0, Phipson & Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39, doi
10.2202/1544-6115.1585.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.life_table import Counts
from sim.analysis.pairs import last_days, pair_tables, run_numbers
from sim.analysis.ranks import Weighting, day_weights
from sim.analysis.seed_weights import signs
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]
Score = Weighting | Literal["days"]
"""What is compared: the scores of a log-rank test, or the days within the horizon."""

SWAPS = 9_999
"""How many random swaps are tried, unless said otherwise."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class SwapTest:
    """What a test by swapping found.

    `statistic` is observed minus expected (weighted) endings of the point, or the mean difference
    in days; `pairs` counts all pairs, `differing` those that differ and so tell something.
    """

    statistic: float
    p_value: float
    swaps: int
    pairs: int
    differing: int


def swap_test(
    days: ArrayLike,
    endings: ArrayLike,
    baseline_days: ArrayLike,
    baseline_endings: ArrayLike,
    horizon_days: int,
    score: Score = "log-rank",
    cause: int | None = None,
    runs: ArrayLike | None = None,
    swaps: int = SWAPS,
) -> SwapTest:
    """Test whether a point and its baseline differ, run with the same luck (two-sided).

    The columns have one entry per run, as in `pair_tables`; leave out failed pairs. With a `cause`
    (code 1..) truces that ended otherwise count as never ended by it, which compares the incidence
    of that cause, as Gray's test does. `runs` holds the numbers of the runs, by default 0, 1 ...

    Errors: as in `pair_tables`; `UsageError` when the score or the cause is not known, or no swap
    is asked for; `ResultsError` when there is no pair.
    """
    pairs = pair_tables(days, endings, baseline_days, baseline_endings, horizon_days)
    numbers = run_numbers(pairs, runs)
    if not len(numbers):
        raise ResultsError("There is no pair to swap.")
    causes = pairs.first.ended.shape[1]
    if swaps < 1 or not (cause is None or 1 <= cause <= causes):
        raise UsageError(
            f"A test needs at least one swap and a cause from 1 to {causes}, not {swaps} and "
            f"{cause}."
        )
    first = last_days(days, endings, horizon_days, cause)
    second = last_days(baseline_days, baseline_endings, horizon_days, cause)
    scores = _scores(first, second, horizon_days, score)
    differences = scores[first] - scores[second]
    scale = 1.0 / len(first) if score == "days" else 0.5
    telling = np.abs(differences) > _ROUNDING * max(float(np.abs(scores).max()), 1.0)
    as_large = _as_large(differences[telling], numbers[telling], swaps)
    return SwapTest(
        statistic=float(scale * differences.sum()),
        p_value=(as_large + 1) / (swaps + 1),
        swaps=swaps,
        pairs=len(first),
        differing=int(telling.sum()),
    )


def _scores(first: Counts, second: Counts, horizon_days: int, score: Score) -> Floats:
    """Return the score of a truce by its last day; shape [days 0..H + 1].

    For the log-rank family it is the weight of the day minus what was expected until then, the same
    for all runs that ended on a day, and sums to 0 over all truces.
    """
    if score == "days":
        return np.minimum(np.arange(horizon_days + 2), horizon_days).astype(float)
    ended = np.bincount(np.concatenate([first, second]), minlength=horizon_days + 2)
    at_risk = np.cumsum(ended[::-1])[::-1]
    ended[-1] = 0
    weights = day_weights(at_risk, ended, score)
    expected = np.cumsum(weights * ended / np.maximum(at_risk, 1))
    return np.where(np.arange(horizon_days + 2) <= horizon_days, weights, 0.0) - expected


def _as_large(differences: Floats, runs: Counts, swaps: int) -> int:
    """Return how many random swaps give a sum at least as large in absolute value."""
    least = abs(float(differences.sum())) - _ROUNDING * float(np.abs(differences).sum())
    found, blocks = 0, -(-swaps // 64)
    for block in range(blocks):
        sums = signs(runs, block) @ differences
        left = min(64, swaps - 64 * block)
        found += int(np.sum(np.abs(sums[:left]) >= least))
    return found
