"""What is compared: points and a baseline, paired by common luck or independent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.life_tables import LifeTables
from sim.analysis.pairs import PairTables
from sim.errors import UsageError

Chosen = slice | list[int]
"""Days, as an index."""


@dataclass(frozen=True, eq=False)
class IndependentTables:
    """Life tables of points and of a baseline that do not share their luck.

    `second` holds one table, the baseline of all points, or one for each point.
    """

    first: LifeTables
    second: LifeTables

    def __post_init__(self) -> None:
        if len(self.second) not in (1, len(self.first)):
            raise UsageError(
                f"{len(self.first)} points are compared with one baseline or with one each, not "
                f"with {len(self.second)}."
            )
        if self.first.ended.shape[1:] != self.second.ended.shape[1:]:
            raise UsageError(
                "Points and baseline need the same causes and the same horizon; they have "
                f"{self.first.ended.shape[1:]} and {self.second.ended.shape[1:]} causes and days. "
                "Use followed_through to look at the first days of both."
            )

    @property
    def numbers(self) -> tuple[int, ...]:
        """The number of each point in the sweep."""
        return self.first.numbers

    @property
    def horizon_days(self) -> int:
        """The last day of the tables, H."""
        return self.first.horizon_days


Compared = PairTables | IndependentTables


def against(tables: LifeTables, number: int) -> IndependentTables:
    """Return all points of `tables` against one of them, taken as independent.

    Errors: `UsageError` when there is no point of that number.
    """
    if number not in tables.numbers:
        raise UsageError(f"There is no point {number} in these life tables.")
    place = tables.numbers.index(number)
    chosen = slice(place, place + 1)
    return IndependentTables(
        tables, LifeTables(tables.ended[chosen], tables.censored[chosen], (number,))
    )


def followed_through(tables: LifeTables, day: int) -> LifeTables:
    """Return the tables as if all runs had been followed through `day` only, 0..H.

    Errors: `UsageError` when the day lies outside.
    """
    check_day(day, tables.horizon_days, least=0)
    later = tables.ended[:, :, day + 1 :].sum(axis=(1, 2)) + tables.censored[:, day:].sum(axis=1)
    censored = tables.censored[:, : day + 1].copy()
    censored[:, day] = later
    return LifeTables(tables.ended[:, :, : day + 1].copy(), censored, tables.numbers)


def any_cut_short(compared: Compared) -> bool:
    """Did a run stop before the horizon while its truce held?"""
    sides = (compared.first, compared.second)
    return any(bool(side.censored[:, :-1].any()) for side in sides)


def all_whole(compared: Compared, what: str) -> tuple[LifeTables, LifeTables]:
    """Return both sides; refuse if any run was cut short (`UsageError`)."""
    if any_cut_short(compared):
        raise UsageError(
            f"{what} are compared only where all runs reach an ending or the horizon, but some "
            "were cut short; look at the days before with followed_through."
        )
    return compared.first, compared.second


def chosen_days(compared: Compared, days: Sequence[int] | None) -> Chosen:
    """Return the days to compare, by default all; refuse days outside 0..H (`UsageError`)."""
    if days is None:
        return slice(None)
    for day in days:
        check_day(day, compared.horizon_days, least=0)
    return list(days)


def last_day(compared: Compared, through_day: int | None) -> int:
    """Return the day through which to compare, by default H; refuse one outside 1..H."""
    last = compared.horizon_days if through_day is None else through_day
    check_day(last, compared.horizon_days, least=1)
    return last


def check_day(day: int, horizon_days: int, least: int) -> None:
    """Refuse a day outside `least`..horizon_days (`UsageError`)."""
    if not least <= day <= horizon_days:
        raise UsageError(f"A day to compare lies in {least}..{horizon_days}, not {day}.")
