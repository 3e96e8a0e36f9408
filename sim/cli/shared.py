"""What all commands share: the application, options, and words made safe for a terminal."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.sweep import Study
    from sim.sweep.precision import Precision

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
EngineOption = Annotated[
    str, typer.Option("--engine", help="compiled, or mesa: the same numbers, slowly.")
]
CsvOption = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write the whole table as CSV.")
]
ParametersOption = Annotated[
    str | None,
    typer.Option(
        "--parameters",
        metavar="retained|CSV",
        help="Show the results as a band over the retained vectors of parameters, or those of a "
        "table.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]


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


def say(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr)


def loaded(scenario: str, changes: list[str] | None) -> Scenario:
    """Read a scenario with its overrides.

    Errors: `ScenarioError` with every problem; `UsageError` for a study.
    """
    from sim.scenario import Scenario

    try:
        return Scenario.load(scenario, changes or ())
    except ScenarioError:
        from sim.sweep.first_look import is_study

        if is_study(scenario):
            raise UsageError(
                f"{shown(scenario)} is a study, not a scenario: truce sweep runs it, truce check "
                "checks it."
            ) from None
        raise


def loaded_study(study: str) -> Study:
    """Read a study.

    Errors: `ScenarioError` with every problem; `UsageError` for a scenario.
    """
    from sim.scenario import Scenario
    from sim.sweep import Study
    from sim.sweep.first_look import is_study

    try:
        return Study.load(study)
    except ScenarioError:
        with suppress(ScenarioError):
            if not is_study(study) and Scenario.load(study):
                raise UsageError(
                    f"{shown(study)} is a scenario, not a study: truce run runs it. To sweep it, "
                    "write a study that names it as its base (see docs/sweeps.md)."
                ) from None
        raise


def points_and_runs(points: int, runs: int, precision: Precision | None = None) -> str:
    """Return the size of a sweep in words; the most that it can be if points stop when precise."""
    each = "1 run" if runs == 1 else f"{runs:,} runs"
    most, until = ("at most ", f" (until {precision.words})") if precision else ("", "")
    if points == 1:
        return f"1 point of {most}{each}{until}"
    return f"{points:,} points of {most}{each} each, {points * runs:,} in all{until}"


def name_of(case: Scenario) -> str:
    """Return the short name of a scenario: its file's, without the ending."""
    name = shown(case.path.stem) if case.path else ""
    return name if name.strip(".") else "scenario"


def shown_lines(lines: list[str]) -> str:
    """Return lines of text made safe for a terminal, one below the other."""
    return "\n".join(shown(line) for line in lines)


def shown(text: str) -> str:
    r"""Return text from a file made safe for a terminal: control characters as ``\x1b``."""
    from sim.scenario.words import printable

    return printable(text, longest=4096)
