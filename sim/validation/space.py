"""What calibration varies: the numbers that are the same in every conflict, and two of the world.

The defaults are the middle vector of the retained set (`sim.validation.retained`).

The range of a number is the one worth exploring that `sim.parameters` gives it, and the prior is
uniform over it. Two quantities describe the population of conflicts rather than any one of them:
how widely terms miss the balance of power, and how many sign in bad faith. No source says how
large they are, and both move the first weeks, so they are calibrated along; they say nothing about
a single case, where they are inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.parameters import parameters

NOISE = "model.decision_noise"
TERMS_SPREAD, BAD_FAITH = "ensemble.terms_spread", "ensemble.bad_faith_share"

LEFT_OUT = {
    "model.tied_funding_value": "no conflict of the ensemble has funds that are paid only in war",
    "model.friends_are_believed": "a switch between two theories, not a size",
}
"""Numbers of kind `global` that are not calibrated, and why not."""


@dataclass(frozen=True)
class Quantity:
    """One calibrated number: its address, its default and the range of its prior."""

    path: str
    default: float
    low: float
    high: float
    meaning: str

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.path.rpartition(".")[2]

    @property
    def of_the_model(self) -> bool:
        """Is it a parameter of the model, rather than of the population of conflicts?"""
        return self.path.startswith("model.")


_OF_THE_POPULATION = (
    Quantity(
        TERMS_SPREAD, 0.1592, 0.04, 0.20,
        "Standard deviation over conflicts of what the group gets minus its share of power.",
    ),
    Quantity(BAD_FAITH, 0.07137, 0.0, 0.40, "Share of parties that sign in bad faith."),
)  # fmt: skip


@cache
def calibrated() -> tuple[Quantity, ...]:
    """Return every calibrated quantity: those of the model in its order, then the population's."""
    of_the_model = [
        Quantity(each.path, float(each.default), *each.sweep, each.meaning)
        for each in parameters()
        if each.sweep and (each.kind == "global" or each.path == NOISE)
        if each.path not in LEFT_OUT
    ]
    return (*of_the_model, *_OF_THE_POPULATION)


def quantity(path: str) -> Quantity:
    """Return the calibrated quantity at an address."""
    return next(each for each in calibrated() if each.path == path)


def paths() -> tuple[str, ...]:
    """Return the addresses of the calibrated quantities, the columns of every table of vectors."""
    return tuple(each.path for each in calibrated())


def defaults() -> np.ndarray:
    """Return the vector of defaults."""
    return np.array([each.default for each in calibrated()])


def from_unit(shares: np.ndarray) -> np.ndarray:
    """Return vectors from positions between 0 and 1 within the ranges, in the last dimension."""
    low, high = _ranges()
    return np.asarray(low + (high - low) * shares)


def to_unit(vectors: np.ndarray) -> np.ndarray:
    """Return where vectors lie within the ranges: 0 at the low end, 1 at the high end."""
    low, high = _ranges()
    return np.asarray((vectors - low) / (high - low))


def latin_hypercube(number: int, seed: int) -> np.ndarray:
    """Return so many vectors spread evenly over the ranges, one a row."""
    from scipy.stats.qmc import LatinHypercube

    return from_unit(
        LatinHypercube(len(calibrated()), rng=np.random.default_rng(seed)).random(number)
    )


def _ranges() -> tuple[np.ndarray, np.ndarray]:
    quantities = calibrated()
    return np.array([q.low for q in quantities]), np.array([q.high for q in quantities])
