"""Same seed, same bits: in any chunk, in either engine, in any order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from sim.behaviour import as_records, record_type
from sim.endings import ENDING_CODES, ENDINGS
from sim.ensemble import STAGES, run_ensemble, theatre_of_records
from sim.model import TruceModel
from sim.outcome import Outcome
from sim.scenario import Scenario
from sim.scenario.definition import MOST_ACTORS
from sim.theatre import Theatre
from tests.engines import (
    CONSTANT,
    MOVING,
    assert_nothing_lost,
    assert_same,
    differences,
    hidden_state,
    walk_together,
)
from tests.strategies import RUNS, SEEDS, scenarios
from tests.worlds import REFERENCE, SHIPPED, shipped

WALKS = 8  # runs of each shipped scenario that are compared day by day
DRAWN = {"worth exploring": 230, "anywhere between the bounds": 120}
DISTINCT = 0.87  # of what Hypothesis draws, at least; it now and then draws the same again

DRAWN_ENDINGS = set(ENDING_CODES.values()) - {ENDING_CODES["settles"]}
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


@pytest.mark.parametrize("name", SHIPPED)
def test_both_engines_give_the_same_rows_of_shipped_scenarios(name: str) -> None:
    assert_engines_agree(shipped(name), runs=8, first=100)


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


# ---------------------------------------------------------------------------------------------
# Day by day
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_both_engines_agree_on_every_day_of_shipped_scenarios(name: str) -> None:
    for run in range(WALKS):
        walk_together(shipped(name), run)


def test_settlements_which_drawn_scenarios_seldom_reach_are_among_the_shipped_runs() -> None:
    compared = [run_ensemble(shipped(name), WALKS)["ending"] for name in SHIPPED]
    assert {ENDING_CODES["settles"], *DRAWN_ENDINGS} == {ending.code for ending in ENDINGS}
    assert ENDING_CODES["settles"] in np.concatenate(compared)


def test_both_engines_agree_on_every_day_of_years_of_truce() -> None:
    """Truces full of incidents that nobody calls off."""
    endless = REFERENCE.with_(
        **{
            "truce.term_days": 0,
            "model.breach_cost": 1.0,
            "model.settlement_rate": 0.0,
            "model.violence_deaths": 10**6,
        }
    )
    truces = [walk_together(endless, run).truce for run in range(4)]
    assert [truce.age for truce in truces] == [endless.horizon_days] * 4
    assert sum(truce.attacks for truce in truces) > 100


def test_both_engines_agree_on_every_day_of_the_largest_scenario() -> None:
    groups = [{"name": f"group {n}", "spoiler_rate": 0.2} for n in range(MOST_ACTORS)]
    brokers = [{"name": f"broker {n}", "leverage": n / MOST_ACTORS} for n in range(MOST_ACTORS)]
    largest = REFERENCE.with_(groups=groups, brokers=brokers, horizon_days=20)
    assert walk_together(largest).truce.attacks > 0


@pytest.mark.parametrize("drawn", DRAWN)
def test_both_engines_agree_on_every_day_of_random_scenarios(drawn: str) -> None:
    seen = Seen()

    @settings(
        max_examples=DRAWN[drawn],
        derandomize=True,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios(wild=drawn != "worth exploring"), SEEDS, RUNS)
    def compare(scenario: Scenario, seed: int, first: int) -> None:
        model = walk_together(scenario, run=first, seed=seed)
        rows = run_ensemble(scenario, 3, seed=seed, first=first)
        assert_same_bits(rows[:1], as_records([model.outcome()], Outcome))
        stepped = run_ensemble(scenario, 1, seed=seed, first=first + 2, engine="mesa")
        assert_same_bits(rows[2:], stepped)
        seen.add(scenario, rows)

    compare()
    seen.check_variety(DRAWN[drawn])


TALLIES = ("attacks", "raids", "retaliations", "accidents", "released", "scrutinies")


class Seen:
    """What the compared scenarios were: a comparison means something only if they are various."""

    def __init__(self) -> None:
        self.scenarios: list[Scenario] = []
        self.rows: list[np.ndarray] = []

    def add(self, scenario: Scenario, rows: np.ndarray) -> None:
        self.scenarios.append(scenario)
        self.rows.append(rows)

    def check_variety(self, drawn: int) -> None:
        assert len({scenario.digest for scenario in self.scenarios}) > DISTINCT * drawn
        self.check_casts()
        self.check_stories(np.concatenate(self.rows))

    def check_casts(self) -> None:
        assert {len(scenario.groups) for scenario in self.scenarios} >= {1, 2, 3, 4}
        assert {len(scenario.brokers) for scenario in self.scenarios} >= {0, 1, 2}
        outsiders = [any(not group.signatory for group in each.groups) for each in self.scenarios]
        shocked = [bool(scenario.timeline()) for scenario in self.scenarios]
        ablated = [bool(scenario.mechanisms.switched_off()) for scenario in self.scenarios]
        for trait in (outsiders, shocked, ablated):
            assert 20 < sum(trait) < len(trait) - 20

    def check_stories(self, rows: np.ndarray) -> None:
        assert set(rows["ending"].tolist()) >= DRAWN_ENDINGS
        for tally in (*TALLIES, "splits", "renewals", "bad_faith"):
            assert rows[tally].any(), tally


# ---------------------------------------------------------------------------------------------
# The comparison itself
# ---------------------------------------------------------------------------------------------


def test_every_part_of_the_theatre_is_compared() -> None:
    assert {*CONSTANT, *MOVING, "incidents"} == set(Theatre._fields) == set(STAGES)


@pytest.mark.parametrize("part", STAGES)
def test_the_compared_fields_are_those_of_the_records(part: str) -> None:
    """One bit turned over in any field is found, and named."""
    model = TruceModel(shipped("kabul_shock"), opened=False)
    stage = theatre_of_records(model.theatre)
    records = getattr(stage, part)
    assert records.dtype == record_type(STAGES[part])
    last = len(records) - 1
    for field in records.dtype.names:
        whole = records.copy()
        turn_a_bit_over(records, last, field)
        with pytest.raises(
            AssertionError, match=rf"^day 0: {part}\[{last}\]\.{field}\W.* stepped$"
        ):
            assert_same(stage, model, Theatre._fields)
        records[:] = whole
    assert_same(stage, model, Theatre._fields)


def turn_a_bit_over(records: np.ndarray, place: int, field: str) -> None:
    kind, offset = records.dtype.fields[field][:2]
    size = kind.itemsize
    memory = records.view(np.uint8).reshape(len(records), -1)
    memory[place, offset + size - 1 if size == 1 else offset] ^= 1


def test_the_last_value_of_an_array_is_compared_and_named() -> None:
    model = TruceModel(REFERENCE, opened=False)
    stage = theatre_of_records(model.theatre)
    stage.truce["recent_deaths"][0, -1] = 1
    with pytest.raises(AssertionError, match=r"truce\[0\]\.recent_deaths\[89\] is np.int64\(1\)"):
        assert_same(stage, model, ("truce",))


@pytest.mark.parametrize(
    ("one", "other"), [(0.0, -0.0), (np.nan, -np.nan), (0.3, 0.1 + 0.2), (np.inf, np.nan)]
)
def test_numbers_that_look_alike_are_told_apart_by_their_bits(one: float, other: float) -> None:
    model = TruceModel(REFERENCE, opened=False)
    compiled = as_records([model.state], STAGES["state"])
    stepped = compiled.copy()
    compiled["outrage"], stepped["outrage"] = one, other
    (found,) = differences(12, "state", compiled, stepped)
    assert found[:4] == (12, "state", 0, "outrage")
    assert np.float64(one).tobytes().hex() in str(found)
    stepped["outrage"] = compiled["outrage"]
    assert list(differences(12, "state", compiled, stepped)) == []


@pytest.mark.parametrize(
    ("field", "held"), [("frozen_days", 0.5), ("frozen_days", 2**53 + 1.5j), ("outrage", 2**53 + 1)]
)
def test_a_value_that_no_record_can_hold_is_found(field: str, held: Any) -> None:
    model = TruceModel(REFERENCE, opened=False)
    records = as_records([model.state], STAGES["state"])
    setattr(model.state, field, held)
    with pytest.raises(AssertionError, match=field):
        assert_nothing_lost(records, [model.state], "state")


def test_mesa_holds_no_state_that_the_records_lack() -> None:
    model = walk_together(shipped("split_early"))
    assert hidden_state(model) == set()
    model.groups[0].mood = 0.5
    assert hidden_state(model) == {"groups.mood"}
