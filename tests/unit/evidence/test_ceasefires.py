"""From rows to durations, in both layouts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.errors import TableError, UsageError
from sim.evidence import Asked, Ceasefires, Duration, read_ceasefires
from sim.evidence.ceasefires import HOLDING, duration_between
from sim.evidence.dates import DateError, Window
from tests import made_up

NAMED = Asked("start", "end", "how")
windows = some.tuples(some.integers(0, 40), some.integers(0, 12)).map(
    lambda pair: Window(pair[0], pair[0] + pair[1])
)


def read(text: str, folder: Path, asked: Asked = NAMED) -> Ceasefires:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return read_ceasefires(folder / "t.csv", asked)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


# Durations


@given(windows, windows)
def test_limits_are_those_of_all_pairs_of_days_that_fit(start: Window, end: Window) -> None:
    fitting = [
        last - first
        for first in range(start.first, start.last + 1)
        for last in range(end.first, end.last + 1)
        if first <= last
    ]
    if not fitting:
        with pytest.raises(DateError, match="before it starts"):
            duration_between(start, end, "broken", 100)
        return
    found = duration_between(start, end, "broken", 100)
    assert found == (min(fitting), max(fitting), True)


def test_what_is_in_force_or_unknown_is_watched_until_the_last_day() -> None:
    start = Window(10, 14)
    assert duration_between(start, None, HOLDING, 50) == (36, None, True)
    assert duration_between(start, Window(30, 30), HOLDING, 50) == (16, None, True)
    assert duration_between(start, None, "unclear", 50) == (0, 40, False)
    assert duration_between(start, Window(60, 60), "broken", 50) == (36, None, True)


# Columns that the reader names


def test_a_plain_table_is_read(tmp_path: Path) -> None:
    record = read(
        "start,end,how\n2021-11-09,2021-12-09,expired\n2020-01,2020-03-05,broken\n"
        "2020-05-01,,in force\n2020-06-01,,\n,2020-06-01,broken\n",
        tmp_path,
    )
    assert record.durations == (
        Duration(2, "expired", 30, 30, True),
        Duration(3, "broken", 34, 64, True),
        Duration(4, HOLDING, day("2021-12-09") - day("2020-05-01"), None, True),
        Duration(5, "unclear", 0, day("2021-12-09") - day("2020-06-01"), False),
    )
    assert record.left_out == {"no start": 1}
    assert record.endings == ("broken", "expired", "unclear")
    assert [each.exact for each in record.durations] == [True, False, False, False]
    assert [each.usable for each in record.durations] == [True, True, True, False]


def test_words_and_the_last_day_can_be_told(tmp_path: Path) -> None:
    asked = Asked(
        "start", "end", "how", holding=("going on",), unclear=("No idea",),
        until=Window(day("2020-12-31"), day("2020-12-31")),
    )  # fmt: skip
    text = "start,end,how\n2020-12-01,,Going on\n2020-12-01,,no idea\n2021-06-01,,no idea\n"
    record = read(text, tmp_path, asked)
    assert record.durations == (
        Duration(2, HOLDING, 30, None, True),
        Duration(3, "unclear", 0, 30, False),
    )
    assert record.left_out == {"starts after the last day watched": 1}


def test_without_a_column_of_endings_a_date_says_that_it_ended(tmp_path: Path) -> None:
    record = read("a,b\n2020-01-01,2020-01-05\n2020-01-01,\n", tmp_path, Asked("a", "b"))
    assert [each.ending for each in record.durations] == ["ended", "unclear"]


def test_every_bad_cell_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(TableError) as refused:
        read(
            "start,end,how\n9/11/2021,2021-13-01,x\n2021-01-01,soon,x\n2021-05-01,2021-04-01,x\n",
            tmp_path,
        )
    problems = refused.value.problems
    assert [(each.line, each.column, each.path) for each in problems] == [
        (2, 1, "start"),
        (2, 2, "end"),
        (3, 2, "end"),
        (4, 2, "end"),
    ]
    assert "t.csv:4:2 end: it ends before it starts" in str(refused.value)


def test_rare_endings_are_put_together(tmp_path: Path) -> None:
    first = date(2020, 1, 1)
    rows = [f"{first},{first + timedelta(days=n)},kind {n}" for n in range(9)]
    record = read("\n".join(["start,end,how", *rows, f"{first},,unclear", ""]), tmp_path)
    assert len(record.endings) <= 6 + 1
    assert "other" in record.endings
    assert "unclear" in record.endings


def test_groups_must_be_few_but_more_than_one(tmp_path: Path) -> None:
    rows = [f"2020-01-01,2020-01-0{n},{n}" for n in range(1, 9)]
    with pytest.raises(UsageError, match="makes 8 groups"):
        read("\n".join(["start,end,how", *rows, ""]), tmp_path, Asked("start", "end", by="how"))


def test_columns_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--start COL --end COL"):
        read("a,b\n1,2\n", tmp_path, Asked())
    with pytest.raises(UsageError, match="no column called ends"):
        read("a,b\n1,2\n", tmp_path, Asked("a", "ends"))


# The published layout


def test_the_published_layout_is_known_by_its_columns(tmp_path: Path) -> None:
    record = read(made_up.PUBLISHED, tmp_path, Asked())
    until = day("2012-01-01")
    assert "CeaseFire" in record.layout
    assert record.clustered_by == "location"
    assert record.until == until
    assert record.durations == (
        Duration(2, "terminated", 30, 30, True, "", "Arvia"),
        Duration(4, "expired", 10, 10, True, "", "Arvia"),
        Duration(5, "superseded", 27, 56, True, "", "Belmor"),
        Duration(7, HOLDING, until - day("2010-01-01"), None, True, "", "Corant"),
        Duration(8, "unclear", 0, until - day("2011-07-01"), False, "", "Corant"),
        Duration(9, "terminated", 0, 365, True, "", "Corant"),
    )
    assert sum(record.left_out.values()) == 2
    assert any("inferred" in note for note in record.notes)


def test_capitals_and_spreadsheet_numbers_make_no_difference(tmp_path: Path) -> None:
    text = made_up.PUBLISHED.replace("cf_effect", "CF_effect").replace("2001,3,2", "2001.0,3,2")
    assert len(read(text, tmp_path, Asked())) == 6


def test_codes_of_groups_are_spelled_out(tmp_path: Path) -> None:
    record = read(made_up.PUBLISHED, tmp_path, Asked(by="ceasefire_class"))
    assert record.strata == ("cessation of hostilities", "definitive", "preliminary")


def test_bad_cells_of_the_published_layout_are_named(tmp_path: Path) -> None:
    text = made_up.PUBLISHED.replace("2001,4,1,2", "2001,14,1,9").replace(
        "2004,6,11", "2004,June,11"
    )
    with pytest.raises(TableError) as refused:
        read(text, tmp_path, Asked())
    told = str(refused.value)
    assert "t.csv:2:14 ended: 9 is no code" in told
    assert "t.csv:2:11 end_yr: there is no month 14" in told
    assert "t.csv:4:12 end_month: 'June' is no whole number" in told
