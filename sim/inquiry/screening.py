"""Screening by elementary effects: which factors move an outcome at all (Morris 1991).

A walk changes one factor at a time by the same step. The change of the outcome over the change of
the factor, both ends of whose range are one apart, is an elementary effect. Its mean size over
walks (mu*) says how much a factor matters, its standard deviation (sigma) how much that depends on
the others, or how crooked the effect is. Sources: Morris 1991, Technometrics 33:161, doi
10.1080/00401706.1991.10484804; for mu*, Campolongo, Cariboni & Saltelli 2007, Environ. Model.
Softw. 22:1509, doi 10.1016/j.envsoft.2006.10.004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.inquiry.luck import luck_error

RESAMPLES = 1000
_MEAN_SIZE_OF_NORMAL = np.sqrt(2 / np.pi)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Screened:
    """What a screening says of each factor; all arrays have shape [factors].

    Limits are percentiles of a bootstrap over walks. `luck` is the standard error of `mu_star` due
    to the luck of the runs, `noise` the mu* that luck alone would give a factor without effect.
    """

    mu: Floats
    mu_star: Floats
    mu_star_lower: Floats
    mu_star_upper: Floats
    sigma: Floats
    sigma_lower: Floats
    sigma_upper: Floats
    luck: Floats
    noise: Floats


def elementary_effects(values: Floats, shares: Floats) -> Floats:
    """Return the effect of each factor in each walk.

    `values` are outcomes of shape [..., rows] and `shares` the design, [rows, factors], whose rows
    are walks of one more step than there are factors. The result has shape [..., walks, factors].
    """
    factors = shares.shape[1]
    walks = shares.reshape(-1, factors + 1, factors)
    moves = np.diff(walks, axis=1)
    moved = np.abs(moves).argmax(axis=2)
    step = np.take_along_axis(moves, moved[:, :, None], axis=2)[:, :, 0]
    change = np.diff(values.reshape(*values.shape[:-1], len(walks), factors + 1), axis=-1) / step
    effects = np.empty_like(change)
    np.put_along_axis(effects, np.broadcast_to(moved, change.shape), change, axis=-1)
    return effects


def screened(batches: Floats, shares: Floats, seed: int, level: float = 0.95) -> Screened:
    """Return what the walks say of each factor.

    `batches` holds an outcome in batches of runs, [batches, rows]; the seed is that of the
    bootstrap.
    """
    each = elementary_effects(batches, shares)
    effects = each.mean(axis=0)
    drawn = np.random.default_rng(seed).integers(len(effects), size=(RESAMPLES, len(effects)))
    mu_star, sigma = _limits(effects, drawn, level)
    return Screened(
        effects.mean(axis=0),
        mu_star_of(effects),
        *mu_star,
        sigma_of(effects),
        *sigma,
        luck_error(each, mu_star_of),
        _noise(each),
    )


def mu_star_of(effects: Floats) -> Floats:
    """Return the mean size of the effects, [..., factors], over walks."""
    return np.asarray(np.abs(effects).mean(axis=-2))


def sigma_of(effects: Floats) -> Floats:
    """Return the standard deviation of the effects over walks; 0 for a single walk."""
    if effects.shape[-2] < 2:
        return np.zeros_like(effects[..., 0, :])
    return np.asarray(effects.std(axis=-2, ddof=1))


def _limits(
    effects: Floats, drawn: NDArray[np.int64], level: float
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return the limits of mu* and of sigma, from redrawn walks."""
    ends = [(1 - level) / 2, (1 + level) / 2]
    columns = [effects[:, factor][drawn] for factor in range(effects.shape[1])]  # little memory
    sizes = np.stack([np.abs(column).mean(axis=1) for column in columns], axis=1)
    spreads = np.stack([sigma_of(column[:, :, None])[:, 0] for column in columns], axis=1)
    low, high = np.quantile(sizes, ends, axis=0)
    least, most = np.quantile(spreads, ends, axis=0)
    return (low, high), (least, most)


def _noise(each: Floats) -> Floats:
    """Return the mu* of pure luck: the mean size of normal noise of the effects' own variance."""
    if len(each) < 2:
        return np.full(each.shape[-1], np.nan)
    variance = each.var(axis=0, ddof=1) / len(each)
    return np.asarray(_MEAN_SIZE_OF_NORMAL * np.sqrt(variance.mean(axis=0)))
