"""Imported once by the server that worker processes are forked from: the model, ready to run."""

from sim.ensemble import run_ensemble
from sim.scenario import Scenario

run_ensemble(Scenario.from_yaml("title: a first run, to have the machine code at hand"), runs=1)
