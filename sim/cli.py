"""The command line: arguments, printing, exit codes; nothing else.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 scenario invalid, 4 results do not match their
manifest, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # letters that a terminal lacks are spelled out
            stream.reconfigure(errors="backslashreplace")
    sys.exit(exit_code_of(lambda: app(standalone_mode=False)))


def exit_code_of(command: Callable[[], Any]) -> int:
    """Run a command; print what went wrong in a sentence and return its exit code."""
    try:
        returned = command()
        sys.stdout.flush()
    except TruceError as error:
        say(f"{problem_count(error)}{error}")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        returned = INTERRUPTED
    except typer.TyperException as error:
        wrong_call: Any = error
        wrong_call.show()
        return UsageError.exit_code
    except MemoryError:
        say("truce: there is not enough memory; ask for fewer runs")
        return TruceError.exit_code
    except OSError as error:
        drop_output()
        if not isinstance(error, BrokenPipeError):  # the reader left early, as `head` does
            say(f"truce: {error.strerror or error}")
        return TruceError.exit_code
    if returned == INTERRUPTED:
        say("Interrupted: nothing was written, and what was there before is still there.")
    return returned if isinstance(returned, int) else 0


def drop_output() -> None:
    """Send what is left of our output nowhere, so that leaving does not fail on it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def problem_count(error: TruceError) -> str:
    """Return the headline above the problems of scenarios, the program's name for other errors."""
    if not isinstance(error, ScenarioError):
        return "truce: "
    number = len(error.problems)
    return f"{number} problem{'s' if number > 1 else ''}:\n"


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
    """Run a scenario many times.

    Writes the runs, the survival curve with its picture, how the truces ended and why.
    """
    from sim.results import check_destination
    from sim.summary import ensemble_text

    case = loaded(scenario, changes)
    folder = out or default_folder(case, bool(changes))
    check_destination(folder)
    replaced = " in place of what was there" if folder.exists() else ""
    ensemble = simulated(case, runs, seed, engine)
    save(ensemble, folder, engine)
    if as_json:
        print(json.dumps(ensemble.summary()))
        return
    print(shown_lines(ensemble_text(ensemble)))
    print(f"Wrote {shown(str(folder))}{replaced}: look at survival.png or survival.svg first.")
    print(next_steps(scenario, seed, changes))


@app.command()
def replay(
    scenario: ScenarioArgument,
    run_number: Annotated[int, typer.Option("--run", metavar="K", help="Which run, from 0.")] = 0,
    seed: SeedOption = 1,
    changes: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell one run day by day.

    Steps the run in Mesa and says what happened, what ended the truce and why. Run K of a seed is
    row K of the ensemble of that seed.
    """
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
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO", help="What to check.")],
    changes: SetOption = None,
) -> None:
    """Check scenarios.

    Names every problem with its place and how to mend it.
    """
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
    """Show what a scenario sets.

    With --resolved: everything it ends up with, and the layer that each value came from.
    """
    from sim.summary import aligned

    case = loaded(scenario, changes)
    values = [value for value in case.resolved() if resolved or value.layer != "default"]
    own = name_of_layer(str(case.path))
    if not resolved:  # changes first, then the file itself, then those that it extends
        values.sort(key=lambda value: (value.layer[0] != "-", name_of_layer(value.layer) != own))
    rows = [
        (value.path, json.dumps(value.value, default=str, ensure_ascii=False), layer)
        for value in values
        if value.path not in ("title", "question") and (layer := name_of_layer(value.layer))
    ]
    print(shown(case.title))
    if case.question:
        print(shown(case.question))
    print()
    print(shown_lines(aligned([("value", "is", "set by"), *rows])))
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
    """Explain the model.

    Says what happens in a day, where a number comes from, or why an actor does something.
    """
    from sim.explain import explain as text_of

    print(text_of(topic))


@app.command(name="list")
def list_scenarios() -> None:
    """List the shipped scenarios.

    Each with its title and the question that it can answer.
    """
    from sim.scenario import Scenario, shipped_scenarios

    for path in shipped_scenarios():
        case = Scenario.load(path)
        print(f"{path.stem}\n    {shown(case.title)}\n    {shown(case.question)}")


@app.command()
def new(name: Annotated[str, typer.Argument(metavar="NAME", help="The new scenario.")]) -> None:
    """Write a scenario to start from.

    It goes to NAME.yaml, with a comment for each input.
    """
    from sim.scenario import write_starter

    path = shown(str(write_starter(name)))
    print(f"Wrote {path}. Edit it, then: truce check {path}, truce run {path}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenarios.

    Editors complete and explain keys from it.
    """
    from sim.scenario import scenario_schema_text

    print(scenario_schema_text(), end="")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that truce run wrote.")],
) -> None:
    """Check that results are unchanged.

    Compares every file with the manifest; the exit code is 4 if one is missing or altered.
    """
    from sim.results import verify_ensemble

    manifest = verify_ensemble(folder)
    runs, seed = manifest["runs"], manifest["seed"]
    print(f"{shown(str(folder))}: {runs:,} runs of seed {seed}, whole and unchanged")


def loaded(scenario: str, changes: list[str] | None) -> Scenario:
    """Read a scenario with its overrides."""
    from sim.scenario import Scenario

    return Scenario.load(scenario, changes or ())


def name_of_layer(layer: str) -> str:
    """Return a layer as it is shown: a file by its name, without its folder."""
    return Path(layer).name


def name_of(case: Scenario) -> str:
    """Return the short name of a scenario: its file's, without the ending."""
    name = shown(case.path.stem) if case.path else ""
    return name if name.strip(".") else "scenario"


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
            "command": ["truce", *map(shown, sys.argv[1:])],
        },
    )


def next_steps(scenario: str, seed: int, changes: list[str] | None) -> str:
    """Return commands that go on from an ensemble, ready to be copied into a shell."""
    given = [scenario, *(word for change in changes or () for word in ("--set", change))]
    replayed = shlex.join(["truce", "replay", *given, "--seed", str(seed), "--run", "0"])
    return f"Next: {shown(replayed)}\n      {shown(shlex.join(['truce', 'show', *given]))}"


def shown_lines(lines: list[str]) -> str:
    """Return lines of text made safe for a terminal, one below the other."""
    return "\n".join(shown(line) for line in lines)


def shown(text: str) -> str:
    r"""Return text from a file made safe for a terminal: control characters as ``\x1b``."""
    from sim.scenario.words import printable

    return printable(text, longest=4096)
