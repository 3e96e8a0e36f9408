"""Every scenario that comes with truce-sim loads, asks something, and runs."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.scenario import shipped_folder, shipped_scenarios
from tests.journeys.conftest import Truce

PATHS = {path.stem: path for path in shipped_scenarios()}


def test_all_shipped_scenarios_are_good(truce: Truce) -> None:
    answer = truce("check", *map(str, PATHS.values()))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count(": good (") == len(PATHS)


def test_titles_tell_the_scenarios_apart() -> None:
    titles = [Scenario.load(path).title for path in PATHS.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", PATHS)
def test_a_shipped_scenario_asks_something_and_runs(name: str) -> None:
    case = Scenario.load(name)
    assert case.title
    assert case.question.strip().endswith((".", "?"))
    assert "?" in case.question
    ensemble = simulate(case, runs=50, seed=2)
    rows = ensemble.runs
    assert len(rows) == 50
    assert rows["days"].between(1, case.horizon_days).all()
    assert (rows["deaths"] >= 0).all()
    assert (rows["released"] <= case.truce.prisoners_promised).all()
    for share in ("state_trust", "group_trust", "outrage", "power", "broker_leverage"):
        assert rows[share].between(0, 1).all()
    assert ensemble.endings["share"].sum() == pytest.approx(1)
    assert ensemble.plot().axes


@pytest.mark.parametrize("name", PATHS)
def test_both_engines_agree_on_a_shipped_scenario(name: str) -> None:
    case = Scenario.load(name)
    compiled = simulate(case, runs=3, seed=4).rows
    stepped = simulate(case, runs=3, seed=4, engine="mesa").rows
    assert stepped.tobytes() == compiled.tobytes() or all(
        np.array_equal(stepped[field], compiled[field]) for field in compiled.dtype.names or ()
    )


def test_the_guide_to_the_scenarios_names_each_of_them_and_no_others() -> None:
    guide = (shipped_folder() / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(PATHS)


STUDY = shipped_folder() / "sweeps" / "leverage_and_funding.yaml"


def test_every_command_in_the_guide_is_accepted(truce: Truce) -> None:
    guide = (shipped_folder() / "README.md").read_text(encoding="utf-8")
    lines = [line.split("#")[0].split() for line in guide.splitlines() if line.startswith("truce ")]
    assert len(lines) >= 4
    few_runs = STUDY.read_text(encoding="utf-8").replace("runs: 1000", "runs: 2")
    Path("my_study.yaml").write_text(few_runs, encoding="utf-8")
    for words in lines:
        few = ["--runs", "3"] if words[1] == "run" else []
        answer = truce(*words[1:], *few)
        assert answer.code == 0, answer
    assert Path("mine.yaml").is_file()
