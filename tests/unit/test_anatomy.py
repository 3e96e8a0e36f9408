"""The anatomy read from the source agrees with the code when it is imported."""

from __future__ import annotations

import importlib
import inspect

import pytest

from sim import anatomy
from sim.behaviour import numeric_fields
from sim.day import DAY
from sim.noise import Purpose
from sim.parameters import parameters
from sim.truce import IncidentKind


def module_of(file: str) -> object:
    return importlib.import_module("sim." + file.removesuffix(".py").replace("/", "."))


def found(name: str) -> anatomy.Behaviour:
    (only,) = [each for each in anatomy.behaviours().values() if each.name == name]
    return only


def test_phases_are_those_of_the_day() -> None:
    assert [phase.name for phase in anatomy.phases()] == [phase.__name__ for phase in DAY]
    assert [phase.doc for phase in anatomy.phases()] == [inspect.getdoc(phase) for phase in DAY]


def test_phases_are_numbered_in_order() -> None:
    numbers = [phase.doc.partition(".")[0] for phase in anatomy.phases()]
    assert numbers == [str(place) for place in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("behaviour", anatomy.behaviours().values(), ids=lambda each: each.key)
def test_every_behaviour_is_where_it_is_said_to_be(behaviour: anatomy.Behaviour) -> None:
    thing: object = module_of(behaviour.file)
    for part in behaviour.name.split("."):
        thing = inspect.getattr_static(thing, part)
    function = inspect.unwrap(getattr(thing, "fget", None) or getattr(thing, "__func__", thing))
    assert inspect.cleandoc(getattr(function, "__doc__", None) or "") == behaviour.doc
    given = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    plain = [each.name for each in given if each.kind == each.POSITIONAL_OR_KEYWORD]
    assert ", ".join(plain) == behaviour.arguments


@pytest.mark.parametrize("folder", ["agents", "rules"])
def test_no_file_with_behaviour_is_missed(folder: str) -> None:
    on_disk = {path.name for path in (anatomy.PACKAGE / folder).glob("*.py")} - {"__init__.py"}
    assert {file.split("/")[1] for file in anatomy.sources() if file.startswith(folder)} == on_disk


def test_every_number_of_a_scenario_is_read_somewhere() -> None:
    addresses = [f"{each.section}.{each.name}" for each in parameters()]
    assert [address for address in addresses if not anatomy.readers(address)] == []


@pytest.mark.parametrize(
    ("address", "reader"),
    [
        ("state.funding", "State.value_of_leaving"),  # self in a class
        ("model.stick", "MilitantGroup.broker_penalty"),  # an annotated argument
        ("environment.believed_raid_rate", "group_learns"),  # a local name for a part
        ("brokers.leverage", "brokers_press"),  # an item of a list
        ("truce.monitoring", "brokers_press"),
        ("groups.trust", "parties_may_settle"),
        ("scenario.horizon_days", "TruceModel.step"),
    ],
)
def test_readers_are_found_however_they_write_it(address: str, reader: str) -> None:
    assert reader in [each.name for each in anatomy.readers(address)]


def test_what_two_things_have_under_one_name_is_told_apart() -> None:
    pressing = found("brokers_press")
    assert {"brokers.leverage", "truce.leverage"} <= pressing.reads
    assert "truce.leverage" in pressing.changes
    assert "brokers.leverage" not in pressing.changes


def test_changes_in_place_and_in_part_are_seen() -> None:
    growing = found("MilitantGroup.grow")
    assert "groups.strength" in growing.changes & growing.reads
    assert "truce.recent_deaths" in found("Truce.count_deaths").changes


def test_a_number_is_handed_to_the_innermost_function() -> None:
    hands = found("MilitantGroup.value_of_complying").hands
    assert ("model.concession_value", "rules/concessions.py:hold_of_promises") in hands
    assert ("truce.leverage", "rules/concessions.py:hold_of_promises") not in hands


def test_calls_through_aliases_lead_to_methods() -> None:
    assert "agents/state.py:State.review" in found("parties_review").calls
    assert "truce.py:Truce.tally" in found("describe").calls
    assert "agents/militant_group.py:MilitantGroup.capacity" in found("MilitantGroup.grow").calls


def test_when_a_rule_is_consulted() -> None:
    assert anatomy.when("rules/attribution.py:clarity") == [0, 2]
    assert anatomy.when("rules/settlement.py:settlement_probability") == [11]


def test_every_purpose_of_luck_is_drawn_for() -> None:
    drawn = {name for each in anatomy.behaviours().values() for name in each.draws}
    assert drawn == set(Purpose.__members__)


def test_a_purpose_is_not_taken_for_a_reason_of_the_same_name() -> None:
    assert "BAD_FAITH" in found("MilitantGroup.sign").draws
    assert [each.name for each in anatomy.users_of("BAD_FAITH")] == ["of_group", "of_state"]


def test_members_of_enumerations() -> None:
    assert dict(anatomy.members_of("noise.py", "Purpose")) == {
        name: int(member) for name, member in Purpose.__members__.items()
    }
    assert [name for name, _ in anatomy.members_of("truce.py", "IncidentKind")] == list(
        IncidentKind.__members__
    )


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("agents/state.py", "State"),
        ("agents/militant_group.py", "MilitantGroup"),
        ("truce.py", "Relation"),
        ("outcome.py", "Outcome"),
    ],
)
def test_fields_of_classes(file: str, name: str) -> None:
    kind = getattr(module_of(file), name)
    assert [field for field, _, _ in anatomy.fields_of(file, name)] == list(numeric_fields(kind))


def test_fields_bring_their_comments() -> None:
    comments = {field: note for field, _, note in anatomy.fields_of("outcome.py", "Outcome")}
    assert comments["days"] == "from signing to the ending, or to the horizon"
    assert comments["run"] == ""


def test_constants() -> None:
    value, comment = anatomy.constant("rules/violence.py", "MOST_INCIDENTS")
    assert (value, comment) == ("8", "of one kind, by one actor, on one day")
    assert float(anatomy.constant("rules/belief.py", "MOST_TRUST")[0]) == 0.99
    with pytest.raises(KeyError):
        anatomy.constant("rules/belief.py", "NO_SUCH")


def test_statements_of_a_docstring() -> None:
    doc = "Return it.\n\nClaim: more is\nmore. Formula: a: b. Expected direction: up.\n"
    assert anatomy.statements(doc) == {
        "": "Return it.",
        "Claim": "more is more.",
        "Formula": "a: b.",
        "Expected direction": "up.",
    }
    assert anatomy.statements("") == {"": ""}
    rule = anatomy.statements("Do it. Rule for several groups (assumption): the first.")
    assert rule["Rule for several groups (assumption)"] == "the first."


def test_every_rule_names_its_source_or_is_bookkeeping() -> None:
    silent = [rule.name for rule in anatomy.rules() if "Source" not in rule.statements]
    assert silent == ["next_instalment"]


def test_questions_of_files() -> None:
    assert anatomy.question_of("rules/attribution.py") == "Who is blamed for an incident?"
