"""Boxes, trees and distances find what was planted, and nothing where nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from sim.inquiry.boxes import Step, boxes, find_box, quasi_p
from sim.inquiry.conditions import Conditions, Limit, in_words, keep_all
from sim.inquiry.goal import read_goal
from sim.inquiry.regional import distances, regional
from sim.inquiry.stability import Doubt, chance_to_meet, limits_redrawn, unclear
from sim.inquiry.tree import grown, lines

NAMES = (
    "brokers.0.leverage", "groups.0.funding", "state.funding", "truce.ratified", "truce.term_days",
)  # fmt: skip
TERMS = (0, 30, 90)


def drawn(points: int = 1000, seed: int = 1) -> Conditions:
    random = np.random.default_rng(seed)
    shares = random.random((points, 3)).tolist()
    votes = (random.random(points) < 0.5).tolist()
    terms = random.choice(TERMS, points).tolist()
    return Conditions.of(
        NAMES, [(*row, vote, term) for row, vote, term in zip(shares, votes, terms, strict=True)]
    )


def planted(conditions: Conditions, flipped: float = 0.0, seed: int = 2):
    matrix = conditions.matrix
    inside = (matrix[:, 0] >= 0.4) & (matrix[:, 1] <= 0.6) & (matrix[:, 3] == 1)
    return inside ^ (np.random.default_rng(seed).random(len(matrix)) < flipped)


def test_what_varies_becomes_a_matrix() -> None:
    found = Conditions.of(("truce.ratified", "state.trust"), [(True, 0.5), (False, 0.5)])
    assert found.names == ("truce.ratified",)
    assert found.kinds == ((False, True),)
    assert found.matrix.tolist() == [[1.0], [0.0]]
    assert drawn().kinds == ((), (), (), (False, True), TERMS)
    assert set(drawn().numbers()[:, 4]) == set(TERMS)


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found_through_noise(seed: int) -> None:
    conditions = drawn(seed=seed)
    first = boxes(conditions, planted(conditions, 0.05, seed + 10))[0]
    limits = {(limit.factor, limit.side): limit.at for limit in first.final.limits}
    assert set(limits) == {(0, "lower"), (1, "upper"), (3, "not")}
    assert limits[0, "lower"] == pytest.approx(0.4, abs=0.05)
    assert limits[1, "upper"] == pytest.approx(0.6, abs=0.05)
    assert limits[3, "not"] == 0
    assert first.final.density > 0.85
    assert first.final.coverage > 0.75
    assert max(first.quasi_p) < 1e-6


def test_two_boxes_are_found_one_after_the_other() -> None:
    conditions = drawn(2000)
    matrix = conditions.matrix
    met = (matrix[:, 0] > 0.75) | (matrix[:, 0] < 0.2)
    first, second, *_ = boxes(conditions, met)
    sides = {limit.side for box in (first, second) for limit in box.final.limits}
    assert {0} == {limit.factor for box in (first, second) for limit in box.final.limits}
    assert sides == {"lower", "upper"}
    assert first.final.coverage + second.final.coverage > 0.9


def test_values_in_the_middle_are_ruled_out_one_by_one() -> None:
    conditions = drawn()
    met = conditions.numbers()[:, 4] != 30
    found = boxes(conditions, met)[0]
    assert in_words(found.final.limits, conditions) == ["truce.term_days is 0 or 90 (days)"]
    assert found.final.density == 1


def test_where_nothing_matters_no_firm_box_is_found() -> None:
    found = []
    for seed in range(6):
        conditions = drawn(400, seed)
        met = np.random.default_rng(seed + 50).random(400) < 0.3
        found += [box.final for box in boxes(conditions, met)]
    assert all(step.density < 0.75 for step in found)


def test_all_or_none_leave_nothing_to_find() -> None:
    conditions = drawn(100)
    assert boxes(conditions, np.ones(100, dtype=bool)) == []
    assert boxes(conditions, np.zeros(100, dtype=bool)) == []


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=15)
def test_a_trajectory_only_shrinks_and_its_numbers_are_true(seed: int) -> None:
    conditions = drawn(300, seed)
    met = planted(conditions, 0.1, seed)
    found = find_box(conditions, met)
    assert found is not None
    for before, after in zip(found.trajectory, found.trajectory[1:], strict=False):
        assert after.points < before.points
        assert after.coverage <= before.coverage
    for step in (*found.trajectory, found.final):
        inside = keep_all(step.limits, conditions.matrix)
        assert (step.points, step.met) == (inside.sum(), met[inside].sum())


def test_density_and_coverage_of_a_step() -> None:
    step = Step((), points=20, met=15, meeting=30, missing=100)
    assert (step.density, step.coverage, step.balance) == (0.75, 0.5, 0.45)


def test_the_quasi_p_is_a_binomial_tail() -> None:
    matrix = np.arange(10.0)[:, None]
    met = matrix[:, 0] >= 6
    limits = (Limit(0, "lower", 6.0),)
    assert quasi_p(limits, 0, matrix, met) == pytest.approx(0.4**4)


def test_limits_stand_in_words_with_units() -> None:
    conditions = drawn(50)
    limits = (Limit(0, "lower", 0.25), Limit(0, "upper", 0.75), Limit(1, "lower", 0.1))
    said = in_words((*limits, Limit(3, "not", 0.0)), conditions)
    assert said == [
        "0.25 <= brokers.0.leverage <= 0.75 (share)",
        "groups.0.funding >= 0.1 (share)",
        "truce.ratified is true",
    ]


# How firm


GOAL = read_goal("survival_90 > 0.5", ["survival_90"])


def doubt_of(shares: list[float], runs: int) -> Doubt:
    return Doubt({"survival_90": np.array(shares)}, {}, np.full(len(shares), float(runs)))


def test_points_near_the_goal_are_unclear() -> None:
    chance = chance_to_meet(GOAL, doubt_of([0.2, 0.49, 0.51, 0.8], 100), seed=1)
    assert unclear(chance).tolist() == [False, True, True, False]
    assert chance[1] < 0.5 < chance[2]
    more = chance_to_meet(GOAL, doubt_of([0.2, 0.45, 0.55, 0.8], 10_000), seed=1)
    assert not unclear(more).any()


def test_the_chance_is_that_of_a_normal_error_where_one_is_known() -> None:
    goal = read_goal("mean_days > 100", ["mean_days"])
    doubt = Doubt({"mean_days": np.array([110.0])}, {"mean_days": np.array([10.0])}, np.ones(1))
    assert chance_to_meet(goal, doubt, seed=1)[0] == pytest.approx(0.841, abs=0.06)
    assert doubt.fixed == ()
    assert Doubt({"median_days": np.ones(1)}, {}, np.ones(1)).fixed == ("median_days",)


def test_limits_that_matter_are_found_again() -> None:
    conditions = drawn(600)
    inside = planted(conditions)
    doubt = doubt_of(np.where(inside, 0.7, 0.3).tolist(), 200)
    found = boxes(conditions, GOAL.met(doubt.values))[0]
    table = limits_redrawn(found, conditions, GOAL, doubt, np.ones(600, dtype=bool), seed=1)
    assert (table["found"] > 0.9).all()
    leverage = table[table["factor"] == "brokers.0.leverage"].iloc[0]
    assert leverage["lower"] - 0.02 <= 0.4 <= leverage["upper"] + 0.02
    again = limits_redrawn(found, conditions, GOAL, doubt, np.ones(600, dtype=bool), seed=1)
    assert table.equals(again)


# Trees and distances


def test_a_tree_finds_the_planted_cuts() -> None:
    conditions = drawn()
    met = planted(conditions)
    tree = grown(conditions, met)
    leaves = list(tree.leaves())
    assert sum(leaf.points for leaf in leaves) == 1000
    assert sum(leaf.met for leaf in leaves) == met.sum()
    best = max(leaves, key=lambda leaf: leaf.met)
    assert best.density > 0.95
    assert best.met == met.sum()
    said = "\n".join(lines(tree, conditions))
    for words in ("truce.ratified is", "brokers.0.leverage <=", "coverage 1.00"):
        assert words in said


def test_a_tree_of_noise_is_a_leaf() -> None:
    conditions = drawn(300)
    met = np.random.default_rng(3).random(300) < 0.5
    assert len(list(grown(conditions, met, depth=1).leaves())) <= 2
    assert len(list(grown(conditions, np.ones(300, dtype=bool)).leaves())) == 1


def test_the_distance_is_that_of_scipy() -> None:
    conditions = drawn(500)
    met = planted(conditions, 0.2)
    known = [ks_2samp(column[met], column[~met]).statistic for column in conditions.matrix.T]
    assert distances(conditions.matrix, met) == pytest.approx(known)


def test_factors_that_matter_stand_apart_from_chance() -> None:
    conditions = drawn()
    table = regional(conditions, planted(conditions, 0.05), seed=1).set_index("factor")
    apart = table[table["distance"] > table["by_chance"]]
    assert {"brokers.0.leverage", "groups.0.funding", "truce.ratified"} <= set(apart.index)
    assert (table.loc[["state.funding"], "p"] > 0.01).all()
    assert table.loc["brokers.0.leverage", "mean_met"] == pytest.approx(0.7, abs=0.05)
    with pytest.raises(ValueError, match="needed"):
        regional(conditions, np.ones(1000, dtype=bool), seed=1)
