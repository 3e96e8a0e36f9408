"""Commands about sweeps: sweep, status."""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import (
    EngineOption,
    ParametersOption,
    app,
    loaded_study,
    points_and_runs,
    say,
    shown,
    shown_lines,
)
from sim.errors import StoppedError, UsageError
from sim.workers import TIME_LIMIT

if TYPE_CHECKING:
    from sim.sweep.progress import Progress
    from sim.sweep.study import Study
    from sim.sweep.study_run import Swept

BETWEEN_LINES = 10.0  # seconds between two lines of a log

StudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="STUDY", help="A study file, or the name of a shipped one (see truce list)."
    ),
]


@app.command()
def sweep(
    study: StudyArgument,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="How many worker processes; all cores by default."
        ),
    ] = None,
    threads: Annotated[
        bool, typer.Option("--threads", help="Threads in place of processes: they start at once.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler: tcp://HOST:PORT."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how long it will take, and write nothing.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write; results/STUDY by default."),
    ] = None,
    engine: EngineOption = "compiled",
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit", metavar="SECONDS", help="For a block of runs, which takes about one."
        ),
    ] = TIME_LIMIT,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove the sweep that is in the folder.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Run failed runs again.")] = False,
    parameters: ParametersOption = None,
) -> None:
    """Run a study: many points, many runs of each.

    It can be stopped and killed at any moment: the same command goes on where it was. A study with
    more runs or points extends what is there. With --parameters each point is run under each vector
    of a set, and its numbers are bands over the set.
    """
    from sim.sweep.digest_text import points_text, stopped_text
    from sim.sweep.study_run import check_how, checked_workers, crew_maker, run_study

    hands = checked_workers(workers)
    check_how(engine, time_limit)
    crew_maker(threads, scheduler)
    plan = loaded_study(study)
    folder = out or default_folder(plan, parameters)
    if parameters is not None:
        plan = under_parameters(plan, parameters)
    size = points_and_runs(len(plan), plan.runs, plan.precision)
    headline = f"{shown(plan.title)}: {size}, seed {plan.seed}"
    if dry_run:
        print("\n".join([headline, shown_lines(forecast(plan, engine, hands))]))
        return
    say(headline)
    gc.enable()
    with stopping(study, folder), told() as watch:
        swept = run_study(
            plan,
            folder,
            workers=hands,
            threads=threads,
            scheduler=scheduler,
            engine=engine,
            time_limit=time_limit,
            replace=replace,
            retry=retry,
            watch=watch,
        )
    if swept.progress.done > swept.progress.failed:
        told_points = bands_text(folder) if plan.vectors else points_text(folder)
        print(f"\n{shown_lines(told_points)}\n")
    if plan.precision:
        print(shown_lines([stopped_text(folder, plan.precision.words, plan.runs)]))
    print(shown_lines(outcome(swept)))
    if swept.progress.failed:
        raise typer.Exit(1)


@app.command()
def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of truce sweep.")],
) -> None:
    """Tell how far a sweep is.

    Reads the folder only, so it can be asked from another terminal while the sweep runs.
    """
    from sim.sweep.stored import status_of

    now = status_of(folder)
    manifest, size = now.folder.manifest, now.folder.size
    points, precision = manifest["points"], now.folder.precision
    whole = points_and_runs(points, manifest["runs"], precision)
    print(f"{shown(manifest['title'])}: {whole}")
    so_far = " that were needed so far" if precision else ""
    print(f"{now.done:,} of {size:,} runs{so_far} are done ({percent(now.done, size)})")
    if now.running and now.last:
        where = f"process {now.about['process']} on {shown(now.about['machine'])}"
        ago = max(0.0, time.time() - now.about["at"])
        print(f"running: {where}, heard of {ago:.0f} s ago; {pace(now.last)}")
    elif now.finished:
        print("finished: the tables are made")
    else:
        print("not running: give the same truce sweep command to go on")
    if now.last and now.last.failed:
        print(f"failed runs: {now.last.failed:,}; see failures.parquet when it is finished")


def default_folder(plan: Study, parameters: str | None = None) -> Path:
    """Return where the results of a study go: one folder for each file and set of parameters."""
    name = (plan.path.stem.strip(".") if plan.path else "") or "study"
    under = "" if parameters is None else f"-{Path(parameters).stem.strip('.') or 'vectors'}"
    return Path("results") / f"{name}{under}"


def under_parameters(plan: Study, parameters: str) -> Study:
    """Return a study with each of its points under each vector of a set."""
    from sim.validation.crossed import crossed
    from sim.validation.vectors import read_vectors

    return crossed(plan, read_vectors(parameters))


def bands_text(folder: Path) -> list[str]:
    """Return the mean days of each case as a band over the vectors, those that last longest first.

    Of many cases only the ends of the list are shown.
    """
    from sim.cli.analyses import WHAT_BANDS_ARE, printed
    from sim.sweep.digest_text import MOST_LINES, SHOWN_ENDS
    from sim.sweep.over_vectors import bands

    table = bands(folder).sort_values("mean_days", ascending=False, kind="stable")
    last = list(table).index("largest_error")
    names = [*table.columns[:last], "mean_days", "mean_days_lower", "mean_days_upper"]
    lines = printed(table[[*names, "largest_error"]])
    if len(table) > MOST_LINES:
        hidden = f"... {len(table) - 2 * SHOWN_ENDS:,} points between ..."
        lines = [*lines[: 1 + SHOWN_ENDS], hidden, *lines[-SHOWN_ENDS:]]
    return [*lines, *WHAT_BANDS_ARE, f"Next: truce analyse {folder} --csv bands.csv"]


def forecast(plan: Study, engine: str, hands: int) -> list[str]:
    """Return what a dry run says: how long it will take and how much it will write."""
    from sim.sweep.stopping import most_needed
    from sim.sweep.study_run import pilot_of

    say("Trying some points (this compiles the model the first time, about 20 s)")
    pilot = pilot_of(plan, engine)
    each, said = plan.runs, []
    if plan.precision:
        needed = most_needed(plan.precision, len(plan))
        each = min(each, needed)
        said = [needed_at_most(needed, plan.runs)]
    runs = len(plan) * each
    seconds = pilot.seconds(len(plan), each, hands)
    return [
        *said,
        f"a run takes {1e6 * pilot.seconds_per_run:,.0f} microseconds, a point "
        f"{1e3 * pilot.seconds_per_point:.1f} milliseconds to make ready",
        f"expected: {duration(seconds)} with {hands} workers once they have started, and "
        f"{runs * pilot.bytes_per_run / 1e6:.1f} MB of runs in blocks of "
        f"{pilot.block_size(runs, hands):,}",
        "Nothing was written.",
    ]


def needed_at_most(needed: int, runs: int) -> str:
    """Return what is known beforehand of a study whose points stop when precise enough."""
    worst = f"in the worst case a point is precise enough after {needed:,} runs"
    if needed > runs:
        return f"{worst}, more than the {runs:,} that it may get; what follows is for these:"
    return f"{worst}, and most take fewer; what follows is for the worst case:"


def outcome(swept: Swept) -> list[str]:
    """Return what is said when a sweep has ended."""
    done = swept.progress
    new = done.done - done.found
    place = str(swept.folder)
    lines = [
        f"{done.done:,} runs are there, {new:,} of them new in {duration(done.seconds)}"
        if new
        else f"All {done.done:,} runs were there already."
    ]
    if done.failed:
        lines.append(
            f"{done.failed:,} of them failed: failures.parquet says which and why; --retry runs "
            "them again."
        )
    lines += [
        f"{'Wrote' if new else 'See'} {place}: look at summary.csv first; codebook.csv explains "
        "every column.",
        f"Next: truce replay --study {place} --point 0 --run 0",
        f"      truce verify {place}",
    ]
    return lines


def pace(progress: Progress) -> str:
    """Return rate, time left and live numbers in one line."""
    if not progress.workers:
        return "waiting for the first worker"
    said = [f"{progress.rate:,.0f} runs a second"]
    if progress.seconds_left:  # neither unknown nor over
        said.append(f"{duration(progress.seconds_left)} left")
    if progress.going_on is not None:
        said.append(f"{progress.going_on:,} points not precise enough yet")
    if progress.median_days is not None:
        said.append(f"median so far {progress.median_days} days")
    if progress.failed:
        said.append(f"{progress.failed:,} failed")
    return ", ".join(said)


def progress_line(progress: Progress) -> str:
    """Return how far a sweep is in one line."""
    share = percent(progress.done, progress.runs)
    return f"{progress.done:,} of {progress.runs:,} runs ({share}); {pace(progress)}"


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, never 100 before all is done."""
    return f"{100 * part // whole if whole else 100} %"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds < 120:
        return f"{seconds:.0f} s" if seconds >= 1 else "less than 1 s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


@contextmanager
def told() -> Iterator[Any]:
    """Give a function that tells the progress: on a terminal one line, in a log a line at times."""
    terminal = sys.stderr.isatty()
    last = -BETWEEN_LINES

    def watch(progress: Progress) -> None:
        nonlocal last
        if terminal:
            print(f"\r\033[K{progress_line(progress)}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - last >= BETWEEN_LINES or progress.done == progress.runs:
            last = time.monotonic()
            say(progress_line(progress))

    if terminal:
        print("\rpreparing (about 20 s the first time)", end="", file=sys.stderr, flush=True)
    try:
        yield watch
    finally:
        if terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def stopping(study: str, folder: Path) -> Iterator[None]:
    """Turn Ctrl-C, and the signal that ends a job, into a sentence about what is saved."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        raise StoppedError(stopped_sentence(folder)) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def stopped_sentence(folder: Path) -> str:
    """Return what is saved of a sweep that was stopped, and how to go on."""
    from sim.sweep.stored import status_of

    try:
        now = status_of(folder)
    except UsageError:
        return "stopped before anything was run; the same command begins anew"
    is_told = now.folder.manifest.get("done") == now.done
    tables = "and its tables show them" if is_told else "though its tables do not show them yet"
    return (
        f"stopped. {now.done:,} of {now.folder.size:,} runs are saved in {shown(str(folder))}, "
        f"{tables}. Give the same command to go on."
    )
