"""What is expected of a truce: a share for each ending on each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.backtest.truces import BROKEN, ENDINGS, LAPSE, OTHER
from sim.endings import CAUSES, GROUP_DEFECTS, HOLDING, STATE_DEFECTS
from sim.ensemble import run_ensemble
from sim.scenario import Scenario

LAST_DAY = 400
"""Days are told apart through this one; what lasts longer is only known to last longer."""

BANDS = ((0, 7), (8, 30), (31, 90), (91, 180), (181, 365))
"""Days that count as about the same, both included; what lasts longer is a band of its own. They
are the bands of age of the record's hazards."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prediction:
    """What somebody expects: `shares` of truces by ending (order of `ENDINGS`) and day, [3, days].

    What is missing to 1 lasts longer than `LAST_DAY`. `runs` says how many runs of a model the
    shares were counted from, None for a formula, which has no Monte-Carlo error.
    """

    name: str
    shares: Floats
    runs: int | None = None

    def through(self, day: int) -> float:
        """Return the share expected to have ended by a day, -1 for before the first."""
        return float(self.shares[:, : day + 1].sum())

    def on(self, day: int, ending: str | None = None) -> float:
        """Return the share expected to end on a day, if asked in one way."""
        return self.between(day, day, ending)

    def between(self, first: int, last: int, ending: str | None = None) -> float:
        """Return the share expected to end on days first..last, if asked in one way."""
        rows = slice(None) if ending is None else ENDINGS.index(ending)
        return float(self.shares[rows, first : last + 1].sum())

    def cells(self) -> Floats:
        """Return the shares by ending and band, and last of what outlasts them; they sum to 1."""
        inside = [self.between(*band, ending) for band in BANDS for ending in ENDINGS]
        return np.array([*inside, max(0.0, 1.0 - self.through(BANDS[-1][1]))])

    def median(self) -> int | None:
        """Return the first day by which half are expected to have ended, None if not by then."""
        ended = np.cumsum(self.shares.sum(axis=0)) >= 0.5
        return int(np.argmax(ended)) if ended.any() else None


def band_of(day: int) -> tuple[int, int] | None:
    """Return the band in which a day lies, None for what outlasts them all."""
    return next((band for band in BANDS if band[0] <= day <= band[1]), None)


def from_model(scenario: str, runs: int, seed: int) -> Prediction:
    """Return what the model expects of a scenario.

    Errors: `ScenarioError` when the scenario is invalid.
    """
    return expected(case_of(scenario), runs, seed)


def case_of(scenario: str) -> Scenario:
    """Return a scenario followed no further than days are told apart."""
    return Scenario.load(scenario).with_(horizon_days=LAST_DAY)


def expected(case: Scenario, runs: int, seed: int) -> Prediction:
    """Return what the model expects of a case that is followed through `LAST_DAY`."""
    rows = run_ensemble(case, runs, seed)
    shares = np.zeros((len(ENDINGS), LAST_DAY + 1))
    for code, ending in _CLASSES.items():
        days = rows["days"][rows["ending"] == code]
        shares[ENDINGS.index(ending)] += np.bincount(days, minlength=LAST_DAY + 1)
    return Prediction(MODEL, shares / runs, runs)


MODEL = "model"


def _class_of(code: int, kind: str) -> str:
    if code in (GROUP_DEFECTS, STATE_DEFECTS):
        return BROKEN
    return LAPSE if kind == "expiry" else OTHER


_CLASSES = {each.code: _class_of(each.code, each.kind) for each in CAUSES if each.code != HOLDING}
