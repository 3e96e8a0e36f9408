"""Thousands of runs of one scenario, compiled."""

from __future__ import annotations

from threading import Thread, current_thread
from time import sleep

import numpy as np
import pytest

import sim.ensemble
from sim.behaviour import record_type
from sim.endings import ENDINGS
from sim.ensemble import (
    PORTIONS,
    STAGES,
    Opening,
    blank_rows,
    opening_of,
    run_ensemble,
    run_rows,
    theatre_of_records,
)
from sim.model import TruceModel
from sim.outcome import Outcome
from sim.rules.violence import MOST_INCIDENTS
from sim.truce import NOBODY, IncidentKind
from sim.workers import ENGINES
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


# ---------------------------------------------------------------------------------------------
# Openings
# ---------------------------------------------------------------------------------------------


def test_an_opening_can_be_run_in_portions_and_again() -> None:
    opening = opening_of(REFERENCE, seed=3)
    whole = run_ensemble(REFERENCE, 30, seed=3, first=5)
    assert run_rows(opening, blank_rows(25, 10)).tobytes() == whole[20:].tobytes()
    assert run_rows(opening, blank_rows(5, 20)).tobytes() == whole[:20].tobytes()
    assert run_rows(opening, blank_rows(5, 30)).tobytes() == whole.tobytes()


def test_rows_are_filled_in_place() -> None:
    outcomes = blank_rows(0, 3)
    assert run_rows(opening_of(REFERENCE), outcomes) is outcomes
    assert outcomes["days"].all()


def test_an_opening_is_unsigned_and_small() -> None:
    opening = opening_of(shipped("two_signatories"))
    assert not opening.theatre.relations["phase"].any()
    assert opening.theatre.truce["age"] == 0
    assert opening.horizon_days == shipped("two_signatories").horizon_days
    assert sum(part.nbytes for part in opening.theatre) < 8_000


def test_an_opening_leaves_room_for_the_incidents_of_the_worst_day() -> None:
    opening = opening_of(shipped("two_signatories"))
    kinds, groups = len(IncidentKind), len(opening.theatre.groups)
    assert opening.most_incidents >= kinds * MOST_INCIDENTS * groups


# ---------------------------------------------------------------------------------------------
# Workers
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 5, None])
def test_rows_do_not_depend_on_the_workers(
    workers: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PORTIONS, "compiled", 7)
    outcomes = run_ensemble(REFERENCE, 100, workers=workers)
    assert outcomes.tobytes() == run_ensemble(REFERENCE, 100, workers=1).tobytes()


def test_processes_step_the_same_rows() -> None:
    stepped = run_ensemble(REFERENCE, 41, engine="mesa", workers=2)
    assert stepped.tobytes() == run_ensemble(REFERENCE, 41).tobytes()


@BOTH
@pytest.mark.parametrize("workers", [0, -2])
def test_an_ensemble_without_workers_is_refused(engine: str, workers: int) -> None:
    with pytest.raises(ValueError, match="1 worker or more"):
        run_ensemble(REFERENCE, 5, engine=engine, workers=workers)


def test_the_watcher_is_called_from_the_thread_of_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PORTIONS, "compiled", 2)
    callers: set[Thread] = set()
    run_ensemble(REFERENCE, 20, workers=3, watch=lambda *_: callers.add(current_thread()))
    assert callers == {current_thread()}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_drops_what_has_not_begun(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watcher stands for Ctrl-C, which Python raises in the main thread as well."""
    begun: list[int] = []

    def slowly(opening: Opening, outcomes: np.ndarray) -> np.ndarray:
        begun.append(int(outcomes["run"][0]))
        sleep(0.02)
        return outcomes

    def interrupted(done: int, runs: int) -> None:
        if done:
            raise KeyboardInterrupt

    monkeypatch.setitem(PORTIONS, "compiled", 1)
    monkeypatch.setattr(sim.ensemble, "run_rows", slowly)
    with pytest.raises(KeyboardInterrupt):
        run_ensemble(REFERENCE, 200, workers=workers, watch=interrupted)
    assert 1 <= len(begun) < 100
    count = len(begun)
    sleep(0.1)
    assert len(begun) == count


# ---------------------------------------------------------------------------------------------
# Parts
# ---------------------------------------------------------------------------------------------


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
