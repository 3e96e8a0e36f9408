"""Cox regression on the covariates of single runs, such as what was measured in each of them.

Runs are sorted by stratum and day once; every step then adds up blocks of neighbouring rows. The
memory is that of the covariates and a few columns more. For covariates of points use
`sim.analysis.regression.cox`, which does not look at single runs at all.

Sources: as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.regression.covariates import covariates_of, groups_of
from sim.analysis.regression.cox import CoxFit, fitted
from sim.analysis.regression.efron import Moments, Terms, efron_terms
from sim.analysis.regression.observed import code_of_cause, hazard_name, refuse_none
from sim.endings import HOLDING
from sim.errors import ResultsError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_ROWS_AT_ONCE = 8192


def cox_of_runs(
    days: ArrayLike,
    endings: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    cause: str | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> CoxFit:
    """Fit the hazard of ending to covariates of the runs.

    `days` are the whole days that each run lasted, `endings` the codes of `sim.endings` (0 while it
    holds); `covariates` maps names to one number for each run. `cause` and `strata` are as in
    `cox`. With `clusters`, labels of what runs have in common (a point, or a seed used at all
    points), robust errors are given too.

    A covariate must be known at signing. What is measured later, such as the number of incidents,
    depends on how long the truce held and gives nonsense here.

    Errors: as in `cox`, and `ResultsError` for days or endings that are no whole numbers from 0.
    """
    day, ending = _whole(days, "days"), _whole(endings, "endings")
    if len(day) != len(ending):
        raise ResultsError(f"There are {len(day)} durations but {len(ending)} endings.")
    ended = ending != HOLDING if cause is None else ending == code_of_cause(cause)
    refuse_none(int(ended.sum()), cause)
    groups = groups_of(strata, len(day), "strata")
    checked = covariates_of(
        covariates, np.ones(len(day)), "run", None if strata is None else groups
    )
    alike = None if clusters is None else groups_of(clusters, len(day), "clusters")
    sample = _RowSample(day, ended, checked.standardised, groups, alike)
    found = 0 if alike is None else int(alike.max()) + 1
    return fitted(sample, checked, hazard_name(cause), len(day), found, "clusters")


class _RowSample:
    """The risk sets of single runs, sorted by stratum, day and whether they end.

    A block holds the runs of one stratum and day; a part of it those that end, or those that do
    not.
    """

    def __init__(
        self,
        day: Whole,
        ended: NDArray[np.bool_],
        columns: Floats,
        strata: Whole,
        alike: Whole | None,
    ) -> None:
        self.gone_by_day = np.bincount(day)
        self.ended_by_day = np.bincount(day[ended], minlength=len(self.gone_by_day))
        block = strata * len(self.gone_by_day) + day
        order = _order(2 * block + ended)
        block, self._ended = block[order], ended[order]
        self._columns = np.take(columns.T, order, axis=1)
        self._alike = None if alike is None else alike[order]
        self._block_starts = _starts(block)
        self._part_starts = _starts(2 * block + self._ended)
        self._shares = _shares(self._part_starts, len(day))
        self._strata = _slices(strata[order][self._block_starts])
        self._block_of_part = np.searchsorted(self._block_starts, self._part_starts, "right") - 1
        self._ending_part = self._ended[self._part_starts]
        self._sets = self._block_of_part[self._ending_part]  # blocks in which runs end
        self.day = day[order][self._block_starts][self._sets]
        ones = np.diff(np.append(self._part_starts, len(day)))
        self.count = ones[self._ending_part].astype(float)
        self.covariate_sums = np.stack(
            [self._of_ending(column) for column in self._columns], axis=1
        )

    def moments(self, coefficients: Floats) -> Moments:
        weight, shift = self._weights(coefficients)
        covariates = len(self._columns)
        sums = np.empty(((covariates + 1) * (covariates + 2) // 2, len(self._part_starts)))
        for parts, rows in self._shares:
            starts = self._part_starts[parts] - rows.start
            columns = self._columns[:, rows]
            weighted = columns * weight[rows]
            sums[0, parts] = np.add.reduceat(weight[rows], starts)
            sums[1 : covariates + 1, parts] = np.add.reduceat(weighted, starts, axis=1)
            feature = covariates + 1
            for place, column in enumerate(weighted):
                crossed = np.add.reduceat(column * columns[place:], starts, axis=1)
                sums[feature : feature + len(crossed), parts] = crossed
                feature += len(crossed)
        return Moments(self._at_risk(sums)[:, self._sets], sums[:, self._ending_part], shift)

    def terms(self, moments: Moments, covariates: int) -> Terms:
        return efron_terms(moments, self.count, covariates)

    def scores(self, coefficients: Floats, terms: Terms) -> Floats | None:
        if self._alike is None:
            return None
        weight, _ = self._weights(coefficients)
        faced = self._to_rows(self._so_far(terms.hazard))
        spared = self._to_rows(self._on_blocks(terms.hazard_of_ending))
        scores = []
        for place, column in enumerate(self._columns):
            met = column - self._to_rows(self._on_blocks(terms.means[place] / self.count))
            drift = self._to_rows(self._so_far(terms.drift[place]))
            back = column * spared - self._to_rows(self._on_blocks(terms.drift_of_ending[place]))
            row = self._ended * (met + weight * back) - weight * (column * faced - drift)
            scores.append(np.bincount(self._alike, row))
        return np.stack(scores, axis=1)

    def _weights(self, coefficients: Floats) -> tuple[Floats, float]:
        predictor = coefficients @ self._columns
        shift = float(predictor.max())
        return np.exp(predictor - shift), shift

    def _of_ending(self, column: Floats) -> Floats:
        return np.asarray(np.add.reduceat(column, self._part_starts)[self._ending_part])

    def _at_risk(self, parts: Floats) -> Floats:
        """Add up each block and all later ones of its stratum; shape [features, blocks]."""
        firsts = np.flatnonzero(np.diff(self._block_of_part, prepend=-1))
        blocks = np.add.reduceat(parts, firsts, axis=1)
        for stratum in self._strata:
            blocks[:, stratum] = np.cumsum(blocks[:, stratum][:, ::-1], axis=1)[:, ::-1]
        return np.asarray(blocks)

    def _on_blocks(self, values: Floats) -> Floats:
        spread = np.zeros(len(self._block_starts))
        spread[self._sets] = values
        return spread

    def _so_far(self, values: Floats) -> Floats:
        """Add up the values of this and all earlier blocks of the stratum; shape [blocks]."""
        spread = self._on_blocks(values)
        for stratum in self._strata:
            spread[stratum] = np.cumsum(spread[stratum])
        return spread

    def _to_rows(self, blocks: Floats) -> Floats:
        lengths = np.diff(np.append(self._block_starts, len(self._ended)))
        return np.repeat(blocks, lengths)


def _whole(values: ArrayLike, what: str) -> Whole:
    held = np.asarray(values)
    if held.dtype.kind not in "iu" or held.ndim != 1 or not held.size or held.min() < 0:
        raise ResultsError(
            f"The {what} of the runs must be whole numbers from 0, one for each run."
        )
    return held.astype(np.int64)


def _starts(sorted_values: Whole) -> Whole:
    """Return where each distinct value begins."""
    return np.flatnonzero(np.concatenate([[True], sorted_values[1:] != sorted_values[:-1]]))


def _order(keys: Whole) -> Whole:
    """Sort stably; small numbers are sorted by their digits, which takes a tenth of the time."""
    small = keys.max() <= np.iinfo(np.uint16).max
    return np.argsort(keys.astype(np.uint16) if small else keys, kind="stable")


def _shares(starts: Whole, size: int) -> list[tuple[slice, slice]]:
    """Cut parts into shares, with their rows, that are added up within the processor's cache."""
    edges = np.flatnonzero(np.diff(starts // _ROWS_AT_ONCE, prepend=-1))
    parts = pairwise([*edges.tolist(), len(starts)])
    ends = np.append(starts, size)
    return [(slice(a, b), slice(int(ends[a]), int(ends[b]))) for a, b in parts]


def _slices(sorted_values: Whole) -> list[slice]:
    ends = [*_starts(sorted_values), len(sorted_values)]
    return [slice(start, end) for start, end in pairwise(ends)]
