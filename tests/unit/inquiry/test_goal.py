"""Goals in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.inquiry.goal import Combined, Comparison, read_goal

COLUMNS = ("survival_365", "mean_days", "share_lapses")


def values(**columns: list[float]):
    return {name: np.array(column) for name, column in columns.items()}


def test_a_comparison_is_read() -> None:
    assert read_goal("survival_365>=.5", COLUMNS) == Comparison("survival_365", ">=", 0.5)
    assert read_goal(" mean_days < 1e2 ", COLUMNS) == Comparison("mean_days", "<", 100.0)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("mean_days > 2", [False, False, True]),
        ("mean_days >= 2", [False, True, True]),
        ("mean_days < 2 or share_lapses > 0.8", [True, False, True]),
        ("mean_days <= 2 and share_lapses > 0.15", [False, True, False]),
        ("mean_days > 2 or mean_days < 2 and share_lapses > 0.5", [False, False, True]),
        ("(mean_days > 2 or mean_days < 2) and share_lapses < 0.5", [True, False, False]),
    ],
)
def test_goals_are_met_where_they_say(text: str, met: list[bool]) -> None:
    goal = read_goal(text, COLUMNS)
    table = values(mean_days=[1, 2, 3], share_lapses=[0.1, 0.2, 0.9])
    assert goal.met(table).tolist() == met
    assert read_goal(str(goal), COLUMNS) == goal


def test_columns_come_once_in_order() -> None:
    goal = read_goal("mean_days > 1 and (share_lapses < 1 or mean_days < 9)", COLUMNS)
    assert isinstance(goal, Combined)
    assert goal.columns == ("mean_days", "share_lapses")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("survival_36 > 0.5", 0, "did you mean survival_365?"),
        ("nothing > 1", 0, "there are survival_365, mean_days"),
        ("survival_365 >", 14, "a number was expected"),
        ("survival_365 == 1", 13, "neither a column, a comparison nor a number"),
        ("survival_365 > 0.5%", 18, "neither"),
        ("survival_365 > 5x", 15, "neither"),
        ("survival_365 0.5", 13, "one of > >= < <="),
        ("survival_365 > mean_days", 15, "a number was expected"),
        ("survival_365 > 0.5 mean_days < 3", 19, "and, or, or the end"),
        ("survival_365 > 0.5 and", 22, "a column was expected"),
        ("(survival_365 > 0.5", 19, "a closing bracket"),
        ("0.5 < survival_365", 0, "a column was expected"),
        ("", 0, "a column was expected"),
    ],
)
def test_mistakes_are_shown_with_their_place(text: str, place: int, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_goal(text, COLUMNS)
    said, shown, caret = str(caught.value).split("\n")
    assert words in said
    assert shown == f"  {text}"
    assert caret == f"  {' ' * place}^"


def said_of(text: str) -> str:
    """Return what is said of a goal: itself, or what is wrong with it."""
    try:
        return str(read_goal(text, COLUMNS))
    except UsageError as error:
        return str(error)


@given(st.text(max_size=80))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    assert all(sign.isprintable() or sign == "\n" for sign in said_of(text))


def test_endless_goals_are_refused() -> None:
    for text in ("(" * 400, "mean_days > 1 and " * 200):
        with pytest.raises(UsageError):
            read_goal(text, COLUMNS)


def test_missing_numbers_meet_no_goal() -> None:
    table = values(mean_days=[float("nan")])
    assert not read_goal("mean_days > 0", COLUMNS).met(table)[0]
    assert not read_goal("mean_days <= 0", COLUMNS).met(table)[0]
