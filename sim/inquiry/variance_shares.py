"""Sobol' indices: the share of an outcome's variance that each factor brings about.

The *first* index of a factor is the share that it explains alone; the *total* index also counts
what it does together with others. Estimates and bootstrap are SALib's (first: Saltelli et al. 2010;
total: Jansen's). Sources: Sobol' 2001, doi 10.1016/S0378-4754(00)00270-6; Saltelli et al. 2010, doi
10.1016/j.cpc.2009.09.018.

An outcome that is a mean over runs carries their luck. It adds to the variance and passes for an
interaction of everything with everything. Products of different batches of runs are free of that
bias: they give the indices of the outcome that endless runs would have (`without_noise`).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import normal_reach
from sim.inquiry.luck import between_batches, luck_error
from sim.sweep.designs import unit_cube

RESAMPLES = 400

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shares:
    """The indices of one outcome: `first` and `total` of shape [factors], each with its errors.

    `*_design` is the standard error by SALib's bootstrap over samples, `*_luck` that of the luck of
    the runs, `*_without_noise` the index of the outcome that endless runs would have.
    `noise` is the share of the variance that is luck.
    """

    first: Floats
    first_design: Floats
    first_luck: Floats
    first_without_noise: Floats
    total: Floats
    total_design: Floats
    total_luck: Floats
    total_without_noise: Floats
    noise: float

    def limits(self, index: str, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return normal limits of "first" or "total".

        They cover the design and the luck of the runs, as if these were independent; what luck
        does within the design is counted in both, so they are rather too wide.
        """
        luck = np.nan_to_num(getattr(self, f"{index}_luck"))
        error = np.hypot(getattr(self, f"{index}_design"), luck)
        reach = normal_reach(level) * error
        return getattr(self, index) - reach, getattr(self, index) + reach


def variance_shares(batches: Floats, factors: int, seed: int) -> Shares:
    """Return the indices of an outcome at the rows of the design `saltelli`.

    `batches` holds the outcome in batches of runs, [batches, rows]; the seed is that of the
    bootstrap.
    """
    first, total, first_design, total_design = _salib(batches.mean(axis=0), factors, seed)
    luck = luck_error(batches, lambda values: np.stack(_estimates(values, factors)))
    bare_first, bare_total, noise = without_noise(batches, factors)
    return Shares(
        first, first_design, luck[0], bare_first, total, total_design, luck[1], bare_total, noise
    )


def without_noise(batches: Floats, factors: int) -> tuple[Floats, Floats, float]:
    """Return first and total indices free of the noise of the runs, and the share that is noise.

    All are nan where there is one batch alone, and 0 where nothing but noise varies.
    """
    a, exchanged, b = _parts(batches, factors)
    both = np.concatenate([a, b], axis=1)
    centre = both.mean(axis=1, keepdims=True)
    variance = float(between_batches(both - centre, both - centre).mean())
    change = exchanged - a[:, :, None]
    alone = between_batches(b[:, :, None] - centre[:, :, None], change).mean(axis=0)
    whole = between_batches(change, change).mean(axis=0) / 2
    overall = float(both.mean(axis=0).var())
    if not variance > 0:  # also when it is unknown
        empty = np.full(factors, variance if np.isnan(variance) else 0.0)
        return empty, empty, float("nan") if np.isnan(variance) else float(overall > 0)
    return alone / variance, whole / variance, max(0.0, 1 - variance / overall)


def _parts(values: Floats, factors: int) -> tuple[Floats, Floats, Floats]:
    """Return the outcome at A, at A with one factor of B, and at B, from rows along the last axis.

    Shapes [..., samples], [..., samples, factors] and [..., samples].
    """
    samples = values.reshape(*values.shape[:-1], -1, factors + 2)
    return samples[..., 0], samples[..., 1:-1], samples[..., -1]


def _estimates(values: Floats, factors: int) -> tuple[Floats, Floats]:
    """Return first and total indices by the formulas that SALib uses, without a bootstrap."""
    a, exchanged, b = _parts(values, factors)
    variance = np.concatenate([a, b]).var()
    if variance == 0:
        return np.zeros(factors), np.zeros(factors)
    centre, change = values.mean(), exchanged - a[:, None]
    first = ((b - centre)[:, None] * change).mean(axis=0) / variance
    return first, (change**2).mean(axis=0) / 2 / variance


def _salib(values: Floats, factors: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return first, total and their bootstrap errors by SALib; all 0 if nothing varies."""
    from SALib.analyze.sobol import analyze

    if np.ptp(values) == 0:
        nothing = np.zeros(factors)
        return nothing, nothing, nothing, nothing
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Constant values encountered")
        found = analyze(
            unit_cube(factors),
            values,
            calc_second_order=False,
            num_resamples=RESAMPLES,
            conf_level=0.95,
            seed=seed + 1,  # SALib takes 0 for no seed at all
        )
    reach = normal_reach(0.95)
    first, total, first_reach, total_reach = (
        np.asarray(found[name], dtype=float) for name in ("S1", "ST", "S1_conf", "ST_conf")
    )
    return first, total, first_reach / reach, total_reach / reach
