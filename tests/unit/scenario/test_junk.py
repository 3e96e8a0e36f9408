"""Junk of all kinds: never anything but `ScenarioError`, and never slow."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario, starter

Write = Callable[..., Path]

WHOLE = (
    starter("A case")
    + """\
shocks:
- {target: groups.0.funding, to: 0.3, day: 4}
mechanisms: {spoilers: false}
"""
)

QUICK = settings(max_examples=150, deadline=None)


def read(text: str, *overrides: str) -> None:
    """Read text; whatever is wrong with it must come as printable problems."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        problems = _problems(text, overrides)
    assert all(str(problem).isprintable() for problem in problems)


def _problems(text: str, overrides: tuple[str, ...]) -> Sequence[Problem]:
    try:
        Scenario.from_yaml(text, overrides=overrides)
    except ScenarioError as error:
        return error.problems
    return ()


@given(st.text())
@QUICK
def test_any_text(text: str) -> None:
    read(text)


@given(st.text(alphabet=":-[]{}&*!|>'\"%@`#,? \n\tab01.~<=\\"))
@QUICK
def test_text_of_marks_that_mean_something_in_yaml(text: str) -> None:
    read(text)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("junk") / "case.yaml"
    path.write_bytes(data)
    with suppress(ScenarioError):
        Scenario.load(path)


edits = st.lists(
    st.tuples(
        st.integers(0, len(WHOLE)),
        st.integers(0, 12),
        st.text(alphabet=":-[]{}&*!|>'\"%@#,? \n\tabtrue01.~\x00\x85\u2028", max_size=4),
    ),
    min_size=1,
    max_size=6,
)


@given(edits)
@QUICK
def test_a_scenario_with_random_edits(changes: list[tuple[int, int, str]]) -> None:
    text = WHOLE
    for place, removed, added in changes:
        text = text[:place] + added + text[place + removed :]
    read(text)


@given(st.text(max_size=40), st.text(max_size=40))
@QUICK
def test_any_override(path: str, value: str) -> None:
    read(WHOLE, f"{path}={value}", value)


paths = st.sampled_from(
    ["groups", "groups.0", "groups.1.name", "truce", "shocks.0.day", "shocks.1", "title", "x.y"]
)
values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(paths, values, max_size=4))
@QUICK
def test_any_python_value(changes: dict[str, object]) -> None:
    with suppress(ScenarioError):
        Scenario.from_yaml(WHOLE).with_(**changes)


def _laughs() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for above, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(['*' + above] * 9)}]")
    return "\n".join(lines)


BOMBS = {
    "billion laughs": _laughs(),
    "laughs in a known key": _laughs() + "\ntitle: *i\n",
    "nested lists": "title: " + "[" * 100_000,
    "nested sections": "title: " + "{a: " * 50_000,
    "nested dashes": "- " * 100_000,
    "nested blocks": "".join(" " * depth + "a:\n" for depth in range(700)),
    "nested questions": "? " * 100_000,
    "many unknown keys": "truce:\n" + "".join(f"  term_day{i}: 1\n" for i in range(9_000)),
    "many repeated keys": "title: a\n" * 20_000,
    "many lines": "title: a" + "\n" * 250_000,
    "many comments": "# a\n" * 60_000,
    "a long word": "title: " + "x" * 250_000,
    "many words": "title: " + "x y\n " * 50_000,
    "an open quote": "title: 'x\n" + "x\n" * 100_000,
    "a long number": "horizon_days: " + "9" * 250_000,
    "a long key": "x" * 250_000 + ": 1",
    "a long odd number": "horizon_days: " + "1_" * 120_000,
    "many tags": "title: " + "!x " * 80_000,
    "many shocks": "shocks:\n" + "- {target: state.fundin, to: 4, day: -1}\n" * 1_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_fail_within_a_second(name: str, write: Write) -> None:
    path = write(BOMBS[name])
    assert any(seconds_to_load(path) < 1 for _ in range(3))


def seconds_to_load(path: Path) -> float:
    start = time.process_time()
    with suppress(ScenarioError):
        Scenario.load(path)
    return time.process_time() - start


def test_laughs_are_refused_by_name() -> None:
    with pytest.raises(ScenarioError, match=r"aliases \(\*name\) repeat more than 10,000 values"):
        Scenario.from_yaml(_laughs())


def test_a_long_list_of_shocks_is_read_within_a_second() -> None:
    shocks = "".join(f"- {{target: state.funding, to: 0.4, day: {day}}}\n" for day in range(1000))
    start = time.process_time()
    assert len(Scenario.from_yaml("shocks:\n" + shocks).timeline()) == 1000
    assert time.process_time() - start < 1
