"""`truce analyse`, as a user calls it."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

from tests.journeys.conftest import Truce

STUDY = """
title: small
base: ttp_2021
runs: 40
factors: {brokers.0.leverage: [0.2, 0.8], truce.monitoring: [0.1, 0.6]}
"""


@pytest.fixture
def swept(folder: Path, truce: Truce) -> Path:
    (folder / "small.yaml").write_text(STUDY)
    assert truce("sweep", "small.yaml", "--threads", "--out", "swept").code == 0
    return folder / "swept"


def test_a_sweep_is_analysed(swept: Path, truce: Truce) -> None:
    every = truce("analyse", "swept", "--tau", "180", "--csv", "points.csv")
    assert every.code == 0
    assert "brokers.0.leverage" in every.out
    assert "Monte-Carlo error" in every.out
    assert len(pandas.read_csv("points.csv")) == 4
    by = truce("analyse", "swept", "--by", "truce.monitoring")
    assert by.code == 0
    assert "spread between points" in by.out
    assert "Monte-Carlo error" not in by.out
    shorter = truce(
        "analyse", "swept", "--by", "truce.monitoring", "--tau", "20", "--csv", "by.csv"
    )
    assert shorter.code == 0
    assert pandas.read_csv("by.csv")["kept_days"].between(0, 20).all()
    against = truce("analyse", "swept", "--against", "0")
    assert against.code == 0
    assert "variance_reduction" in against.out


def test_an_ensemble_is_analysed(folder: Path, truce: Truce) -> None:
    truce("run", "ttp_2021", "--runs", "50", "--out", "once")
    answer = truce("analyse", "once")
    assert answer.code == 0
    assert "median_days" in answer.out
    refused = truce("analyse", "once", "--against", "0")
    assert (refused.code, refused.err) == (
        2,
        "truce: --by and --against need a folder of truce sweep\n",
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--by", "truce.monitoring", "--against", "0"], "choose either --by or --against"),
        (["--by", "truce.monitorin"], "did you mean truce.monitoring?"),
        (["--against", "9"], "numbered from 0 to 3, not 9"),
        (["--tau", "0"], "not 0"),
    ],
)
def test_wrong_questions_are_met_with_a_sentence(
    swept: Path, truce: Truce, options: list[str], words: str
) -> None:
    answer = truce("analyse", "swept", *options)
    assert answer.code == 2
    assert words in answer.err


def test_a_folder_without_results_is_met_with_a_sentence(folder: Path, truce: Truce) -> None:
    answer = truce("analyse", "nowhere")
    assert (answer.code, answer.err) == (2, "truce: There is no results folder nowhere.\n")
