"""Values that are right one by one and impossible together."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sim.parameters import LISTS
from sim.scenario.definition import ScenarioDefinition, Shock
from sim.scenario.layers import actor_names
from sim.scenario.timeline import first_day, split_target
from sim.scenario.tree import Address, Mapping, is_in_doubt
from sim.scenario.words import printable

Contradiction = tuple[Address, str]


@dataclass(frozen=True)
class Draft:
    """A scenario as far as it could be read.

    `tree` has gaps for the values in doubt, `definition` holds the defaults in their place, and
    `shocks` the sound shocks with their places in the file.
    """

    tree: Mapping
    definition: ScenarioDefinition
    shocks: tuple[tuple[int, Shock], ...]

    def is_known(self, *address: str | int) -> bool:
        """Whether the value at `address` is free of problems."""
        return not is_in_doubt(self.tree, address)


def contradictions(draft: Draft) -> Iterator[Contradiction]:
    """Every contradiction: the address of a value, and what is wrong with it.

    A rule is silent where one of the values it compares has a problem of its own.
    """
    yield from _without_signatory(draft)
    for section in sorted(LISTS):
        yield from _repeated_names(draft, section)
    for place, shock in draft.shocks:
        yield from _wrong_target(draft, place, shock)
        yield from _wrong_day(draft, place, shock)
    yield from _overlaps(draft)


def _without_signatory(draft: Draft) -> Iterator[Contradiction]:
    groups = draft.definition.groups
    known = all(draft.is_known("groups", place, "signatory") for place in range(len(groups)))
    if draft.is_known("groups") and known and not any(group.signatory for group in groups):
        address: Address = ("groups", 0, "signatory") if len(groups) == 1 else ("groups",)
        yield address, "at least one group must have signed (signatory: true)"


def _repeated_names(draft: Draft, section: str) -> Iterator[Contradiction]:
    actors = draft.tree.node(section)
    seen: dict[str, int] = {}
    for place, name in enumerate(actor_names(section, actors) if actors else ()):
        first = seen.setdefault(name, place)
        if first != place and draft.is_known(section, place, "name"):
            what = f"is the name of {section}.{first} as well (you wrote {printable(name)})"
            yield (section, place, "name"), f"{what}; names must differ"


def _wrong_target(draft: Draft, place: int, shock: Shock) -> Iterator[Contradiction]:
    section, index, _ = split_target(shock.target)
    if section not in LISTS or not draft.is_known(section):
        return
    count = len(getattr(draft.definition, section))
    if index >= count:
        what = f"there is no {section}.{index}: {how_many(section, count)}"
        yield ("shocks", place, "target"), f"{what} (you wrote {shock.target})"


def how_many(section: str, count: int) -> str:
    """Return how many items a list has, in words that help to count them from 0."""
    if count == 0:
        return f"the scenario has no {section}"
    return f"{section} are counted from 0, and the last is {section}.{count - 1}"


def _wrong_day(draft: Draft, place: int, shock: Shock) -> Iterator[Contradiction]:
    if shock.date is not None:
        yield from _wrong_date(draft, place, shock.date)
    day, horizon = _day(draft, shock), draft.definition.horizon_days
    if day is not None and day > horizon and draft.is_known("horizon_days"):
        field = "day" if shock.date is None else "date"
        written = day if shock.date is None else f"{shock.date}, which is day {day}"
        what = f"lies beyond horizon_days, which is {horizon} (you wrote {written})"
        yield ("shocks", place, field), what


def _wrong_date(draft: Draft, place: int, date: datetime.date) -> Iterator[Contradiction]:
    start, address = draft.definition.truce.start_date, ("shocks", place, "date")
    if not draft.is_known("truce", "start_date"):
        return
    if start is None:
        yield address, f"needs truce.start_date (you wrote {date}); give it, or use day instead"
    elif date < start:
        yield address, f"lies before truce.start_date, which is {start} (you wrote {date})"


def _day(draft: Draft, shock: Shock) -> int | None:
    return first_day(shock, draft.definition.truce.start_date)


def _overlaps(draft: Draft) -> Iterator[Contradiction]:
    spans: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for place, shock in draft.shocks:
        day = _day(draft, shock)
        if day is not None:
            spans[shock.target].append((day, place, day + shock.over_days - 1))
    for target, changes in spans.items():
        yield from _overlaps_of(target, sorted(changes))


def _overlaps_of(target: str, changes: list[tuple[int, int, int]]) -> Iterator[Contradiction]:
    _, earlier, end = changes[0]
    for day, place, last in changes[1:]:
        if day <= end:
            what = (
                f"changes {target} on day {day}, while shocks.{earlier} changes it until day {end}"
            )
            yield ("shocks", place), what
        if last > end:
            earlier, end = place, last
