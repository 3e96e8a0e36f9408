"""The axis of days: round ticks that always include the horizon, and marks for the term."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.report.appearance import GRID, INK
from sim.report.sheet import TEXT

_ROUND_STEPS = (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650)
MOST_TERM_MARKS = 120
MARK_HEIGHT = 0.025
"""Of a mark for the end of a term, as a share of the panel."""


def day_ticks(horizon_days: int, most_intervals: int = 7) -> list[int]:
    """Return round days from 0 to the horizon, in at most about `most_intervals` intervals.

    The horizon itself always comes last; a round day closer to it than half a step gives way. Years
    count 360 days where the horizon does, so that 720 days are halved on day 360.
    """
    fitting = (step for step in _ROUND_STEPS if horizon_days / step <= most_intervals)
    step = next(fitting, max(horizon_days, 1))
    if step == 365 and horizon_days % 360 == 0:
        step = 360
    ticks = [day for day in range(step, horizon_days, step) if horizon_days - day > step / 2]
    return sorted({0, *ticks, horizon_days})


def last_day_shown(still_holding: NDArray[np.int64], margin: float = 0.08) -> int:
    """Return the last day worth drawing: the horizon, or a little past the day when none holds.

    `still_holding` counts the runs that hold beyond each day 0..horizon.
    """
    horizon_days = len(still_holding) - 1
    over = np.flatnonzero(still_holding == 0)
    if over.size == 0:
        return horizon_days
    needed = (1.0 + margin) * max(int(over[0]), 1)
    step = next((step for step in _ROUND_STEPS if needed / step <= 10), _ROUND_STEPS[-1])
    return min(horizon_days, step * math.ceil(needed / step))


def mark_days(axes: Axes, last: int, days: Sequence[int], is_lowest: bool = True) -> None:
    """Let an axis run through the end of the day `last`, with ticks, and labels if it is lowest."""
    axes.set_xlim(0, last + 1)
    axes.set_xticks(days, [f"{day:,}" for day in days] if is_lowest else [])
    axes.tick_params(labelsize=TEXT)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if is_lowest:
        axes.set_xlabel("Days since signing", fontsize=TEXT)


def term_ends(term_days: int | Sequence[int] | None, horizon_days: int) -> list[int]:
    """Return the days on which a term ends, through the horizon.

    `term_days` is the length of the term (its multiples are the ends), or the ends themselves. None
    and 0 mean an open-ended truce. Ends too many to be told apart are left out altogether.
    """
    if isinstance(term_days, Sequence):
        ends = sorted({day for day in term_days if 0 < day <= horizon_days})
    else:
        ends = list(range(term_days, horizon_days + 1, term_days)) if term_days else []
    return ends if len(ends) <= MOST_TERM_MARKS else []


def draw_ends_of_term(axes: Axes, days: Sequence[int]) -> None:
    """Mark days at the foot of a panel, all as one line with gaps, which keeps the file small."""
    x = np.repeat(np.asarray(days, dtype=float), 3)
    y = np.tile([0.0, MARK_HEIGHT, np.nan], len(days))
    across = axes.get_xaxis_transform()
    axes.plot(x, y, transform=across, color=INK, linewidth=0.9, solid_capstyle="butt")


def visible_days(curves: NDArray[np.float64], smallest: float) -> NDArray[np.int64]:
    """Return the days on which at least one curve has moved by `smallest` since the day kept last.

    `curves` has shape [curves, days]; the first and the last day are always kept. Steps drawn on
    these days alone stay within `smallest` of the curve, which the eye cannot tell.
    """
    kept = [0]
    reference = curves[:, 0]
    for day in np.flatnonzero(np.any(np.diff(curves, axis=1) != 0, axis=0)) + 1:
        if np.max(np.abs(curves[:, day] - reference)) >= smallest:
            kept.append(int(day))
            reference = curves[:, day]
    last = curves.shape[1] - 1
    return np.array(kept if kept[-1] == last else [*kept, last], dtype=np.int64)
