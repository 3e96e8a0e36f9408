"""A report as Markdown: text stays text, tables keep their cells."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.publication.content import (
    Bullets,
    Code,
    Column,
    Given,
    Mono,
    Paragraph,
    Report,
    Section,
    Table,
)
from sim.publication.markdown import escaped, markdown_files
from tests.unit.publication.conftest import NASTY, NASTY_NAMES

needs_pandoc = pytest.mark.skipif(not shutil.which("pandoc"), reason="needs pandoc")


def written(*blocks: object) -> str:
    report = Report("t", "q", "about", (Section("k", "s", blocks),))  # type: ignore[arg-type]
    return markdown_files(report)["report.md"].decode()


@pytest.mark.parametrize("start", ["- item", "+ item", "1. item", "2) item", "# head", "> quote"])
def test_a_paragraph_is_no_list_or_heading(start: str) -> None:
    line = written(Paragraph((Given(start),))).splitlines()[-1]
    assert re.match(r"\\|\d\\", line)


def test_a_bar_ends_no_cell() -> None:
    table = Table("c", (Column("a|b"), Column("x")), (((Mono("p|q"),), (Given("r|s"),)),))
    rows = [line for line in written(table).splitlines() if line.startswith("|")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [3, 3, 3]


def test_code_has_more_backticks_than_it_holds() -> None:
    assert "``a`b``" in written(Paragraph((Mono("a`b"),)))
    assert "````sh\n```\n````" in written(Code(("```",)))


def test_the_title_is_a_string_of_yaml() -> None:
    head = markdown_files(Report(NASTY, "", "a", ()))["report.md"].decode().splitlines()[:4]
    assert head[0] == head[3] == "---"
    title = json.loads(head[1].removeprefix("title: "))
    assert title == escaped(NASTY)


def test_figures_are_named_for_quarto_and_told(pages: Path) -> None:
    text = (pages / "report.md").read_text()
    for stem in re.findall(r"\]\(figures/([^)]+)\.png\)", text):
        assert (pages / "figures" / f"{stem}.png").is_file()
        assert re.search(rf'{{#fig-{stem} fig-alt="[^"]+"}}', text)


@needs_pandoc
def test_pandoc_reads_every_word_as_it_was(pages: Path) -> None:
    plain = subprocess.run(
        ["pandoc", "--from", "markdown", "--to", "plain", "--wrap=none", str(pages / "report.md")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    said = re.sub(r"\s+", " ", plain.replace("\u00a0", " "))
    for text in (NASTY, NASTY_NAMES["group"], NASTY_NAMES["outsider"]):
        assert re.sub(r"\s+", " ", text) in said, text


@needs_pandoc
@pytest.mark.parametrize("words", ["1. a", "-- ... '' \"", "$x$ ^y^ ~z~", "<b>&amp;", "[a]{.b}"])
def test_pandoc_reads_items_and_cells_as_they_were(words: str) -> None:
    table = Table("c", (Column("a"), Column("b")), ((words, (Given(words),)),))
    text = written(Bullets((words, (Given(words),))), table)
    plain = subprocess.run(
        ["pandoc", "--from", "markdown", "--to", "plain"],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert plain.count(words) == 4
