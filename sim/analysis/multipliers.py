"""How far survival curves and their differences may stray, drawn by Gaussian multipliers.

What a run adds to the error of an estimate is known from the run itself. Multiply it by a normal
number of its own, with mean 0 and variance 1, and sum over the runs: given the runs, such sums are
normal, and vary and covary from day to day as the estimate does. Runs that add the same need but
one number, larger by the root of how many they are.

- Of pairs, one adds 1(T1 > d) - 1(T2 > d) minus the estimate, over n.
- Of a curve that may have been cut short, the runs at risk on one day add up to a normal number
  with the variance of Greenwood's term e / (n (n - e)), from that day on and times S(d).

Source: Parzen, Wei & Ying 1997, doi 10.1111/1467-9469.t01-1-00065.
"""

from __future__ import annotations

import numpy as np

from sim.analysis.curves import Floats, greenwood_terms, survival_curves, watched
from sim.analysis.life_table import Counts
from sim.analysis.life_tables import LifeTables


def paths_of_pairs(joint: Counts, replicates: int, luck: np.random.Generator) -> Floats:
    """Return deviations of S1 - S2 from its estimate; shape [replicates, days 0..H].

    `joint` [H + 2, H + 2] counts the pairs by the days on which the two ended, H + 1 if they did
    not by H. There is at least one pair.
    """
    pairs, width = joint.sum(), len(joint)
    first, second = np.nonzero(joint - np.diag(np.diag(joint)))
    spread, spread_of_equal = np.sqrt(joint[first, second]), np.sqrt(np.trace(joint))
    difference = np.cumsum(joint.sum(axis=0) - joint.sum(axis=1)) / pairs
    paths = np.empty((replicates, width))
    for path in paths:
        number = spread * luck.standard_normal(len(spread))
        in_all = number.sum() + spread_of_equal * luck.standard_normal()
        net = np.bincount(second, number, width) - np.bincount(first, number, width)
        path[:] = (np.cumsum(net) - in_all * difference) / pairs
    return paths[:, :-1]


def paths_of_curve(side: LifeTables, replicates: int, luck: np.random.Generator) -> Floats:
    """Return deviations of the first curve from its estimate; shape [replicates, days 0..H].

    They are 0 where the curve is not known.
    """
    spread = np.sqrt(greenwood_terms(watched(side))[0])
    steps = spread * luck.standard_normal((replicates, len(spread)))
    curve = np.nan_to_num(survival_curves(side).survival[0], nan=0.0)
    return np.asarray(curve * np.cumsum(steps, axis=1))
