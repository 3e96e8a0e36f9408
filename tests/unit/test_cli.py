"""The pieces of the command line: exit codes, tables, folders, progress."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from sim import cli
from sim.cli import ensembles, shared
from sim.errors import Problem, ResultsError, ScenarioError, TruceError, UsageError
from sim.experiment import Ensemble, simulate
from sim.scenario import Scenario

CASE = Scenario.load("ttp_2021")
PROBLEM = Problem("case.yaml", 3, 5, "state.trust", "must be lower")


def raising(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return simulate(CASE, runs=80, seed=3)


# Exit codes


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (3, 3), ("text", 0)])
def test_the_exit_code_is_what_the_command_returns(returned: object, code: int) -> None:
    assert cli.exit_code_of(lambda: returned) == code


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (TruceError("the disk is full"), 1, "truce: the disk is full\n"),
        (UsageError("not so"), 2, "truce: not so\n"),
        (ResultsError("they differ"), 4, "truce: they differ\n"),
        (ScenarioError([PROBLEM]), 3, f"1 problem:\n{PROBLEM}\n"),
        (
            ScenarioError([PROBLEM, PROBLEM]),
            3,
            f"2 problems:\n{PROBLEM}\n{PROBLEM}\n",
        ),
        (
            KeyboardInterrupt(),
            130,
            "Interrupted: nothing was written, and what was there before is still there.\n",
        ),
        (
            typer.Abort(),
            130,
            "Interrupted: nothing was written, and what was there before is still there.\n",
        ),
    ],
)
def test_an_error_becomes_a_sentence_and_a_code(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.exit_code_of(raising(error)) == code
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", words)


def test_a_wrong_call_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.exit_code_of(lambda: cli.app(["run"], standalone_mode=False))
    assert code == 2
    assert "Usage:" in capsys.readouterr().err


def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        cli.exit_code_of(raising(ZeroDivisionError()))


def test_every_error_of_the_tree_has_a_documented_code() -> None:
    assert cli.__doc__
    for error in (TruceError, UsageError, ScenarioError, ResultsError):
        assert f"{error.exit_code} " in cli.__doc__
    assert str(cli.INTERRUPTED) in cli.__doc__


# Addresses and folders


@pytest.mark.parametrize(("seed", "run"), [(0, 0), (2**64 - 1, 2**32 - 1)])
def test_addresses_within_range_are_accepted(seed: int, run: int) -> None:
    ensembles.check_address(seed, run)


@pytest.mark.parametrize(
    ("seed", "run", "option"),
    [(-1, 0, "--seed"), (2**64, 0, "--seed"), (0, -1, "--run"), (0, 2**32, "--run")],
)
def test_addresses_out_of_range_are_refused(seed: int, run: int, option: str) -> None:
    with pytest.raises(UsageError, match=option):
        ensembles.check_address(seed, run)


def test_a_scenario_is_called_after_its_file() -> None:
    assert shared.name_of(CASE) == "ttp_2021"
    assert shared.name_of(Scenario.from_yaml("title: x")) == "scenario"


def test_results_of_a_changed_scenario_go_elsewhere() -> None:
    changed = CASE.with_(**{"truce.term_days": 60})
    assert ensembles.default_folder(CASE, changed=False) == Path("results/ttp_2021")
    elsewhere = ensembles.default_folder(changed, changed=True)
    assert elsewhere == Path(f"results/ttp_2021-{changed.digest[:8]}")
    assert (
        ensembles.default_folder(CASE.with_(**{"truce.term_days": 61}), changed=True) != elsewhere
    )


def test_overrides_are_laid_over_a_loaded_scenario() -> None:
    assert shared.loaded("ttp_2021", None) == CASE
    assert shared.loaded("ttp_2021", ["truce.term_days=60"]).truce.term_days == 60


# Progress


class Screen:
    """Stands for standard error."""

    def __init__(self, terminal: bool) -> None:
        self.terminal, self.seen = terminal, ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.seen += text
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    screen = Screen(terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    assert len(ensembles.simulated(CASE, 3, 1, "compiled")) == 3
    assert ("preparing" in screen.seen) == terminal
    assert screen.seen.endswith("\r\033[K") == terminal


def test_progress_is_wiped_away_even_if_the_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(terminal=True)
    monkeypatch.setattr(sys, "stderr", screen)
    with pytest.raises(UsageError):
        ensembles.simulated(CASE, 0, 1, "compiled")
    assert screen.seen == "\r\033[K"


def test_progress_counts_the_runs(capsys: pytest.CaptureFixture[str]) -> None:
    ensembles.show_progress(0, 12_000)
    ensembles.show_progress(5_000, 12_000)
    first, second = capsys.readouterr().err.split("\r\033[K")[1:]
    assert first.startswith("preparing")
    assert second == "5,000 of 12,000 runs"


# Tables


def test_control_characters_are_shown_and_not_sent() -> None:
    assert shared.shown("a\x1b[31mb\n") == "a\\x1b[31mb\\n"
    assert shared.shown("x" * 5000).endswith("…")


# Saving


def test_what_is_saved_names_the_command_and_the_scenario(
    ensemble: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = SimpleNamespace()

    def write_ensemble(folder: Path, **given: Any) -> None:
        kept.folder, kept.given = folder, given

    monkeypatch.setattr("sim.results.write_ensemble", write_ensemble)
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/truce", "run", "ttp_2021"])
    ensembles.save(ensemble, tmp_path, "compiled")
    assert kept.folder == tmp_path
    assert kept.given["manifest"] == {
        "scenario": "ttp_2021",
        "scenario_digest": CASE.digest,
        "seed": 3,
        "horizon_days": 1095,
        "engine": "compiled",
        "command": ["truce", "run", "ttp_2021"],
    }
    assert Scenario.from_yaml(kept.given["scenario_yaml"]).digest == CASE.digest
    assert kept.given["runs"].equals(ensemble.runs)
