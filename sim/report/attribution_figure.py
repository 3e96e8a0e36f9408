"""The waterfall of an attribution: from a truce without any player to the truce as it is."""

from __future__ import annotations

from typing import Protocol

import pandas

from sim.report.sheet import DescribedFigure
from sim.report.waterfall_figure import waterfall_figure
from sim.report.wording import count


class _Days(Protocol):
    @property
    def days(self) -> float:
        """Mean days kept."""


class Shared(Protocol):
    """Days shared out, as `sim.results.attribution_folder.SharedDays` has them."""

    @property
    def among(self) -> str:
        """What they are shared out among: mechanisms, themes or inputs."""

    @property
    def window_days(self) -> int:
        """Days are counted within so many."""

    @property
    def runs(self) -> int:
        """Runs of each world."""

    @property
    def seed(self) -> int:
        """The seed of all worlds."""

    @property
    def none(self) -> _Days:
        """Days with none of the players."""

    @property
    def all(self) -> _Days:
        """Days of the scenario as it is."""

    @property
    def orders(self) -> int | None:
        """How many orders were drawn; None where all coalitions were run."""

    @property
    def coalitions(self) -> int:
        """How many worlds were run."""

    @property
    def table(self) -> pandas.DataFrame:
        """A row for each player: player, days, lower, upper, the largest first."""


def attribution_figure(found: Shared, title: str) -> DescribedFigure:
    """Return the waterfall of days shared out; `title` is shown as it is."""
    table = found.table
    parts = pandas.DataFrame(
        {
            "label": table["player"],
            "value": table["days"],
            "lower": table["lower"],
            "upper": table["upper"],
        }
    )
    how = "exact" if found.orders is None else f"{found.orders} random orders"
    return waterfall_figure(
        parts,
        start=(f"none of the {found.among}", found.none.days),
        end=("all, the scenario as it is", found.all.days),
        title=f"{title}: days shared out among {found.among}",
        subtitle=f"Mean days kept within {found.window_days} days of signing",
        foot=(
            f"Shapley values ({how}), {count(found.runs, 'run')} of each of "
            f"{found.coalitions:,} worlds, seed {found.seed}, paired. A settlement ends a truce "
            "too. A statement about the equations of the model, not the world."
        ),
    )
