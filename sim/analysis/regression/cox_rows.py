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
from sim.analysis.regression.efron import Moments, Terms
from sim.analysis.regression.observed import code_of_cause, hazard_name, refuse_none
from sim.endings import HOLDING
from sim.errors import ResultsError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


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
        order = np.argsort(2 * block + ended, kind="stable")
        block, self._ended = block[order], ended[order]
        self._columns = np.ascontiguousarray(columns[order].T)
        self._alike = None if alike is None else alike[order]
        self._block_starts = _starts(block)
        self._part_starts = _starts(2 * block + self._ended)
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
        sums = [np.add.reduceat(weight, self._part_starts)]
        weighted = [np.multiply(weight, column) for column in self._columns]
        sums += [np.add.reduceat(column, self._part_starts) for column in weighted]
        for place, column in enumerate(weighted):
            for other in self._columns[place:]:
                sums.append(np.add.reduceat(column * other, self._part_starts))
        parts = np.stack(sums)
        return Moments(self._at_risk(parts)[:, self._sets], parts[:, self._ending_part], shift)

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


def _slices(sorted_values: Whole) -> list[slice]:
    ends = [*_starts(sorted_values), len(sorted_values)]
    return [slice(start, end) for start, end in pairwise(ends)]
