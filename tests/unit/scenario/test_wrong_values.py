"""Values that are wrong on their own: place, words and hint of each kind of problem."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario

Complaints = Callable[..., list[str]]
Write = Callable[..., Path]

GROUP_KEYS = (
    "name, signatory, strength, funding, sanctuary, growth_room, hardliner_share, core_control, "
    "believed_hardliner_share, believed_control, war_cost, trust, bad_faith_probability, "
    "spoiler_rate, retaliation, split_rate"
)
SECTION_KEYS = (
    "title, question, horizon_days, truce, state, groups, brokers, environment, shocks, "
    "mechanisms, model, extends"
)

WRONG_NUMBERS = {
    "truce: {opacity: 1.5}": "1:18 truce.opacity: must be between 0 and 1 (share) (you wrote 1.5)",
    "truce:\n  term_days: -1\n": (
        "2:14 truce.term_days: must be between 0 and 3650 (days) (you wrote -1)"
    ),
    "horizon_days: 0": "1:15 horizon_days: must be between 1 and 36500 (days) (you wrote 0)",
    "brokers:\n- leverage: 0.5\n- bias: -2\n": (
        "3:9 brokers.1.bias: must be between -1 and 1 (-1 state .. +1 group) (you wrote -2)"
    ),
    "model: {violence_deaths: 0}": (
        "1:26 model.violence_deaths: must be between 1 and 1000000 (deaths) (you wrote 0)"
    ),
    "groups: [{hardliner_share: 0.96}]": (
        "1:28 groups.0.hardliner_share: must be between 0 and 0.95 (share) (you wrote 0.96)"
    ),
    "shocks: [{target: state.funding, to: 2, day: 1}]": (
        "1:38 shocks.0.to: must be between 0 and 1 (share) (you wrote 2)"
    ),
    "truce: {opacity: .nan}": "1:18 truce.opacity: must be a finite number (you wrote .nan)",
    "truce: {opacity: .inf}": "1:18 truce.opacity: must be a finite number (you wrote .inf)",
    "truce: {opacity: -.INF}": "1:18 truce.opacity: must be a finite number (you wrote -.INF)",
    "truce: {opacity: 1e999}": "1:18 truce.opacity: must be a finite number (you wrote 1e999)",
    "truce: {term_days: .inf}": "1:20 truce.term_days: must be a finite number (you wrote .inf)",
    f"truce: {{opacity: {'9' * 400}}}": (
        f"1:18 truce.opacity: must be a finite number (you wrote {'9' * 59}…)"
    ),
    f"truce: {{term_days: {'9' * 5000}}}": (
        f"1:20 truce.term_days: must be a finite number (you wrote {'9' * 59}…)"
    ),
    f"truce: {{term_days: {'9' * 250}}}": (
        f"1:20 truce.term_days: must be between 0 and 3650 (days) (you wrote {'9' * 59}…)"
    ),
}

WRONG_TYPES = {
    "truce: {opacity: high}": "1:18 truce.opacity: must be a number (you wrote high)",
    'truce: {opacity: "0.8"}': (
        '1:18 truce.opacity: must be a number (you wrote "0.8"); remove the quotes'
    ),
    "truce: {term_days: '30'}": (
        '1:20 truce.term_days: must be a whole number (you wrote "30"); remove the quotes'
    ),
    "truce: {term_days: 30.5}": "1:20 truce.term_days: must be a whole number (you wrote 30.5)",
    "truce: {term_days: 30.0}": (
        "1:20 truce.term_days: must be a whole number (you wrote 30.0); did you mean 30?"
    ),
    "truce: {term_days: true}": "1:20 truce.term_days: must be a whole number (you wrote true)",
    "truce: {opacity: false}": "1:18 truce.opacity: must be a number (you wrote false)",
    "truce: {opacity: [0.8]}": "1:18 truce.opacity: must be a number (you wrote a list)",
    "truce: {opacity: {a: 1}}": "1:18 truce.opacity: must be a number (you wrote a section)",
    "truce: {opacity: '0,8'}": '1:18 truce.opacity: must be a number (you wrote "0,8"); did you '
    "mean 0.8?",
    "truce: {opacity: 80%}": "1:18 truce.opacity: must be a number (you wrote 80%); did you mean "
    "0.8?",
    "truce: {term_days: 010}": "1:20 truce.term_days: must be a whole number (you wrote 010); did "
    "you mean 10?",
    "truce: {term_days: 0o17}": "1:20 truce.term_days: must be a whole number (you wrote 0o17); "
    "did you mean 15?",
    "truce: {term_days: 0x1F}": "1:20 truce.term_days: must be a whole number (you wrote 0x1F); "
    "did you mean 31?",
    "truce: {term_days: 1_000}": "1:20 truce.term_days: must be a whole number (you wrote 1_000); "
    "did you mean 1000?",
    "title: 2021": '1:8 title: must be text (you wrote 2021); did you mean "2021"?',
    "title: 2021-11-09": "1:8 title: must be text (you wrote 2021-11-09); did you mean "
    '"2021-11-09"?',
    "title: [a]": "1:8 title: must be text (you wrote a list)",
    "groups: [{name: true}]": (
        '1:17 groups.0.name: must be text (you wrote true); did you mean "true"?'
    ),
    "truce: {start_date: 2021-13-01}": (
        "1:21 truce.start_date: must be a date such as 2021-11-09 (you wrote 2021-13-01)"
    ),
    "truce: {start_date: 2021-1-9}": (
        "1:21 truce.start_date: must be a date such as 2021-11-09 (you wrote 2021-1-9); did you "
        "mean 2021-01-09?"
    ),
    "truce: {start_date: 30}": (
        "1:21 truce.start_date: must be a date such as 2021-11-09 (you wrote 30)"
    ),
    "truce: {start_date: 2021-11-09T10:00:00}": (
        "1:21 truce.start_date: must be a date such as 2021-11-09 (you wrote 2021-11-09T10:00:00)"
    ),
}

BOOLEANS = {
    "yes": "true",
    "no": "false",
    "on": "true",
    "off": "false",
    "Y": "true",
    "NO": "false",
    "1": "true",
    "0": "false",
}

WRONG_TEXTS = {
    "groups: [{name: ''}]": '1:17 groups.0.name: must not be empty (you wrote "")',
    f"groups: [{{name: {'x' * 61}}}]": (
        f"1:17 groups.0.name: must have at most 60 characters (you wrote {'x' * 59}…)"
    ),
    'groups: [{name: "a\\x1b[31mb"}]': (
        '1:17 groups.0.name: must not contain control characters (you wrote "a\\x1b[31mb")'
    ),
    'title: "a\\x07b"': ('1:8 title: must not contain control characters (you wrote "a\\x07b")'),
    'title: "\\ud800"': (
        '1:8 title: must be text without half characters (lone surrogates) (you wrote "\\ud800")'
    ),
    f"title: {'x' * 2001}": f"1:8 title: must have at most 2000 characters (you wrote {'x' * 59}…)",
}

UNKNOWN_KEYS = {
    "truce:\n  term_day: 30\n": (
        "2:3 truce.term_day: unknown key (you wrote term_day); did you mean term_days?"
    ),
    "brokers:\n- leverge: 0.5\n": (
        "2:3 brokers.0.leverge: unknown key (you wrote leverge); did you mean leverage?"
    ),
    "Truce: {}": "1:1 Truce: unknown key (you wrote Truce); did you mean truce?",
    "extend: other.yaml": "1:1 extend: unknown key (you wrote extend); did you mean extends?",
    "mechanisms: {spoiler: false}": (
        "1:14 mechanisms.spoiler: unknown key (you wrote spoiler); did you mean spoilers?"
    ),
    "groups: [{zzz: 1}]": (
        f"1:11 groups.0.zzz: unknown key (you wrote zzz); allowed here: {GROUP_KEYS}"
    ),
    "zzz: 1": f"1:1 zzz: unknown key (you wrote zzz); allowed here: {SECTION_KEYS}",
    "truce: {leverage: 1}": (
        "1:9 truce.leverage: unknown key (you wrote leverage); it belongs under brokers"
    ),
    "leverage: 1": "1:1 leverage: unknown key (you wrote leverage); it belongs under brokers",
    "truce: {brokers: []}": (
        "1:9 truce.brokers: unknown key (you wrote brokers); it belongs at the top level"
    ),
    "truce: {fear: false}": (
        "1:9 truce.fear: unknown key (you wrote fear); it belongs under mechanisms"
    ),
    '"\\x1b[2J": 1': (
        "1:1 \\x1b[2J: unknown key (you wrote \\x1b[2J); allowed here: " + SECTION_KEYS
    ),
    "5: 1": f"1:1 5: unknown key (you wrote 5); allowed here: {SECTION_KEYS}",
    '"": 1': f"1:1: unknown key (you wrote ''); allowed here: {SECTION_KEYS}",
}

WRONG_SHAPES = {
    "- truce": (
        "1:1: must hold sections, such as 'truce:' with 'term_days: 30' below it (you wrote a list)"
    ),
    "just text": (
        "1:1: must hold sections, such as 'truce:' with 'term_days: 30' below it "
        "(you wrote just text)"
    ),
    "truce: 30": "1:8 truce: must be a section of 'key: value' lines (you wrote 30)",
    "truce: [30]": "1:8 truce: must be a section of 'key: value' lines (you wrote a list)",
    "groups: {name: A}": "1:9 groups: must be a list, each item after '- ' (you wrote a section)",
    "brokers: none": "1:10 brokers: must be a list, each item after '- ' (you wrote none)",
    "groups: [A]": "1:10 groups.0: must be a section of 'key: value' lines (you wrote A)",
    "truce:": "1:7 truce: has no value; write what belongs under it, or leave it out",
    "groups: ~": "1:9 groups: has no value; write what belongs under it, or leave it out",
    "truce: {term_days: }": (
        "1:19 truce.term_days: has no value; write one, or leave it out to keep the default"
    ),
    "truce:\n  opacity: null\n": (
        "2:12 truce.opacity: has no value; write one, or leave it out to keep the default"
    ),
    "title:": "1:7 title: has no value; write one, or leave it out to keep the default",
    "groups:\n- \n": "2:2 groups.0: has no value; write one, or leave it out",
    "groups: [" + "{}," * 51 + "]": "1:9 groups: must have at most 50 items (you wrote 51)",
}

SHOCK_PROBLEMS = {
    "{to: 0.5, day: 3}": "1:10 shocks.0.target: is missing",
    "{target: state.funding, day: 3}": "1:10 shocks.0.to: is missing",
    "{target: state.funding, to: 0.5}": (
        "1:10 shocks.0: must have exactly one of day and date, and has neither"
    ),
    "{target: state.funding, to: 0.5, day: 1, date: 2021-11-09}": (
        "1:10 shocks.0: must have exactly one of day and date, and has both"
    ),
    "{target: group.0.funding, to: 0.5, day: 1}": (
        "1:19 shocks.0.target: must name an input that can change in time "
        "(you wrote group.0.funding); did you mean groups.0.funding?"
    ),
    "{target: groups[0].funding, to: 0.5, day: 1}": None,
    "{target: brokers.0.bias, to: 0.5, day: 1}": (
        "1:19 shocks.0.target: must name an input that can change in time "
        "(you wrote brokers.0.bias); did you mean brokers.0.leverage?"
    ),
    "{target: state.funding, to: 0.5, day: -1}": (
        "1:48 shocks.0.day: must be between 0 and 36500 (days) (you wrote -1)"
    ),
    "{target: state.funding, to: 0.5, day: 1, over_days: 0}": (
        "1:62 shocks.0.over_days: must be between 1 and 36500 (days) (you wrote 0)"
    ),
    "{target: state.funding, to: 0.5, dya: 1}": (
        "1:43 shocks.0.dya: unknown key (you wrote dya); did you mean day?"
    ),
    "{target: state.funding, to: 0.5, day: }": (
        "1:47 shocks.0.day: has no value; write one, or leave it out to keep the default"
    ),
}

ALL = WRONG_NUMBERS | WRONG_TYPES | WRONG_TEXTS | UNKNOWN_KEYS | WRONG_SHAPES


@pytest.mark.parametrize(("text", "expected"), ALL.items(), ids=lambda item: item[:50])
def test_one_problem_at_its_place(text: str, expected: str, complaints: Complaints) -> None:
    assert complaints(text) == [f"case.yaml:{expected}"]


@pytest.mark.parametrize(("word", "meant"), BOOLEANS.items())
def test_yes_and_no_of_older_yaml(word: str, meant: str, complaints: Complaints) -> None:
    assert complaints(f"truce: {{ratified: {word}}}") == [
        "case.yaml:1:19 truce.ratified: must be yes or no: true or false "
        f"(you wrote {word}); did you mean {meant}?"
    ]


def test_quoted_boolean(complaints: Complaints) -> None:
    assert complaints("truce: {ratified: 'true'}") == [
        "case.yaml:1:19 truce.ratified: must be yes or no: true or false "
        '(you wrote "true"); remove the quotes'
    ]


@pytest.mark.parametrize(("shock", "expected"), SHOCK_PROBLEMS.items())
def test_shocks(shock: str, expected: str | None, complaints: Complaints) -> None:
    found = complaints(f"shocks: [{shock}]")
    assert len(found) == 1
    assert expected is None or found == [f"case.yaml:{expected}"]


def test_all_problems_at_once_in_the_order_of_the_file(complaints: Complaints) -> None:
    text = """\
title: 5
truce:
  tem_days: 3
  opacity: 7
groups:
- strength: yes
- {signatory: false, trust: .nan}
brokers: 3
shocks:
- {target: groups.9.funding, to: 0.4, day: 3}
- {target: state.funding, to: 9, day: 3}
horizon_days: "9"
"""
    places = [line.split(" ")[0].removeprefix("case.yaml:") for line in complaints(text)]
    assert places == ["1:8", "3:3", "4:12", "6:13", "7:29", "8:10", "10:12", "11:31", "12:15"]


def test_a_thousand_problems_are_cut_short(complaints: Complaints) -> None:
    found = complaints("truce:\n" + "".join(f"  term_day{place}: 1\n" for place in range(1000)))
    assert len(found) == 101
    assert found[-1] == "case.yaml:102:3: and 900 more problems from here on"


def test_values_that_yaml_allows_and_so_do_we(write: Write) -> None:
    text = """\
truce: {start_date: "2021-11-09", opacity: 1, monitoring: .5, term_days: +30}
state: {war_cost: 5.e-1, trust: 1E-1, funding: 0.}
model: {decision_noise: 1e-3}
title: "2021"
"""
    scenario = Scenario.load(write(text))
    assert str(scenario.truce.start_date) == "2021-11-09"
    assert (scenario.truce.opacity, scenario.truce.monitoring) == (1.0, 0.5)
    assert (scenario.state.war_cost, scenario.state.trust, scenario.state.funding) == (0.5, 0.1, 0)
    assert scenario.model.decision_noise == 0.001
    assert isinstance(scenario.truce.opacity, float)
