"""How the events of one truce are marked: a lane of its own and a shape for each kind of event."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.appearance import INK

_DEADLY = "#B34700"
_FREED = "#006D50"


@dataclass(frozen=True)
class EventMark:
    """A kind of event: its name in tables, the words of its lane, its shape and colour.

    `unit` is what the numbers of its events count, such as people killed; "" where they have none.
    """

    name: str
    label: str
    shape: str
    colour: str = INK
    is_filled: bool = True
    unit: str = ""


EVENT_MARKS: tuple[EventMark, ...] = (
    EventMark("deadly", "Deadly incidents", "v", _DEADLY, unit="killed"),
    EventMark("incident", "Other incidents", "v", _DEADLY, is_filled=False),
    EventMark("cheating", "Cheating begins", ">"),
    EventMark("keeping", "Cheating ends", "<", is_filled=False),
    EventMark("release", "Prisoners freed", "o", _FREED, unit="freed"),
    EventMark("arrears", "Release overdue", "o", _FREED, is_filled=False),
    EventMark("scrutiny", "Scrutiny", "s", is_filled=False),
    EventMark("shock", "Shock", "*"),
    EventMark("bad_faith", "Bad faith", "X"),
    EventMark("split", "Split", "D"),
    EventMark("renewal", "Renewed", "^"),
    EventMark("settlement", "Settlement", "P"),
    EventMark("ending", "End", "s"),
)
"""The lanes from the top down; those without events are left out."""
