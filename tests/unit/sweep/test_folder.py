"""The folder of a sweep: who may write, what may change, and what is refused and kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.disk import UNFINISHED
from sim.errors import ResultsError, TruceError, UsageError
from sim.results.manifest import MANIFEST, digest_of
from sim.sweep import Study, folder
from sim.sweep.folder import (
    LOCK,
    is_kept,
    is_sweep,
    kept_for_us,
    open_folder,
    read_folder,
    rewrite_manifest,
)
from tests.crews import LEVERAGE, begun, inside, small_study, swept

STUDY = small_study()
HOLDER = """\
import sys, pathlib
from sim.sweep.folder import kept_for_us
with kept_for_us(pathlib.Path(sys.argv[1])):
    print("kept", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of a sweep that was begun."""
    begun(STUDY, tmp_path / "swept")
    return tmp_path / "swept"


def never() -> int:
    raise AssertionError("nothing new is to be cut")


# Who may write


@contextmanager
def kept_by_another(path: Path) -> Iterator[None]:
    words = [sys.executable, "-c", HOLDER, str(path)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"kept\n"
        try:
            yield
        finally:
            other.kill()


def test_two_processes_never_write_to_one_folder(place: Path) -> None:
    before = inside(place)
    with kept_by_another(place):
        assert is_kept(place)
        with pytest.raises(UsageError, match=f"Another sweep is writing to {place}"):
            swept(STUDY, place)
    assert not is_kept(place)
    assert inside(place) == before
    assert swept(STUDY, place).finished


def test_one_who_asks_does_not_turn_a_sweep_away(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LOCK_SECONDS", 1.0)
    with kept_for_us(place):
        held, release = threading.Event(), threading.Event()

    def ask() -> None:
        with kept_for_us(place):
            held.set()
            release.wait(10)

    asking = threading.Thread(target=ask)
    asking.start()
    held.wait(10)
    threading.Timer(0.2, release.set).start()
    with kept_for_us(place):
        pass
    asking.join()


def test_a_folder_in_which_nothing_was_begun_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/mine.txt").write_text("mine")
    with pytest.raises(UsageError):
        swept(STUDY, tmp_path / "there")
    with kept_for_us(tmp_path / "new/and/deep"):
        pass
    assert inside(tmp_path) == {"there/mine.txt": b"mine"}
    assert not (tmp_path / "new").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(TruceError, match="not a folder"):
        swept(STUDY, tmp_path / "file")
    assert inside(tmp_path) == {"file": b"mine"}


# What may change, and what may not


def more_runs() -> Study:
    return small_study(runs=20)


def more_points() -> Study:
    return small_study(leverage=(0.1, *LEVERAGE, 0.9))


def both() -> Study:
    return small_study(runs=20, leverage=(0.1, *LEVERAGE[::-1]))


@pytest.mark.parametrize("larger", [more_runs, more_points, both])
def test_what_is_added_is_cut_anew_and_the_rest_stays(
    place: Path, larger: Callable[[], Study]
) -> None:
    before = read_folder(place)
    study = larger()
    after = open_folder(place, study, lambda: 7)
    assert after.blocks[: len(before.blocks)] == before.blocks
    assert sum(block.size for block in after.blocks) == len(study) * study.runs == after.size
    assert len(set(after.blocks)) == len(after.blocks)
    assert after.points.values[:5] == before.points.values
    assert read_folder(place).manifest == after.manifest
    assert after.manifest["created"] == before.manifest["created"]


@pytest.mark.parametrize(
    "study",
    [
        small_study(title="another title"),
        small_study(question="another question"),
        small_study(compare_to="{brokers.0.leverage: 0.5}"),
        small_study(leverage=LEVERAGE[::-1]),
    ],
    ids=["title", "question", "baseline", "order"],
)
def test_words_baseline_and_order_may_change(place: Path, study: Study) -> None:
    before = read_folder(place)
    after = open_folder(place, study, never)
    assert after.blocks == before.blocks
    words = after.manifest["title"], after.manifest["question"]
    assert words == (study.title, study.question)
    baseline = after.points.baseline
    wanted = None if study.baseline is None else study.points[study.baseline]
    assert (None if baseline is None else after.points.values[baseline]) == wanted
    assert open_folder(place, study, never).manifest == after.manifest


CHANGES: dict[str, tuple[Study, str]] = {
    "base": (small_study(base="{horizon_days: 61, brokers: [{name: one}]}"), "the base scenario"),
    "seed": (small_study(seed=4), "the seed is another one"),
    "runs": (small_study(runs=11), "it asks for 11 runs a point, there are 12"),
    "points": (small_study(leverage=LEVERAGE[1:]), "1 of the 5 points there are missing in it"),
    "a value": (small_study(leverage=(0.01, *LEVERAGE[1:])), "1 of the 5 points there are missing"),
    "a factor more": (
        small_study(factors="{brokers.0.leverage: [0, 1], truce.monitoring: [0, 1]}"),
        "other factors are varied",
    ),
    "another factor": (small_study(factors="{truce.monitoring: [0, 1]}"), "other factors"),
}


@pytest.mark.parametrize(("study", "words"), CHANGES.values(), ids=CHANGES)
def test_another_study_is_refused_and_nothing_is_touched(
    place: Path, study: Study, words: str
) -> None:
    before = inside(place)
    with pytest.raises(UsageError, match=words) as caught:
        swept(study, place)
    assert "--replace" in str(caught.value)
    assert inside(place) == before


def test_another_model_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "model_here", lambda: "another")
    with pytest.raises(UsageError, match="the model \\(other code\\) is another one"):
        swept(STUDY, place)


# What is damaged, lost or foreign


def altered(manifest: dict[str, Any], **changes: Any) -> bytes:
    """Return a manifest that was forged: its digest fits."""
    forged = {key: value for key, value in (manifest | changes).items() if value is not None}
    return json.dumps(forged | {"digest": digest_of(forged)}).encode()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[:-9],
    "not UTF-8": lambda content: b"\xff" + content,
    "another thing": lambda content: b"[1, 2]",
    "nested for ever": lambda content: b"[" * 100_000,
    "infinite": lambda content: content.replace(b'"runs": 12', b'"runs": Infinity'),
    "a digit changed": lambda content: content.replace(b'"runs": 12', b'"runs": 13'),
    "a forged format": lambda content: altered(json.loads(content), format=2),
    "no format": lambda content: altered(json.loads(content), format=None),
    "no stages": lambda content: altered(json.loads(content), stages=None),
    "forged points": lambda content: altered(json.loads(content), points=4),
    "words for numbers": lambda content: altered(json.loads(content), runs="many"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_manifest_is_told_and_nothing_is_lost(
    place: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = place / MANIFEST
    path.write_bytes(damage(path.read_bytes()))
    before = inside(place)
    for ask in (lambda: swept(STUDY, place), lambda: read_folder(place)):
        with pytest.raises(ResultsError):
            ask()
    assert inside(place) == before


@pytest.mark.parametrize("damage", [b"", b"nothing", None])
def test_damaged_points_are_told_and_nothing_is_lost(place: Path, damage: bytes | None) -> None:
    (place / "points.parquet").unlink()
    if damage is not None:
        (place / "points.parquet").write_bytes(damage)
    before = inside(place)
    with pytest.raises(ResultsError, match=r"points\.parquet is missing or damaged"):
        swept(STUDY, place)
    assert inside(place) == before


def test_points_of_another_sweep_are_told(place: Path, tmp_path: Path) -> None:
    begun(small_study(leverage=LEVERAGE[::-1]), tmp_path / "other")
    (place / "points.parquet").write_bytes((tmp_path / "other/points.parquet").read_bytes())
    with pytest.raises(ResultsError, match="does not hold the points of the manifest"):
        read_folder(place)


def test_what_a_killed_process_had_begun_to_write_is_cleared(place: Path) -> None:
    for draft in (f"{UNFINISHED}manifest.json.draft", f"runs/{UNFINISHED}runs-1.parquet.draft"):
        (place / draft).write_bytes(b"half")
    open_folder(place, STUDY, never)
    assert not [name for name in inside(place) if UNFINISHED in name]


@pytest.mark.parametrize("gone", ["before the manifest", "before anything"])
def test_a_sweep_that_was_killed_while_it_began_begins_anew(place: Path, gone: str) -> None:
    (place / MANIFEST).rename(place / f"{UNFINISHED}{MANIFEST}.draft")
    if gone == "before anything":
        (place / "points.parquet").unlink()
        (place / "study.resolved.yaml").unlink()
    assert swept(STUDY, place).finished


def test_runs_whose_manifest_is_lost_are_not_taken_for_ours(place: Path) -> None:
    swept(small_study(seed=99), place, replace=True)
    for path in place.iterdir():
        if path.is_file():
            path.unlink()
    before = inside(place)
    with pytest.raises(UsageError, match="holds files that are not part of a sweep about to"):
        swept(STUDY, place)
    assert inside(place) == before


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "summary.csv", "runs/notes.txt"])
def test_foreign_files_are_refused_and_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match=f"such as {name}"):
        swept(STUDY, tmp_path)
    assert inside(tmp_path) == {name: b"mine"}


def test_files_that_are_added_to_a_sweep_do_no_harm(place: Path) -> None:
    (place / "notes.txt").write_text("mine")
    assert swept(STUDY, place).finished
    assert (place / "notes.txt").read_text() == "mine"


def test_a_sweep_is_told_from_an_ensemble_and_from_nothing(place: Path, tmp_path: Path) -> None:
    assert is_sweep(place)
    assert not is_sweep(tmp_path)
    for content in (b"", b"[]", b'{"kind": "truce-sim ensemble"}', b"[" * 100_000):
        (tmp_path / MANIFEST).write_bytes(content)
        assert not is_sweep(tmp_path)


def test_a_folder_without_a_sweep_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no sweep"):
        read_folder(tmp_path / "nowhere")


def test_a_manifest_that_is_rewritten_is_sound(place: Path) -> None:
    there = read_folder(place)
    rewrite_manifest(there, finished=True, done=60)
    assert read_folder(place).manifest["done"] == 60
    assert read_folder(place).manifest["created"] == there.manifest["created"]
    assert LOCK not in read_folder(place).manifest
