"""The scenario to start from, and the scenarios that come with truce-sim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError, UsageError
from sim.scenario import (
    Scenario,
    find_scenario,
    shipped,
    shipped_scenarios,
    starter,
    write_starter,
)

Write = Callable[..., Path]


def test_the_starter_loads_with_every_value_at_its_default() -> None:
    scenario = Scenario.from_yaml(starter("A truce"))
    assert scenario.title == "A truce"
    assert scenario == Scenario.from_yaml("title: A truce\nbrokers: [{}]")


@pytest.mark.parametrize("name", ["it's: a # test", 'say "no"', "yes", "5", "ü ж \u200b", ""])
def test_the_starter_takes_any_name(name: str) -> None:
    assert Scenario.from_yaml(starter(name)).title == name


def test_the_starter_names_the_schema_and_explains_each_input() -> None:
    text = starter("A", schema="../scenarios/scenario.schema.json")
    lines = text.splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../scenarios/scenario.schema.json"
    assert len(lines) < 100
    assert max(map(len, lines)) <= 100
    place = lines.index("  term_days: 30")
    assert lines[place - 1] == (
        "  # Length of the agreed term; 0 means open-ended. Between 0 and 3650 (days)."
    )


def test_the_parts_in_comments_load_too() -> None:
    head, foot = starter("A").split("# Inputs that change")
    lines = [line.removeprefix("# ") for line in foot.splitlines() if line.startswith("# ")]
    kept = [line for line in lines if ":" in line and not line.endswith("use them.")]
    scenario = Scenario.from_yaml(head + "\n".join(kept))
    assert len(scenario.shocks) == 1
    assert scenario.mechanisms.switched_off() == ("spoilers",)


def test_shipped_scenarios_are_files_beside_the_package() -> None:
    paths = shipped_scenarios()
    assert paths == sorted(paths)
    assert all(path.suffix == ".yaml" and path.parent.name == "scenarios" for path in paths)


@pytest.fixture
def shelf(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder with two scenarios in it, as in an installed wheel."""
    shelf = folder / "site" / "sim" / "scenarios"
    (shelf / "sweeps").mkdir(parents=True)
    for name in ("kabul_2021.yaml", "base.yaml", "scenario.schema.json", "sweeps/s.yaml"):
        (shelf / name).write_text("title: Shipped\n")
    monkeypatch.setattr(shipped, "_PACKAGE", shelf.parent)
    return shelf


def test_installed_scenarios_are_found_by_name(shelf: Path, folder: Path) -> None:
    assert [path.name for path in shipped_scenarios()] == ["base.yaml", "kabul_2021.yaml"]
    assert find_scenario("kabul_2021").absolute() == shelf / "kabul_2021.yaml"
    assert find_scenario("kabul_2021.yaml") == find_scenario("kabul_2021")
    assert Scenario.load("base").title == "Shipped"
    assert not find_scenario("base").is_absolute()


def test_in_a_checkout_scenarios_lie_beside_the_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "base.yaml").write_text("title: Checkout\n")
    monkeypatch.setattr(shipped, "_PACKAGE", folder / "sim")
    assert Scenario.load("base").title == "Checkout"


def test_a_file_goes_before_a_shipped_scenario_and_a_folder_does_not(
    shelf: Path, folder: Path, write: Write
) -> None:
    (folder / "base").mkdir()
    assert Scenario.load("base").title == "Shipped"
    write("title: Mine\n", "base.yaml")
    assert Scenario.load("base.yaml").title == "Mine"
    assert Scenario.load("base").title == "Shipped"


def test_unknown_names(shelf: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^kabul_2012: .*; did you mean kabul_2021\?$"):
        find_scenario("kabul_2012")
    with pytest.raises(ScenarioError, match=r"of this name \(see truce list\)$"):
        find_scenario("zzzzzzzz")


def test_elsewhere_the_whole_path_is_shown(
    shelf: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert find_scenario("base") == shelf / "base.yaml"


def test_a_starter_is_written_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write_starter("mine")
    assert Scenario.load(path).title == "mine"
    with pytest.raises(UsageError, match="there already"):
        write_starter("mine.yaml")


@pytest.mark.parametrize("written", ["ttp_2021", "ttp_2021.yaml"])
def test_a_file_anywhere_may_extend_a_shipped_scenario(tmp_path, written):
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"extends: {written}\ntruce: {{monitoring: 0.7}}\n")
    assert Scenario.load(mine) == Scenario.load("ttp_2021").with_(**{"truce.monitoring": 0.7})


def test_a_file_beside_goes_before_a_shipped_scenario(tmp_path):
    (tmp_path / "ttp_2021.yaml").write_text("horizon_days: 77\n")
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: ttp_2021.yaml\n")
    assert Scenario.load(mine).horizon_days == 77
