"""The mechanisms that a scenario can switch off."""

from __future__ import annotations

import re

import pytest

from sim.day import parties_learn
from sim.mechanisms import MECHANISMS
from sim.model import TruceModel
from sim.parameters import SECTIONS, parameters
from tests.worlds import REFERENCE, without

EACH = pytest.mark.parametrize("name", MECHANISMS)
DEFAULTS = {f"{parameter.section}.{parameter.name}": parameter for parameter in parameters()}


@EACH
def test_a_mechanism_has_a_name_and_a_sentence(name: str) -> None:
    mechanism = MECHANISMS[name]
    assert mechanism.name == name
    assert re.fullmatch(r"[a-z][a-z_]*", name)
    assert mechanism.sentence[0].isupper()
    assert mechanism.sentence.endswith(".")


@EACH
def test_neutral_values_belong_to_parameters_that_exist(name: str) -> None:
    neutral = MECHANISMS[name].neutral
    assert neutral
    for path in neutral:
        section, field = path.split(".")
        assert field in SECTIONS[section].model_fields


@EACH
def test_some_neutral_value_differs_from_the_default(name: str) -> None:
    assert any(DEFAULTS[path].default != value for path, value in MECHANISMS[name].neutral.items())


@EACH
def test_no_mechanism_is_the_same_as_another(name: str) -> None:
    others = [mechanism.neutral for key, mechanism in MECHANISMS.items() if key != name]
    assert MECHANISMS[name].neutral not in others


@EACH
def test_a_switch_sets_its_neutral_values_and_no_others(name: str) -> None:
    on, off = REFERENCE.effective, REFERENCE.with_(**without(name)).effective
    for path, parameter in DEFAULTS.items():
        section, field = path.split(".")
        before, after = getattr(on, section), getattr(off, section)
        pairs = zip(before, after, strict=True) if isinstance(before, tuple) else [(before, after)]
        for item, switched in pairs:
            expected = MECHANISMS[name].neutral.get(path, getattr(item, field))
            assert getattr(switched, field) == expected, parameter.path


def test_switches_reach_every_group() -> None:
    two = REFERENCE.with_(**{"groups.1": {"name": "other"}}).with_(**without("spoilers"))
    assert [group.spoiler_rate for group in two.effective.groups] == [0.0, 0.0]


# What changes what a day teaches by its very nature: the lesson itself, what everybody knows of
# monitors and brokers, and arrears, which are a lesson of their own.
LESSONS = {"learning", "monitoring", "leverage", "arrears"}


@pytest.mark.parametrize("name", sorted(MECHANISMS.keys() - LESSONS))
def test_switching_a_process_off_leaves_what_is_believed_of_it_as_it_was(name: str) -> None:
    """The same record of blame teaches the same: beliefs about a process are their own inputs."""

    def lessons(model: TruceModel) -> tuple[float, float]:
        relation, group = model.relations[0], model.groups[0]
        relation.blamed_on_group, relation.blamed_on_state = 1, 1
        parties_learn(model.theatre)
        return relation.state_trust, group.trust

    assert lessons(TruceModel(REFERENCE.with_(**without(name)))) == lessons(TruceModel(REFERENCE))
