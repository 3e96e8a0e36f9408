"""CSV: exact numbers, missing values, and text that no spreadsheet executes."""

import csv
from pathlib import Path

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ResultsError
from sim.sheets import harmless_text, original_text, read_sheet, write_sheet


def test_numbers_come_back_to_the_last_bit(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).random(200) * 10.0 ** np.arange(-100, 100)
    table = pandas.DataFrame({"day": np.arange(200), "survival": -numbers, "held": numbers > 1})
    write_sheet(table, tmp_path / "table.csv")
    pandas.testing.assert_frame_equal(read_sheet(tmp_path / "table.csv"), table, check_exact=True)
    assert "'" not in (tmp_path / "table.csv").read_text()


def test_missing_values_stay_missing_and_words_stay_words(tmp_path: Path) -> None:
    table = pandas.DataFrame(
        {
            "why": ["none", "NA", "null", "nan"],
            "median_day": pandas.array([3, None, 0, None], dtype="Int64"),
            "lower": [0.5, np.nan, 1.0, 0.0],
        }
    )
    write_sheet(table, tmp_path / "table.csv")
    pandas.testing.assert_frame_equal(read_sheet(tmp_path / "table.csv"), table)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "'=1", '-a,\n"b"']
)
def test_text_that_a_spreadsheet_would_execute_is_marked(cell: str, tmp_path: Path) -> None:
    table = pandas.DataFrame({"ending": [cell, "lapses"], "share": [-0.5, 0.5]})
    write_sheet(table, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [["ending", "share"], [f"'{cell}", "-0.5"], ["lapses", "0.5"]]
    pandas.testing.assert_frame_equal(read_sheet(tmp_path / "table.csv"), table)


def test_every_kind_of_line_break_is_kept_as_one(tmp_path: Path) -> None:
    write_sheet(pandas.DataFrame({"a": ["one\rtwo\r\nthree\nfour", "\r=1"]}), tmp_path / "a.csv")
    assert read_sheet(tmp_path / "a.csv")["a"].tolist() == ["one\ntwo\nthree\nfour", "\n=1"]


@pytest.mark.parametrize("cell", [-0.5, 3, None, "lapses", "it's", "'quoted'", "", "a = b"])
def test_everything_else_is_left_alone(cell: object) -> None:
    assert harmless_text(cell) == cell
    assert original_text(cell) == cell


@given(st.text(alphabet="'=+-@\ta1 ", max_size=6))
@settings(deadline=None)
def test_marking_can_be_undone(cell: str) -> None:
    marked = harmless_text(cell)
    assert isinstance(marked, str)
    assert marked[:1] not in tuple("=+-@\t\n") or not marked
    assert original_text(marked) == cell


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n1,2,3\n", 'a,b\n"1,2\n3,4\n'])
def test_what_is_no_table_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "table.csv").write_text(content)
    with pytest.raises(ResultsError, match="is not a table"):
        read_sheet(tmp_path / "table.csv")
