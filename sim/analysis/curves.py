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

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.life_table import Counts, LifeTable
from sim.analysis.life_tables import LifeTables

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_CELLS_AT_ONCE = 65_536  # numbers of one array that stay in the processor's cache while worked on


class SurvivalCurves(NamedTuple):
    """The survival curve of each point and its variance (Greenwood), each of [points, days]."""

    survival: Floats
    variance: Floats


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
    """What was seen at one point, or at several that come first in every shape.

    Runs at risk, runs that ended, and whether S is known, each of shape [days]; and after which
    days others were still watched though some had been cut short, [days - 1].
    """

    at_risk: Counts
    ended: Counts
    known: Flags
    cut_short: Flags

    @property
    def complete(self) -> bool:
        """Was no run cut short before the last day on which any was watched, at no point?"""
        return not self.cut_short.any()


def curves(tables: LifeTable | LifeTables) -> Curves:
    """Return all curves and their variances, of one table (as one point) or of many.

    A point without runs has curves of nan.
    """
    many = as_tables(tables)
    points, causes, days = many.ended.shape
    whole = complete(many)
    flat, deep = (points, days), (points, causes, days)
    rooms = [np.empty(shape) for shape in (flat, flat, flat, flat, deep, deep)]
    for places in _a_few_alike(whole, causes * days):
        found = counted_curves(many.ended[places], many.censored[places])
        for room, curve in zip(rooms, found, strict=True):
            room[places] = curve
    return Curves(many.numbers, many.runs, whole, *rooms)


def survival_curves(tables: LifeTable | LifeTables) -> SurvivalCurves:
    """Return survival and its variance alone, as in `curves`, where nothing else is wanted."""
    many = as_tables(tables)
    found = SurvivalCurves(*(np.empty(many.censored.shape) for _ in range(2)))
    for places in _a_few_alike(complete(many), many.censored.shape[1]):
        holding = counted_survival(many.ended[places], many.censored[places])
        for room, curve in zip(found, holding, strict=True):
            room[places] = curve
    return found


def as_tables(tables: LifeTable | LifeTables) -> LifeTables:
    """Return one table as the tables of a single point, numbered 0; many as they are."""
    if isinstance(tables, LifeTables):
        return tables
    return LifeTables(tables.ended[np.newaxis], tables.censored[np.newaxis], (0,))


def complete(tables: LifeTables) -> Flags:
    """Return whether no run was cut short before the last day on which any was watched; [points].

    A point that was run to a shorter horizon than the others is complete all the same.
    """
    whole = ~(tables.censored[:, :-1] > 0).any(axis=1)
    for place in np.flatnonzero(~whole & (tables.censored[:, -1] == 0)).tolist():
        whole[place] = watched(tables[place]).complete
    return np.asarray(whole)


def point_curves(table: LifeTable) -> PointCurves:
    """Return the curves of one table; nan throughout if it holds no run."""
    return counted_curves(table.ended, table.censored)


def watched(table: LifeTable | LifeTables) -> Watched:
    """Return what was seen, at one point or at each of many.

    `known` says whether S is: someone is at risk, or all had ended.
    """
    return _watched(table.ended, table.censored)


def greenwood_terms(seen: Watched) -> Floats:
    """Return e / (n (n - e)) for each day; 0 where nobody is left, since S is 0 from there on."""
    scale = (seen.at_risk - seen.ended).astype(np.float64)
    scale *= seen.at_risk
    scale[scale == 0.0] = np.inf
    return np.asarray(seen.ended / scale)


def before(curve: Floats) -> Floats:
    """Return a survival curve one day earlier, 1 before day 0; nan counts as 0."""
    earlier = np.empty_like(curve)
    earlier[..., 0] = 1.0
    earlier[..., 1:] = np.nan_to_num(curve[..., :-1], nan=0.0)
    return earlier


def _a_few_alike(whole: Flags, cells: int) -> Iterator[slice]:
    """Yield the places of a few points at a time, all complete or none."""
    few = max(1, _CELLS_AT_ONCE // max(cells, 1))
    changes = (np.flatnonzero(np.diff(whole)) + 1).tolist()
    for start, stop in pairwise([0, *changes, len(whole)]):
        yield from (slice(first, min(first + few, stop)) for first in range(start, stop, few))


def _watched(ended_by_cause: Counts, censored: Counts) -> Watched:
    ended = ended_by_cause.sum(axis=-2)
    gone = np.cumsum(ended + censored, axis=-1)
    at_risk = np.empty_like(gone)
    at_risk[..., 0] = gone[..., -1]
    np.subtract(gone[..., -1:], gone[..., :-1], out=at_risk[..., 1:])
    watching = at_risk > 0
    known = watching
    if not watching[..., -1].all():
        known = watching | np.logical_or.accumulate(watching & (ended == at_risk), axis=-1)
    return Watched(at_risk, ended, known, (censored[..., :-1] > 0) & watching[..., 1:])


def counted_curves(ended: Counts, censored: Counts) -> PointCurves:
    """Return the curves of one table's counts, or of several tables, which come first.

    All are taken as complete, or none, which comes to the same but for rounding.
    """
    seen = _watched(ended, censored)
    found = (_proportions if seen.complete else _products)(ended, seen)
    return PointCurves(*(_where_known(curve, seen) for curve in found))


def counted_survival(ended: Counts, censored: Counts) -> SurvivalCurves:
    """Return survival and its variance alone; arguments as in `counted_curves`."""
    seen = _watched(ended, censored)
    found = _shares_holding(seen) if seen.complete else _kaplan_meier(seen)
    return SurvivalCurves(*(_where_known(curve, seen) for curve in found))


def counted_incidence(ended: Counts, censored: Counts) -> Floats:
    """Return the incidence alone; arguments as in `counted_curves`."""
    seen = _watched(ended, censored)
    if seen.complete:
        share = np.cumsum(ended, axis=-1) / np.maximum(seen.at_risk[..., :1], 1)[..., np.newaxis]
    else:
        share = np.cumsum(_steps(ended, seen, before(_kaplan_meier(seen).survival)), axis=-1)
    return _where_known(share, seen)


def _where_known(curve: Floats, seen: Watched) -> Floats:
    """Put nan where the curve is not known, in place."""
    if not seen.known.all():
        known = seen.known if curve.ndim == seen.known.ndim else seen.known[..., np.newaxis, :]
        curve[np.broadcast_to(~known, curve.shape)] = np.nan
    return curve


def _proportions(ended: Counts, seen: Watched) -> PointCurves:
    runs = np.maximum(seen.at_risk[..., :1], 1)[..., np.newaxis]
    incidence = np.cumsum(ended, axis=-1) / runs
    variance = incidence * (1.0 - incidence)
    variance /= runs
    return PointCurves(*_shares_holding(seen), *_nelson_aalen(seen), incidence, variance)


def _shares_holding(seen: Watched) -> SurvivalCurves:
    runs = np.maximum(seen.at_risk[..., :1], 1)
    survival = (seen.at_risk - seen.ended) / runs
    return SurvivalCurves(survival, survival * (1.0 - survival) / runs)


def _products(ended: Counts, seen: Watched) -> PointCurves:
    holding = _kaplan_meier(seen)
    ways = _aalen_johansen(ended, seen, before(holding.survival))
    return PointCurves(*holding, *_nelson_aalen(seen), *ways)


def _kaplan_meier(seen: Watched) -> SurvivalCurves:
    """Multiply out the stretches of days between those on which runs were cut short.

    Within a stretch the factors 1 - e/n cancel to the share left of those at risk at its start, and
    the terms of Greenwood to (start - left) / (start left), so only whole stretches add rounding.
    """
    starts = np.ones(seen.at_risk.shape, dtype=bool)
    starts[..., 1:] = seen.cut_short
    left = (seen.at_risk - seen.ended).astype(np.float64)
    first = np.flatnonzero(starts)
    start = np.maximum(seen.at_risk.ravel()[first], 1).astype(np.float64)
    end = left.ravel()[np.append(first[1:], left.size) - 1]
    place = first // left.shape[-1], _order_within(first // left.shape[-1])
    held = _so_far(np.multiply, place, end / start)
    gathered = _so_far(np.add, place, (start - end) / (start * np.maximum(end, 1.0)))
    days = np.diff(np.append(first, left.size))
    start, held, gathered = (
        np.repeat(each, days).reshape(left.shape) for each in (start, held, gathered)
    )
    survival = held * (left / start)
    variance = start - left
    variance /= start * np.maximum(left, 1.0)
    variance += gathered
    variance *= survival**2
    return SurvivalCurves(survival, variance)


def _order_within(rows: Counts) -> Counts:
    """Return the place of each entry among those of its row, for rows in order."""
    return np.arange(len(rows)) - np.searchsorted(rows, rows)


def _so_far(add: np.ufunc, place: tuple[Counts, Counts], values: Floats) -> Floats:
    """Add up (or multiply) the values of a row before each of them, by row and order within it."""
    rows, order = place
    table = np.full((int(rows[-1]) + 1, int(order.max()) + 2), float(add.identity or 0.0))
    table[rows, order + 1] = values
    return np.asarray(add.accumulate(table, axis=1)[rows, order])


def _nelson_aalen(seen: Watched) -> tuple[Floats, Floats]:
    at_risk = np.maximum(seen.at_risk, 1).astype(np.float64)
    daily = seen.ended / at_risk
    return np.cumsum(daily, axis=-1), np.cumsum(daily / at_risk, axis=-1)


def _steps(ended: Counts, seen: Watched, holding: Floats) -> Floats:
    """Return what each day adds to the incidence, S(d - 1) e_k / n; shape [causes, days]."""
    step = ended * (1.0 / np.maximum(seen.at_risk, 1))[..., np.newaxis, :]
    step *= holding[..., np.newaxis, :]
    return np.asarray(step)


def _aalen_johansen(ended: Counts, seen: Watched, holding: Floats) -> tuple[Floats, Floats]:
    """Return the incidence and its variance, each of shape [causes, days].

    The variance through day t sums over the days s until then, with F short for F_k:
    (F(t) - F(s))^2 g(s) + S^2 (n - e_k) e_k / n^3 - 2 (F(t) - F(s)) S e_k / n^2, where g is the
    term of Greenwood and S stands for S(s - 1). Multiplied out, every sum is a running one.
    """
    one_run, held, all_causes, so_far = (
        each[..., np.newaxis, :]
        for each in (
            1.0 / np.maximum(seen.at_risk, 1),
            holding,
            greenwood_terms(seen),
            np.cumsum(greenwood_terms(seen), axis=-1),
        )
    )
    hazard = ended * one_run
    step = hazard * held
    share = np.cumsum(step, axis=-1)
    weighted = share * all_causes
    shared = np.multiply(step, one_run, out=step)
    own = shared * held
    own *= np.subtract(1.0, hazard, out=hazard)
    weighted += shared
    shared += weighted
    shared *= share
    own += shared
    variance = share * so_far
    variance -= 2.0 * np.cumsum(weighted, axis=-1, out=weighted)
    variance *= share
    variance += np.cumsum(own, axis=-1, out=own)
    return share, np.maximum(variance, 0.0, out=variance)
