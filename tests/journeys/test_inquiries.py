"""What moves the results, which conditions make truces hold, and why: as a user asks."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pytest

from tests.journeys.conftest import Truce, assert_plain

STUDY = """
title: small
base: ttp_2021
set: {horizon_days: 90}
runs: 16
design: {name: sobol, points: 64}
factors:
  state.war_cost: {uniform: [0.15, 0.55]}
  groups.0.war_cost: {uniform: [0.1, 0.5]}
  truce.ratified: [false, true]
"""


@pytest.fixture
def study(folder: Path) -> str:
    (folder / "small.yaml").write_text(STUDY)
    return "small.yaml"


def test_a_study_is_asked_what_moves_it(study: str, folder: Path, truce: Truce) -> None:
    options = ("--walks", "4", "--samples", "8", "--top", "2", "--threads")
    answer = truce("sensitivity", study, *options)
    assert answer.code == 0, answer
    assert_plain(answer.out)
    assert "total index [95 %]" in answer.out
    assert "not of the world" in answer.out
    home = folder / "results" / "small-sensitivity"
    for name in ("effects.csv", "sobol.parquet", "factors.svg", "shares.png", "answer.txt"):
        assert (home / name).is_file(), name
    assert len(pandas.read_csv(home / "effects.csv")) == 4 * 3
    assert json.loads((home / "inquiry.json").read_text())["samples"] == 8
    numbers = (home / "sobol.csv").read_bytes()
    again = truce("sensitivity", study, *options)
    assert again.code == 0
    assert (home / "sobol.csv").read_bytes() == numbers
    assert truce("verify", "results/small-sensitivity/indices").code == 0


def test_a_sweep_is_asked_for_conditions(study: str, folder: Path, truce: Truce) -> None:
    assert truce("sweep", study, "--threads").code == 0
    answer = truce("discover", "results/small", "--goal", "survival_30 > 0.3")
    assert answer.code == 0, answer
    assert_plain(answer.out)
    assert "points meet the goal survival_30 > 0.3" in answer.out
    home = folder / "results" / "small-discovery"
    assert len(pandas.read_csv(home / "points.csv")) == 64
    assert (home / "single_factors.svg").is_file()
    refused = truce("discover", "results/small", "--goal", "survival_31 > 0.3")
    refused.refused(2, "did you mean survival_30?", "\n  ^")
    truce(
        "discover", "results/small", "--goal", "survival_30 > 0.3", "--out", "results/small"
    ).refused(2, "holds the results of runs")
    assert truce("verify", "results/small").code == 0


def test_a_sweep_is_found_from_within(
    study: str, folder: Path, truce: Truce, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert truce("sweep", study, "--threads").code == 0
    monkeypatch.chdir(folder / "results" / "small")
    assert truce("discover", ".", "--goal", "survival_30 > 0.3").code == 0
    assert (folder / "results" / "small-discovery" / "answer.txt").is_file()


def test_a_truce_is_asked_for_its_levers(folder: Path, truce: Truce) -> None:
    (folder / "vectors.csv").write_text("model.stick\n0.05\n0.2\n")
    answer = truce(
        "levers", "ttp_2021", "--goal", "survival_60 > 0.7", "--runs", "100",
        "--parameters", "vectors.csv",
    )  # fmt: skip
    assert answer.code == 0, answer
    assert_plain(answer.out)
    assert "with fresh luck" in answer.out
    assert "Under 2 vectors of parameters" in answer.out
    assert (folder / "results" / "ttp_2021-levers" / "robustness.csv").is_file()


def test_a_short_horizon_is_the_window(folder: Path, truce: Truce) -> None:
    answer = truce(
        "attribute", "ttp_2021", "--among", "themes", "--runs", "4", "--set", "horizon_days=20"
    )
    assert answer.code == 0, answer
    assert "within 20 days" in answer.out


def test_a_truce_is_asked_why(folder: Path, truce: Truce) -> None:
    answer = truce("attribute", "ttp_2021", "--among", "themes", "--runs", "20", "--tau", "60")
    assert answer.code == 0, answer
    assert_plain(answer.out)
    assert "the whole difference" in answer.out
    home = folder / "results" / "ttp_2021-themes-days"
    days = pandas.read_csv(home / "days.csv")
    steps = pandas.read_csv(home / "waterfall.csv")
    assert days["days"].sum() == pytest.approx(steps["value"].iloc[-1] - steps["value"].iloc[0])
    assert "<desc" in (home / "waterfall.svg").read_text()
    changed = truce(
        "attribute", "ttp_2021", "--among", "themes", "--runs", "4", "--tau", "9",
        "--set", "truce.monitoring=0.9",
    )  # fmt: skip
    assert changed.code == 0
    assert len(list((folder / "results").glob("ttp_2021-*-themes-days"))) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["sensitivity", "nowhere"], 3, "there is no such file"),
        (["sensitivity", "ttp_2021", "--samples", "100"], 2, "a power of two"),
        (["sensitivity", "ttp_2021", "--runs", "0"], 2, "the runs"),
        (["sensitivity", "ttp_2021", "--workers", "0"], 2, "workers must lie"),
        (["discover", "nowhere", "--goal", "mean_days > 1"], 2, "holds no sweep"),
        (["discover", "nowhere", "--goal", "mean_days > 1", "--seed", "-1"], 2, "--seed"),
        (["levers", "ttp_2021", "--goal", "peace"], 2, "there is no column peace"),
        (["levers", "leverage_and_funding", "--goal", "survival_9 > 0"], 2, "is a study"),
        (["levers", "ttp_2021", "--goal", "survival_9 > 0", "--parameters", "no.csv"], 2, "no.csv"),
        (["levers", "ttp_2021", "--goal", "survival_9 > 0", "--runs", "1"], 2, "the runs"),
        (["attribute", "ttp_2021", "--among", "luck"], 2, "mechanisms, themes, inputs"),
        (["attribute", "ttp_2021", "--orders", "3"], 2, "an even number"),
        (["attribute", "ttp_2021", "--tau", "0"], 2, "the window"),
    ],
)
def test_wrong_questions_are_met_with_a_sentence(
    truce: Truce, words: list[str], code: int, said: str
) -> None:
    answer = truce(*words)
    assert answer.code == code
    assert answer.out == ""
    assert said in answer.err
    assert_plain(answer.err)
    assert not Path("results").exists()
