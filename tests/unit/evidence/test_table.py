"""Tables of text as people keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import TableError, TruceError, UsageError
from sim.evidence.table import read_table, table_of_text

ROWS = "start;end\n2001-01-01;2001-02-01\n"


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.encode("utf-16"),
        ROWS.replace(";", ",").encode(),
        ROWS.replace(";", "\t").encode(),
        ROWS.replace(";", "|").encode(),
        ROWS.replace("\n", "\r\n").encode(),
        b"sep=;\n" + ROWS.encode(),
    ],
)
def test_encodings_and_separators_are_found_out(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    table = read_table(tmp_path / "t.csv")
    assert table.names == ("start", "end")
    assert [row.cells for row in table.rows] == [("2001-01-01", "2001-02-01")]
    assert table.notes == ()


def test_an_old_encoding_is_guessed_and_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("place,start\nCôte,2001\n".encode("cp1252"))
    table = read_table(tmp_path / "t.csv")
    assert table.rows[0].cells[0] == "Côte"
    assert "Windows-1252" in table.notes[0]


def test_rows_know_their_line_past_blank_ones_and_breaks_within_cells() -> None:
    table = table_of_text('a,b\n"one\ntwo",1\n\n,\nlast,2\n', "t.csv")
    assert [row.line for row in table.rows] == [2, 6]
    declared = table_of_text("sep=;\na;b\n1;2\n", "t.csv")
    assert declared.rows[0].line == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"start,end\n", "no rows below"),
        (b"start\n2001\n", "single column"),
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (b"a,b\n\x00\x01,2\n", "not a table of text"),
        (b"\xff\xfea", "not whole text in utf-16"),
    ],
)
def test_what_is_no_table_is_refused_with_its_cure(
    content: bytes, words: str, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(UsageError, match=words):
        read_table(tmp_path / "t.csv")


def test_every_row_that_does_not_fit_is_named() -> None:
    with pytest.raises(TableError) as refused:
        table_of_text("a,b\n1,2,3\n1,2\n1\n", "t.csv")
    assert [(each.line, each.column) for each in refused.value.problems] == [(2, 3), (4, 2)]
    assert "quotation marks" in str(refused.value)


def test_columns_of_one_name_and_open_quotes_are_named() -> None:
    with pytest.raises(TableError, match=r"t.csv:1:1 a: two columns"):
        table_of_text("a,b,a\n1,2,3\n", "t.csv")
    with pytest.raises(TableError, match=r"t.csv:2:1: the row cannot be read"):
        table_of_text('a,b\n"1,2\n3,4\n', "t.csv")


def test_columns_are_found_whatever_their_capitals() -> None:
    table = table_of_text("Start,END\n1,2\n", "t.csv")
    assert (table.place("start"), table.place("END")) == (0, 1)
    with pytest.raises(UsageError, match="its columns are Start, END"):
        table.place("begin")


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TruceError, match="Cannot read"):
        read_table(tmp_path / "none.csv")
