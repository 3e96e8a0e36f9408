"""Commands that look behind the results: sensitivity, discover, levers, attribute."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import (
    ParametersOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    app,
    loaded,
    loaded_study,
    name_of,
    points_and_runs,
    say,
    shown,
    shown_lines,
)
from sim.cli.sweeps import stopping, told
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.sweep import Study

OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where to write; beside the other results if left."),
]
GoalOption = Annotated[
    str, typer.Option("--goal", metavar="TEXT", help='Such as "survival_365 > 0.5".')
]


@app.command()
def sensitivity(
    study: Annotated[
        str,
        typer.Argument(
            metavar="STUDY",
            help="A study, whose factors are screened; or a scenario, of which all parameters are.",
        ),
    ],
    out: OutOption = None,
    walks: Annotated[
        int | None, typer.Option("--walks", metavar="N", help="Walks of the screening; 20.")
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", help="Samples for the indices, a power of 2.")
    ] = 512,
    top: Annotated[int, typer.Option("--top", metavar="K", help="Factors that get indices.")] = 10,
    runs: Annotated[
        int | None,
        typer.Option("--runs", metavar="N", help="Runs of each point; as in the study, or 200."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Worker processes; all cores.")
    ] = None,
    threads: Annotated[
        bool, typer.Option("--threads", help="Threads in place of processes: they start at once.")
    ] = False,
    is_replaced: Annotated[
        bool, typer.Option("--replace", help="Remove the sweeps that are in the folder.")
    ] = False,
) -> None:
    """Find out which numbers move the results.

    Screens all factors (Morris), then shares the variance out among those that matter most (Sobol'
    indices). It can be stopped and killed: the same command goes on where it was.
    """
    from sim.inquiry.measures import measures_within
    from sim.inquiry.sensitivity import check_numbers
    from sim.inquiry.sensitivity import sensitivity as asked
    from sim.inquiry.told import sensitivity_lines
    from sim.inquiry.writing import check_free, write_inquiry

    check_numbers(walks, samples, top)
    plan, name = plan_of(study, runs)
    folder = out or Path("results") / f"{name}-sensitivity"
    check_free(folder)
    gc.enable()
    found = asked(plan, folder, stage(study, workers, threads, is_replaced), walks, samples, top)
    measures = measures_within(least_horizon(plan))
    answer = sensitivity_lines(found, measures)
    from sim.inquiry import pictures

    write_inquiry(
        folder,
        facts(title=plan.title, seed=plan.seed, runs=plan.runs, samples=samples, top=top),
        answer,
        {
            "effects": found.screening,
            "sobol": found.indices,
            "noise": found.noise,
            "convergence": found.convergence,
        },
        {
            "factors": pictures.screening_picture(found, measures, plan.title),
            "shares": pictures.indices_picture(found, measures, plan.title),
            "convergence_of_totals": pictures.convergence_picture(found, measures, plan.title),
        },
    )
    tell([plan.title, "", *answer], folder, "factors.png and shares.png")


@app.command()
def discover(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of truce sweep with many points.")
    ],
    goal: GoalOption,
    out: OutOption = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Seed of what is redrawn.")] = 1,
) -> None:
    """Find the conditions under which truces meet a goal.

    Looks among the points of a sweep for boxes of conditions full of points that meet the goal
    (PRIM), for a shallow tree, and for single factors that set them apart. It runs nothing.
    """
    from sim.inquiry import pictures
    from sim.inquiry.discovery import discovered
    from sim.inquiry.told import discovery_lines
    from sim.inquiry.writing import check_free, write_inquiry
    from sim.results.attribution_folder import beside

    check_seed(seed)
    place = out or beside(folder, "discovery")
    check_free(place)
    found = discovered(folder, goal, seed)
    answer = discovery_lines(found)
    title = shown(str(folder))
    figures = {"single_factors": pictures.regional_picture(found, title)}
    tables = {"apart": found.regional, "points": found.points()}
    if found.boxes:
        tables |= {"limits": found.limits, "trajectories": found.trajectories()}
        figures |= {"boxes": pictures.boxes_picture(found, title)}
    write_inquiry(place, facts(sweep=str(folder), goal=goal, seed=seed), answer, tables, figures)
    tell(answer, place, "boxes.png" if found.boxes else "single_factors.png")


@app.command()
def levers(
    scenario: ScenarioArgument,
    goal: GoalOption,
    runs: Annotated[int, typer.Option("--runs", metavar="N", help="Runs of each trial.")] = 2000,
    seed: SeedOption = 1,
    changes: SetOption = None,
    parameters: ParametersOption = None,
    out: OutOption = None,
) -> None:
    """Find the smallest change of a policymaker's levers that reaches a goal.

    Leverage, monitoring, disclosure, ratification, the schedule of releases and the term: each
    alone, then a few together. The goal is one of survival_DAY, days_kept_DAY and share_ENDING.
    """
    from sim.inquiry.aim import Aim
    from sim.inquiry.changes import smallest_changes
    from sim.inquiry.told import levers_lines, levers_table, robustness_lines
    from sim.inquiry.vectors import robustness
    from sim.inquiry.writing import check_free, write_inquiry
    from sim.validation.vectors import read_vectors

    case = loaded(scenario, changes)
    vectors = read_vectors(parameters) if parameters else None
    folder = out or default_folder(case.digest if changes else "", name_of(case), "levers")
    check_free(folder)
    Aim.of(goal, case.horizon_days)  # a goal that is not understood is told at once
    say("Trying changes (this compiles the model the first time, about 20 s)")
    found = smallest_changes(case, goal, runs, seed)
    answer = levers_lines(found)
    tables = {"changes": levers_table(found)}
    if vectors:
        tables["robustness"] = robustness(found, vectors, seed)
        answer += robustness_lines(tables["robustness"], vectors.words, vectors.unused)
    asked = facts(scenario=name_of(case), digest=case.digest, goal=goal, runs=runs, seed=seed)
    write_inquiry(folder, asked, answer, tables, {})
    tell([case.title, "", *answer], folder, "changes.csv")


@app.command()
def attribute(
    scenario: ScenarioArgument,
    among: Annotated[
        str,
        typer.Option(
            "--among", metavar="WHAT", help="mechanisms, themes of mechanisms, or inputs."
        ),
    ] = "mechanisms",
    runs: Annotated[int, typer.Option("--runs", metavar="N", help="Runs of each world.")] = 500,
    orders: Annotated[
        int, typer.Option("--orders", metavar="N", help="Random orders, an even number.")
    ] = 64,
    tau: Annotated[
        int | None,
        typer.Option("--tau", metavar="DAYS", help="Days are counted within so many; 365."),
    ] = None,
    seed: SeedOption = 1,
    changes: SetOption = None,
    parameters: ParametersOption = None,
    out: OutOption = None,
) -> None:
    """Share the days of a truce out among what makes and breaks it.

    How many days each mechanism or input adds or takes away, averaged over all orders in which they
    could be put in (Shapley values), with the same luck in all worlds. With --parameters also under
    each vector of a set, which takes that many times as long: best --among themes.
    """
    from sim.inquiry.attribution import WINDOW_DAYS, attributed
    from sim.inquiry.told import attribution_lines
    from sim.inquiry.vectors import attributed_under
    from sim.inquiry.writing import check_free, write_inquiry
    from sim.report.attribution_figure import attribution_figure
    from sim.results.attribution_folder import asked_of, named, tables_of
    from sim.validation.vectors import read_vectors

    case = loaded(scenario, changes)
    vectors = read_vectors(parameters) if parameters is not None else None
    folder = out or default_folder(case.digest if changes else "", name_of(case), named(among))
    check_free(folder)
    window = min(WINDOW_DAYS, case.horizon_days) if tau is None else tau
    with counted() as watch:
        found = attributed(case, among, runs, seed, window, orders, watch)
    more = {}
    if vectors is not None:
        with counted("vectors") as watch:
            found, more["by_vector"] = attributed_under(found, case, vectors, orders, watch)
    answer = attribution_lines(found)
    asked = facts(scenario=name_of(case), **asked_of(found))
    figure = attribution_figure(found, case.title)
    asked |= {"parameters": vectors.told()} if vectors else {}
    write_inquiry(folder, asked, answer, tables_of(found) | more, {"waterfall": figure})
    tell([case.title, "", *answer], folder, "waterfall.png")
    if out is None:
        results = folder.with_name(folder.name.removesuffix(f"-{named(among)}"))
        print(f"truce report {shown(str(results))} shows it, if these are runs of the same seed.")


def plan_of(name: str, runs: int | None) -> tuple[Study, str]:
    """Return the study that is meant, or that of all parameters of a scenario, and a short name.

    Errors: `ScenarioError` with every problem of the file; `UsageError` for a wrong number of runs.
    """
    from sim.inquiry.followups import RUNS, of_scenario
    from sim.scenario import Scenario
    from sim.sweep.first_look import is_study
    from sim.sweep.reading import MOST_RUNS

    if runs is not None and not 1 <= runs <= MOST_RUNS:
        raise UsageError(f"the runs must be 1 to {MOST_RUNS:,}, not {runs}")
    if not is_study(name):
        case = Scenario.load(name)
        return of_scenario(case, runs or RUNS), name_of(case)
    plan = loaded_study(name)
    short = plan.path.stem.strip(".") if plan.path else ""
    return (plan if runs is None else replace(plan, runs=runs)), short or "study"


def stage(
    study: str, workers: int | None, threads: bool, is_replaced: bool
) -> Callable[[Study, Path], object]:
    """Return what runs one stage into its folder, with its progress."""
    from sim.sweep.study_run import checked_workers, run_study

    hands = checked_workers(workers)

    def run(plan: Study, folder: Path) -> object:
        say(f"{shown(plan.title)}: {points_and_runs(len(plan), plan.runs)}")
        with stopping(study, folder), told() as watch:
            return run_study(
                plan, folder, workers=hands, threads=threads, replace=is_replaced, watch=watch
            )

    return run


def least_horizon(plan: Study) -> int:
    """Return the shortest horizon of the points of a study."""
    from sim.sweep.points import points_of_study

    return min(points_of_study(plan).horizons)


def check_seed(seed: int) -> None:
    """Refuse a seed that is none.

    Errors: `UsageError`.
    """
    if not 0 <= seed < 2**64:
        raise UsageError(f"--seed must lie between 0 and 2**64 - 1, not {seed}")


def default_folder(digest: str, name: str, what: str) -> Path:
    """Return where an inquiry goes: one folder for each scenario, another for each change of it."""
    changed = f"-{digest[:8]}" if digest else ""
    return Path("results") / f"{name}{changed}-{what}"


def facts(**asked: Any) -> dict[str, Any]:
    """Return what was asked, for the record."""
    return {**asked, "command": ["truce", *map(shown, sys.argv[1:])]}


def tell(lines: Sequence[str], folder: Path, first: str) -> None:
    """Print an answer and where everything is."""
    print(shown_lines(list(lines)))
    print(
        f"Wrote {shown(str(folder))}: look at {first} first; docs/inquiry.md says how to read it."
    )


@contextmanager
def counted(what: str = "worlds") -> Iterator[Callable[[int, int], None] | None]:
    """Give a function that counts worlds, say, on a terminal; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return

    def watch(done: int, all_: int) -> None:
        print(f"\r\033[K{done:,} of {all_:,} {what}", end="", file=sys.stderr, flush=True)

    print("\rpreparing (about 20 s the first time)", end="", file=sys.stderr, flush=True)
    try:
        yield watch
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
