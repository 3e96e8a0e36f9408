"""The command about the record of real ceasefires: evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from sim.cli.analyses import printed
from sim.cli.shared import app, shown, shown_lines
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

    from sim.evidence.dates import Order, Window
    from sim.evidence.findings import Findings


@app.command()
def evidence(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table of ceasefires, as CSV.")],
    start: Annotated[
        str | None, typer.Option("--start", metavar="COL", help="Column of the first day.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--end", metavar="COL", help="Column of the last day.")
    ] = None,
    ending: Annotated[
        str | None, typer.Option("--ending", metavar="COL", help="Column that says how it ended.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="COL", help="Compare groups by this column.")
    ] = None,
    clusters: Annotated[
        str | None,
        typer.Option(
            "--clusters", metavar="COL", help="Ceasefires that share this, such as a country."
        ),
    ] = None,
    horizon: Annotated[
        int, typer.Option("--horizon", metavar="DAYS", help="How far the curves go.")
    ] = 730,
    dates: Annotated[
        str | None,
        typer.Option("--dates", metavar="ORDER", help="day-first or month-first, for 9/11/2021."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help="Last day watched; by default the latest in the table."
        ),
    ] = None,
    holding: Annotated[
        list[str] | None,
        typer.Option("--holding", metavar="WORD", help="A word of yours for: still in force."),
    ] = None,
    unclear: Annotated[
        list[str] | None,
        typer.Option("--unclear", metavar="WORD", help="A word of yours for: ending not known."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="DIR", help="Lay the curve of a truce run beside it."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write; results/evidence-FILE."),
    ] = None,
) -> None:
    """Read a table of real ceasefires: how long they lasted.

    Give the columns of the first and the last day, as 2021-11-09, or 2021-11 or 2021 where no more
    is known. The published layout of the ETH/PRIO Civil Conflict CeaseFire data needs no options.
    """
    from sim.evidence import Asked, found, read_ceasefires
    from sim.results.record_folder import drawn, drawn_against, read_lines, write_record

    asked = Asked(
        start,
        end,
        ending,
        by,
        clusters,
        checked_order(dates),
        day_of(until),
        tuple(holding or ()),
        tuple(unclear or ()),
    )
    ceasefires = read_ceasefires(file, asked)
    findings = found(ceasefires, horizon)
    figures = {"record": drawn(findings)}
    if against is not None:
        figures["overlay"] = drawn_against(findings, against)
    print(shown_lines(read_lines(ceasefires)))
    print(shown_lines(told(findings)))
    folder = out or Path("results") / f"evidence-{file.stem.strip('.') or 'table'}"
    write_record(findings, folder, figures)
    first = "record.png" if against is None else "overlay.png"
    print(f"Wrote {shown(str(folder))}: look at {first} first.")


def told(findings: Findings) -> list[str]:
    """Return the tables of the findings as lines, and what their limits are about."""
    from sim.results.record_folder import comparison_lines, limit_lines

    parts = {
        "Median of the dated ceasefires": findings.medians,
        "Share still in force": milestones_in_brief(findings),
        "If the dates that are not known were known": findings.readings,
        "How the dated ones ended, by day": causes_in_brief(findings),
    }
    lines: list[str] = []
    for title, table in parts.items():
        lines += ["", title, *printed(readable(table))]
    return ["", *lines[1:], "", *comparison_lines(findings), *limit_lines(findings)]


def milestones_in_brief(findings: Findings) -> pandas.DataFrame:
    """Return survival on a few days: dated, what unknown ends leave open, interval-censored."""
    table = findings.milestones
    censored = [
        f"{low:.3g}" if round(low, 3) == round(high, 3) else f"{low:.3g} to {high:.3g}"
        for low, high in zip(table["interval_lower"], table["interval_upper"], strict=True)
    ]
    names = {"least": "unknown_at_once", "most": "unknown_late"}
    kept = ["group", "day", "at_risk", "survival", "lower", "upper", *names]
    return table[kept].rename(columns=names).assign(interval_censored=censored)


def causes_in_brief(findings: Findings) -> pandas.DataFrame:
    """Return a row for each ending and a column for each day: the share with its limits."""
    table = findings.causes
    cells = [
        f"{share:.2f} [{lower:.2f}, {upper:.2f}]"
        for share, lower, upper in zip(table["share"], table["lower"], table["upper"], strict=True)
    ]
    wide = table.assign(cell=cells).pivot(index=["group", "ending"], columns="day", values="cell")
    return wide.reset_index()


def readable(table: pandas.DataFrame) -> pandas.DataFrame:
    """Return a table as it is printed: shares with two decimals, no column for a lack of groups."""
    single = "group" in table and (table["group"] == "").all()
    rounded = table.round(3)
    return rounded.drop(columns="group") if single else rounded


def checked_order(dates: str | None) -> Order | None:
    """Return the order of the parts of dates.

    Errors: `UsageError` when it is not known.
    """
    from sim.evidence.dates import ORDERS

    if dates is not None and dates not in ORDERS:
        raise UsageError(f"--dates is one of {', '.join(ORDERS)}, not {shown(dates)}")
    return cast("Order | None", dates)


def day_of(until: str | None) -> Window | None:
    """Return the last day watched.

    Errors: `UsageError` when it is no date.
    """
    from sim.evidence.dates import DateError, window_of

    try:
        found = window_of(until) if until is not None else None
    except DateError as error:
        raise UsageError(f"--until: {shown(str(error))}") from None
    if until is not None and (found is None or not found.exact):
        raise UsageError("--until needs a day, such as 2020-12-31")
    return found
