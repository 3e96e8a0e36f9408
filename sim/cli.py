"""The command line: arguments, printing, exit codes; nothing else.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 scenario invalid, 4 results do not match their
manifest, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import Problem, ScenarioError, TruceError, UsageError

if TYPE_CHECKING:
    from sim.experiment import Ensemble
    from sim.scenario import Scenario

INTERRUPTED = 130

app = typer.Typer(
    name="truce",
    help="Simulate how long truces between a state and militant groups last, and why they end.",
    epilog="Start with: truce list, then truce run ttp_2021. The model is not a forecast.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A scenario file, or the name of a shipped one (see truce list)."
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change one value, such as brokers.0.leverage=0.9."
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", metavar="S", help="The seed, from 0 to 2**64 - 1.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]


def main() -> None:
    """Run the command line and leave with the right exit code."""
    sys.exit(exit_code_of(lambda: app(standalone_mode=False)))


def exit_code_of(command: Callable[[], Any]) -> int:
    """Run a command; print what went wrong in a sentence and return its exit code."""
    try:
        returned = command()
    except TruceError as error:
        say(f"{problem_count(error)}{error}")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted: nothing was written, and what was there before is still there.")
        return INTERRUPTED
    except typer.TyperException as error:
        wrong_call: Any = error
        wrong_call.show()
        return UsageError.exit_code
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TruceError.exit_code
    return returned if isinstance(returned, int) else 0


def problem_count(error: TruceError) -> str:
    """Return the headline above the problems of a scenario, nothing for other errors."""
    if not isinstance(error, ScenarioError):
        return "truce: "
    number = len(error.problems)
    return f"The scenario has {number} problem{'s' if number > 1 else ''}:\n"


def say(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr)


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.")
    ] = False,
) -> None:
    """Simulate how long truces between a state and militant groups last, and why they end."""
    if version:
        from sim import __version__

        print(f"truce-sim {__version__}")
        raise typer.Exit


@app.command()
def run(
    scenario: ScenarioArgument,
    runs: Annotated[int, typer.Option("--runs", metavar="N", help="How many runs.")] = 2000,
    seed: SeedOption = 1,
    changes: SetOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write; results/NAME by default."),
    ] = None,
    as_json: JsonOption = False,
    engine: Annotated[
        str, typer.Option("--engine", help="compiled, or mesa: the same numbers, slowly.")
    ] = "compiled",
) -> None:
    """Run a scenario many times; write the runs, the survival curve and how the truces ended."""
    from sim.results import check_destination

    case = loaded(scenario, changes)
    folder = out or default_folder(case, bool(changes))
    check_destination(folder)
    ensemble = simulated(case, runs, seed, engine)
    save(ensemble, folder, engine)
    if as_json:
        print(json.dumps(ensemble.summary()))
    else:
        print_ensemble(ensemble, folder, scenario)


@app.command()
def replay(
    scenario: ScenarioArgument,
    run_number: Annotated[int, typer.Option("--run", metavar="K", help="Which run.")] = 0,
    seed: SeedOption = 1,
    changes: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell one run day by day, in Mesa: what happened, and what ended the truce."""
    case = loaded(scenario, changes)
    check_address(seed, run_number)
    from sim.model import TruceModel
    from sim.story import tell

    events = tell(TruceModel(case, seed=seed, run=run_number))
    if as_json:
        facts = {"scenario": name_of(case), "seed": seed, "run": run_number}
        print(json.dumps(facts | {"events": [event.as_json() for event in events]}))
        return
    print(f"{shown(case.title)}: run {run_number} of seed {seed}")
    for event in events:
        print(shown(str(event)))


@app.command()
def check(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="What to check.")],
    changes: SetOption = None,
) -> None:
    """Check scenarios and name every problem with its place."""
    problems: list[Problem] = []
    for scenario in scenarios:
        try:
            case = loaded(scenario, changes)
            print(f"{shown(scenario)}: good ({shown(case.title)})")
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)


@app.command()
def show(
    scenario: ScenarioArgument,
    changes: SetOption = None,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Print every value and the layer it came from.")
    ] = False,
) -> None:
    """Show what a scenario sets, or with --resolved everything it ends up with."""
    case = loaded(scenario, changes)
    values = [value for value in case.resolved() if resolved or value.layer != "default"]
    rows = [
        (value.path, json.dumps(value.value, default=str, ensure_ascii=False), value.layer)
        for value in values
        if value.path not in ("title", "question")
    ]
    print(shown(case.title))
    if case.question:
        print(shown(case.question))
    print()
    print_columns([("value", "is", "set by"), *rows])
    if not resolved:
        print("\nAll else has its default: truce show --resolved prints it too.")


@app.command()
def explain(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="TOPIC", help="day, a parameter, a mechanism, an ending, a reason or a rule."
        ),
    ] = None,
) -> None:
    """Explain the model: what happens in a day, where a number comes from, why an actor acts."""
    from sim.explain import explain as text_of

    print(text_of(topic))


@app.command(name="list")
def list_scenarios() -> None:
    """List the shipped scenarios and the question that each can answer."""
    from sim.scenario import Scenario, shipped_scenarios

    for path in shipped_scenarios():
        case = Scenario.load(path)
        print(f"{path.stem}\n    {shown(case.title)}\n    {shown(case.question)}")


@app.command()
def new(name: Annotated[str, typer.Argument(metavar="NAME", help="The new scenario.")]) -> None:
    """Write a commented scenario to start from, NAME.yaml."""
    from sim.scenario import write_starter

    path = shown(str(write_starter(name)))
    print(f"Wrote {path}. Edit it, then: truce check {path}, truce run {path}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, from which editors complete and explain keys."""
    from sim.scenario import scenario_schema_text

    print(scenario_schema_text(), end="")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that truce run wrote.")],
) -> None:
    """Check that results are whole and unchanged; exit code 4 if they are not."""
    from sim.results import verify_ensemble

    manifest = verify_ensemble(folder)
    print(f"{folder}: {manifest['runs']:,} runs of seed {manifest['seed']}, whole and unchanged")


def loaded(scenario: str, changes: list[str] | None) -> Scenario:
    """Read a scenario with its overrides."""
    from sim.scenario import Scenario

    return Scenario.load(scenario, changes or ())


def name_of(case: Scenario) -> str:
    """Return the short name of a scenario: its file's, without the ending."""
    return case.path.stem if case.path else "scenario"


def default_folder(case: Scenario, changed: bool) -> Path:
    """Return where results go: one folder for each scenario, another for each change of it."""
    return Path("results") / (f"{name_of(case)}-{case.digest[:8]}" if changed else name_of(case))


def check_address(seed: int, run_number: int) -> None:
    """Refuse a seed or run that lies outside the space of random numbers."""
    if not 0 <= seed < 2**64:
        raise UsageError(f"--seed must lie between 0 and 2**64 - 1, not {seed}")
    if not 0 <= run_number < 2**32:
        raise UsageError(f"--run must lie between 0 and 2**32 - 1, not {run_number}")


def simulated(case: Scenario, runs: int, seed: int, engine: str) -> Ensemble:
    """Run the ensemble, with progress on a terminal."""
    from sim.experiment import simulate

    if not sys.stderr.isatty():
        return simulate(case, runs=runs, seed=seed, engine=engine)
    try:
        return simulate(case, runs=runs, seed=seed, engine=engine, watch=show_progress)
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def show_progress(done: int, runs: int) -> None:
    """Overwrite the line of progress."""
    what = f"{done:,} of {runs:,} runs" if done else "preparing (about 20 s the first time)"
    print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)


def save(ensemble: Ensemble, folder: Path, engine: str) -> None:
    """Write the results folder of an ensemble."""
    from sim.results import write_ensemble

    write_ensemble(
        folder,
        runs=ensemble.runs,
        survival=ensemble.survival,
        endings=ensemble.endings,
        why=ensemble.why,
        incidence=ensemble.incidence,
        figure=ensemble.plot(),
        scenario_yaml=ensemble.scenario.to_yaml(),
        manifest={
            "scenario": name_of(ensemble.scenario),
            "scenario_digest": ensemble.scenario.digest,
            "seed": ensemble.seed,
            "horizon_days": ensemble.scenario.horizon_days,
            "engine": engine,
            "command": ["truce", *sys.argv[1:]],
        },
    )


def print_ensemble(ensemble: Ensemble, folder: Path, scenario: str) -> None:
    """Print the short table of an ensemble and where to look next."""
    case = ensemble.scenario
    print(shown(case.title))
    print(
        f"{len(ensemble):,} runs, seed {ensemble.seed}, followed for {case.horizon_days:,} days\n"
    )
    print_columns([*milestone_rows(ensemble), ("", "", ""), *ending_rows(ensemble)])
    print("\nIntervals are 95 % Monte-Carlo error of these runs, not doubt about the model.")
    print(f"Wrote {folder}: look at survival.png or survival.svg first.")
    print(f"Next: truce replay {scenario} --run 0, truce show {scenario}, truce explain day")


def milestone_rows(ensemble: Ensemble) -> list[tuple[str, str, str]]:
    """Return the rows for the median and the shares that hold beyond the milestones."""
    from sim.analysis import MILESTONES

    half = ensemble.median_days
    median = "not reached" if half is None else f"day {half}"
    rows = [("half of the truces are over by", median, "")]
    for day in MILESTONES:
        if day <= ensemble.scenario.horizon_days:
            at = ensemble.survival.iloc[day]
            what = f"hold beyond day {day}"
            rows.append((what, percent(at["survival"]), between(at["lower"], at["upper"])))
    return rows


def ending_rows(ensemble: Ensemble) -> list[tuple[str, str, str]]:
    """Return the rows for the endings, each with what weighed most."""
    rows = [("ending", "share", "95 % interval; most often because of")]
    for _, ending in ensemble.endings.iterrows():
        reasons = ensemble.why[ensemble.why["ending"] == ending["ending"]]
        reason = reasons.sort_values("runs", ascending=False)["why"].head(1).tolist()
        because = f"; {reason[0]}" if reason and reason[0] != "none" else ""
        limits = between(ending["lower"], ending["upper"])
        rows.append((ending["ending"], percent(ending["share"]), limits + because))
    return rows


def percent(share: float) -> str:
    """Return a share as a percentage with one decimal."""
    return f"{100 * share:.1f} %"


def between(lower: float, upper: float) -> str:
    """Return an interval of shares as percentages."""
    return f"{100 * lower:.1f} to {100 * upper:.1f} %"


def print_columns(rows: list[tuple[str, str, str]]) -> None:
    """Print rows of text in aligned columns."""
    widths = [max(len(shown(row[place])) for row in rows) for place in range(2)]
    for first, second, third in rows:
        line = f"{shown(first):<{widths[0]}}  {shown(second):<{widths[1]}}  {shown(third)}"
        print(line.rstrip())


def shown(text: str) -> str:
    r"""Return text from a file made safe for a terminal: control characters as ``\x1b``."""
    from sim.scenario.words import printable

    return printable(text, longest=4096)
