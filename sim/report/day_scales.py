"""Axes of days that give the first days more room: square root and logarithm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.report.day_axis import day_ticks

DayScale = Literal["linear", "square root", "logarithmic"]

_Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_SCALES: dict[DayScale, tuple[_Curve, _Curve]] = {
    "square root": (lambda day: np.sqrt(np.maximum(day, 0.0)), lambda place: place**2),
    "logarithmic": (lambda day: np.log1p(np.maximum(day, 0.0)), np.expm1),
}
_ROUND_DAYS = (7, 30, 90, 365, 180, 1, 730, 1095, 1825, 3650, 14, 60, 3)
"""Days that ticks may have, those that readers look for first at the front."""


def check_scale(scale: str) -> None:
    """Refuse a scale that is not known (`UsageError`)."""
    known = ("linear", *_SCALES)
    if scale not in known:
        raise UsageError(f"An axis of days is {', '.join(known)}, not {scale!r}.")


def scale_days(axes: Axes, scale: DayScale, last: int, closest: float) -> list[int]:
    """Put the days 0..last + 1 on a scale and return round ticks at least `closest` apart.

    `closest` is a share of the axis. The logarithm is that of the day plus 1, so day 0 has a place.
    """
    axes.set_xlim(0, last + 1)
    if scale == "linear":
        return day_ticks(last, max(1, int(1.0 / closest)))
    forward, back = _SCALES[scale]
    functions: Any = (forward, back)
    axes.set_xscale("function", functions=functions)
    axes.set_xlim(0, last + 1)
    return _apart(forward, last, closest)


def _apart(forward: _Curve, last: int, closest: float) -> list[int]:
    """Return the first and the last day, and of the round days those that stay apart from all."""
    end = float(forward(np.array(float(last + 1))))
    kept = {0: 0.0, last: float(forward(np.array(float(last)))) / end}
    for day in _ROUND_DAYS:
        place = float(forward(np.array(float(day)))) / end
        if day < last and all(abs(place - other) >= closest for other in kept.values()):
            kept[day] = place
    return sorted(kept)
