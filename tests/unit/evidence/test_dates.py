"""Dates that are known only in part."""

from __future__ import annotations

from datetime import date

import pytest

from sim.evidence.dates import DateError, Order, Window, window_of


def days(first: date, last: date | None = None) -> Window:
    return Window(first.toordinal(), (last or first).toordinal())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-11-09", days(date(2021, 11, 9))),
        (" 2021-11-9 ", days(date(2021, 11, 9))),
        ("2021-11-09T00:00:00", days(date(2021, 11, 9))),
        ("2021-11-09 12:30", days(date(2021, 11, 9))),
        ("2020-02", days(date(2020, 2, 1), date(2020, 2, 29))),
        ("2021", days(date(2021, 1, 1), date(2021, 12, 31))),
        ("25/11/2021", days(date(2021, 11, 25))),
        ("11/25/2021", days(date(2021, 11, 25))),
        ("5.5.2021", days(date(2021, 5, 5))),
        ("", None),
        ("NA", None),
        ("unknown", None),
    ],
)
def test_what_a_cell_may_mean(text: str, expected: Window | None) -> None:
    assert window_of(text) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [("day-first", date(2021, 11, 9)), ("month-first", date(2021, 9, 11))],
)
def test_the_order_of_parts_decides_what_could_be_two_days(order: Order, expected: date) -> None:
    assert window_of("9/11/2021", order) == days(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9/11/2021", "could be two days; write 2021-11-09 or 2021-09-11"),
        ("9/11/21", "two digits"),
        ("44509", "the number by which a spreadsheet keeps a date"),
        ("2021-13-01", "no month 13"),
        ("2021-02-30", "no day 30 in 2021-02"),
        ("31/02/2021", "no day 31"),
        ("autumn", "write it as 2021-11-09"),
        ("0021-01-01", "no year of four digits"),
    ],
)
def test_what_is_no_date_is_refused_with_its_cure(text: str, words: str) -> None:
    with pytest.raises(DateError, match=words):
        window_of(text)


def test_a_day_first_table_refuses_a_month_that_is_none() -> None:
    with pytest.raises(DateError, match="no month 25"):
        window_of("11/25/2021", "day-first")
