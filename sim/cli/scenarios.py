"""Commands about scenarios and the model: check, show, explain, list, new, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.shared import ScenarioArgument, SetOption, app, loaded, shown, shown_lines
from sim.errors import Problem, ScenarioError


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
