"""A report as LaTeX: text stays text, numbers are macros, and it compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.publication.content import Column, Given, Link, Mono, Number, Paragraph, Report, Section
from sim.publication.content import Table as PageTable
from sim.publication.latex import escaped, latex_files

needs_latex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")


def written(*blocks: object) -> dict[str, str]:
    report = Report("t", "q", "about", (Section("k", "s", blocks),))  # type: ignore[arg-type]
    return {name: content.decode() for name, content in latex_files(report).items()}


@pytest.mark.parametrize("sign", list('\\{}$&%#_^~<>|"`-[]*'))
def test_no_sign_keeps_its_meaning(sign: str) -> None:
    spelled = escaped(sign)
    assert spelled != sign
    assert not re.search(r"(?<!\\)[$&%#_^~]", spelled)


def test_letters_that_pdflatex_lacks_are_named() -> None:
    assert escaped("\u0633") == r"\truceletter{0633}"
    assert escaped("\u00e9") == "\u00e9"


def test_numbers_are_macros_and_stand_in_their_own_file() -> None:
    files = written(Paragraph(("Half by ", Number("MedianDays", "day\u00a060"), ".")))
    assert r"Half by \truceMedianDays{}." in files["report.tex"]
    assert r"\newcommand{\truceMedianDays}{day~60}" in files["numbers.tex"]


def test_links_and_code_are_spelled() -> None:
    text = written(Paragraph((Link("a_b", "https://doi.org/10.1/a_b%20c#d"), Mono("x_y"))))
    assert r"\href{https://doi.org/10.1/a\_b\%20c\#d}{a\_b}" in text["report.tex"]
    assert r"\texttt{x\_\allowbreak{}y}" in text["report.tex"]


def test_a_row_that_begins_with_a_bracket_is_no_option() -> None:
    rows = (((Given("[3pt]"),), "x"), ((Given("*"),), "y"))
    text = written(PageTable("c", (Column("a"), Column("b")), rows))["report.tex"]
    assert not re.search(r"\\\\\s*(\[|\*)", text.replace(r"\\{", ""))


def test_a_figure_names_the_file_of_its_data(pages: Path) -> None:
    text = (pages / "report.tex").read_text()
    drawn = re.findall(r"\\includegraphics\[.*\]\{figures/(\w+)\.pdf\}", text)
    named = re.findall(r"Data: \\texttt\{(.*?csv)\}", text.replace(r"\allowbreak{}", ""))
    assert drawn
    assert [name.replace("\\", "") for name in named] == [f"figures/{stem}.csv" for stem in drawn]
    assert all((pages / name.replace("\\", "")).is_file() for name in named)


def test_a_doi_may_be_broken() -> None:
    text = written(Paragraph((Link("doi:10.1/a", "https://doi.org/10.1/a"),)))["report.tex"]
    assert r"{doi:\allowbreak{}10.\allowbreak{}1/\allowbreak{}a}" in text


def compiled(folder: Path, into: Path) -> str:
    """Compile report.tex of a folder and return the log."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    done = subprocess.run(
        [*command, f"-output-directory={into}", "report.tex"],
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    log = (into / "report.log").read_text(errors="replace")
    assert done.returncode == 0, log[-3000:]
    return log


@needs_latex
def test_it_compiles_whatever_the_names(pages: Path, tmp_path: Path) -> None:
    log = compiled(pages, tmp_path)
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
    assert "passwd" not in re.sub(r"\\textbackslash|\\input\{\}", "", log.split("report.tex")[0])
    widest = [float(found) for found in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log)]
    assert max(widest, default=0.0) < 60.0


@needs_latex
def test_numbers_can_be_quoted_in_a_paper(ensemble_pages: Path, tmp_path: Path) -> None:
    (tmp_path / "numbers.tex").write_bytes((ensemble_pages / "numbers.tex").read_bytes())
    (tmp_path / "report.tex").write_text(
        "\\documentclass{article}\\input{numbers.tex}\\begin{document}"
        "Of \\truceRuns{} runs, half were over by \\truceMedianDays{}.\\end{document}"
    )
    compiled(tmp_path, tmp_path)
