"""Functions with known indices, on the unit cube."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ISHIGAMI_FIRST = (0.3139, 0.4424, 0.0, 0.0)
ISHIGAMI_TOTAL = (0.5576, 0.4424, 0.2437, 0.0)
G_WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def ishigami(shares: Floats) -> Floats:
    """Ishigami & Homma 1990, with a = 7 and b = 0.1, and a fourth factor that does nothing."""
    x = (2 * shares - 1) * pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_g(shares: Floats) -> Floats:
    """Sobol's g-function."""
    return np.prod((np.abs(4 * shares - 2) + G_WEIGHTS) / (1 + G_WEIGHTS), axis=1)


def sobol_g_indices() -> tuple[Floats, Floats]:
    """First and total indices of the g-function, in closed form."""
    parts = 1 / (3 * (1 + G_WEIGHTS) ** 2)
    variance = np.prod(1 + parts) - 1
    total = np.array([parts[i] * np.prod(1 + np.delete(parts, i)) for i in range(len(parts))])
    return parts / variance, total / variance
