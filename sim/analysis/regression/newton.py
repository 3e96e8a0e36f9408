"""Maximum of a log-likelihood by Newton's method, with steps that are halved until they climb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultsError

Floats = NDArray[np.float64]
Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]
"""Takes parameters [k]; returns the log-likelihood, its gradient [k] and the information [k, k]."""

_MOST_STEPS = 100
_MOST_HALVINGS = 40
_SETTLED = 1e-12  # expected gain in log-likelihood; the step that promises it is still taken
_ROUNDING = 1e-13  # of the log-likelihood, relative to its size
_FLOOR = 1e-13  # least curvature, relative to the largest


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where a log-likelihood is largest.

    `parameters` and the last Newton `step` have shape [k], `information` (minus the second
    derivatives) [k, k]; `at_start` is the log-likelihood where the search began. A step that is
    still large although nothing is gained by it means that the likelihood has no maximum: it climbs
    for ever towards an infinite parameter.
    """

    parameters: Floats
    log_likelihood: float
    information: Floats
    step: Floats
    at_start: float


def maximise(likelihood: Likelihood, start: Floats) -> Maximum:
    """Return the maximum that Newton's method finds from `start`.

    Directions in which the likelihood is not concave are climbed as if it were, so that a poor
    start does no harm; the information that is returned is untouched.

    Errors: `ResultsError` when the likelihood cannot be computed at `start`, or does not settle.
    """
    here, (value, score, information) = start, likelihood(start)
    if not np.isfinite(value):
        raise ResultsError("The likelihood cannot be computed for these data: check their values.")
    at_start = value
    for _ in range(_MOST_STEPS):
        step = _ascent(score, information)
        gain = 0.5 * float(score @ step)
        here, (value, score, information) = _climb(likelihood, here, value, step)
        if gain < _SETTLED + _ROUNDING * abs(value):
            return Maximum(here, value, information, step, at_start)
    raise ResultsError(
        f"The fit did not settle in {_MOST_STEPS} steps. Use fewer covariates or a simpler model, "
        "or more runs."
    )


def _ascent(score: Floats, information: Floats) -> Floats:
    """Return the Newton step, with curvatures turned positive."""
    values, axes = np.linalg.eigh(information)
    largest = max(float(np.abs(values).max(initial=0.0)), 1e-300)
    curvature = np.maximum(np.abs(values), _FLOOR * largest)
    return np.asarray(axes @ ((axes.T @ score) / curvature))


def _climb(
    likelihood: Likelihood, here: Floats, value: float, step: Floats
) -> tuple[Floats, tuple[float, Floats, Floats]]:
    """Take the step, or the first half, quarter... of it that does not lower the likelihood."""
    least = value - _ROUNDING * (1.0 + abs(value))
    for halving in range(_MOST_HALVINGS):
        there = here + step * 0.5**halving
        found = likelihood(there)
        if np.isfinite(found[0]) and found[0] >= least and np.all(np.isfinite(found[2])):
            return there, found
    return here, likelihood(here)
