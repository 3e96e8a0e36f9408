"""Commands that set the model against what is known: validate, backtest, selection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.analyses import printed
from sim.cli.shared import ParametersOption, SeedOption, app, say, shown, shown_lines
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

    from sim.reference import Parts
    from sim.report import DescribedFigure


@app.command()
def validate(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where to write the scorecard.")
    ] = Path("results/validation"),
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", metavar="html|md|json", help="All by default; may be given several times."
        ),
    ] = None,
    vectors: Annotated[
        int | None,
        typer.Option("--vectors", metavar="N", help="Members of the retained set; all by default."),
    ] = None,
    conflicts: Annotated[
        int, typer.Option("--conflicts", metavar="N", help="Conflicts under each, 64 to 1,024.")
    ] = 512,
    runs: Annotated[
        int, typer.Option("--runs", metavar="N", help="Truces of a single case under each.")
    ] = 2000,
    seed: SeedOption = 5,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="Such as S12; may be given several times."),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--page", metavar="FILE", help="Rewrite docs/scorecard.md, its rows and its figure."
        ),
    ] = None,
) -> None:
    """Hold the model against the record: every pattern and claim, with a verdict.

    Each pattern is simulated under every vector of the retained set, which takes minutes. A pass
    says that the model shows what a source reports, and not that the model is true.
    """
    from sim.scorecard import writing
    from sim.scorecard.card import scorecard
    from sim.scorecard.page import page_parts

    chosen = writing.checked(formats or list(writing.FORMATS))
    if page is not None and (vectors, conflicts, runs, seed, only) != (None, 512, 2000, 5, None):
        raise UsageError("--page has numbers of its own: leave the other options out")
    writing.check_place(out)
    card = scorecard(vectors, conflicts, runs, seed, watch=say, only=only or ())
    if page is not None:
        refresh_page(page, False, page_parts(card), "make validate")
        writing.write_beside(page, card)
    print(shown_lines(writing.lines(card)))
    for name in writing.write_scorecard(card, out, chosen):
        print(f"Wrote {shown(name)}")


@app.command()
def backtest(
    runs: Annotated[
        int, typer.Option("--runs", metavar="N", help="How many runs of each truce.")
    ] = 50_000,
    seed: SeedOption = 1,
    parameters: ParametersOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the tables as CSV.")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE", help="Rewrite the numbers of docs/backtest.md."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="With --page: change nothing, say what is stale.")
    ] = False,
) -> None:
    """Set the model against the truces of 2014, 2021 and 2022.

    What it expected of each, with its own inputs, beside what happened, and beside what three
    simple rivals expected. Looking back at three truces decides nothing, and is no forecast.
    """
    from sim.backtest import account
    from sim.validation.vectors import read_vectors

    if page is not None and (runs, seed, parameters) != (account.RUNS, account.SEED, None):
        raise UsageError("--page has numbers of its own: leave --runs, --seed and --parameters out")
    if check and page is None:
        raise UsageError("--check needs --page FILE")
    vectors = read_vectors(parameters) if parameters is not None else None
    found = account.backtest(runs, seed, vectors, watch=lambda what: say(f"Running {what}"))
    if page is not None:
        refresh_page(page, check, account.page_parts(found), "make backtest")
        return
    parts = {"What was expected": found.expected, "Logarithmic scores": found.log_scores}
    parts["The model less each rival, per truce, by band and ending"] = found.differences
    if found.band is not None:
        parts[f"The model over the set of parameters ({found.vectors}), 5 % to 95 %"] = found.band
    for title, table in parts.items():
        print(shown_lines(["", title, *printed(table.round(3))]))
    print("\n" + shown_lines(account.verdict(found)))
    if out is not None:
        names = ("expected", "scores", "differences", "band")
        write_tables(out, dict(zip(names, parts.values(), strict=False)))


@app.command()
def selection(
    records: Annotated[
        int, typer.Option("--records", metavar="N", help="How many records of truces.")
    ] = 12,
    conflicts: Annotated[
        int, typer.Option("--conflicts", metavar="N", help="Truces in a record, up to 1,024.")
    ] = 1024,
    seed: SeedOption = 1,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write tables and figure there.")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--page", metavar="FILE", help="Rewrite docs/selection.md, its table and figure."
        ),
    ] = None,
) -> None:
    """Show why truces that get help can fail more in the record.

    Monitors and mediators are sent to hard cases of many simulated conflicts. What regressions make
    of the record is set beside what help really did, known from running each truce both ways. A
    demonstration inside the equations of this model.
    """
    from sim.selection import account

    usual = (account.RECORDS, account.CONFLICTS, account.SEED)
    if page is not None and (records, conflicts, seed) != usual:
        raise UsageError("--page has numbers of its own: leave the other options out")
    found = account.selection(records, conflicts, seed, watch=say)
    if page is not None:
        kept = account.Selection(account.stored(found))  # the page tells what is stored
        write_tables(page.parent, {page.stem: kept.rows})
        write_picture(page.parent, page.stem, account.drawn(kept))
        refresh_page(page, False, account.page_parts(kept), "make selection")
        return
    print("Hazard ratios of failing, with help against without")
    print(shown_lines(printed(account.printed_table(found).round(2))))
    print("\n" + shown_lines(account.verdicts(found)))
    print("A demonstration inside these equations: selection can do this; whether it did, no")
    print("simulation can tell.")
    if out is not None:
        write_tables(out, {"selection": account.stored(found), "hazard_ratios": found.summary})
        write_picture(out, "selection", account.drawn(found))


def write_picture(folder: Path, stem: str, figure: DescribedFigure) -> None:
    """Write a figure as SVG, whole or not at all."""
    from sim.disk import write_whole
    from sim.report import svg_text

    write_whole(folder / f"{stem}.svg", svg_text(figure, stem).encode())


def refresh_page(page: Path, check: bool, parts: Parts, mend: str) -> None:
    """Bring the generated parts of a page up to date, or say that they are not."""
    from sim import reference
    from sim.disk import plain_disk_errors

    with plain_disk_errors(page):
        if check:
            reference.check(page, parts, mend)
            print(f"{shown(str(page))} is up to date")
        else:
            reference.refresh(page, parts)
            print(f"Wrote the numbers of {shown(str(page))}")


def write_tables(folder: Path, tables: dict[str, pandas.DataFrame]) -> None:
    """Write tables as CSV, each file whole or not at all."""
    from sim.disk import plain_disk_errors, write_whole
    from sim.sheets import sheet_text

    with plain_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_whole(folder / f"{name}.csv", sheet_text(table).encode())
    print(f"Wrote {shown(str(folder))}")
