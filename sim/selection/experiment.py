"""Sending help by difficulty, and what regressions make of the record that results.

Each conflict gets help with probability 1 / (1 + exp(-s z)), where z is its difficulty in standard
deviations and s the strength of selection: 0 is a coin toss, above 0 help goes to hard cases, below
0 to easy ones. The record holds only the fate that each truce then had. Regressions of such a
record are set beside the truth, which compares both fates of the same truces.

A hazard ratio that adjusts for what differs between conflicts is further from 1 than one that does
not, even without any selection, since hard cases drop out of the risk sets; so there are two
truths, with and without adjustment. Source: Martinussen and Vansteelandt 2013, Lifetime Data
Anal. 19:279.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.regression import cox_of_runs
from sim.errors import TruceError
from sim.selection.conflicts import Worlds

if TYPE_CHECKING:
    import pandas

STRENGTHS = (-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 4.0)

ESTIMATES = {
    "raw": "the record as it is",
    "observed": "adjusted for what can be coded",
    "all": "adjusted for everything",
    "truth": "truth: both fates of all truces",
    "adjusted_truth": "truth, adjusted for everything",
    "helped": "truth among those that got help",
}
"""The columns of estimates, and what they are."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def estimates(
    worlds: Worlds, seed: int, watch: Callable[[int], None] | None = None
) -> pandas.DataFrame:
    """Return log hazard ratios of failing with help, for each strength of selection and record.

    Columns: sent, strength, record, those of `ESTIMATES`, and the shares of the easiest and the
    hardest quarter of conflicts that got help. An estimate that is not finite is missing.
    """
    import pandas

    rows = []
    for record in range(worlds.records):
        if watch:
            watch(record)
        truth = _both_fates(worlds, record, np.ones(worlds.conflicts, dtype=bool))
        adjusted = _both_fates(worlds, record, np.ones(worlds.conflicts, dtype=bool), adjusted=True)
        for strength in STRENGTHS:
            got = helped(worlds, strength, record, seed)
            rows.append(
                {"sent": worlds.sent.name, "strength": strength, "record": record}
                | of_record(worlds, record, got)
                | {"truth": truth, "adjusted_truth": adjusted}
                | {"helped": _both_fates(worlds, record, got)}
                | _quarters(worlds, got)
            )
    return pandas.DataFrame(rows)


def helped(worlds: Worlds, strength: float, record: int, seed: int) -> NDArray[np.bool_]:
    """Return which conflicts get help; the draws are the same for all strengths."""
    difficulty = worlds.difficulty.sum(axis=0)
    standardised = difficulty / difficulty.std()
    luck = np.random.Generator(np.random.Philox(key=np.array([seed, record], dtype=np.uint64)))
    chance = 1.0 / (1.0 + np.exp(-strength * standardised))
    return np.asarray(luck.random(worlds.conflicts) < chance)


def of_record(worlds: Worlds, record: int, got: NDArray[np.bool_]) -> dict[str, float]:
    """Return what regressions make of the fates that truces had."""
    place, fate = np.arange(worlds.conflicts), got.astype(int)
    days, failed = worlds.days[fate, record, place], worlds.failed[fate, record, place]
    everything = {**worlds.observed, **worlds.unobserved}
    return {
        "raw": log_hazard_ratio(days, failed, got, {}),
        "observed": log_hazard_ratio(days, failed, got, worlds.observed),
        "all": log_hazard_ratio(days, failed, got, everything),
    }


def _both_fates(
    worlds: Worlds, record: int, chosen: NDArray[np.bool_], adjusted: bool = False
) -> float:
    """Return what help does to chosen truces, from both fates of each."""
    days, failed = worlds.days[:, record][:, chosen], worlds.failed[:, record][:, chosen]
    got = np.repeat([False, True], int(chosen.sum()))
    everything = {**worlds.observed, **worlds.unobserved} if adjusted else {}
    twice = {name: np.tile(values[chosen], 2) for name, values in everything.items()}
    return log_hazard_ratio(days.ravel(), failed.ravel(), got, twice)


def log_hazard_ratio(
    days: Whole, failed: Whole, got: NDArray[np.bool_], covariates: Mapping[str, Floats]
) -> float:
    """Return the coefficient of help in a Cox regression; nan where it has no finite estimate."""
    try:
        fit = cox_of_runs(days, failed, {"help": got.astype(float), **covariates})
    except TruceError:
        return float("nan")
    return float(fit.coefficients[fit.names.index("help")])


def _quarters(worlds: Worlds, got: NDArray[np.bool_]) -> dict[str, float]:
    difficulty = worlds.difficulty.sum(axis=0)
    low, high = np.quantile(difficulty, [0.25, 0.75])
    return {
        "easiest_helped": float(got[difficulty <= low].mean()),
        "hardest_helped": float(got[difficulty >= high].mean()),
    }
