"""Many conflicts, each run with and without what is sent to it, by the same luck.

The conflicts are those of the shipped study `world_ensemble`. What a scholar could code beforehand
is kept apart from what hardly anybody could.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np
from numpy.typing import NDArray

from sim.analysis import life_tables
from sim.analysis.regression import cox
from sim.endings import CAUSES, ENDING_CODES, HOLDING
from sim.ensemble import blank_rows, opening_of, run_rows
from sim.errors import UsageError
from sim.scenario import Scenario
from sim.sweep import Study
from sim.workers import processors, shared, threads

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

OBSERVED = (
    "groups.0.strength",
    "groups.0.sanctuary",
    "groups.0.funding",
    "state.funding",
    "truce.ratified",
    "truce.prisoners_promised",
)
"""What can be coded from open sources, with luck."""

UNOBSERVED = (
    "groups.0.growth_room",
    "groups.0.hardliner_share",
    "groups.0.core_control",
    "groups.0.war_cost",
    "state.war_cost",
    "groups.0.trust",
    "truce.terms_gap",
)
"""What the parties, and perhaps a mediator on the spot, may sense, and no table holds."""

FAILURES = tuple(each.code for each in CAUSES if each.kind == "failure")
FAILED = ENDING_CODES["violence"]
"""The code under which all failures count."""

STUDY = "world_ensemble"
PILOT_RUNS = 10
LEAST_CONFLICTS = 50
MOST_CONFLICTS = 1 << 16
"""Run numbers of two records of one conflict lie so far apart."""


@dataclass(frozen=True)
class Sent:
    """What is sent to some conflicts: the path that it sets, without and with it."""

    name: str
    path: str
    without: float
    with_it: float

    def changes(self, there: bool) -> dict[str, float]:
        """Return what a scenario must change."""
        return {self.path: self.with_it if there else self.without}


MONITORS = Sent("monitors", "truce.monitoring", 0.2, 0.8)
MEDIATORS = Sent("a mediator", "brokers.0.leverage", 0.0, 0.7)


@dataclass(frozen=True, eq=False)
class Worlds:
    """Both fates of every truce: `days` and `failed`, each [without or with, records, conflicts].

    A record holds one truce of each conflict. A truce that did not fail (it settled, or held to the
    horizon) was seen to hold for its days. `observed` and `unobserved` are the covariates of the
    conflicts, by name, and `difficulty` holds the parts of the log hazard without help that each of
    the two sets explains, [2, conflicts].
    """

    sent: Sent
    days: Whole
    failed: Whole
    observed: Mapping[str, Floats]
    unobserved: Mapping[str, Floats]
    difficulty: Floats

    @property
    def records(self) -> int:
        """How many records there are."""
        return int(self.days.shape[1])

    @property
    def conflicts(self) -> int:
        """How many truces a record holds."""
        return int(self.days.shape[2])


def both_worlds(sent: Sent, records: int, conflicts: int, seed: int) -> Worlds:
    """Run every conflict with and without what is sent, `records` times, with paired luck.

    No two truces share their luck, but the two fates of one truce do. The difficulty of a conflict
    is estimated from `PILOT_RUNS` runs of other luck.

    Errors: `UsageError` when there are too few records, or too few or too many conflicts.
    """
    study = Study.load(STUDY)
    if not LEAST_CONFLICTS <= conflicts <= len(study) or records < 1:
        raise UsageError(
            f"there are from {LEAST_CONFLICTS} to {len(study):,} conflicts, and 1 record or more"
        )
    cases = [study.scenario(place) for place in range(conflicts)]
    with shared(processors(), threads) as each:
        without, helped, pilot = (
            _stacked(each(partial(fates, change=change, runs=runs, seed=luck), cases, count()))
            for change, runs, luck in (
                (sent.changes(False), records, seed),
                (sent.changes(True), records, seed),
                (sent.changes(False), PILOT_RUNS, seed + 1),
            )
        )
    return worlds_of(sent, np.stack([without, helped], axis=1), pilot)


def worlds_of(sent: Sent, both: Whole, pilot: Whole) -> Worlds:
    """Return the fates of truces with what their conflicts are like.

    `both` holds days and failures [2, without or with, records, conflicts] of the first conflicts
    of the study, `pilot` those of other luck without help [2, runs, conflicts].
    """
    study, (days, failed) = Study.load(STUDY), both
    observed, unobserved = (
        _columns(study, days.shape[-1], names) for names in (OBSERVED, UNOBSERVED)
    )
    difficulty = _difficulty(pilot[0], pilot[1], observed, unobserved, study.base.horizon_days)
    return Worlds(sent, days, failed, observed, unobserved, difficulty)


def fates(
    case: Scenario, place: int, change: Mapping[str, float], runs: int, seed: int
) -> tuple[Whole, Whole]:
    """Return days and failures of one conflict in every record; each has luck of its own.

    The luck of a truce hangs on its conflict and its record alone, not on how many there are.
    """
    rows = blank_rows(0, runs)
    rows["run"] = place + MOST_CONFLICTS * np.arange(runs)
    run_rows(opening_of(case.with_(**change), seed), rows)
    failed = np.isin(rows["ending"], FAILURES)
    return rows["days"].astype(np.int64), np.where(failed, FAILED, HOLDING).astype(np.int64)


def _stacked(found: Iterable[tuple[Whole, Whole]]) -> Whole:
    """Return days and failures of all conflicts; shape [2, records, conflicts]."""
    days, failed = zip(*found, strict=True)
    return np.stack([np.stack(days, axis=1), np.stack(failed, axis=1)])


def _columns(study: Study, conflicts: int, names: tuple[str, ...]) -> dict[str, Floats]:
    return {
        name: np.array(
            [float(values[study.factors.index(name)]) for values in study.points[:conflicts]]
        )
        for name in names
    }


def _difficulty(
    days: Whole,
    failed: Whole,
    observed: Mapping[str, Floats],
    unobserved: Mapping[str, Floats],
    horizon_days: int,
) -> Floats:
    """Return the two parts of the log hazard of failing without help, less their means."""
    place = np.tile(np.arange(days.shape[1]), len(days))
    tables = life_tables(place, failed.ravel(), days.ravel(), horizon_days=horizon_days)
    fit = cox(tables, {**observed, **unobserved})
    effect = dict(zip(fit.names, fit.coefficients, strict=True))
    parts = [
        sum(effect[name] * (values - values.mean()) for name, values in columns.items())
        for columns in (observed, unobserved)
    ]
    return np.stack([np.asarray(part, dtype=np.float64) for part in parts])
