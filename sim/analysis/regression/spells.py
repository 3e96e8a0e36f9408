"""The likelihood of durations given as counts: one cell for each point, day and fate.

A run that ended on day d ended in (d - 1, d], so it adds log(S(d - 1) - S(d)); a run that was last
seen to hold on day d adds log S(d). With a never-ending share c, S(d) = c + (1 - c) L(d), where L
is the survival of those that end at some time. The "continuous" likelihood takes the ending at d
exactly, as programs for continuous time do; on whole days that is biased.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import NDArray

from sim.analysis.regression.distributions import Family
from sim.analysis.regression.observed import Observed

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_STEP = 1e-4  # between values whose difference gives the slope in q, or the curvature


@dataclass(frozen=True, eq=False)
class Spells:
    """Runs from day 1 on, by point, day and fate: those that ended first, then those that held.

    `point`, `day` and `count` have shape [cells]; the first `ended` cells are of runs that ended.
    """

    point: Whole
    day: Floats
    count: Floats
    ended: int
    points: int

    def by_point(self, values: Floats) -> Floats:
        """Add up values [..., cells], times counts, over the cells of each point; [points, ...]."""
        flat = values.reshape(-1, len(self.count)) * self.count
        sums = [np.bincount(self.point, row, minlength=self.points) for row in flat]
        return np.stack(sums, axis=1).reshape(self.points, *values.shape[:-1])


def spells_of(counts: Observed) -> Spells:
    """Collect the cells that hold runs; runs that ended on day 0 are left out."""
    ended, held = np.nonzero(counts.ended[:, 1:]), np.nonzero(counts.held)
    return Spells(
        point=np.concatenate([ended[0], held[0]]),
        day=np.concatenate([ended[1] + 1.0, held[1]]),
        count=np.concatenate([counts.ended[:, 1:][ended], counts.held[held]]).astype(float),
        ended=len(ended[0]),
        points=len(counts.ended),
    )


@dataclass(frozen=True)
class CellModel:
    """The likelihood of one cell in the few numbers that it depends on.

    These are the location of its point and then, where the model has them, log scale, logit of the
    never-ending share, and shape q; `names` lists the latter.
    """

    family: Family
    cured: bool
    continuous: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters after the location."""
        named = ((self.family.scale is not None, "log_scale"), (self.cured, "never_ending_logit"))
        return tuple(name for there, name in (*named, (self.family.has_shape, "q")) if there)

    def derivatives(
        self, spells: Spells, location: Floats, others: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return log-likelihood [cells], gradient [m, cells] and curvature [m, m, cells].

        `location` has shape [points]; `others` [m - 1] are in the order of `names`. The curvature
        is the central difference of the gradient.
        """
        at = location[spells.point]
        value, gradient = self.gradient(spells, at, others)
        size = len(gradient)
        curvature = np.empty((size, *gradient.shape))
        for place, move in enumerate(np.eye(size) * _STEP):
            ahead = self.gradient(spells, at + move[0], others + move[1:])[1]
            behind = self.gradient(spells, at - move[0], others - move[1:])[1]
            curvature[place] = (ahead - behind) / (2.0 * _STEP)
        return value, gradient, 0.5 * (curvature + curvature.swapaxes(0, 1))

    def gradient(self, spells: Spells, at: Floats, others: Floats) -> tuple[Floats, Floats]:
        """Return log-likelihood [cells] and gradient [m, cells] at locations [cells]."""
        scale, logit, q = self._unpack(others)
        value, slopes = self._likelihood(spells, at, scale, logit, q)
        if not self.family.has_shape:
            return value, slopes
        ahead, behind = (
            self._likelihood(spells, at, scale, logit, moved)[0] for moved in (q + _STEP, q - _STEP)
        )
        slope = (ahead - behind) / (2.0 * _STEP)
        return value, np.concatenate([slopes, slope[np.newaxis]])

    def survival(self, days: Floats, location: Floats, others: Floats) -> Floats:
        """Return S(days) at locations that broadcast with `days`; 1 on day 0."""
        scale, logit, q = self._unpack(others)
        with np.errstate(divide="ignore"):
            latent = np.exp(self.family.log_survival((np.log(days) - location) / scale, q))
        never = scipy.special.expit(logit)
        return np.asarray(never + (1.0 - never) * latent)

    def _unpack(self, others: Floats) -> tuple[float, float, float]:
        named = dict(zip(self.names, others, strict=True))
        logit, q = named.get("never_ending_logit", -np.inf), named.get("q", 1.0)
        return float(np.exp(named.get("log_scale", 0.0))), float(logit), float(q)

    def _likelihood(
        self, spells: Spells, at: Floats, scale: float, logit: float, q: float
    ) -> tuple[Floats, Floats]:
        ends, holds = slice(0, spells.ended), slice(spells.ended, None)
        with np.errstate(all="ignore"):  # day 0 is at minus infinity; steps too far are taken back
            exact = self._exact if self.continuous else self._interval
            ended = exact(spells.day[ends], at[ends], scale, q)
            held = self._held(spells.day[holds], at[holds], scale, q)
            if self.cured:
                ended, held = _never_or_ended(logit, *ended), _never_or_held(logit, *held)
        used = [0, *([1] if self.family.scale else []), *([2] if self.cured else [])]
        value, slopes = (np.concatenate(pair, axis=-1) for pair in zip(ended, held, strict=True))
        return value, slopes[used]

    def _interval(self, day: Floats, at: Floats, scale: float, q: float) -> tuple[Floats, Floats]:
        """Return log(L(d - 1) - L(d)) and its slopes in location, log scale and share."""
        before, after = (np.log(day - 1.0) - at) / scale, (np.log(day) - at) / scale
        start, stop = (self.family.log_survival(u, q) for u in (before, after))
        value = start + np.log(-np.expm1(stop - start))
        opens, closes = (np.exp(self.family.log_density(u, q) - value) for u in (before, after))
        from_zero = np.isneginf(before)
        opened = np.where(from_zero, 0.0, opens * before)
        opens = np.where(from_zero, 0.0, opens)
        return value, _slopes((opens - closes) / scale, opened - closes * after)

    def _exact(self, day: Floats, at: Floats, scale: float, q: float) -> tuple[Floats, Floats]:
        u = (np.log(day) - at) / scale
        value = self.family.log_density(u, q) - np.log(scale * day)
        slope = self.family.density_slope(u, q)
        return value, _slopes(-slope / scale, -slope * u - 1.0)

    def _held(self, day: Floats, at: Floats, scale: float, q: float) -> tuple[Floats, Floats]:
        u = (np.log(day) - at) / scale
        value = self.family.log_survival(u, q)
        hazard = np.where(np.isneginf(u), 0.0, np.exp(self.family.log_density(u, q) - value))
        return value, _slopes(hazard / scale, np.where(np.isneginf(u), 0.0, hazard * u))


def _slopes(location: Floats, log_scale: Floats) -> Floats:
    return np.stack([location, log_scale, np.zeros_like(location)])


def _never_or_ended(logit: float, value: Floats, slopes: Floats) -> tuple[Floats, Floats]:
    slopes[2] = -scipy.special.expit(logit)
    return value + scipy.special.log_expit(-logit), slopes


def _never_or_held(logit: float, value: Floats, slopes: Floats) -> tuple[Floats, Floats]:
    never, later = scipy.special.log_expit(logit), scipy.special.log_expit(-logit) + value
    both = np.logaddexp(never, later)
    slopes *= np.exp(later - both)
    slopes[2] = np.exp(never + scipy.special.log_expit(-logit) - both) * -np.expm1(value)
    return both, slopes
