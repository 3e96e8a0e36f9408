"""Where a table says when a ceasefire began, when and how it ended; and which rows are one.

Two layouts are read: columns that the reader names, and the published layout of the ETH/PRIO Civil
Conflict CeaseFire data (Clayton et al. 2022, Journal of Conflict Resolution), known by its columns.
Its official codebook was not at hand: what the codes of `ended` mean is inferred from the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import Problem, TableError, UsageError
from sim.evidence import published
from sim.evidence.ceasefires import (
    BACKWARDS,
    ENDED,
    HOLDING,
    UNKNOWN,
    Ceasefires,
    Duration,
    duration_between,
)
from sim.evidence.dates import UNKNOWN_WORDS, DateError, Order, Window, window_of
from sim.evidence.published import Happened
from sim.evidence.table import Row, Table, read_table

HOLDING_WORDS = frozenset(
    {"holding", "in force", "still in force", "ongoing", "active", "not ended", "censored"}
)
MOST_STRATA = 6
MOST_ENDINGS = 6
OTHER = "other"
NOT_GIVEN = "not given"


@dataclass(frozen=True)
class Asked:
    """What the reader of a table was told: names of columns, the order of dates, words.

    `until` is the last day watched; without it, the latest day that stands in the table.
    """

    start: str | None = None
    end: str | None = None
    ending: str | None = None
    by: str | None = None
    clusters: str | None = None
    order: Order | None = None
    until: Window | None = None
    holding: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass
class _Gathered:
    """What is found row by row; problems are kept until all are known."""

    happened: list[Happened] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    read_as: dict[str, str] = field(default_factory=dict)


def read_ceasefires(path: Path, asked: Asked) -> Ceasefires:
    """Read the ceasefires of a table.

    Errors: `TableError` with every cell that cannot be read; `UsageError` when columns are missing
    or nothing usable is left; and those of `sim.evidence.table.read_table`.
    """
    table = read_table(path)
    known = asked.start is None and published.recognised(table)
    if not known and (asked.start is None or asked.end is None):
        raise UsageError(
            f"say which columns hold the first and the last day: --start COL --end COL; those of "
            f"{path} are {', '.join(table.names)}"
        )
    gathered = _published_rows(table, asked) if known else _named_rows(table, asked)
    if gathered.problems:
        raise TableError(gathered.problems)
    if not gathered.happened:
        raise UsageError(f"{path} has no ceasefire with a start that is known")
    return _record(table, asked, gathered, known)


def _named_rows(table: Table, asked: Asked) -> _Gathered:
    """Read a table by the names of its columns; each row is one ceasefire."""
    found = _Gathered()
    for row in table.rows:
        start = _window(table, row, asked.start or "", asked.order, found.problems)
        end = _window(table, row, asked.end or "", asked.order, found.problems)
        ending = _ending(table, row, end, asked, found.read_as)
        if start is None:
            found.left_out["no start"] += 1
            continue
        if end is not None and end.last < start.first:
            found.problems.append(table.problem(row, asked.end or "", BACKWARDS))
        group, cluster = (
            table.cell(row, name) or NOT_GIVEN if name else ""
            for name in (asked.by, asked.clusters)
        )
        found.happened.append(Happened(row, start, end, ending, group, cluster))
    return found


def _window(
    table: Table, row: Row, name: str, order: Order | None, problems: list[Problem]
) -> Window | None:
    try:
        return window_of(table.cell(row, name), order)
    except DateError as error:
        problems.append(table.problem(row, name, str(error)))
        return None


def _ending(
    table: Table, row: Row, end: Window | None, asked: Asked, read_as: dict[str, str]
) -> str:
    """Return how a ceasefire ended, by the words of its cell; note how they were read."""
    if asked.ending is None:
        return ENDED if end else UNKNOWN
    said = table.cell(row, asked.ending)
    lowered = said.lower()
    if lowered in HOLDING_WORDS or lowered in {word.lower() for word in asked.holding}:
        meant = HOLDING
    elif lowered in UNKNOWN_WORDS or lowered in {word.lower() for word in asked.unclear}:
        meant = UNKNOWN
    else:
        meant = said
    read_as[said or "(empty)"] = meant
    return meant


def _published_rows(table: Table, asked: Asked) -> _Gathered:
    found = _Gathered()
    rows = published.rows_of(table, asked.by, asked.clusters, found.problems, found.left_out)
    found.happened = published.merged(rows, found.left_out)
    found.read_as = dict(published.MEANINGS)
    return found


def _record(table: Table, asked: Asked, found: _Gathered, known: bool) -> Ceasefires:
    until = asked.until.last if asked.until else _latest(found.happened)
    shortened = _with_few_endings(found.happened)
    durations = tuple(_durations(shortened, until, found.left_out))
    if not durations:
        raise UsageError(f"{table.file} has no ceasefire that starts by the last day watched")
    _check_strata(durations, asked.by)
    return Ceasefires(
        file=table.file,
        layout=published.NAME if known else "columns named by the reader",
        durations=durations,
        until=until,
        left_out=dict(found.left_out),
        read_as=found.read_as,
        notes=(*table.notes, *(published.NOTES if known else ())),
        by=asked.by or "",
        clustered_by=asked.clusters or (published.cluster_column(table) if known else ""),
    )


def _durations(happened: list[Happened], until: int, left_out: Counter[str]) -> Iterator[Duration]:
    for each in happened:
        if each.start.first > until:
            left_out["starts after the last day watched"] += 1
            continue
        shortest, longest, dated = duration_between(each.start, each.end, each.ending, until)
        yield Duration(
            each.row.line, each.ending, shortest, longest, dated, each.group, each.cluster
        )


def _latest(happened: list[Happened]) -> int:
    """Return the latest day that is known to have been watched: the first day of a window."""
    days = [each.start.first for each in happened]
    return max([*days, *(each.end.first for each in happened if each.end)])


def _with_few_endings(happened: list[Happened]) -> list[Happened]:
    """Put the rarest kinds of ending together, so that no more than `MOST_ENDINGS` are left."""
    kinds = Counter(each.ending for each in happened if each.ending != HOLDING)
    if len(kinds) <= MOST_ENDINGS:
        return happened
    kept = {UNKNOWN, *(name for name, _ in kinds.most_common(MOST_ENDINGS - 1))}
    return [each if each.ending in kept | {HOLDING} else each.ended_as(OTHER) for each in happened]


def _check_strata(durations: tuple[Duration, ...], by: str | None) -> None:
    strata = {each.stratum for each in durations}
    if by and not 2 <= len(strata) <= MOST_STRATA:
        raise UsageError(
            f"--by {by} makes {len(strata)} groups; choose a column with 2 to {MOST_STRATA} values"
        )
