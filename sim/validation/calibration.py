"""Calibration on S1-S5: history matching, then approximate Bayesian computation within it.

`python -m sim.validation.calibration` (or `make calibrate`) runs it and writes the retained set
beside the data of the package. Stopped, it goes on where it was when it is started again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from sim.sources import model_digest
from sim.validation import space
from sim.validation.emulator import fitted
from sim.validation.history import History, matched
from sim.validation.known import Known
from sim.validation.likeness import CUTOFF, Likeness, likeness, met, misses
from sim.validation.retained import RETAINED, Retained, write_retained
from sim.validation.smc import Population, Step, confined, corrected, sampled
from sim.validation.summaries import NAMES
from sim.validation.world import WorldEnsemble

DIGITS = 4
"""Significant digits of a retained number; it is rounded before its statistics are computed."""


@dataclass(frozen=True)
class Settings:
    """How large the calibration is. The defaults are those of the set that is shipped."""

    conflicts: int = 512
    runs: int = 1
    first: int = 1500
    size: int = 600
    waves: int = 4
    population: int = 200
    moves: int = 2
    last_moves: int = 5
    last_conflicts: int = 512
    last_runs: int = 2
    rounds: int = 11
    seed: int = 1


@dataclass(frozen=True)
class Calibration:
    """All that a calibration found, and the set that it retains."""

    aim: Likeness
    history: History
    population: Population
    retained: Retained


def calibrate(
    settings: Settings,
    folder: Path,
    watch: Callable[[str], None] = lambda line: None,
    workers: int | None = None,
) -> Calibration:
    """Calibrate, keeping evaluations under `folder`.

    Args:
        settings: how large.
        folder: keeps what was run; a subfolder is named after the model and the settings.
        watch: told in a sentence what has been done.
        workers: threads, by default as many as there are processors.
    """
    world = WorldEnsemble(settings.conflicts, settings.runs, settings.seed)
    known = Known(world, folder / key(settings), workers)
    rng = np.random.default_rng([settings.seed, 1])
    first = space.to_unit(space.latin_hypercube(settings.first, settings.seed))
    aim = likeness(np.mean([each.covariance for each in known.at(first)], axis=0))
    watch(f"first wave: {settings.first} vectors run")
    history = matched(
        known.values, aim, first, settings.size, settings.waves, rng,
        lambda wave, left: watch(f"wave {wave} leaves {left:.3g} of the space"),
    )  # fmt: skip
    population = narrowed(settings, known, aim, history, watch)
    watch(f"{known.ran} vectors run now, {len(known.summaries)} in all")
    larger = replace(
        settings, conflicts=settings.last_conflicts, runs=settings.last_runs, seed=settings.seed + 1
    )
    world = WorldEnsemble(larger.conflicts, larger.runs, larger.seed)
    fine = Known(world, folder / key(larger), workers)
    found, last = tolerated(settings, known, fine, history, population, watch)
    retained = kept(settings, history, population, found, last, fine)
    watch(f"{fine.ran} vectors run now on more truces, {len(fine.summaries)} in all")
    return Calibration(aim, history, population, retained)


def narrowed(
    settings: Settings,
    known: Known,
    aim: Likeness,
    history: History,
    watch: Callable[[str], None],
) -> Population:
    """Return the posterior within what history matching left."""
    rng = np.random.default_rng([settings.seed, 2])
    start, _ = history.spread(settings.population, len(space.calibrated()), rng)
    emulator = history.waves[-1].emulator

    def guess(positions: np.ndarray) -> np.ndarray:
        return aim.log_likeness(emulator.predict(positions), emulator.variance)

    def told(step: Step) -> None:
        watch(
            f"{step.tolerance:.0%} of the way from the emulator to the model, "
            f"{step.accepted:.0%} of proposals accepted"
        )

    guessed = sampled(start, guess, rng, allowed=history.not_ruled_out)
    watch(f"the emulator's posterior after {len(guessed.steps)} steps of the tolerance")
    return corrected(
        guessed,
        guess,
        lambda positions: aim.log_likeness(known.values(positions)),
        rng,
        moves=settings.moves,
        last_moves=settings.last_moves,
        allowed=history.not_ruled_out,
        watch=told,
    )


def tolerated(
    settings: Settings,
    known: Known,
    fine: Known,
    history: History,
    population: Population,
    watch: Callable[[str], None],
) -> tuple[Population, Likeness]:
    """Return the part of the posterior in which each vector meets all of S1-S5, on new luck.

    The posterior takes the targets as uncertain, so many of its members miss one tolerance or
    another. What is shipped is its part within all of them.
    """
    rng = np.random.default_rng([settings.seed, 4])
    pool = np.array([np.frombuffer(name) for name in known.summaries])
    pool = pool[history.not_ruled_out(pool)]
    emulator = fitted(pool, known.values(pool))
    noise = np.mean([each.covariance for each in fine.at(population.positions)], axis=0)
    aim = likeness(noise)
    slack = 1.5 * np.sqrt(emulator.variance)

    def near(positions: np.ndarray) -> np.ndarray:
        close = (misses(emulator.predict(positions)) <= slack).all(axis=1)
        return np.asarray(close & history.not_ruled_out(positions))

    def within(positions: np.ndarray) -> np.ndarray:
        values = fine.values(positions)
        good = np.logical_and.reduce(list(met(values).values()))
        return np.where(good, aim.log_likeness(values), -np.inf)

    def told(step: Step) -> None:
        watch(f"within the tolerances: {step.accepted:.0%} of proposals accepted")

    watch(f"{np.isfinite(within(population.positions)).mean():.0%} of the posterior meets S1-S5")
    found = confined(
        population,
        lambda positions: aim.log_likeness(emulator.predict(positions), emulator.variance),
        within,
        rng,
        moves=settings.rounds,
        allowed=near,
        watch=told,
    )
    return found, aim


def kept(
    settings: Settings,
    history: History,
    posterior: Population,
    found: Population,
    aim: Likeness,
    fine: Known,
) -> Retained:
    """Return the set: distinct members, their middle first.

    Numbers are rounded before their statistics are computed, and a member that misses a tolerance
    once it is rounded is dropped.
    """
    vectors = np.unique(rounded(space.from_unit(found.positions), DIGITS), axis=0)
    values = fine.values(space.to_unit(vectors))
    good = np.logical_and.reduce(list(met(values).values()))
    vectors, values = vectors[good], values[good]
    first = medoid(space.to_unit(vectors))
    order = [first, *(place for place in range(len(vectors)) if place != first)]
    vectors, values = vectors[order], values[order]
    told = provenance(settings, aim, history, posterior, found)
    return Retained(vectors, values, aim.distance(values), told)


def medoid(positions: np.ndarray) -> int:
    """Return the place of the member whose mean distance to all others is least."""
    gaps = np.linalg.norm(positions[:, None, :] - positions[None, :, :], axis=2)
    return int(gaps.sum(axis=1).argmin())


def rounded(vectors: np.ndarray, digits: int) -> np.ndarray:
    """Return vectors with so many significant digits, within the ranges."""
    written = [[float(f"{value:.{digits}g}") for value in vector] for vector in vectors.tolist()]
    return space.from_unit(np.clip(space.to_unit(np.array(written)), 0.0, 1.0)).round(12)


def provenance(
    settings: Settings,
    aim: Likeness,
    history: History,
    posterior: Population,
    found: Population,
) -> dict[str, Any]:
    """Return how the set came about, as plain data."""
    import scipy

    return {
        "settings": asdict(settings),
        "model_digest": model_digest(),
        "versions": {
            "truce-sim": version("truce-sim"),
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "cutoff": CUTOFF,
        "waves": [
            {"vectors": len(wave.positions), "share_left": wave.left} for wave in history.waves
        ],
        "steps_to_the_posterior": [asdict(step) for step in posterior.steps],
        "rounds_within_tolerances": [asdict(step) for step in found.steps[len(posterior.steps) :]],
        "statistics": {
            name: {"target": round(float(value), 4), "sd": round(float(spread), 4)}
            for name, value, spread in zip(
                NAMES, aim.aims, np.sqrt(np.diag(aim.covariance)), strict=True
            )
        },
        "left_out": space.LEFT_OUT,
    }


def key(settings: Settings) -> str:
    """Return a name for what evaluations hang on: the model, the conflicts, the luck."""
    sizes = f"{settings.conflicts}x{settings.runs}-seed{settings.seed}"
    return f"{model_digest()[:12]}-{sizes}-{len(space.paths())}"


def main() -> None:
    """Calibrate from the command line."""
    parser = argparse.ArgumentParser(description="Calibrate on S1-S5 and write the retained set.")
    parser.add_argument("--folder", type=Path, default=Path("results/calibration"))
    parser.add_argument("--to", type=Path, default=RETAINED, help="the table that is written")
    parser.add_argument("--workers", type=int, default=None)
    asked = parser.parse_args()
    began = time.monotonic()

    def told(line: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s  {line}", flush=True)

    found = calibrate(Settings(), asked.folder, told, asked.workers)
    write_retained(found.retained, asked.to)
    told(json.dumps({"written": str(asked.to), "members": len(found.retained.vectors)}))


if __name__ == "__main__":
    main()
