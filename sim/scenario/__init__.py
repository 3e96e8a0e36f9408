"""Scenarios: YAML in, `Scenario` out."""

from sim.scenario.definition import ScenarioDefinition, Shock
from sim.scenario.resolved import ResolvedValue
from sim.scenario.scenario import Scenario
from sim.scenario.schema import scenario_schema, scenario_schema_text
from sim.scenario.shipped import find_scenario, shipped_folder, shipped_scenarios
from sim.scenario.starter import starter, write_starter
from sim.scenario.timeline import ResolvedShock

__all__ = [
    "ResolvedShock",
    "ResolvedValue",
    "Scenario",
    "ScenarioDefinition",
    "Shock",
    "find_scenario",
    "scenario_schema",
    "scenario_schema_text",
    "shipped_folder",
    "shipped_scenarios",
    "starter",
    "write_starter",
]
