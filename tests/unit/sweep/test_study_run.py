"""`run_study` as a whole: the same numbers on every way there, and what happens when one fails."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas
import pytest

from sim import disk
from sim.errors import TruceError, UsageError
from sim.results.manifest import MANIFEST
from sim.sweep import study_run
from sim.sweep.crew import Processes, Threads
from sim.sweep.folder import read_folder
from sim.sweep.progress import Progress
from sim.sweep.study_run import Swept, run_study
from tests.crews import (
    LEVERAGE,
    Inline,
    begun,
    die,
    inside,
    lose_a_row,
    never_end,
    parts_of,
    pretended,
    raise_error,
    small_study,
    spoiled,
    swept,
)

STUDY = small_study(compare_to="{brokers.0.leverage: 0.0}")
SIZE = 60
BLOCKS = 12  # of five runs


@pytest.fixture(autouse=True)
def short_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_run, "PILOT_SECONDS", 0.01)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """The study, run without any trouble; not to be changed."""
    return swept(STUDY, tmp_path_factory.mktemp("sound") / "swept")


def summary_of(folder: Path) -> pandas.DataFrame:
    return pandas.read_parquet(folder / "summary.parquet")


def failures_of(folder: Path) -> pandas.DataFrame:
    return pandas.read_parquet(folder / "failures.parquet")


def runs_of(folder: Path) -> pandas.DataFrame:
    runs = pandas.concat(map(pandas.read_parquet, parts_of(folder)))
    return runs.sort_values(["point", "run"], ignore_index=True)


# The same numbers


@pytest.mark.parametrize("block_size", [1, 7, 25, 1000])
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_blocks_workers_and_order_are_no_matter(
    tmp_path: Path, sound: Swept, block_size: int, workers: int
) -> None:
    begun(STUDY, tmp_path / "swept", block_size)
    crew = partial(Inline, doing=pretended, order=block_size)
    done = run_study(STUDY, tmp_path / "swept", workers=workers, crew=crew)
    assert done.hashes == sound.hashes
    assert done.finished


def test_hashes_are_those_of_the_manifest_and_cover_every_table(sound: Swept) -> None:
    manifest = read_folder(sound.folder).manifest
    assert manifest["hashes"] == sound.hashes
    assert set(sound.hashes) == {"points", "life_table", "summary", "failures", "runs"}
    files = set(inside(sound.folder)) - {MANIFEST, ".lock", ".progress.json"}
    assert set(manifest["files"]) == files


class Interrupt:
    """Presses Ctrl-C when it has been told the progress so many times."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.told: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.told.append(progress)
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.fixture
def always_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.sweep import runner

    monkeypatch.setattr(runner, "BETWEEN_NOTES", 0.0)


@pytest.mark.usefixtures("always_told")
@pytest.mark.parametrize("after", [1, 3, 5])
def test_a_sweep_that_is_interrupted_goes_on(tmp_path: Path, sound: Swept, after: int) -> None:
    folder = tmp_path / "swept"
    begun(STUDY, folder)
    with pytest.raises(KeyboardInterrupt):
        swept(STUDY, folder, watch=Interrupt(after))
    parts = inside(folder / "runs")
    manifest = read_folder(folder).manifest
    assert len(parts) == after
    assert summary_of(folder)["runs"].sum() == manifest["done"] == len(runs_of(folder))
    assert summary_of(folder)["runs"].max() - summary_of(folder)["runs"].min() <= 2
    assert not manifest["finished"]
    done = swept(STUDY, folder)
    assert done.hashes == sound.hashes
    assert done.progress.found == manifest["done"] > 0
    assert parts.items() <= inside(folder / "runs").items()


def test_ctrl_c_while_tables_are_made_loses_nothing(
    tmp_path: Path, sound: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(study_run, "write_tables", interrupted)
        with pytest.raises(KeyboardInterrupt):
            swept(STUDY, tmp_path / "swept")
    parts = inside(tmp_path / "swept/runs")
    done = swept(STUDY, tmp_path / "swept")
    assert done.hashes == sound.hashes
    assert done.progress.found == SIZE
    assert inside(tmp_path / "swept/runs") == parts


def interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def test_more_runs_are_the_same_as_many_at_once(tmp_path: Path) -> None:
    for runs in (3, 8, 9):
        done = swept(small_study(runs=runs), tmp_path / "grown", workers=1)
    assert done.hashes == swept(small_study(runs=9), tmp_path / "fresh").hashes
    assert done.progress.found == 40


def test_more_points_are_the_same_after_renumbering(tmp_path: Path) -> None:
    leverage = (0.6, *LEVERAGE[::-1], 0.1)
    first = swept(STUDY, tmp_path / "grown")
    assert first.finished
    before = runs_of(tmp_path / "grown")
    study = small_study(runs=15, leverage=leverage)
    done = swept(study, tmp_path / "grown")
    after = runs_of(tmp_path / "grown")
    kept = after[(after["point"] < 5) & (after["run"] < 12)].reset_index(drop=True)
    pandas.testing.assert_frame_equal(kept, before)
    fresh = swept(study, tmp_path / "fresh")
    assert (done.progress.found, done.finished) == (SIZE, True)
    by_value = [by_leverage(each.folder) for each in (done, fresh)]
    pandas.testing.assert_frame_equal(*by_value)


def by_leverage(folder: Path) -> pandas.DataFrame:
    summary = summary_of(folder).drop(columns="point")
    return summary.sort_values("brokers.0.leverage", ignore_index=True)


def test_another_baseline_compares_anew_without_a_run(tmp_path: Path) -> None:
    swept(STUDY, tmp_path / "swept")
    other = small_study(compare_to="{brokers.0.leverage: 1.0}")
    done = swept(other, tmp_path / "swept", crew=nobody)
    summary = summary_of(tmp_path / "swept").set_index("brokers.0.leverage")
    assert done.progress.found == SIZE
    assert summary["mean_minus_baseline_days"][1.0] == 0
    assert summary["baseline"][1.0]
    fresh = by_leverage(swept(other, tmp_path / "fresh").folder)
    pandas.testing.assert_frame_equal(by_leverage(tmp_path / "swept"), fresh)


def nobody(workers: int) -> Inline:
    raise AssertionError("there is nothing to be done")


# All done


def test_what_is_done_is_not_done_again(sound: Swept) -> None:
    before = inside(sound.folder)
    done = run_study(STUDY, sound.folder, crew=nobody)
    assert done.hashes == sound.hashes
    assert done.progress.done == done.progress.found == SIZE
    assert inside(sound.folder) == before


@pytest.mark.parametrize("name", ["summary.csv", "life_table.parquet", "codebook.csv"])
@pytest.mark.parametrize("how", ["lost", "altered"])
def test_tables_that_are_lost_or_altered_are_made_again(
    tmp_path: Path, sound: Swept, name: str, how: str
) -> None:
    path = swept(STUDY, tmp_path / "swept").folder / name
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    if how == "lost":
        path.unlink()
    done = run_study(STUDY, tmp_path / "swept", crew=nobody)
    assert done.hashes == sound.hashes
    assert path.read_bytes() == content


def test_what_is_done_is_found_at_once(tmp_path: Path) -> None:
    leverage = tuple(round(0.005 * n, 3) for n in range(200))
    study = small_study(runs=100, leverage=leverage)
    swept(study, tmp_path / "swept")
    began = time.process_time()
    done = run_study(study, tmp_path / "swept", crew=nobody)
    assert time.process_time() - began < 1.0
    assert done.progress.found == 20_000


def test_damaged_parts_are_run_again(tmp_path: Path, sound: Swept) -> None:
    folder = tmp_path / "swept"
    begun(STUDY, folder, 5)
    swept(STUDY, folder)
    parts = parts_of(folder)
    whole = inside(folder / "runs")
    parts[0].write_bytes(b"")
    parts[1].write_bytes(whole[parts[1].name][:-20])
    parts[2].write_bytes(whole[parts[3].name])
    parts[4].unlink()
    parts[5].rename(parts[4])
    flipped = bytearray(whole[parts[6].name])
    flipped[40] ^= 4
    parts[6].write_bytes(flipped)
    done = swept(STUDY, folder)
    assert done.hashes == sound.hashes
    assert inside(folder / "runs") == whole
    assert SIZE - done.progress.found == 5 * 6


# Runs that fail


BAD = (2, 7)


@pytest.mark.parametrize(
    ("deed", "cause", "words"),
    [
        (raise_error, "worker failed", "ArithmeticError: a rule that divides by zero"),
        (lose_a_row, "worker failed", "0 rows came back for 1 runs"),
    ],
)
@pytest.mark.parametrize("places", [(BAD,), tuple((2, run) for run in range(12)), ()])
def test_bad_runs_fail_alone(
    tmp_path: Path,
    sound: Swept,
    deed: Callable[..., Any],
    cause: str,
    words: str,
    places: tuple[tuple[int, int], ...],
) -> None:
    folder = tmp_path / "swept"
    done = swept(STUDY, folder, doing=partial(spoiled, deed=deed, places=places))
    bad = places or tuple((point, run) for point in range(5) for run in range(12))
    told = failures_of(folder)
    assert list(zip(told["point"], told["run"], strict=True)) == list(bad)
    assert set(told["seed"]) == {STUDY.seed}
    assert set(told["cause"]) == {cause}
    assert told["detail"].str.contains(words, regex=False).all()
    assert done.finished
    assert done.progress.failed == len(bad)
    check_only_these_failed(folder, sound, bad)


def check_only_these_failed(folder: Path, sound: Swept, bad: tuple[tuple[int, int], ...]) -> None:
    runs, expected = runs_of(folder), runs_of(sound.folder)
    assert len(runs) == SIZE
    is_bad = pandas.Series(list(zip(runs["point"], runs["run"], strict=True))).isin(bad)
    pandas.testing.assert_frame_equal(runs[~is_bad], expected[~is_bad], check_dtype=False)
    assert (runs[is_bad]["ending"] == "failed").all()
    summary = summary_of(folder)
    assert (summary["runs"] + summary["failed"]).tolist() == [12] * 5
    all_failed = summary["runs"] == 0
    assert summary[all_failed].drop(columns=["median_days"])["mean_days"].isna().all()
    assert summary[~all_failed]["mean_days"].notna().all()


def test_retrying_mends_what_failed(tmp_path: Path, sound: Swept) -> None:
    mended = tmp_path / "mended"
    doing = partial(spoiled, deed=raise_error, places=(BAD, (0, 0)), unless=mended)
    spoilt = swept(STUDY, tmp_path / "swept", doing=doing)
    assert spoilt.progress.failed == 2
    assert swept(STUDY, tmp_path / "swept", doing=doing).hashes == spoilt.hashes
    assert swept(STUDY, tmp_path / "swept", doing=doing, retry=True).hashes == spoilt.hashes
    mended.touch()
    done = swept(STUDY, tmp_path / "swept", doing=doing, retry=True)
    assert done.hashes == sound.hashes
    assert done.progress.failed == 0


def test_a_retry_that_was_killed_before_its_end_still_makes_new_tables(
    tmp_path: Path, sound: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "swept"
    swept(STUDY, folder, doing=partial(spoiled, deed=raise_error, places=(BAD,)))
    with monkeypatch.context() as patched:
        patched.setattr(study_run, "close", interrupted)
        with pytest.raises(KeyboardInterrupt):
            swept(STUDY, folder, retry=True)
    assert run_study(STUDY, folder, crew=nobody).hashes == sound.hashes


# Real workers


@pytest.mark.parametrize(
    ("deed", "limit", "cause", "words"),
    [
        (die, 120.0, "worker died", "ended by SIGKILL"),
        (never_end, 1.0, "time limit", "it had not ended after 1 seconds"),
        (raise_error, 120.0, "worker failed", "ArithmeticError"),
    ],
)
def test_a_bad_run_takes_nothing_with_it(
    tmp_path: Path,
    sound: Swept,
    deed: Callable[..., Any],
    limit: float,
    cause: str,
    words: str,
) -> None:
    doing = partial(spoiled, deed=deed, places=(BAD,))
    done = run_study(
        STUDY, tmp_path / "swept", workers=2, crew=lambda n: Processes(n, doing), time_limit=limit
    )
    (failure,) = failures_of(tmp_path / "swept").to_dict("records")
    assert (failure["point"], failure["run"]) == BAD
    assert failure["cause"] == cause
    assert words in failure["detail"]
    assert done.finished
    check_only_these_failed(tmp_path / "swept", sound, (BAD,))


REAL = {
    "two threads": {"workers": 2, "threads": True},
    "four threads": {"workers": 4, "threads": True},
    "two processes": {"workers": 2},
    "stepped": {"workers": 1, "threads": True, "engine": "mesa"},
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    return run_study(STUDY, tmp_path_factory.mktemp("real") / "swept", workers=1, threads=True)


@pytest.mark.parametrize("how", REAL.values(), ids=REAL)
def test_the_model_gives_the_same_numbers_to_everyone(
    tmp_path: Path, real: Swept, how: dict[str, Any]
) -> None:
    begun(STUDY, tmp_path / "swept", 7)
    assert run_study(STUDY, tmp_path / "swept", **how).hashes == real.hashes


# Disks


@pytest.fixture
def full_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Let the disk be full after so many files, and never mind the small ones that follow."""
    left = [10**9]

    def fsync(_: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def set_(files: int) -> None:
        left[0] = files

    monkeypatch.setattr(disk.os, "fsync", fsync)
    yield set_
    left[0] = 10**9


@pytest.mark.parametrize("files", range(0, 22, 3))
def test_a_full_disk_is_told_and_the_same_call_goes_on(
    tmp_path: Path, sound: Swept, full_after: Callable[[int], None], files: int
) -> None:
    folder = tmp_path / "swept"
    full_after(files)
    with pytest.raises(TruceError, match=r"Cannot write to .*/swept.* The disk is full"):
        begun_and_swept(folder)
    assert not [name for name in inside(tmp_path) if ".writing-" in name]
    finished = inside(folder / "runs") if folder.exists() else {}
    assert len(finished) == min(max(0, files - 4), BLOCKS)
    full_after(10**9)
    assert begun_and_swept(folder).hashes == sound.hashes
    assert finished.items() <= inside(folder / "runs").items()


def begun_and_swept(folder: Path) -> Swept:
    begun(STUDY, folder, 5)
    return swept(STUDY, folder)


def test_the_error_that_came_first_is_told(
    tmp_path: Path, full_after: Callable[[int], None]
) -> None:
    def refuse(workers: int) -> Inline:
        full_after(0)
        raise TruceError("the workers are on strike")

    begun(STUDY, tmp_path / "swept")
    with pytest.raises(TruceError, match="on strike"):
        run_study(STUDY, tmp_path / "swept", crew=refuse)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do anything")
def test_a_folder_that_can_only_be_read_is_told(tmp_path: Path, sound: Swept) -> None:
    folder = tmp_path / "swept"
    begun(STUDY, folder)
    (folder / "runs").chmod(0o500)
    try:
        with pytest.raises(TruceError, match="no permission"):
            swept(STUDY, folder)
    finally:
        (folder / "runs").chmod(0o700)
    assert swept(STUDY, folder).hashes == sound.hashes


# Replacing


def test_another_study_replaces_what_is_there(tmp_path: Path) -> None:
    swept(STUDY, tmp_path / "swept")
    other = small_study(seed=4, leverage=(0.3,))
    replaced = swept(other, tmp_path / "swept", replace=True)
    fresh = swept(other, tmp_path / "fresh")
    assert replaced.hashes == fresh.hashes
    names = [
        {name for name in inside(swept_.folder) if "runs-" not in name}
        for swept_ in (replaced, fresh)
    ]
    assert names[0] == names[1]


def test_a_replacement_that_was_killed_leaves_nothing_to_be_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "swept"
    swept(STUDY, folder)
    other = small_study(seed=4)
    removed = []

    def killed(path: Path) -> None:
        removed.append(path)
        if len(removed) == 3:
            raise KeyboardInterrupt
        os.unlink(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda path, **_: killed(path))
        with pytest.raises(KeyboardInterrupt):
            swept(other, folder, replace=True)
    assert (folder / MANIFEST).exists()
    assert swept(other, folder, replace=True).hashes == swept(other, tmp_path / "fresh").hashes


@pytest.mark.parametrize("name", ["notes.txt", "figure.png"])
def test_nothing_but_a_sweep_is_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")
    with pytest.raises(UsageError, match="only the results of a sweep are replaced"):
        swept(STUDY, tmp_path / "mine", replace=True)
    assert inside(tmp_path) == {f"mine/{name}": b"mine"}


def test_what_others_put_beside_a_sweep_is_not_removed_with_it(tmp_path: Path) -> None:
    swept(STUDY, tmp_path / "swept")
    (tmp_path / "swept/notes.txt").write_text("mine")
    before = inside(tmp_path)
    with pytest.raises(UsageError, match=r"also holds notes\.txt, which no sweep wrote"):
        swept(small_study(seed=4), tmp_path / "swept", replace=True)
    assert inside(tmp_path) == before


def test_an_empty_folder_can_be_replaced(tmp_path: Path) -> None:
    assert swept(STUDY, tmp_path, replace=True).finished


# Wrong calls


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"workers": 0}, "between 1 and 1,024, not 0"),
        ({"workers": 1025}, "not 1025"),
        ({"engine": "steam"}, "one of compiled, mesa, not steam"),
        ({"time_limit": 0}, "more than 0 seconds, not 0"),
        ({"time_limit": float("nan")}, "not nan"),
        ({"threads": True, "scheduler": "tcp://x:1"}, "either threads"),
    ],
)
def test_wrong_calls_are_refused_before_anything_is_made(
    tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        run_study(STUDY, tmp_path / "swept", **options)
    assert not (tmp_path / "swept").exists()


def test_threads_are_a_crew_like_others(tmp_path: Path, sound: Swept) -> None:
    done = run_study(STUDY, tmp_path / "swept", workers=2, crew=lambda n: Threads(n, pretended))
    assert done.hashes == sound.hashes
