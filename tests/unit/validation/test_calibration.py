"""A small calibration from end to end: it can be stopped, and gives the same set again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.errors import ResultsError
from sim.validation import recovery, space
from sim.validation.calibration import Settings, calibrate, key, medoid, rounded
from sim.validation.likeness import CUTOFF
from sim.validation.retained import read_retained, write_retained
from sim.validation.summaries import NAMES
from sim.validation.world import WorldEnsemble

SMALL = Settings(
    conflicts=24, runs=1, first=420, size=60, waves=2, population=24, moves=1, last_moves=1,
    last_conflicts=32, last_runs=1, rounds=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("calibration")


@pytest.fixture(scope="module")
def small(folder):
    # So few truces scatter too widely for all fifteen tolerances: two limits stand for them.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.validation.calibration.met", loosely_met)
        patch.setattr("sim.validation.calibration.misses", lambda values: 0.0 * values)
        yield calibrate(SMALL, folder)


def loosely_met(values: np.ndarray) -> dict[str, np.ndarray]:
    settled, lapsed = (values[:, NAMES.index(n)] for n in ("S3 share settled", "S4 lapsed"))
    return {"S3": settled < 0.5, "S4": lapsed > 0.1}


def test_every_member_meets_the_limits(small):
    assert all(good.all() for good in loosely_met(small.retained.values).values())


def test_members_are_distinct_and_within_the_ranges(small):
    vectors = small.retained.vectors
    assert len(np.unique(vectors, axis=0)) == len(vectors) > 3
    positions = space.to_unit(vectors)
    assert ((positions >= 0) & (positions <= 1)).all()


def test_the_provenance_says_how_it_came_about(small):
    told = small.retained.provenance
    assert told["settings"]["seed"] == SMALL.seed
    assert told["cutoff"] == CUTOFF
    assert told["steps_to_the_posterior"][-1]["tolerance"] == 1.0
    assert len(told["rounds_within_tolerances"]) == SMALL.rounds
    assert len(told["model_digest"]) == 64


def test_a_calibration_gone_on_with_gives_the_same_set(folder, small):
    lost = sorted((folder / key(SMALL)).glob("batch-*.npz"))[1:]
    for path in lost:  # as if it had been stopped after the first batch
        path.unlink()
    again = calibrate(SMALL, folder)
    assert (again.retained.vectors == small.retained.vectors).all()
    assert (again.retained.values == small.retained.values).all()


def test_a_set_is_read_as_it_was_written(small, tmp_path):
    path = tmp_path / "set.csv"
    write_retained(small.retained, path)
    read = read_retained(path)
    assert (read.vectors == small.retained.vectors).all()
    assert read.values == pytest.approx(small.retained.values, rel=1e-5)
    assert read.provenance == small.retained.provenance


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda text: text.replace("member", "number", 1), "another version"),
        (lambda text: text.replace("0.", "zero", 3), "damaged"),
        (lambda text: "", "damaged"),
    ],
)
def test_a_damaged_set_is_refused(small, tmp_path, damage, complaint):
    path = tmp_path / "set.csv"
    write_retained(small.retained, path)
    path.write_text(damage(path.read_text()))
    with pytest.raises(ResultsError, match=complaint):
        read_retained(path)


def test_a_missing_set_is_refused(tmp_path):
    with pytest.raises(ResultsError, match="make calibrate"):
        read_retained(tmp_path / "set.csv")


def test_a_damaged_batch_is_named(folder, small):
    other = replace(SMALL, conflicts=23)
    place = folder / key(other)
    place.mkdir()
    (place / "batch-00000.npz").write_bytes(b"no archive")
    with pytest.raises(ResultsError, match=r"batch-00000\.npz is damaged"):
        calibrate(other, folder)


def test_the_medoid_is_nearest_to_all():
    assert medoid(np.array([[0.0, 0], [1, 0], [0.4, 0], [0.5, 0.1], [0.2, 0]])) == 2


def test_rounding_stays_within_the_ranges():
    ends = np.array([[q.low for q in space.calibrated()], [q.high for q in space.calibrated()]])
    for digits in (1, 2):
        positions = space.to_unit(rounded(ends, digits))
        assert ((positions >= -1e-9) & (positions <= 1 + 1e-9)).all()


def test_known_parameters_come_back_from_simulated_data(small):
    """Data of the model itself: inference neither leans to one side nor is far too sure.

    A population of 30 is small for 23 numbers, so uniform ranks are for `make recovery`.
    """
    world = WorldEnsemble(SMALL.conflicts, 1, seed=9)
    found = recovery.recovered(
        small.history, world, replications=40, seed=3, population=30, moves=(15, 80)
    )
    assert found.ranks.shape == (40, len(space.paths()))
    assert (np.abs(found.ranks.mean(axis=0) - 0.5) < 4 / 12**0.5 / 40**0.5).all()
    assert 0.7 < found.share_held().mean() < 0.97


def test_ranks_that_are_not_uniform_are_noticed():
    rng = np.random.default_rng(1)
    ranks = np.stack([rng.random(200), rng.beta(3, 3, 200)], axis=1)
    fair, narrow = recovery.Ranks(ranks, 100).p_values()
    assert fair > 0.01
    assert narrow < 1e-4
