"""How behaviour becomes machine code, and where that is kept between processes."""

from __future__ import annotations

import ast
import os
import re
import shutil
import stat
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from numba import config

import sim.compilation
import sim.sources
from sim.compilation import (
    FOLDERS_KEPT,
    cache_folder,
    can_be_written,
    clear_old,
    code_folder,
    compiled,
    place_to_keep,
    user,
)
from sim.ensemble import run_ensemble
from sim.sources import WITHOUT_BEHAVIOUR, behaviour_digest, model_digest
from tests.worlds import REFERENCE

PACKAGE = Path(sim.compilation.__file__).parent


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the package that `code_folder` takes for the package itself."""
    copy = tmp_path / "sim"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sim.sources, "__file__", str(copy / "sources.py"))
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
            assert not marks & {"behaviour", "compiled"}, source


def test_nothing_that_is_compiled_reads_what_is_left_out_of_the_digest() -> None:
    left_out = {name.removesuffix(".py") for name in WITHOUT_BEHAVIOUR}
    holders = [
        source
        for source in PACKAGE.rglob("*.py")
        if "@behaviour" in source.read_text() and source.name != "behaviour.py"
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


def test_threads_that_compile_at_once_keep_to_their_own_folder(tmp_path: Path) -> None:
    def folder_seen(number: int) -> bool:
        with cache_folder(tmp_path / str(number)):
            time.sleep(0.001)
            return str(tmp_path / str(number)) == config.CACHE_DIR

    before = config.CACHE_DIR
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(folder_seen, range(40)))
    assert before == config.CACHE_DIR


def test_machine_code_is_on_disk_after_a_run() -> None:
    run_ensemble(REFERENCE, 1)
    assert list(code_folder().rglob("*.nbi"))


def test_what_is_compiled_gives_what_python_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def halved(value: float) -> float:
        return value / 2.0

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiled(halved)(3.0) == 1.5
    assert list(code_folder().rglob("*.nbi"))


@pytest.fixture
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the system's temporary folder of a user whose cache cannot be written."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert not can_be_written(code_folder())
    return tmp_path


def test_without_a_home_code_is_kept_among_temporary_files_for_its_user_alone(
    no_home: Path,
) -> None:
    def tripled(value: float) -> float:
        return value * 3.0

    assert compiled(tripled)(3.0) == 9.0
    folder = place_to_keep()
    assert folder is not None
    assert (folder.parent, folder.name) == (no_home / f"truce-sim-{user()}", code_folder().name)
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert list(folder.rglob("*.nbi"))


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o705])
def test_a_temporary_folder_that_others_can_reach_is_not_trusted(no_home: Path, mode: int) -> None:
    folder = no_home / f"truce-sim-{user()}"
    folder.mkdir()
    folder.chmod(mode)
    assert place_to_keep() is None


def test_a_temporary_folder_of_another_user_is_not_trusted(
    no_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = user() + 1
    (no_home / f"truce-sim-{other}").mkdir(mode=0o700)
    monkeypatch.setattr(os, "getuid", lambda: other)
    assert place_to_keep() is None


def test_a_link_among_temporary_files_is_not_followed(no_home: Path) -> None:
    elsewhere = no_home / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (no_home / f"truce-sim-{user()}").symlink_to(elsewhere)
    assert place_to_keep() is None
    assert not list(elsewhere.iterdir())


def test_where_nothing_can_be_kept_code_is_compiled_all_the_same(
    no_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubled(value: float) -> float:
        return value * 2.0

    monkeypatch.setattr(tempfile, "tempdir", str(no_home / "file"))
    assert place_to_keep() is None
    assert compiled(doubled)(3.0) == 6.0


def test_a_package_that_can_only_be_read_is_no_hindrance(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is beside the sources is read and never written."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = {path: path.stat().st_mtime_ns for path in [copied, *copied.rglob("*")]}
    assert place_to_keep() == code_folder()
    assert code_folder().is_relative_to(tmp_path / "cache")
    assert {path: path.stat().st_mtime_ns for path in [copied, *copied.rglob("*")]} == before


def test_only_the_newest_folders_are_kept(tmp_path: Path) -> None:
    for age in range(FOLDERS_KEPT + 4):
        folder = tmp_path / f"version {age}"
        folder.mkdir()
        (folder / "code.nbi").write_text("")
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    clear_old(tmp_path)
    kept = {f"version {age}" for age in range(FOLDERS_KEPT)}
    assert {folder.name for folder in tmp_path.iterdir()} == kept


def test_how_scenarios_are_read_is_part_of_the_model_but_not_of_its_machine_code(
    copied: Path,
) -> None:
    before = behaviour_digest(), model_digest()
    with (copied / "scenario" / "timeline.py").open("a") as source:
        source.write("\n# a student was here\n")
    after = behaviour_digest(), model_digest()
    assert after[0] == before[0]
    assert after[1] != before[1]
