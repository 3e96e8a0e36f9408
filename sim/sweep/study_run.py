"""`run_study`: from a study to a folder with its runs and tables."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sim.disk import UNFINISHED, plain_disk_errors
from sim.errors import TruceError, UsageError
from sim.results.manifest import MANIFEST, sha256_of_file
from sim.results.report_folder import REPORT, refuse_edited_report
from sim.sweep.crew import Crew, Processes, Threads
from sim.sweep.folder import (
    LOCK,
    STUDY,
    is_sweep,
    kept_for_us,
    open_folder,
    rewrite_manifest,
)
from sim.sweep.parts import PARTS
from sim.sweep.pilot import Pilot, fly
from sim.sweep.points import POINTS, points_of_study
from sim.sweep.precision import asked_at_first
from sim.sweep.progress import NOTE, Progress, Tally, leave_note
from sim.sweep.run_table import as_text
from sim.sweep.runner import Runner, Watch
from sim.sweep.signals import stopping_put_off
from sim.sweep.tables import CODEBOOK, FAILURES, LIFE_TABLE, SUMMARY, write_tables
from sim.workers import ENGINES, TIME_LIMIT, processors

if TYPE_CHECKING:
    from sim.sweep.study import Study

PILOT_SECONDS = 0.4
BETWEEN_LOOKS = 1.0  # seconds, while there is nobody to work
MOST_WORKERS = 1024
TABLES = (
    STUDY,
    POINTS,
    f"{LIFE_TABLE}.parquet",
    f"{SUMMARY}.parquet",
    f"{SUMMARY}.csv",
    f"{FAILURES}.parquet",
    f"{CODEBOOK}.csv",
)

MakeCrew = Callable[[int], Crew]


@dataclass(frozen=True)
class Swept:
    """What a sweep left: where, how far it came, and the content hash of each table."""

    folder: Path
    progress: Progress
    hashes: dict[str, str]

    @property
    def finished(self) -> bool:
        """Is every run there, if only as a failed row?"""
        return self.progress.done == self.progress.runs


def run_study(
    study: Study,
    folder: Path | str,
    *,
    workers: int | None = None,
    threads: bool = False,
    scheduler: str | None = None,
    engine: str = "compiled",
    time_limit: float = TIME_LIMIT,
    replace: bool = False,
    retry: bool = False,
    watch: Watch | None = None,
    crew: MakeCrew | None = None,
) -> Swept:
    """Run every point of a study, or what is missing of it, and write its folder.

        >>> from tempfile import TemporaryDirectory
        >>> from sim import Study, run_study
        >>> study = Study.from_yaml("{base: ttp_2021, factors: {truce.monitoring: [0, 0.8]}}")
        >>> with TemporaryDirectory() as folder:
        ...     swept = run_study(study, folder, threads=True)
        >>> swept.finished, swept.progress.runs
        (True, 2000)

    Args:
        study: what to run.
        folder: where the results go; a folder that holds part of the same study is gone on with,
            one that holds fewer runs or points of it is extended.
        workers: worker processes, or threads; by default as many as there are cores. The numbers
            do not depend on it.
        threads: use threads of this process: they start at once, but cannot be stopped when a run
            does not end.
        scheduler: address of a Dask scheduler that gives the work to other machines.
        engine: "compiled", or "mesa" for the same numbers slowly.
        time_limit: seconds that a block of runs may take (blocks are cut to take about one).
        replace: remove what another study left in the folder.
        retry: run failed runs again.
        watch: called about once a second with a `Progress`.
        crew: makes the workers, for those who have workers of their own; called with `workers`.

    Errors: `UsageError` for a wrong number, a folder in use or one that holds something else;
    `TruceError` when the disk refuses. `KeyboardInterrupt` is passed on when all that was finished
    is safe and the tables show it.
    """
    hands = checked_workers(workers)
    check_how(engine, time_limit)
    make = crew or crew_maker(threads, scheduler)
    place = Path(folder)
    load_what_writes()
    with ExitStack() as leaving:
        leaving.enter_context(kept_for_us(place))
        if replace:
            clear(place)

        @cache
        def hired() -> Crew:
            crew = leaving.enter_context(make(hands))
            wait_for_workers(crew, len(study) * study.runs, watch)
            return crew

        @cache
        def pilot() -> Pilot:
            points = points_of_study(study)
            return fly(hired(), points, study.seed, engine, PILOT_SECONDS, time_limit)

        def block_size(runs: int) -> int:
            return pilot().block_size(runs, max(1, hired().workers))  # a cluster's may all be gone

        first = len(study) * asked_at_first(study.precision, study.runs)
        runner = Runner(
            open_folder(place, study, lambda: block_size(first)), engine, time_limit, watch
        )
        runner.find_done(retry)
        if runner.is_done and is_closed(runner):
            hashes = runner.folder.manifest["hashes"]
            return Swept(place, runner.tally.progress(), hashes)
        try:
            if not runner.is_done:
                runner.run(hired(), hired().workers, block_size)
        except BaseException:
            with suppress(TruceError):  # on a full disk, say; what came first says more
                close(runner)
            raise
        hashes = close(runner)
        return Swept(place, runner.tally.progress(), hashes)


def load_what_writes() -> None:
    """Import what parts and tables need, while nothing depends on it yet."""
    with stopping_put_off():
        import_module("pyarrow.parquet")
        import_module("pandas")


def wait_for_workers(crew: Crew, runs: int, watch: Watch | None) -> None:
    """Wait until a crew has somebody to work, as a cluster may have nobody yet."""
    nothing = Tally(runs)
    while not crew.workers:
        if watch:
            watch(nothing.progress())
        time.sleep(BETWEEN_LOOKS)


def is_closed(runner: Runner) -> bool:
    """Were the tables of a finished sweep made from the very runs that are there, and left alone?

    Not if it was killed between running failed runs again and telling so.
    """
    folder, manifest = runner.folder, runner.folder.manifest
    if not manifest["finished"] or manifest["hashes"]["runs"] != as_text(runner.fingerprint):
        return False
    paths = {name: folder.path / name for name in TABLES}
    with plain_disk_errors(folder.path, "read"):
        return all(
            path.is_file() and sha256_of_file(path) == manifest["files"].get(name)
            for name, path in paths.items()
        )


def close(runner: Runner) -> dict[str, str]:
    """Write the tables of what is done, and the manifest with the hashes of everything."""
    folder, progress = runner.folder, runner.tally.progress()
    parts = [path for block in folder.blocks if (path := folder.part(block)).exists()]
    hashes = write_tables(folder, parts) | {"runs": as_text(runner.fingerprint)}
    files = [folder.path / name for name in TABLES] + parts
    rewrite_manifest(
        folder,
        finished=progress.done == progress.runs and runner.is_done,
        done=progress.done,
        failed=progress.failed,
        hashes=hashes,
        files={path.relative_to(folder.path).as_posix(): sha256_of_file(path) for path in files},
    )
    leave_note(folder.path, progress)
    return hashes


def pilot_of(study: Study, engine: str = "compiled", seconds: float = 1.0) -> Pilot:
    """Run a moment of a study to see what it costs; nothing is written."""
    with Threads(1) as crew:
        return fly(crew, points_of_study(study), study.seed, engine, seconds, TIME_LIMIT)


def check_how(engine: str, time_limit: float) -> None:
    """Check how a sweep is to be run.

    Errors: `UsageError` for an unknown engine, or a time in which nothing can be done.
    """
    if engine not in ENGINES:
        raise UsageError(f"the engine must be one of {', '.join(ENGINES)}, not {engine}")
    if not time_limit > 0:
        raise UsageError(f"the time limit must be more than 0 seconds, not {time_limit:g}")


def checked_workers(workers: int | None) -> int:
    """Return how many workers to use.

    Errors: `UsageError` when the number is out of range.
    """
    if workers is None:
        return processors()
    if not 1 <= workers <= MOST_WORKERS:
        raise UsageError(f"workers must lie between 1 and {MOST_WORKERS:,}, not {workers}")
    return workers


def crew_maker(threads: bool, scheduler: str | None) -> MakeCrew:
    """Return what makes the crew that was asked for.

    Errors: `UsageError` when both were.
    """
    if scheduler is not None:
        if threads:
            raise UsageError("choose either threads of this machine or a scheduler of others")
        from sim.sweep.cluster import Cluster

        return lambda _: Cluster(scheduler)
    return Threads if threads else Processes


def is_ours(name: str) -> bool:
    """Is this the name of something that a sweep writes into its folder?"""
    return name in (*TABLES, MANIFEST, NOTE, PARTS, REPORT) or name.startswith(UNFINISHED)


def clear(folder: Path) -> None:
    """Remove what a sweep left in a folder, with its report; last the manifest, which names it.

    Errors: `UsageError` when it holds anything but a sweep, or a report that was edited.
    """
    left = [entry for entry in folder.iterdir() if entry.name != LOCK]
    if left and not is_sweep(folder):
        raise UsageError(f"{folder} holds no sweep; only the results of a sweep are replaced.")
    if foreign := sorted(entry.name for entry in left if not is_ours(entry.name)):
        raise UsageError(
            f"{folder} also holds {foreign[0]}, which no sweep wrote. Move it away, or choose "
            "another folder with --out."
        )
    if (folder / REPORT).exists():
        refuse_edited_report(folder / REPORT, "Replacing the results")
    with plain_disk_errors(folder):
        for entry in sorted(left, key=lambda entry: entry.name == MANIFEST):
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
