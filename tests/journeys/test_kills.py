"""A sweep that is stopped and killed in every way: what is finished stays, and nothing lives on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sim.sweep import Study
from sim.sweep.folder import LOCK, read_folder, rewrite_manifest
from sim.sweep.stored import verify_sweep
from sim.sweep.study_run import run_study
from tests.journeys.conftest import (
    PATIENCE,
    REPOSITORY,
    assert_plain,
    command,
    environment,
    heed_ctrl_c,
)

psutil = pytest.importorskip("psutil", reason="needs psutil, to see who lives")
if sys.platform == "win32":
    pytest.skip("signals are those of Unix", allow_module_level=True)

from tests.torture.kills import (  # noqa: E402
    KINDS,
    PRECISE,
    SOON_GONE,
    STUDY,
    Account,
    Sweep,
    hashes_in_peace,
    kill,
    torture,
)

HERE = {"PYTHONPATH": str(REPOSITORY)}
SIGNALS = {
    "Ctrl-C in a terminal": (signal.SIGINT, os.killpg),
    "the end of a batch job": (signal.SIGTERM, os.kill),
    "the end of a batch job, told to all of it": (signal.SIGTERM, os.killpg),
}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return torture(tmp_path_factory.mktemp("tortured"), kills=len(KINDS), seed=1)


def test_kills_change_no_number(account: Account) -> None:
    assert sum(account.kills.values()) == len(KINDS)
    assert account.hashes == account.expected


def test_a_kill_costs_at_most_a_block_for_each_worker(account: Account) -> None:
    assert account.again <= account.allowed
    assert account.blocks > len(KINDS)


def test_kills_change_no_number_of_a_sweep_that_stops_when_precise(tmp_path: Path) -> None:
    account = torture(tmp_path, kills=4, seed=2, study=PRECISE)
    assert sum(account.kills.values()) == 4
    assert account.hashes == account.expected
    asked = read_folder(tmp_path / "swept").asked
    assert len(set(asked)) > 2


class Stopped:
    """`truce sweep` in a process group of its own."""

    def __init__(self, home: Path) -> None:
        (home / "study.yaml").write_text(STUDY.format(runs=80))
        self.home = home
        self.sweep = Sweep(home)

    def begin(self) -> None:
        self.sweep.process = subprocess.Popen(
            [*command("sweep", "study.yaml", "--engine", "mesa"), *self.options],
            cwd=self.home,
            env=environment(**HERE),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=heed_ctrl_c,
        )

    @property
    def options(self) -> list[str]:
        return ["--workers", "2", "--out", str(self.sweep.folder)]


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Stopped]:
    stopped = Stopped(tmp_path)
    yield stopped
    stopped.sweep.end()


@pytest.mark.parametrize("how", SIGNALS)
def test_a_sweep_that_is_stopped_says_what_is_saved_and_goes_on(stopped: Stopped, how: str) -> None:
    sign, send = SIGNALS[how]
    stopped.begin()
    assert stopped.sweep.wait_until(lambda: stopped.sweep.has_done(0.2))
    members = stopped.sweep.members()
    send(stopped.sweep.process.pid, sign)
    out, err = stopped.sweep.process.communicate(timeout=PATIENCE)
    assert stopped.sweep.process.returncode == 130
    assert_plain(err)
    assert "runs are saved in" in err.splitlines()[-1]
    assert "Give the same command to go on." in err
    assert psutil.wait_procs(members, SOON_GONE)[1] == []
    assert out.splitlines() == out.splitlines()[:1]
    assert not verify_sweep(stopped.sweep.folder).finished
    gone_on = run_study(Study.load(stopped.sweep.study), stopped.sweep.folder, threads=True)
    assert gone_on.hashes == hashes_in_peace(stopped.home)


@pytest.mark.parametrize("seed", range(2))
def test_ctrl_c_while_workers_are_born_brings_no_traceback(stopped: Stopped, seed: int) -> None:
    stopped.begin()
    assert stopped.sweep.wait_until((stopped.sweep.folder / ".lock").exists)
    if seed:
        assert stopped.sweep.wait_until(lambda: bool(stopped.sweep.server()))
    time.sleep(random.Random(seed).uniform(0, 1))
    os.killpg(stopped.sweep.process.pid, signal.SIGINT)
    _, err = stopped.sweep.process.communicate(timeout=PATIENCE)
    assert stopped.sweep.process.returncode == 130, err
    assert_plain(err)
    assert len(err.splitlines()) <= 2


def killed_parent(sweep: Sweep) -> None:
    kill([psutil.Process(sweep.process.pid)])


def killed_server_and_stopped(sweep: Sweep) -> None:
    kill(sweep.server())
    sweep.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("end", [killed_parent, killed_server_and_stopped])
def test_a_worker_in_an_endless_block_ends_with_the_one_it_works_for(
    tmp_path: Path, end: Callable[[Sweep], None]
) -> None:
    sweep = Sweep(tmp_path, doing="endless")
    sweep.study.write_text(STUDY.format(runs=20))
    sweep.begin()
    try:
        assert sweep.wait_until(lambda: len(sweep.begun()) == 2)
        members = sweep.members()
        assert len(sweep.workers()) == 2
        end(sweep)
        sweep.process.wait(PATIENCE)
        assert psutil.wait_procs(members, SOON_GONE)[1] == []
    finally:
        sweep.end()


@pytest.fixture
def finished_sweep(tmp_path: Path) -> tuple[Study, Path]:
    (tmp_path / "study.yaml").write_text(STUDY.format(runs=2))
    study = Study.load(tmp_path / "study.yaml")
    return study, run_study(study, tmp_path / "swept", threads=True).folder


def test_tables_that_were_not_made_from_the_runs_there_are_made_again(
    finished_sweep: tuple[Study, Path],
) -> None:
    """So it is after a kill between running failed runs again and writing the manifest."""
    study, folder = finished_sweep
    there = read_folder(folder)
    hashes = there.manifest["hashes"]
    rewrite_manifest(there, hashes=hashes | {"runs": "0" * 32, "summary": "of other runs"})
    assert run_study(study, folder, threads=True).hashes == hashes


def test_a_sweep_that_was_being_replaced_when_it_was_killed_can_be_replaced(
    finished_sweep: tuple[Study, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, folder = finished_sweep
    files = [path for path in folder.iterdir() if path.is_file() and path.name != LOCK]
    removed: list[Path] = []

    def remove(path: Path, **_: bool) -> None:
        if len(removed) == len(files) - 1:
            raise KeyboardInterrupt
        removed.append(path)
        os.remove(path)

    monkeypatch.setattr(Path, "unlink", remove)
    with pytest.raises(KeyboardInterrupt):
        run_study(study, folder, threads=True, replace=True)
    monkeypatch.undo()
    assert run_study(study, folder, threads=True, replace=True).finished
