"""The page about the folder of a sweep: its tables, and every example run on a real sweep."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow.parquet as parquet
import pytest

from sim.disk import write_whole
from sim.sweep import Study, run_study
from sim.sweep.codebook import columns_of_files, factor_columns

PAGE = Path(__file__).parents[3] / "docs" / "results.md"
TEXT = PAGE.read_text(encoding="utf-8")
HOME = Path("results/leverage_and_funding")
PAIR = (54, 12)
MINUS = ["mean_minus_baseline_days", "mean_minus_baseline_se"]


def examples(language: str) -> list[str]:
    """The blocks of a language on the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def statements(sql: str) -> list[str]:
    return [statement for statement in sql.split(";") if statement.strip()]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the study of the page was swept, with few runs."""
    here = tmp_path_factory.mktemp("page")
    study = replace(Study.load("leverage_and_funding"), runs=80)
    run_study(study, here / HOME, workers=1, threads=True)
    return here


@pytest.fixture
def here(swept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(swept)
    return swept


@pytest.fixture
def names(here: Path) -> dict[str, Any]:
    """What the Python examples define, run one after another in one session."""
    session: dict[str, Any] = {}
    for block in examples("python"):
        exec(compile(block, str(PAGE), "exec"), session)
    return session


@pytest.fixture
def answers(here: Path) -> list[pandas.DataFrame]:
    """What the SQL examples answer, asked one after another in one session."""
    session = duckdb.connect()
    asked = [one for block in examples("sql") for one in statements(block)]
    found = [session.execute(one).df() for one in asked]
    return [table for one, table in zip(asked, found, strict=True) if "CREATE" not in one]


# The files


def test_every_file_that_a_sweep_leaves_is_on_the_page(here: Path) -> None:
    left = {f"{path.name}/" if path.is_dir() else path.name for path in HOME.iterdir()}
    assert len(left) > 8
    for name in left:
        assert f"`{name}`" in TEXT


def test_files_on_the_page_are_left_by_a_sweep(here: Path) -> None:
    listed = re.findall(
        r"^\| `([\w.]+)/?` \| [^|]*\|$", TEXT.split("## The columns")[0], re.MULTILINE
    )
    assert len(listed) == 9
    for name in listed:
        assert (HOME / name).exists()


def test_part_files_are_called_as_the_page_says(here: Path) -> None:
    (pattern,) = re.findall(r"`(runs-\d+-\d+_points-\d+-\d+\.parquet)`", TEXT)
    named = re.compile(re.sub(r"\d+", r"\\d+", pattern))
    assert all(named.fullmatch(path.name) for path in (HOME / "runs").iterdir())


def test_a_file_that_is_being_written_is_not_read_as_one_of_the_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def look(_: int) -> None:
        seen.append([path.name for path in tmp_path.iterdir()])

    monkeypatch.setattr(os, "fsync", look)
    write_whole(tmp_path / "runs.parquet", b"all of it")
    ((draft,),) = seen
    assert draft.startswith(".writing-")
    assert not draft.endswith(".parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["runs.parquet"]


# The columns


@pytest.mark.parametrize("name", ["points", "life_table", "summary", "failures", "runs"])
def test_columns_units_and_meanings_are_those_of_the_files(here: Path, name: str) -> None:
    study = Study.load("leverage_and_funding")
    told = columns_of_files(factor_columns(study.factors), compared=True)[name]
    path = next((HOME / "runs").iterdir()) if name == "runs" else HOME / f"{name}.parquet"
    schema = parquet.read_schema(path)
    assert schema.names == [column.name for column in told]
    for column in told:
        metadata = schema.field(column.name).metadata
        assert (metadata[b"unit"], metadata[b"meaning"]) == (
            column.unit.encode(),
            column.meaning.encode(),
        )
        if column.name not in study.factors:
            assert f"| `{column.name}` | {column.unit} | {column.meaning} |" in TEXT


def test_the_codebook_lists_what_the_files_hold(here: Path) -> None:
    codebook = pandas.read_csv(HOME / "codebook.csv")
    assert list(codebook) == ["file", "column", "unit", "meaning"]
    for name in ("points", "life_table", "summary", "failures"):
        told = codebook.loc[codebook["file"] == name, "column"]
        assert list(told) == parquet.read_schema(HOME / f"{name}.parquet").names


@pytest.mark.parametrize(
    ("name", "column"), [("runs", "days"), ("life_table", "day"), ("points", "horizon_days")]
)
def test_days_can_be_subtracted(here: Path, name: str, column: str) -> None:
    """Unsigned numbers would wrap around, in pandas without a word."""
    path = HOME / ("runs" if name == "runs" else f"{name}.parquet")
    days = pandas.read_parquet(path)[column]
    assert (days.iloc[:1] - days.max() - 1).item() < 0


# The examples


def test_the_unit_of_a_column_is_in_its_field(names: dict[str, Any]) -> None:
    assert names["schema"].field("mean_days").metadata[b"unit"] == b"days"


def test_pandas_reads_the_tables(names: dict[str, Any]) -> None:
    assert len(names["summary"]) == len(names["points"]) == 55
    assert len(names["runs"]) == 55 * 80 == names["life_table"]["runs"].sum()
    assert set(names["some"]["point"]) == {0, 54}
    assert names["status_of"](HOME).done == 55 * 80


def test_the_curve_of_a_point_is_that_of_the_summary(
    names: dict[str, Any], answers: list[pandas.DataFrame]
) -> None:
    row = names["summary"].set_index("point").loc[12]
    survival = names["survival"]
    assert len(survival) == row["horizon_days"] + 1
    (curve,) = [table for table in answers if list(table) == ["day", "survival"]]
    steps = curve.set_index("day")["survival"]
    for day in (30, 90, 180, 365):
        assert survival[day] == pytest.approx(row[f"survival_{day}"])
        assert steps.loc[:day].iloc[-1] == pytest.approx(row[f"survival_{day}"])


def test_pandas_and_sql_pair_points_alike(
    names: dict[str, Any], answers: list[pandas.DataFrame]
) -> None:
    mean, error = names["difference"].mean(), names["difference"].sem(ddof=0)
    assert len(names["difference"]) == 80
    (found,) = [table for table in answers if list(table) == ["difference", "standard_error"]]
    assert found.iloc[0].tolist() == pytest.approx([mean, error])
    by_point = names["summary"].set_index("point")["mean_days"]
    assert mean == pytest.approx(by_point[PAIR[0]] - by_point[PAIR[1]])


def test_pairing_with_the_baseline_gives_the_columns_of_the_summary(here: Path) -> None:
    (block,) = [each for each in examples("sql") if "standard_error" in each]
    assert (f"a.point = {PAIR[0]}" in block, f"b.point = {PAIR[1]}" in block) == (True, True)
    session = duckdb.connect()
    for statement in statements(examples("sql")[0]):
        session.execute(statement)
    session.execute(block.replace(f"b.point = {PAIR[1]}", "b.point = 0"))
    summary = pandas.read_parquet(HOME / "summary.parquet").set_index("point")
    assert session.fetchone() == pytest.approx(tuple(summary.loc[PAIR[0], MINUS]))


def test_every_question_in_sql_has_an_answer(answers: list[pandas.DataFrame]) -> None:
    assert len(answers) == 5
    assert all(len(table) for table in answers)


def test_the_map_and_the_table_by_factor(names: dict[str, Any]) -> None:
    lines = "\n".join(examples("python")).splitlines()
    (pivot,) = [line for line in lines if line.startswith("summary.pivot(")]
    assert eval(pivot, names).shape == (11, 5)
    (described,) = [line for line in lines if line.startswith("runs.merge(")]
    assert eval(described, names)["count"].tolist() == [11 * 80] * 5


def test_the_polars_example_runs(here: Path) -> None:
    if not importlib.util.find_spec("polars"):
        pytest.skip("polars is not installed")
    (block,) = examples("py")
    exec(compile(block, str(PAGE), "exec"), {})


def test_the_r_example_runs(here: Path) -> None:
    rscript = shutil.which("Rscript")
    if not rscript:
        pytest.skip("R is not installed")
    if subprocess.run(
        [rscript, "-e", "library(arrow)"], capture_output=True, check=False
    ).returncode:
        pytest.skip("R has no package arrow")
    (block,) = examples("r")
    ended = subprocess.run([rscript, "-e", block], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "point" in ended.stdout
