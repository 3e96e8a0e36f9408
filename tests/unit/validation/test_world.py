"""The world ensemble: its shortcut equals building every scenario anew."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ensemble import run_ensemble
from sim.validation import space
from sim.validation.space import defaults, from_unit, latin_hypercube, paths, to_unit
from sim.validation.world import (
    FORMAL_DAYS,
    TERM_DAYS,
    WAR_DAYS,
    WorldEnsemble,
    conflict,
    gap_shares,
    gaps_at,
    overrides,
    world_points,
)

CONFLICTS, RUNS = 12, 3


@pytest.fixture(scope="module")
def world() -> WorldEnsemble:
    return WorldEnsemble(CONFLICTS, RUNS, seed=3)


@pytest.mark.parametrize("vector", [defaults(), *latin_hypercube(3, seed=9)])
def test_patching_records_equals_building_scenarios_anew(world, vector):
    truces = world.truces(vector)
    points = world_points(CONFLICTS)
    for number in range(CONFLICTS):
        changes = overrides(vector, world.gap_shares[number])
        for spells, formal in ((truces.war, False), (truces.formal, True)):
            scenario = conflict(points, number, formal).with_(**changes)
            built = run_ensemble(scenario, RUNS, seed=3, first=number * RUNS)
            assert (spells.days[number] == built["days"]).all()
            assert (spells.endings[number] == built["ending"]).all()


def test_vectors_do_not_leave_traces(world):
    first = world.truces(defaults()).war.days
    world.truces(latin_hypercube(1, seed=1)[0])
    assert (world.truces(defaults()).war.days == first).all()


def test_threads_change_nothing(world):
    vectors = latin_hypercube(5, seed=2)
    alone, shared = (
        [each.tolist() for each in world.each(vectors, lambda some: some.war.days, workers)]
        for workers in (1, 2)
    )
    assert alone == shared


def test_every_conflict_has_luck_of_its_own(world):
    openings = world.war
    world.war = [openings[0]] * CONFLICTS
    try:
        days = world.truces(defaults()).war.days
    finally:
        world.war = openings
    assert len({tuple(row) for row in days.tolist()}) > 1


def test_the_clocks_are_what_they_are_called(world):
    truces = world.truces(defaults())
    assert {opening.horizon_days for opening in world.war} == {WAR_DAYS}
    assert {opening.horizon_days for opening in world.formal} == {FORMAL_DAYS}
    assert {int(o.theatre.truce["term_days"][0]) for o in world.formal} == {TERM_DAYS}
    assert truces.war.days.shape == truces.formal.days.shape == (CONFLICTS, RUNS)


def test_terms_gaps_come_back_from_their_shares():
    points = world_points(64)
    gaps = [values[points.factors.index("truce.terms_gap")] for values in points.values]
    spread = space.quantity(space.TERMS_SPREAD).default
    assert gaps_at(gap_shares(points), spread) == pytest.approx(np.array(gaps), abs=1e-9)


def test_a_wider_spread_keeps_the_order_of_gaps():
    shares = gap_shares(world_points(64))
    assert (np.argsort(gaps_at(shares, 0.2)) == np.argsort(gaps_at(shares, 0.05))).all()
    assert gaps_at(shares, 0.2).std() > 2 * gaps_at(shares, 0.05).std()


def test_the_study_has_the_population_of_the_defaults():
    points = world_points(2)
    scenario, bad_faith = points.scenario(0), space.quantity(space.BAD_FAITH).default
    assert scenario.state.bad_faith_probability == bad_faith
    assert scenario.groups[0].bad_faith_probability == bad_faith


def test_what_is_left_out_is_named_and_nothing_else():
    from sim.parameters import parameters

    all_globals = {each.path for each in parameters() if each.kind == "global"}
    assert all_globals - set(paths()) == set(space.LEFT_OUT)


def test_positions_and_vectors_are_two_ways_to_say_the_same():
    vectors = latin_hypercube(7, seed=4)
    assert from_unit(to_unit(vectors)) == pytest.approx(vectors)
    assert ((to_unit(vectors) >= 0) & (to_unit(vectors) <= 1)).all()
    assert from_unit(np.zeros(len(paths()))) == pytest.approx([q.low for q in space.calibrated()])


def test_a_latin_hypercube_fills_every_row_of_every_range():
    positions = to_unit(latin_hypercube(20, seed=5))
    assert (np.sort((positions * 20).astype(int), axis=0) == np.arange(20)[:, None]).all()
