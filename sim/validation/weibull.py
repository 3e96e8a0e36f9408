"""The shape of a Weibull distribution fitted to truces, and what each truce adds to it."""

from __future__ import annotations

import numpy as np

LEAST, MOST, STEPS = 0.02, 20.0, 60


def fitted_shape(days: np.ndarray, failed: np.ndarray, horizon: int) -> tuple[float, np.ndarray]:
    """Return the maximum-likelihood shape and the influence of each truce on it.

    A truce that failed on day d did so half a day earlier on average. One that did not fail, a
    settlement included, was at peace through the horizon.

    Args:
        days: on which truces ended, 1 or more, of any form.
        failed: which of them failed, of the same form.
        horizon: days for which the others were watched.

    Returns:
        the shape (below 1 where the hazard falls), and influences of the form of `days`; they
        vanish where the shape is not identified (fewer than two failures), and the shape is then 1.
    """
    times = np.where(failed, days - 0.5, float(horizon))
    if failed.sum() < 2:
        return 1.0, np.zeros(days.shape)
    logs = np.log(times)
    mean_of_failures = float(logs[failed].mean())
    shape = _solved(*_grouped(logs), mean_of_failures)
    return shape, _influence(shape, logs, failed)


def _grouped(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    distinct, counts = np.unique(logs, return_counts=True)
    return distinct, counts.astype(float)


def _solved(logs: np.ndarray, counts: np.ndarray, mean_of_failures: float) -> float:
    """Return the root k of Σt^k·ln t/Σt^k - 1/k - mean ln t of failures, which rises in k."""
    low, high = LEAST, MOST
    for _ in range(STEPS):
        middle = (low * high) ** 0.5
        weights = counts * np.exp(middle * (logs - logs[-1]))
        slope = float(weights @ logs / weights.sum()) - 1.0 / middle - mean_of_failures
        low, high = (middle, high) if slope < 0.0 else (low, middle)
    return float((low * high) ** 0.5)


def _influence(shape: float, logs: np.ndarray, failed: np.ndarray) -> np.ndarray:
    """Return the first row of the inverse information times each truce's score."""
    intercept = np.log(failed.sum()) - np.log(np.exp(shape * logs).sum())
    risk = np.exp(intercept + shape * logs)
    scores = np.stack([failed * (1.0 / shape + logs) - risk * logs, failed - risk])
    curvature = np.array(
        [
            [(failed / shape**2 + risk * logs**2).mean(), (risk * logs).mean()],
            [(risk * logs).mean(), risk.mean()],
        ]
    )
    return np.asarray(np.tensordot(np.linalg.inv(curvature)[0], scores, axes=1))
