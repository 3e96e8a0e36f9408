"""S1-S5, which the set was chosen by: measured again, all five from the same truces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.scorecard.measured import Floats, Inputs, Measured, normal_limits
from sim.validation.summaries import NAMES, summary_of
from sim.validation.targets import Target
from sim.validation.world import WorldEnsemble

OTHER_LUCK = 70
"""How far the seed lies from that by which the set was chosen, where other luck is wanted."""


def fitted(targets: Sequence[Target], given: Inputs, other_luck: bool = False) -> list[Measured]:
    """Measure patterns that were used to fit, by the luck with which the set was chosen.

    Each member meets all of them there, because it was chosen so; with `other_luck` it shows how
    much of that was luck.
    """
    settings = given.found.provenance["settings"]
    conflicts, runs = settings["last_conflicts"], settings["last_runs"]
    seed = settings["seed"] + 1 + (OTHER_LUCK if other_luck else 0)
    world = WorldEnsemble(conflicts, runs, seed)
    summaries = list(world.each(given.vectors, summary_of, given.workers))
    sample = f"{conflicts} conflicts, {runs} truces of each on each clock"
    values = np.array([each.values for each in summaries])
    return [_of(target, values, summaries[0].covariance, sample) for target in targets]


def _of(target: Target, values: Floats, covariance: Floats, sample: str) -> Measured:
    places = [place for place, name in enumerate(NAMES) if name.startswith(f"{target.id} ")]
    own, spread = values[:, places], covariance[np.ix_(places, places)]
    if target.id == "S4":  # what is neither broken nor lapsed was renewed
        own = np.column_stack([own, 1.0 - own.sum(axis=1)])
        errors = np.sqrt([*spread.diagonal(), spread.sum()])
    else:
        errors = np.sqrt(spread.diagonal())
    limits = normal_limits(own[0], errors)
    for place, name in enumerate(NAMES[place] for place in places):
        if "log" in name:
            own[:, place], limits[place] = np.exp(own[:, place]), np.exp(limits[place])
    return Measured(own, limits, sample)
