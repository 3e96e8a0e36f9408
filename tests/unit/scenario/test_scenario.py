"""`Scenario` itself: attributes, mechanisms, timeline, digest, YAML, copies."""

from __future__ import annotations

import datetime
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.mechanisms import MECHANISMS
from sim.parameters import LISTS, SECTIONS, Environment, GroupInputs, StateInputs, TruceTerms, World
from sim.scenario import ResolvedShock, Scenario, ScenarioDefinition, shipped_scenarios
from sim.scenario.definition import LIST_MODELS, SECTION_MODELS, TIME_VARYING

Write = Callable[..., Path]

DEFAULT = Scenario.from_yaml("{}")

SHOCKS = """\
truce: {start_date: 2021-11-09}
groups: [{name: A}, {name: B}]
brokers: [{}]
shocks:
- {target: groups.1.funding, to: 0.1, day: 30}
- {target: state.funding, to: 0.2, date: 2021-11-10, over_days: 5}
- {target: brokers.0.leverage, to: 1, day: 0}
"""


def test_the_defaults() -> None:
    assert DEFAULT.definition == ScenarioDefinition()
    assert DEFAULT.title == "Untitled scenario"
    assert DEFAULT.question == ""
    assert DEFAULT.horizon_days == 1095
    assert DEFAULT.truce == TruceTerms()
    assert DEFAULT.state == StateInputs()
    assert DEFAULT.groups == (GroupInputs(),)
    assert DEFAULT.brokers == ()
    assert DEFAULT.environment == Environment()
    assert DEFAULT.shocks == ()
    assert DEFAULT.mechanisms.switched_off() == ()
    assert DEFAULT.model == World()
    assert DEFAULT.path is None
    assert DEFAULT.timeline() == ()


def test_the_path_is_kept_as_given(write: Write) -> None:
    assert Scenario.load(write("title: A")).path == Path("case.yaml")


def test_nothing_can_be_changed() -> None:
    with pytest.raises(AttributeError):
        DEFAULT.path = Path("x")  # type: ignore[misc]
    with pytest.raises(ValidationError):
        DEFAULT.truce.term_days = 3  # type: ignore[misc]


def test_every_neutral_value_has_a_field_and_lies_in_its_bounds() -> None:
    for mechanism in MECHANISMS.values():
        for path, value in mechanism.neutral.items():
            section, field = path.split(".")
            model = (SECTION_MODELS | LIST_MODELS)[section]
            assert getattr(model.model_validate({field: value}), field) == value


def test_every_input_that_shocks_change_has_a_field() -> None:
    for section, fields in TIME_VARYING.items():
        assert set(fields) <= set(SECTIONS[section].model_fields)


@pytest.mark.parametrize("name", MECHANISMS)
def test_effective_values_of_a_mechanism_that_is_off(name: str) -> None:
    scenario = Scenario.from_yaml(f"groups: [{{}}, {{}}]\nmechanisms: {{{name}: false}}")
    for path, value in MECHANISMS[name].neutral.items():
        section, field = path.split(".")
        holder = getattr(scenario.effective, section)
        items = holder if section in LISTS else [holder]
        assert [getattr(item, field) for item in items] == [value] * len(items)
    assert scenario.definition.groups[0] == GroupInputs()
    assert scenario.digest != Scenario.from_yaml("groups: [{}, {}]").digest


def test_effective_leaves_all_else_alone() -> None:
    assert DEFAULT.effective == DEFAULT.definition
    scenario = DEFAULT.with_(**{"mechanisms.scrutiny": False, "truce.term_days": 9})
    assert scenario.effective.state.scrutiny_rate == 0
    assert scenario.effective.state.model_copy(update={"scrutiny_rate": 0.1}) == DEFAULT.state
    assert scenario.effective.truce.term_days == 9
    assert scenario.state.scrutiny_rate == 0.1


def test_timeline_in_days_sorted() -> None:
    assert Scenario.from_yaml(SHOCKS).timeline() == (
        ResolvedShock("brokers", 0, "leverage", 0, 1, 1.0),
        ResolvedShock("state", 0, "funding", 1, 5, 0.2),
        ResolvedShock("groups", 1, "funding", 30, 1, 0.1),
    )


def test_equal_content_equal_digest(write: Write) -> None:
    write("truce: {opacity: 0.5, term_days: 9}\ngroups: [{trust: 0.3, name: A}]\n", "base.yaml")
    whole = Scenario.load(
        write("groups:\n- name: A\n  trust: 3.0e-1\ntruce:\n  term_days: 9\n  opacity: .5\n")
    )
    for scenario in (
        Scenario.load("base.yaml"),
        Scenario.from_yaml("extends: base.yaml\ntitle: Other\nquestion: Why?"),
        Scenario.from_yaml("groups: [{name: A}]").with_(
            **{"groups.0.trust": 0.3, "truce": {"opacity": 0.5, "term_days": 9}}
        ),
        Scenario.load("base.yaml", ["truce.terms_gap=-0.0", "state.capability=1"]),
        whole.with_(**{"truce.start_date": datetime.date(2021, 1, 1)}),
    ):
        assert scenario.digest == whole.digest
    assert len(whole.digest) == 64
    assert Scenario.load("base.yaml") == whole
    assert hash(Scenario.load("base.yaml")) == hash(whole)


def test_dates_and_days_of_shocks_have_the_same_digest() -> None:
    by_day = SHOCKS.replace("date: 2021-11-10", "day: 1")
    assert Scenario.from_yaml(by_day).digest == Scenario.from_yaml(SHOCKS).digest
    assert Scenario.from_yaml(by_day) != Scenario.from_yaml(SHOCKS)


def test_a_mechanism_that_is_off_counts_by_its_neutral_values() -> None:
    off = DEFAULT.with_(**{"mechanisms.monitoring": False})
    zero = DEFAULT.with_(**{"truce.monitoring": 0.0})
    assert off.digest == zero.digest
    assert off.digest == off.with_(**{"truce.monitoring": 0.9}).digest
    assert off != zero


@pytest.mark.parametrize(
    "change",
    [
        {"groups.0.name": "B"},
        {"state.name": "B"},
        {"groups.0.signatory": True, "groups.1.signatory": False},
        {"truce.opacity": 0.8 + 1e-16},
        {"horizon_days": 1094},
        {"brokers.0.bias": 0.4},
        {"shocks.0": {"target": "state.funding", "to": 1.0, "day": 1}},
        {"model.stick": 0.11},
    ],
)
def test_other_content_other_digest(change: dict[str, object]) -> None:
    assert DEFAULT.with_(**change).digest != DEFAULT.digest


def test_texts_for_readers_do_not_count() -> None:
    assert Scenario.from_yaml("title: B\nquestion: Why?").digest == DEFAULT.digest


def test_the_order_of_groups_matters() -> None:
    one = Scenario.from_yaml("groups: [{name: A}, {name: B, strength: 1}]")
    other = Scenario.from_yaml("groups: [{name: B, strength: 1}, {name: A}]")
    assert one.digest != other.digest


@pytest.mark.parametrize("path", shipped_scenarios(), ids=lambda path: path.stem)
def test_shipped_scenarios_come_back_from_yaml(path: Path) -> None:
    scenario = Scenario.load(path)
    again = Scenario.from_yaml(scenario.to_yaml())
    assert again == scenario
    assert again.digest == scenario.digest


def test_yaml_spells_out_everything() -> None:
    text = Scenario.from_yaml(SHOCKS).to_yaml(schema="../s.json")
    assert text.startswith("# yaml-language-server: $schema=../s.json\ntitle: ")
    assert "\n  start_date: 2021-11-09\n" in text
    assert "\n  - target: " in text
    assert "\nbrokers: []\n" in DEFAULT.to_yaml()
    assert "null" not in text
    assert "None" not in text
    assert text.count("\n") > 150


def test_pickle_and_equality() -> None:
    scenario = Scenario.from_yaml(SHOCKS)
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert again.digest == scenario.digest
    assert again.with_(**{"truce.term_days": 3}).truce.term_days == 3
    assert again.resolved() == scenario.resolved()
    assert scenario != "a scenario"


def test_repr_is_short() -> None:
    assert repr(Scenario.from_yaml("title: A\ngroups: [{name: B}]")).startswith(
        "Scenario('A': B; digest "
    )
    assert len(repr(DEFAULT)) < 80


def test_resolved_has_every_value_once() -> None:
    values = Scenario.from_yaml(SHOCKS).resolved()
    paths = [value.path for value in values]
    assert len(paths) == len(set(paths))
    assert {"title", "truce.start_date", "groups.1.trust", "shocks.2.to", "model.stick"} <= set(
        paths
    )
    assert all(value.layer in ("default", "<text>") for value in values)


def test_importing_scenarios_is_light() -> None:
    code = (
        "import sys, sim.scenario; "
        "print([m for m in ('numba', 'mesa', 'pandas', 'matplotlib', 'numpy', 'scipy') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


text = st.text(max_size=60).filter(lambda value: value.isprintable() and value)
share = st.floats(0, 1)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Random valid scenarios, through Python values."""
    count = draw(st.integers(1, 3))
    names = draw(st.lists(text, min_size=count, max_size=count, unique=True))
    groups = [
        {
            "name": name,
            "strength": draw(st.floats(0.01, 20)),
            "trust": draw(st.floats(0.01, 0.99)),
            "sanctuary": draw(share | st.integers(0, 1)),
        }
        for name in names
    ]
    days = draw(st.lists(st.integers(0, 1000), max_size=4, unique=True))
    shocks = [{"target": "state.funding", "to": draw(share), "day": day} for day in days]
    return DEFAULT.with_(
        title=draw(st.text(max_size=50).filter(str.isprintable)),
        groups=groups,
        brokers=[{"bias": draw(st.floats(-1, 1))}] * draw(st.integers(0, 2)),
        shocks=shocks,
        mechanisms={
            name: draw(st.booleans()) for name in draw(st.sets(st.sampled_from([*MECHANISMS])))
        },
        model={"decision_noise": draw(st.floats(0.0001, 10))},
    )


@given(scenarios())
@settings(max_examples=50, deadline=None)
def test_yaml_round_trip(scenario: Scenario) -> None:
    again = Scenario.from_yaml(scenario.to_yaml())
    assert again == scenario
    assert again.digest == scenario.digest
    assert again.to_yaml() == scenario.to_yaml()
    assert [value.value for value in again.resolved()] == [
        value.value for value in scenario.resolved()
    ]


def test_the_largest_scenario_comes_back_from_yaml() -> None:
    shocks = [{"target": "state.funding", "to": 0.123456789, "day": day} for day in range(1000)]
    scenario = DEFAULT.with_(
        groups=[{"name": f"{place} " + "x" * 50} for place in range(50)],
        brokers=[{}] * 50,
        shocks=shocks,
        question="\u200b" * 2000,
    )
    assert Scenario.from_yaml(scenario.to_yaml()) == scenario
