"""How precise the numbers are, and how many runs would make them better."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from sim.analysis import (
    LifeTable,
    LifeTables,
    durations_of_points,
    milestones_of_points,
    runs_for_band,
    runs_for_median,
    runs_for_milestone,
    runs_for_restricted_mean,
)
from sim.errors import TruceError
from sim.publication.citations import MASSART
from sim.publication.content import Column, Paragraph, Section, Table, Words
from sim.publication.tables import rows_of
from sim.publication.wording import day, is_missing, mean_days

ONE_POINT = 0.01
ONE_DAY = 1

BAND_CONSTANT = math.log(2.0 / 0.05) / 2.0
"""Squared half-width of a 95 % band for a whole curve, times the runs (Massart 1990)."""

COLUMNS = (
    Column("Number", "left"),
    Column("Half-width reached"),
    Column("Target"),
    Column("Runs for the target"),
)
EXPLAINED: Words = (
    "The half-width is half the length of the 95 % interval. The last column says how many runs in "
    "all bring it down to one percentage point, or one day, planned on what these runs show. For "
    "the whole curve both follow from the inequality of Dvoretzky, Kiefer and Wolfowitz (",
    MASSART.cited,
    ").",
)


def precision_section(
    there: Words, tables: LifeTables, days: Sequence[int], within: int
) -> Section:
    """Return what precision was reached and what a better one would take.

    Of several points each row is about the one at which the number is known least.
    """
    worst = ", each at the point where it is known least" if len(tables) > 1 else ""
    rows = [
        *(_milestone(tables, each) for each in days),
        _mean(tables, within),
        _median(tables),
        _band(int(tables.runs.min())),
    ]
    caption = f"Precision of the 95 % intervals (Monte-Carlo error){worst}."
    table = Table(caption, COLUMNS, tuple(rows))
    return Section(
        "precision",
        "How precise the numbers are",
        (Paragraph(there), table, Paragraph(EXPLAINED)),
    )


def _milestone(tables: LifeTables, on: int) -> tuple[Words, ...]:
    found = milestones_of_points(tables, [on])
    widths = (found["upper"] - found["lower"]).to_numpy() / 2.0
    worst = int(np.nanargmax(widths)) if not np.isnan(widths).all() else 0
    runs = _planned(lambda: runs_for_milestone(tables[worst], on, ONE_POINT))
    return (
        f"Share that holds beyond {day(on)}",
        f"±{100 * float(widths[worst]):.2f} points",
        "±1 point",
        runs,
    )


def _mean(tables: LifeTables, within: int) -> tuple[Words, ...]:
    found = durations_of_points(tables, within)
    widths = (found["kept_upper"] - found["kept_lower"]).to_numpy() / 2.0
    worst = int(np.nanargmax(widths)) if not np.isnan(widths).all() else 0
    runs = _planned(lambda: runs_for_restricted_mean(tables[worst], ONE_DAY, within))
    return (
        f"Mean days held within {within:,} days",
        f"±{mean_days(float(widths[worst]))} days",
        "±1 day",
        runs,
    )


def _median(tables: LifeTables) -> tuple[Words, ...]:
    found = durations_of_points(tables)
    reached = [
        (int(row.median_upper) - int(row.median_lower)) / 2.0
        if not (is_missing(row.median_lower) or is_missing(row.median_upper))
        else math.inf
        for row in rows_of(found)
    ]
    worst = int(np.argmax(reached))
    width = "not bounded" if math.isinf(reached[worst]) else f"±{reached[worst]:g} days"
    runs = _planned(lambda: runs_for_median(tables[worst], ONE_DAY))
    return ("Median", width, "±1 day", runs)


def _band(runs: int) -> tuple[Words, ...]:
    width = 100.0 * math.sqrt(BAND_CONSTANT / runs)
    return (
        "The whole curve at once",
        f"±{width:.2f} points",
        "±1 point",
        f"{runs_for_band(ONE_POINT):,}",
    )


def _planned(plan: Callable[[], int]) -> str:
    try:
        return f"{plan():,}"
    except TruceError:  # the curve is level there, or not known so far
        return "cannot be planned"


def cut_short(table: LifeTable) -> int:
    """Return how many runs stopped before the last day while the truce held."""
    return int(table.censored[:-1].sum())
