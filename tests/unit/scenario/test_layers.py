"""Files that extend files: what merges, what is replaced, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.scenario import Scenario

Complaints = Callable[..., list[str]]
Write = Callable[..., Path]

BASE = """\
title: Base
horizon_days: 400
truce: {term_days: 60, opacity: 0.1, start_date: 2021-11-09}
mechanisms: {splits: false}
groups:
- {name: A, strength: 0.1, trust: 0.2}
- {strength: 0.3}
brokers:
- {name: X, leverage: 0.1}
- {name: Y, leverage: 0.2}
shocks:
- {target: state.funding, to: 0.5, day: 10}
- {target: state.funding, to: 0.6, day: 20}
"""


def names(actors: tuple[object, ...]) -> list[str]:
    return [str(getattr(actor, "name", "")) for actor in actors]


def child(write: Write, text: str) -> Scenario:
    write(BASE, "base.yaml")
    return Scenario.load(write(f"extends: base.yaml\n{text}"))


def test_without_changes_the_parent_is_taken_over(write: Write) -> None:
    scenario = child(write, "")
    assert scenario == Scenario.load("base.yaml")
    assert scenario.digest == Scenario.load("base.yaml").digest


def test_sections_merge_field_by_field(write: Write) -> None:
    scenario = child(write, "truce: {opacity: 0.9}\nmechanisms: {claims: false}\ntitle: Child\n")
    assert scenario.title == "Child"
    assert (scenario.truce.term_days, scenario.truce.opacity) == (60, 0.9)
    assert scenario.mechanisms.switched_off() == ("claims", "splits")


def test_a_named_item_merges_with_the_item_of_that_name(write: Write) -> None:
    scenario = child(write, "brokers: [{name: Y, bias: -1}]")
    assert names(scenario.brokers) == ["X", "Y"]
    assert (scenario.brokers[1].leverage, scenario.brokers[1].bias) == (0.2, -1)
    assert scenario.brokers[0].bias == 0.4


def test_a_named_item_finds_an_unnamed_one_by_its_given_name(write: Write) -> None:
    scenario = child(write, "groups: [{name: group 2, trust: 0.7}]")
    assert names(scenario.groups) == ["A", "group 2"]
    assert (scenario.groups[1].strength, scenario.groups[1].trust) == (0.3, 0.7)


def test_an_item_of_a_new_name_is_added(write: Write) -> None:
    scenario = child(write, "brokers: [{name: Z}, {name: X, leverage: 0.7}]")
    assert names(scenario.brokers) == ["X", "Y", "Z"]
    assert [broker.leverage for broker in scenario.brokers] == [0.7, 0.2, 0.5]


def test_an_unnamed_item_merges_with_the_item_in_its_place(write: Write) -> None:
    scenario = child(write, "groups: [{trust: 0.5}, {trust: 0.6}, {trust: 0.7}]")
    assert names(scenario.groups) == ["A", "group 2", "group 3"]
    assert [group.strength for group in scenario.groups] == [0.1, 0.3, 0.5]
    assert [group.trust for group in scenario.groups] == [0.5, 0.6, 0.7]


def test_an_empty_list_removes_all(write: Write) -> None:
    assert child(write, "brokers: []").brokers == ()


def test_shocks_are_replaced_as_a_whole(write: Write) -> None:
    scenario = child(write, "shocks: [{target: state.funding, to: 0.1, day: 5}]")
    assert [shock.to for shock in scenario.shocks] == [0.1]
    assert child(write, "shocks: []").shocks == ()


def test_the_default_group_stands_only_while_no_layer_lists_groups(write: Write) -> None:
    write("title: Base\n", "base.yaml")
    assert names(Scenario.load("base.yaml").groups) == ["group"]
    scenario = Scenario.load(write("extends: base.yaml\ngroups: [{name: A}]\n"))
    assert names(scenario.groups) == ["A"]


def test_default_names_follow_the_place(write: Write) -> None:
    scenario = Scenario.load(write("groups: [{}, {name: B}, {}]\nbrokers: [{}, {}]\n"))
    assert names(scenario.groups) == ["group", "B", "group 3"]
    assert names(scenario.brokers) == ["broker", "broker 2"]


def test_grandparents_and_folders(write: Write) -> None:
    write("truce: {term_days: 1, opacity: 0.1, monitoring: 0.1}\n", "old/grand.yaml")
    write("extends: old/grand.yaml\ntruce: {term_days: 2, opacity: 0.2}\n", "parent.yaml")
    write("extends: ../parent.yaml\ntruce: {term_days: 3}\n", "new/case.yaml")
    truce = Scenario.load("new/case.yaml", ["truce.ratified=true"]).truce
    assert (truce.term_days, truce.opacity, truce.monitoring, truce.ratified) == (3, 0.2, 0.1, True)


def test_every_value_with_the_layer_it_came_from(write: Write) -> None:
    write("truce: {term_days: 1, opacity: 0.1}\nbrokers: [{name: X}]\n", "base.yaml")
    text = "extends: base.yaml\ntruce: {term_days: 2}\nbrokers: [{name: X, bias: 0}]\n"
    scenario = Scenario.load(write(text), ["state.trust=0.5", "brokers.1.leverage=0.3"])
    scenario = scenario.with_(horizon_days=500)
    layers = {value.path: (value.value, value.layer) for value in scenario.resolved()}
    assert layers["truce.term_days"] == (2, "case.yaml")
    assert layers["truce.opacity"] == (0.1, "base.yaml")
    assert layers["truce.monitoring"] == (0.3, "default")
    assert layers["truce.start_date"] == (None, "default")
    assert layers["state.trust"] == (0.5, "--set")
    assert layers["horizon_days"] == (500, "with_")
    assert layers["brokers.0.name"] == ("X", "case.yaml")
    assert layers["brokers.0.bias"] == (0.0, "case.yaml")
    assert layers["brokers.1.leverage"] == (0.3, "--set")
    assert layers["brokers.1.name"] == ("broker 2", "default")
    assert layers["groups.0.name"] == ("group", "default")
    assert layers["shocks"] == ((), "default")


def test_an_emptied_list_names_its_layer(write: Write) -> None:
    values = {value.path: value for value in child(write, "brokers: []").resolved()}
    assert (values["brokers"].value, values["brokers"].layer) == ((), "case.yaml")
    assert "shocks.0.date" not in values
    assert values["shocks.1.to"].layer == "base.yaml"


def test_two_items_may_not_change_the_same_item(complaints: Complaints, write: Write) -> None:
    write(BASE, "base.yaml")
    assert complaints("extends: base.yaml\nbrokers:\n- {name: Y}\n- {bias: 1}\n") == [
        "case.yaml:4:3 brokers.1: changes the same item of the parent as brokers.0; give each "
        "item a different name"
    ]


def test_problems_of_the_parent_name_its_file(complaints: Complaints, write: Write) -> None:
    write("truce: {opacity: 7}\nbrokers:\n- {bais: 1}\n", "below/base.yaml")
    found = complaints("extends: below/base.yaml\ntruce: {opacity: 8, monitoring: 9}\n")
    assert [line.split(": ")[0] for line in found] == [
        "below/base.yaml:1:18 truce.opacity",
        "below/base.yaml:3:4 brokers.0.bais",
        "case.yaml:2:18 truce.opacity",
        "case.yaml:2:33 truce.monitoring",
    ]


def test_a_contradiction_between_files_is_reported_where_the_value_stands(
    complaints: Complaints, write: Write
) -> None:
    write(BASE, "base.yaml")
    assert complaints("extends: base.yaml\nhorizon_days: 15\n") == [
        "base.yaml:13:41 shocks.1.day: lies beyond horizon_days, which is 15 (you wrote 20)"
    ]


def test_missing_parent(complaints: Complaints, write: Write) -> None:
    write("title: A\n", "other.yaml")
    assert complaints("title: 5\nextends: othr.yaml\n") == [
        'case.yaml:1:8 title: must be text (you wrote 5); did you mean "5"?',
        "case.yaml:2:1 extends: cannot extend othr.yaml: there is no such file; "
        "did you mean other.yaml?",
    ]


def test_parents_that_are_no_files(complaints: Complaints, write: Write) -> None:
    assert complaints("extends: .\n")[0].startswith(
        "case.yaml:1:1 extends: cannot extend .: is a folder, not a scenario file"
    )
    assert complaints("extends: [a.yaml, b.yaml]\n") == [
        "case.yaml:1:10 extends: must name one file, such as extends: ttp_2021.yaml"
    ]
    for text in ("extends:\n", "extends: ''\n", "extends: 5\n"):
        assert "must name one file" in complaints(text)[0]


def test_a_parent_with_bad_bytes_or_syntax(complaints: Complaints, write: Write) -> None:
    write(b"title: \xff\n", "base.yaml")
    assert complaints("extends: base.yaml\n") == [
        "base.yaml:1:8: is not UTF-8 text: byte 0xff; save the file as UTF-8"
    ]
    write("title: [\n", "base.yaml")
    assert complaints("extends: base.yaml\n") == [
        "base.yaml:2:1: the text ends where a value was expected"
    ]
    write("", "base.yaml")
    assert complaints("extends: base.yaml\n")[0].startswith("base.yaml:1:1: is empty")


def test_circles(complaints: Complaints, write: Write) -> None:
    assert complaints("extends: case.yaml\n") == [
        "case.yaml:1:1 extends: goes in a circle: case.yaml -> case.yaml"
    ]
    write("extends: ./b/../case.yaml\n", "b.yaml")
    assert complaints("title: A\nextends: b.yaml\n") == [
        "b.yaml:1:1 extends: goes in a circle: case.yaml -> b.yaml -> case.yaml"
    ]


def test_a_circle_through_a_link(complaints: Complaints, write: Write) -> None:
    path = write("extends: link.yaml\n")
    Path("link.yaml").symlink_to(path)
    assert "goes in a circle" in complaints(path)[0]


def test_a_very_long_chain(complaints: Complaints, write: Write) -> None:
    for place in range(40):
        write(f"extends: c{place + 1}.yaml\n", f"c{place}.yaml")
    write("title: A\n", "c40.yaml")
    assert complaints(Path("c0.yaml")) == [
        "c20.yaml:1:1 extends: more than 20 files extend each other"
    ]


def test_text_extends_from_the_place_it_names(write: Write) -> None:
    write("title: Base\n", "cases/base.yaml")
    assert Scenario.from_yaml("extends: base.yaml", name="cases/new.yaml").title == "Base"
    assert Scenario.from_yaml("extends: cases/base.yaml").title == "Base"
