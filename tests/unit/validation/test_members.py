"""A scenario under the vectors of a set: what a vector may touch, and the band it makes."""

from __future__ import annotations

import numpy as np
import pytest

from sim import simulate
from sim.uncertain import SHARE, under_retained
from sim.validation.members import BELIEVED, members, settable
from sim.validation.retained import Retained
from sim.validation.space import defaults, latin_hypercube, paths
from sim.validation.summaries import NAMES
from tests.worlds import REFERENCE, without

VECTORS = latin_hypercube(12, seed=6)
FOUND = Retained(VECTORS, np.zeros((12, len(NAMES))), np.zeros(12), {})


def test_a_vector_sets_what_nobody_else_has_set():
    changed = REFERENCE.with_(**{"model.stick": 0.21})
    member = members(changed, VECTORS[:1])[0]
    assert member.model.stick == 0.21
    assert member.model.carrot == VECTORS[0, paths().index("model.carrot")]
    assert "model.stick" not in settable(changed)


def test_the_population_of_conflicts_has_no_part_in_a_case():
    member = members(REFERENCE, VECTORS[:1])[0]
    assert member.groups[0].bad_faith_probability == REFERENCE.groups[0].bad_faith_probability
    assert member.truce == REFERENCE.truce
    assert not any(path.startswith("ensemble.") for path in settable(REFERENCE))


def test_what_is_believed_of_cheating_follows_what_is_so():
    rate = VECTORS[0, paths().index("model.covert_rate")]
    truth = REFERENCE.with_(**{BELIEVED: REFERENCE.model.covert_rate})
    assert members(truth, VECTORS[:1])[0].environment.believed_covert_rate == rate
    fixed = REFERENCE.with_(**{BELIEVED: 0.02})
    assert members(fixed, VECTORS[:1])[0].environment.believed_covert_rate == 0.02


def test_a_mechanism_that_is_off_stays_off():
    member = members(REFERENCE.with_(**without("projection")), VECTORS[:1])[0]
    assert member.effective.model.shadow_weight == 0.0


@pytest.fixture(scope="module")
def uncertain():
    return under_retained(simulate(REFERENCE, runs=60, seed=4), FOUND)


def test_members_are_run_with_the_seed_of_the_ensemble(uncertain):
    third = simulate(members(REFERENCE, VECTORS)[2], runs=60, seed=4)
    held = [third.survival_after(day) for day in (10, 30, 90, 400)]
    assert uncertain.curves[2, [10, 30, 90, 400]] == pytest.approx(held)
    assert uncertain.shares.sum(axis=1) == pytest.approx(1)


def test_the_band_holds_its_share_of_curves(uncertain):
    band = uncertain.band
    assert (band["lower"] <= band["upper"]).all()
    within = (uncertain.curves >= band["lower"].to_numpy()) & (
        uncertain.curves <= band["upper"].to_numpy()
    )
    assert within.mean() >= SHARE - 2 / len(VECTORS)
    assert band["survival"].iloc[30] == uncertain.ensemble.survival_after(30)


def test_the_summary_tells_the_ensemble_and_the_band_apart(uncertain):
    told = uncertain.summary()
    assert told["survival"]["30"] == uncertain.ensemble.survival_after(30)
    band = told["parameters"]
    assert band["vectors"] == 12
    low, high = band["survival"]["30"]
    assert low < high
    assert set(band["endings"]) == set(told["endings"])
    assert len(band["median_days"]) == 2


def test_a_set_of_one_vector_like_the_defaults_is_the_ensemble_itself():
    only = Retained(defaults()[None], np.zeros((1, len(NAMES))), np.zeros(1), {})
    same = under_retained(simulate(REFERENCE, runs=40, seed=2), only)
    assert (same.band["lower"] == same.band["survival"]).all()
    assert (same.band["upper"] == same.band["survival"]).all()


def test_the_figure_tells_both_kinds_of_uncertainty(uncertain):
    figure = uncertain.plot()
    assert "12 retained parameter vectors" in figure.description
    assert {"lower", "parameters_lower", "parameters_upper"} <= set(figure.data.columns)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert any("Monte-Carlo" in label for label in labels)
    assert any("retained" in label for label in labels)
