"""The numbers under the axis of days: how many truces still hold, have ended, were cut short.

On each day the three add up to all runs. Source: KMunicate, Morris et al. 2019, BMJ Open 9:e030215.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas

from sim.analysis import LifeTable, life_table_of_survival
from sim.report.sheet import AXES_WIDTH, LEFT, Sheet
from sim.report.wording import width_of

ROW_HEIGHT = 12.0
TEXT = 7.5


def counts_on_days(table: pandas.DataFrame, days: Sequence[int]) -> dict[str, list[int]]:
    """Return for each of the days, after its endings: runs that still hold, ended, were cut short.

    `table` is a survival table; the days must stand in it. A run that stops at the horizon while
    the truce holds counts as holding.
    """
    return counts_of(life_table_of_survival(table), days)


def counts_of(counts: LifeTable, days: Sequence[int]) -> dict[str, list[int]]:
    """Return the same three counts from a life table."""
    holding = counts.at_risk - counts.ended_by_day
    gone = np.cumsum(counts.ended_by_day)
    cut_short = counts.runs - holding - gone
    rows = {"Still holding": holding, "Ended": gone, "Censored": cut_short}
    return {label: [int(numbers[day]) for day in days] for label, numbers in rows.items()}


def most_columns(runs: int) -> int:
    """Return how many columns of counts fit side by side without touching."""
    return max(2, int(AXES_WIDTH // (width_of(f"{runs:,}", TEXT) + 10.0)))


def write_counts(
    sheet: Sheet, table: pandas.DataFrame, days: Sequence[int], places: Sequence[float]
) -> None:
    """Write the table of counts; `places` are the days' positions on the axis, 0..1."""
    write_rows(sheet, counts_on_days(table, days), places)


def write_rows(sheet: Sheet, rows: Mapping[str, Sequence[int]], places: Sequence[float]) -> None:
    """Write rows of numbers under places on the axis, 0..1, with their names at the left."""
    widest = max(*(width_of(f"{numbers[0]:,}", TEXT) for numbers in rows.values()), 8.0)
    for label, numbers in rows.items():
        sheet.text(LEFT - widest / 2 - 8.0, label, TEXT, ha="right", va="top")
        for number, place in zip(numbers, places, strict=True):
            sheet.text(LEFT + AXES_WIDTH * place, f"{number:,}", TEXT, ha="center", va="top")
        sheet.skip(ROW_HEIGHT)
