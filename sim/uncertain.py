"""A scenario under every retained vector of parameters: what is not known about the model itself.

The Monte-Carlo band of an ensemble says how much its curve would move on other luck. It says
nothing about the numbers of the model, of which many fit the data about equally well. Here the
scenario is run under each vector of the retained set with the *same seed*, so that curves differ by
their vectors and not by luck; the band holds a share of these curves, day by day. Runs of different
vectors are never pooled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis import MILESTONES, life_table, survival
from sim.endings import ENDINGS
from sim.experiment import Ensemble, simulate
from sim.validation.members import members
from sim.validation.retained import Retained, retained

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

SHARE = 0.9
"""Share of the retained vectors whose curves a band holds on each day."""


@dataclass(frozen=True, eq=False)
class Uncertain:
    """An ensemble of the scenario as it is, and the same scenario under each retained vector.

    `curves` holds the share that still holds after each day 0..horizon, one vector a row; `shares`
    the share of each ending in the order of `sim.endings.ENDINGS`.
    """

    ensemble: Ensemble
    curves: np.ndarray
    shares: np.ndarray

    def __len__(self) -> int:
        return len(self.curves)

    @cached_property
    def band(self) -> pandas.DataFrame:
        """The band by day: day, survival of the scenario as it is, lower, upper."""
        import pandas

        lower, upper = _limits(self.curves)
        alone = survival(self.ensemble.life_table)
        return pandas.DataFrame(
            {"day": np.arange(len(lower)), "survival": alone, "lower": lower, "upper": upper}
        )

    def summary(self) -> dict[str, Any]:
        """Return the headline numbers: of the ensemble, and under `parameters` their bands.

        A median is the first day on which at most half still hold, None where that is beyond the
        horizon; so is the upper end of its band.
        """
        shares = zip(*_limits(self.shares), strict=True)
        return self.ensemble.summary() | {
            "parameters": {
                "set": "retained",
                "vectors": len(self),
                "share_of_vectors": SHARE,
                "median_days": self._medians(),
                "survival": {
                    str(day): self._at(day) if day < self.curves.shape[1] else None
                    for day in MILESTONES
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
        rows = [
            (f"hold beyond day {day}", limits)
            for day, limits in told["survival"].items()
            if limits is not None
        ]
        rows += told["endings"].items()
        return [
            "",
            f"Under {len(self)} retained vectors, the middle {100 * SHARE:.0f} % of them:",
            *(f"{what}: {100 * low:.1f} to {100 * high:.1f} %" for what, (low, high) in rows),
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
            term_days=scenario.effective.truce.term_days or None,
        )

    def _at(self, day: int) -> list[float]:
        lower, upper = _limits(self.curves[:, day])
        return [float(lower), float(upper)]

    def _medians(self) -> list[int | None]:
        halved = self.curves <= 0.5
        beyond = self.curves.shape[1]
        days = np.where(halved.any(axis=1), halved.argmax(axis=1), beyond)
        ends = np.quantile(days, _ENDS, method="inverted_cdf").tolist()
        return [int(day) if day < beyond else None for day in ends]


_ENDS = ((1 - SHARE) / 2, (1 + SHARE) / 2)


def under_retained(
    ensemble: Ensemble,
    found: Retained | None = None,
    watch: Callable[[int, int], None] | None = None,
    workers: int | None = None,
) -> Uncertain:
    """Run the scenario of an ensemble under each vector of a retained set.

    Every vector gets as many runs as the ensemble has, with its seed.

    Args:
        ensemble: the scenario as it is.
        found: the set; by default the one that is shipped.
        watch: called with the number of vectors done and the number of them.
        workers: how many share the work of each vector; the numbers do not depend on it.

    Raises:
        ResultsError: if the shipped set is missing or damaged.

    Example:
        >>> from sim import Scenario, simulate
        >>> from sim.uncertain import under_retained
        >>> uncertain = under_retained(simulate(Scenario.load("ttp_2021"), runs=20))
        >>> len(uncertain) >= 100
        True
    """
    vectors = (found or retained()).vectors
    scenario, runs = ensemble.scenario, len(ensemble)
    curves, shares = [], []
    for number, member in enumerate(members(scenario, vectors)):
        if watch:
            watch(number, len(vectors))
        rows = simulate(member, runs, ensemble.seed, workers=workers).rows
        table = life_table(rows["days"], rows["ending"], scenario.horizon_days)
        curves.append(survival(table))
        shares.append(np.bincount(rows["ending"], minlength=len(ENDINGS)) / runs)
    return Uncertain(ensemble, np.array(curves), np.array(shares))


def _limits(values: np.ndarray) -> tuple[Any, Any]:
    lower, upper = np.quantile(values, _ENDS, axis=0)
    return lower, upper
