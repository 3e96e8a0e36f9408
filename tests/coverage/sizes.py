"""How much is computed and drawn: the map that is kept, or a rough one for the test run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sizes:
    """Numbers of runs looked at, and of ensembles drawn for each setting.

    `bands_of` are the numbers of runs told by band of S, `wholes_of` those searched over all S;
    `samples` ensembles are drawn, `bootstrapped` of them with `replicates` each, `paired` of pairs,
    of which `paired_bands` get a band. `runs` are the sizes of the ensembles.
    """

    bands_of: tuple[int, ...]
    wholes_of: tuple[int, ...]
    runs: tuple[int, ...]
    samples: int
    bootstrapped: int
    replicates: int
    paired: int
    paired_bands: int


FULL = Sizes(
    bands_of=(50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000),
    wholes_of=(*range(50, 201), *np.geomspace(205, 100_000, 60).astype(int).tolist()),
    runs=(50, 200, 1000),
    samples=4000,
    bootstrapped=400,
    replicates=400,
    paired=2000,
    paired_bands=400,
)
ROUGH = Sizes(
    bands_of=(50, 1000),
    wholes_of=(50, 64, 137, 2950),
    runs=(50,),
    samples=300,
    bootstrapped=40,
    replicates=60,
    paired=40,
    paired_bands=10,
)
