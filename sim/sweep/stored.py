"""What is read back from the folder of a sweep: how far it is, whether it is whole, single runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.disk import plain_disk_errors
from sim.errors import ResultsError, UsageError
from sim.results.manifest import sha256_of_file
from sim.scenario import Scenario
from sim.scenario.words import printable
from sim.sweep.folder import SweepFolder, is_kept, read_folder
from sim.sweep.parts import DamagedPartError, read_part
from sim.sweep.progress import Progress, read_note
from sim.sweep.run_table import ENDING_NAMES, FAILED, NOTHING, REASON_NAMES, as_text, together

LONGEST = 400  # characters of what is said about a file


@dataclass(frozen=True)
class Status:
    """How far a sweep is, as seen from outside."""

    folder: SweepFolder
    done: int  # runs whose parts are there
    running: bool  # is a sweep writing to the folder now?
    last: Progress | None  # the numbers that the runner left last
    about: dict[str, Any]  # when and where it left them

    @property
    def finished(self) -> bool:
        """Is every run there, and the tables made?"""
        return bool(self.folder.manifest["finished"]) and self.done == self.folder.size


def status_of(path: Path) -> Status:
    """Return how far the sweep in a folder is; cheap, and safe while it runs.

    Errors: `UsageError` when there is no sweep; `ResultsError` when its manifest is damaged.
    """
    folder = read_folder(path)
    with plain_disk_errors(path, "read"):
        there = {part.name for part in folder.parts.iterdir()}
    done = sum(block.size for block in folder.blocks if folder.part(block).name in there)
    last, about = read_note(path) or (None, {})
    return Status(folder, done, is_kept(path), last, about)


def verify_sweep(path: Path) -> Status:
    """Check every file of a sweep against its manifest, and every part against its fingerprint.

    In a sweep that is not finished, parts that were written after the manifest are checked against
    their own fingerprints alone.

    Errors: `UsageError` when there is no sweep; `ResultsError` naming each file that is missing or
    altered.
    """
    folder = read_folder(path)
    with plain_disk_errors(path, "read"):
        files = folder.manifest.get("files", {})
        problems = [
            problem
            for name, expected in sorted(files.items())
            if (problem := _problem(path, name, expected))
        ]
        problems += _part_problems(folder)
    if problems:
        listed = "\n".join(f"- {printable(problem, LONGEST)}" for problem in problems)
        raise ResultsError(f"The results in {path} do not match their manifest:\n{listed}")
    return status_of(path)


def _problem(folder: Path, name: str, expected: str) -> str:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return f"{name}: it lies outside of the folder"
    if not path.is_file():
        return f"{name}: it is missing"
    return (
        "" if sha256_of_file(path) == expected else f"{name}: it has changed since it was written"
    )


def _part_problems(folder: SweepFolder) -> list[str]:
    problems, total = [], NOTHING
    for block in folder.blocks:
        path = folder.part(block)
        if not path.exists():
            continue
        try:
            total = together(total, read_part(path).fingerprint)
        except DamagedPartError as error:
            problems.append(str(error))
    finished = folder.manifest["finished"]
    if (
        finished
        and not problems
        and as_text(total) != folder.manifest.get("hashes", {}).get("runs")
    ):
        problems.append("runs: together they are not the runs of the manifest")
    return problems


@dataclass(frozen=True)
class StoredRun:
    """One run of a sweep, and what it takes to repeat it.

    `days`, `ending` and `why` are what the sweep recorded: None if the run failed, if it has not
    been run yet, or if its point was precise enough without it.
    """

    scenario: Scenario
    seed: int
    run: int
    days: int | None = None
    ending: str | None = None
    why: str | None = None


def stored_run(path: Path, point: int, run: int) -> StoredRun:
    """Return a run of a sweep.

    Errors: `UsageError` when the folder holds no sweep, or the sweep no such point or run;
    `ResultsError` when its part is damaged.
    """
    folder = read_folder(path)
    case = folder.points.scenario(point)
    if not 0 <= run < folder.runs:
        raise UsageError(f"the runs are numbered from 0 to {folder.runs - 1:,}, not {run}")
    bare = StoredRun(case, folder.seed, run)
    block = next((block for block in folder.blocks if block.holds(point, run)), None)
    if block is None or not folder.part(block).exists():
        return bare
    try:
        rows = read_part(folder.part(block)).rows.reshape(block.points, block.runs)
    except DamagedPartError as error:
        raise ResultsError(f"{error}. The command truce sweep mends it.") from error
    row = rows[point - block.first_point, run - block.first_run]
    if row["ending"] == FAILED:
        return bare
    ending, why = ENDING_NAMES[row["ending"]], REASON_NAMES[row["why"]]
    return replace(bare, days=int(row["days"]), ending=ending, why=why)


def check_replay(stored: StoredRun, ending: str, why: str, days: int) -> str:
    """Return a sentence that compares a replayed run with what the sweep recorded.

    Errors: `ResultsError` when they differ, as they do under another version of the model.
    """
    if stored.ending is None:
        return (
            "The sweep has no ending for this run: it failed, or has not been run yet; a point "
            "that is precise enough gets no more runs."
        )
    if (stored.ending, stored.why, stored.days) == (ending, why, days):
        return f"As the sweep recorded it: {ending} on day {days}."
    raise ResultsError(
        f"the sweep recorded {stored.ending} ({stored.why}) on day {stored.days}, the replay ends "
        f"with {ending} ({why}) on day {days}; was the sweep made with another version?"
    )
