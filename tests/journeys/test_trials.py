"""`truce backtest` and `truce selection`, as a scholar calls them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas
import pytest

from sim.backtest import account
from tests.journeys.conftest import REPOSITORY, Truce


def test_three_truces_are_looked_back_at(folder: Path, truce: Truce) -> None:
    (folder / "set.csv").write_text("vector,model.stick\n1,0.1\n2,0.2\n")
    answer = truce(
        "backtest", "--runs", "200", "--seed", "3", "--parameters", "set.csv", "--out", "back"
    )
    assert answer.code == 0
    for words in (
        "What was expected",
        "log-normal",
        "hardly anything can be told",
        "set of parameters (2)",
    ):
        assert words in answer.out
    assert "Running ttp_2014" in answer.err
    assert len(pandas.read_csv(folder / "back/scores.csv")) == 16
    assert {path.name for path in (folder / "back").iterdir()} == {
        "expected.csv", "scores.csv", "differences.csv", "band.csv",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--runs", "0"), "runs lie between 1"),
        (("--parameters", "none.csv"), "none.csv cannot be read"),
        (("--page", "p.md", "--runs", "10"), "leave --runs"),
        (("--check",), "--check needs --page"),
    ],
)
def test_wrong_calls_of_backtest(truce: Truce, options: tuple[str, ...], words: str) -> None:
    truce("backtest", *options).refused(2, words)


def test_a_parameter_that_is_none_is_refused(folder: Path, truce: Truce) -> None:
    (folder / "set.csv").write_text("model.stck\n0.1\n")
    answer = truce("backtest", "--runs", "5", "--parameters", "set.csv")
    assert answer.code == 2
    assert "did you mean model.stick?" in answer.err
    assert "Running" not in answer.err


def test_selection_is_shown_and_written(folder: Path, truce: Truce) -> None:
    answer = truce("selection", "--records", "1", "--conflicts", "80", "--out", "sel")
    assert answer.code == 0
    for words in ("adjusted_truth", "a mediator", "A demonstration inside these equations"):
        assert words in answer.out
    assert {path.name for path in (folder / "sel").iterdir()} == {
        "selection.csv", "hazard_ratios.csv", "selection.svg",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--records", "0"), "1 record or more"),
        (("--conflicts", "9"), "from 50 to 1,024 conflicts"),
        (("--page", "p.md", "--records", "2"), "leave the other options out"),
    ],
)
def test_wrong_calls_of_selection(truce: Truce, options: tuple[str, ...], words: str) -> None:
    truce("selection", *options).refused(2, words)


def test_a_page_whose_numbers_are_stale_is_named_and_mended(
    folder: Path, truce: Truce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "RUNS", 300)
    shutil.copyfile(REPOSITORY / "docs" / "backtest.md", folder / "page.md")
    same = ("backtest", "--page", "page.md", "--runs", "300")
    stale = truce(*same, "--check")
    assert stale.code == 1
    assert "page.md is out of date in" in stale.err
    assert "to mend it: make backtest" in stale.err
    assert truce(*same).code == 0
    assert "300 runs of each" in (folder / "page.md").read_text()
    assert truce(*same, "--check").out == "page.md is up to date\n"
