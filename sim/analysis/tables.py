"""The tables of an ensemble: survival by day, incidence by day, endings, reasons, milestones.

All take a life table or the table of runs, and return a pandas DataFrame. Intervals are pointwise
and measure Monte-Carlo error only; see `sim.analysis.intervals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.estimates import (
    Method,
    incidence,
    median_day_by_cause,
    share_interval,
    survival,
    survival_interval,
)
from sim.analysis.life_table import LifeTable, life_table
from sim.endings import CAUSES, ENDING_CODES, ENDINGS, HOLDING, REASON_CODES, REASONS, Ending
from sim.errors import ResultsError, UsageError

if TYPE_CHECKING:
    import pandas

MILESTONES: tuple[int, ...] = (30, 90, 180, 365)
"""Days after signing at which the record of real truces is usually read."""


def life_table_of_runs(runs: pandas.DataFrame, horizon_days: int) -> LifeTable:
    """Count the table of runs, columns `days` (whole days) and `ending` (names), by ending and day.

    Errors: `ResultsError` when a column is missing, a name is not an ending, or a day lies outside
    0..horizon_days.
    """
    codes = _codes(_column(runs, "ending"), ENDING_CODES, "ending")
    return life_table(_column(runs, "days").to_numpy(), codes, horizon_days)


def survival_table(
    table: LifeTable, level: float = 0.95, method: Method | None = None
) -> pandas.DataFrame:
    """Return one row for every day 0..H: day, at_risk, ended, survival, lower, upper.

    `at_risk` counts the runs just before the endings of the day, `ended` those that ended on it;
    `survival` is the share that holds beyond the day, with its pointwise limits (range 0..1).

    Errors: as in `sim.analysis.estimates.survival_interval`.
    """
    import pandas

    lower, upper = survival_interval(table, level, method)
    return pandas.DataFrame(
        {
            "day": np.arange(table.horizon_days + 1),
            "at_risk": table.at_risk,
            "ended": table.ended_by_day,
            "survival": survival(table),
            "lower": lower,
            "upper": upper,
        }
    )


def life_table_of_survival(survival: pandas.DataFrame) -> LifeTable:
    """Return the counts behind a survival table, all causes taken together (one row of `ended`).

    The inverse of `survival_table`: what is decided on counts can be decided on a stored table.
    """
    at_risk = survival["at_risk"].to_numpy(np.int64)
    ended = survival["ended"].to_numpy(np.int64)
    at_risk_next = np.append(at_risk[1:], 0)
    return LifeTable(ended=ended[np.newaxis].copy(), censored=at_risk - ended - at_risk_next)


def incidence_table(table: LifeTable) -> pandas.DataFrame:
    """Return one row for every day 0..H: the share that ended in each way by then, and `holding`.

    The columns after `day` are named after the endings and sum to 1 on every day.

    Errors: `ResultsError` when the table holds no run or other causes than those of the registry.
    """
    import pandas

    shares = incidence(_registered(table))
    columns = {cause.name: shares[row] for row, cause in enumerate(CAUSES)}
    day = {"day": np.arange(table.horizon_days + 1)}
    return pandas.DataFrame(day | columns | {ENDINGS[HOLDING].name: survival(table)})


def endings_table(table: LifeTable, level: float = 0.95) -> pandas.DataFrame:
    """Return one row for every ending, `holding` last, with the state at the horizon.

    Columns: ending, sentence, runs, share, lower, upper, median_day. The shares sum to 1.
    `median_day` is the first day by which half of the runs with this ending had ended, missing for
    `holding` and for endings that no run had. If runs were cut short, the shares allow for it, and
    the counts of `runs` add up to fewer than all.

    Errors: `ResultsError` when the table holds no run or other causes than those of the registry.
    """
    import pandas

    lower, upper = share_interval(_registered(table), level)
    held_lower, held_upper = _last_limits(table, level)
    known = ~np.isnan(survival(table))
    return pandas.DataFrame(
        {
            "ending": [ending.name for ending in _holding_last()],
            "sentence": [ending.sentence for ending in _holding_last()],
            "runs": [*table.ended.sum(axis=1), table.censored[-1]],
            "share": [*incidence(table)[:, known][:, -1], survival(table)[known][-1]],
            "lower": [*lower, held_lower],
            "upper": [*upper, held_upper],
            "median_day": pandas.array([*median_day_by_cause(table), None], dtype="Int64"),
        }
    )


def why_table(runs: pandas.DataFrame) -> pandas.DataFrame:
    """Return why truces ended: one row for each pair of ending and reason that occurred.

    Columns: ending, why, runs, share; `share` is the share of the runs *with that ending*, so it
    sums to 1 within an ending. Runs that still hold have no reason and are left out. Endings stand
    in order of code, reasons from the most to the least frequent.

    Errors: `ResultsError` when a column is missing or a name is not in the registry.
    """
    import pandas

    counts = _pairs(
        _codes(_column(runs, "ending"), ENDING_CODES, "ending"),
        _codes(_column(runs, "why"), REASON_CODES, "why"),
    )
    rows = [
        (cause.name, REASONS[why].name, int(count[why]), float(count[why] / count.sum()))
        for cause, count in zip(CAUSES, counts, strict=True)
        for why in np.argsort(-count, kind="stable")
        if count[why]
    ]
    return pandas.DataFrame(rows, columns=["ending", "why", "runs", "share"])


def milestones_table(
    table: LifeTable,
    days: Sequence[int] = MILESTONES,
    level: float = 0.95,
    method: Method | None = None,
) -> pandas.DataFrame:
    """Return S(d) and its limits on the given days: day, survival, lower, upper.

    Days beyond the horizon are left out, since nothing was observed there.

    Errors: as in `survival_table`; `UsageError` for a negative day.
    """
    if any(day < 0 for day in days):
        raise UsageError(f"Milestones are days from 0 on, not {min(days)}.")
    kept = [day for day in days if day <= table.horizon_days]
    columns = ["day", "survival", "lower", "upper"]
    return survival_table(table, level, method).loc[kept, columns].reset_index(drop=True)


def _holding_last() -> list[Ending]:
    return [*CAUSES, ENDINGS[HOLDING]]


def _registered(table: LifeTable) -> LifeTable:
    if len(table.ended) != len(CAUSES):
        raise ResultsError(
            f"The life table has {len(table.ended)} causes, the registry of endings {len(CAUSES)}."
        )
    return table


def _last_limits(table: LifeTable, level: float) -> tuple[float, float]:
    lower, upper = survival_interval(table, level)
    known = ~np.isnan(lower)
    return float(lower[known][-1]), float(upper[known][-1])


def _column(runs: pandas.DataFrame, name: str) -> pandas.Series:
    if name not in runs.columns:
        raise ResultsError(f"The table of runs has no column {name!r}.")
    return runs[name]


def _codes(names: pandas.Series, known: dict[str, int], what: str) -> NDArray[np.int64]:
    codes = names.astype(object).map(known)
    if codes.isna().any():
        strange = sorted({str(name) for name in names[codes.isna()]})
        raise ResultsError(
            f"The column {what!r} of the runs holds names that this version does not know: "
            f"{', '.join(strange[:5])}. Known: {', '.join(known)}."
        )
    return np.asarray(codes, dtype=np.int64)


def _pairs(endings: NDArray[np.int64], reasons: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count runs by cause and reason; shape [causes, reasons]."""
    size = len(ENDINGS) * len(REASONS)
    counts = np.bincount(endings * len(REASONS) + reasons, minlength=size)
    square = np.asarray(counts, dtype=np.int64).reshape(len(ENDINGS), len(REASONS))
    return square[HOLDING + 1 :]
