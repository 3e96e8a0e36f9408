"""The studies that come with truce-sim, the schema of all studies, and the examples of the docs."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.errors import ScenarioError
from sim.scenario import shipped_folder
from sim.scenario.document import Source, read_document
from sim.scenario.tree import plain
from sim.sweep import Study, find_study, shipped_studies, study_schema, study_schema_text
from sim.sweep.designs import DESIGNS

EACH = pytest.mark.parametrize("path", shipped_studies(), ids=lambda path: path.stem)
VALIDATOR = jsonschema.Draft202012Validator(study_schema())
DOCS = Path(__file__).resolve().parents[3] / "docs" / "sweeps.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)


def as_json(text: str) -> Any:
    """A YAML document as the values that an editor sees."""
    root, problems = read_document(text, Source("text", "text"))
    assert root is not None
    assert not problems
    return json.loads(json.dumps(plain(root), default=datetime.date.isoformat))


def test_what_is_shipped() -> None:
    names = [path.stem for path in shipped_studies()]
    assert names == sorted(names)
    assert {"leverage_and_funding", "sanctuary_shock", "screening", "world_ensemble"} <= set(names)
    assert find_study("screening") == find_study("screening.yaml")


@EACH
def test_a_shipped_study_loads_and_its_first_and_last_points_run(path: Path) -> None:
    from sim.ensemble import run_ensemble

    study = Study.load(path)
    for point in (0, len(study) - 1):
        outcomes = run_ensemble(study.scenario(point), runs=20, seed=study.seed)
        assert len(outcomes) == 20


@EACH
def test_a_shipped_study_asks_a_question_and_stands_alone_when_resolved(path: Path) -> None:
    study = Study.load(path)
    assert study.title
    assert study.question.endswith("?")
    again = Study.from_yaml(study.to_yaml())
    assert again == study
    assert again.points == study.points


@EACH
def test_a_shipped_study_names_the_schema_and_fits_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../study.schema.json\n")
    assert max(map(len, text.splitlines())) <= 100
    VALIDATOR.validate(as_json(text))


def test_the_headline_is_compared_to_its_base() -> None:
    study = Study.load("leverage_and_funding")
    assert study.baseline == 0
    assert study.scenario(0) == study.base
    assert len(study) == 55


def test_the_conflicts_of_the_ensemble_are_as_the_comments_say() -> None:
    study = Study.load("world_ensemble")
    assert study.base.horizon_days == 1826
    columns = dict(zip(study.factors, zip(*study.points, strict=True), strict=True))
    share = {path: values.count(0.0) / len(study) for path, values in columns.items()}
    assert share["groups.0.sanctuary"] == pytest.approx(0.5, abs=0.01)
    assert share["groups.0.funding"] == pytest.approx(0.5, abs=0.01)
    assert share["brokers.0.leverage"] == pytest.approx(0.4, abs=0.01)
    assert columns["state.trust"] == columns["groups.0.trust"]
    assert columns["groups.0.believed_control"] == columns["groups.0.core_control"]


# The schema


def test_the_file_is_up_to_date() -> None:
    path = shipped_folder() / "study.schema.json"
    assert path.read_text(encoding="utf-8") == study_schema_text(), "run 'make schema'"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(study_schema())


FINE = "base: ttp_2021\nfactors: {truce.opacity: [0, 1]}\n"
REFUSED = [
    "factors: {truce.opacity: [0]}",
    FINE + "zzz: 1",
    FINE + "runs: 0",
    FINE + "design: gird",
    FINE + "design: {points: 3}",
    FINE + "design: {name: grid, seed: 1}",
    FINE + "design: {name: sobol, points: 0}",
    FINE + "compare_to: nothing",
    FINE + "compare_to: {}",
    "base: ttp_2021\ndesign: {name: points}",
    "base: ttp_2021\nfactors: {truce.opacity: 0.5}",
    "base: ttp_2021\nfactors: {truce.opacity: []}",
    "base: ttp_2021\nfactors: {truce.opacity: [0, 0]}",
    "base: ttp_2021\nfactors: {truce.opcity: [0]}",
    "base: ttp_2021\nfactors: {brokers.leverage: [0]}",
    "base: ttp_2021\nfactors: {truce.start_date: [0]}",
    "base: ttp_2021\nfactors: {title: [a]}",
    "base: ttp_2021\nfactors: {truce.opacity: {from: 0, to: 1, step: 3}}",
    "base: ttp_2021\nfactors: {truce.opacity: {from: 0}}",
    "base: ttp_2021\nfactors: {truce.opacity: {uniform: [0]}}",
    "base: ttp_2021\ndesign: sobol\nfactors: {truce.opacity: {normal: {mean: 0, sd: 1}}}",
    "base: ttp_2021\ndesign: sobol\nfactors: {truce.opacity: {beta: {a: 0, b: 1}}}",
    "base: ttp_2021\nfactors: some",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_schema_refuses_the_reader_refuses(text: str) -> None:
    assert not VALIDATOR.is_valid(as_json(text))
    with pytest.raises(ScenarioError):
        Study.from_yaml(text)


def test_resolved_studies_fit_the_schema() -> None:
    study = Study.load("world_ensemble")
    VALIDATOR.validate(as_json(study.to_yaml()))


# The docs


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_of_the_docs_load_and_fit_the_schema(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my_points.csv").write_text("brokers.0.leverage,groups.0.funding\n0.5,0.25\n0.9,1\n")
    assert len(Study.from_yaml(example)) >= 2
    VALIDATOR.validate(as_json(example))


def test_the_docs_tell_of_every_design_and_form() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert len(EXAMPLES) >= len(DESIGNS)
    for design in DESIGNS.values():
        assert f"`{design.name}`" in text
        assert any(design.name in example for example in EXAMPLES)
    for form in ("uniform", "normal", "beta", "choice", "same_as", "from"):
        assert any(f"{{{form}:" in example for example in EXAMPLES)


def test_reading_studies_imports_nothing_heavy() -> None:
    heavy = {"pandas", "pyarrow", "scipy", "SALib", "numba", "matplotlib"}
    code = f"import sys, sim.sweep; print(sorted(set(sys.modules) & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
