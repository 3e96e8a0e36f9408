"""The published layout of the ETH/PRIO Civil Conflict CeaseFire data: a row for each actor.

Rows of one ceasefire share country code and id. Fifteen ids of the release of October 2022 are used
for unrelated ceasefires, so rows whose starts lie more than 60 days apart are kept apart. Year,
month and day stand in columns of their own; -1 and 0 mean that a part is not known, but a year of
effect of 0 that the ceasefire never took effect. Source of the data: Clayton et al. 2022, Journal
of Conflict Resolution.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sim.errors import Problem
from sim.evidence.ceasefires import BACKWARDS, HOLDING, UNKNOWN
from sim.evidence.dates import DateError, Window, window
from sim.evidence.table import Row, Table

NAME = "ETH/PRIO Civil Conflict CeaseFire data"
_ID = ("cc", "cf_id")
_DECLARED = ("cf_dec_yr", "cf_dec_month", "cf_dec_day")
_EFFECT = ("cf_effect_yr", "cf_effect_month", "cf_effect_day")
_END = ("end_yr", "end_month", "end_day")
COLUMNS = (*_ID, *_EFFECT, *_END, "ended")
"""The columns by which the layout is known; capital letters do not matter."""

NEVER = "never took effect"
ENDINGS = {
    -1: UNKNOWN,
    0: HOLDING,
    1: "expired",
    2: "terminated",
    3: NEVER,
    4: "superseded",
}
MEANINGS = {str(code): meaning for code, meaning in ENDINGS.items()}
NOTES = (
    "What the codes of the column ended mean is inferred from the data, not taken from a codebook; "
    "terminated needs an identifiable act, so it is the least that can have collapsed.",
)
VALUES = {
    "ceasefire_class": {
        "1": "cessation of hostilities",
        "2": "preliminary",
        "3": "definitive",
    },
    "mediator_nego": {"0": "not mediated", "1": "mediated", "-1": "unclear"},
    "written": {"0": "not written", "1": "written", "2": "written", "-1": "unclear"},
}
"""What codes of covariates mean, as public code that uses the data has them."""

SAME_START = 60  # days


@dataclass(frozen=True)
class Happened:
    """One ceasefire as its row tells it: when it began, when and how it ended, where it belongs."""

    row: Row
    start: Window
    end: Window | None
    ending: str
    group: str = ""
    cluster: str = ""
    key: tuple[str, ...] = ()

    def ended_as(self, ending: str) -> Happened:
        """Return the same ceasefire with another name for its ending."""
        return replace(self, ending=ending)


def recognised(table: Table) -> bool:
    """Return whether a table has the columns of this layout."""
    return set(COLUMNS) <= {name.lower() for name in table.names}


def cluster_column(table: Table) -> str:
    """Return the column by which ceasefires are clustered unless told otherwise: the country."""
    return "location" if "location" in {name.lower() for name in table.names} else "cc"


def rows_of(
    table: Table,
    by: str | None,
    clusters: str | None,
    problems: list[Problem],
    left_out: Counter[str],
) -> list[Happened]:
    """Return what each row tells; cells that cannot be read are added to `problems`."""
    country, found = clusters or cluster_column(table), []
    for row in table.rows:
        before = len(problems)
        numbers = {name: _whole(table, row, name, problems) for name in _needed(table)}
        if len(problems) > before:
            continue
        ending = _ending(table, row, numbers["ended"], problems)
        start = _start(table, row, numbers, problems)
        end = _date(table, row, numbers, _END, problems)
        if start is not None and end is not None and end.last < start.first:
            problems.append(table.problem(row, _END[0], BACKWARDS))
        if ending == NEVER or numbers[_EFFECT[0]] == 0:
            left_out[f"rows of ceasefires that {NEVER}"] += 1
        elif start is None:
            left_out["rows without a start"] += 1
        else:
            group = _value(table, row, by) if by else ""
            key = tuple(table.cell(row, name) for name in _ID)
            cluster = table.cell(row, country)
            found.append(Happened(row, start, end, ending, group, cluster, key))
    return found


def merged(rows: Iterable[Happened], left_out: Counter[str]) -> list[Happened]:
    """Return one ceasefire for all rows of an id that start within `SAME_START` days.

    The start is the earliest, the end the earliest dated one, whatever the actors say of it; all
    else is that of the first row.
    """
    together: dict[tuple[str, ...], list[list[Happened]]] = {}
    for each in rows:
        groups = together.setdefault(each.key, [])
        near = (group for group in groups if _near(group[0], each))
        match = next(near, None)
        if match is None:
            groups.append([each])
        else:
            match.append(each)
            left_out["rows of other actors of a ceasefire"] += 1
    return [_as_one(group) for groups in together.values() for group in groups]


def _as_one(rows: list[Happened]) -> Happened:
    dated = [each for each in rows if each.end is not None and each.ending != HOLDING]
    first = min(rows, key=lambda each: each.start.first)
    told = min(dated, key=lambda each: each.end.first if each.end else 0) if dated else rows[0]
    return replace(rows[0], start=first.start, end=told.end, ending=told.ending)


def _near(one: Happened, other: Happened) -> bool:
    return abs(one.start.first - other.start.first) <= SAME_START


def _needed(table: Table) -> tuple[str, ...]:
    has = {name.lower() for name in table.names}
    return (*COLUMNS[len(_ID) :], *(name for name in _DECLARED if name in has))


def _whole(table: Table, row: Row, name: str, problems: list[Problem]) -> int:
    """Return a whole number; -1, which says that nothing is known, for an empty cell."""
    text = table.cell(row, name)
    try:
        number = float(text) if text and text.upper() != "NA" else -1.0
        if number == int(number):
            return int(number)
    except (ValueError, OverflowError):
        pass
    problems.append(table.problem(row, name, f"{text!r} is no whole number; -1 stands for unknown"))
    return -1


def _ending(table: Table, row: Row, code: int, problems: list[Problem]) -> str:
    if code not in ENDINGS:
        codes = ", ".join(f"{number} {meaning}" for number, meaning in ENDINGS.items())
        problems.append(table.problem(row, "ended", f"{code} is no code of an ending: {codes}"))
    return ENDINGS.get(code, UNKNOWN)


def _start(
    table: Table, row: Row, numbers: dict[str, int], problems: list[Problem]
) -> Window | None:
    """Return when it took effect, or was declared if that is not known."""
    start = _date(table, row, numbers, _EFFECT, problems)
    if start is not None or _DECLARED[0] not in numbers:
        return start
    return _date(table, row, numbers, _DECLARED, problems)


def _date(
    table: Table,
    row: Row,
    numbers: dict[str, int],
    names: tuple[str, ...],
    problems: list[Problem],
) -> Window | None:
    year, month, day = (_known(numbers.get(name, -1)) for name in names)
    if year is None:
        return None
    try:
        return window(year, month, day)
    except DateError as error:
        problems.append(table.problem(row, names[0], str(error)))
        return None


def _known(number: int) -> int | None:
    return number if number > 0 else None


def _value(table: Table, row: Row, by: str) -> str:
    text = table.cell(row, by)
    return VALUES.get(by.lower(), {}).get(text.removesuffix(".0"), text) or "not given"
