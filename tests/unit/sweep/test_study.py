"""What a study comes to: its points, its baseline, its scenarios, its digest and its text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.sweep import Study
from sim.sweep.reading import KEYS

GRID = """
title: Two levers
question: Which one?
base: ttp_2021
set: {truce.monitoring: 0.5}
runs: 20
seed: 3
factors:
  brokers[0].leverage: {from: 0, to: 1, steps: 3}
  truce.term_days: [0, 30]
"""


def test_a_grid_study() -> None:
    study = Study.from_yaml(GRID)
    assert (study.title, study.question) == ("Two levers", "Which one?")
    assert (study.runs, study.seed) == (20, 3)
    assert study.factors == ("brokers.0.leverage", "truce.term_days")
    assert study.points == ((0.0, 0), (0.0, 30), (0.5, 0), (0.5, 30), (1.0, 0), (1.0, 30))
    assert study.baseline is None
    assert study.path is None
    assert len(study) == 6
    assert study.base == Scenario.load("ttp_2021").with_(**{"truce.monitoring": 0.5})


def test_the_scenario_of_a_point() -> None:
    study = Study.from_yaml(GRID)
    scenario = study.scenario(3)
    assert scenario.brokers[0].leverage == 0.5
    assert scenario.truce.term_days == 30
    assert scenario.truce.monitoring == 0.5
    assert scenario.brokers[1] == study.base.brokers[1]
    for point in (-1, 6):
        with pytest.raises(IndexError, match="the last is 5"):
            study.scenario(point)


def test_what_is_left_out() -> None:
    study = Study.from_yaml("base: ttp_2021\nfactors: {truce.ratified: [true]}")
    assert (study.title, study.question, study.runs, study.seed) == ("Untitled study", "", 1000, 1)
    assert study.points == ((True,),)
    assert study.plan is not None
    assert study.plan.design.name == "grid"


def test_numbers_are_of_one_type_in_a_column() -> None:
    text = "base: ttp_2021\nfactors: {state.funding: [0, 0.5, 1], truce.term_days: [0, 30]}"
    kinds = [set(map(type, column)) for column in zip(*Study.from_yaml(text).points, strict=True)]
    assert kinds == [{float}, {int}]


def test_words_and_switches_vary_too() -> None:
    text = "base: ttp_2021\nfactors: {groups.0.name: [TTP, X], mechanisms.leverage: [true, false]}"
    study = Study.from_yaml(text)
    assert study.points == (("TTP", True), ("TTP", False), ("X", True), ("X", False))
    assert not study.scenario(3).mechanisms.leverage


# The baseline


def test_the_base_as_baseline_comes_first() -> None:
    study = Study.from_yaml(f"{GRID}compare_to: base")
    assert study.baseline == 0
    assert study.points[0] == (0.5, 30)
    assert len(study) == 6, "the design has this point, so it is moved and not repeated"
    assert study.plan is not None
    assert study.plan.rows == (1, 2, 3, 0, 4, 5)


def test_a_baseline_outside_the_design_is_added() -> None:
    study = Study.from_yaml(f"{GRID}compare_to: {{brokers.0.leverage: 0.9}}")
    assert study.points[0] == (0.9, 30)
    assert len(study) == 7
    assert study.plan is not None
    assert study.plan.rows == (1, 2, 3, 4, 5, 6)


def test_followers_of_the_baseline_follow() -> None:
    text = """
base: ttp_2021
factors:
  state.trust: {same_as: groups.0.trust}
  groups.0.trust: [0.3, 0.4]
compare_to: {groups.0.trust: 0.7}
"""
    assert Study.from_yaml(text).points == ((0.7, 0.7), (0.3, 0.3), (0.4, 0.4))


# Designs in files


def test_rows_that_repeat_are_one_point() -> None:
    text = """
base: ttp_2021
design: {name: sobol, points: 64}
factors: {truce.ratified: {choice: [false, true], weights: [3, 1]}}
"""
    study = Study.from_yaml(text)
    assert sorted(study.points) == [(False,), (True,)]
    assert study.plan is not None
    rows = [study.points[number] for number in study.plan.rows]
    assert rows.count((False,)) == 48


def test_all_parameters_but_some() -> None:
    text = """
base: ttp_2021
design: {name: one_at_a_time}
factors: all
except: [model, environment, brokers.1, groups.trust, 'state.funding', truce.ratified]
"""
    study = Study.from_yaml(text)
    sections = ("truce", "state", "groups", "brokers")
    ours = [each for each in parameters() if each.section in sections]
    left_out = {"groups.0.trust", "state.funding", "truce.ratified"}
    paths = {each.path.replace("[]", ".0") for each in ours} - left_out
    assert set(study.factors) == paths
    ends = {each.path.replace("[]", ".0"): each.sweep for each in ours}
    column = study.factors.index("state.trust")
    assert {point[column] for point in study.points} == {*ends["state.trust"], 0.6}
    column = study.factors.index("truce.renegotiate")
    assert {point[column] for point in study.points} == {False, True}


def test_a_table_in_a_file(folder: Path) -> None:
    Path("points.csv").write_text(
        '\ufeffbrokers[0].leverage, truce.ratified,groups.0.name\n0,true,TTP\n\n0.5,false,"A, B"\n'
    )
    Path("mine.yaml").write_text("base: ttp_2021\ndesign: {name: points, file: points.csv}\n")
    study = Study.load("mine.yaml")
    assert study.path == Path("mine.yaml")
    assert study.factors == ("brokers.0.leverage", "truce.ratified", "groups.0.name")
    assert study.points == ((0.0, True, "TTP"), (0.5, False, "A, B"))
    assert study.scenario(1).groups[0].name == "A, B"


def test_a_base_beside_the_study_and_one_in_it(folder: Path) -> None:
    Path("case.yaml").write_text("extends: ttp_2021\nhorizon_days: 77\n")
    for named in ("case", "case.yaml", "{extends: case.yaml}"):
        study = Study.from_yaml(f"base: {named}\nfactors: {{truce.opacity: [0]}}", "x.yaml")
        assert study.base.horizon_days == 77
    Path("ttp_2021.yaml").write_text("horizon_days: 5\n")
    study = Study.from_yaml("base: ttp_2021\nfactors: {truce.opacity: [0]}", "x.yaml")
    assert study.base.horizon_days == 5


# Text and digest

STUDIES = {
    "grid": GRID,
    "baseline": f"{GRID}compare_to: base",
    "one at a time": GRID + "design: one_at_a_time",
    "forms": """
base: kabul_shock
design: {name: latin_hypercube, points: 20, seed: 5}
compare_to: {shocks.0.to: 0.25}
factors:
  shocks.0.to: {beta: {a: 2, b: 3, low: 0.2, high: 0.9}}
  shocks.0.day: {normal: {mean: 20, sd: 9, low: 1, high: 50}}
  truce.terms_gap: {uniform: [-0.1, 0.1]}
  state.trust: {same_as: groups.0.trust}
  groups.0.trust: {choice: [0.1, {from: 0.5, to: 0.9}], weights: [1, 2]}
  groups.0.name: ["a: b", 'q"q', "0"]
""",
    "morris": "base: ttp_2021\nfactors: all\ndesign: {name: morris, trajectories: 2}",
    "table": """
base: no_broker
compare_to: {truce.term_days: 30}
design:
  name: points
  table: |
    truce.term_days,groups.0.name
    30, TTP
    30, TTP
    60,"x, ""y"" z"
""",
    "odd names": """
base: ttp_2021
design: {name: points, table: "groups.0.name\\n\\u2028 a\\nb \\n"}
""",
}


@pytest.mark.parametrize("text", STUDIES.values(), ids=STUDIES)
def test_the_text_of_a_study_stands_alone(text: str) -> None:
    study = Study.from_yaml(text)
    again = Study.from_yaml(study.to_yaml())
    assert again == study
    assert again.digest == study.digest
    assert again.points == study.points
    assert again.factors == study.factors
    assert again.baseline == study.baseline
    assert again.plan is not None
    assert study.plan is not None
    assert again.plan.rows == study.plan.rows
    assert again.to_yaml() == study.to_yaml()


def test_points_without_a_plan_are_written_out() -> None:
    study = Study.from_yaml(GRID)
    bare = Study(
        title="Bare", question="", base=study.base, runs=5, seed=1,
        factors=study.factors, points=study.points, baseline=0,
    )  # fmt: skip
    again = Study.from_yaml(bare.to_yaml())
    assert again == bare
    assert again.points == study.points


CHANGES = {
    "seed": ("seed: 3", "seed: 4"),
    "runs": ("runs: 20", "runs: 21"),
    "a value of the base": ("monitoring: 0.5", "monitoring: 0.4"),
    "a value": ("[0, 30]", "[0, 31]"),
    "a factor": ("brokers[0]", "brokers[1]"),
    "the baseline": ("runs:", "compare_to: base\nruns:"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_what_can_change_a_number_changes_the_digest(old: str, new: str) -> None:
    assert old in GRID
    assert Study.from_yaml(GRID).digest != Study.from_yaml(GRID.replace(old, new)).digest


def test_what_cannot_change_a_number_does_not() -> None:
    other = GRID.replace("Two levers", "X").replace("brokers[0]", "brokers.0")
    other = other.replace("{from: 0, to: 1, steps: 3}", "[-0.0, 0.5, 1]")
    one, two = Study.from_yaml(GRID), Study.from_yaml(other)
    assert one.digest == two.digest
    assert one != two
    assert hash(one) == hash(two)
    assert repr(one).startswith("Study('Two levers': 6 points of 2 factors, 20 runs each; digest ")


def test_a_study_equals_nothing_else() -> None:
    assert Study.from_yaml(GRID) != GRID


# Any combination of parameters goes together


EVERY = [each for each in parameters() if each.section in ("truce", "state", "groups", "model")]


@st.composite
def values(draw: st.DrawFn) -> dict[str, object]:
    chosen = draw(st.lists(st.sampled_from(EVERY), min_size=1, max_size=8, unique=True))
    drawn: dict[str, object] = {}
    for each in chosen:
        ends = {"min_value": each.bounds[0], "max_value": each.bounds[1]} if each.bounds else {}
        strategy = {"bool": st.booleans, "int": st.integers, "float": st.floats}[each.type]
        drawn[each.path.replace("[]", ".0")] = draw(strategy(**ends))
    return drawn


@given(values())
@settings(deadline=None, max_examples=60)
def test_parameters_never_contradict_each_other(drawn: dict[str, object]) -> None:
    """The reason why only tied values are tried together (`Target.is_tied`)."""
    Scenario.load("kabul_shock").with_(**drawn)


def test_no_file_of_this_name(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="no shipped study of this name"):
        Study.load("nowhere")
    with pytest.raises(ScenarioError, match="did you mean screening"):
        Study.load("screning")
    with pytest.raises(ScenarioError, match="is a folder, not a study file"):
        Study.load(folder)


def test_the_keys_are_those_that_the_docs_list() -> None:
    docs = (Path(__file__).resolve().parents[3] / "docs" / "sweeps.md").read_text(encoding="utf-8")
    assert all(f"| `{key}` |" in docs for key in KEYS)
