"""The figure of a record: no words on top of others; its data, and what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.evidence import Asked, found, read_ceasefires
from sim.report import DescribedFigure, figure_files
from sim.results.record_folder import drawn
from tests import made_up
from tests.figures import check_words


def figure(folder: Path, by: str | None) -> DescribedFigure:
    rows = made_up.plain_rows()
    rows[0].append("long")
    for number, row in enumerate(rows[1:]):
        row.append(f"a group with a rather long name, number {number % 6}")
    file = folder / "a table with a long name that somebody made up.csv"
    file.write_text(made_up.as_csv(rows))
    asked = Asked("start", "end", "how", by=by, clusters="country")
    return drawn(found(read_ceasefires(file, asked)))


@pytest.mark.parametrize("by", [None, "mediated", "long"])
def test_no_words_touch(tmp_path: Path, by: str | None) -> None:
    check_words(figure(tmp_path, by))


def test_it_tells_and_carries_what_it_shows(tmp_path: Path) -> None:
    shown = figure(tmp_path, None)
    assert "still in force after day 730" in shown.description
    assert "empirical uncertainty" in shown.foot
    assert shown.data is not None
    assert len(shown.data) == 731
    files = figure_files(shown, "record")
    assert set(files) == {f"record.{kind}" for kind in ("svg", "pdf", "png", "csv", "json")}
    assert files == figure_files(figure(tmp_path, None), "record")
