"""Sweeps through the command line: what is said, and the exit code, when something goes wrong."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas
import pytest

from sim import disk
from sim.results.manifest import digest_of
from sim.sweep import pilot, study_run
from sim.sweep.crew import Answer as CrewAnswer
from sim.sweep.crew import Threads
from sim.sweep.folder import kept_for_us
from sim.sweep.work import Work, work
from tests.crews import inside, raise_error, spoiled
from tests.journeys.conftest import Truce, assert_plain

STUDY = """\
title: A small sweep
base: ttp_2021
runs: 30
seed: 5
factors:
  brokers.0.leverage: [0, 0.5, 1]
"""
SIZE = 90
SWEEP = ("sweep", "mine.yaml", "--out", "swept", "--threads", "--workers", "1")

Spoil = Callable[[Work], None]


@pytest.fixture(autouse=True)
def mine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The study, in the current folder; it is run in many small blocks."""
    monkeypatch.setattr(study_run, "PILOT_SECONDS", 0.01)
    monkeypatch.setattr(pilot, "LEAST_SECONDS", 0.0)
    (folder / "mine.yaml").write_text(STUDY)
    return folder / "mine.yaml"


@pytest.fixture
def doing(monkeypatch: pytest.MonkeyPatch) -> Spoil:
    """Have threads do something else than run the model."""

    def set_(other: Work) -> None:
        monkeypatch.setattr(study_run, "Threads", partial(Threads, doing=other))

    return set_


@pytest.fixture
def interrupted_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Press Ctrl-C when so many blocks have come back, pilots included."""

    def set_(blocks: int) -> None:
        came = []

        class Interrupted(Threads):
            def answers(self, patience: float) -> list[CrewAnswer]:
                if len(came) == blocks:
                    raise KeyboardInterrupt
                came.extend(answers := super().answers(patience))
                return answers

        monkeypatch.setattr(study_run, "Threads", Interrupted)

    return set_


def hashes() -> dict[str, str]:
    return dict(json.loads(Path("swept/manifest.json").read_text())["hashes"])


# Runs that fail


@pytest.mark.usefixtures("folder")
def test_a_failed_run_is_told_and_mended(truce: Truce, doing: Spoil, folder: Path) -> None:
    assert truce(*SWEEP).code == 0
    sound = hashes()
    doing(partial(spoiled_model, unless=folder / "mended"))
    answer = truce(*SWEEP, "--replace")
    assert answer.code == 1
    assert "1 of them failed: failures.parquet says which and why; --retry" in answer.out
    assert "90 runs are there, 90 of them new" in answer.out
    assert_plain(answer.out + answer.err)
    (failure,) = pandas.read_parquet("swept/failures.parquet").to_dict("records")
    assert (failure["point"], failure["run"], failure["seed"]) == (1, 12, 5)
    assert "ArithmeticError" in failure["detail"]
    assert "failed runs: 1; see failures.parquet" in truce("status", "swept").out
    assert truce("verify", "swept").code == 0
    told = truce("replay", "--study", "swept", "--point", "1", "--run", "12")
    assert told.code == 0
    assert "it failed, or has not been run yet" in told.out
    assert truce(*SWEEP).code == 1
    (folder / "mended").touch()
    mended = truce(*SWEEP, "--retry")
    assert (mended.code, hashes()) == (0, sound)


def spoiled_model(task: object, unless: Path) -> object:
    block = task.block  # type: ignore[attr-defined]
    if block.holds(1, 12) and not unless.exists():
        raise_error(task)  # type: ignore[arg-type]
    return work(task)  # type: ignore[arg-type]


def test_a_sweep_in_which_everything_fails_still_comes_to_an_end(
    truce: Truce, doing: Spoil
) -> None:
    doing(partial(spoiled, deed=raise_error))
    answer = truce(*SWEEP)
    assert answer.code == 1
    assert "90 of them failed" in answer.out
    assert_plain(answer.out + answer.err)
    summary = pandas.read_csv("swept/summary.csv")
    assert summary["failed"].tolist() == [30, 30, 30]
    assert summary["mean_days"].isna().all()
    assert truce("verify", "swept").code == 0


# Ctrl-C


def test_ctrl_c_tells_what_is_saved(
    truce: Truce, interrupted_after: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert truce(*SWEEP).code == 0
    sound = hashes()
    parts = sorted(Path("swept/runs").iterdir())
    for part in parts[2:]:
        part.unlink()
    interrupted_after(2)
    stopped = truce(*SWEEP)
    stopped.refused(130, "stopped. ", "are saved in swept, and its tables show them")
    done = int(stopped.err.split("stopped. ")[1].split(" of 90")[0])
    assert 0 < done < SIZE
    assert f"{done} of 90 runs are done" in truce("status", "swept").out
    assert pandas.read_csv("swept/summary.csv")["runs"].sum() == done
    assert truce("verify", "swept").code == 0
    monkeypatch.setattr(study_run, "Threads", Threads)
    assert truce(*SWEEP).code == 0
    assert hashes() == sound


def test_ctrl_c_before_anything_is_run(
    truce: Truce, interrupted_after: Callable[[int], None]
) -> None:
    interrupted_after(1)
    truce(*SWEEP).refused(130, "stopped before anything was run")
    assert not Path("swept").exists()


# Disks, damage and others


def test_a_full_disk_is_told(truce: Truce, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(disk.os, "fsync", full)
        truce(*SWEEP).refused(1, "Cannot write to swept", "The disk is full")
    assert truce(*SWEEP).code == 0


def test_damage_is_told(truce: Truce) -> None:
    assert truce(*SWEEP).code == 0
    manifest = Path("swept/manifest.json")
    content = manifest.read_bytes()
    manifest.write_bytes(content.replace(b'"runs": 30', b'"runs": 31'))
    for words in (SWEEP, ("status", "swept"), ("verify", "swept"), (*SWEEP, "--retry")):
        truce(*words).refused(4, "was altered")
    manifest.write_bytes(content)
    part = next(Path("swept/runs").iterdir())
    whole = part.read_bytes()
    part.write_bytes(whole[:-1] + b"?")
    truce("verify", "swept").refused(4, part.name)
    assert "whole and unchanged" not in truce("status", "swept").out
    assert truce(*SWEEP).code == 0
    assert part.read_bytes() == whole
    assert truce("verify", "swept").code == 0
    Path("swept/points.parquet").write_bytes(b"")
    truce(*SWEEP).refused(4, "points.parquet is missing or damaged")


def test_a_part_that_is_missing_is_told(truce: Truce) -> None:
    assert truce(*SWEEP).code == 0
    part = next(Path("swept/runs").iterdir())
    part.unlink()
    truce("verify", "swept").refused(4, part.name, "missing")
    assert "not running: give the same truce sweep command" in truce("status", "swept").out


def test_a_forged_manifest_leads_nowhere(truce: Truce) -> None:
    assert truce(*SWEEP).code == 0
    path = Path("swept/manifest.json")
    manifest = json.loads(path.read_text())
    manifest["files"]["../mine.yaml"] = "0" * 64
    manifest["digest"] = digest_of(manifest)
    path.write_text(json.dumps(manifest))
    truce("verify", "swept").refused(4, "../mine.yaml: it lies outside of the folder")


def test_another_study_and_a_foreign_folder_are_refused(truce: Truce, mine: Path) -> None:
    assert truce(*SWEEP).code == 0
    before = inside(Path("swept"))
    mine.write_text(STUDY.replace("seed: 5", "seed: 6"))
    truce(*SWEEP).refused(2, "the seed is another one", "--replace")
    assert inside(Path("swept")) == before
    Path("foreign").mkdir()
    Path("foreign/notes.txt").write_text("mine")
    for more in ((), ("--replace",)):
        truce("sweep", "mine.yaml", "--out", "foreign", "--threads", *more).refused(2, "foreign")
    assert inside(Path("foreign")) == {"notes.txt": b"mine"}
    assert truce(*SWEEP, "--replace").code == 0


def test_a_folder_in_use_is_told(truce: Truce) -> None:
    assert truce(*SWEEP).code == 0
    with kept_for_us(Path("swept")):
        truce(*SWEEP).refused(2, "Another sweep is writing to swept")
        watched = truce("status", "swept")
    assert watched.code == 0
    assert "running: process" in watched.out
    assert "finished: the tables are made" in truce("status", "swept").out


# What is asked


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--workers", "0"), "workers must lie between 1 and"),
        (("--workers", "many"), "valid integer"),
        (("--time-limit", "0"), "more than 0 seconds"),
        (("--time-limit", "nan"), "more than 0 seconds"),
        (("--time-limit", "-3"), "more than 0 seconds"),
        (("--engine", "steam"), "the engine must be one of compiled, mesa, not steam"),
        (("--threads", "--scheduler", "tcp://127.0.0.1:1"), "either threads"),
    ],
)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_wrong_options_are_refused_and_nothing_is_made(
    truce: Truce, options: tuple[str, ...], words: str, dry: tuple[str, ...]
) -> None:
    answer = truce("sweep", "mine.yaml", "--out", "swept", *options, *dry)
    answer.refused(2, words)
    assert not Path("swept").exists()


def test_a_dry_run_tells_size_time_and_room_and_writes_nothing(truce: Truce) -> None:
    answer = truce("sweep", "mine.yaml", "--dry-run", "--workers", "2")
    assert answer.code == 0
    for words in ("3 points of 30 runs each, 90 in all", "with 2 workers", " MB of runs", "expect"):
        assert words in answer.out
    assert [path.name for path in Path().iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--point", "3"), "numbered from 0 to 2, not 3"),
        (("--run", "30"), "numbered from 0 to 29, not 30"),
        (("--point", "-1"), "not -1"),
        (("--set", "truce.term_days=3"), "leave SCENARIO and --set out"),
    ],
)
def test_a_replay_of_what_is_not_there(truce: Truce, words: tuple[str, ...], said: str) -> None:
    assert truce(*SWEEP).code == 0
    truce("replay", "--study", "swept", *words).refused(2, said)


def test_replays_end_as_the_sweep_recorded(truce: Truce) -> None:
    assert truce(*SWEEP).code == 0
    runs = pandas.read_parquet("swept/runs").set_index(["point", "run"])
    for point, run in ((0, 0), (1, 17), (2, 29)):
        words = ("--point", str(point), "--run", str(run))
        told = truce("replay", "--study", "swept", *words)
        row = runs.loc[point, run]
        assert told.code == 0
        assert f"As the sweep recorded it: {row['ending']} on day {row['days']}." in told.out


# Progress


def test_a_log_gets_lines_and_a_terminal_one_line(
    truce: Truce, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.sweep import runner

    monkeypatch.setattr(runner, "BETWEEN_NOTES", 0.0)
    logged = truce(*SWEEP)
    lines = logged.err.splitlines()
    assert lines[0] == "A small sweep: 3 points of 30 runs each, 90 in all, seed 5"
    assert lines[-1].startswith("90 of 90 runs (100 %); ")
    assert all("runs a second, median so far" in line for line in lines[-1:])
    assert " left, " not in lines[-1]
    assert "\r" not in logged.err

    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True, raising=False)
    seen = truce(*SWEEP, "--replace").err
    assert seen.count("\n") == 1
    assert seen.count("\r\033[K") > 2
    assert " left, median so far" in seen
    assert seen.endswith("\r\033[K")
    assert "90 of 90 runs (100 %)" in seen
