"""The figure of a record: no words on top of others; its data, and what it tells."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

from sim.evidence import Asked, found, read_record
from sim.evidence.account import drawn
from sim.report import DescribedFigure, figure_files
from tests import made_up
from tests.figures import check_words


def figure(
    folder: Path, by: str | None, against: bool = False, ceasefires: int = 120
) -> DescribedFigure:
    rows = made_up.plain_rows(ceasefires)
    rows[0].append("long")
    for number, row in enumerate(rows[1:]):
        row.append(f"a group with a rather long name, number {number % 6}")
    (folder / "a table with a long name that somebody made up.csv").write_text(made_up.as_csv(rows))
    asked = Asked("start", "end", "how", by=by, clusters="country")
    record = read_record(folder / "a table with a long name that somebody made up.csv", asked)
    beside = None
    if against:
        beside = folder / "a_scenario_with_a_long_name"
        beside.mkdir()
        days = range(1096)
        table = pandas.DataFrame({"day": days, "survival": [0.99**day for day in days]})
        table.to_csv(beside / "survival.csv", index=False)
    return drawn(found(record), beside)


@pytest.mark.parametrize("by", [None, "mediated", "long"])
@pytest.mark.parametrize("against", [False, True])
def test_no_words_touch(tmp_path: Path, by: str | None, against: bool) -> None:
    check_words(figure(tmp_path, by, against))


def test_it_tells_and_carries_what_it_shows(tmp_path: Path) -> None:
    shown = figure(tmp_path, None, against=True)
    assert "still in force after day 730" in shown.description
    assert "a_scenario_with_a_long_name" in shown.description
    assert "empirical uncertainty" in shown.foot
    assert shown.data is not None
    assert len(shown.data) == 731
    files = figure_files(shown, "record")
    assert set(files) == {f"record.{kind}" for kind in ("svg", "pdf", "png", "csv", "json")}
    assert files == figure_files(figure_again(tmp_path), "record")


def figure_again(folder: Path) -> DescribedFigure:
    again = folder / "again"
    again.mkdir()
    return figure(again, None, against=True)
