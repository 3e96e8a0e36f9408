"""A folder replaced whole: what is there stays until what comes is complete."""

import errno
import os
import time
from pathlib import Path

import pytest

from sim.errors import TruceError, UsageError
from sim.results import check_destination
from sim.results import folder as folder_module
from sim.results.folder import foreign_files, replacing, standing
from sim.results.manifest import FORMAT, KIND, MANIFEST, as_json


def fill(folder: Path, content: str) -> None:
    (folder / "a.csv").write_text(content)
    manifest = {"kind": KIND, "format": FORMAT, "files": {"a.csv": "00"}}
    (folder / MANIFEST).write_text(as_json(manifest))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with an earlier ensemble in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    fill(folder, "old")
    return folder


def write_half(place: Path, problem: BaseException) -> None:
    with replacing(place) as draft:
        (draft / "a.csv").write_text("half")
        raise problem


def only_old_is_there(place: Path) -> bool:
    return os.listdir(place.parent) == [place.name] and (place / "a.csv").read_text() == "old"


@pytest.mark.parametrize("name", ["new", "deep/er/new"])
def test_a_new_folder_appears_whole(tmp_path: Path, name: str) -> None:
    with replacing(tmp_path / name) as draft:
        fill(draft, "new")
        assert not (tmp_path / name).exists()
    assert (tmp_path / name / "a.csv").read_text() == "new"
    assert os.listdir((tmp_path / name).parent) == ["new"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with replacing(tmp_path / "out") as draft:
        fill(draft, "new")
    assert (tmp_path / "out" / "a.csv").read_text() == "new"


def test_an_earlier_ensemble_is_replaced_whole(place: Path) -> None:
    (place / ".DS_Store").write_text("left by the desktop")
    with replacing(place) as draft:
        (draft / "b.csv").write_text("new")
    assert os.listdir(place) == ["b.csv"]
    assert os.listdir(place.parent) == ["out"]


def test_a_link_keeps_pointing_to_the_folder(place: Path) -> None:
    link = place.parent / "latest"
    link.symlink_to(place)
    with replacing(link) as draft:
        fill(draft, "new")
    assert link.is_symlink()
    assert (place / "a.csv").read_text() == "new"


def test_new_folders_have_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    with replacing(tmp_path / "out") as draft:
        fill(draft, "new")
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
def test_an_interrupted_write_changes_nothing(place: Path, interruption) -> None:
    with pytest.raises(interruption):
        write_half(place, interruption())
    assert only_old_is_there(place)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "only be read"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_disk_refuses_is_a_sentence_and_changes_nothing(place, number, words) -> None:
    with pytest.raises(TruceError, match=words):
        write_half(place, OSError(number, os.strerror(number)))
    assert only_old_is_there(place)


@pytest.mark.parametrize("failing", [0, 1])
@pytest.mark.parametrize("problem", [OSError(errno.EIO, "bad disk"), KeyboardInterrupt()])
def test_a_failing_rename_is_undone(place, monkeypatch, failing: int, problem) -> None:
    calls, rename = [], Path.rename

    def sometimes(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == failing + 1:
            raise problem
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", sometimes)
    with pytest.raises((TruceError, KeyboardInterrupt)), replacing(place) as draft:
        fill(draft, "new")
    assert only_old_is_there(place)


def test_a_crash_between_the_renames_loses_nothing(place: Path) -> None:
    former = place.with_name(".out.former")
    place.rename(former)
    assert standing(place) == former
    with pytest.raises(ValueError, match="again"), replacing(place):
        raise ValueError("again")
    assert only_old_is_there(place)
    assert standing(place) == place


def test_a_crash_before_the_last_cleaning_is_cleaned(place: Path) -> None:
    former = place.with_name(".out.former")
    former.mkdir()
    fill(former, "older")
    with replacing(place) as draft:
        fill(draft, "new")
    assert os.listdir(place.parent) == ["out"]
    assert (place / "a.csv").read_text() == "new"


def test_drafts_of_killed_processes_are_removed_once_old(place: Path) -> None:
    abandoned, running = (place.with_name(f".out.writing-{end}") for end in ("0", "1"))
    for draft in (abandoned, running):
        draft.mkdir()
    long_ago = time.time() - 7_200
    os.utime(abandoned, (long_ago, long_ago))
    with replacing(place) as draft:
        fill(draft, "new")
    assert sorted(os.listdir(place.parent)) == [running.name, "out"]


def test_foreign_files_are_named_and_kept(place: Path) -> None:
    (place / "thesis.docx").write_text("three years of work")
    (place / "notes").mkdir()
    assert foreign_files(place) == ["notes", "thesis.docx"]
    with pytest.raises(UsageError, match=r"notes, thesis\.docx.*Move them elsewhere"):
        check_destination(place)
    with pytest.raises(UsageError, match="thesis"), replacing(place):
        pytest.fail("nothing must be written")
    assert (place / "thesis.docx").read_text() == "three years of work"


def test_without_a_readable_manifest_everything_is_foreign(place: Path) -> None:
    (place / MANIFEST).write_text("{")
    with pytest.raises(UsageError, match=r"a\.csv, manifest\.json"):
        check_destination(place)


def test_many_foreign_files_are_counted(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(UsageError, match=r"4\.txt and 4 more"):
        check_destination(tmp_path)


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below" / "it"):
        with pytest.raises(TruceError, match="is a file"):
            check_destination(path)
        with pytest.raises(TruceError, match="is a file"), replacing(path):
            pytest.fail("nothing must be written")
    assert (tmp_path / "file").read_text() == "mine"


def test_folders_without_permission_are_refused_early(place: Path, monkeypatch) -> None:
    monkeypatch.setattr(folder_module.os, "access", lambda folder, mode: folder != place)
    with pytest.raises(TruceError, match=r"no permission to write in .*out"):
        check_destination(place)
    with pytest.raises(TruceError, match="no permission"), replacing(place):
        pytest.fail("nothing must be written")
    check_destination(place.parent / "other")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_can_only_be_read_is_refused(place: Path) -> None:
    place.chmod(0o555)
    with pytest.raises(TruceError, match="no permission"):
        check_destination(place)


def test_destinations_that_are_fine_pass(place: Path) -> None:
    check_destination(place)
    check_destination(place.parent / "new" / "deep")
    assert only_old_is_there(place)
