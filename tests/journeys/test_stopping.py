"""A study that stops when precise enough, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pytest

from sim.sweep.precision import Precision
from sim.sweep.stopping import most_needed
from tests.journeys.conftest import Truce

STUDY = """
title: precise enough
base: ttp_2021
runs: {runs}
precision: {{day: 60, half_width: {half_width}, every: 40}}
factors: {{brokers.0.leverage: [0, 0.5, 1], groups.0.funding: [0, 1]}}
compare_to: base
"""


def write(folder: Path, runs: int = 2000, half_width: float = 0.08) -> None:
    (folder / "precise.yaml").write_text(STUDY.format(runs=runs, half_width=half_width))


def hashes_of(folder: Path) -> dict[str, str]:
    return dict(json.loads((folder / "manifest.json").read_text())["hashes"])


@pytest.fixture
def study(folder: Path) -> Path:
    write(folder)
    return folder


def test_a_study_is_planned_run_and_read(study: Path, truce: Truce) -> None:
    assert "7 points of at most 2,000 runs each" in truce("check", "precise.yaml").out
    dry = truce("sweep", "precise.yaml", "--dry-run")
    needed = most_needed(Precision(day=60, half_width=0.08, every=40), 7)
    assert f"in the worst case a point is precise enough after {needed:,} runs" in dry.out
    assert not (study / "results").exists()
    done = truce("sweep", "precise.yaml", "--threads", "--out", "swept")
    assert done.code == 0
    table = pandas.read_csv("swept/summary.csv")
    assert (table["aim_half_width"] <= 0.08).all()
    assert table["runs"].max() <= needed
    assert table["runs"].nunique() > 2
    saved = 7 * 2000 - int(table["runs"].sum())
    assert "7 of 7 points are precise enough (survival on day 60, to +-0.08)" in done.out
    assert f"{saved:,} of 14,000 runs were not needed" in done.out
    status = truce("status", "swept").out
    assert "until survival on day 60, to +-0.08" in status
    assert "finished" in status
    assert "whole and unchanged" in truce("verify", "swept").out
    for line in pandas.read_csv("swept/codebook.csv").query("file == 'summary'")["meaning"][-5:]:
        assert "day 60" in line or "limit" in line


def test_a_run_that_was_not_needed_can_be_told_all_the_same(study: Path, truce: Truce) -> None:
    truce("sweep", "precise.yaml", "--threads", "--out", "swept")
    told = truce("replay", "--study", "swept", "--point", "1", "--run", "1900")
    assert told.code == 0
    assert "gets no more runs" in told.out


def test_one_worker_or_two_make_the_same_sweep(study: Path, truce: Truce) -> None:
    for workers in ("1", "2"):
        assert truce("sweep", "precise.yaml", "--workers", workers, "--out", workers).code == 0
    assert hashes_of(study / "1") == hashes_of(study / "2")


def test_a_finer_aim_goes_on_and_a_coarser_one_is_refused(folder: Path, truce: Truce) -> None:
    write(folder, 400, 0.1)
    assert truce("sweep", "precise.yaml", "--threads", "--out", "grown").code == 0
    write(folder, 2000, 0.08)
    assert truce("sweep", "precise.yaml", "--threads", "--out", "grown").code == 0
    assert truce("sweep", "precise.yaml", "--threads", "--out", "anew").code == 0
    assert hashes_of(folder / "grown") == hashes_of(folder / "anew")
    write(folder, 2000, 0.2)
    refused = truce("sweep", "precise.yaml", "--threads", "--out", "grown")
    assert refused.code == 2
    assert "would have stopped before" in refused.err


def test_runs_that_do_not_suffice_are_told(folder: Path, truce: Truce) -> None:
    write(folder, 100, 0.08)
    assert "more than the 100 that it may get" in truce("sweep", "precise.yaml", "--dry-run").out
    done = truce("sweep", "precise.yaml", "--threads", "--out", "swept")
    assert (done.code, "0 of 7 points are precise enough" in done.out) == (0, True)
    assert pandas.read_csv("swept/summary.csv")["aim_runs"].isna().all()
