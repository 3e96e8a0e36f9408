"""The results that the README shows are those that this version gives."""

from pathlib import Path

from sim import Scenario, simulate
from sim.results import runs_digest, verify_ensemble

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"


def test_the_reference_results_are_whole_and_given_again():
    """After a change that moves numbers on purpose: make reference, and say so in the changelog."""
    manifest = verify_ensemble(REFERENCE)
    case = Scenario.load("ttp_2021")
    assert manifest["scenario_digest"] == case.digest
    again = simulate(case, runs=manifest["runs"], seed=manifest["seed"])
    assert runs_digest(again.runs) == manifest["runs_sha256"]
