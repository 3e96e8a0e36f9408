"""Bands that hold for the difference of two survival curves on all days at once.

| method | needs | half the width |
| --- | --- | --- |
| sup-t | many pairs, counted by `redrawn_pairs` | follows the pointwise interval |
| dkw | no run cut short | the same on all days; exact for any number of runs, wide |
| equal-precision | many runs; a seed | follows the standard error; as for 5 endings at least |
| hall-wellner | many runs; a seed | the same on all days, unless runs were cut short |

- sup-t: the pointwise standard errors times the level-quantile of the largest standardised
  deviation over days, which is found by drawing the runs anew many times (`sim.analysis.redrawn`).
- dkw: each curve lies within its own band of Dvoretzky, Kiefer and Wolfowitz with the level
  (1 + level) / 2, so both do with `level` (Bonferroni), whether or not they share their luck; the
  half widths of the two are added up.
- equal-precision, hall-wellner: multiples of the standard error, and of the root of the sum of the
  squares of both curves' Hall-Wellner units. A difference of curves has no law that could be
  tabled, so how far it strays in these units is drawn by Gaussian multipliers
  (`sim.analysis.multipliers`). The band of a single curve is calibrated on some days and carried to
  the others, because the curve cannot rise; a difference can. So here all days count, and where
  fewer than 5 endings tell how much it varies, the band is as wide as for 5. Since few endings
  scatter more to one side than to the other, equal-precision extends by standard errors with two
  invented endings. Where runs were cut short, both stop when fewer than 5 are left.

Sources: Montiel Olea & Plagborg-Moller 2019, J. Appl. Econom. 34:1, doi 10.1002/jae.2656, with
standard errors as in `sim.analysis.differences`, two invented pairs included; Massart 1990, doi
10.1214/aop/1176990746; multipliers: Parzen, Wei & Ying 1997, Scand. J. Stat. 24:309 [R], doi
10.1111/1467-9469.t01-1-00065.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compared import Compared, IndependentTables
from sim.analysis.curves import complete, survival_curves
from sim.analysis.differences import survival_differences
from sim.analysis.intervals import normal_reach
from sim.analysis.life_tables import LifeTables
from sim.analysis.multipliers import paths_of_curve, paths_of_pairs
from sim.analysis.pairs import PairTables
from sim.analysis.redrawn import REPLICATES, RedrawnPairs
from sim.analysis.resampling import luck_of, reach_of
from sim.analysis.seed_weights import hashed
from sim.analysis.simultaneous import (
    FEWEST,
    BandMethod,
    check_complete,
    check_luck,
    check_method,
    dkw_reach,
    gone_and_left,
    hall_wellner_units,
)
from sim.analysis.sums import Differences, paired_normal
from sim.analysis.uncertainty import Uncertainty
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]

DIFFERENCE_BAND_NAMES: dict[BandMethod, str] = {
    "dkw": "two Dvoretzky-Kiefer-Wolfowitz bands",
    "hall-wellner": "Hall-Wellner, Gaussian multipliers",
    "equal-precision": "equal precision, Gaussian multipliers",
    "sup-t": "bootstrap sup-t",
}
"""How each method is called where differences are shown."""

INVENTED = 2  # endings, or pairs that differ, that are added to the seen ones
MANY = 20  # differing pairs from which on drawing anew is enough
POISSON_DRAWS = 4000
POISSON_STREAM = 2**32  # of the hash; beyond the numbers of replicates


@dataclass(frozen=True, eq=False)
class DifferenceBand:
    """Limits of S1 - S2 that hold on all days 0..H together with the given level.

    `lower` and `upper` have shape [days]; they are nan where too few are left that were not cut
    short. `reach` is how many units the band extends to each side: standard errors, of which a
    pointwise interval extends 1.96 at 95%; with dkw 1 / sqrt(runs) of one side plus that of the
    other, with hall-wellner the root of the sum of their squares where no run was cut short.
    """

    difference: Floats
    lower: Floats
    upper: Floats
    reach: float
    level: float
    replicates: int
    method: BandMethod = "sup-t"
    uncertainty: Uncertainty = Uncertainty.MONTE_CARLO

    @property
    def statement(self) -> str:
        """What the band claims, in one sentence for captions."""
        return (
            f"Simultaneous {100 * self.level:g} % band ({DIFFERENCE_BAND_NAMES[self.method]}): the "
            "whole difference of the curves lies within it with that probability; "
            f"{self.uncertainty} error only."
        )


def difference_band(
    compared: RedrawnPairs | Compared,
    level: float = 0.95,
    method: BandMethod = "sup-t",
    seed: int | None = None,
    replicates: int = REPLICATES,
) -> DifferenceBand:
    """Return the band of S1 - S2, the curve of the point minus that of the baseline.

    Pairs counted by `redrawn_pairs` have a band by every method; dkw, which does not ask how luck
    is shared, is content with `PairTables`. `IndependentTables` of one point have all but sup-t,
    and where runs were cut short all but sup-t and dkw. `seed` and the number of the point decide
    the luck of the `replicates` of equal-precision and hall-wellner; sup-t takes those of the
    pairs, and dkw needs none.

    The band is never narrower than the pointwise intervals, and has width before the first ending
    too. With few pairs that differ sup-t is as wide as rare events ask for.

    Errors: `UsageError` for an unknown method, a level not between 0 and 1, more than one point,
    dkw where runs were cut short, equal-precision or hall-wellner without a seed or replicates, or
    counts that cannot tell what the method asks; `ResultsError` without a pair or a run.
    """
    check_method(method)
    if method == "sup-t":
        return _sup_t(_redrawn(compared, method), level)
    tables = compared.pairs if isinstance(compared, RedrawnPairs) else compared
    if len(tables.numbers) != 1:
        raise UsageError(
            f"A band is that of one point and its baseline, not of {len(tables.numbers)} points; "
            "choose the life tables of one."
        )
    found = survival_differences(tables, level=level)
    if method == "dkw":
        return _dkw(tables, found)
    luck = luck_of((check_luck(method, seed, replicates), tables.numbers[0]))
    paths = _paths(compared, method, replicates, luck)
    return _by_multipliers(tables, found, method, paths)


def _redrawn(compared: RedrawnPairs | Compared, method: BandMethod) -> RedrawnPairs:
    if not isinstance(compared, RedrawnPairs):
        others = "dkw" if isinstance(compared, PairTables) else "hall-wellner or equal-precision"
        raise UsageError(
            f"The band {method} needs pairs as redrawn_pairs counts them; without, use {others}."
        )
    return compared


def _dkw(tables: Compared, found: Differences) -> DifferenceBand:
    unit = 0.0
    for side in _sides(tables):
        check_complete(side, "hall-wellner or equal-precision")
        unit += 1.0 / np.sqrt(side.runs[0])
    reach = dkw_reach((1.0 + found.level) / 2.0)
    return _around(found, reach, np.full(found.difference.shape[1], unit), "dkw", 0)


def _paths(
    compared: RedrawnPairs | Compared,
    method: BandMethod,
    replicates: int,
    luck: np.random.Generator,
) -> Floats:
    """Return how the difference may stray from its estimate; shape [replicates, days]."""
    if isinstance(compared, IndependentTables):
        first, second = (paths_of_curve(side, replicates, luck) for side in _sides(compared))
        return first - second
    return paths_of_pairs(_redrawn(compared, method).joint, replicates, luck)


def _by_multipliers(
    tables: Compared, found: Differences, method: BandMethod, paths: Floats
) -> DifferenceBand:
    measured = _errors(tables, found) if method == "equal-precision" else _hall_wellner(tables)
    known = _is_known(tables) & ~np.isnan(found.difference[0])
    far = np.max(np.abs(paths[:, known]) / measured[known], axis=1, initial=0.0)
    few = normal_reach(found.level) * np.max(
        _error_of(FEWEST, tables) / measured[known], initial=0.0
    )
    more = _error_of(INVENTED, tables) if method == "equal-precision" else 0.0
    unit = np.where(known, np.hypot(measured, more), np.nan)
    return _around(found, max(reach_of(far, found.level), few), unit, method, len(paths))


def _around(
    found: Differences, reach: float, unit: Floats, method: BandMethod, replicates: int
) -> DifferenceBand:
    """Return the band that reaches so many units, and holds the pointwise intervals."""
    middle, lower, upper = (each[0] for each in (found.difference, found.lower, found.upper))
    return DifferenceBand(
        difference=middle,
        lower=np.maximum(np.minimum(middle - reach * unit, lower), -1.0),
        upper=np.minimum(np.maximum(middle + reach * unit, upper), 1.0),
        reach=reach,
        level=found.level,
        replicates=replicates,
        method=method,
    )


def _sides(tables: Compared) -> tuple[LifeTables, LifeTables]:
    return tables.first, tables.second


def _errors(tables: Compared, found: Differences) -> Floats:
    """Return the standard errors by day, each variance at least that of the fewest endings."""
    if isinstance(tables, PairTables):
        return np.asarray(np.maximum(found.standard_error[0], _error_of(FEWEST, tables)))
    variances = [
        np.maximum(survival_curves(side).variance[0], FEWEST / side.runs[0] ** 2)
        for side in _sides(tables)
    ]
    return np.asarray(np.sqrt(variances[0] + variances[1]))


def _error_of(endings: int, tables: Compared) -> float:
    """Return the error that so few pairs that differ make, or so few endings of each curve."""
    sides = [tables.first] if isinstance(tables, PairTables) else _sides(tables)
    return float(np.sqrt(sum(endings / side.runs[0] ** 2 for side in sides)))


def _hall_wellner(tables: Compared) -> Floats:
    first, second = (hall_wellner_units(side)[0] for side in _sides(tables))
    return np.asarray(np.hypot(first, second))


def _is_known(tables: Compared) -> NDArray[np.bool_]:
    """Return on which days both curves are known well: as long as enough of those cut are left."""
    enough = [complete(side)[0] | (gone_and_left(side)[1][0] >= FEWEST) for side in _sides(tables)]
    return np.asarray(enough[0] & enough[1])


def _sup_t(redrawn: RedrawnPairs, level: float) -> DifferenceBand:
    pointwise = normal_reach(level)
    difference, middle, error = _curve(redrawn.pairs)
    few = _reach_of_few(min(redrawn.differing + 2, MANY), level)
    reach = max(_reach(redrawn, difference, error, level), few, pointwise)
    return DifferenceBand(
        difference=difference,
        lower=np.maximum(middle - reach * error, -1.0),
        upper=np.minimum(middle + reach * error, 1.0),
        reach=reach,
        level=level,
        replicates=len(redrawn.drawn),
    )


def _curve(pairs: PairTables) -> tuple[Floats, Floats, Floats]:
    """Return the difference, and the middle and the standard errors of its intervals; [days]."""
    if not pairs.pairs[0]:
        raise ResultsError("There is no pair to compare.")
    first, second = (np.cumsum(side.ended_by_day[0]) for side in (pairs.first, pairs.second))
    either = np.cumsum(pairs.by_shorter[0])
    apart = 2 * either - first - second
    middle, error = paired_normal(second - first, apart, apart, pairs.pairs, 1)
    return (second - first) / pairs.pairs, middle, error


def _reach(redrawn: RedrawnPairs, difference: Floats, error: Floats, level: float) -> float:
    """Return the level-quantile of the largest standardised deviation over days."""
    some = redrawn.drawn > 0
    curves = -np.cumsum(redrawn.net_ended[some], axis=1) / redrawn.drawn[some, np.newaxis]
    return reach_of(np.max(np.abs(curves - difference) / error, axis=1, initial=0.0), level)


@cache
def _reach_of_few(expected: int, level: float) -> float:
    """Return the level-quantile of the largest standardised deviation of a Poisson process.

    Drawing anew cannot tell what might have happened on days on which nothing did. Rare events
    come as a Poisson process; this is how far one with so many `expected` events strays from its
    mean at any time, in standard errors with two invented pairs.
    """
    most = 4 * expected + 20  # events that are drawn; more hardly ever occur
    words = hashed(np.arange(POISSON_DRAWS * most), POISSON_STREAM)
    gaps = -np.log((words.astype(float) + 1.0) / 2.0**64).reshape(POISSON_DRAWS, most)
    times, seen = np.cumsum(gaps, axis=1), np.arange(most)
    begun = np.hstack([np.zeros((POISSON_DRAWS, 1)), times[:, :-1]])
    before = (np.minimum(times, expected) - seen) / np.sqrt(seen + 2.0)
    after = (seen - begun) / np.sqrt(seen + 2.0)
    strayed = np.where(begun < expected, np.maximum(before, after), 0.0).max(axis=1)
    return float(np.sort(strayed)[ceil(level * POISSON_DRAWS) - 1])
