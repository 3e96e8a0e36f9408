"""Machines with their own ways: nowhere to keep machine code, a new rule, a folder that is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim.compilation
import sim.sources
from sim.compilation import code_folder
from tests.journeys.conftest import (
    PATIENCE,
    Truce,
    alone,
    assert_plain,
    environment,
)

PACKAGE = Path(sim.__file__).parent


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package that may be edited, and whose machine code `code_folder` names."""
    copy = tmp_path / "copy" / "sim"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sim.sources, "__file__", str(copy / "sources.py"))
    return copy


@pytest.mark.parametrize("rule", ["rules/choice.py", "agents/state.py", "day.py", "parameters.py"])
def test_an_edited_behaviour_gets_machine_code_of_its_own(package: Path, rule: str) -> None:
    before = code_folder()
    with (package / rule).open("a") as source:
        source.write("\n# a student was here\n")
    assert code_folder() != before


@pytest.mark.parametrize(
    "other", ["cli/shared.py", "story.py", "report/wording.py", "results/folder.py"]
)
def test_other_edits_cost_no_compilation(package: Path, other: str) -> None:
    before = code_folder()
    with (package / other).open("a") as source:
        source.write("\n# a student was here\n")
    assert code_folder() == before


def test_machine_code_is_kept_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert code_folder().parent == tmp_path / "truce-sim"


def test_machine_code_is_never_kept_beside_the_source() -> None:
    """There, an edit of a rule would go unnoticed: only the file of `run_all` is looked at."""
    script = "from sim.ensemble import compiled_runs; print(compiled_runs()._cache.cache_path)"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(XDG_CACHE_HOME="/dev/null/nowhere"),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert not Path(ended.stdout.strip()).is_relative_to(PACKAGE)


def test_a_folder_that_is_gone_is_met_with_a_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = "import os, sys; os.rmdir(os.getcwd()); from sim.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", script, "check", "ttp_2021"],
        cwd=gone,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert_plain(ended.stderr)
    assert ended.returncode in (0, 1, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, all names are Unicode")
def test_a_file_name_that_is_not_unicode_is_met_with_a_sentence(folder: Path) -> None:
    name = b"\xff.yaml".decode(errors="surrogateescape")
    Path(name).write_text("title: x\n")
    answer = alone("run", name, "--runs", "2", cwd=folder)
    assert_plain(answer.err)
    assert answer.code in (0, 1, 2)


def test_a_folder_name_with_control_characters_is_shown_and_not_sent(truce: Truce) -> None:
    answer = truce("run", "ttp_2021", "--runs", "2", "--out", "a\x1b[31mb")
    assert answer.code in (0, 2)
    assert "\x1b" not in answer.out + answer.err
