"""The scripts that come with a report work its numbers out again, and notice when they differ."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas
import pytest

from sim.analysis import life_tables
from sim.publication.numbers import headlines_of_point, numbers_table
from sim.publication.records import records_of


def has_r_survival() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = ["Rscript", "-e", "stopifnot(requireNamespace('survival'))"]
    return subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode == 0


RSCRIPT = ["Rscript", "redo.R"]
PYTHON = [sys.executable, "redo.py"]
LANGUAGES = [
    pytest.param(
        RSCRIPT,
        marks=pytest.mark.skipif(not has_r_survival(), reason="needs R with its package survival"),
        id="R",
    ),
    pytest.param(PYTHON, id="Python"),
]


def redone(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """Records of runs that end on day 0, are cut short, or all end on the last day."""
    rows = [
        # point, ending (0 holding), day, runs
        *[(0, 1, 0, 3), (0, 2, 1, 5), (0, 0, 4, 2), (0, 4, 10, 7), (0, 0, 30, 3)],
        *[(1, 3, 30, 6), (2, 0, 30, 5), (3, 1, 0, 4)],
    ]
    tables = life_tables(*np.array(rows).T)
    numbers = [
        headline
        for number, table in zip(tables.numbers, tables, strict=True)
        for headline in headlines_of_point(number, table, 20, [0, 5, 30])
    ]
    for name, content in records_of(tables, [], numbers_table(numbers)).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("command", LANGUAGES)
def test_the_numbers_of_a_report_are_found_again(pages: Path, command: list[str]) -> None:
    answer = redone(command, pages)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    rows = len(pandas.read_csv(pages / "numbers.csv"))
    assert f"{rows} of {rows} headline numbers are the same" in answer.stdout


@pytest.mark.parametrize("command", LANGUAGES)
def test_awkward_runs_are_no_exception(awkward: Path, command: list[str]) -> None:
    answer = redone(command, awkward)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("command", LANGUAGES)
def test_a_number_that_differs_is_noticed(awkward: Path, command: list[str]) -> None:
    numbers = pandas.read_csv(awkward / "numbers.csv")
    numbers.loc[1, "value"] += 1e-6
    numbers.to_csv(awkward / "numbers.csv", index=False)
    answer = redone(command, awkward)
    assert answer.returncode == 1
    assert f"{len(numbers) - 1} of {len(numbers)}" in answer.stdout


def test_pairs_are_part_of_a_sweep(sweep_pages: Path) -> None:
    numbers = pandas.read_csv(sweep_pages / "numbers.csv")
    assert {"mean_difference", "mean_difference_error"} <= set(numbers["quantity"])
    pairs = pandas.read_csv(sweep_pages / "pairs.csv")
    assert list(pairs) == ["point", "baseline", "run", "days", "baseline_days"]
