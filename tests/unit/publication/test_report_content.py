"""What a report consists of, before it is written."""

from __future__ import annotations

import pytest

from sim.publication.content import (
    Bullets,
    Column,
    Link,
    Number,
    Paragraph,
    Report,
    Section,
    Table,
    as_text,
    clean,
)


def report_of(*blocks: object) -> Report:
    return Report("t", "q", "a", (Section("k", "s", blocks),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("bell \x07 and \x1b[31m red", "bell and [31m red"),
        ("turned \u202etxet\u202c around", "turned txet around"),
        (
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("half a pair \ud800", "half a pair "),
        ("95 % of 3", "95\u00a0% of 3"),
    ],
)
def test_text_is_one_line_without_control_characters(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://x.y", "https://x y", "file:///"]
)
def test_links_lead_to_the_web_or_nowhere(address: str) -> None:
    with pytest.raises(ValueError, match="links to pages of the web"):
        Link("x", address)


@pytest.mark.parametrize("name", ["Day30", "", "A_b", "A\\b"])
def test_a_number_is_named_so_that_latex_can_say_it(name: str) -> None:
    with pytest.raises(ValueError, match="letters only"):
        Number(name, "1")


def test_numbers_are_found_wherever_they_stand() -> None:
    table = Table("c", (Column("a"), Column("b")), (("x", (Number("B", "2"),)),))
    report = report_of(Paragraph(("p ", Number("A", "1"))), table, Bullets(((Number("A", "1"),),)))
    assert report.numbers() == {"A": "1", "B": "2"}


def test_one_name_never_stands_for_two_numbers() -> None:
    report = report_of(Paragraph((Number("A", "1"), Number("A", "2"))))
    with pytest.raises(ValueError, match="A is 1 and 2"):
        report.numbers()


def test_a_table_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="a cell for each column"):
        Table("c", (Column("a"),), (("x", "y"),))


def test_words_without_what_they_stand_for() -> None:
    assert as_text(("a ", Number("A", "1"), Link(" b", "https://x.y"))) == "a 1 b"
