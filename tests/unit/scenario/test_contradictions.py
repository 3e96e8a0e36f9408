"""Values that are right one by one and impossible together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario

Complaints = Callable[..., list[str]]
Write = Callable[..., Path]

CASES = {
    "groups: [{signatory: false}]": (
        "1:22 groups.0.signatory: at least one group must have signed (signatory: true)"
    ),
    "groups:\n- {signatory: false}\n- {signatory: false}\n": (
        "2:1 groups: at least one group must have signed (signatory: true)"
    ),
    "groups: []": "1:9 groups: at least one group must have signed (signatory: true)",
    "groups:\n- {name: A}\n- {name: A}\n": (
        "3:10 groups.1.name: is the name of groups.0 as well (you wrote A); names must differ"
    ),
    "brokers:\n- {name: A}\n- {name: B}\n- {name: A}\n": (
        "4:10 brokers.2.name: is the name of brokers.0 as well (you wrote A); names must differ"
    ),
    "groups:\n- {name: group 2}\n- {strength: 1}\n": (
        "3:3 groups.1.name: is the name of groups.0 as well (you wrote group 2); names must differ"
    ),
    "shocks: [{target: groups.1.funding, to: 0, day: 1}]": (
        "1:19 shocks.0.target: there is no groups.1: groups are counted from 0, and the last is "
        "groups.0 (you wrote groups.1.funding)"
    ),
    "shocks: [{target: brokers.0.leverage, to: 0, day: 1}]": (
        "1:19 shocks.0.target: there is no brokers.0: the scenario has no brokers "
        "(you wrote brokers.0.leverage)"
    ),
    "shocks: [{target: state.funding, to: 0, date: 2021-12-01}]": (
        "1:47 shocks.0.date: needs truce.start_date (you wrote 2021-12-01); give it, or use day "
        "instead"
    ),
    "truce: {start_date: 2021-11-09}\nshocks: [{target: state.funding, to: 0, date: 2021-11-08}]": (
        "2:47 shocks.0.date: lies before truce.start_date, which is 2021-11-09 "
        "(you wrote 2021-11-08)"
    ),
    "horizon_days: 10\nshocks: [{target: state.funding, to: 0, day: 11}]": (
        "2:46 shocks.0.day: lies beyond horizon_days, which is 10 (you wrote 11)"
    ),
    "truce: {start_date: 2021-11-09}\nshocks: [{target: state.funding, to: 0, date: 2041-11-09}]": (
        "2:47 shocks.0.date: lies beyond horizon_days, which is 1095 "
        "(you wrote 2041-11-09, which is day 7305)"
    ),
    "shocks:\n- {target: state.funding, to: 0, day: 5, over_days: 10}\n"
    "- {target: state.funding, to: 1, day: 14}\n": (
        "3:3 shocks.1: changes state.funding on day 14, while shocks.0 changes it until day 14"
    ),
    "shocks:\n- {target: state.funding, to: 0, day: 14}\n"
    "- {target: state.funding, to: 1, day: 5, over_days: 10}\n": (
        "2:3 shocks.0: changes state.funding on day 14, while shocks.1 changes it until day 14"
    ),
    "shocks:\n- {target: state.funding, to: 0, day: 5}\n"
    "- {target: state.funding, to: 1, day: 5}\n": (
        "3:3 shocks.1: changes state.funding on day 5, while shocks.0 changes it until day 5"
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_contradiction_at_its_place(text: str, expected: str, complaints: Complaints) -> None:
    assert complaints(text) == [f"case.yaml:{expected}"]


FINE = [
    "groups: [{signatory: false}, {signatory: true}]",
    "truce: {term_days: 3650}\nhorizon_days: 30",
    "truce: {instalments: 100, prisoners_promised: 3}",
    "horizon_days: 10\nshocks: [{target: state.funding, to: 0, day: 10, over_days: 90}]",
    "truce: {start_date: 2021-11-09}\nshocks: [{target: state.funding, to: 0, date: 2021-11-09}]",
    "shocks:\n- {target: state.funding, to: 0, day: 5, over_days: 10}\n"
    "- {target: state.funding, to: 1, day: 15}\n- {target: groups.0.funding, to: 1, day: 5}\n",
    "groups: [{}, {}, {}]\nshocks: [{target: groups.2.sanctuary, to: 1, day: 5}]",
    "groups: [{name: A}]\nbrokers: [{name: A}]",
]


@pytest.mark.parametrize("text", FINE)
def test_no_contradiction(text: str, write: Write) -> None:
    Scenario.load(write(text))


SILENT = {
    "a group in doubt may have signed": "groups: [{signatory: maybe}]",
    "a list in doubt may hold the item": (
        "groups: 3\nshocks: [{target: groups.4.funding, to: 0, day: 1}]"
    ),
    "a date in doubt may be there": (
        "truce: {start_date: 9 November}\n"
        "shocks: [{target: state.funding, to: 0, date: 2021-12-01}]"
    ),
    "a horizon in doubt may be longer": (
        "horizon_days: long\nshocks: [{target: state.funding, to: 0, day: 2000}]"
    ),
    "a shock in doubt overlaps with nothing": (
        "shocks:\n- {target: state.funding, to: 7, day: 5}\n"
        "- {target: state.funding, to: 1, day: 5}\n"
    ),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_no_second_complaint_about_a_value_in_doubt(text: str, complaints: Complaints) -> None:
    assert len(complaints(text)) == 1


def test_contradictions_are_found_beside_other_problems(complaints: Complaints) -> None:
    text = """\
groups: [{strength: -1}]
shocks:
- {target: state.funding, to: 7, day: 1}
- {target: groups.1.funding, to: 0, day: 1}
- {target: state.funding, to: 0, day: 3}
- {target: state.funding, to: 0, day: 3}
"""
    assert [line.split()[:2] for line in complaints(text)] == [
        ["case.yaml:1:21", "groups.0.strength:"],
        ["case.yaml:3:31", "shocks.0.to:"],
        ["case.yaml:4:12", "shocks.1.target:"],
        ["case.yaml:6:3", "shocks.3:"],
    ]
