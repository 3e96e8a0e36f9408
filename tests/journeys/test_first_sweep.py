"""The first sweep: what someone types who has just read the README."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas
import pytest

from sim import Study, run_study
from sim.sweep import find_study
from sim.sweep.stored import status_of
from tests.journeys.conftest import PATIENCE, REPOSITORY, Truce, command, environment, heed_ctrl_c

SMALL = """\
title: Two brokers
base: ttp_2021
runs: 40
factors:
  brokers.0.leverage: [0, 0.5, 1]
compare_to: base
"""
ENDLESS = SMALL.replace("runs: 40", "runs: 5000000")
SCRIPT = """\
from sim import Study, run_study
print("asked")
print(run_study(Study.load("mine.yaml"), "swept", workers=1).finished)
"""


@pytest.fixture
def mine(folder: Path) -> Path:
    """A small study in the current folder."""
    path = folder / "mine.yaml"
    path.write_text(SMALL)
    return path


@contextmanager
def sweeping(folder: Path, parts: int) -> Iterator[subprocess.Popen[bytes]]:
    """Begin a sweep that would take hours, and wait until some of it is there."""
    (folder / "mine.yaml").write_text(ENDLESS)
    words = command("sweep", "mine.yaml", "--out", "swept", "--threads", "--workers", "1")
    with subprocess.Popen(
        words,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_ctrl_c,
    ) as process:
        try:
            until = time.monotonic() + PATIENCE
            while len(list((folder / "swept/runs").glob("runs-*"))) < parts:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


# The path of the README


def test_one_line_is_changed_and_the_sweep_run(truce: Truce) -> None:
    shutil.copyfile(find_study("leverage_and_funding"), "mine.yaml")
    text = Path("mine.yaml").read_text()
    Path("mine.yaml").write_text(text.replace("runs: 1000 ", "runs: 20 "))
    checked = truce("check", "mine.yaml")
    assert checked.code == 0
    assert "55 points of 20 runs each, 1,100 in all" in checked.out
    swept = truce("sweep", "mine.yaml", "--threads")
    assert swept.code == 0
    assert "1,100 runs are there, 1,100 of them new" in swept.out
    assert "Wrote results/mine: look at summary.csv first" in swept.out
    summary = pandas.read_csv("results/mine/summary.csv")
    assert len(summary) == 55
    assert set(summary["runs"]) == {20}
    again = truce("sweep", "mine.yaml", "--threads")
    assert "All 1,100 runs were there already." in again.out
    assert "See results/mine" in again.out


def test_a_mistake_in_a_study_is_named_with_its_place(truce: Truce, mine: Path) -> None:
    mine.write_text(SMALL.replace("0.5, 1]", "0.5, 2]"))
    words = ("mine.yaml:5:32", "must be between 0 and 1", "you wrote 2")
    truce("check", "mine.yaml").refused(3, *words)
    truce("sweep", "mine.yaml").refused(3, *words)
    assert [path.name for path in Path().iterdir()] == ["mine.yaml"]


def test_a_dry_run_says_how_long_it_takes_and_writes_nothing(truce: Truce, mine: Path) -> None:
    answer = truce("sweep", "mine.yaml", "--dry-run", "--workers", "2")
    assert answer.code == 0
    assert "3 points of 40 runs each, 120 in all" in answer.out
    assert "expected: less than 1 s with 2 workers" in answer.out
    assert "Nothing was written." in answer.out
    assert list(Path().iterdir()) == [Path("mine.yaml")]


def test_a_study_can_be_extended_and_nothing_is_run_twice(truce: Truce, mine: Path) -> None:
    truce("sweep", "mine.yaml", "--threads")
    before = pandas.read_parquet("results/mine/runs")
    mine.write_text(SMALL.replace("40", "60").replace("0.5, 1]", "0.5, 0.75, 1]"))
    answer = truce("sweep", "mine.yaml", "--threads")
    assert "240 runs are there, 120 of them new" in answer.out
    after = pandas.read_parquet("results/mine/runs").merge(before[["point", "run"]])
    order = ["point", "run"]
    pandas.testing.assert_frame_equal(
        after.sort_values(order, ignore_index=True), before.sort_values(order, ignore_index=True)
    )


def test_another_baseline_needs_no_new_runs(truce: Truce, mine: Path) -> None:
    mine.write_text(SMALL.replace("compare_to: base\n", ""))
    truce("sweep", "mine.yaml", "--threads")
    mine.write_text(SMALL)
    answer = truce("sweep", "mine.yaml", "--threads")
    assert answer.code == 0
    assert "All 120 runs were there already." in answer.out
    summary = pandas.read_csv("results/mine/summary.csv").set_index("brokers.0.leverage")
    assert summary["baseline"].to_dict() == {0.0: False, 0.5: True, 1.0: False}
    assert summary.loc[0.5, "mean_minus_baseline_days"] == 0
    assert truce("verify", "results/mine").code == 0


def test_another_seed_needs_another_folder_or_replace(truce: Truce, mine: Path) -> None:
    truce("sweep", "mine.yaml", "--threads")
    mine.write_text(SMALL + "seed: 2\n")
    refused = truce("sweep", "mine.yaml", "--threads")
    assert refused.code == 2
    for words in ("the seed is another one", "--out", "--replace"):
        assert words in refused.err
    assert truce("sweep", "mine.yaml", "--threads", "--replace").code == 0
    assert "of seed 2, whole and unchanged" in truce("verify", "results/mine").out


def test_the_docs_and_the_help_name_the_same_options(truce: Truce) -> None:
    page = (REPOSITORY / "docs/sweeps.md").read_text()
    told = set(re.findall(r"--[a-z][a-z-]+", page))
    offered = set(re.findall(r"^  (--[a-z][a-z-]+)", truce("sweep", "--help").out, re.MULTILINE))
    assert offered - {"--help"} <= told
    others = {"--figure", "--set", "--study", "--point", "--run", "--nworkers", "--nthreads"}
    others |= {"--against", "--csv"}  # of truce analyse
    assert told <= offered | others


# Scenarios and studies are told apart


def test_scenarios_and_studies_are_checked_together(truce: Truce, mine: Path) -> None:
    answer = truce("check", "mine.yaml", "ttp_2021", "leverage_and_funding")
    assert answer.code == 0
    first, second, third = answer.out.splitlines()
    assert first == "mine.yaml: good (Two brokers: 3 points of 40 runs each, 120 in all)"
    assert second.startswith("ttp_2021: good (")
    assert "55 points of 1,000 runs each" in third


@pytest.mark.parametrize(
    "words",
    [
        ["run", "mine.yaml"],
        ["show", "mine.yaml"],
        ["replay", "leverage_and_funding"],
    ],
)
def test_a_study_where_a_scenario_is_due(truce: Truce, mine: Path, words: list[str]) -> None:
    truce(*words).refused(2, f"{words[1]} is a study, not a scenario", "truce sweep")


def test_a_scenario_where_a_study_is_due(truce: Truce) -> None:
    truce("sweep", "ttp_2021").refused(2, "ttp_2021 is a scenario, not a study", "as its base")


def test_values_are_set_in_the_study_itself(truce: Truce, mine: Path) -> None:
    truce("check", "mine.yaml", "--set", "truce.opacity=0").refused(2, "under set:")


def test_a_scenario_with_a_mistake_is_no_study(truce: Truce) -> None:
    Path("odd.yaml").write_text("base: ttp_2021\ntruce: {opacity: 0.2}\n")
    truce("check", "odd.yaml").refused(3, "base: unknown key", "extends")


def test_control_characters_of_a_title_are_not_sent(truce: Truce, mine: Path) -> None:
    mine.write_text(SMALL.replace("Two brokers", r'"a\x1b[31mb"'))
    answer = truce("check", "mine.yaml")
    assert "\x1b" not in answer.out + answer.err
    assert "x1b[31m" in answer.out + answer.err


# From a script


def test_a_script_needs_no_guard(folder: Path, mine: Path) -> None:
    """Workers must not run the script that started them again."""
    (folder / "script.py").write_text(SCRIPT)
    ended = subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "asked\nTrue\n"), ended.stderr


def test_how_it_is_worked_does_not_touch_the_numbers(folder: Path, mine: Path) -> None:
    study = Study.load(mine)
    alone = run_study(study, folder / "alone", workers=1, threads=True)
    together = run_study(study, folder / "together", workers=3, threads=True)
    stepped = run_study(study, folder / "stepped", workers=1, threads=True, engine="mesa")
    again = run_study(Study.load(folder / "alone/study.resolved.yaml"), folder / "again")
    assert alone.hashes == together.hashes == stepped.hashes == again.hashes


# Stopped and killed


def test_a_killed_sweep_can_be_read(folder: Path) -> None:
    with sweeping(folder, parts=3) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    swept = folder / "swept"
    runs = pandas.read_parquet(swept / "runs")
    points = pandas.read_parquet(swept / "points.parquet")
    assert not (swept / "summary.csv").exists()
    assert len(runs) == status_of(swept).done > 0
    assert set(runs["point"]) == {0, 1, 2}
    assert len(runs.merge(points, on="point")) == len(runs)
    assert not runs.duplicated(["point", "run"]).any()
    assert runs["days"].between(0, 1095).all()


def test_a_sweep_is_watched_from_another_terminal_and_stopped(folder: Path, truce: Truce) -> None:
    with sweeping(folder, parts=2) as process:
        watched = truce("status", "swept")
        refused = truce("sweep", "mine.yaml", "--out", "swept")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert watched.code == 0
    assert "15,000,000 runs are done" in watched.out
    assert f"running: process {process.pid}" in watched.out
    assert refused.code == 2
    assert "Another sweep is writing to swept" in refused.err
    assert process.returncode == 130
    assert b"Give the same command to go on" in said
    swept = folder / "swept"
    summary = pandas.read_csv(swept / "summary.csv")
    manifest = json.loads((swept / "manifest.json").read_text())
    assert summary["runs"].sum() == manifest["done"] == len(pandas.read_parquet(swept / "runs"))
    assert not manifest["finished"]
    assert "not running" in truce("status", "swept").out
