"""A quick stand-in for the world ensemble: a quadratic surface through the vectors already run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RIDGE = 1e-3  # keeps the surface defined where there are few vectors


@dataclass(frozen=True)
class Emulator:
    """Statistics as quadratic functions of where a vector lies within the ranges.

    `variance` holds, for each statistic, the mean squared error on vectors left out one at a time.
    """

    coefficients: np.ndarray
    variance: np.ndarray

    def predict(self, positions: np.ndarray) -> np.ndarray:
        """Return the statistics at positions in the unit cube, one a row."""
        return np.asarray(features(positions) @ self.coefficients)


def fitted(positions: np.ndarray, values: np.ndarray) -> Emulator:
    """Fit the surface to statistics (`values`) known at positions in the unit cube."""
    design = features(positions)
    gram = design.T @ design
    gram[np.diag_indices_from(gram)] += RIDGE * len(design)
    gram[0, 0] -= RIDGE * len(design)  # the mean is free
    coefficients = np.linalg.solve(gram, design.T @ values)
    leverage = np.einsum("ij,ji->i", design, np.linalg.solve(gram, design.T))
    errors = (values - design @ coefficients) / (1.0 - leverage)[:, None]
    return Emulator(coefficients, (errors**2).mean(axis=0))


def features(positions: np.ndarray) -> np.ndarray:
    """Return 1, the centred positions, their squares and their products."""
    centred = 2.0 * positions - 1.0
    first, second = np.triu_indices(positions.shape[1])
    constant = np.ones((len(positions), 1))
    return np.hstack([constant, centred, centred[:, first] * centred[:, second]])
