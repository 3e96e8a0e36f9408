"""What is read back from a sweep: how far it is, whether it is whole, single runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sim.errors import ResultsError, UsageError
from sim.results.manifest import MANIFEST, digest_of
from sim.sweep import study_run
from sim.sweep.folder import kept_for_us
from sim.sweep.stored import check_replay, status_of, stored_run, verify_sweep
from tests.crews import (
    begun,
    inside,
    parts_of,
    pretended_row,
    raise_error,
    small_study,
    spoiled,
    swept,
)

STUDY = small_study()
BAD = (3, 7)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished sweep with one failed run."""
    monkeypatch.setattr(study_run, "PILOT_SECONDS", 0.001)
    begun(STUDY, tmp_path / "swept", 10)
    doing = partial(spoiled, deed=raise_error, places=(BAD,))
    return swept(STUDY, tmp_path / "swept", doing=doing).folder


# How far


def test_a_sweep_that_was_only_begun(tmp_path: Path) -> None:
    begun(STUDY, tmp_path / "swept")
    status = status_of(tmp_path / "swept")
    assert (status.done, status.running, status.finished, status.last) == (0, False, False, None)


def test_a_finished_sweep(place: Path) -> None:
    status = status_of(place)
    assert (status.done, status.running, status.finished) == (60, False, True)
    assert status.last is not None
    assert status.last.failed == 1


def test_a_sweep_that_lost_a_part_is_not_finished(place: Path) -> None:
    parts_of(place)[0].unlink()
    assert (status_of(place).done, status_of(place).finished) == (50, False)


def test_one_who_asks_sees_that_it_runs_and_changes_nothing(place: Path) -> None:
    with kept_for_us(place):
        before = inside(place)
        assert status_of(place).running
        assert inside(place) == before


def test_nothing_is_no_sweep(tmp_path: Path) -> None:
    for ask in (status_of, verify_sweep, partial(stored_run, point=0, run=0)):
        with pytest.raises(UsageError, match="holds no sweep"):
            ask(tmp_path)
    assert inside(tmp_path) == {}


# Whole or not


def test_a_whole_sweep(place: Path) -> None:
    before = inside(place)
    assert verify_sweep(place).finished
    assert inside(place) == before


def listed(place: Path) -> list[str]:
    return sorted(json.loads((place / MANIFEST).read_text())["files"])


@pytest.mark.parametrize("how", ["altered", "missing", "empty"])
def test_every_file_counts(place: Path, how: str) -> None:
    assert len(listed(place)) == 7 + 6
    for name in listed(place):
        path = place / name
        content = path.read_bytes()
        path.write_bytes(b"" if how == "empty" else content[:-1] + b"?")
        if how == "missing":
            path.unlink()
        with pytest.raises(ResultsError) as caught:
            verify_sweep(place)
        assert name.removeprefix("runs/") in str(caught.value)
        path.write_bytes(content)
    assert verify_sweep(place).finished


def forge(place: Path, change: Callable[[dict[str, object]], None]) -> None:
    manifest = json.loads((place / MANIFEST).read_text())
    change(manifest)
    manifest["digest"] = digest_of(manifest)
    (place / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "runs/../../outside"])
def test_a_forged_manifest_does_not_lead_outside(place: Path, name: str) -> None:
    (place.parent / "outside").write_text("secret")
    forge(place, lambda manifest: manifest["files"].update({name: "0" * 64}))  # type: ignore[attr-defined]
    with pytest.raises(ResultsError, match="it lies outside of the folder"):
        verify_sweep(place)


@pytest.mark.parametrize("files", [7, ["summary.csv"], {"nul\0": "0"}, {"summary.csv": 7}])
def test_a_forged_list_of_files_is_told(place: Path, files: object) -> None:
    forge(place, lambda manifest: manifest.update(files=files))
    with pytest.raises(ResultsError):
        verify_sweep(place)


def test_control_characters_of_a_forged_name_are_spelled_out(place: Path) -> None:
    forge(place, lambda manifest: manifest["files"].update({"\x1b[2J": "0"}))  # type: ignore[attr-defined]
    with pytest.raises(ResultsError, match=r"- \\x1b\[2J: it is missing"):
        verify_sweep(place)


def test_other_runs_under_a_forged_manifest_are_told(place: Path) -> None:
    forge(place, lambda manifest: manifest.update(files={}, hashes={"runs": "0" * 32}))
    with pytest.raises(ResultsError, match="together they are not the runs of the manifest"):
        verify_sweep(place)


def test_an_altered_manifest_is_told(place: Path) -> None:
    content = (place / MANIFEST).read_text()
    (place / MANIFEST).write_text(content.replace('"failed": 1', '"failed": 0'))
    with pytest.raises(ResultsError, match="or was altered"):
        verify_sweep(place)


def test_an_unfinished_sweep_is_checked_as_far_as_it_goes(tmp_path: Path) -> None:
    begun(STUDY, tmp_path / "swept", 10)
    place = swept(STUDY, tmp_path / "swept").folder
    forge(place, lambda manifest: [manifest.pop(name) for name in ("files", "hashes")])
    forge(place, lambda manifest: manifest.update(finished=False))
    parts = parts_of(place)
    parts[0].unlink()
    assert verify_sweep(place).done == 50
    parts[1].write_bytes(parts[2].read_bytes())
    with pytest.raises(ResultsError, match=parts[1].name):
        verify_sweep(place)


# Single runs


@pytest.mark.parametrize(("point", "run"), [(0, 0), (4, 11), (2, 5)])
def test_a_run_is_what_the_sweep_recorded(place: Path, point: int, run: int) -> None:
    stored = stored_run(place, point, run)
    days, ending, why = pretended_row(STUDY.factors, STUDY.points[point], run, STUDY.seed)
    from sim.sweep.run_table import ENDING_NAMES, REASON_NAMES

    assert stored.days == days
    assert (stored.ending, stored.why) == (ENDING_NAMES[ending], REASON_NAMES[why])
    assert stored.scenario.digest == STUDY.scenario(point).digest
    assert (stored.seed, stored.run) == (STUDY.seed, run)


def test_a_failed_run_and_one_not_yet_run_have_no_ending(place: Path) -> None:
    failed = stored_run(place, *BAD)
    parts_of(place)[0].unlink()
    missing = stored_run(place, 0, 0)
    for stored in (failed, missing):
        assert (stored.days, stored.ending, stored.why) == (None, None, None)
        assert "failed, or has not been run" in check_replay(stored, "holding", "none", 60)


@pytest.mark.parametrize(
    ("point", "run", "words"),
    [
        (5, 0, "numbered from 0 to 4, not 5"),
        (-1, 0, "not -1"),
        (0, 12, "from 0 to 11, not 12"),
        (0, -1, "not -1"),
    ],
)
def test_numbers_that_do_not_exist(place: Path, point: int, run: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        stored_run(place, point, run)


def test_a_run_of_a_damaged_part(place: Path) -> None:
    parts_of(place)[0].write_bytes(b"")
    with pytest.raises(ResultsError, match="The command truce sweep mends it"):
        stored_run(place, 0, 0)


def test_a_replay_that_ends_otherwise_is_told(place: Path) -> None:
    stored = stored_run(place, 0, 0)
    assert stored.ending is not None
    same = check_replay(stored, stored.ending, stored.why or "", stored.days or 0)
    assert same == f"As the sweep recorded it: {stored.ending} on day {stored.days}."
    with pytest.raises(ResultsError, match="was the sweep made with another version"):
        check_replay(stored, stored.ending, stored.why or "", 1 + (stored.days or 0))
