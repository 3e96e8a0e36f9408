"""Sets of parameter vectors: the one that is shipped, tables of a user, and what they may touch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import simulate
from sim.errors import UsageError
from sim.sweep.over_vectors import SHARE
from sim.uncertain import under
from sim.validation.members import BELIEVED, members
from sim.validation.retained import retained
from sim.validation.vectors import Vectors, limits, read_vectors
from tests.worlds import REFERENCE


def table(folder: Path, text: str) -> str:
    file = folder / "vectors.csv"
    file.write_text(text)
    return str(file)


def test_the_set_that_is_shipped_goes_by_its_name() -> None:
    found = read_vectors("retained")
    assert len(found) == len(retained())
    assert all(path.startswith("model.") for path in found.paths)
    assert found.words == f"{len(found)} retained vectors"
    cases = members(REFERENCE, retained().vectors[:3])
    assert [case.digest for case in found.under(REFERENCE)[:3]] == [case.digest for case in cases]


def test_a_table_is_read_by_the_names_of_parameters(tmp_path: Path) -> None:
    text = (
        "model.stick,carrot,model.friends_are_believed,weight,S1 S(30)\n"
        "0.1,0.05,false,1,x\n0.25,0.2,true,2,y\n"
    )
    found = read_vectors(table(tmp_path, text))
    assert found.paths == ("model.stick", "model.carrot", "model.friends_are_believed")
    assert found.rows == ((0.1, 0.05, False), (0.25, 0.2, True))
    assert found.unused == ("weight", "S1 S(30)")
    assert found.words == "2 vectors"


def test_a_copy_of_the_shipped_table_is_the_same_set(tmp_path: Path) -> None:
    from sim.validation.retained import RETAINED

    copy = read_vectors(table(tmp_path, RETAINED.read_text()))
    assert copy.digest == read_vectors("retained").digest
    assert "ensemble.bad_faith_share" in copy.unused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no table"),
        ("weight\n1\n", "names no parameter"),
        ("model.stick\n", "no row below"),
        ("model.stick\nmuch\n", "row 2: model.stick is much, not a number"),
        ("model.stick\nnan\n", "not a number"),
        ("model.planning_days\n1.5\n", "not a whole number"),
        ("friends_are_believed\n3\n", "not a yes or no"),
        ("stick,model.stick\n1,1\n", "two columns"),
        ("model.stick,carrot\n1\n", "row 2: it has 1 cells"),
        ("model.stck\n1\n", "did you mean model.stick"),
    ],
)
def test_tables_that_cannot_be_read_are_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_vectors(table(tmp_path, text))


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv cannot be read.*the set that is shipped"):
        read_vectors(str(tmp_path / "nowhere.csv"))


def test_values_that_a_scenario_refuses_name_their_row() -> None:
    vectors = Vectors("v.csv", ("model.stick",), ((0.1,), (7.0,)))
    with pytest.raises(UsageError, match=r"v.csv, row 3: model\.stick"):
        vectors.under(REFERENCE)


def test_a_vector_takes_the_place_of_defaults_alone() -> None:
    vectors = Vectors("v", ("model.stick", "model.covert_rate"), ((0.2, 0.031),))
    changed = REFERENCE.with_(**{"model.stick": 0.21, BELIEVED: REFERENCE.model.covert_rate})
    member = vectors.under(changed)[0]
    assert member.model.stick == 0.21
    assert vectors.settable(changed) == ("model.covert_rate",)
    assert member.model.covert_rate == member.environment.believed_covert_rate == 0.031


def test_a_band_holds_its_share() -> None:
    values = np.random.default_rng(1).random((400, 3))
    lower, upper = limits(values)
    assert ((values >= lower) & (values <= upper)).mean() == pytest.approx(SHARE, abs=0.01)


def test_headline_numbers_are_kept_for_each_vector() -> None:
    vectors = Vectors("v", ("model.stick",), ((0.02,), (0.24,)))
    found = under(simulate(REFERENCE, runs=80, seed=3), vectors)
    second = simulate(vectors.under(REFERENCE)[1], runs=80, seed=3)
    row = found.by_vector.iloc[1]
    assert row["mean_days"] == pytest.approx(second.runs["days"].mean())
    assert row["survival_30"] == pytest.approx(second.survival_after(30))
    assert row["median_days"] == second.summary()["median_days"]
    shares = second.summary()["endings"]
    assert {name: row[f"share_{name}"] for name in shares} == pytest.approx(shares)
    assert found.told["digest"] == vectors.digest
