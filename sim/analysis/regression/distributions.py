"""Distributions of durations on the scale u = (log days - location) / scale.

Each gives the logarithms of survival and of density, and the slope of the latter, as functions of u
and of a shape q that only the generalised gamma uses. u may be minus infinity (day 0).

Sources: Kalbfleisch & Prentice 2002, The Statistical Analysis of Failure Time Data, section 2.2,
doi 10.1002/9781118032985; generalised gamma: Prentice 1974, Biometrika 61:539,
doi 10.1093/biomet/61.3.539.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import NDArray

from sim.errors import UsageError

Floats = NDArray[np.float64]
Curve = Callable[[Floats, float], Floats]
Distribution = Literal["exponential", "weibull", "log-normal", "log-logistic", "generalised gamma"]

_NEAR_ZERO = 1e-4  # q closer to 0 than this is read off a line through it
_LARGE = 1e4  # from here on Stirling's series needs one term


@dataclass(frozen=True)
class Family:
    """One distribution: its curves, and what its parameters are called.

    `location` names exp(location), in days; `scale` names the scale, or its inverse where
    `inverse_scale`, and is None for the exponential, whose scale is 1.
    """

    name: Distribution
    location: str
    scale: str | None
    inverse_scale: bool
    has_shape: bool
    log_survival: Curve
    log_density: Curve
    density_slope: Curve


def family_of(name: str) -> Family:
    """Return a distribution by its name.

    Errors: `UsageError` for a name that is not known.
    """
    if name not in FAMILIES:
        raise UsageError(f"There is no distribution {name!r}. Known: {', '.join(FAMILIES)}.")
    return FAMILIES[name]


def _weibull_survival(u: Floats, _: float) -> Floats:
    return np.asarray(-np.exp(u))


def _weibull_density(u: Floats, _: float) -> Floats:
    return np.asarray(u - np.exp(u))


def _weibull_slope(u: Floats, _: float) -> Floats:
    return np.asarray(1.0 - np.exp(u))


def _normal_survival(u: Floats, _: float) -> Floats:
    return np.asarray(scipy.special.log_ndtr(-u))


def _normal_density(u: Floats, _: float) -> Floats:
    return np.asarray(-0.5 * u**2 - 0.5 * np.log(2.0 * np.pi))


def _normal_slope(u: Floats, _: float) -> Floats:
    return -u


def _logistic_survival(u: Floats, _: float) -> Floats:
    return np.asarray(-np.logaddexp(0.0, u))


def _logistic_density(u: Floats, _: float) -> Floats:
    return np.asarray(u - 2.0 * np.logaddexp(0.0, u))


def _logistic_slope(u: Floats, _: float) -> Floats:
    return np.asarray(-np.tanh(0.5 * u))


def _gamma_survival(u: Floats, q: float) -> Floats:
    """Return log P(U > u): an incomplete gamma integral of (exp(q u) / q^2) with a = 1 / q^2."""
    if abs(q) < _NEAR_ZERO:
        share = 0.5 * (1.0 + q / _NEAR_ZERO)
        ends = (_gamma_survival(u, -_NEAR_ZERO), _gamma_survival(u, _NEAR_ZERO))
        return np.asarray((1.0 - share) * ends[0] + share * ends[1])
    u, first = np.atleast_1d(u), q**-2.0
    reached = first * np.exp(np.minimum(q * u, 700.0))
    holds, ends = (scipy.special.gammaincc, scipy.special.gammainc)[:: 1 if q > 0 else -1]
    survival = holds(first, reached)
    likely = survival > 0.5  # then the digits are in what is missing to 1
    with np.errstate(divide="ignore"):
        logarithm = np.log(survival)
    logarithm[likely] = np.log1p(-ends(first, reached[likely]))
    return np.asarray(logarithm)


def _gamma_density(u: Floats, q: float) -> Floats:
    if abs(q) < _NEAR_ZERO:
        return np.asarray(-0.5 * u**2 - q * u**3 / 6.0 - 0.5 * np.log(2.0 * np.pi))
    first = q**-2.0
    with np.errstate(invalid="ignore"):
        value = _stirling(first) - first * (np.expm1(q * u) - q * u)
    return np.asarray(np.where(np.isneginf(u), -np.inf, value))


def _stirling(first: float) -> float:
    """Return (a - 1/2) log a - a - log Gamma(a), without the loss of digits for large a."""
    if first > _LARGE:
        return float(-0.5 * np.log(2.0 * np.pi) - 1.0 / (12.0 * first))
    return float((first - 0.5) * np.log(first) - first - scipy.special.gammaln(first))


def _gamma_slope(u: Floats, q: float) -> Floats:
    return -u if abs(q) < _NEAR_ZERO else np.asarray(-np.expm1(q * u) / q)


_WEIBULL = (_weibull_survival, _weibull_density, _weibull_slope)
_NORMAL = (_normal_survival, _normal_density, _normal_slope)
_LOGISTIC = (_logistic_survival, _logistic_density, _logistic_slope)
_GAMMA = (_gamma_survival, _gamma_density, _gamma_slope)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("exponential", "mean_days", None, False, False, *_WEIBULL),
        Family("weibull", "scale_days", "shape", True, False, *_WEIBULL),
        Family("log-normal", "median_days", "sigma", False, False, *_NORMAL),
        Family("log-logistic", "median_days", "shape", True, False, *_LOGISTIC),
        Family("generalised gamma", "location_days", "sigma", False, True, *_GAMMA),
    )
}
