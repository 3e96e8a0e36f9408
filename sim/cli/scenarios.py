"""Commands about scenarios, studies and the model: check, show, explain, list, new, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.shared import (
    ScenarioArgument,
    SetOption,
    app,
    loaded,
    points_and_runs,
    shown,
    shown_lines,
)
from sim.errors import Problem, ScenarioError, UsageError

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.sweep.reading import Heading


@app.command()
def check(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO", help="What to check: scenarios or studies.")
    ],
    changes: SetOption = None,
) -> None:
    """Check scenarios and studies.

    Names every problem with its place and how to mend it.
    """
    problems: list[Problem] = []
    for scenario in scenarios:
        try:
            print(f"{shown(scenario)}: good ({shown(checked(scenario, changes))})")
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)


def checked(name: str, changes: list[str] | None) -> str:
    """Return what a scenario or study that was found to be good comes to.

    Errors: `ScenarioError` with every problem; `UsageError` for a study with `--set`.
    """
    from sim.sweep.first_look import is_study

    if not is_study(name):
        return loaded(name, changes).title
    if changes:
        raise UsageError("--set changes scenarios; in a study, write the line under set:")
    from sim.sweep import Study

    study = Study.load(name)
    return f"{study.title}: {points_and_runs(len(study), study.runs, study.precision)}"


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
    from sim.sheets import aligned

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
    print(shown_lines(aligned([("value", "is", "set by"), *rows], to_the_left=True)))
    if not resolved:
        print("\nAll else has its default: truce show --resolved prints it too.")


def name_of_layer(layer: str) -> str:
    """Return a layer as it is shown: a file by its name, without its folder."""
    return Path(layer).name


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
    """List the shipped scenarios and studies.

    Each with its title and the question that it can answer.
    """
    from sim.scenario import Scenario, shipped_scenarios
    from sim.sweep import shipped_studies
    from sim.sweep.first_look import glance

    print("Scenarios, one truce each: truce run NAME\n")
    for path in shipped_scenarios():
        print_entry(path, Scenario.load(path))
    print("\nStudies, a truce under many conditions: truce sweep NAME\n")
    for path in shipped_studies():
        print_entry(path, glance(path))


def print_entry(path: Path, told: Scenario | Heading) -> None:
    """Print the name, title and question of something shipped."""
    print(f"{path.stem}\n    {shown(told.title)}\n    {shown(told.question)}")


@app.command()
def new(name: Annotated[str, typer.Argument(metavar="NAME", help="The new scenario.")]) -> None:
    """Write a scenario to start from.

    It goes to NAME.yaml, with a comment for each input.
    """
    from sim.scenario import write_starter

    path = shown(str(write_starter(name)))
    print(f"Wrote {path}. Edit it, then: truce check {path}, truce run {path}")


@app.command()
def schema(
    study: Annotated[bool, typer.Option("--study", help="The schema of studies instead.")] = False,
) -> None:
    """Print the JSON Schema of scenarios.

    Editors complete and explain keys from it. With --study, that of studies.
    """
    from sim.scenario import scenario_schema_text
    from sim.sweep import study_schema_text

    print(study_schema_text() if study else scenario_schema_text(), end="")
