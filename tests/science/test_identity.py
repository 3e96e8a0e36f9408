"""Same seed, same bits: in any chunk, in either engine, in any order."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ensemble import run_ensemble
from sim.model import TruceModel
from sim.scenario import Scenario
from tests.worlds import REFERENCE, random_scenario, shipped

COMPARED = (
    "ttp_2021",
    "ttp_2014",
    "ttp_2022",
    "two_signatories",
    "split_early",
    "kabul_shock",
    "front_loaded",
    "comprehensive",
    "funding_tied_to_war",
    "renegotiated",
)
RANDOM = 60
BIG_SEED = 2**64 - 1


def assert_same_bits(one: np.ndarray, other: np.ndarray) -> None:
    for name in one.dtype.names or ():
        assert one[name].tobytes() == other[name].tobytes(), name


def assert_engines_agree(scenario: Scenario, runs: int, seed: int = 1, first: int = 0) -> None:
    compiled = run_ensemble(scenario, runs, seed=seed, first=first)
    stepped = run_ensemble(scenario, runs, seed=seed, first=first, engine="mesa")
    assert_same_bits(compiled, stepped)


@pytest.mark.parametrize("seed", [0, 1, 12345678901234567890, BIG_SEED])
def test_same_seed_same_bits(seed: int) -> None:
    assert_same_bits(run_ensemble(REFERENCE, 200, seed), run_ensemble(REFERENCE, 200, seed))


def test_another_seed_other_bits() -> None:
    one, other = run_ensemble(REFERENCE, 200, seed=1), run_ensemble(REFERENCE, 200, seed=2)
    assert (one["days"] != other["days"]).mean() > 0.5


def test_seeds_that_differ_in_their_high_half_alone_give_other_bits() -> None:
    one, other = run_ensemble(REFERENCE, 200, seed=1), run_ensemble(REFERENCE, 200, seed=1 + 2**32)
    assert (one["days"] != other["days"]).mean() > 0.5


@pytest.mark.parametrize("first", [0, 1, 137, 380])
def test_any_part_of_an_ensemble_is_the_same_run_alone(first: int) -> None:
    whole = run_ensemble(REFERENCE, 400)
    assert_same_bits(run_ensemble(REFERENCE, 20, first=first), whole[first : first + 20])


def test_an_ensemble_run_in_pieces_is_the_same() -> None:
    pieces = [run_ensemble(shipped("split_early"), 50, first=first) for first in (100, 0, 50)]
    whole = run_ensemble(shipped("split_early"), 150)
    assert_same_bits(np.concatenate((pieces[1], pieces[2], pieces[0])), whole)


def test_runs_of_another_scenario_in_between_change_nothing() -> None:
    before = run_ensemble(REFERENCE, 50)
    run_ensemble(shipped("two_signatories"), 50)
    run_ensemble(REFERENCE, 50, seed=3)
    assert_same_bits(run_ensemble(REFERENCE, 50), before)


@pytest.mark.parametrize("name", COMPARED)
def test_both_engines_agree_to_the_last_bit_on_shipped_scenarios(name: str) -> None:
    assert_engines_agree(shipped(name), runs=20)


@pytest.mark.parametrize("number", range(RANDOM))
def test_both_engines_agree_to_the_last_bit_on_random_scenarios(number: int) -> None:
    assert_engines_agree(random_scenario(number), runs=6, seed=number, first=number)


@pytest.mark.parametrize("seed", [0, 2**32, BIG_SEED])
def test_both_engines_agree_on_extreme_seeds(seed: int) -> None:
    assert_engines_agree(shipped("outside_spoiler"), runs=10, seed=seed)


def test_both_engines_agree_on_the_last_runs_there_are() -> None:
    assert_engines_agree(REFERENCE, runs=5, first=2**32 - 5)


@pytest.mark.parametrize("horizon_days", [1, 2, 30])
def test_both_engines_agree_on_short_horizons(horizon_days: int) -> None:
    assert_engines_agree(REFERENCE.with_(horizon_days=horizon_days), runs=20)


def test_a_run_of_a_large_ensemble_can_be_replayed_alone() -> None:
    row = run_ensemble(REFERENCE, 2000)[1234]
    model = TruceModel(REFERENCE, run=1234)
    while model.running:
        model.step()
    outcome = model.outcome()
    for name in row.dtype.names:
        assert getattr(outcome, name) == row[name]


def test_random_scenarios_are_various() -> None:
    """The comparison above means something only if the scenarios reach all parts of the model."""
    scenarios = [random_scenario(number) for number in range(RANDOM)]
    assert {len(scenario.groups) for scenario in scenarios} == {1, 2, 3, 4}
    assert {len(scenario.brokers) for scenario in scenarios} == {0, 1, 2, 3}
    assert any(not group.signatory for scenario in scenarios for group in scenario.groups)
    assert sum(bool(scenario.timeline()) for scenario in scenarios) > 20
    assert sum(bool(scenario.mechanisms.switched_off()) for scenario in scenarios) > 20
    outcomes = np.concatenate(
        [run_ensemble(scenario, 6, seed=n, first=n) for n, scenario in enumerate(scenarios)]
    )
    assert set(outcomes["ending"].tolist()) >= {0, 1, 2, 3, 4}
    for tally in ("attacks", "raids", "retaliations", "accidents", "released", "scrutinies"):
        assert outcomes[tally].any()
    assert outcomes["splits"].any()
    assert outcomes["renewals"].any()
    assert outcomes["bad_faith"].any()
