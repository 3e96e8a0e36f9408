"""The set that is shipped belongs to this model, meets S1-S5, and is told as it is."""

from __future__ import annotations

import numpy as np
import pytest

from sim.validation import account
from sim.validation.calibration import medoid
from sim.validation.likeness import CUTOFF, likeness, met
from sim.validation.retained import Retained, retained
from sim.validation.space import calibrated, defaults, paths, to_unit
from sim.validation.summaries import NAMES, summary_of
from sim.validation.world import WorldEnsemble


def test_there_are_a_hundred_distinct_vectors_within_the_ranges():
    found = retained()
    assert len(np.unique(found.vectors, axis=0)) == len(found) >= 100
    positions = to_unit(found.vectors)
    assert positions.min() >= -1e-9
    assert positions.max() <= 1 + 1e-9


def test_the_model_still_gives_the_statistics_that_stand_in_the_set():
    # If this fails, the model has changed since `make calibrate`: run it again.
    found, settings = retained(), retained().provenance["settings"]
    world = WorldEnsemble(settings["last_conflicts"], settings["last_runs"], settings["seed"] + 1)
    for place in (0, len(found) // 2):
        values = summary_of(world.truces(found.vectors[place])).values
        assert values == pytest.approx(found.values[place], rel=1e-5)


def test_every_member_meets_all_five_patterns():
    good = met(retained().values)
    assert list(good) == ["S1", "S2", "S3", "S4", "S5"]
    assert all(hits.all() for hits in good.values())


def test_no_member_is_implausible():
    aim = likeness(np.zeros((len(NAMES), len(NAMES))))
    assert aim.implausibility(retained().values).max() <= CUTOFF


def test_the_set_meets_the_patterns_on_luck_that_it_has_not_seen():
    """By the middle of its statistics; single members on the edge of a tolerance may fall out."""
    world = WorldEnsemble(512, 2, seed=77)
    some = retained().vectors[::8]
    values = np.array(list(world.each(some, lambda clocks: summary_of(clocks).values)))
    good = met(np.median(values, axis=0)[None])
    assert all(hits.all() for hits in good.values())


def test_the_first_member_is_the_middle_of_the_set():
    positions = to_unit(retained().vectors)
    assert medoid(positions) == 0


def test_the_defaults_are_the_middle_of_the_set():
    assert defaults().tolist() == retained().vectors[0].tolist()


def test_the_tables_tell_the_set():
    assert [row[0] for row in account.posterior_rows()] == [f"`{path}`" for path in paths()]
    assert len(account.pattern_rows()) == len(NAMES) + 1


def toy(draws: np.ndarray) -> Retained:
    return Retained(draws, np.zeros((len(draws), len(NAMES))), np.zeros(len(draws)), {})


def uniform_draws(number: int) -> np.ndarray:
    low, high = (np.array([getattr(q, end) for q in calibrated()]) for end in ("low", "high"))
    return low + (high - low) * np.random.default_rng(1).random((number, len(low)))


def test_draws_from_the_prior_have_no_contraction_and_no_pairs():
    found = toy(uniform_draws(2000))
    assert np.abs(account.contraction(found)).max() < 0.06
    assert account.trade_offs(found) == []


def test_a_pair_that_moves_together_is_named():
    draws = uniform_draws(300)
    draws[:, 3] = -draws[:, 7]
    (one, other, correlation), *more = account.trade_offs(toy(draws))
    assert (one, other) == (paths()[3], paths()[7])
    assert correlation == pytest.approx(-1)
    assert more == []


def test_a_narrow_posterior_is_contracted():
    draws = uniform_draws(1000)
    draws[:, 2] = draws[:, 2].mean() + 0.1 * (draws[:, 2] - draws[:, 2].mean())
    assert account.contraction(toy(draws))[2] == pytest.approx(0.9, abs=0.02)
