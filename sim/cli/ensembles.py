"""Commands about the runs of one scenario: run, replay, verify."""

from __future__ import annotations

import gc
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import (
    EngineOption,
    JsonOption,
    ParametersOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    app,
    loaded,
    name_of,
    shown,
    shown_lines,
)
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.experiment import Ensemble
    from sim.model import TruceModel
    from sim.scenario import Scenario
    from sim.story import Event
    from sim.uncertain import Uncertain
    from sim.validation.vectors import Vectors


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
    engine: EngineOption = "compiled",
    paths: Annotated[
        int | None,
        typer.Option(
            "--paths",
            metavar="K",
            help="Follow every day: bands of trust, strength, outrage and leverage over all runs, "
            "and the first K runs in full.",
        ),
    ] = None,
    parameters: ParametersOption = None,
) -> None:
    """Run a scenario many times.

    Writes the runs, the survival curve with its picture, how the truces ended and why.
    """
    from sim.results import check_destination
    from sim.summary import ensemble_text

    vectors = checked_vectors(parameters)
    case = loaded(scenario, changes)
    folder = out or default_folder(case, bool(changes))
    check_destination(folder)
    if vectors is not None:
        vectors.under(case)  # a vector that the scenario refuses is told before anything is run
    replaced = " in place of what was there" if folder.exists() else ""
    ensemble = simulated(case, runs, seed, engine, paths)
    uncertain = over_parameters(ensemble, vectors) if vectors else None
    save(ensemble, folder, engine, uncertain)
    if as_json:
        print(json.dumps((uncertain or ensemble).summary()))
        return
    print(shown_lines(ensemble_text(ensemble)))
    if uncertain is not None:
        print(shown_lines(uncertain.text()))
    print(f"Wrote {shown(str(folder))}{replaced}: look at survival.png or survival.svg first.")
    if paths is not None:
        full = " and, run by run, in first_runs.parquet" if paths else ""
        print(f"The daily paths are in paths.png and paths.csv{full}.")
    if uncertain is not None:
        print(
            "The band over parameters is in parameters.png and parameters.csv, and the numbers "
            "under each vector in parameters_by_vector.csv."
        )
    print(next_steps(scenario, seed, changes))


@app.command()
def replay(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]",
            help="A scenario file, or the name of a shipped one; none with --study.",
            show_default=False,
        ),
    ] = None,
    run_number: Annotated[int, typer.Option("--run", metavar="K", help="Which run, from 0.")] = 0,
    seed: SeedOption = 1,
    changes: SetOption = None,
    study: Annotated[
        Path | None,
        typer.Option("--study", metavar="DIR", help="Replay a run of a sweep: its folder."),
    ] = None,
    point: Annotated[
        int, typer.Option("--point", metavar="P", help="Which point of the sweep, from 0.")
    ] = 0,
    as_json: JsonOption = False,
    figure: Annotated[
        Path | None,
        typer.Option(
            "--figure", metavar="FILE", help="Draw the run as well: FILE.svg, .pdf or .png."
        ),
    ] = None,
) -> None:
    """Tell one run day by day.

    Steps the run in Mesa and says what happened, what ended the truce and why. Run K of a seed is
    row K of the ensemble of that seed. With --study, it is run K of a point of a sweep. With
    --figure, its trust, strength, outrage and events are drawn as well.
    """
    if figure is not None:
        check_picture(figure)
    if study is not None:
        if scenario is not None or changes:
            raise UsageError("--study names the scenario itself; leave SCENARIO and --set out")
        tell_run_of_sweep(study, point, run_number, as_json, figure)
        return
    if scenario is None:
        raise UsageError("name a SCENARIO, or a sweep with --study")
    case = loaded(scenario, changes)
    check_address(seed, run_number)
    tell_run(case, seed, run_number, as_json, {"scenario": name_of(case)}, figure)


def tell_run(
    case: Scenario,
    seed: int,
    run_number: int,
    as_json: bool,
    facts: dict[str, Any],
    figure: Path | None = None,
) -> TruceModel:
    """Print what happens in one run, and draw it if asked to; return the model at its end."""
    from sim.model import TruceModel
    from sim.story import tell

    model, events = TruceModel(case, seed=seed, run=run_number), []
    if not as_json:
        print(f"{shown(case.title)}: run {run_number} of seed {seed}")
    for event in tell(model):
        events.append(event)
        if not as_json:
            print(shown(str(event)))
    if as_json:
        facts |= {"seed": seed, "run": run_number}
        print(json.dumps(facts | {"events": [event.as_json() for event in events]}))
    if figure is not None:
        draw_run(case, seed, run_number, events, figure)
        if not as_json:
            print(f"Wrote {shown(str(figure))}")
    return model


def check_picture(file: Path) -> None:
    """Refuse a file that no picture can be written to.

    Errors: as in `sim.report.checked_picture`.
    """
    from sim.report import checked_picture

    checked_picture(file)


def draw_run(
    case: Scenario, seed: int, run_number: int, events: Sequence[Event], file: Path
) -> None:
    """Write the picture of a run whose events were told."""
    from sim.diary import diary_figure
    from sim.disk import write_whole
    from sim.report import checked_picture, picture

    drawn = diary_figure(case, seed, run_number, events)
    write_whole(file, picture(drawn, checked_picture(file), file.stem))


def tell_run_of_sweep(
    folder: Path, point: int, run_number: int, as_json: bool, figure: Path | None = None
) -> None:
    """Print what happens in a run of a sweep, and compare its end with what the sweep recorded."""
    from sim.sweep.stored import check_replay, stored_run

    stored = stored_run(folder, point, run_number)
    facts = {"study": str(folder), "point": point}
    model = tell_run(stored.scenario, stored.seed, run_number, as_json, facts, figure)
    said = check_replay(stored, model.ending, model.why, model.truce.age)
    if not as_json:
        print(said)


@app.command()
def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that truce run or truce sweep wrote.")
    ],
) -> None:
    """Check that results are unchanged.

    Compares every file with the manifest; the exit code is 4 if one is missing or altered.
    """
    from sim.results import verify_ensemble
    from sim.sweep.folder import is_sweep

    if is_sweep(folder):
        say_verified(folder)
        return
    manifest = verify_ensemble(folder)
    runs, seed = manifest["runs"], manifest["seed"]
    print(f"{shown(str(folder))}: {runs:,} runs of seed {seed}, whole and unchanged")
    say_of_report(folder, manifest["digest"])


def say_verified(folder: Path) -> None:
    """Verify a sweep and say how much of it is there."""
    from sim.sweep.stored import verify_sweep

    verified = verify_sweep(folder)
    there = f"{verified.done:,} of {verified.folder.size:,} runs"
    whole = "whole and unchanged" if verified.finished else "unchanged as far as it goes"
    print(f"{shown(str(folder))}: {there} of seed {verified.folder.seed}, {whole}")
    say_of_report(folder, verified.folder.manifest["digest"])


def say_of_report(folder: Path, digest: str) -> None:
    """Say whether the report in a folder, if there is one, is of these results."""
    from sim.results.report_folder import said_of_report

    if said := said_of_report(folder, digest):
        print(shown(said))


def default_folder(case: Scenario, changed: bool) -> Path:
    """Return where results go: one folder for each scenario, another for each change of it."""
    return Path("results") / (f"{name_of(case)}-{case.digest[:8]}" if changed else name_of(case))


def check_address(seed: int, run_number: int) -> None:
    """Refuse a seed or run that lies outside the space of random numbers."""
    if not 0 <= seed < 2**64:
        raise UsageError(f"--seed must lie between 0 and 2**64 - 1, not {seed}")
    if not 0 <= run_number < 2**32:
        raise UsageError(f"--run must lie between 0 and 2**32 - 1, not {run_number}")


def simulated(
    case: Scenario, runs: int, seed: int, engine: str, paths: int | None = None
) -> Ensemble:
    """Run the ensemble, with progress on a terminal."""
    from sim.experiment import simulate

    if engine == "mesa":
        gc.enable()  # every model is a web of references
    if not sys.stderr.isatty():
        return simulate(case, runs=runs, seed=seed, engine=engine, paths=paths)
    try:
        return simulate(case, runs=runs, seed=seed, engine=engine, paths=paths, watch=show_progress)
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def show_progress(done: int, runs: int) -> None:
    """Overwrite the line of progress."""
    what = f"{done:,} of {runs:,} runs" if done else "preparing (about 20 s the first time)"
    print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)


def checked_vectors(parameters: str | None) -> Vectors | None:
    """Return the set of parameter vectors that was asked for, if one was."""
    if parameters is None:
        return None
    from sim.validation.vectors import read_vectors

    return read_vectors(parameters)


def over_parameters(ensemble: Ensemble, vectors: Vectors) -> Uncertain:
    """Run the scenario under the vectors of a set, with progress on a terminal."""
    from sim.uncertain import under

    if not sys.stderr.isatty():
        return under(ensemble, vectors)
    try:
        return under(ensemble, vectors, watch=show_vectors)
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def show_vectors(done: int, vectors: int) -> None:
    """Overwrite the line of progress."""
    words = f"{done:,} of {vectors:,} vectors of parameters"
    print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def save(ensemble: Ensemble, folder: Path, engine: str, uncertain: Uncertain | None = None) -> None:
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
        paths=ensemble.paths,
        parameters=uncertain,
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
