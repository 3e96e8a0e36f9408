"""The grids on which daily paths are counted: what is followed, and how finely.

A share is rounded to the nearest thousandth. A strength is rounded to the nearest of 256 equal
steps between one power of two and the next, so the error is at most 0.2 % of the strength,
whatever its size. Rounding keeps order, so a quantile of rounded values is the rounded quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SHARE_STEPS = 1000  # between 0 and 1
OCTAVE_STEPS = 256  # between one power of two and the next
LEAST_OCTAVE, MOST_OCTAVE = -10, 12
LEAST_STRENGTH, MOST_STRENGTH = 2.0**LEAST_OCTAVE, 2.0**MOST_OCTAVE
"""Weaker and stronger groups are counted at these ends; 0.001 stands for about ten fighters."""

_SHARES = np.arange(SHARE_STEPS + 1) / SHARE_STEPS
_OCTAVES, _STEPS = np.divmod(
    np.arange((MOST_OCTAVE - LEAST_OCTAVE) * OCTAVE_STEPS + 1), OCTAVE_STEPS
)
_STRENGTHS = np.ldexp(1.0 + _STEPS / OCTAVE_STEPS, _OCTAVES + LEAST_OCTAVE)


@dataclass(frozen=True)
class PathVariable:
    """One thing that is followed from day to day.

    `name` is that of its field in `sim.moments.Moment`; `label` is what figures call it.
    """

    name: str
    label: str
    unit: str
    meaning: str
    grid: Literal["share", "strength"] = "share"

    @property
    def values(self) -> NDArray[np.float64]:
        """The value that each of its cells stands for, ascending; shape [cells]."""
        return _SHARES if self.grid == "share" else _STRENGTHS


VARIABLES: tuple[PathVariable, ...] = (
    PathVariable(
        "state_trust",
        "State's trust",
        "probability",
        "the state's belief that a group keeps the truce; of several signatories the lowest",
    ),
    PathVariable(
        "group_trust",
        "Groups' trust",
        "probability",
        "a signatory's belief that the state keeps the truce; of several the lowest",
    ),
    PathVariable(
        "strength",
        "Groups' strength",
        "units of state capability",
        "armed strength of all signatories together",
        "strength",
    ),
    PathVariable(
        "power",
        "Groups' share of power",
        "share",
        "a signatory's strength over its strength and the state's capability; of several the mean",
    ),
    PathVariable("outrage", "Outrage", "share", "how outraged the state's public is"),
    PathVariable(
        "broker_leverage",
        "Broker's leverage",
        "share",
        "leverage of the broker that pressed hardest on the day",
    ),
)
"""What is followed, in the order in which its cells stand in the counts."""

_ENDS = list(accumulate((len(variable.values) for variable in VARIABLES), initial=0))
CELLS = _ENDS[-1]
"""The number of cells of all variables on one day."""
FIRST_CELL: dict[str, int] = {
    variable.name: start for variable, start in zip(VARIABLES, _ENDS[:-1], strict=True)
}
"""Where the cells of each variable begin."""
