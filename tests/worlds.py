"""Scenarios, ensembles and statistics that several test files share."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.endings import ENDING_CODES
from sim.ensemble import run_ensemble
from sim.mechanisms import MECHANISMS
from sim.parameters import LISTS, SECTIONS, Parameter, parameters
from sim.scenario import Scenario

FOLDER = Path(__file__).parents[1] / "scenarios"
SHIPPED = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
STRICT = 4.0  # standard errors; seeds are fixed, so a test that passes once passes always


@cache
def shipped(name: str) -> Scenario:
    return Scenario.load(FOLDER / f"{name}.yaml")


REFERENCE = shipped("ttp_2021")

AS_SPECIFIED: dict[str, object] = {
    "model.recruitment_rate": 0.004,
    "model.sanctuary_capacity": 0.8,
    "model.attrition_rate": 0.006,
    "model.shadow_weight": 0.6,
    "model.sucker_cost": 0.15,
    "model.faction_cost": 0.10,
    "model.breach_cost": 0.10,
    "model.covert_gain": 0.03,
    "model.decision_noise": 0.03,
    "model.renewal_effort": 0.06,
    "model.bad_faith_discount": 0.40,
    "model.outrage_rally": 0.6,
    "model.stick": 0.10,
    "model.carrot": 0.05,
    "model.leverage_decay": 0.0015,
    "model.covert_rate": 0.055,
    "model.outrage_attack": 0.03,
    "model.outrage_release": 0.006,
    "model.arrears_weight": 0.25,
    "model.concession_value": 0.05,
    "model.settlement_rate": 0.006,
    "environment.believed_covert_rate": 0.055,
}
"""The numbers of the specification, with the decisions on it, as they were before calibration.

Tests that hold the model to the specification, term by term or in its table of ablations, use
these; the defaults are the middle of the retained set.
"""
SPECIFIED = REFERENCE.with_(**AS_SPECIFIED)


def without(*mechanisms: str) -> dict[str, object]:
    """Return the overrides that switch mechanisms off."""
    return {f"mechanisms.{name}": False for name in mechanisms}


# A world in which nothing changes and nobody errs: power stands still, nothing happens, nothing
# is promised, nobody cheats, and a choice is a comparison of two numbers. What is left is the
# static model of bargaining.
STILL = Scenario.from_yaml(
    """
    horizon_days: 400
    truce: {term_days: 0, prisoners_promised: 0, monitoring: 0}
    state: {funding_dependence: 0, outrage: 0, audience_cost: 0, scrutiny_rate: 0, raid_rate: 0,
            retaliation: 0}
    groups:
      - {name: group, hardliner_share: 0, bad_faith_probability: 0, spoiler_rate: 0,
         retaliation: 0, split_rate: 0}
    environment: {accident_rate: 0}
    model: {recruitment_rate: 0, shadow_weight: 0, sucker_cost: 0, faction_cost: 0,
            settlement_rate: 0, covert_rate: 0, covert_gain: -1, evidence_weight: 0,
            decision_noise: 0.0001, breach_cost: 0.1, leverage_decay: 0.0015,
            sanctuary_capacity: 0.8}
    """
)


# ---------------------------------------------------------------------------------------------
# Ensembles and what is read from them
# ---------------------------------------------------------------------------------------------


@cache
def rows(scenario: Scenario, runs: int = 4000, seed: int = 1) -> np.ndarray:
    """Return an ensemble; the same one is run only once in a test session."""
    outcomes = run_ensemble(scenario, runs=runs, seed=seed)
    outcomes.flags.writeable = False
    return outcomes


def followed_days(outcomes: np.ndarray, days: int = 365) -> np.ndarray:
    """Return how long each truce lasted in the first `days`; the mean is the restricted mean."""
    return np.minimum(outcomes["days"], days).astype(float)


def days_without_failure(outcomes: np.ndarray, days: int = 365) -> np.ndarray:
    """Return the same, except that a settlement counts as a peace that lasts."""
    lasting = outcomes["ending"] == ENDING_CODES["settles"]
    return np.where(lasting, float(days), followed_days(outcomes, days))


def survives(outcomes: np.ndarray, day: int) -> np.ndarray:
    """Return 1 for each truce that holds after `day`, else 0; the mean is S(day)."""
    return (outcomes["days"] > day).astype(float)


def ended_as(outcomes: np.ndarray, ending: str) -> np.ndarray:
    """Return 1 for each truce that ended so, else 0; the mean is its share."""
    return (outcomes["ending"] == ENDING_CODES[ending]).astype(float)


def paired_z(more: np.ndarray, less: np.ndarray) -> float:
    """Return the mean difference of two paired columns in standard errors."""
    difference = more - less
    spread = float(difference.std(ddof=1))
    return float(difference.mean()) / (spread / len(difference) ** 0.5) if spread else 0.0


# ---------------------------------------------------------------------------------------------
# Scenarios drawn at random
# ---------------------------------------------------------------------------------------------


def random_scenario(number: int, *, wild: bool = False, horizon_days: int = 90) -> Scenario:
    """Return the scenario of a number: one to four groups, up to three brokers, shocks, switches.

    Values lie in the range worth exploring and constants keep theirs; with `wild`, every value
    may lie anywhere between its bounds, ends included.
    """
    chance = random.Random(number)
    drawn: dict[str, Any] = {"horizon_days": horizon_days}
    for section in SECTIONS:
        if section not in LISTS:
            drawn[section] = _values(section, chance, wild)
    drawn["groups"] = [
        {"name": f"group {place}", "signatory": chance.random() < 0.6}
        | _values("groups", chance, wild)
        for place in range(chance.randint(1, 4))
    ]
    chance.choice(drawn["groups"])["signatory"] = True
    drawn["brokers"] = [
        {"name": f"broker {place}"} | _values("brokers", chance, wild)
        for place in range(chance.randint(0, 3))
    ]
    drawn["shocks"] = _shocks(drawn, chance, horizon_days)
    drawn["mechanisms"] = {name: False for name in MECHANISMS if chance.random() < 0.06}
    return Scenario.from_yaml(json.dumps(drawn))


def _values(section: str, chance: random.Random, wild: bool) -> dict[str, object]:
    return {
        parameter.name: _value(parameter, chance, wild)
        for parameter in parameters()
        if parameter.section == section
    }


def _value(parameter: Parameter, chance: random.Random, wild: bool) -> object:
    if chance.random() < 0.4 or (parameter.kind == "constant" and not wild):
        return parameter.default
    limits = bounds_of(parameter, wild)
    if limits is None:
        return chance.random() < 0.5
    low, high = limits
    value = chance.choice((low, high, chance.uniform(low, high), chance.uniform(low, high)))
    return int(value) if parameter.type == "int" else float(value)


def bounds_of(parameter: Parameter, wild: bool) -> tuple[float, float] | None:
    """Return the range of a parameter: all of it, or that worth exploring; none for a yes or no."""
    return (parameter.bounds if wild else parameter.sweep) or None


def _shocks(drawn: dict[str, Any], chance: random.Random, days: int) -> list[dict[str, object]]:
    targets = ["state.funding"]
    targets += [f"groups.{place}.sanctuary" for place in range(len(drawn["groups"]))]
    targets += [f"groups.{place}.funding" for place in range(len(drawn["groups"]))]
    targets += [f"brokers.{place}.leverage" for place in range(len(drawn["brokers"]))]
    return [
        {
            "target": target,
            "to": chance.choice((0.0, 1.0, chance.random())),
            "day": chance.randint(0, days),
            "over_days": chance.choice((1, chance.randint(1, 40))),
        }
        for target in chance.sample(targets, chance.randint(0, min(3, len(targets))))
    ]
