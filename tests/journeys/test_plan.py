"""`truce plan`, as a user calls it."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

from sim.analysis import (
    median,
    runs_for_band,
    runs_for_median,
    runs_for_milestone,
    runs_for_restricted_mean,
)
from sim.sweep.for_analysis import life_tables_of
from tests.journeys.conftest import Truce

STUDY = """
title: a pilot
base: ttp_2021
runs: 200
factors: {brokers.0.leverage: [0, 1], groups.0.funding: [0, 1]}
"""
COLUMNS = [
    "point",
    "brokers.0.leverage",
    "groups.0.funding",
    "runs",
    "survival",
    "runs_for_survival",
    "median_days",
    "runs_for_median",
    "mean_days",
    "runs_for_mean",
]


@pytest.fixture
def pilot(folder: Path, truce: Truce) -> Path:
    (folder / "pilot.yaml").write_text(STUDY)
    assert truce("sweep", "pilot.yaml", "--threads", "--out", "pilot").code == 0
    return folder / "pilot"


def test_every_point_is_planned_from_its_own_runs(pilot: Path, truce: Truce) -> None:
    answer = truce(
        "plan", "pilot", "--day", "60", "--half-width", "0.02", "--days", "3", "--tau", "365",
        "--csv", "plan.csv",
    )  # fmt: skip
    assert answer.code == 0
    table = pandas.read_csv("plan.csv")
    assert list(table) == COLUMNS
    for row, of_point in zip(table.itertuples(), life_tables_of(pilot), strict=True):
        assert row.runs == 200
        assert row.runs_for_survival == runs_for_milestone(of_point, 60, 0.02)
        assert row.median_days == median(of_point)
        assert row.runs_for_mean == runs_for_restricted_mean(of_point, 3, 365)
    most = table["runs_for_survival"]
    assert f"survival on day 60 within +-0.02: {most.max():,} do for all points" in answer.out
    assert f"others from {most.min():,} on" in answer.out
    assert "the mean of the first 365 days within +-3 days" in answer.out
    assert f"the whole curve within +-0.02: {runs_for_band(0.02):,}, whatever" in answer.out


def test_what_a_pilot_cannot_tell_is_left_out_with_its_reason(folder: Path, truce: Truce) -> None:
    (folder / "short.yaml").write_text(STUDY + "set: {horizon_days: 40}\n")
    assert truce("sweep", "short.yaml", "--threads", "--out", "short").code == 0
    answer = truce("plan", "short", "--day", "30", "--csv", "plan.csv")
    assert answer.code == 0
    table = pandas.read_csv("plan.csv")
    unknown = table["median_days"].isna()
    assert unknown.any()
    assert table["runs_for_median"][unknown].isna().all()
    assert "it shows no median" in answer.out
    assert "the mean of the first 40 days" in answer.out


def test_an_ensemble_is_a_pilot_of_one_point(folder: Path, truce: Truce) -> None:
    truce("run", "ttp_2021", "--runs", "300", "--out", "once")
    answer = truce("plan", "once", "--day", "30", "--days", "5", "--csv", "plan.csv")
    assert answer.code == 0
    assert len(pandas.read_csv("plan.csv")) == 1
    assert "do for all points" not in answer.out


def test_more_precision_takes_more_runs(pilot: Path, truce: Truce) -> None:
    planned = []
    for half_width in ("0.04", "0.02", "0.01"):
        assert truce("plan", "pilot", "--half-width", half_width, "--csv", "plan.csv").code == 0
        planned.append(pandas.read_csv("plan.csv")["runs_for_survival"].to_numpy())
    assert (planned[0] < planned[1]).all()
    assert (planned[1] < planned[2]).all()


def test_a_median_is_planned_as_the_planner_does(pilot: Path, truce: Truce) -> None:
    assert truce("plan", "pilot", "--days", "20", "--csv", "plan.csv").code == 0
    found = pandas.read_csv("plan.csv")["runs_for_median"]
    assert found.tolist() == [runs_for_median(table, 20) for table in life_tables_of(pilot)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--day", "5000"], "from 1 to 1,095, not 5000"),
        (["--day", "0"], "not 0"),
        (["--tau", "2000"], "not 2000"),
        (["--half-width", "0"], "between 0 and 1"),
        (["--half-width", "2"], "between 0 and 1"),
        (["--days", "0"], "1 day or more, not 0"),
        (["--level", "95"], "level"),
    ],
)
def test_a_wrong_aim_is_refused(pilot: Path, truce: Truce, options: list[str], words: str) -> None:
    answer = truce("plan", "pilot", *options)
    assert answer.code == 2
    assert words in answer.err


def test_a_folder_without_results_is_refused(folder: Path, truce: Truce) -> None:
    assert truce("plan", "nowhere").code == 2
