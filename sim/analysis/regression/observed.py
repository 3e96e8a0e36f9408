"""What regressions read from life tables: who ended by the cause asked about, and who did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.life_table import Counts, LifeTable
from sim.analysis.life_tables import LifeTables
from sim.endings import CAUSES, ENDING_CODES, HOLDING
from sim.errors import ResultsError, UsageError

Floats = NDArray[np.float64]
ALL_CAUSES = "hazard of ending, all causes"


@dataclass(frozen=True, eq=False)
class Observed:
    """Runs of each point by day: `ended` by the cause, `held` through that day and seen no more.

    Both have shape [points, days]. With a single cause, runs that end otherwise count as held
    through their last day, which gives the cause-specific hazard; `hazard` is its name.
    """

    ended: Counts
    held: Counts
    hazard: str

    @property
    def at_risk(self) -> Counts:
        """Runs seen to hold until the endings of each day; shape [points, days]."""
        gone = (self.ended + self.held)[:, ::-1]
        return np.asarray(np.cumsum(gone, axis=1)[:, ::-1], dtype=np.int64)

    @property
    def runs(self) -> NDArray[np.int64]:
        """All runs of each point; shape [points]."""
        return np.asarray((self.ended + self.held).sum(axis=1), dtype=np.int64)

    @property
    def pooled(self) -> Observed:
        """All points as one."""
        ended, held = (counts.sum(axis=0, keepdims=True) for counts in (self.ended, self.held))
        return Observed(ended, held, self.hazard)


def observed(tables: LifeTable | LifeTables, cause: str | None) -> Observed:
    """Read the counts for one cause (the name of an ending), or for all.

    Errors: `UsageError` for a name that is not a cause; `ResultsError` when no run ended so.
    """
    ended, censored = three_axes(tables)
    if cause is None:
        chosen, held = ended.sum(axis=1), censored
    else:
        chosen = ended[:, code_of_cause(cause) - 1]
        held = censored + ended.sum(axis=1) - chosen
    refuse_none(int(chosen.sum()), cause)
    return Observed(chosen, held, hazard_name(cause))


def code_of_cause(cause: str) -> int:
    """Return the code of a cause.

    Errors: `UsageError` when there is no such cause.
    """
    code = ENDING_CODES.get(cause, HOLDING)
    if code == HOLDING:
        raise UsageError(
            f"There is no cause {cause!r}. Known: {', '.join(known.name for known in CAUSES)}."
        )
    return code


def hazard_name(cause: str | None) -> str:
    """Return what a model of this cause describes, in words."""
    return ALL_CAUSES if cause is None else f"cause-specific hazard of {cause}"


def refuse_none(ended: int, cause: str | None) -> None:
    """Refuse to fit a model to runs of which none ended."""
    if not ended:
        how = "" if cause is None else f" by {cause!r}"
        raise ResultsError(
            f"No run ended{how}, so there is nothing to fit. Use more runs or a longer horizon."
        )


def three_axes(tables: LifeTable | LifeTables) -> tuple[Counts, Counts]:
    """Return `ended` [points, causes, days] and `censored` [points, days] of one table or many."""
    if isinstance(tables, LifeTable):
        return tables.ended[np.newaxis], tables.censored[np.newaxis]
    return tables.ended, tables.censored
