"""A study under each of a set of parameter vectors: its points, its folder, its bands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import Study, run_study, simulate
from sim.errors import ScenarioError, UsageError
from sim.sweep.folder import read_folder
from sim.sweep.over_vectors import bands, cases_of, differences, has_vectors
from sim.validation.crossed import crossed
from sim.validation.vectors import Vectors

TEXT = """
title: crossed
base: ttp_2021
set: {horizon_days: 120}
runs: 40
factors: {truce.monitoring: [0, 0.8], model.carrot: [0.02, 0.1]}
compare_to: base
"""
VECTORS = Vectors(
    "three", ("model.stick", "model.carrot", "model.covert_rate"),
    ((0.02, 0.01, 0.03), (0.1, 0.1, 0.05), (0.24, 0.19, 0.08)),
)  # fmt: skip
STUDY = Study.from_yaml(TEXT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("crossed") / "sweep"
    run_study(crossed(STUDY, VECTORS), place, threads=True)
    return place


def test_each_point_stands_under_each_vector() -> None:
    study = crossed(STUDY, VECTORS)
    assert len(study) == 3 * len(STUDY)
    assert "model.carrot" not in study.vectors  # the study varies it itself
    assert set(study.vectors) >= {"model.stick", "model.covert_rate"}
    for point, values in enumerate(STUDY.points):
        for row in range(3):
            case = study.scenario(3 * point + row)
            assert case.model.stick == VECTORS.rows[row][0]
            assert case.truce.monitoring == values[0]
            assert case.model.carrot == values[1]


def test_what_a_study_is_told_of_its_vectors_survives_the_file() -> None:
    study = crossed(STUDY, VECTORS)
    again = Study.from_yaml(study.to_yaml())
    assert again.vectors == study.vectors
    assert again.digest == study.digest
    assert "vectors" not in STUDY.to_yaml()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("vectors: [model.stck]", "did you mean"),
        ("vectors: model.carrot", "must be a list of factors"),
        ("vectors: []", "must be a list of factors"),
        ("vectors: [truce.monitoring, model.carrot]", "leaves no factor"),
    ],
)
def test_wrong_vectors_of_a_study_are_named(line: str, words: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        Study.from_yaml(TEXT + line)
    assert any(words in problem.what for problem in refused.value.problems)


def test_what_cannot_be_crossed_is_refused() -> None:
    with pytest.raises(UsageError, match="vectors of its own"):
        crossed(crossed(STUDY, VECTORS), VECTORS)
    with pytest.raises(UsageError, match="set nothing in this study"):
        crossed(STUDY, Vectors("v", ("model.carrot",), ((0.1,),)))
    with pytest.raises(UsageError, match=r"row 2: model\.stick"):
        crossed(STUDY, Vectors("v", ("model.stick",), ((9.0,),)))


def test_a_band_is_of_ensembles_under_each_vector(folder: Path) -> None:
    assert has_vectors(folder)
    table = bands(folder)
    assert len(table) == len(STUDY)
    assert (table["vectors"] == 3).all()
    row = table.iloc[1]
    point = STUDY.points[1]
    case = STUDY.base.with_(**dict(zip(STUDY.factors, point, strict=True)))
    ensembles = [simulate(each, runs=40, seed=1) for each in VECTORS.under(case)]
    means = [each.runs["days"].mean() for each in ensembles]
    assert [row["mean_days_lower"], row["mean_days"], row["mean_days_upper"]] == pytest.approx(
        sorted(means)
    )
    held = sorted(each.survival_after(30) for each in ensembles)
    assert [row["survival_30_lower"], row["survival_30_upper"]] == pytest.approx([held[0], held[2]])
    lapsed = sorted((each.runs["ending"] == "lapses").mean() for each in ensembles)
    assert row["share_lapses"] == pytest.approx(lapsed[1])
    errors = [each.runs["days"].std(ddof=0) / np.sqrt(40) for each in ensembles]
    assert row["largest_error"] == pytest.approx(max(errors))


def test_differences_stay_within_a_vector_and_a_run(folder: Path) -> None:
    table = differences(folder, 0)
    assert len(table) == len(STUDY) - 1
    row = table.iloc[0]
    study = crossed(STUDY, VECTORS)
    gaps, errors = [], []
    for vector in range(3):
        mine, theirs = (
            simulate(study.scenario(first + vector), runs=40, seed=1).runs["days"]
            for first in (int(row["point"]), 0)
        )
        gaps.append((mine - theirs).mean())
        errors.append((mine - theirs).std(ddof=1) / np.sqrt(40))
    assert [row["mean_days_lower"], row["mean_days"], row["mean_days_upper"]] == pytest.approx(
        sorted(gaps)
    )
    assert row["longer_under"] == pytest.approx(np.mean(np.array(gaps) > 0))
    assert row["largest_error"] == pytest.approx(max(errors))
    assert "median_days" not in table  # a median of differences is no difference of medians
    with pytest.raises(UsageError, match="no point 99"):
        differences(folder, 99)


def test_any_point_of_a_case_names_it(folder: Path) -> None:
    assert differences(folder, 2).equals(differences(folder, 0))
    assert cases_of(folder).factors == STUDY.factors


def test_a_sweep_without_vectors_has_no_bands(tmp_path: Path) -> None:
    plain = Study.from_yaml("{base: ttp_2021, runs: 5, factors: {truce.monitoring: [0, 1]}}")
    run_study(plain, tmp_path / "plain", threads=True)
    assert not has_vectors(tmp_path / "plain")
    assert "vectors" not in read_folder(tmp_path / "plain").manifest
    with pytest.raises(UsageError, match="truce sweep --parameters"):
        bands(tmp_path / "plain")
