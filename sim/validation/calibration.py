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
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from sim.sources import model_digest
from sim.validation import space
from sim.validation.history import History, matched
from sim.validation.known import Known
from sim.validation.likeness import CUTOFF, Likeness, likeness
from sim.validation.retained import RETAINED, Retained, write_retained
from sim.validation.smc import Population, Step, corrected, sampled
from sim.validation.summaries import NAMES, summary_of
from sim.validation.world import WorldEnsemble

DIGITS = 4
"""Significant digits of a retained number; it is rounded before its statistics are computed."""
DIGITS_OF_THE_MIDDLE = 2


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
    check_conflicts: int = 1024
    check_runs: int = 4
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
    retained = kept(settings, aim, history, population, watch, workers)
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


def kept(
    settings: Settings,
    aim: Likeness,
    history: History,
    population: Population,
    watch: Callable[[str], None],
    workers: int | None,
) -> Retained:
    """Return the set: distinct members and their middle, run anew on more truces.

    The middle is the member nearest to all others, rounded to what a reader can remember. A member
    that turns out implausible on other luck is dropped.
    """
    positions = np.unique(population.positions, axis=0)
    vectors = rounded(space.from_unit(positions), DIGITS)
    middle = rounded(space.from_unit(positions[medoid(positions)])[None], DIGITS_OF_THE_MIDDLE)
    vectors = np.concatenate([middle, np.unique(vectors, axis=0)])
    world = WorldEnsemble(settings.check_conflicts, settings.check_runs, settings.seed + 1)
    summaries = list(world.each(vectors, summary_of, workers))
    values = np.array([each.values for each in summaries])
    monte_carlo = np.mean([each.covariance for each in summaries], axis=0)
    fine = likeness(monte_carlo)
    good = fine.implausibility(values) <= CUTOFF
    watch(f"{good.sum()} of {len(good)} vectors stay on more truces")
    if not good[0]:
        watch("the rounded middle is implausible; the default cannot be this vector")
    return Retained(
        vectors[good],
        values[good],
        fine.distance(values[good]),
        provenance(settings, aim, history, population, monte_carlo),
    )


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
    population: Population,
    monte_carlo: np.ndarray,
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
        "steps": [asdict(step) for step in population.steps],
        "statistics": {
            name: {
                "target": round(float(target), 4),
                "sd_of_target_and_discrepancy": round(float(total), 4),
                "sd_of_monte_carlo": round(float(noise), 4),
            }
            for name, target, total, noise in zip(
                NAMES,
                aim.aims,
                np.sqrt(np.diag(aim.covariance)),
                np.sqrt(np.diag(monte_carlo)),
                strict=True,
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
