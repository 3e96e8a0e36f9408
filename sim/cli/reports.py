"""The command that makes stored results readable: report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.shared import app, say, shown

if TYPE_CHECKING:
    from sim.publication import Written


@app.command()
def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of truce run or truce sweep.")
    ],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", metavar="html|md|tex", help="html by default; may be given several times."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to write; DIR/report by default."),
    ] = None,
    attributions: Annotated[
        list[Path] | None,
        typer.Option(
            "--attribution",
            metavar="FOLDER",
            help="Days shared out by truce attribute; what lies beside DIR is found without.",
        ),
    ] = None,
) -> None:
    """Write a report on stored results: a page with figures, tables, methods and limits.

    Everything is read from what is stored; the model is not run. What truce attribute found out
    about the same scenario, and keeps beside DIR, is shown too. Beside the page lie its figures,
    the tables behind them, and scripts that work out its numbers again in R and Python.
    """
    from sim.publication import write_report

    written = write_report(folder, formats or ["html"], out, attributions or ())
    for sentence in written.left_out:
        say(shown(sentence))
    print("\n".join(what_was_written(written)))


def what_was_written(written: Written) -> list[str]:
    """Return what there is now and what to open first."""
    place = shown(str(written.folder))
    first = shown(str(written.folder / written.pages[0]))
    figures = sum(name.endswith(".svg") for name in written.files)
    drawn = "1 figure" if figures == 1 else f"{figures} figures"
    lines = [
        f"Wrote {place}: open {first}",
        f"There are {drawn} in figures/ (SVG, PDF, PNG, CSV, JSON), and redo.R and redo.py work "
        "out the numbers again.",
    ]
    if not written.is_finished:
        lines.insert(0, "The sweep is not finished: the report says so, and its numbers will move.")
    return lines
