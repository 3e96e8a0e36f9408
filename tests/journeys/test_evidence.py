"""`truce evidence`, as a scholar with a table of ceasefires calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pytest

from tests import made_up
from tests.journeys.conftest import Truce

COLUMNS = ("--start", "start", "--end", "end", "--ending", "how")


@pytest.fixture
def table(folder: Path) -> Path:
    (folder / "mine.csv").write_text(made_up.as_csv(made_up.plain_rows()), encoding="utf-8")
    return folder / "mine.csv"


def test_a_table_becomes_curves(table: Path, truce: Truce, folder: Path) -> None:
    answer = truce("evidence", "mine.csv", *COLUMNS, "--clusters", "country")
    assert (answer.code, answer.err) == (0, "")
    for words in ("120 ceasefires", "interval-censored", "empirical uncertainty", "record.png"):
        assert words in answer.out
    wrote = folder / "results" / "evidence-mine"
    told = json.loads((wrote / "evidence.json").read_text())
    assert told["ceasefires"] == 120
    assert told["uncertainty"] == "empirical"
    curve = pandas.read_csv(wrote / "curves.csv")
    assert curve["day"].iloc[-1] == 730
    assert len(pandas.read_csv(wrote / "durations.csv")) == 120
    assert (wrote / "record.svg").read_text().startswith("<?xml")


def test_groups_and_a_horizon_of_ones_own(table: Path, truce: Truce, folder: Path) -> None:
    answer = truce(
        "evidence", "mine.csv", *COLUMNS, "--by", "mediated", "--horizon", "90", "--out", "o"
    )
    assert answer.code == 0
    assert "Log-rank test" in answer.out
    assert "name a column with --clusters" in answer.out
    assert pandas.read_csv(folder / "o" / "curves.csv")["day"].max() == 90


def test_the_published_layout_needs_no_options(folder: Path, truce: Truce) -> None:
    (folder / "cf.csv").write_bytes(b"\xef\xbb\xbf" + made_up.PUBLISHED.encode())
    answer = truce("evidence", "cf.csv")
    assert answer.code == 0
    assert "6 ceasefires" in answer.out
    assert "inferred from the data" in answer.out
    assert "ceasefires of one location" in answer.out


def test_the_curve_of_a_run_is_drawn_beside_the_record(
    table: Path, truce: Truce, folder: Path, finished: Path
) -> None:
    answer = truce(
        "evidence", "mine.csv", *COLUMNS, "--against", str(finished), "--clusters", "country",
        "--out", "o",
    )  # fmt: skip
    assert answer.code == 0
    assert "overlay.png" in answer.out
    told = json.loads((folder / "o/overlay.json").read_text())
    assert "60 runs of the model" in told["description"]
    assert "Record: mine.csv" in told["foot"]
    assert {"model", "record", "record limits", "record bounds"} == {row[0] for row in told["rows"]}
    truce("evidence", "mine.csv", *COLUMNS, "--against", "nowhere").refused(2, "no results folder")
    grouped = truce(
        "evidence", "mine.csv", *COLUMNS, "--against", str(finished), "--by", "mediated"
    )
    grouped.refused(2, "leave --by out")


def test_bad_cells_are_named_all_at_once(folder: Path, truce: Truce) -> None:
    (folder / "bad.csv").write_text(
        "start;end;how\n9/11/2021;2021-13-01;broken\n44509;2021-12-09;broken\n"
        "2021-12-09;2021-11-09;broken\n"
    )
    answer = truce("evidence", "bad.csv", *COLUMNS)
    answer.refused(
        3,
        "4 problems:",
        "bad.csv:2:1 start: '9/11/2021' could be two days",
        "--dates day-first",
        "bad.csv:2:2 end: there is no month 13",
        "bad.csv:3:1 start: '44509' is the number",
        "bad.csv:4:2 end: it ends before it starts",
    )
    assert not (folder / "results").exists()


def test_the_order_of_dates_can_be_told(folder: Path, truce: Truce) -> None:
    (folder / "slashed.csv").write_text("start,end\n9/11/2021,9/12/2021\n1/3/2014,16/4/2014\n")
    answer = truce("evidence", "slashed.csv", *COLUMNS[:4], "--dates", "day-first", "--out", "o")
    assert answer.code == 0
    assert pandas.read_csv(folder / "o/durations.csv")["shortest_days"].tolist() == [30, 46]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--start COL --end COL; those of mine.csv are country, start, end, how, mediated"),
        (("--start", "begin", "--end", "end"), "no column called begin"),
        ((*COLUMNS, "--by", "start"), "groups; choose a column"),
        ((*COLUMNS, "--dates", "backwards"), "day-first, month-first"),
        ((*COLUMNS, "--until", "2020"), "--until needs a day"),
        ((*COLUMNS, "--until", "soon"), "--until: 'soon' is no date"),
        ((*COLUMNS, "--horizon", "0"), "horizon must be 1 day"),
        ((*COLUMNS, "--until", "1990-01-01"), "no ceasefire that starts by"),
    ],
)
def test_wrong_calls_are_met_with_a_sentence(
    table: Path, truce: Truce, options: tuple[str, ...], words: str
) -> None:
    truce("evidence", "mine.csv", *options).refused(2, words)


def test_a_missing_file_and_one_that_is_no_table(folder: Path, truce: Truce) -> None:
    truce("evidence", "none.csv").refused(1, "Cannot read none.csv")
    (folder / "book.csv").write_bytes(b"PK\x03\x04\x00")
    truce("evidence", "book.csv").refused(2, "save the sheet as CSV")


def test_text_of_the_table_cannot_harm(folder: Path, truce: Truce) -> None:
    (folder / "sly.csv").write_text(
        'start,end,how\n2020-01-01,2020-01-05,"=cmd()<b>\x1b[31m$x_1$"\n2020-01-01,2020-01-09,b\n'
    )
    answer = truce("evidence", "sly.csv", *COLUMNS, "--out", "o")
    assert answer.code == 0
    assert "\x1b" not in answer.out
    assert ",'=cmd()" in (folder / "o/causes.csv").read_text()
    assert "\x1b" not in (folder / "o/record.svg").read_text()
