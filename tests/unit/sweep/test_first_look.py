"""Telling studies from scenarios without reading their bases."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario import shipped_scenarios
from sim.sweep import Study, shipped_studies
from sim.sweep.first_look import glance, is_study


def test_what_is_shipped_is_told_apart_by_name_and_by_file() -> None:
    for path in shipped_studies():
        assert is_study(path)
        assert is_study(path.stem)
    for path in shipped_scenarios():
        assert not is_study(path)
        assert not is_study(path.stem)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base: ttp_2021\nfactors: {truce.opacity: [0, 1]}\n", True),
        ("base: ttp_2021\n", True),
        ("factors: {}\nruns: 3\n", True),
        ("base: x\nfactors: {}\ntruce: {}\n", True),
        ("base: x\ntruce: {}\n", False),
        ("truce: {}\n", False),
        ("title: neither\n", False),
        ("- a list\n", False),
        ("base: [\n", False),
        ("", False),
    ],
)
def test_the_keys_of_the_first_level_decide(folder: Path, text: str, expected: bool) -> None:
    Path("some.yaml").write_text(text)
    assert is_study("some.yaml") == expected


def test_a_file_goes_before_a_shipped_study_of_the_same_name(folder: Path) -> None:
    Path("screening").write_text("truce: {opacity: 0.2}\n")
    assert not is_study("screening")


@pytest.mark.parametrize("name", ["nothing", "", ".", "a\0b", "x" * 5000])
def test_what_is_not_there_is_no_study(folder: Path, name: str) -> None:
    assert not is_study(name)


@pytest.mark.parametrize("path", shipped_studies(), ids=lambda path: path.stem)
def test_a_glance_sees_what_loading_sees(path: Path) -> None:
    study, seen = Study.load(path), glance(path)
    assert (seen.title, seen.question, seen.runs, seen.seed) == (
        study.title,
        study.question,
        study.runs,
        study.seed,
    )


def test_a_glance_at_what_is_wrong_falls_back_on_defaults(folder: Path) -> None:
    Path("odd.yaml").write_text("title: [1]\nruns: -3\nbase: nowhere\n")
    assert (glance(Path("odd.yaml")).title, glance(Path("odd.yaml")).runs) == (
        "Untitled study",
        1000,
    )
    assert glance(Path("nothing.yaml")).runs == 1000


def test_thousands_are_not_taken_for_a_decimal_comma(folder: Path) -> None:
    with pytest.raises(ScenarioError, match=r"you wrote 12,000\); did you mean 12000\?"):
        Study.from_yaml("base: ttp_2021\nruns: 12,000\nfactors: {truce.opacity: [0, 1]}\n")
