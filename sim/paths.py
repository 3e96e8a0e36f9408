"""Daily paths: bands over all runs of an ensemble, and its first runs in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import PathCounts, bands_table
from sim.endings import HOLDING
from sim.errors import UsageError
from sim.grids import VARIABLES
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

    from sim.moments import Observed

MOST_BYTES = 2**29  # of the runs that are kept in full

Column = tuple[str, NDArray[np.generic]]

CODEBOOK: dict[str, tuple[str, str]] = {
    "run": ("number", "which run of the seed"),
    "day": ("days since signing", "0 is the day of signing, after it; then the end of each day"),
    "holding": ("true or false", "the truce still holds after the day"),
    "bad_faith": ("true or false", "a party signed only to rest, rearm or gain time"),
    **{variable.name: (variable.unit, variable.meaning) for variable in VARIABLES},
    "capability": ("fully funded level", "armed capability of the state"),
    "state_leverage": ("share", "the state's share of power minus what the terms leave it"),
    "groups.N.strength": ("units of state capability", "armed strength of group N"),
    "groups.N.trust": ("probability", "the group's belief that the state keeps the truce"),
    "groups.N.state_trust": ("probability", "the state's belief that the group keeps the truce"),
    "groups.N.splinters.M.strength": (
        "units of state capability",
        "armed strength of what broke away from group N; missing before it does",
    ),
    "brokers.N.leverage": ("share", "leverage that the broker is left with after the day"),
}
"""Unit and meaning of every column of the first runs; N and M count from 0, as in ``--set``."""


def most_kept(scenario: Scenario) -> int:
    """Return how many runs of a scenario at most can be kept in full."""
    from sim.observation import bytes_of_a_run

    return MOST_BYTES // bytes_of_a_run(scenario)


def check_kept(kept: int, scenario: Scenario) -> None:
    """Refuse a number of runs to keep in full that is out of range.

    Errors: `UsageError`.
    """
    most = most_kept(scenario)
    if not 0 <= kept <= most:
        raise UsageError(
            f"the runs kept in full (paths) must lie between 0 and {most:,} with so many actors "
            f"and a horizon of {scenario.horizon_days:,} days, not {kept:,}"
        )


@dataclass(frozen=True, eq=False)
class Paths:
    """The daily paths of an ensemble: bands over all its runs, and its first runs in full."""

    scenario: Scenario
    seed: int
    rows: np.ndarray  # the outcomes of the runs kept in full
    observed: Observed

    @property
    def counts(self) -> PathCounts:
        """The truces that hold after each day, counted by value; those of several parts add up."""
        return PathCounts(self.observed.counts)

    @cached_property
    def bands(self) -> pandas.DataFrame:
        """Quantiles over the truces that still hold: day, variable, holding, q05 .. q95.

        One row for each variable of `sim.grids.VARIABLES` and day; see `sim.analysis.bands_table`.
        """
        table = bands_table(self.counts)
        table.attrs["units"] = {variable.name: variable.unit for variable in VARIABLES}
        return table

    @cached_property
    def first_runs(self) -> pandas.DataFrame:
        """The first runs in full: one row per run and day, from day 0 to the last of the truce.

        Columns as in `CODEBOOK`. Those of actors go by their place in the scenario, such as
        ``groups.0.trust``; trust has columns for signatories alone, and splinters have columns
        if they broke away in one of these runs. ``attrs["units"]`` holds the unit of each column,
        ``attrs["actors"]`` the names of groups and brokers.
        """
        import pandas

        table = pandas.DataFrame(dict(self._columns()))
        table.attrs["units"] = {name: CODEBOOK[_pattern(name)][0] for name in table.columns}
        table.attrs["actors"] = dict(self._names())
        return table

    def plot(self) -> Figure:
        """Draw the bands of the truces that still hold, and how many do."""
        from sim.report import paths_figure

        return paths_figure(
            self.bands,
            title=self.scenario.title,
            seed=self.seed,
            horizon_days=self.scenario.horizon_days,
        )

    def __repr__(self) -> str:
        runs = self.counts.holding[0]
        return f"Paths({self.scenario.title!r}, {runs} runs, {len(self.rows)} in full)"

    def _columns(self) -> Iterator[Column]:
        days = np.arange(self.observed.moments.shape[1])
        lived = days <= self.rows["days"][:, np.newaxis]
        run, day = np.nonzero(lived)
        yield "run", self.rows["run"][run]
        yield "day", day
        rows = self.rows[run]
        yield "holding", (day < rows["days"]) | (rows["ending"] == HOLDING)
        moments = self.observed.moments[lived]
        for name in moments.dtype.names or ():
            yield name, moments[name]
        yield from self._group_columns(self.observed.groups[lived])
        for place, broker in enumerate(self.observed.brokers[lived].T):
            yield f"brokers.{place}.leverage", broker["leverage"]

    def _group_columns(self, moments: np.ndarray) -> Iterator[Column]:
        """Yield the columns of groups, then of splinters; `moments` has shape [rows, groups]."""
        groups = self.scenario.effective.groups
        for place, group in enumerate(groups):
            shown = ("strength", "trust", "state_trust") if group.signatory else ("strength",)
            for name in shown:
                yield f"groups.{place}.{name}", moments[name][:, place]
        for place, name in enumerate(_splinters(groups), start=len(groups)):
            present, strength = moments["present"][:, place], moments["strength"][:, place]
            if present.any():
                yield f"{name}.strength", np.where(present, strength, np.nan)

    def _names(self) -> Iterator[tuple[str, str]]:
        for section in ("groups", "brokers"):
            for place, actor in enumerate(getattr(self.scenario.effective, section)):
                yield f"{section}.{place}", actor.name


def _splinters(groups: Sequence[Any]) -> list[str]:
    """Return the addresses of the splinters that may break away, in the order of the model."""
    from sim.model import MOST_SPLITS

    return [
        f"groups.{place}.splinters.{nth}"
        for place, group in enumerate(groups)
        for nth in range(MOST_SPLITS if group.signatory else 0)
    ]


def _pattern(column: str) -> str:
    """Return the entry of the codebook for a column: groups.0.trust becomes groups.N.trust."""
    letters = iter("NM")
    return ".".join(next(letters) if part.isdigit() else part for part in column.split("."))
