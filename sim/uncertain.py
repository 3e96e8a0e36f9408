"""A scenario under every vector of a set of parameters: what is not known about the model itself.

The Monte-Carlo band of an ensemble says how much its curve would move on other luck. It says
nothing about the numbers of the model, of which many fit the data about equally well. Here the
scenario is run under each vector of the retained set, or another, with the *same seed*, so that
curves differ by their vectors and not by luck; the band holds a share of these curves, day by day.
Runs of different vectors are never pooled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis import MILESTONES, life_table, median, survival
from sim.endings import ENDINGS
from sim.experiment import Ensemble, simulate
from sim.sweep.over_vectors import SHARE
from sim.validation.retained import Retained, retained
from sim.validation.vectors import ENDS, RETAINED, Vectors, limits, of_retained

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Uncertain:
    """An ensemble of the scenario as it is, and the same scenario under each vector of a set.

    `curves` holds the share that still holds after each day 0..horizon, one vector a row; `shares`
    the share of each ending in the order of `sim.endings.ENDINGS`; `medians` the first day on which
    at most half still hold, None beyond the horizon.
    """

    ensemble: Ensemble
    vectors: Vectors
    curves: np.ndarray
    shares: np.ndarray
    medians: tuple[int | None, ...]

    def __len__(self) -> int:
        return len(self.curves)

    @cached_property
    def band(self) -> pandas.DataFrame:
        """The band by day: day, survival of the scenario as it is, lower, upper."""
        import pandas

        lower, upper = limits(self.curves)
        alone = survival(self.ensemble.life_table)
        return pandas.DataFrame(
            {"day": np.arange(len(lower)), "survival": alone, "lower": lower, "upper": upper}
        )

    @cached_property
    def by_vector(self) -> pandas.DataFrame:
        """A row for each vector, from 0: median and mean days, survival, share of each ending."""
        import pandas

        return pandas.DataFrame(
            {
                "vector": np.arange(len(self)),
                "median_days": pandas.array(list(self.medians), dtype="Int64"),
                "mean_days": self.curves[:, :-1].sum(axis=1),
                **{f"survival_{day}": self.curves[:, day] for day in self._days},
                **{
                    f"share_{ending.name}": self.shares[:, place]
                    for place, ending in enumerate(ENDINGS)
                },
            }
        )

    @property
    def told(self) -> dict[str, Any]:
        """What the set is: its name, number of vectors, the share that a band holds, its digest."""
        return self.vectors.told()

    def summary(self) -> dict[str, Any]:
        """Return the headline numbers: of the ensemble, and under `parameters` their bands.

        A median is the first day on which at most half still hold, None where that is beyond the
        horizon; so is the upper end of its band.
        """
        shares = zip(*limits(self.shares), strict=True)
        return self.ensemble.summary() | {
            "parameters": {
                "set": self.vectors.name,
                "vectors": len(self),
                "share_of_vectors": SHARE,
                "median_days": self._medians(),
                "mean_days": list(map(float, limits(self.by_vector["mean_days"]))),
                "survival": {
                    str(day): self._at(day) if day in self._days else None for day in MILESTONES
                },
                "endings": {
                    ending.name: [float(low), float(high)]
                    for ending, (low, high) in zip(ENDINGS, shares, strict=True)
                },
            }
        }

    def text(self) -> list[str]:
        """Return the bands in a few lines."""
        told = self.summary()["parameters"]
        low, high = told["mean_days"]
        rows = [
            (f"hold beyond day {day}", each)
            for day, each in told["survival"].items()
            if each is not None
        ]
        rows += told["endings"].items()
        return [
            "",
            f"Under {self.vectors.words} of parameters, the middle {100 * SHARE:.0f} % of them:",
            f"half are over by: {_days(told['median_days'][0])} to {_days(told['median_days'][1])}",
            f"mean days within the horizon: {low:.1f} to {high:.1f}",
            *(f"{what}: {100 * low:.1f} to {100 * high:.1f} %" for what, (low, high) in rows),
            "This is doubt about the parameters, apart from the error of the runs above.",
        ]

    def plot(self) -> Figure:
        """Draw the curve with its Monte-Carlo band and, behind it, the band of the set."""
        from sim.report.uncertain_figure import uncertain_figure

        scenario = self.ensemble.scenario
        return uncertain_figure(
            self.ensemble.survival,
            self.band,
            title=scenario.title,
            runs=len(self.ensemble),
            seed=self.ensemble.seed,
            horizon_days=scenario.horizon_days,
            vectors=len(self),
            share=SHARE,
            is_retained=self.vectors.name == RETAINED,
            term_days=scenario.effective.truce.term_days or None,
        )

    @property
    def _days(self) -> list[int]:
        return [day for day in MILESTONES if day < self.curves.shape[1]]

    def _at(self, day: int) -> list[float]:
        lower, upper = limits(self.curves[:, day])
        return [float(lower), float(upper)]

    def _medians(self) -> list[int | None]:
        beyond = self.curves.shape[1]
        days = [beyond if day is None else day for day in self.medians]
        ends = np.quantile(days, ENDS, method="inverted_cdf").tolist()
        return [int(day) if day < beyond else None for day in ends]


def _days(day: int | None) -> str:
    return "beyond the horizon" if day is None else f"day {day:,}"


def under_retained(
    ensemble: Ensemble,
    found: Retained | None = None,
    watch: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> Uncertain:
    """Run the scenario of an ensemble under each vector of a retained set.

    Args:
        ensemble: the scenario as it is.
        found: the set; by default the one that is shipped.
        watch: as in `under`.
        workers: as in `under`.

    Raises:
        ResultsError: if the shipped set is missing or damaged.

    Example:
        >>> from sim import Scenario, simulate
        >>> from sim.uncertain import under_retained
        >>> uncertain = under_retained(simulate(Scenario.load("ttp_2021"), runs=20))
        >>> len(uncertain) >= 100
        True
    """
    return under(ensemble, of_retained(found or retained()), watch, workers)


def under(
    ensemble: Ensemble,
    vectors: Vectors,
    watch: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> Uncertain:
    """Run the scenario of an ensemble under each vector of a set.

    Every vector gets as many runs as the ensemble has, with its seed.

    Args:
        ensemble: the scenario as it is.
        vectors: the set.
        watch: called with the number of vectors done and the number of them.
        workers: how many share the work of each vector; the numbers do not depend on it.

    Raises:
        UsageError: if the scenario refuses a vector.
    """
    scenario, runs = ensemble.scenario, len(ensemble)
    curves, shares, medians = [], [], []
    for number, member in enumerate(vectors.under(scenario)):
        if watch:
            watch(number, len(vectors))
        rows = simulate(member, runs, ensemble.seed, workers=workers).rows
        table = life_table(rows["days"], rows["ending"], scenario.horizon_days)
        curves.append(survival(table))
        shares.append(np.bincount(rows["ending"], minlength=len(ENDINGS)) / runs)
        medians.append(median(table))
    return Uncertain(ensemble, vectors, np.array(curves), np.array(shares), tuple(medians))
