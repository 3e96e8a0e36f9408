"""Patterns of one truce: the case of 2021 as it was, and under a comprehensive strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import life_table, median, quantile_interval
from sim.analysis.intervals import mid_p
from sim.endings import ENDING_CODES
from sim.ensemble import run_ensemble
from sim.scenario import Scenario
from sim.scorecard.measured import Inputs, Measured, normal_limits
from sim.validation.members import members
from sim.validation.targets import Part, Target

REFERENCE = "ttp_2021"
Rows = NDArray[np.void]


def case(target: Target, given: Inputs) -> Measured:
    """Measure medians, shares of lapses and survival of one scenario."""
    rows, horizon = _rows_of(target.scenario or REFERENCE, given)
    values = [[_number(part, each, horizon) for part in target.parts] for each in rows]
    limits = [_limits(part, rows[0], horizon) for part in target.parts]
    return Measured(np.array(values), np.array(limits), _sample(given))


def contrast(target: Target, given: Inputs) -> Measured:
    """Set a scenario beside the reference, by the same luck: settlements and deaths."""
    (usual, _), (other, _) = (
        _rows_of(name, given) for name in (REFERENCE, target.scenario or REFERENCE)
    )
    pairs = list(zip(usual, other, strict=True))
    values = np.array([[_more_settled(*pair)[0], _deaths(*pair)[0]] for pair in pairs])
    errors = np.array([_more_settled(*pairs[0])[1], _deaths(*pairs[0])[1]])
    return Measured(values, normal_limits(values[0], errors), _sample(given))


def state_leverage(target: Target, given: Inputs) -> Measured:
    """Measure how far the state's leverage moves from signing to the end, on average."""
    name = target.scenario or REFERENCE
    at_signing = Scenario.load(name).truce.terms_gap
    changes = [each["state_leverage"] - at_signing for each in _rows_of(name, given)[0]]
    values = np.array([[float(each.mean())] for each in changes])
    error = changes[0].std(ddof=1) / len(changes[0]) ** 0.5
    return Measured(values, normal_limits(values[0], np.array([error])), _sample(given))


def _rows_of(name: str, given: Inputs) -> tuple[list[Rows], int]:
    """Return the runs of a scenario under each vector, all by the same luck, and its horizon."""
    scenario = Scenario.load(name)
    cases = members(scenario, given.vectors)
    rows = [
        run_ensemble(each, given.case_runs, given.seed, workers=given.workers) for each in cases
    ]
    return rows, scenario.horizon_days


def _number(part: Part, rows: Rows, horizon: int) -> float:
    if part.name == "median days":
        found = median(life_table(rows["days"], rows["ending"], horizon))
        return float(horizon if found is None else found)
    return float(_happened(part, rows).mean())


def _limits(part: Part, rows: Rows, horizon: int) -> Sequence[float]:
    if part.name == "median days":
        ends = quantile_interval(life_table(rows["days"], rows["ending"], horizon))
        return [float(horizon if end is None else end) for end in ends]
    happened = _happened(part, rows)
    lower, upper = mid_p(happened.sum(), len(happened))
    return float(lower), float(upper)


def _happened(part: Part, rows: Rows) -> NDArray[np.bool_]:
    if part.name == "share that lapses":
        return np.asarray(rows["ending"] == ENDING_CODES["lapses"])
    return np.asarray(rows["days"] > part.days[0])


def _more_settled(usual: Rows, other: Rows) -> tuple[float, float]:
    """Return by how much more often the other scenario settles, and the error of that."""
    settled = [(rows["ending"] == ENDING_CODES["settles"]).astype(float) for rows in (usual, other)]
    gaps = settled[1] - settled[0]
    return float(gaps.mean()), float(gaps.std(ddof=1) / len(gaps) ** 0.5)


def _deaths(usual: Rows, other: Rows) -> tuple[float, float]:
    """Return deaths per day of truce relative to the reference, and its error (delta method)."""
    rates, influences = zip(*(_rate(rows) for rows in (usual, other)), strict=True)
    ratio = rates[1] / rates[0]
    relative = influences[1] / rates[1] - influences[0] / rates[0]
    return float(ratio), float(ratio * relative.std(ddof=1) / len(relative) ** 0.5)


def _rate(rows: Rows) -> tuple[float, NDArray[np.float64]]:
    """Return deaths per day of truce, and what each truce adds to it."""
    deaths, days = rows["deaths"].astype(float), rows["days"].astype(float)
    rate = float(deaths.mean() / days.mean())
    return rate, (deaths - rate * days) / days.mean()


def _sample(given: Inputs) -> str:
    return f"{given.case_runs:,} truces"


BUNDLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("parliament approves", ("truce.ratified",)),
    ("most terms are public", ("truce.opacity",)),
    ("monitors", ("truce.monitoring",)),
    ("fewer to recruit", ("groups.0.growth_room",)),
    ("control over hardliners", ("groups.0.core_control", "groups.0.believed_control")),
    ("the refuge is narrowed", ("shocks",)),
)
"""The components of the comprehensive strategy, and what of its scenario each is."""


@dataclass(frozen=True)
class Component:
    """What a scenario does against the reference: each a number with its 95 % limits."""

    name: str
    settled: tuple[float, float, float]
    deaths: tuple[float, float, float]


def components(given: Inputs) -> list[Component]:
    """Return what each component of the comprehensive strategy does alone, and all together.

    By the defaults and by the same luck, so that it can be seen whether the bundle does better than
    the reference by one part or by many.
    """
    reference, bundle = (Scenario.load(name) for name in (REFERENCE, "comprehensive"))
    usual = run_ensemble(reference, given.case_runs, given.seed, workers=given.workers)
    alone = [
        (name, reference.with_(**{path: _value(bundle, path) for path in paths}))
        for name, paths in BUNDLE
    ]
    found = []
    for name, scenario in [*alone, ("all of it", bundle)]:
        other = run_ensemble(scenario, given.case_runs, given.seed, workers=given.workers)
        told = [_with_limits(*measure(usual, other)) for measure in (_more_settled, _deaths)]
        found.append(Component(name, *told))
    return found


def _value(scenario: Scenario, path: str) -> Any:
    if path == "shocks":
        return [shock.model_dump(exclude_none=True) for shock in scenario.shocks]
    return next(each.value for each in scenario.resolved() if each.path == path)


def _with_limits(value: float, error: float) -> tuple[float, float, float]:
    lower, upper = normal_limits(np.array([value]), np.array([error]))[0]
    return value, float(lower), float(upper)
