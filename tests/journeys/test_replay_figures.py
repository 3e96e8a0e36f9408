"""A run drawn from the command line: the very run that is told, and nothing on bad input."""

from pathlib import Path

import pytest

from tests.journeys.conftest import Truce

STARTS = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG", "SVG": b"<?xml"}


@pytest.mark.parametrize("kind", STARTS)
def test_a_run_is_told_and_drawn(truce: Truce, folder: Path, kind: str) -> None:
    plain = truce("replay", "ttp_2021", "--run", "3")
    drawn = truce("replay", "ttp_2021", "--run", "3", "--figure", f"run.{kind}")
    assert drawn.out == plain.out + f"Wrote run.{kind}\n"
    assert (folder / f"run.{kind}").read_bytes().startswith(STARTS[kind])
    assert [file.name for file in folder.iterdir()] == [f"run.{kind}"]


def test_the_picture_shows_the_end_that_is_told(truce: Truce, folder: Path) -> None:
    told = truce("replay", "ttp_2021", "--run", "5", "--seed", "9", "--figure", "run.svg").out
    last = told.splitlines()[-2]
    drawn = (folder / "run.svg").read_text()
    assert "Run 5 of seed 9." in drawn
    assert f"Day {last.split()[1]}" in drawn
    assert last.partition(": ")[2] in drawn.partition("<desc")[2].partition("</desc>")[0]


def test_json_stays_json(truce: Truce, folder: Path) -> None:
    plain = truce("replay", "ttp_2021", "--json")
    drawn = truce("replay", "ttp_2021", "--json", "--figure", "run.png")
    assert drawn.out == plain.out
    assert (folder / "run.png").exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("run.gif", ["one of .svg, .pdf, .png", "'run.gif'"]),
        ("run", ["one of .svg, .pdf, .png"]),
        (".svg", ["one of .svg, .pdf, .png"]),
        ("nowhere/run.svg", ["no folder nowhere"]),
        ("there.svg", ["there.svg is a folder"]),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_anything_runs(
    truce: Truce, folder: Path, file: str, words: list[str]
) -> None:
    (folder / "there.svg").mkdir()
    truce("replay", "ttp_2021", "--figure", file).refused(2, *words)
    assert [each.name for each in folder.rglob("*")] == ["there.svg"]


def test_a_wrong_scenario_leaves_the_old_picture(truce: Truce, folder: Path) -> None:
    (folder / "run.svg").write_text("old")
    truce("replay", "nowhere.yaml", "--figure", "run.svg").refused(3, "nowhere.yaml")
    assert (folder / "run.svg").read_text() == "old"


def test_a_run_of_a_sweep_is_drawn(truce: Truce, folder: Path) -> None:
    (folder / "two.yaml").write_text(
        "title: Two\nbase: ttp_2021\nruns: 5\nfactors:\n  truce.monitoring: [0.1, 0.8]\n"
    )
    assert truce("sweep", "two.yaml", "--threads", "--out", "swept").code == 0
    told = truce("replay", "--study", "swept", "--point", "1", "--run", "4", "--figure", "run.svg")
    assert told.code == 0
    assert "As the sweep recorded it" in told.out
    assert "Run 4 of seed" in (folder / "run.svg").read_text()
