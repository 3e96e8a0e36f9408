"""Scenarios drawn by Hypothesis, which shrinks one that fails to the little that matters."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import strategies as st

from sim.mechanisms import MECHANISMS
from sim.parameters import LISTS, SECTIONS, Parameter, parameters
from sim.scenario import Scenario
from tests.worlds import bounds_of

SEEDS = st.integers(0, 2**64 - 1)
RUNS = st.integers(0, 2**32 - 10)
HORIZONS = st.integers(1, 40) | st.integers(40, 120) | st.integers(40, 300)

MOST_GROUPS, MOST_BROKERS, MOST_SHOCKS = 5, 4, 4
MOST_OFF = 5  # of the mechanisms; with most of them off little is left to compare


@st.composite
def scenarios(draw: st.DrawFn, wild: bool) -> Scenario:
    """Draw a scenario: groups, brokers, shocks, mechanisms off, horizon and any of the values.

    Values lie in the range worth exploring and constants keep theirs; with `wild`, every value may
    lie anywhere between its bounds, ends included. A value that is not drawn keeps its default.
    """
    drawn: dict[str, Any] = {"horizon_days": draw(HORIZONS)}
    for section in SECTIONS:
        if section not in LISTS:
            drawn[section] = draw(values_of(section, wild))
    drawn["groups"] = draw(actors("groups", 1, MOST_GROUPS, wild))
    signed = draw(st.sets(st.sampled_from(range(len(drawn["groups"]))), min_size=1))
    for place, group in enumerate(drawn["groups"]):
        group["signatory"] = place in signed
    drawn["brokers"] = draw(actors("brokers", 0, MOST_BROKERS, wild))
    drawn["shocks"] = draw(shocks(drawn))
    off = draw(st.lists(st.sampled_from(sorted(MECHANISMS)), max_size=MOST_OFF, unique=True))
    drawn["mechanisms"] = dict.fromkeys(off, False)
    return Scenario.from_yaml(json.dumps(drawn))


@st.composite
def actors(
    draw: st.DrawFn, section: str, least: int, most: int, wild: bool
) -> list[dict[str, Any]]:
    """Draw a list of actors with different names; any number of them is as likely as another."""
    number = draw(st.integers(least, most))
    return [{"name": f"{section} {n}"} | draw(values_of(section, wild)) for n in range(number)]


@cache
def values_of(section: str, wild: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Draw any of the values of a section."""
    free = [parameter for parameter in parameters() if parameter.section == section]
    return st.fixed_dictionaries(
        {},
        optional={
            parameter.name: value_of(parameter, wild)
            for parameter in free
            if wild or parameter.kind != "constant"
        },
    )


def value_of(parameter: Parameter, wild: bool) -> st.SearchStrategy[Any]:
    """Draw a value of one parameter; one time in two or so, an end of its range."""
    limits = bounds_of(parameter, wild)
    if limits is None:
        return st.booleans()
    low, high = limits
    if parameter.type == "int":
        return st.sampled_from((int(low), int(high))) | st.integers(int(low), int(high))
    return st.sampled_from((float(low), float(high))) | st.floats(low, high)


@st.composite
def shocks(draw: st.DrawFn, drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw shocks, each on another target of the scenario drawn so far."""
    targets = ["state.funding"]
    for place in range(len(drawn["groups"])):
        targets += [f"groups.{place}.funding", f"groups.{place}.sanctuary"]
    targets += [f"brokers.{place}.leverage" for place in range(len(drawn["brokers"]))]
    horizon = drawn["horizon_days"]
    change = st.fixed_dictionaries(
        {
            "to": st.floats(0, 1),
            "day": st.integers(0, min(horizon, 10))
            | st.integers(0, horizon),  # most truces are short
            "over_days": st.integers(1, 40),
        }
    )
    struck = draw(st.lists(st.sampled_from(targets), max_size=MOST_SHOCKS, unique=True))
    return [{"target": target} | draw(change) for target in struck]
