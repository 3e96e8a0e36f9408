"""Names of the numbers that may be quoted, and the table of them that the redo scripts check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas

from sim.analysis import LifeTable, incidence, median, restricted_mean, survival
from sim.endings import CAUSES
from sim.publication.content import Number

_DIGITS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]


def spelled(number: int) -> str:
    """Return a whole number, not negative, in letters, digit by digit: 365 is ThreeSixFive."""
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def camel(name: str) -> str:
    """Return a name such as group_defects as GroupDefects."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def quoted(name: str, text: str) -> Number:
    """Return a number that may be quoted."""
    return Number(name, text)


@dataclass(frozen=True)
class Headline:
    """A number that a reader should be able to work out again, in full.

    `quantity` is median_days, mean_days, mean_days_error, survival, share_ended, or for a pair of
    points mean_difference and mean_difference_error; `day` is the day it is about.
    """

    quantity: str
    point: int
    day: int
    value: float | None
    ending: str = ""
    baseline: int | None = None


def numbers_table(headlines: Sequence[Headline]) -> pandas.DataFrame:
    """Return the headline numbers, a row each."""
    rows = [
        (each.quantity, each.point, each.baseline, each.day, each.ending, each.value)
        for each in headlines
    ]
    columns = ["quantity", "point", "baseline", "day", "ending", "value"]
    table = pandas.DataFrame(rows, columns=columns)
    table["baseline"] = table["baseline"].astype("Int64")
    table["value"] = table["value"].astype(float)
    return table


def headlines_of_point(
    point: int, table: LifeTable, mean_within: int, days: Sequence[int]
) -> list[Headline]:
    """Return the headline numbers of a point from its life table."""
    curve, shares = survival(table), incidence(table)
    mean = restricted_mean(table, mean_within)
    last = table.horizon_days
    return [
        Headline("median_days", point, last, median(table)),
        Headline("mean_days", point, mean_within, mean.days),
        Headline("mean_days_error", point, mean_within, mean.standard_error),
        *(Headline("survival", point, day, float(curve[day])) for day in days if day <= last),
        *(
            Headline("share_ended", point, last, float(shares[row, last]), cause.name)
            for row, cause in enumerate(CAUSES)
        ),
    ]
