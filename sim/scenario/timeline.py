"""Shocks as the model takes them: what changes, from which day, and to what value."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sim.scenario.definition import ScenarioDefinition, Shock


@dataclass(frozen=True)
class ResolvedShock:
    """A change of one input, with dates turned into days.

    `index` counts the actors of `section` from 0 and is 0 for the state. The change is spread
    evenly over `over_days` days (1 or more) and begins on `day`; `to` is the value it reaches,
    from 0 to 1.
    """

    section: str
    index: int
    field: str
    day: int
    over_days: int
    to: float


def timeline(definition: ScenarioDefinition) -> tuple[ResolvedShock, ...]:
    """All shocks, sorted by day. The definition must be free of contradictions."""
    start = definition.truce.start_date
    shocks = (_resolved(shock, start) for shock in definition.shocks)
    return tuple(
        sorted(shocks, key=lambda shock: (shock.day, shock.section, shock.index, shock.field))
    )


def _resolved(shock: Shock, start: datetime.date | None) -> ResolvedShock:
    section, index, field = split_target(shock.target)
    day = first_day(shock, start)
    assert day is not None
    return ResolvedShock(section, index, field, day, shock.over_days, shock.to)


def split_target(target: str) -> tuple[str, int, str]:
    """Section, index (0 for the state) and field of a target such as ``groups.0.funding``."""
    section, *index, field = target.split(".")
    return section, int(index[0]) if index else 0, field


def first_day(shock: Shock, start: datetime.date | None) -> int | None:
    """Day on which a shock begins, counted from the signing; None if its date has no anchor."""
    if shock.date is None:
        return shock.day
    return (shock.date - start).days if start else None
