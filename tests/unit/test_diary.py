"""The diary of a run: the same run that is told and stored, day by day and event by event."""

import pytest

from sim.diary import days_of_run, diary_figure, events_table
from sim.ensemble import run_ensemble
from sim.model import TruceModel
from sim.report.event_marks import EVENT_MARKS
from sim.story import Event, tell
from tests.figures import check_words
from tests.worlds import shipped

CASE = shipped("ttp_2021")


def told(run: int, seed: int = 1) -> list[Event]:
    return list(tell(TruceModel(CASE, seed=seed, run=run)))


def test_the_days_are_those_of_the_very_run() -> None:
    row = run_ensemble(CASE, runs=8, seed=5)[7]
    days = days_of_run(CASE, 5, 7)
    assert days["run"].unique().tolist() == [7]
    assert days["day"].tolist() == list(range(row["days"] + 1))
    assert days["outrage"].iloc[-1] == row["outrage"]
    assert days["state_trust"].iloc[-1] == row["state_trust"]


def test_every_event_is_in_the_table_once_and_in_order() -> None:
    events = told(0)
    table = events_table(events)
    assert table["text"].tolist() == [event.text for event in events]
    assert table["day"].is_monotonic_increasing
    known = {mark.name for mark in EVENT_MARKS} | {"signing"}
    assert set(table["mark"]) <= known


@pytest.mark.parametrize(
    ("event", "mark", "number"),
    [
        (Event(1, None, "incident", "a", {"deaths": 4}), "deadly", 4),
        (Event(1, None, "incident", "a", {"deaths": 0}), "incident", 0),
        (Event(1, None, "course", "a", {"course": "keeps the truce"}), "keeping", None),
        (
            Event(1, None, "course", "a", {"course": "cheats under cover of the truce"}),
            "cheating",
            None,
        ),
        (Event(1, None, "release", "a", {"released": 17}), "release", 17),
        (Event(1, None, "renewal", "a", {"expires": 60}), "renewal", None),
    ],
)
def test_events_get_their_mark_and_number(event: Event, mark: str, number: int | None) -> None:
    table = events_table([event])
    assert table["mark"].tolist() == [mark]
    assert table["number"].isna().tolist() == [number is None]
    assert table["number"].dropna().tolist() == [number] * (number is not None)


@pytest.mark.parametrize("run", range(6))
def test_the_figure_says_which_run_and_how_it_ended(run: int) -> None:
    events = told(run)
    figure = diary_figure(CASE, 1, run, events)
    check_words(figure)
    assert events[-1].text in figure.description
    assert figure.title_text == CASE.title
    deadly = [event for event in events if event.facts.get("deaths")]
    assert (figure.data["series"] == "deadly").sum() == len(deadly)
