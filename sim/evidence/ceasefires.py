"""Durations as the record gives them: to the day, within limits, still going on, or unknown.

The rules, used everywhere in `sim.evidence`:

- a duration is the number of days from start to end; one that ends on its first day lasts 0 days;
- where a day or a month is missing, the start and the end are windows, and the duration lies
  between the shortest and the longest that fit with an end on or after the start;
- a ceasefire in force on the last day that was watched held at least until then (right-censored);
- one that ended, or of which nobody knows whether it did, on a day of which nothing is known lasted
  anything from 0 days to the last day that was watched.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.evidence.dates import DateError, Window

HOLDING = "in force"
UNKNOWN = "unclear"
ENDED = "ended"
BACKWARDS = "it ends before it starts"
WIDEST = 62
"""Days between the shortest and the longest duration beyond which the middle is no estimate."""

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Duration:
    """How long one ceasefire lasted: `shortest` to `longest` days, both included.

    `longest` is None for a ceasefire in force when it was last seen. `dated` says whether anything
    is known of the day of the ending. `line` is the line of the file, from 1.
    """

    line: int
    ending: str
    shortest: int
    longest: int | None
    dated: bool
    stratum: str = ""
    cluster: str = ""

    @property
    def exact(self) -> bool:
        """Whether it ended after a number of days that is known."""
        return self.dated and self.longest == self.shortest

    @property
    def usable(self) -> bool:
        """Whether the middle of its limits may stand for it; see `WIDEST`."""
        return self.longest is None or (self.dated and self.longest - self.shortest <= WIDEST)


@dataclass(frozen=True)
class Ceasefires:
    """The ceasefires of one table.

    `until` is the last day watched, as an ordinal. `left_out` counts rows by the reason for which
    they are not among the durations, `read_as` says how the words for endings were read, `notes`
    what else the reader of any result must know.
    """

    file: str
    layout: str
    durations: tuple[Duration, ...]
    until: int
    left_out: dict[str, int] = field(default_factory=dict)
    read_as: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    by: str = ""
    clustered_by: str = ""

    def __len__(self) -> int:
        return len(self.durations)

    @property
    def endings(self) -> tuple[str, ...]:
        """The kinds of ending, the most frequent first; ceasefires in force have none."""
        names = [each.ending for each in self.durations if each.longest is not None]
        return tuple(sorted(set(names), key=lambda name: (-names.count(name), name)))

    @property
    def strata(self) -> tuple[str, ...]:
        """The groups to compare, in alphabetical order; one unnamed group if there are none."""
        return tuple(sorted({each.stratum for each in self.durations}))

    def of_stratum(self, stratum: str) -> tuple[Duration, ...]:
        """Return the ceasefires of one group."""
        return tuple(each for each in self.durations if each.stratum == stratum)


def duration_between(
    start: Window, end: Window | None, ending: str, until: int
) -> tuple[int, int | None, bool]:
    """Return the shortest and the longest duration, and whether the ending is dated.

    `ending` is `HOLDING` for a ceasefire in force on `end`, or on the day `until` if that is not
    given. Endings wholly after `until` were not watched. The longest is None if it was in force
    when last seen.

    Errors: `DateError` when it ended before it started.
    """
    if end is not None and end.last < start.first:
        raise DateError(BACKWARDS)
    if ending == HOLDING:
        seen = until if end is None else min(end.first, until)
        return max(0, seen - start.last), None, True
    if end is None:
        return 0, max(0, until - start.first), False
    if end.first > until:
        return max(0, until - start.last), None, True
    return max(0, end.first - start.last), end.last - start.first, True


def limits_of(durations: tuple[Duration, ...]) -> tuple[Whole, Whole, Flags]:
    """Return the shortest and longest durations, and which ended; each of shape [ceasefires].

    The longest of a ceasefire in force is its shortest.
    """
    shortest = np.array([each.shortest for each in durations], dtype=np.int64)
    ended = np.array([each.longest is not None for each in durations], dtype=bool)
    longest = np.array(
        [each.shortest if each.longest is None else each.longest for each in durations],
        dtype=np.int64,
    )
    return shortest, longest, ended
