"""The page of a report as a browser shows it: at 400 and 1,400 pixels, and printed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.publication import write_report
from tests.browser import CHROMIUM, Browser, browser
from tests.crews import small_study, swept

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")

STUDY = small_study(
    runs=30,
    leverage=(0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0),
    title="A study with a title that needs more than one line on a narrow telephone, as many do",
)
WIDTHS = (400, 1400)

CUT_TEXT = """
[...document.querySelectorAll('h1, h2, p, li, dt, dd, summary, figcaption')].filter(element => {
  const box = element.getBoundingClientRect();
  const hidden = box.width === 0 || element.closest('.wide, .skip');
  return !hidden && (box.left < 0 || box.right > document.documentElement.clientWidth + 1);
}).map(element => element.textContent.slice(0, 60))
"""
SMALL_TEXT = """
[...document.querySelectorAll('main *, footer *')].filter(element =>
  !element.closest('svg') && element.children.length === 0 && element.textContent.trim() &&
  parseFloat(getComputedStyle(element).fontSize) < 12.5
).map(element => element.tagName + ': ' + element.textContent.slice(0, 40))
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def of_sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("pages")
    swept(STUDY, home / "swept")
    return write_report(home / "swept").folder / "report.html"


@pytest.fixture(scope="module")
def of_ensemble(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(finished, folder=tmp_path_factory.mktemp("p") / "r").folder / "report.html"


@pytest.fixture(params=["of_ensemble", "of_sweep"])
def page(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_without_errors_and_asks_for_nothing_else(
    opened: Browser, page: Path, width: int
) -> None:
    opened.open(page, width)
    assert opened.complaints() == []
    assert opened.requests() == [page.resolve().as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
def test_it_reads_well(opened: Browser, page: Path, width: int) -> None:
    opened.open(page, width)
    assert opened.ask("innerWidth") == width
    across = opened.ask("document.documentElement.scrollWidth")
    assert across <= opened.ask("document.documentElement.clientWidth")
    assert opened.ask(CUT_TEXT) == []
    assert opened.ask(SMALL_TEXT) == []
    narrowest = opened.ask(
        "Math.min(...[...document.querySelectorAll('figure svg')]"
        ".map(drawing => drawing.getBoundingClientRect().width))"
    )
    assert narrowest >= 560  # wider than a telephone: it can be moved sideways


def test_details_open_and_close_without_scripts(opened: Browser, page: Path) -> None:
    opened.open(page, 400)
    opened.ask("document.querySelectorAll('details').forEach(each => each.open = true)")
    across = opened.ask("document.documentElement.scrollWidth")
    assert across <= opened.ask("document.documentElement.clientWidth")
    assert opened.ask("document.scripts.length") == 0


def test_it_prints(opened: Browser, page: Path, tmp_path: Path) -> None:
    opened.open(page, 1400)
    printed = tmp_path / "page.pdf"
    printed.write_bytes(opened.printed())
    assert printed.stat().st_size > 50_000
    if not shutil.which("pdftotext"):
        return
    said = subprocess.run(
        ["pdftotext", str(printed), "-"], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert "Limits of use" in said
    assert "Data of figure" not in said
    assert "Skip to the report" not in said
