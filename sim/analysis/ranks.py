"""Log-rank tests and hazard ratios of several groups, computed from their life tables.

A test compares how many truces of each group ended on each day with how many would have, had the
day's endings been shared out by the numbers at risk. Days weigh differently in each test of the
family.

The statistic and the effect sizes are always returned, a p-value only on request: how many runs
there are is arbitrary, so that any difference, however small, can be made significant (White et al.
2014, Oikos 123:385, doi 10.1111/j.1600-0706.2013.01073.x). The p-value takes all runs as
independent. Points of one sweep are not, since equal run numbers share their luck; the caller must
say that the groups are (`independent=True`), or use `sim.analysis.swaps`, which keeps the pairs.

Sources: Mantel 1966, Cancer Chemother. Rep. 50:163; Gehan 1965, Biometrika 52:203, doi
10.1093/biomet/52.1-2.203; Tarone & Ware 1977, Biometrika 64:156; Harrington & Fleming 1982,
Biometrika 69:553, doi 10.1093/biomet/69.3.553; O / E and Peto's hazard ratio: Peto et al. 1977, Br.
J. Cancer 35:1, doi 10.1038/bjc.1977.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import scipy  # loads its parts when they are first used
from numpy.typing import NDArray

from sim.analysis.intervals import normal_reach
from sim.analysis.life_table import Counts
from sim.analysis.life_tables import LifeTables
from sim.analysis.multiplicity import holm
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]
Weighting = Literal["log-rank", "gehan", "tarone-ware"] | tuple[float, float]
"""How days weigh: all the same; by the number at risk; by its square root; or (p, q), the
Fleming-Harrington weight S^p (1 - S)^q with S the share of all groups that held until the day."""


@dataclass(frozen=True, eq=False)
class GroupTest:
    """What a test of several groups found.

    `observed` and `expected` are the (weighted) endings of each group, shape [groups]; `statistic`
    is chi-square with `degrees` degrees of freedom if the groups are independent and do not differ.
    `covariance` is that of observed - expected, shape [groups, groups]. `p_value` is None unless it
    was asked for.
    """

    observed: Floats
    expected: Floats
    covariance: Floats
    statistic: float
    degrees: int
    p_value: float | None


@dataclass(frozen=True)
class HazardRatio:
    """How often truces of one group end, among those that hold, relative to another group.

    `ratio` is the ratio of observed over expected endings, `peto` Peto's exp((O - E) / V) with the
    limits `lower` and `upper`, which take the runs as independent. Where nothing ended, or all on
    days on which one group was alone, the ratios are nan and the limits 0 and infinity.
    """

    ratio: float
    peto: float
    lower: float
    upper: float
    level: float


@dataclass(frozen=True)
class Pairwise:
    """The test of two of several groups, by their places, with their hazard ratio."""

    first: int
    second: int
    statistic: float
    hazard_ratio: HazardRatio
    p_value: float | None
    holm: float | None


def log_rank(
    groups: LifeTables | Sequence[LifeTables],
    weighting: Weighting = "log-rank",
    *,
    p_value: bool = False,
    independent: bool = False,
) -> GroupTest:
    """Test whether truces of several groups end alike, each point of `groups` a group.

    With several `LifeTables`, each is a stratum: groups are compared within strata, by place.
    Endings count whatever their cause; see `gray_test` for one cause.

    Errors: `UsageError` when there are fewer than two groups, strata differ in their groups, the
    weighting is not known, or a p-value is asked for without `independent=True`; `ResultsError`
    when a group has no run.
    """
    refuse_shared_luck(p_value, independent)
    strata = _strata(groups)
    found = [_within(stratum, weighting) for stratum in strata]
    observed, expected, covariance = (np.asarray(sum(parts)) for parts in zip(*found, strict=True))
    return tested(observed, expected, covariance, p_value)


def hazard_ratio(
    groups: LifeTables | Sequence[LifeTables], first: int = 0, second: int = 1, level: float = 0.95
) -> HazardRatio:
    """Return the hazard ratio of two groups, by their places; above 1 the first ends sooner.

    It sums up the whole time in one number, which is fair only if the ratio is much the same on all
    days; where truces lapse at a term it is not, and the ratio of restricted means says more.

    Errors: as in `log_rank`.
    """
    strata = [_chosen(stratum, (first, second)) for stratum in _strata(groups)]
    test = log_rank(strata)
    observed, expected, variance = test.observed, test.expected, float(test.covariance[0, 0])
    reach = normal_reach(level)
    if variance <= 0:
        return HazardRatio(np.nan, np.nan, 0.0, np.inf, level)
    excess = float(observed[0] - expected[0])
    peto, lower, upper = (
        np.exp((excess + step * np.sqrt(variance)) / variance) for step in (0.0, -reach, reach)
    )
    with np.errstate(divide="ignore"):
        ratio = (observed[0] / expected[0]) / (observed[1] / expected[1])
    return HazardRatio(float(ratio), float(peto), float(lower), float(upper), level)


def pairwise_log_rank(
    groups: LifeTables | Sequence[LifeTables],
    weighting: Weighting = "log-rank",
    *,
    p_value: bool = False,
    independent: bool = False,
    level: float = 0.95,
) -> list[Pairwise]:
    """Test every two of the groups, with Holm's correction of the p-values if these are wanted.

    Errors: as in `log_rank`.
    """
    strata = _strata(groups)
    places = list(combinations(range(len(strata[0])), 2))
    tests = [
        log_rank(
            [_chosen(stratum, pair) for stratum in strata],
            weighting,
            p_value=p_value,
            independent=independent,
        )
        for pair in places
    ]
    found = [test.p_value for test in tests if test.p_value is not None]
    corrected = holm(found) if p_value else [None] * len(places)
    return [
        Pairwise(*pair, test.statistic, hazard_ratio(strata, *pair, level), test.p_value, after)
        for pair, test, after in zip(places, tests, corrected, strict=True)
    ]


def day_weights(at_risk: Counts, ended: Counts, weighting: Weighting) -> Floats:
    """Return the weight of each day, from the runs at risk and ended in all groups; shape [days].

    Errors: `UsageError` when the weighting is not known.
    """
    if weighting == "log-rank":
        return np.ones(len(at_risk))
    if weighting == "gehan":
        return at_risk.astype(float)
    if weighting == "tarone-ware":
        return np.sqrt(at_risk)
    if not isinstance(weighting, tuple) or len(weighting) != 2 or min(weighting) < 0:
        raise UsageError(
            "A weighting is 'log-rank', 'gehan', 'tarone-ware' or two numbers (p, q) from 0 on, "
            f"not {weighting!r}."
        )
    until = np.cumprod(1.0 - ended / np.maximum(at_risk, 1))
    held = np.concatenate(([1.0], until[:-1]))
    return np.asarray(held ** weighting[0] * (1.0 - held) ** weighting[1])


def tested(observed: Floats, expected: Floats, covariance: Floats, p_value: bool) -> GroupTest:
    """Return the test of what was observed; groups that tell nothing take no degree of freedom."""
    excess = observed - expected
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2.0)
    known = values > 1e-10 * max(values.max(), 0.0)
    statistic = float(np.sum((vectors.T @ excess)[known] ** 2 / values[known]))
    degrees = int(known.sum())
    chance = float(scipy.special.chdtrc(degrees, statistic)) if degrees else 1.0
    return GroupTest(
        observed, expected, covariance, statistic, degrees, chance if p_value else None
    )


def refuse_shared_luck(p_value: bool, independent: bool) -> None:
    """Refuse a p-value unless the caller says that the groups are independent.

    Errors: `UsageError`.
    """
    if p_value and not independent:
        raise UsageError(
            "This p-value takes the groups as independent, but equal run numbers share their luck "
            "at all points of a sweep. Say independent=True if the groups were run with different "
            "seeds, or use swap_test, which keeps runs with the same luck together."
        )


def _strata(groups: LifeTables | Sequence[LifeTables]) -> list[LifeTables]:
    strata = [groups] if isinstance(groups, LifeTables) else list(groups)
    sizes = {len(stratum) for stratum in strata}
    if len(sizes) != 1 or min(sizes) < 2:
        raise UsageError(
            "A test needs at least two groups, the same in every stratum; these have "
            f"{', '.join(str(len(stratum)) for stratum in strata) or 'none'}."
        )
    for place in range(min(sizes)):
        if not any(stratum.runs[place] for stratum in strata):
            raise ResultsError(f"Group {place} has no run to compare.")
    return strata


def _chosen(groups: LifeTables, places: tuple[int, int]) -> LifeTables:
    if not all(0 <= place < len(groups) for place in places) or places[0] == places[1]:
        raise UsageError(f"Two of the groups 0..{len(groups) - 1} are compared, not {places}.")
    picked = list(places)
    numbers = tuple(groups.numbers[place] for place in places)
    return LifeTables(groups.ended[picked], groups.censored[picked], numbers)


def _within(groups: LifeTables, weighting: Weighting) -> tuple[Floats, Floats, Floats]:
    """Return weighted observed and expected endings by group, and the covariance of the excess."""
    at_risk, ended = groups.at_risk, groups.ended_by_day
    all_risk, all_ended = at_risk.sum(axis=0), ended.sum(axis=0)
    weight = day_weights(all_risk, all_ended, weighting)
    share = at_risk / np.maximum(all_risk, 1)
    ties = (all_risk - all_ended) / np.maximum(all_risk - 1, 1)
    spread = weight**2 * all_ended * ties
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    return ended @ weight, share @ (weight * all_ended), covariance
