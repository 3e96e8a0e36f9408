"""What a study wants to know and how well: a point that is precise enough gets no more runs.

Only what is asked stands here; `sim.sweep.stopping` holds the rule.
"""

from __future__ import annotations

from pydantic import Field

from sim.parameters import HORIZON, Section
from sim.scenario.words import did_you_mean, number

SURVIVAL, MEAN_DAYS = "survival", "mean_days"
MEASURES = (SURVIVAL, MEAN_DAYS)
LAST_DAY = int(HORIZON.bounds[1]) if HORIZON.bounds else 0


class Precision(Section):
    """Run each point until its survival on a day, or its mean days, is known well enough."""

    of: str = Field(
        default=SURVIVAL,
        description="What is to be known: survival, the share of truces that hold beyond the day; "
        "or mean_days, how many of the days through the day a truce holds.",
    )
    day: int = Field(ge=1, le=LAST_DAY, description="The day, within the horizon of all points.")
    half_width: float = Field(
        ge=0.0001,
        le=LAST_DAY,
        description="A point is done when half of its interval is no wider: a share, such as 0.02 "
        "for two points in a hundred, or for mean_days a number of days.",
    )
    level: float = Field(default=0.95, ge=0.5, le=0.9999, description="Level of the interval.")
    every: int = Field(
        default=500,
        ge=1,
        le=1_000_000,
        description="Runs of a point from one look at it to the next.",
    )
    simultaneous: bool = Field(
        default=False,
        description="Whether the level is that of the intervals of all points together.",
    )

    @property
    def window(self) -> int:
        """The most that one run can add to what is measured: 1, or days."""
        return self.day if self.of == MEAN_DAYS else 1

    @property
    def unit(self) -> str:
        """The unit of the half-width, as codebooks have it."""
        return "days" if self.of == MEAN_DAYS else "share"

    @property
    def words(self) -> str:
        """What is to be known, and how well."""
        if self.of == MEAN_DAYS:
            return f"mean days within {self.day:,} days, to +-{number(self.half_width)} days"
        return f"survival on day {self.day:,}, to +-{number(self.half_width)}"

    def level_for(self, points: int) -> float:
        """Return the level of each of so many intervals."""
        return 1.0 - (1.0 - self.level) / points if self.simultaneous else self.level

    def objection(self) -> tuple[str, str] | None:
        """Return the key that does not fit and what is wrong with it; None if all fit."""
        if self.of not in MEASURES:
            return "of", f"must be one of {', '.join(MEASURES)}{did_you_mean(self.of, MEASURES)}"
        most = self.window / 2
        if self.half_width >= most:
            return "half_width", f"must be less than {number(most)}, which needs no run at all"
        return None

    def refines(self, other: Precision) -> bool:
        """Does every point that this stops have at least the runs after which the other does?

        So it is if this looks at the same, at the same numbers of runs, and asks for no less.
        """
        same = ("of", "day", "every")
        return (
            all(getattr(self, name) == getattr(other, name) for name in same)
            and self.half_width <= other.half_width
            and self.level >= other.level
            and self.simultaneous >= other.simultaneous
        )


def asked_at_first(precision: Precision | None, most: int, had: int = 0) -> int:
    """Return how many runs to ask for of a point that has some, before they are looked at."""
    if precision is None:
        return most
    return had or min(precision.every, most)


def can_follow(precision: Precision | None, was: Precision | None) -> bool:
    """Can points that ran by one rule go on by another and end as if by this alone?"""
    return precision is None or (was is not None and precision.refines(was))


def may_be_asked(wanted: object) -> bool:
    """May a manifest say this of a precision: nothing, or what a study could ask for?"""
    try:
        return wanted is None or Precision.model_validate(wanted).objection() is None
    except ValueError:
        return False
