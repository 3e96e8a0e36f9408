"""Days shared out in a report: those of the very results, and no others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from sim.errors import ResultsError, UsageError
from sim.publication import write_report
from sim.results.attribution_folder import SharedDays, beside, named, read_attribution
from tests.unit.publication.conftest import keep_attribution

TITLE = "What makes and breaks it"


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are drawn and not saved, which takes most of the time of a report."""

    def files(figure: object, stem: str) -> dict[str, bytes]:
        return {f"{stem}.{ending}": b"<svg/>" for ending in ("svg", "pdf", "png", "csv", "json")}

    monkeypatch.setattr("sim.publication.plates.figure_files", files)


@pytest.fixture
def results(nasty_ensemble: Path, tmp_path: Path, without_pictures: None) -> Path:
    """An ensemble of our own with two attributions beside it."""
    for among in ("themes", "inputs"):
        folder = beside(nasty_ensemble, named(among))
        shutil.copytree(folder, tmp_path / folder.name)
    return Path(shutil.copytree(nasty_ensemble, tmp_path / nasty_ensemble.name))


def kept(results: Path, among: str) -> Path:
    return beside(results, named(among))


def page(results: Path) -> str:
    return (results / "report" / "report.md").read_text()


def test_what_is_kept_is_read_back_to_the_bit(results: Path) -> None:
    found = read_attribution(kept(results, "themes"))
    again = read_attribution(keep_attribution(found, results.with_name("other")))
    assert again.table.equals(found.table)
    assert (again.none, again.all, again.orders) == (found.none, found.all, None)
    assert np.array_equal(again.kept, found.kept)
    assert found.all.days == found.kept.mean()


def test_the_waterfall_stands_in_every_format(ensemble_pages: Path) -> None:
    for name in ("report.html", "report.md", "report.tex"):
        text = (ensemble_pages / name).read_text()
        assert TITLE in text
        assert text.index("How truces end") < text.index(TITLE) < text.index("Limits of use")
    for stem in ("themes_days", "inputs_days"):
        steps = pandas.read_csv(ensemble_pages / "figures" / f"{stem}.csv")
        between = steps["value"].iloc[1:-1].sum()
        assert between == pytest.approx(steps["value"].iloc[-1] - steps["value"].iloc[0])
    assert "\\truceDaysByThemesPower" in (ensemble_pages / "numbers.tex").read_text()


def test_a_report_without_any_says_nothing_of_them(results: Path) -> None:
    for among in ("themes", "inputs"):
        shutil.rmtree(kept(results, among))
    written = write_report(results, ["md"])
    assert written.left_out == ()
    assert TITLE not in page(results)
    assert "Shapley" not in page(results)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: replace(found, seed=2), "of seed 2"),
        (lambda found: replace(found, scenario_digest="0" * 64), "another scenario"),
        (lambda found: replace(found, kept=found.kept + 1), "another version of the model"),
    ],
)
def test_those_of_other_results_are_named_and_left_out(
    results: Path, change: Callable[[SharedDays], SharedDays], words: str
) -> None:
    place = kept(results, "themes")
    keep_attribution(change(read_attribution(place)), results)
    written = write_report(results, ["md"])
    assert [words in said for said in written.left_out] == [True]
    assert "themes_days" not in page(results)
    assert "inputs_days" in page(results)
    with pytest.raises(UsageError, match="does not belong"):
        write_report(results, ["md"], attributions=[place])


def test_those_elsewhere_can_be_given(results: Path, tmp_path: Path) -> None:
    for among in ("themes", "inputs"):
        kept(results, among).rename(tmp_path / among)
    write_report(results, ["md"], attributions=[tmp_path / "themes"])
    assert "themes_days" in page(results)
    assert "inputs_days" not in page(results)
    with pytest.raises(UsageError, match="two of the folders"):
        write_report(results, attributions=[tmp_path / "themes", tmp_path / "themes"])
    with pytest.raises(UsageError, match="truce attribute writes them"):
        write_report(results, attributions=[tmp_path])


def forged(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"none": {"days": "many"}}


def test_altered_days_are_not_shown(results: Path) -> None:
    table = kept(results, "themes") / "days.csv"
    table.write_text(table.read_text().replace("power", "force"))
    asked = kept(results, "inputs") / "inquiry.json"
    asked.write_text(json.dumps(forged(json.loads(asked.read_text()))))
    written = write_report(results, ["md"])
    assert ["days.csv has changed" in said for said in written.left_out] == [True, False]
    assert "damaged" in written.left_out[1]
    assert TITLE not in page(results)
    with pytest.raises(ResultsError, match="has changed"):
        read_attribution(table.parent)


def test_a_sweep_takes_none(nasty_sweep: Path, results: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a sweep has many"):
        write_report(nasty_sweep, ["md"], tmp_path / "r", [kept(results, "themes")])
