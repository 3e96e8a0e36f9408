"""Thousands of runs of one scenario, compiled."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from numba import config

import sim.ensemble
from sim.behaviour import record_type
from sim.endings import ENDINGS
from sim.ensemble import (
    ENGINES,
    PORTIONS,
    STAGES,
    WITHOUT_BEHAVIOUR,
    cache_folder,
    code_folder,
    run_ensemble,
    theatre_of_records,
)
from sim.model import TruceModel
from sim.outcome import Outcome
from sim.truce import NOBODY
from tests.worlds import REFERENCE, rows, shipped

PACKAGE = Path(sim.ensemble.__file__).parent
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


# ---------------------------------------------------------------------------------------------
# Where machine code is kept
# ---------------------------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the package that `code_folder` takes for the package itself."""
    copy = tmp_path / "sim"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sim.ensemble, "__file__", str(copy / "ensemble.py"))
    return copy


def test_a_faithful_copy_has_the_same_digest(copied: Path) -> None:
    there = code_folder().name
    assert re.fullmatch("[0-9a-f]{16}", there)
    assert there == code_folder().name


@pytest.mark.parametrize(
    "edited",
    ["day.py", "rules/choice.py", "agents/state.py", "truce.py", "parameters.py", "noise.py"],
)
def test_an_edit_of_a_behaviour_leads_to_another_folder(copied: Path, edited: str) -> None:
    before = code_folder()
    source = copied / edited
    source.write_text(source.read_text() + "\n# edited\n")
    assert code_folder() != before


def test_a_new_a_renamed_and_a_removed_rule_lead_to_another_folder(copied: Path) -> None:
    folders = [code_folder()]
    (copied / "rules" / "hope.py").write_text("")
    folders.append(code_folder())
    (copied / "rules" / "hope.py").rename(copied / "rules" / "fear.py")
    folders.append(code_folder())
    (copied / "rules" / "fear.py").unlink()
    assert len(set(folders)) == 3
    assert code_folder() == folders[0]


def test_an_edit_of_what_is_not_compiled_keeps_the_folder(copied: Path) -> None:
    before = code_folder()
    for name in WITHOUT_BEHAVIOUR:
        place = copied / name
        for source in place.rglob("*.py") if place.is_dir() else [place]:
            source.write_text(source.read_text() + "\n# edited\n")
    assert code_folder() == before


def test_nothing_that_is_left_out_of_the_digest_holds_a_behaviour() -> None:
    for name in WITHOUT_BEHAVIOUR:
        place = PACKAGE / name
        assert place.exists(), name
        for source in place.rglob("*.py") if place.is_dir() else [place]:
            tree = ast.parse(source.read_text())
            marks = {
                mark.id
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef | ast.ClassDef)
                for mark in node.decorator_list
                if isinstance(mark, ast.Name)
            }
            assert not marks & {"behaviour", "njit"}, source


def test_nothing_that_is_compiled_reads_what_is_left_out_of_the_digest() -> None:
    left_out = {name.removesuffix(".py") for name in WITHOUT_BEHAVIOUR}
    holders = [
        source
        for source in PACKAGE.rglob("*.py")
        if "@behaviour" in source.read_text() and source.name not in ("behaviour.py", "model.py")
    ]
    assert len(holders) > 10
    for source in holders:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim."):
                assert node.module.split(".")[1] not in left_out, source


def test_the_cache_stands_where_the_user_keeps_caches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert code_folder().parent == tmp_path / "truce-sim"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert code_folder().parent == Path.home() / ".cache" / "truce-sim"


def test_the_setting_of_numba_is_put_back_even_after_an_error(tmp_path: Path) -> None:
    before = config.CACHE_DIR
    with cache_folder(tmp_path):
        assert str(tmp_path) == config.CACHE_DIR
    assert before == config.CACHE_DIR
    with pytest.raises(RuntimeError), cache_folder(tmp_path):
        raise RuntimeError
    assert before == config.CACHE_DIR


def test_machine_code_is_on_disk_after_a_run() -> None:
    run_ensemble(REFERENCE, 1)
    assert list(code_folder().rglob("*.nbi"))
