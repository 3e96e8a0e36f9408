"""From Python: the front door, the examples in the docstrings, and the blocks in the README."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas
import pytest

import sim
from sim import Scenario, Study, TruceError, TruceModel, UsageError, run_study, simulate
from sim.endings import ENDINGS, REASONS
from tests.journeys.conftest import REPOSITORY, Truce, environment

CASE = Scenario.load("ttp_2021")
README = REPOSITORY / "README.md"


def blocks(language: str) -> list[str]:
    """Return the blocks of a language in the README."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    return [block for marked, block in found if marked == language]


def test_the_front_door_has_about_ten_names_and_opens_each() -> None:
    assert 5 <= len(sim.__all__) <= 12
    assert dir(sim) == sorted(sim.__all__)
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="nonesuch"):
        sim.nonesuch  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = {"numpy", "numba", "mesa", "typer", "pyarrow"}
    script = f"import sim, sys; print(sorted(set(sys.modules) & {heavy!r}))"
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, check=True
    )
    assert ended.stdout == b"[]\n"


@pytest.mark.parametrize("module", ["sim", "sim.experiment", "sim.model", "sim.sweep.study_run"])
def test_the_examples_of_a_module_run(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted >= 3
    assert found.failed == 0


def test_the_python_in_the_readme_runs() -> None:
    (block,) = blocks("python")
    assert "simulate(" in block
    exec(compile(block, str(README), "exec"), {})


def test_the_scenario_in_the_readme_is_good(truce: Truce) -> None:
    (block,) = blocks("yaml")
    Path("readme.yaml").write_text(block)
    assert truce("check", "readme.yaml").code == 0
    assert truce("run", "readme.yaml", "--runs", "5").code == 0


FEW = {
    "run": "--runs 3",
    "sweep": "--threads",
    "sensitivity": "--walks 2 --samples 8 --top 2 --runs 2 --threads",
    "levers": "--runs 100",
    "attribute": "--runs 4 --orders 4",
    "backtest": "--runs 200",
    "selection": "--records 2 --conflicts 64",
}
"""What makes a command of the README short enough for a test."""
TELL_THEIR_PROGRESS = {
    "sweep", "sensitivity", "levers", "attribute", "selection", "backtest",
}  # fmt: skip


def test_the_commands_in_the_readme_are_accepted(truce: Truce) -> None:
    lines = [line for block in blocks("") for line in block.splitlines()]
    commands = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("truce ")]
    assert len(commands) >= 8
    Path("ceasefires.csv").write_text("began,ended\n2001-03-01,2001-04-02\n2003-05-06,2003-05-20\n")
    for words in commands:
        answer = truce(*words, *FEW.get(words[0], "").split())
        assert answer.code == 0, (words, answer)
        assert answer.err == "" or words[0] in TELL_THEIR_PROGRESS, (words, answer.err)


def test_the_result_of_a_sweep_in_the_readme_is_what_it_gives(tmp_path: Path) -> None:
    text = " ".join(README.read_text().split())
    run_study(Study.load("leverage_and_funding"), tmp_path, threads=True)
    mean = pandas.read_csv(tmp_path / "summary.csv").set_index(
        ["groups.0.funding", "brokers.0.leverage"]
    )["mean_days"]
    for funding, words in ((0.0, "no outside money"), (1.0, "the most")):
        none, all_of_it = mean[funding, 0.0], mean[funding, 1.0]
        assert f"from {none:.1f} to {all_of_it:.1f}" in text.split(words)[0][-60:]


def test_a_scenario_can_be_varied_without_changing_it() -> None:
    longer = CASE.with_(**{"truce.term_days": 60, "brokers.0.leverage": 0.9})
    assert (longer.truce.term_days, longer.brokers[0].leverage) == (60, 0.9)
    assert (CASE.truce.term_days, CASE.brokers[0].leverage) == (30, 0.5)
    assert longer != CASE
    assert longer.digest != CASE.digest
    assert longer.with_(**{"truce.term_days": 30, "brokers.0.leverage": 0.5}) == CASE


def test_a_model_is_stepped_a_day_at_a_time() -> None:
    model = TruceModel(CASE, seed=1, run=0)
    assert (model.truce.age, model.running, model.ending) == (0, True, "holding")
    model.step()
    assert model.truce.age == 1
    while model.running:
        model.step()
    assert model.ending in {ending.name for ending in ENDINGS}
    assert model.why in {reason.name for reason in REASONS}
    row = simulate(CASE, runs=1, seed=1).runs.iloc[0]
    assert (model.truce.age, model.ending, model.why) == (row.days, row.ending, row.why)


def test_a_model_that_is_over_stays_as_it_ended() -> None:
    model = TruceModel(CASE, seed=1, run=0)
    while model.running:
        model.step()
    before = vars(model.outcome())
    model.step()
    assert vars(model.outcome()) == before


def test_an_ensemble_shows_itself_in_a_notebook() -> None:
    ensemble = simulate(CASE, runs=50, seed=1)
    assert "<svg" in ensemble._repr_svg_()
    assert ensemble.plot().axes
    assert repr(ensemble).startswith(f"Ensemble({CASE.title!r}, 50 runs, seed 1, ")
    assert len(ensemble) == len(ensemble.runs) == 50


def test_both_engines_give_the_same_table() -> None:
    compiled = simulate(CASE, runs=25, seed=8)
    stepped = simulate(CASE, runs=25, seed=8, engine="mesa")
    assert compiled.runs.equals(stepped.runs)
    assert compiled.summary() == stepped.summary()


def test_numbers_of_numpy_are_numbers() -> None:
    plain = simulate(CASE, runs=5, seed=2**64 - 1)
    numpy = simulate(CASE, runs=np.int64(5), seed=np.uint64(2**64 - 1))  # type: ignore[arg-type]
    assert plain.runs.equals(numpy.runs)


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs": 0},
        {"runs": -1},
        {"runs": 10_000_001},
        {"seed": -1},
        {"seed": 2**64},
        {"engine": "warp"},
    ],
)
def test_a_wrong_call_is_a_usage_error(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"must (lie between|be one of)") as caught:
        simulate(CASE, **({"runs": 2} | wrong))  # type: ignore[arg-type]
    assert isinstance(caught.value, TruceError)


@pytest.mark.parametrize("day", [-1, 1096])
def test_a_day_outside_the_curve_is_refused(day: int) -> None:
    with pytest.raises(UsageError):
        simulate(CASE, runs=2).survival_after(day)
