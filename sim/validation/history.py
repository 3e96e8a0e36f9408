"""History matching: waves of vectors that rule out what cannot be (Craig et al. 1997).

Each wave runs vectors spread over what is left, fits an emulator to them, and rules out all that
lies more than `CUTOFF` standard deviations from some target even when the emulator's own error is
allowed for. What is left is *not ruled out yet*; it is not probable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.validation.emulator import Emulator, fitted
from sim.validation.likeness import CUTOFF, Likeness

PORTION = 20_000  # candidates judged at a time
Evaluate = Callable[[np.ndarray], np.ndarray]
"""Statistics of positions in the unit cube, one a row."""


@dataclass(frozen=True)
class Wave:
    """One wave: where it ran, what came out, the emulator, and the share that it left."""

    positions: np.ndarray
    values: np.ndarray
    emulator: Emulator
    left: float


@dataclass
class History:
    """The waves so far, and the space that they leave."""

    aim: Likeness
    waves: list[Wave] = field(default_factory=list)

    def not_ruled_out(self, positions: np.ndarray) -> np.ndarray:
        """Return which positions no wave has ruled out."""
        left = np.ones(len(positions), dtype=bool)
        for wave in self.waves:
            emulator = wave.emulator
            values = emulator.predict(positions[left])
            left[left] = self.aim.implausibility(values, emulator.variance) <= CUTOFF
        return left

    def known_within(
        self, positions: np.ndarray, values: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return a new wave's positions and statistics, with those of earlier ones still left."""
        inside = [self.not_ruled_out(wave.positions) for wave in self.waves]
        earlier = list(zip(self.waves, inside, strict=True))
        return (
            np.concatenate([positions, *(wave.positions[left] for wave, left in earlier)]),
            np.concatenate([values, *(wave.values[left] for wave, left in earlier)]),
        )

    def spread(
        self, wanted: int, dimensions: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, float]:
        """Return `wanted` positions, uniform over what is left, and the share of the cube it is.

        Errors: `ValueError` when nothing is left among two million candidates.
        """
        kept: list[np.ndarray] = []
        found = tried = 0
        while found < wanted and (tried < 2_000_000 or found > 0):
            candidates = rng.random((PORTION, dimensions))
            passed = candidates[self.not_ruled_out(candidates)]
            kept.append(passed)
            found, tried = found + len(passed), tried + PORTION
        if found < wanted:
            raise ValueError("no vector within the ranges comes near the targets")
        return np.concatenate(kept)[:wanted], found / tried


def matched(
    evaluate: Evaluate,
    aim: Likeness,
    first: np.ndarray,
    size: int,
    most: int,
    rng: np.random.Generator,
    watch: Callable[[int, float], None] = lambda wave, left: None,
) -> History:
    """Run waves until what is left is stable.

    Args:
        evaluate: runs positions.
        aim: the targets.
        first: positions of the first wave, a Latin hypercube.
        size: positions of each later wave.
        most: waves at most.
        rng: for the candidates.
        watch: told after each wave its number and the share that is left.
    """
    history = History(aim)
    positions, before = first, 1.0
    for number in range(1, most + 1):
        values = evaluate(positions)
        emulator = fitted(*history.known_within(positions, values))
        history.waves.append(Wave(positions, values, emulator, 0.0))
        positions, left = history.spread(size, first.shape[1], rng)
        history.waves[-1] = Wave(history.waves[-1].positions, values, emulator, left)
        watch(number, left)
        if number > 1 and left > 0.8 * before:
            break
        before = left
    return history
