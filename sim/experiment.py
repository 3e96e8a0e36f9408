"""`simulate`: run a scenario many times and look at what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis import (
    MILESTONES,
    LifeTable,
    endings_table,
    incidence_table,
    life_table,
    median,
    survival,
    survival_table,
    why_table,
)
from sim.endings import CAUSES, ENDINGS, REASONS
from sim.errors import UsageError
from sim.paths import Paths, check_kept
from sim.scenario import Scenario
from sim.truce import NOBODY, THE_STATE

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

MOST_RUNS = 10_000_000  # a table of runs is held in memory


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The runs of one scenario and what can be read from them.

    In a notebook it shows its survival curve.
    """

    scenario: Scenario
    seed: int
    rows: np.ndarray  # one `sim.outcome.Outcome` per run, in order of run
    paths: Paths | None = None  # day by day, if they were asked for

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def runs(self) -> pandas.DataFrame:
        """One row per run; endings, reasons and who ended it by name. See `sim.outcome.Outcome`."""
        import pandas

        table = pandas.DataFrame({name: self.rows[name] for name in self.rows.dtype.names or ()})
        table["ending"] = _named(self.rows["ending"], [ending.name for ending in ENDINGS])
        table["why"] = _named(self.rows["why"], [reason.name for reason in REASONS])
        table["ended_by"] = _named(self.rows["ended_by"] - NOBODY, self._who())
        return table

    @cached_property
    def life_table(self) -> LifeTable:
        """How many runs ended on each day, by ending, and how many held to the horizon."""
        return life_table(self.rows["days"], self.rows["ending"], self.scenario.horizon_days)

    @cached_property
    def survival(self) -> pandas.DataFrame:
        """The survival curve: day, at_risk, ended, survival, lower, upper, for days 0..horizon."""
        return survival_table(self.life_table)

    @cached_property
    def endings(self) -> pandas.DataFrame:
        """How the truces ended: ending, sentence, runs, share, lower, upper, median_day."""
        return endings_table(self.life_table)

    @cached_property
    def incidence(self) -> pandas.DataFrame:
        """By day: the share that ended in each way, and the share that still holds."""
        return incidence_table(self.life_table)

    @cached_property
    def why(self) -> pandas.DataFrame:
        """Why the truces ended: ending, why, runs, share."""
        return why_table(self.runs)

    @property
    def median_days(self) -> int | None:
        """The first day on which at most half of the truces still hold, or None."""
        return median(self.life_table)

    def survival_after(self, day: int) -> float:
        """Return the share of truces that hold beyond a day, 0 <= day <= horizon.

        A truce that reaches the horizon is held through it.

        Raises:
            UsageError: if the day lies outside.
        """
        if not 0 <= day <= self.scenario.horizon_days:
            raise UsageError(f"the day must lie between 0 and the horizon, not {day}")
        return float(survival(self.life_table)[day])

    def summary(self) -> dict[str, Any]:
        """Return the headline numbers as plain values, as `truce run --json` prints them.

        Milestones beyond the horizon are None.
        """
        horizon = self.scenario.horizon_days
        shares = dict(zip(self.endings["ending"], self.endings["share"], strict=True))
        order = [*(cause.name for cause in CAUSES), ENDINGS[0].name]
        return {
            "scenario": self.scenario.path.stem if self.scenario.path else self.scenario.title,
            "runs": len(self),
            "seed": self.seed,
            "horizon_days": horizon,
            "median_days": self.median_days,
            "survival": {
                str(day): self.survival_after(day) if day <= horizon else None for day in MILESTONES
            },
            "endings": {name: float(shares[name]) for name in order},
        }

    def plot(self) -> Figure:
        """Draw the survival curve with its band, its endings and the numbers at risk."""
        from sim.report import survival_figure

        return survival_figure(
            self.survival,
            self.incidence,
            title=self.scenario.title,
            runs=len(self),
            seed=self.seed,
            horizon_days=self.scenario.horizon_days,
            term_days=self.scenario.effective.truce.term_days or None,
        )

    def _repr_svg_(self) -> str:
        from sim.report import svg_text

        return svg_text(self.plot(), "survival")

    def __repr__(self) -> str:
        half = "not reached" if self.median_days is None else f"day {self.median_days}"
        title = self.scenario.title
        return f"Ensemble({title!r}, {len(self)} runs, seed {self.seed}, median {half})"

    def _who(self) -> list[str]:
        """Return the names of those who can end a truce, in order of their code."""
        splinters = [""] * (int(self.rows["ended_by"].max(initial=NOBODY)) + 1)
        groups = [group.name for group in self.scenario.groups]
        assert THE_STATE == NOBODY + 1
        return ["", self.scenario.state.name, *groups, *splinters]


def simulate(
    scenario: Scenario,
    runs: int = 2000,
    seed: int = 1,
    engine: str = "compiled",
    watch: Callable[[int, int], None] | None = None,
    paths: int | None = None,
    workers: int | None = None,
) -> Ensemble:
    """Run a scenario many times.

    Args:
        scenario: the case.
        runs: how many runs, from 1 to 10 million.
        seed: from 0 to 2**64 - 1. The same seed gives the same rows, to the last bit, and two
            scenarios with the same seed are paired run by run.
        engine: "compiled", or "mesa" to step the same agents slowly.
        watch: called now and then with the number of runs done and the number asked for.
        paths: 0 to follow trust, strength, outrage and leverage from day to day, as bands over all
            runs; a number to keep so many first runs in full as well. They are then under `paths`.
            Memory grows with the horizon, not with the runs. None, the default, follows nothing.
        workers: how many share the work; the rows do not depend on it. By default all processors
            for "compiled" and 1 for "mesa" (see `sim.ensemble.run_ensemble`).

    Raises:
        UsageError: if a number is out of range or the engine unknown.

    Example:
        >>> from sim import Scenario, simulate
        >>> ensemble = simulate(Scenario.load("ttp_2021"), runs=200, seed=1)
        >>> len(ensemble.runs), ensemble.survival_after(0)
        (200, 1.0)
    """
    if not 1 <= runs <= MOST_RUNS:
        raise UsageError(f"runs must lie between 1 and {MOST_RUNS:,}, not {runs:,}")
    if not 0 <= seed < 2**64:
        raise UsageError(f"the seed must lie between 0 and 2**64 - 1, not {seed}")
    from sim.ensemble import run_ensemble
    from sim.workers import ENGINES

    if engine not in ENGINES:
        raise UsageError(f"the engine must be one of {', '.join(ENGINES)}, not {engine}")
    if workers is not None and workers < 1:
        raise UsageError(f"there must be 1 worker or more, not {workers}")
    if paths is not None:
        return _observed(scenario, runs, seed, engine, watch, workers, paths)
    rows = run_ensemble(scenario, runs, seed, engine=engine, watch=watch, workers=workers)
    return Ensemble(scenario, seed, rows)


def _observed(
    scenario: Scenario,
    runs: int,
    seed: int,
    engine: str,
    watch: Callable[[int, int], None] | None,
    workers: int | None,
    kept: int,
) -> Ensemble:
    """Run an ensemble and follow it from day to day; see `simulate`."""
    from sim.observation import run_observed

    check_kept(kept, scenario)
    rows, observed = run_observed(
        scenario, runs, seed, engine=engine, watch=watch, kept=min(kept, runs), workers=workers
    )
    return Ensemble(scenario, seed, rows, Paths(scenario, seed, rows[:kept], observed))


def _named(codes: np.ndarray, names: list[str]) -> np.ndarray:
    column: np.ndarray = np.array(names, dtype=object)[codes]
    return column
