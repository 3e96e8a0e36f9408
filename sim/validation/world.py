"""Many conflicts at once: what a vector of parameters makes of the truces of the world ensemble.

The conflicts are the first points of the study `world_ensemble`. Each is opened twice: on the *war
clock* without a term over five years, where open defection or the violence threshold ends a truce,
and on the *formal clock* with terms of 30 days over a year, where it may also lapse.

A vector touches only numbers that are the same in every conflict, so the conflicts are opened once
and each vector is written into copies of a few records. A test holds this shortcut equal to
building every scenario anew. All vectors meet the same luck (common random numbers), so that what
differs between two of them is their doing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, cast

import numpy as np

from sim.ensemble import Opening, blank_rows, compiled_runs, opening_of, stage_for
from sim.scenario import Scenario
from sim.sweep.points import Points, points_of_study
from sim.sweep.spreads import Normal
from sim.sweep.study import Study
from sim.theatre import Theatre
from sim.validation.space import BAD_FAITH, TERMS_SPREAD, paths, quantity
from sim.workers import processors, shared, threads

STUDY = "world_ensemble"
TERM_DAYS = 30
WAR_DAYS, FORMAL_DAYS = 1826, 365
FORMAL_CLOCK = {"truce.term_days": TERM_DAYS, "horizon_days": FORMAL_DAYS}
GAP = "truce.terms_gap"
ClockName = Literal["war", "formal"]


@dataclass(frozen=True)
class Spells:
    """Truces on one clock: days held and codes of endings, one row a conflict, one column a run."""

    days: np.ndarray
    endings: np.ndarray


@dataclass(frozen=True)
class Clocks:
    """The truces of one vector on both clocks; row by row the same conflicts and luck."""

    war: Spells
    formal: Spells


class WorldEnsemble:
    """The conflicts of the world ensemble, opened once and run under any vector.

    Args:
        conflicts: how many, from 2 to the points of the study.
        runs: truces of each conflict, 1 or more.
        seed: of the luck of the runs.
        given: inputs that are the same in every conflict, by their paths; a gap of terms that is
            given is not spread by the vector.
    """

    def __init__(
        self,
        conflicts: int = 512,
        runs: int = 4,
        seed: int = 1,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        points, cases = conflicts_of_the_study(conflicts)
        self.runs = runs
        self.gap_shares = None if GAP in (given or {}) else gap_shares(points)
        self.seed = seed
        self.scenarios = [case.with_(**given) if given else case for case in cases]

    @cached_property
    def war(self) -> list[Opening]:
        """How each conflict opens on the war clock."""
        return [opening_of(scenario, self.seed) for scenario in self.scenarios]

    @cached_property
    def formal(self) -> list[Opening]:
        """How each conflict opens on the formal clock."""
        return [opening_of(each.with_(**FORMAL_CLOCK), self.seed) for each in self.scenarios]

    def truces(self, vector: np.ndarray) -> Clocks:
        """Run every conflict on both clocks under one vector (in the order of `space.paths`)."""
        return Clocks(self.spells(vector, "war"), self.spells(vector, "formal"))

    def spells(self, vector: np.ndarray, clock: ClockName, runs: int | None = None) -> Spells:
        """Run every conflict on one clock under one vector, with other `runs` if given."""
        runs = runs or self.runs
        openings = self.war if clock == "war" else self.formal
        changes = _Changes(vector, self.gap_shares)
        rows = blank_rows(0, len(openings) * runs)
        by_conflict = rows.reshape(len(openings), runs)  # each conflict has luck of its own
        stage = changes.stage(openings[0])  # conflicts differ only in what a run sets anew
        for place, opening in enumerate(openings):
            start = changes.start(opening.theatre, place)
            compiled_runs()(start, stage, opening.horizon_days, by_conflict[place])
        return Spells(by_conflict["days"].astype(np.int64), by_conflict["ending"].astype(np.int64))

    def each_on(
        self, clock: ClockName, vectors: Iterable[np.ndarray], workers: int | None = None
    ) -> Iterator[Spells]:
        """Yield the truces of each vector on one clock, in order, shared among threads."""
        _ = self.war if clock == "war" else self.formal  # opened once, before threads ask for it
        with shared(workers or processors(), threads) as mapped:
            yield from mapped(lambda vector: self.spells(vector, clock), vectors)

    def each[T](
        self, vectors: Iterable[np.ndarray], read: Callable[[Clocks], T], workers: int | None = None
    ) -> Iterator[T]:
        """Yield what is read from the truces of each vector, in order, shared among threads."""
        with shared(workers or processors(), threads) as mapped:
            yield from mapped(lambda vector: read(self.truces(vector)), vectors)


class _Changes:
    """One vector, ready to be written into copies of the openings' records."""

    def __init__(self, vector: np.ndarray, gap_shares: np.ndarray | None) -> None:
        given = dict(zip(paths(), np.asarray(vector, dtype=float).tolist(), strict=True))
        self.bad_faith = given.pop(BAD_FAITH)
        spread = given.pop(TERMS_SPREAD)
        self.gaps = None if gap_shares is None else gaps_at(gap_shares, spread)
        self.model = {path.removeprefix("model."): value for path, value in given.items()}

    def stage(self, opening: Opening) -> Theatre:
        """Return a stage on which all conflicts can play out, with the vector's world on it."""
        stage: Any = stage_for(opening)
        for name, value in self.model.items():
            stage.world[name] = value
        stage.environment["believed_covert_rate"] = self.model["covert_rate"]
        return cast(Theatre, stage)

    def start(self, theatre: Any, place: int) -> Theatre:
        """Return how a conflict starts under the vector; the theatre given stays as it is."""
        state, groups, truce = theatre.state.copy(), theatre.groups.copy(), theatre.truce.copy()
        state["bad_faith_probability"] = self.bad_faith
        groups["bad_faith_probability"] = self.bad_faith
        if self.gaps is not None:
            truce["terms_gap"] = self.gaps[place]
        return cast(Theatre, theatre._replace(state=state, groups=groups, truce=truce))


def overrides(vector: np.ndarray, gap_share: float) -> dict[str, Any]:
    """Return what a vector changes in the scenario of one conflict, as overrides."""
    given: dict[str, Any] = dict(
        zip(paths(), np.asarray(vector, dtype=float).tolist(), strict=True)
    )
    bad_faith, spread = given.pop(BAD_FAITH), given.pop(TERMS_SPREAD)
    given["environment.believed_covert_rate"] = given["model.covert_rate"]
    given["groups.0.bad_faith_probability"] = bad_faith
    given["state.bad_faith_probability"] = bad_faith
    given[GAP] = float(gaps_at(np.array([gap_share]), spread)[0])
    return given


@lru_cache(maxsize=2)
def conflicts_of_the_study(number: int) -> tuple[Points, tuple[Scenario, ...]]:
    """Return the first points of the study with their scenarios, read once."""
    points = world_points(number)
    return points, tuple(points.scenario(place) for place in range(number))


def world_points(number: int) -> Points:
    """Return the first points of the study of the world ensemble."""
    return points_of_study(Study.load(STUDY)).first(number)


def conflict(points: Points, number: int, formal: bool = False) -> Scenario:
    """Return the scenario of one conflict on the war clock, or on the formal one."""
    scenario = points.scenario(number)
    return scenario.with_(**FORMAL_CLOCK) if formal else scenario


def gap_shares(points: Points) -> np.ndarray:
    """Return at which share of its distribution the terms gap of each conflict lies."""
    from scipy.stats import truncnorm

    spread = _gap_spread()
    gaps = np.array([values[points.factors.index(GAP)] for values in points.values], dtype=float)
    ends = spread.low / spread.sd, spread.high / spread.sd
    return np.asarray(truncnorm.cdf(gaps, *ends, scale=spread.sd))


def gaps_at(shares: np.ndarray, sd: float) -> np.ndarray:
    """Return the terms gaps at these shares if gaps over conflicts have this standard deviation."""
    from scipy.stats import truncnorm

    spread = _gap_spread()
    return np.asarray(truncnorm.ppf(shares, spread.low / sd, spread.high / sd, scale=sd))


def _gap_spread() -> Normal:
    return Normal(0.0, quantity(TERMS_SPREAD).default, -0.3, 0.3)
