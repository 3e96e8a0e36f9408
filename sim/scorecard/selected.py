"""S23: monitors are sent to hard cases, and a regression is given the record that results."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scorecard.measured import Floats, Inputs, Measured, normal_limits
from sim.selection.conflicts import FAILED, MONITORS, Worlds, worlds_of
from sim.selection.experiment import helped, of_record
from sim.validation.summaries import FAILURES
from sim.validation.targets import Target
from sim.validation.world import Spells, WorldEnsemble

STRENGTH = 1.0
"""Strength of selection: one standard deviation of difficulty makes the odds of help e times as
high. docs/selection.md has the other strengths."""
PILOT_RUNS, RECORDS, MIDDLE_RECORDS = 6, 2, 12
"""Runs that tell how hard a conflict is; records of truces under each vector and the middle one."""


def selection(target: Target, given: Inputs) -> Measured:
    """Measure the hazard ratio of monitors in the record, as it is and adjusted for everything."""
    sent = _Experiment(given.conflicts, given.seed)
    own = sent.log_ratios(given.vectors[0], MIDDLE_RECORDS)
    others = [sent.log_ratios(vector, RECORDS).mean(axis=0) for vector in given.vectors[1:]]
    mean, error = own.mean(axis=0), own.std(axis=0, ddof=1) / MIDDLE_RECORDS**0.5
    return Measured(
        np.exp(np.array([mean, *others])),
        np.exp(normal_limits(mean, error)),
        f"{RECORDS} records of {given.conflicts} truces",
    )


class _Experiment:
    """Conflicts opened with and without monitors, to be run under any vector."""

    def __init__(self, conflicts: int, seed: int) -> None:
        without, there = MONITORS.changes(False), MONITORS.changes(True)
        self.seed = seed
        self.without = WorldEnsemble(conflicts, 1, seed, without)
        self.monitored = WorldEnsemble(conflicts, 1, seed, there)
        self.pilot = WorldEnsemble(conflicts, PILOT_RUNS, seed + 1, without)

    def log_ratios(self, vector: Floats, records: int) -> Floats:
        """Return log hazard ratios [records, raw and adjusted] under a vector."""
        worlds = self._worlds(vector, records)
        found = []
        for record in range(worlds.records):
            got = helped(worlds, STRENGTH, record, self.seed)
            told = of_record(worlds, record, got)
            found.append([told["raw"], told["all"]])
        return np.array(found)

    def _worlds(self, vector: Floats, records: int) -> Worlds:
        both = [
            _fates(world.spells(vector, "war", records)) for world in (self.without, self.monitored)
        ]
        return worlds_of(MONITORS, np.stack(both, axis=1), _fates(self.pilot.spells(vector, "war")))


def _fates(spells: Spells) -> NDArray[np.int64]:
    """Return days and failures, [2, runs, conflicts]."""
    failed = np.where(np.isin(spells.endings, FAILURES), FAILED, 0)
    return np.asarray(np.stack([spells.days.T, failed.T]), dtype=np.int64)
