"""The diary of one run: its days and its events as tables, and the figure of both.

The run is stepped in Mesa, as `truce replay` steps it, and is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.observation import run_observed
from sim.paths import Paths
from sim.rules.choice import COURSES, COVERT
from sim.scenario import Scenario
from sim.story import Event

if TYPE_CHECKING:
    import pandas

    from sim.report import DescribedFigure

_NUMBERS = {"incident": "deaths", "release": "released", "arrears": "owed"}
"""The fact that counts something, by kind of event."""


def days_of_run(scenario: Scenario, seed: int, run: int) -> pandas.DataFrame:
    """Return one run day by day; columns as in `sim.paths.CODEBOOK`.

    Errors: `ValueError` when seed or run lie outside the space of random numbers.
    """
    rows, observed = run_observed(scenario, 1, seed, first=run, engine="mesa", kept=1)
    return Paths(scenario, seed, rows, observed).first_runs


def events_table(events: Sequence[Event]) -> pandas.DataFrame:
    """Return a row for each event in order: day, mark, number, text.

    `mark` is the name under which a figure marks it (`sim.report.event_marks`), `number` how many
    were killed, freed or are due, missing for other events.
    """
    import pandas

    rows = [(event.day, _mark(event), _number(event), event.text) for event in events]
    table = pandas.DataFrame(rows, columns=["day", "mark", "number", "text"])
    return table.astype({"number": "Int64"})


def diary_figure(
    scenario: Scenario, seed: int, run: int, events: Sequence[Event]
) -> DescribedFigure:
    """Return the daily figure of a run whose events have been told (`sim.story.tell`)."""
    from sim.report import daily_figure

    return daily_figure(
        days_of_run(scenario, seed, run),
        events_table(events),
        title=scenario.title,
        subtitle=f"Run {run:,} of seed {seed}. Day {events[-1].day:,}: {events[-1].text}",
    )


def _mark(event: Event) -> str:
    if event.kind == "incident":
        return "deadly" if event.facts["deaths"] else "incident"
    if event.kind == "course":
        return "cheating" if event.facts["course"] == COURSES[COVERT] else "keeping"
    return event.kind


def _number(event: Event) -> Any:
    return event.facts.get(_NUMBERS.get(event.kind, ""))
