"""Text that is not the YAML of one scenario: every complaint in plain words, at its place."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario import Scenario

Complaints = Callable[..., list[str]]
Write = Callable[..., Path]

SYNTAX = {
    "truce:\n\tterm_days: 30\n": "2:1: a tab stands here; use spaces",
    "title: @home": "1:8: text that starts with @ must stand in quotes",
    "title: `home`": "1:8: text that starts with ` must stand in quotes",
    "title: %home": "1:8: text that starts with % must stand in quotes",
    "title: one: two": (
        "1:11: a colon is not allowed here; check the indentation, or put text that holds ': ' "
        "in quotes"
    ),
    "title: 1\n  truce: 2\n": (
        "2:8: a colon is not allowed here; check the indentation, or put text that holds ': ' "
        "in quotes"
    ),
    "title: 'one\ntruce: {}\n": "1:8: a quote is opened here and never closed",
    'title: "one\n---\n': "1:8: a quote is opened here and never closed",
    "brokers: [{leverage: 1}\n": "1:10: a list is opened with [ and never closed",
    "truce: {term_days: 1\n": "1:8: a section is opened with { and never closed",
    "brokers: [{} {}]": "1:14: a comma or ] is missing in a list in [ ]",
    "truce: {term_days: 1 opacity: 1}": "1:29: a comma or } is missing in a section in { }",
    "truce:\n  opacity: 1\n monitoring: 1\n": ("3:2: the indentation does not fit the lines above"),
    "title: x\n- a\n": "2:1: the indentation does not fit the lines above",
    "title: 'a' 'b'": "1:12: unexpected text; check quotes and indentation",
    'title: "\\q"': "1:10: \\q is not known between double quotes",
    "truce: {}}": "1:10: a bracket is closed that was never opened",
    "{}}": "1:3: nothing more was expected here; check quotes and brackets",
    "]": "1:1: a value was expected here",
    "truce: [": "1:9: the text ends where a value was expected",
    "title: - a": "1:8: a list item is not allowed here; check the indentation",
    "title": None,
}

STRICT = {
    "truce:\n  opacity: 1\n  opacity: 0\n": "3:3 truce.opacity: repeated key (first on line 2)",
    "title: a\ntitle: b\n": "2:1 title: repeated key (first on line 1)",
    "truce: {opacity: 1, 'opacity': 0}": "1:21 truce.opacity: repeated key (first on line 1)",
    "truce: !!python/object:os.system {}": (
        "1:8 truce: tags such as !!python/object:os.system are not allowed; remove it"
    ),
    "title: !!python/object/apply:os.system ['touch hacked']": (
        "1:8 title: tags such as !!python/object/apply:os.system are not allowed; remove it"
    ),
    "title: !!str 5": "1:8 title: tags such as !!str are not allowed; remove it",
    "title: ! x": "1:8 title: tags such as ! are not allowed; remove it",
    "truce: {!!str opacity: 1}": ("1:9 truce: tags such as !!str are not allowed; remove it"),
    "truce: {<<: {opacity: 1}}": (
        "1:9 truce.<<: merge keys (<<) are not supported; write the keys out, or use extends"
    ),
    "title: *name": "1:8 title: there is no &name above that *name could repeat",
    "groups: &a [*a]": "1:13 groups.0: there is no &a above that *a could repeat",
    "title: a\n---\ntitle: b\n": (
        "2:1: a file holds one scenario; remove this '---' and what follows, or use two files"
    ),
    "? [a]\n: 1\n": "1:3 ?: a key must be a single word",
    "title: \x01": "1:8: a control character (\\x01) cannot stand in a scenario",
    "title: a\n  \x7f\n": "2:3: a control character (\\x7f) cannot stand in a scenario",
    "": "1:1: is empty; 'truce new' writes a scenario to start from",
    "# only a comment\n": "1:1: is empty; 'truce new' writes a scenario to start from",
    "---\n": "1:1: is empty; 'truce new' writes a scenario to start from",
    "null": "1:1: is empty; 'truce new' writes a scenario to start from",
}


@pytest.mark.parametrize(("text", "expected"), SYNTAX.items())
def test_syntax_errors(text: str, expected: str | None, complaints: Complaints) -> None:
    found = complaints(text)
    assert expected is None or found == [f"case.yaml:{expected}"]


@pytest.mark.parametrize(("text", "expected"), STRICT.items())
def test_strict_reading(text: str, expected: str, complaints: Complaints) -> None:
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert complaints(text)[0] == f"case.yaml:{expected}"
    assert not printed.getvalue()
    assert not Path("hacked").exists()


def test_several_repeated_keys_are_all_reported(complaints: Complaints) -> None:
    found = complaints("title: a\ntitle: b\ntruce: {opacity: 7}\ntruce: {}\n")
    assert [line.split()[0] for line in found] == [
        "case.yaml:2:1",
        "case.yaml:3:18",
        "case.yaml:4:1",
    ]


def test_one_marked_document_is_fine(write: Write) -> None:
    assert Scenario.load(write("%YAML 1.2\n---\ntitle: A\n...\n")).title == "A"


def test_anchors_and_aliases_repeat_values(write: Write) -> None:
    text = "groups:\n- &first {name: A, strength: 0.2}\nbrokers:\n- {name: &b B}\n- {name: C}\n"
    scenario = Scenario.load(write(text + "title: *b\n"))
    assert scenario.title == "B"


def test_a_problem_in_a_repeated_value_is_reported_where_it_stands(complaints: Complaints) -> None:
    text = "truce: {opacity: &high 7}\nstate: {trust: *high}\n"
    assert complaints(text) == [
        "case.yaml:1:18 state.trust: must be between 0.01 and 0.99 (probability) (you wrote 7)",
        "case.yaml:1:18 truce.opacity: must be between 0 and 1 (share) (you wrote 7)",
    ]


def test_nested_too_deep(complaints: Complaints) -> None:
    assert complaints("title: " + "[" * 30 + "]" * 30) == [
        "case.yaml:1:28 title.0.0: is nested more than 20 levels deep; a scenario needs four"
    ]


def test_too_many_values(complaints: Complaints) -> None:
    found = complaints("title: [" + "1," * 12_000 + "]")
    assert found == [
        "case.yaml:1:24003: holds more than 12,000 values, more than any scenario needs"
    ]


def test_text_that_is_too_long() -> None:
    with pytest.raises(ScenarioError, match="is too long: at most 262,144"):
        Scenario.from_yaml("title: " + "x" * 300_000)
