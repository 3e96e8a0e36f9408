"""Overrides from the command line and from Python."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.parameters import BrokerInputs, TruceTerms
from sim.scenario import Scenario

Complaints = Callable[..., list[str]]
Write = Callable[..., Path]

CASE = """\
title: Case
groups: [{name: A, strength: 0.2}, {name: B}]
brokers: [{name: X, bias: 1}]
"""


def overridden(*overrides: str) -> Scenario:
    return Scenario.from_yaml(CASE, overrides=overrides)


def test_values_of_every_kind() -> None:
    scenario = overridden(
        "title='Strong brokers: no'",
        "truce.term_days=90",
        "truce.ratified = true",
        "truce.start_date=2021-11-09",
        "groups.1.strength=1e-1",
        "groups[0].trust=0.7",
        "mechanisms.spoilers=false",
        "model.stick=0.2",
    )
    assert scenario.title == "Strong brokers: no"
    assert scenario.truce.term_days == 90
    assert scenario.truce.ratified
    assert scenario.truce.start_date == datetime.date(2021, 11, 9)
    assert (scenario.groups[0].strength, scenario.groups[0].trust) == (0.2, 0.7)
    assert scenario.groups[1].strength == 0.1
    assert not scenario.mechanisms.spoilers
    assert scenario.model.stick == 0.2


def test_the_last_override_wins() -> None:
    assert overridden("truce.term_days=5", "truce.term_days=6").truce.term_days == 6


def test_a_whole_list_section_or_item_is_replaced() -> None:
    assert overridden("brokers=[]").brokers == ()
    assert overridden("brokers=[{leverage: 0.9}]").brokers == (BrokerInputs(leverage=0.9),)
    assert overridden("brokers.0={leverage: 0.9}").brokers == (BrokerInputs(leverage=0.9),)
    scenario = Scenario.from_yaml("truce: {opacity: 0.1}", overrides=["truce={term_days: 5}"])
    assert scenario.truce == TruceTerms(term_days=5)


def test_the_next_index_adds_an_item() -> None:
    scenario = overridden("brokers.1.leverage=0.9", "brokers.2={name: Z}")
    assert [broker.name for broker in scenario.brokers] == ["X", "broker 2", "Z"]
    assert scenario.brokers[1].leverage == 0.9


def test_the_default_group_can_be_changed_and_joined() -> None:
    scenario = Scenario.from_yaml(
        "title: A", overrides=["groups.0.strength=2", "groups.1.trust=0.1"]
    )
    assert [(group.name, group.strength) for group in scenario.groups] == [
        ("group", 2.0),
        ("group 2", 0.5),
    ]
    assert Scenario.from_yaml("title: A", overrides=["brokers.0.bias=1"]).brokers[0].bias == 1


def test_a_shock_can_be_added_and_changed() -> None:
    scenario = overridden("shocks.0={target: state.funding, to: 0.4, day: 9}", "shocks.0.day=10")
    assert scenario.timeline()[0].day == 10
    scenario = overridden("shocks.0.target=state.funding", "shocks.0.to=0", "shocks.0.day=1")
    assert scenario.timeline()[0].to == 0


PROBLEMS = {
    "brokers.0.leverge=0.9": (
        "brokers.0.leverge: unknown key (you wrote leverge); did you mean leverage?"
    ),
    "brokers.0.leverage=9": "brokers.0.leverage: must be between 0 and 1 (share) (you wrote 9)",
    "brokers.0.leverage=high": "brokers.0.leverage: must be a number (you wrote high)",
    'brokers.0.leverage="0.9"': (
        'brokers.0.leverage: must be a number (you wrote "0.9"); remove the quotes'
    ),
    "truce.ratified=yes": (
        "truce.ratified: must be yes or no: true or false (you wrote yes); did you mean true?"
    ),
    "truce.opacity=nan": "truce.opacity: must be a number (you wrote nan)",
    "truce.opacity=.nan": "truce.opacity: must be a finite number (you wrote .nan)",
    "truce.term_days=": (
        "truce.term_days: has no value; write one, or leave it out to keep the default"
    ),
    "brokrs.0.leverage=1": (
        "brokrs.0.leverage: unknown key (you wrote brokrs); did you mean brokers?"
    ),
    "broker.leverage=1": "broker.leverage: unknown key (you wrote broker); did you mean brokers?",
    "brokers.leverage=1": "brokers.leverage: brokers is a list; did you mean brokers.0.leverage?",
    "groups.B.strength=1": ("groups.B.strength: groups is a list; did you mean groups.1.strength?"),
    "groups.B={}": "groups.B: groups is a list; did you mean groups.1?",
    "groups.C.strength=1": ("groups.C.strength: groups is a list; did you mean groups.0.strength?"),
    "groups.-1.strength=1": (
        "groups.-1.strength: groups is a list; did you mean groups.0.strength?"
    ),
    "groups.3.strength=1": (
        "groups.3.strength: groups has 2 items, counted from 0; groups.2 would add one"
    ),
    "shocks.1.day=1": "shocks.1.day: shocks is empty, counted from 0; shocks.0 would add one",
    "truce.term_days.x=1": (
        "truce.term_days.x: truce.term_days is a single value, with nothing below it"
    ),
    "title.x=1": "title.x: title is a single value, with nothing below it",
    "groups.0.trust.x=1": (
        "groups.0.trust.x: groups.0.trust is a single value, with nothing below it"
    ),
    "extends=other.yaml": "extends: extends can only stand in a file",
    "groups.1=5": "groups.1: must be a section of 'key: value' lines (you wrote 5)",
    "truce=[]": "truce: must be a section of 'key: value' lines (you wrote an empty list)",
    "groups.1.name=A": (
        "groups.1.name: is the name of groups.0 as well (you wrote A); names must differ"
    ),
    "brokers=[{leverage: 1}": "brokers: a list is opened with [ and never closed",
    "title=a: b: c": (
        "title: a colon is not allowed here; check the indentation, or put text that holds ': ' "
        "in quotes"
    ),
    "title=!!python/name:os.system": (
        "title: tags such as !!python/name:os.system are not allowed; remove it"
    ),
}


@pytest.mark.parametrize(("override", "expected"), PROBLEMS.items())
def test_problems_name_the_override(
    override: str, expected: str, complaints: Complaints, write: Write
) -> None:
    assert complaints(write(CASE), [override]) == [f"--set {override} {expected}"]


@pytest.mark.parametrize("override", ["truce.term_days", "=5", " = 5", ""])
def test_an_override_without_path_or_value(
    override: str, complaints: Complaints, write: Write
) -> None:
    assert complaints(write(CASE), [override]) == [
        f"--set {override}: must be PATH=VALUE, such as brokers.0.leverage=0.9"
    ]


def test_all_problems_of_files_and_overrides_at_once(complaints: Complaints) -> None:
    found = complaints("truce: {opacity: 7}", ["truce.monitoring=7", "zzz=1", "x"])
    assert len(found) == 4


def test_an_override_does_not_hide_a_problem_of_the_file(complaints: Complaints) -> None:
    assert len(complaints("truce: {opacity: 7}", ["truce.opacity=0.5"])) == 1


def test_long_and_odd_overrides_are_safe_to_print(complaints: Complaints, write: Write) -> None:
    found = complaints(write(CASE), ["title=\x1b[2J" + "x" * 5000])
    assert all(len(line) < 300 and line.isprintable() for line in found)


def test_with_typed_values() -> None:
    scenario = overridden().with_(
        **{
            "brokers.0.leverage": np.float64(0.9),
            "truce.term_days": np.int64(60),
            "truce.ratified": np.bool_(True),
            "groups[1].strength": np.float32(0.5),
            "state.trust": 0.5,
            "truce.start_date": datetime.date(2021, 11, 9),
            "title": "100 %: yes # no",
        }
    )
    assert scenario.brokers[0].leverage == 0.9
    assert scenario.truce.term_days == 60
    assert scenario.truce.ratified is True
    assert scenario.groups[1].strength == 0.5
    assert scenario.title == "100 %: yes # no"
    assert {type(value.value).__module__ for value in scenario.resolved()} <= {
        "builtins",
        "datetime",
    }


def test_with_whole_sections() -> None:
    scenario = overridden().with_(
        truce=TruceTerms(term_days=5), groups=[{"name": "C"}], brokers=(BrokerInputs(bias=1.0),)
    )
    assert scenario.truce.term_days == 5
    assert [group.name for group in scenario.groups] == ["C"]
    assert scenario.brokers[0].bias == 1


def test_with_leaves_the_original_alone() -> None:
    scenario = overridden()
    changed = scenario.with_(**{"brokers.0.leverage": 0.9})
    assert scenario.brokers[0].leverage == 0.5
    assert changed.with_(**{"brokers.0.leverage": 0.5}) == scenario
    assert changed != scenario
    assert changed.path == scenario.path


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "brokers.0.leverge",
            0.9,
            "with_(brokers.0.leverge=0.9) brokers.0.leverge: unknown key (you wrote leverge); "
            "did you mean leverage?",
        ),
        (
            "truce.term_days",
            30.5,
            "with_(truce.term_days=30.5) truce.term_days: must be a whole number (you wrote 30.5)",
        ),
        (
            "truce.opacity",
            float("nan"),
            "with_(truce.opacity=nan) truce.opacity: must be a finite number (you wrote nan)",
        ),
        (
            "truce.opacity",
            None,
            "with_(truce.opacity=None) truce.opacity: has no value; write one, or leave it out to "
            "keep the default",
        ),
        (
            "truce.ratified",
            1,
            "with_(truce.ratified=1) truce.ratified: must be yes or no: true or false "
            "(you wrote 1); did you mean true?",
        ),
        (
            "state.name",
            5,
            'with_(state.name=5) state.name: must be text (you wrote 5); did you mean "5"?',
        ),
    ],
)
def test_with_refuses_as_files_do(path: str, value: object, expected: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        overridden().with_(**{path: value})
    assert str(caught.value) == expected


def test_with_odd_objects() -> None:
    circle: list[object] = []
    circle.append(circle)
    for value in (circle, object(), {1: 2}, b"x", 1j, np.zeros(3), {"a": circle}):
        with pytest.raises(ScenarioError):
            overridden().with_(**{"truce.opacity": value})
        with pytest.raises(ScenarioError):
            overridden().with_(truce=value)
