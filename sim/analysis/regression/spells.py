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

_STEP = 1e-4  # between slopes whose difference gives the curvature
_SHAPE_STEP = 2e-4  # between values whose differences give slope and curvature in q

Parts = tuple[Floats, Floats, Floats]
"""Log-likelihood [cells], its slopes [3, cells] and its curvature [3, 3, cells]; both in location,
log scale and logit of the never-ending share, whether or not a model has them."""


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

        `location` has shape [points]; `others` [m - 1] are in the order of `names`.
        """
        at = location[spells.point]
        if self.continuous:
            return self._by_differences(spells, at, others)
        return self._parts(spells, at, others)

    def gradient(self, spells: Spells, at: Floats, others: Floats) -> tuple[Floats, Floats]:
        """Return log-likelihood [cells] and gradient [m, cells] at locations [cells]."""
        return self._parts(spells, at, others)[:2]

    def _parts(self, spells: Spells, at: Floats, others: Floats) -> Parts:
        """Return all three; those in q are differences."""
        scale, logit, q = self._unpack(others)
        value, slopes, bends = self._likelihood(spells, at, scale, logit, q)
        if not self.family.has_shape:
            return value, slopes, bends
        ahead, behind = (
            self._likelihood(spells, at, scale, logit, moved)[:2]
            for moved in (q + _SHAPE_STEP, q - _SHAPE_STEP)
        )
        size = len(slopes) + 1
        all_bends = np.empty((size, size, len(value)))
        all_bends[:-1, :-1] = bends
        crossed = (ahead[1] - behind[1]) / (2.0 * _SHAPE_STEP)
        all_bends[:-1, -1] = all_bends[-1, :-1] = crossed
        all_bends[-1, -1] = (ahead[0] - 2.0 * value + behind[0]) / _SHAPE_STEP**2
        slope = (ahead[0] - behind[0]) / (2.0 * _SHAPE_STEP)
        return value, np.concatenate([slopes, slope[np.newaxis]]), all_bends

    def _by_differences(self, spells: Spells, at: Floats, others: Floats) -> Parts:
        """Return all three; the curvature is the central difference of the gradient."""
        value, gradient = self.gradient(spells, at, others)
        size = len(gradient)
        curvature = np.empty((size, *gradient.shape))
        for place, move in enumerate(np.eye(size) * _STEP):
            ahead = self.gradient(spells, at + move[0], others + move[1:])[1]
            behind = self.gradient(spells, at - move[0], others - move[1:])[1]
            curvature[place] = (ahead - behind) / (2.0 * _STEP)
        return value, gradient, 0.5 * (curvature + curvature.swapaxes(0, 1))

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
    ) -> Parts:
        ends, holds = slice(0, spells.ended), slice(spells.ended, None)
        with np.errstate(all="ignore"):  # day 0 is at minus infinity; steps too far are taken back
            exact = self._exact if self.continuous else self._interval
            ended = exact(spells.day[ends], at[ends], scale, q)
            held = self._held(spells.day[holds], at[holds], scale, q)
            if self.cured:
                ended, held = _never_or_ended(logit, *ended), _never_or_held(logit, *held)
        used = [0, *([1] if self.family.scale else []), *([2] if self.cured else [])]
        value, slopes, bends = (
            np.concatenate(pair, axis=-1) for pair in zip(ended, held, strict=True)
        )
        return value, slopes[used], bends[np.ix_(used, used)]

    def _interval(self, day: Floats, at: Floats, scale: float, q: float) -> Parts:
        """Return the parts of log(L(d - 1) - L(d))."""
        before, after = (np.log(day - 1.0) - at) / scale, (np.log(day) - at) / scale
        start, stop = (self.family.log_survival(u, q) for u in (before, after))
        value = start + np.log(-np.expm1(stop - start))
        from_zero = np.isneginf(before)
        before = np.where(from_zero, 0.0, before)
        opens, closes = (np.exp(self.family.log_density(u, q) - value) for u in (before, after))
        opens = np.where(from_zero, 0.0, opens)
        rising, falling = (
            each * self.family.density_slope(u, q) for each, u in ((opens, before), (closes, after))
        )
        slopes = _slopes((opens - closes) / scale, opens * before - closes * after)
        moved = before * rising - after * falling
        bends = _bends(
            -(rising - falling) / scale**2,
            -(moved + opens - closes) / scale,
            -(before**2 * rising - after**2 * falling) - slopes[1],
        )
        return value, slopes, bends - slopes[:, np.newaxis] * slopes

    def _exact(self, day: Floats, at: Floats, scale: float, q: float) -> Parts:
        """Return the parts of the log density at the day, but for the curvature."""
        u = (np.log(day) - at) / scale
        value = self.family.log_density(u, q) - np.log(scale * day)
        slope = self.family.density_slope(u, q)
        missing = np.full_like(u, np.nan)
        return value, _slopes(-slope / scale, -slope * u - 1.0), _bends(missing, missing, missing)

    def _held(self, day: Floats, at: Floats, scale: float, q: float) -> Parts:
        """Return the parts of log L(d)."""
        u = (np.log(day) - at) / scale
        value = self.family.log_survival(u, q)
        from_zero = np.isneginf(u)
        u = np.where(from_zero, 0.0, u)
        hazard = np.where(from_zero, 0.0, np.exp(self.family.log_density(u, q) - value))
        rise = hazard * (self.family.density_slope(u, q) + hazard)
        bends = _bends(-rise / scale**2, -(u * rise + hazard) / scale, -(u**2 * rise) - hazard * u)
        return value, _slopes(hazard / scale, hazard * u), bends


def _slopes(location: Floats, log_scale: Floats) -> Floats:
    return np.stack([location, log_scale, np.zeros_like(location)])


def _bends(location: Floats, both: Floats, log_scale: Floats) -> Floats:
    bends = np.zeros((3, 3, len(location)))
    bends[0, 0], bends[0, 1], bends[1, 0], bends[1, 1] = location, both, both, log_scale
    return bends


def _never_or_ended(logit: float, value: Floats, slopes: Floats, bends: Floats) -> Parts:
    never = scipy.special.expit(logit)
    slopes[2], bends[2, 2] = -never, -never * (1.0 - never)
    return value + scipy.special.log_expit(-logit), slopes, bends


def _never_or_held(logit: float, value: Floats, slopes: Floats, bends: Floats) -> Parts:
    """Return the parts of log(c + (1 - c) L) from those of log L."""
    never, later = scipy.special.log_expit(logit), scipy.special.log_expit(-logit) + value
    both = np.logaddexp(never, later)
    part = np.exp(later - both)  # of those who hold, the share that will end
    in_logit = np.exp(never + scipy.special.log_expit(-logit) - both) * -np.expm1(value)
    bends = part * bends + part * (1.0 - part) * slopes[:, np.newaxis] * slopes
    share = scipy.special.expit(logit)
    bends[2, :2] = bends[:2, 2] = -(share + in_logit) * part * slopes[:2]
    bends[2, 2] = in_logit * (1.0 - 2.0 * share) - in_logit**2
    slopes = part * slopes
    slopes[2] = in_logit
    return both, slopes, bends
