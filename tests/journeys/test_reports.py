"""`truce report`, as a user calls it, on an ensemble and on a sweep."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sim.errors import UsageError
from sim.publication import write_report
from sim.sweep.study_run import run_study
from tests.crews import Inline, begun, small_study, swept
from tests.journeys.conftest import PATIENCE, REPOSITORY, Truce, environment

STUDY = small_study(runs=40, leverage=(0.0, 0.5, 1.0), question="Does leverage help?")
WRITE_REPORTS = """
import sys
from sim.publication import write_report
for folder in sys.argv[1:]:
    write_report(folder)
print(*sys.modules)
"""
IMPORTED = "imported.txt"


class Stopping(Inline):
    """A crew that is stopped after two blocks."""

    def answer(self, task: Any) -> Any:
        if len(self.started) > 2:
            raise KeyboardInterrupt
        return super().answer(task)


@pytest.fixture(scope="session")
def reported(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ensemble and a sweep with their reports; copy them before you change them.

    Their reports are written in a process of its own, and what that imports is noted.
    """
    home = tmp_path_factory.mktemp("reported")
    shutil.copytree(finished, home / "once")
    swept(STUDY, home / "swept")
    done = subprocess.run(
        [sys.executable, "-c", WRITE_REPORTS, home / "once", home / "swept"],
        env=environment(),
        stdout=subprocess.PIPE,
        timeout=PATIENCE,
        check=True,
    )
    (home / IMPORTED).write_bytes(done.stdout)
    return home


@pytest.fixture
def once(folder: Path, reported: Path) -> Path:
    """A reported ensemble of our own, in the current folder."""
    return Path(shutil.copytree(reported / "once", folder / "once"))


@pytest.fixture
def sweep(folder: Path, reported: Path) -> Path:
    """A reported sweep of our own, in the current folder."""
    return Path(shutil.copytree(reported / "swept", folder / "swept"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_ensemble_is_reported_the_same_each_time(once: Path, truce: Truce) -> None:
    first = contents(once / "report")
    answer = truce("report", "once")
    assert (answer.code, answer.err) == (0, "")
    assert "open once/report/report.html" in answer.out
    written = contents(once / "report")
    changed = {name for name in first if written[name] != first[name]}
    assert changed == {"report.html", "manifest.json"}  # the page names the folder of the results
    assert {"report.html", "redo.R", "redo.py", "life_table.csv", "numbers.csv"} <= set(written)
    for ending in ("svg", "pdf", "png", "csv", "json"):
        assert f"figures/survival.{ending}" in written
    manifest = json.loads(written["manifest.json"])
    assert sorted([*manifest["files"], "manifest.json"]) == sorted(written)
    assert truce("verify", "once").code == 0
    truce("report", "once")
    assert contents(once / "report") == written


def test_formats_add_up_and_go_elsewhere(once: Path, truce: Truce) -> None:
    answer = truce("report", "once", "--format", "md", "--out", "here")
    assert "open here/report.md" in answer.out
    truce("report", "once", "--format", "tex", "--out", "here")
    pages = {path.name for path in Path("here").glob("report.*")}
    assert pages == {"report.md", "report.tex"}
    assert Path("here/numbers.tex").is_file()


def test_a_sweep_is_reported(sweep: Path, truce: Truce) -> None:
    answer = truce("report", "swept", "--format", "md")
    assert (answer.code, answer.err) == (0, "")
    page = (sweep / "report" / "report.md").read_text()
    for words in ("Does leverage help?", "Against the baseline", "Variance removed by pairing"):
        assert words in page
    names = set(contents(sweep / "report"))
    assert {"report.html", "points.csv", "comparisons.csv", "endings.csv", "pairs.csv"} <= names
    assert {"figures/survival.svg", "figures/forest.svg", "figures/differences.svg"} <= names
    verified = truce("verify", "swept")
    assert verified.code == 0
    assert "swept/report is of these results, and as it was written" in verified.out
    assert truce("status", "swept").code == 0
    swept(small_study(runs=50, leverage=(0.0, 0.5, 1.0), question="Does leverage help?"), sweep)
    assert "swept/report is of earlier results" in truce("verify", "swept").out


def test_a_sweep_that_is_not_finished_says_so(folder: Path, truce: Truce) -> None:
    begun(STUDY, folder / "part", block_size=10)
    with pytest.raises(KeyboardInterrupt):
        run_study(STUDY, folder / "part", workers=1, crew=Stopping)
    answer = truce("report", "part")
    assert answer.code == 0, answer
    assert answer.out.startswith("The sweep is not finished")
    assert "This sweep is not finished" in Path("part/report/report.html").read_text()


def test_a_sweep_that_stopped_when_precise_warns_of_its_intervals(folder: Path) -> None:
    rule = "{day: 30, half_width: 0.2, every: 20}"
    swept(small_study(runs=400, leverage=(0.0, 1.0), precision=rule), folder / "swept")
    page = write_report(folder / "swept", ["md"]).folder / "report.md"
    said = page.read_text().replace("\\", "")
    assert "run until they were precise enough (survival on day 30, to ±0.2)" in said
    assert "at most 400" in said


def test_an_edited_report_is_kept(once: Path, truce: Truce) -> None:
    page = once / "report" / "report.html"
    page.write_text(page.read_text() + "<!-- mine -->")
    truce("report", "once").refused(2, "report.html", "edited", "--out")
    truce("run", "ttp_2021", "--runs", "5", "--out", "once").refused(2, "report.html", "edited")
    assert page.read_text().endswith("<!-- mine -->")
    assert "edited since it was written" in truce("verify", "once").out
    page.unlink()
    assert truce("run", "ttp_2021", "--runs", "5", "--out", "once").code == 0


def test_a_note_in_the_report_is_kept(once: Path, sweep: Path, truce: Truce) -> None:
    for place in (once, sweep):
        (place / "report" / "note.txt").write_text("mine")
        truce("report", place.name).refused(2, "note.txt")
    truce("run", "ttp_2021", "--runs", "5", "--out", "once").refused(2, "note.txt")
    with pytest.raises(UsageError, match=r"note\.txt"):
        swept(small_study(seed=8), sweep, replace=True)
    for place in (once, sweep):
        assert (place / "report" / "note.txt").read_text() == "mine"


def test_new_results_take_the_old_report_away(once: Path, sweep: Path, truce: Truce) -> None:
    assert truce("run", "ttp_2021", "--runs", "5", "--out", "once").code == 0
    assert not (once / "report").exists()
    swept(small_study(seed=8), sweep, replace=True)
    assert not (sweep / "report").exists()


def test_a_folder_of_somebody_else_is_left_alone(once: Path, truce: Truce) -> None:
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("mine")
    truce("report", "once", "--out", "mine").refused(2, "thesis.txt")
    truce("report", "once", "--out", "once").refused(2, "once")
    Path("file").write_text("x")
    truce("report", "once", "--out", "file").refused(2, "it is a file")
    assert contents(Path("mine")) == {"thesis.txt": b"mine"}


def test_what_is_no_results_folder_is_met_with_a_sentence(folder: Path, truce: Truce) -> None:
    truce("report", "nowhere").refused(2, "There is no results folder nowhere")
    Path("empty").mkdir()
    truce("report", "empty").refused(4, "holds no ensemble")
    assert not Path("empty/report").exists()


def test_an_unknown_format_is_met_with_a_sentence(once: Path, truce: Truce) -> None:
    truce("report", "once", "--format", "htm").refused(2, "no format htm", "html")


def test_altered_results_are_not_reported(once: Path, sweep: Path, truce: Truce) -> None:
    before = contents(once / "report"), contents(sweep / "report")
    (once / "endings.csv").write_text("ending\n")
    truce("report", "once").refused(4, "endings.csv")
    (sweep / "life_table.parquet").write_bytes(b"x")
    truce("report", "swept").refused(4, "life_table.parquet")
    assert (contents(once / "report"), contents(sweep / "report")) == before


def test_an_installed_copy_can_write_reports(tmp_path: Path) -> None:
    """The wheel holds the templates, without which there is no page."""
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=REPOSITORY, capture_output=True, timeout=120, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    templates = REPOSITORY / "sim" / "publication" / "templates"
    needed = {f"sim/publication/templates/{path.name}" for path in templates.iterdir()}
    assert needed
    assert needed <= names


def test_nothing_of_the_model_is_run_or_compiled(reported: Path) -> None:
    """A report is a matter of seconds: it never waits for the compiler."""
    imported = set((reported / IMPORTED).read_text().split())
    assert "sim.publication" in imported
    assert not {"sim.ensemble", "sim.model", "mesa"} & imported
