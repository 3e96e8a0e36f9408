"""How like the data a vector's truces are: targets, their uncertainty, implausibility, distance.

Three kinds of uncertainty stand between a statistic of the model and its target: that of the
target (its published interval), that of the Monte-Carlo runs, and the model's *discrepancy*, what
even its best vector would miss because the model and the data do not measure quite the same thing.
Their variances add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.validation.summaries import NAMES
from sim.validation.targets import Part, target

WIDTH = 2 * 1.959963984540054
"""Standard deviations between the ends of a 95 % interval."""

DISCREPANCY = {"S1": 0.03, "S2 Weibull shape": 0.10, "S2 log hazard ratio": 0.25, "S3": 0.03,
               "S4": 0.03, "S5": 0.03}  # fmt: skip
"""Standard deviation of the model's discrepancy, by pattern or statistic. Judgements [A].

Shares: 0.03, for the war clock ends a truce before sustained fighting would, all terms are 30 days
where those of the data vary, and the outcome of 15 % of the truces of S4 is unknown. Shape and
ratio: the tail beyond five years is not simulated, and the ratio comes from another clock.
"""

CUTOFF = 3.0
"""Implausibility above which a vector is ruled out: three standard deviations hold at least 95 % of
any unimodal distribution (Pukelsheim 1994)."""


@dataclass(frozen=True)
class Likeness:
    """What statistics are compared with: the targets and the covariance of all that blurs them."""

    aims: np.ndarray
    covariance: np.ndarray

    def implausibility(self, values: np.ndarray, more: np.ndarray | float = 0.0) -> np.ndarray:
        """Return the largest distance of any statistic from its target, in standard deviations.

        Args:
            values: statistics in the order of `NAMES`, in the last dimension.
            more: variance to add to each statistic, as of an emulator.
        """
        spread = np.sqrt(np.diag(self.covariance) + more)
        return np.asarray(np.abs((values - self.aims) / spread).max(axis=-1))

    def distance(self, values: np.ndarray, more: np.ndarray | float = 0.0) -> np.ndarray:
        """Return the squared Mahalanobis distance from the targets; `more` as above."""
        inverse = np.linalg.inv(self.covariance + np.diag(np.broadcast_to(more, len(self.aims))))
        gaps = values - self.aims
        return np.asarray(np.einsum("...i,ij,...j->...", gaps, inverse, gaps))

    def log_likeness(self, values: np.ndarray, more: np.ndarray | float = 0.0) -> np.ndarray:
        """Return the logarithm of a normal kernel in the distance."""
        return -0.5 * self.distance(values, more)


def likeness(monte_carlo: np.ndarray) -> Likeness:
    """Return what to compare with, given the Monte-Carlo covariance of the statistics."""
    return Likeness(aims(), target_covariance() + discrepancy_covariance() + monte_carlo)


def aims() -> np.ndarray:
    """Return the value that each statistic should have."""
    ratio = NAMES.index("S2 log hazard ratio")
    values = np.array([float(part.value or 0.0) for part in parts()])
    values[ratio] = np.log(values[ratio])
    return values


def target_covariance() -> np.ndarray:
    """Return the covariance of the targets.

    Points of one survival curve are correlated, as increments of log S are independent:
    corr(S(s), S(t)) = sqrt(V(s)/V(t)) for s < t, with V = var(S)/S². All else counts as
    independent, though some targets share their data.
    """
    deviations = np.array(
        [_deviation(part, name) for part, name in zip(parts(), NAMES, strict=True)]
    )
    correlations = np.eye(len(NAMES))
    for pattern in ("S1", "S5"):
        places = [n for n, name in enumerate(NAMES) if name.startswith(f"{pattern} S(")]
        relative = (deviations[places] / aims()[places]) ** 2
        ratios = np.minimum.outer(relative, relative) / np.maximum.outer(relative, relative)
        correlations[np.ix_(places, places)] = np.sqrt(ratios)
    return np.asarray(correlations * np.outer(deviations, deviations))


def discrepancy_covariance() -> np.ndarray:
    """Return the covariance of the model's discrepancy."""
    return np.diag([DISCREPANCY.get(name, DISCREPANCY.get(name[:2], 0.0)) ** 2 for name in NAMES])


def parts() -> tuple[Part, ...]:
    """Return the part of a target that each statistic is compared with."""
    fitted = [part for name in ("S1", "S2", "S3") for part in target(name).parts]
    return (*fitted, *target("S4").parts[:2], *target("S5").parts)


def met(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return, for each of S1-S5, which vectors meet every part of it.

    Args:
        values: statistics in the order of `NAMES`, one vector a row.
    """
    told = values.copy()
    ratio = NAMES.index("S2 log hazard ratio")
    told[:, ratio] = np.exp(told[:, ratio])
    good = {name: np.ones(len(values), dtype=bool) for name in ("S1", "S2", "S3", "S4", "S5")}
    for column, name, part in zip(told.T, NAMES, parts(), strict=True):
        good[name[:2]] &= np.array([part.is_met_by(float(value)) for value in column])
    early, lapsed = (told[:, NAMES.index(name)] for name in ("S4 broken early", "S4 lapsed"))
    renewed = target("S4").parts[2]
    good["S4"] &= np.array(
        [renewed.is_met_by(float(1 - a - b)) for a, b in zip(early, lapsed, strict=True)]
    )
    return good


def misses(values: np.ndarray) -> np.ndarray:
    """Return by how much statistics miss their tolerances: 0 within, in the units of each."""
    low, high = (
        np.array([_end(part, name, end) for part, name in zip(parts(), NAMES, strict=True)])
        for end in ("low", "high")
    )
    return np.asarray(np.maximum(np.maximum(low - values, values - high), 0.0))


def _end(part: Part, name: str, end: str) -> float:
    limit = getattr(part, end)
    if limit is None:
        return -np.inf if end == "low" else np.inf
    return float(np.log(limit)) if name == "S2 log hazard ratio" else float(limit)


def _deviation(part: Part, name: str) -> float:
    low, high = part.interval or (part.low, part.high)
    if low is None or high is None:
        raise ValueError(f"{name} has neither an interval nor a tolerance with two ends")
    if name == "S2 log hazard ratio":
        low, high = np.log(low), np.log(high)
    return float((high - low) / WIDTH)
