"""Approximate Bayesian computation by sequential Monte Carlo.

A population of vectors moves from the prior to the posterior while the tolerance shrinks: a vector
at squared distance D² counts with weight exp(-D²/(2ε²)), and ε falls from infinity to 1. At ε = 1
the kernel is the normal density of the targets' error and the model's discrepancy, so the result
is exact under that error model (Wilkinson 2013) but for the size of the population. The tolerance
adapts so that each step keeps a set share of the effective population, and the proposals adapt to
the population's own covariance (Del Moral, Doucet & Jasra 2012).

With many dimensions it takes hundreds of moves until a population forgets where it came from. So
`sampled` makes them on the emulator, which costs nothing, and `corrected` takes the population from
the emulator to the model: each proposal is the end of a long walk on the emulator, and one run of
the model decides whether it is taken (surrogate transitions, Liu 2001). What comes out has the
model's posterior, not the emulator's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

LogLikeness = Callable[[np.ndarray], np.ndarray]
Allowed = Callable[[np.ndarray], np.ndarray]

KEPT = 0.7  # share of the effective population that a step of the tolerance keeps
WANTED = (0.15, 0.35)  # share of proposals accepted within which the step length stays


@dataclass(frozen=True)
class Step:
    """One step: the tolerance ε reached, moves made, and the share of proposals accepted."""

    tolerance: float
    moves: int
    accepted: float


@dataclass
class Population:
    """Positions in the unit cube, all of the same weight, and how like the data each is."""

    positions: np.ndarray
    likeness: np.ndarray
    steps: list[Step] = field(default_factory=list)


def everywhere(positions: np.ndarray) -> np.ndarray:
    """Allow all positions."""
    return np.ones(len(positions), dtype=bool)


def sampled(
    start: np.ndarray,
    log_likeness: LogLikeness,
    rng: np.random.Generator,
    *,
    moves: int = 30,
    last_moves: int = 150,
    allowed: Allowed = everywhere,
) -> Population:
    """Move a population from the prior to the posterior.

    Args:
        start: positions drawn from the prior, one a row.
        log_likeness: -D²/2 of positions.
        rng: every random number.
        moves: Metropolis moves after each step of the tolerance.
        last_moves: moves at ε = 1.
        allowed: which positions of the unit cube the prior allows.
    """
    population = Population(start.copy(), log_likeness(start))
    walk = _Walk(log_likeness, allowed, rng, start.shape[1])
    power = 0.0  # 1/ε²
    while power < 1.0:
        raised = next_power(population.likeness, power)
        weights = np.exp((raised - power) * (population.likeness - population.likeness.max()))
        places = resampled(weights, rng)
        population.positions = population.positions[places]
        population.likeness = population.likeness[places]
        power = raised
        number = last_moves if power == 1.0 else moves
        accepted = walk.taken(population, power, number)
        population.steps.append(Step(power**-0.5, number, accepted))
    return population


def corrected(
    guessed: Population,
    guess: LogLikeness,
    log_likeness: LogLikeness,
    rng: np.random.Generator,
    *,
    moves: int = 2,
    last_moves: int = 4,
    walk_moves: int = 60,
    allowed: Allowed = everywhere,
    watch: Callable[[Step], None] = lambda step: None,
) -> Population:
    """Move a population from the posterior of a guess to that of the model.

    Args:
        guessed: the population under the guess.
        guess: the cheap guess at `log_likeness`.
        log_likeness: -D²/2 of positions by the model.
        rng: every random number.
        moves: proposals for each position after each step on the way from guess to model.
        last_moves: proposals at the end.
        walk_moves: length of the walk on the guess that makes a proposal.
        allowed: as in `sampled`.
        watch: told of each step; its `tolerance` is the share of the way that is done.
    """
    at = Population(guessed.positions.copy(), guess(guessed.positions), list(guessed.steps))
    likeness = log_likeness(at.positions)
    walk = _Walk(guess, allowed, rng, at.positions.shape[1])
    share = 0.0
    while share < 1.0:
        gain = likeness - at.likeness
        raised = next_power(gain, share)
        places = resampled(np.exp((raised - share) * (gain - gain.max())), rng)
        at.positions, at.likeness, likeness = (
            each[places] for each in (at.positions, at.likeness, likeness)
        )
        share = raised
        number = last_moves if share == 1.0 else moves
        accepted = [
            _jump(at, likeness, share, walk, walk_moves, log_likeness) for _ in range(number)
        ]
        at.steps.append(Step(share, number, float(np.mean(accepted))))
        watch(at.steps[-1])
    return Population(at.positions, likeness, at.steps)


def confined(
    population: Population,
    guess: LogLikeness,
    log_likeness: LogLikeness,
    rng: np.random.Generator,
    *,
    moves: int,
    walk_moves: int = 200,
    allowed: Allowed = everywhere,
    watch: Callable[[Step], None] = lambda step: None,
) -> Population:
    """Move a population into the part of its posterior where `log_likeness` is finite.

    Args:
        population: the posterior without the limits.
        guess: the cheap guess at `log_likeness`, finite wherever it is allowed.
        log_likeness: as before, and minus infinity beyond the limits.
        rng: every random number.
        moves: proposals for each position.
        walk_moves: as in `corrected`.
        allowed: a region about as large as the limits, or larger, that is quick to tell.
        watch: told of each round of proposals.

    Errors: `ValueError` when no member lies within the limits.
    """
    likeness = log_likeness(population.positions)
    good = np.isfinite(likeness) & allowed(population.positions)
    if not good.any():
        raise ValueError("no member of the posterior lies within the limits")
    places = resampled(good.astype(float), rng)
    positions, likeness = population.positions[places], likeness[places]
    at = Population(positions, guess(positions), list(population.steps))
    # Few members may lie within the limits, so steps keep the shape of the whole posterior.
    walk = _Walk(guess, allowed, rng, positions.shape[1], population.positions)
    for _ in range(moves):
        accepted = _jump(at, likeness, 1.0, walk, walk_moves, log_likeness)
        at.steps.append(Step(1.0, 1, accepted))
        watch(at.steps[-1])
    return Population(at.positions, likeness, at.steps)


def _jump(
    at: Population,
    likeness: np.ndarray,
    share: float,
    walk: _Walk,
    walk_moves: int,
    log_likeness: LogLikeness,
) -> float:
    """Propose the end of a walk on the guess to each position; return the share accepted.

    `at` (with the guess as its likeness) and `likeness` by the model change in place.
    """
    proposed = Population(at.positions.copy(), at.likeness.copy())
    walk.taken(proposed, 1.0, walk_moves)
    found = log_likeness(proposed.positions)
    change = share * ((found - proposed.likeness) - (likeness - at.likeness))
    taken = np.log(walk.rng.random(len(found))) < change
    at.positions[taken] = proposed.positions[taken]
    at.likeness[taken] = proposed.likeness[taken]
    likeness[taken] = found[taken]
    return float(taken.mean())


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


def resampled(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the places of a population drawn anew by weight, systematically."""
    number = len(weights)
    marks = (np.arange(number) + rng.random()) / number
    shares = np.cumsum(weights / weights.sum())
    return np.asarray(np.minimum(np.searchsorted(shares, marks), number - 1))


class _Walk:
    """Metropolis moves that adapt their reach."""

    def __init__(
        self,
        log_likeness: LogLikeness,
        allowed: Allowed,
        rng: np.random.Generator,
        dimensions: int,
        shape: np.ndarray | None = None,
    ) -> None:
        self.log_likeness, self.allowed, self.rng = log_likeness, allowed, rng
        self.reach = 2.38 / dimensions**0.5
        self.shape = shape

    def taken(self, population: Population, power: float, moves: int) -> float:
        """Move a population in place, `moves` times each; return the share accepted.

        Leaves the posterior at tolerance power^(-1/2) as it is. Steps have the shape of the
        population at the outset, or the shape given.
        """
        number, dimensions = population.positions.shape
        shape = population.positions if self.shape is None else self.shape
        spread = np.cov(shape.T).reshape(dimensions, dimensions)
        root = np.linalg.cholesky(spread + 1e-9 * np.eye(dimensions))
        shares = []
        for _ in range(moves):
            steps = self.rng.standard_normal((number, dimensions)) @ root.T
            proposals = population.positions + self.reach * steps
            luck = np.log(self.rng.random(number))
            inside = ((proposals >= 0.0) & (proposals <= 1.0)).all(axis=1)
            inside[inside] = self.allowed(proposals[inside])
            likeness = np.full(number, -np.inf)
            if inside.any():
                likeness[inside] = self.log_likeness(proposals[inside])
            accepted = luck < power * (likeness - population.likeness)
            population.positions[accepted] = proposals[accepted]
            population.likeness[accepted] = likeness[accepted]
            shares.append(float(accepted.mean()))
            self._adapt(shares[-1])
        return float(np.mean(shares))

    def _adapt(self, accepted: float) -> None:
        if accepted < WANTED[0]:
            self.reach *= 0.9
        elif accepted > WANTED[1]:
            self.reach *= 1.1
