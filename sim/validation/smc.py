"""Approximate Bayesian computation by sequential Monte Carlo.

A population of vectors moves from the prior to the posterior while the tolerance shrinks: a vector
at squared distance D² counts with weight exp(-D²/(2ε²)), and ε falls from infinity to 1. At ε = 1
the kernel is the normal density of the targets' error and the model's discrepancy, so the result
is exact under that error model (Wilkinson 2013) but for the size of the population. The tolerance
adapts so that each step keeps a set share of the effective population, and the proposals adapt to
the population's own covariance (Del Moral, Doucet & Jasra 2012). An emulator may screen proposals;
what it lets pass is run and corrected for it, so the result does not depend on it (delayed
acceptance, Christen & Fox 2005).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

LogLikeness = Callable[[np.ndarray], np.ndarray]

KEPT = 0.7  # share of the effective population that a step of the tolerance keeps
WANTED = (0.15, 0.35)  # share of proposals accepted within which the step length stays


@dataclass(frozen=True)
class Step:
    """One step of the tolerance: ε, moves made, and the share of proposals accepted."""

    tolerance: float
    moves: int
    accepted: float
    screened: float


@dataclass
class Population:
    """Positions in the unit cube, all of the same weight, and how like the data each is."""

    positions: np.ndarray
    likeness: np.ndarray
    steps: list[Step] = field(default_factory=list)


def sampled(
    start: np.ndarray,
    log_likeness: LogLikeness,
    rng: np.random.Generator,
    *,
    moves: int = 5,
    last_moves: int = 10,
    allowed: Callable[[np.ndarray], np.ndarray] | None = None,
    screen: LogLikeness | None = None,
    watch: Callable[[Step], None] = lambda step: None,
) -> Population:
    """Move a population from the prior to the posterior.

    Args:
        start: positions drawn from the prior, one a row.
        log_likeness: -D²/2 of positions.
        rng: every random number.
        moves: Metropolis moves after each step of the tolerance.
        last_moves: moves at ε = 1.
        allowed: which positions the prior allows; by default the unit cube.
        screen: a cheap guess at `log_likeness`.
        watch: told of each step.
    """
    population = Population(start.copy(), log_likeness(start))
    sampler = _Sampler(population, log_likeness, allowed, screen, rng)
    power = 0.0  # 1/ε²
    while power < 1.0:
        raised = next_power(population.likeness, power)
        weights = np.exp((raised - power) * (population.likeness - population.likeness.max()))
        sampler.resample(weights / weights.sum())
        power = raised
        step = sampler.move(power, last_moves if power == 1.0 else moves)
        population.steps.append(step)
        watch(step)
    return population


def next_power(likeness: np.ndarray, power: float) -> float:
    """Return the largest power up to 1 at which the effective population stays large enough."""

    def effective(raised: float) -> float:
        weights = np.exp((raised - power) * (likeness - likeness.max()))
        return float(weights.sum() ** 2 / (weights**2).sum())

    wanted = KEPT * len(likeness)
    if effective(1.0) >= wanted:
        return 1.0
    low, high = power, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= wanted else (low, middle)
    return low


class _Sampler:
    """The population on its way, and how far its proposals reach."""

    def __init__(
        self,
        population: Population,
        log_likeness: LogLikeness,
        allowed: Callable[[np.ndarray], np.ndarray] | None,
        screen: LogLikeness | None,
        rng: np.random.Generator,
    ) -> None:
        self.population, self.log_likeness = population, log_likeness
        self.allowed, self.rng = allowed or (lambda some: np.ones(len(some), dtype=bool)), rng
        self.screen = screen or (lambda some: np.zeros(len(some)))
        self.screened = self.screen(population.positions)
        self.reach = 2.38 / population.positions.shape[1] ** 0.5

    def resample(self, weights: np.ndarray) -> None:
        """Draw the population anew by weight, systematically."""
        number = len(weights)
        marks = (np.arange(number) + self.rng.random()) / number
        places = np.minimum(np.searchsorted(np.cumsum(weights), marks), number - 1)
        population = self.population
        population.positions = population.positions[places]
        population.likeness = population.likeness[places]
        self.screened = self.screened[places]

    def move(self, power: float, moves: int) -> Step:
        """Make Metropolis moves that leave the posterior of this tolerance as it is."""
        shares = np.array([self._move_once(power) for _ in range(moves)])
        accepted, screened = shares.mean(axis=0)
        return Step(power**-0.5, moves, float(accepted), float(screened))

    def _move_once(self, power: float) -> tuple[float, float]:
        population, rng = self.population, self.rng
        number, dimensions = population.positions.shape
        spread = np.cov(population.positions.T).reshape(dimensions, dimensions)
        root = np.linalg.cholesky(spread + 1e-9 * np.eye(dimensions))
        steps = rng.standard_normal((number, dimensions)) @ root.T
        proposals = population.positions + self.reach * steps
        first, second = np.log(rng.random(number)), np.log(rng.random(number))

        inside = ((proposals >= 0.0) & (proposals <= 1.0)).all(axis=1)
        inside[inside] = self.allowed(proposals[inside])
        guesses = np.full(number, -np.inf)
        guesses[inside] = self.screen(proposals[inside])
        gain = power * (guesses - self.screened)
        passed = inside & (first < gain)
        likeness = np.full(number, -np.inf)
        if passed.any():
            likeness[passed] = self.log_likeness(proposals[passed])
        correction = np.where(passed, np.minimum(gain, 700.0), 0.0)
        taken = passed & (second < power * (likeness - population.likeness) - correction)
        population.positions[taken] = proposals[taken]
        population.likeness[taken] = likeness[taken]
        self.screened[taken] = guesses[taken]
        self._adapt(float(taken.mean()))
        return float(taken.mean()), float(passed.mean())

    def _adapt(self, accepted: float) -> None:
        if accepted < WANTED[0]:
            self.reach *= 0.85
        elif accepted > WANTED[1]:
            self.reach *= 1.15
