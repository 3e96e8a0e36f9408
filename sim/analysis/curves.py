"""Every curve of every point in one call: survival, cumulative hazard, incidence, and variances.

Definitions, with n(d) runs at risk and e(d) endings on day d, e_k(d) of them by cause k:

- survival: Kaplan-Meier, the product of 1 - e/n; variance: Greenwood, S^2 times the sum of
  e / (n (n - e));
- cumulative hazard, all causes: Nelson-Aalen, the sum of e/n; variance: Poisson type, the sum of
  e / n^2 (not the smaller binomial one that allows for ties);
- incidence: Aalen-Johansen, the sum of S(d - 1) e_k/n; variance: delta method, which equals the
  infinitesimal jackknife.

Where no run was cut short they are plain proportions of integers, and are computed as such. All
curves are nan from the first day on which none is left to observe though the last seen still held.

Sources: Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452; Aalen 1978, doi
10.1214/aos/1176344247; Aalen & Johansen 1978, Scand. J. Stat. 5:141; variance of the incidence:
Marubini & Valsecchi 1995, Analysing Survival Data from Clinical Trials, section 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.life_table import Counts, LifeTable
from sim.analysis.life_tables import LifeTables

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class PointCurves(NamedTuple):
    """The curves of one point; the incidence has shape [causes, days], all others [days]."""

    survival: Floats
    survival_variance: Floats
    cumulative_hazard: Floats
    cumulative_hazard_variance: Floats
    incidence: Floats
    incidence_variance: Floats


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of many points, in the order of `numbers`.

    `incidence` and its variance have shape [points, causes, days 0..H], all others [points, days].
    `runs` counts the runs of each point, `complete` says where none of them was cut short. On every
    day the incidences and the survival of a point sum to 1.
    """

    numbers: tuple[int, ...]
    runs: Counts
    complete: Flags
    survival: Floats
    survival_variance: Floats
    cumulative_hazard: Floats
    cumulative_hazard_variance: Floats
    incidence: Floats
    incidence_variance: Floats

    @property
    def known(self) -> Flags:
        """Whether the curves are known on each day; shape [points, days]."""
        return ~np.isnan(self.survival)


class Watched(NamedTuple):
    """What was seen at one point: runs at risk, ended, cut short by then; each of shape [days]."""

    at_risk: Counts
    ended: Counts
    known: Flags
    complete: bool


def curves(tables: LifeTable | LifeTables) -> Curves:
    """Return all curves and their variances, of one table (as one point) or of many.

    A point without runs has curves of nan.
    """
    many = as_tables(tables)
    points, causes, days = many.ended.shape
    per_day = [np.empty((points, days)) for _ in range(4)]
    per_cause = [np.empty((points, causes, days)) for _ in range(2)]
    rooms = [*per_day, *per_cause]
    for place in range(points):
        for room, curve in zip(rooms, point_curves(many[place]), strict=True):
            room[place] = curve
    return Curves(many.numbers, many.runs, complete(many), *rooms)


def as_tables(tables: LifeTable | LifeTables) -> LifeTables:
    """Return one table as the tables of a single point, numbered 0; many as they are."""
    if isinstance(tables, LifeTables):
        return tables
    return LifeTables(tables.ended[np.newaxis], tables.censored[np.newaxis], (0,))


def complete(tables: LifeTables) -> Flags:
    """Return whether no run was cut short before the last day on which any was watched; [points].

    A point that was run to a shorter horizon than the others is complete all the same.
    """
    at_risk = tables.at_risk
    return np.asarray(((tables.censored[:, :-1] > 0) & (at_risk[:, 1:] > 0)).sum(axis=1) == 0)


def point_curves(table: LifeTable) -> PointCurves:
    """Return the curves of one table; nan throughout if it holds no run."""
    seen = watched(table)
    compute = _proportions if seen.complete else _products
    found = compute(table.ended, seen)
    if not seen.known.all():
        for curve in found:
            curve[..., ~seen.known] = np.nan
    return found


def watched(table: LifeTable) -> Watched:
    """Return what was seen; `known` says whether S is: someone is at risk, or all had ended."""
    ended = table.ended.sum(axis=0)
    gone = np.cumsum(ended + table.censored)
    at_risk = np.concatenate((gone[-1:], gone[-1] - gone[:-1]))
    last_ended = (at_risk > 0) & (ended == at_risk)
    known = (at_risk > 0) | (np.cumsum(last_ended) > 0)
    cut_short = (table.censored[:-1] > 0) & (at_risk[1:] > 0)
    return Watched(at_risk, ended, known, not bool(cut_short.any()))


def greenwood_terms(seen: Watched) -> Floats:
    """Return e / (n (n - e)) for each day; 0 where nobody is left, since S is 0 from there on."""
    left = (seen.at_risk - seen.ended).astype(np.float64)
    some = left > 0
    scale = np.where(some, seen.at_risk * left, 1.0)
    return np.where(some, seen.ended / scale, 0.0)


def before(curve: Floats) -> Floats:
    """Return a survival curve one day earlier, 1 before day 0; nan counts as 0."""
    return np.concatenate(([1.0], np.nan_to_num(curve[:-1], nan=0.0)))


def _proportions(ended: Counts, seen: Watched) -> PointCurves:
    runs = max(int(seen.at_risk[0]), 1)
    survival = (seen.at_risk - seen.ended) / runs
    incidence = np.cumsum(ended, axis=1) / runs
    variance = incidence * (1.0 - incidence)
    variance /= runs
    return PointCurves(
        survival, survival * (1.0 - survival) / runs, *_nelson_aalen(seen), incidence, variance
    )


def _products(ended: Counts, seen: Watched) -> PointCurves:
    hazard = seen.ended / np.maximum(seen.at_risk, 1)
    survival = np.cumprod(1.0 - hazard)
    greenwood = np.cumsum(greenwood_terms(seen))
    incidence, variance = _aalen_johansen(ended, seen, before(survival))
    return PointCurves(survival, survival**2 * greenwood, *_nelson_aalen(seen), incidence, variance)


def _nelson_aalen(seen: Watched) -> tuple[Floats, Floats]:
    at_risk = np.maximum(seen.at_risk, 1).astype(np.float64)
    daily = seen.ended / at_risk
    return np.cumsum(daily), np.cumsum(daily / at_risk)


def _aalen_johansen(ended: Counts, seen: Watched, holding: Floats) -> tuple[Floats, Floats]:
    """Return the incidence and its variance, each of shape [causes, days].

    The variance through day t sums over the days s until then, with F short for F_k:
    (F(t) - F(s))^2 g(s) + S^2 (n - e_k) e_k / n^3 - 2 (F(t) - F(s)) S e_k / n^2, where g is the
    term of Greenwood and S stands for S(s - 1). Multiplied out, every sum is a running one.
    """
    one_run = 1.0 / np.maximum(seen.at_risk, 1)
    hazard = ended * one_run
    step = hazard * holding
    share = np.cumsum(step, axis=1)
    all_causes = greenwood_terms(seen)
    weighted = share * all_causes
    shared = step * one_run
    own = shared * holding
    own *= 1.0 - hazard
    own += share * (weighted + 2.0 * shared)
    weighted += shared
    variance = share * np.cumsum(all_causes)
    variance -= 2.0 * np.cumsum(weighted, axis=1)
    variance *= share
    variance += np.cumsum(own, axis=1)
    return share, np.maximum(variance, 0.0, out=variance)
