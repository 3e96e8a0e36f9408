"""Recovery: do data simulated from known parameters give them back?

Simulation-based calibration (Talts et al. 2018): draw a vector from the prior, let the *model*
make data from it with luck of its own and the error that the targets have, infer, and note the
rank of each true number among the inferred ones. If the inference is right, ranks are uniform.

The prior is uniform over what history matching left. The inference is the calibration's own
sampler with the emulator of its last wave in place of the world ensemble, for a thousand
calibrations with the ensemble would take weeks; the emulator's error is part of the kernel.

`python -m sim.validation.recovery` (or `make recovery`) tells the ranks of the shipped settings.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.validation import space
from sim.validation.calibration import Settings, key
from sim.validation.history import History, matched
from sim.validation.known import Known
from sim.validation.likeness import Likeness, likeness
from sim.validation.smc import sampled
from sim.validation.summaries import summary_of
from sim.validation.world import WorldEnsemble

BINS = 8


@dataclass(frozen=True)
class Ranks:
    """Ranks of true numbers among inferred ones: a row a replication, a column a quantity.

    A rank is the share of inferred numbers below the truth, `share_held` how many true numbers lie
    inside the central 90 % of what was inferred for them.
    """

    ranks: np.ndarray
    draws: int

    def chi_squared(self) -> np.ndarray:
        """Return, for each quantity, χ² of its ranks over `BINS` equal bins (7 degrees)."""
        expected = len(self.ranks) / BINS
        counts = np.array([np.histogram(column, BINS, (0.0, 1.0))[0] for column in self.ranks.T])
        return np.asarray(((counts - expected) ** 2 / expected).sum(axis=1))

    def p_values(self) -> np.ndarray:
        """Return the chance of so uneven ranks if they were uniform."""
        from scipy.stats import chi2

        return np.asarray(chi2.sf(self.chi_squared(), BINS - 1))

    def share_held(self) -> np.ndarray:
        """Return how often the truth lay in the central 90 % of what was inferred."""
        return np.asarray(((self.ranks > 0.05) & (self.ranks < 0.95)).mean(axis=0))


def recovered(
    history: History,
    world: WorldEnsemble,
    replications: int,
    seed: int,
    population: int = 100,
    moves: tuple[int, int] = (30, 150),
) -> Ranks:
    """Simulate data from known vectors and infer them back.

    Args:
        history: what history matching left, and its emulators.
        world: makes the data; its luck should be another than the calibration's.
        replications: how many vectors.
        seed: of everything drawn here.
        population: draws of each inference.
        moves: of each inference, after each step of the tolerance and at the end.
    """
    rng = np.random.default_rng([seed, 3])
    dimensions = history.waves[-1].positions.shape[1]
    truths, _ = history.spread(replications, dimensions, rng)
    values = np.array([each.values for each in world.each(space.from_unit(truths), summary_of)])
    errors = rng.multivariate_normal(
        np.zeros(values.shape[1]), history.aim.covariance, replications
    )
    pool, _ = history.spread(20 * population, dimensions, rng)
    ranks = [
        _rank(history, truth, seen, rng.choice(pool, population, replace=False), moves, rng)
        for truth, seen in zip(truths, values + errors, strict=True)
    ]
    return Ranks(np.array(ranks), population)


def _rank(
    history: History,
    truth: np.ndarray,
    seen: np.ndarray,
    start: np.ndarray,
    moves: tuple[int, int],
    rng: np.random.Generator,
) -> np.ndarray:
    emulator = history.waves[-1].emulator
    covariance = history.aim.covariance + np.diag(emulator.variance)
    aim = Likeness(seen, covariance)
    found = sampled(
        start,
        lambda positions: aim.log_likeness(emulator.predict(positions)),
        rng,
        moves=moves[0],
        last_moves=moves[1],
        allowed=history.not_ruled_out,
    )
    below = (found.positions < truth).sum(axis=0)
    return np.asarray((below + rng.random(len(truth))) / (len(start) + 1))


def main() -> None:
    """Tell the ranks of the shipped settings."""
    parser = argparse.ArgumentParser(description="Recover known parameters from simulated data.")
    parser.add_argument("--folder", type=Path, default=Path("results/calibration"))
    parser.add_argument("--replications", type=int, default=400)
    asked = parser.parse_args()
    settings = Settings()
    known = Known(
        WorldEnsemble(settings.conflicts, settings.runs, settings.seed),
        asked.folder / key(settings),
    )
    rng = np.random.default_rng([settings.seed, 1])
    first = space.to_unit(space.latin_hypercube(settings.first, settings.seed))
    aim = likeness(np.mean([each.covariance for each in known.at(first)], axis=0))
    history = matched(known.values, aim, first, settings.size, settings.waves, rng)
    other = replace(settings, seed=settings.seed + 7)
    world = WorldEnsemble(other.conflicts, other.runs, other.seed)
    found = recovered(history, world, asked.replications, settings.seed)
    told = zip(space.paths(), found.p_values(), found.share_held(), strict=True)
    for path, chance, held in told:
        print(f"{path:32} p of uniform ranks {chance:5.3f}   inside the central 90 %: {held:.2f}")
    print(
        json.dumps({"least_p": round(float(found.p_values().min()), 4), "quantities": len(first.T)})
    )


if __name__ == "__main__":
    main()
