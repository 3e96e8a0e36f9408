"""Thousands of runs of one scenario, compiled."""

from __future__ import annotations

import numpy as np
import pytest

from sim.behaviour import record_type
from sim.endings import ENDINGS
from sim.ensemble import (
    ENGINES,
    PORTIONS,
    STAGES,
    run_ensemble,
    theatre_of_records,
)
from sim.model import TruceModel
from sim.outcome import Outcome
from sim.truce import NOBODY
from tests.worlds import REFERENCE, rows, shipped

BOTH = pytest.mark.parametrize("engine", ENGINES)


@BOTH
def test_rows_are_outcomes_in_order_of_run(engine: str) -> None:
    outcomes = run_ensemble(REFERENCE, 7, first=40, engine=engine)
    assert outcomes.dtype == record_type(Outcome)
    assert outcomes["run"].tolist() == list(range(40, 47))


def test_an_unknown_engine_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="compiled, mesa, not 'fortran'"):
        run_ensemble(REFERENCE, 1, engine="fortran")


@BOTH
@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(engine: str, seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        run_ensemble(REFERENCE, 1, seed=seed, engine=engine)


@BOTH
@pytest.mark.parametrize("first", [-1, -3, 2**32 - 2, 2**32])
def test_runs_out_of_range_are_refused(engine: str, first: int) -> None:
    with pytest.raises(ValueError, match="run"):
        run_ensemble(REFERENCE, 5, first=first, engine=engine)


@BOTH
@pytest.mark.parametrize("runs", [0, -1])
def test_an_ensemble_without_runs_is_refused(engine: str, runs: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        run_ensemble(REFERENCE, runs, engine=engine)


@BOTH
def test_the_watcher_hears_of_every_portion(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PORTIONS, engine, 3)
    heard: list[tuple[int, int]] = []
    outcomes = run_ensemble(
        REFERENCE, 8, engine=engine, watch=lambda done, runs: heard.append((done, runs))
    )
    assert heard == [(0, 8), (3, 8), (6, 8)]
    assert outcomes.tobytes() == run_ensemble(REFERENCE, 8).tobytes()


def test_every_part_of_a_theatre_has_its_class() -> None:
    model = TruceModel(shipped("outside_spoiler"))
    assert tuple(STAGES) == model.theatre._fields
    records = theatre_of_records(model.theatre)
    for name, kind in STAGES.items():
        assert getattr(records, name).dtype == record_type(kind)


def test_an_outcome_has_a_code_for_every_ending_and_no_other() -> None:
    outcomes = rows(REFERENCE)
    assert set(outcomes["ending"].tolist()) <= {ending.code for ending in ENDINGS}
    assert (outcomes["ended_by"] >= NOBODY).all()


def test_rows_may_be_changed_without_changing_the_next_ensemble() -> None:
    first = run_ensemble(REFERENCE, 5)
    kept = first.copy()
    first["days"] = 0
    assert np.array_equal(run_ensemble(REFERENCE, 5), kept)
