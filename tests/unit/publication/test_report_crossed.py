"""The report of a sweep under a set of parameter vectors, named to break what reads it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim import Study, run_study
from sim.publication import write_report
from sim.validation.crossed import crossed
from sim.validation.vectors import Vectors
from tests.unit.publication.conftest import NASTY_CASE, NASTY_STUDY

VECTORS = Vectors("v", ("model.stick",), ((0.02,), (0.1,), (0.24,)))
STUDY = NASTY_STUDY.replace("truce.renegotiate", "brokers.0.leverage")
STUDY = STUDY.replace("[false, true]", "[0.1, 0.9]").replace("false}", "0.1}")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("crossed")
    (home / "nasty.yaml").write_text(NASTY_CASE)
    (home / "study.yaml").write_text(STUDY)
    run_study(crossed(Study.load(home / "study.yaml"), VECTORS), home / "sweep", threads=True)
    return write_report(home / "sweep", ["html", "md", "tex"]).folder


def test_names_are_text(pages: Path) -> None:
    page = (pages / "report.html").read_text()
    assert "<script>alert" not in page
    assert not re.search(r"<img src=x|<b> &amp;|</td><img", page)
    assert page.count("within each vector and run by run") == 1
    assert "\\input{/etc/passwd}" not in (pages / "report.tex").read_text()


def test_its_numbers_are_found_again(pages: Path) -> None:
    done = subprocess.run(
        [sys.executable, "redo.py"], cwd=pages, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "headline numbers are the same" in done.stdout


def test_tables_and_figures_are_there(pages: Path) -> None:
    for name in ("bands.csv", "differences.csv", "figures/bands.svg", "figures/differences.png"):
        assert (pages / name).is_file(), name
    assert "Parameter uncertainty" in (pages / "report.md").read_text()
