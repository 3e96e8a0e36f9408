"""`truce explain`: every name has an answer, and the answer can be acted on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sim import anatomy
from sim.day import DAY
from sim.endings import ENDINGS, REASONS
from sim.errors import UsageError
from sim.explain import CATALOGUES, Topic, asked, consultations, explain, topics
from sim.glossary import (
    ENDING_WORDS,
    KIND_WORDS,
    MARK_WORDS,
    WIDTH,
    columns,
    default_at,
    example,
    moments,
    setting,
    snippet,
    span,
)
from sim.mechanisms import MECHANISMS
from sim.parameters import HORIZON, KINDS, SECTIONS, STATUS_MARKS, Parameter, parameters
from sim.scenario import Scenario

ALL = [HORIZON, *parameters()]
each_parameter = pytest.mark.parametrize("parameter", ALL, ids=[each.path for each in ALL])
each_topic = pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.name)


def value_in(scenario: Scenario, parameter: Parameter) -> object:
    path = parameter.path.replace("[]", ".0")
    return {value.path: value.value for value in scenario.resolved()}[path]


# Asking


@pytest.mark.parametrize("topic", [None, "", "  "])
def test_without_a_topic_it_says_what_can_be_asked(topic: str | None) -> None:
    text = explain(topic)
    for name in CATALOGUES:
        assert name in text
    assert f"the {len(ALL)} numbers" in text


@each_topic
def test_the_name_of_a_topic_asks_for_it_alone(topic: Topic) -> None:
    assert explain(topic.name) == topic.text()


@each_topic
def test_every_text_is_plain_and_fits(topic: Topic) -> None:
    lines = topic.text().splitlines()
    assert lines[0].endswith(f"({topic.kind})")
    assert len(lines) > 1
    assert [line for line in lines if len(line) > WIDTH and " " in line.strip()[: WIDTH - 40]] == []
    assert "\x1b" not in topic.text()


@each_topic
def test_every_topic_says_what_it_is_in_a_line(topic: Topic) -> None:
    assert topic.line
    assert "\n" not in topic.line


def test_no_two_topics_have_the_same_name() -> None:
    names = [asked(topic.name) for topic in topics()]
    assert len(set(names)) == len(names)
    assert not set(names) & set(CATALOGUES)


@pytest.mark.parametrize(
    "written",
    [
        "groups[].funding",
        "groups.0.funding",
        "groups[0].funding",
        "groups.12.funding",
        "groups.funding",
        "group.funding",
        " Groups.Funding ",
    ],
)
def test_ways_to_write_the_path_of_a_parameter(written: str) -> None:
    assert explain(written) == explain("groups[].funding")
    assert explain(written).startswith("groups[].funding ")


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("stick", "model.stick"),
        ("world.stick", "model.stick"),
        ("broker.bias", "brokers[].bias"),
        ("scenario.horizon_days", "horizon_days"),
        ("group defects", "endings.group_defects"),
        ("group-defects", "endings.group_defects"),
        ("lapses", "endings.lapses"),
        ("distrust", "reasons.distrust"),
        ("clarity", "rules.clarity"),
        ("mechanism.spoilers", "mechanisms.spoilers"),
        ("state.rally", "State.rally"),
        ("shocks_strike", "shocks_strike"),
        ("signatory", "groups[].signatory"),
        ("shock.over_days", "shocks[].over_days"),
    ],
)
def test_short_names(short: str, name: str) -> None:
    assert explain(short) == explain(name)


def test_things_of_different_kinds_are_explained_together() -> None:
    assert explain("leverage") == "\n\n".join(
        [explain("brokers[].leverage"), explain("mechanisms.leverage")]
    )


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("funding", ("state.funding", "groups[].funding")),
        ("trust", ("state.trust", "groups[].trust", "reasons.trust")),
        ("review", ("State.review", "MilitantGroup.review")),
        ("name", ("state.name", "groups[].name", "brokers[].name")),
    ],
)
def test_several_things_of_one_kind_are_listed(word: str, names: tuple[str, ...]) -> None:
    text = explain(word)
    assert text.startswith(f"Several things are called {word}.")
    for name in names:
        assert f"  {name} " in text


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("state.fundng", "state.funding"),
        ("laverage", "leverage"),
        ("mechanism", "mechanisms"),
        ("group.fundin", "groups[].funding"),
    ],
)
def test_an_unknown_name_is_a_usage_error_with_a_suggestion(wrong: str, meant: str) -> None:
    with pytest.raises(UsageError, match="did you mean") as error:
        explain(wrong)
    assert f"did you mean {meant}?" in str(error.value)
    assert wrong in str(error.value)


@pytest.mark.parametrize("wrong", ["zzzzzz", "x" * 5000, "\x1b[31m", ".", "..", "[]", "groups."])
def test_junk_is_a_usage_error_in_one_printable_line(wrong: str) -> None:
    with pytest.raises(UsageError) as error:
        explain(wrong)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 200


# Parameters


@each_parameter
def test_a_parameter_is_told_in_full(parameter: Parameter) -> None:
    text = " ".join(explain(parameter.path).split())
    for part in (parameter.meaning, parameter.unit, parameter.source, span(parameter.bounds)):
        assert " ".join(part.split()) in text
    assert KIND_WORDS[parameter.kind] in text
    assert f"truce run SCENARIO --set {setting(parameter)}" in text


@each_parameter
def test_every_mark_of_a_source_is_explained(parameter: Parameter) -> None:
    text = " ".join(explain(parameter.path).split())
    marks = [mark for mark in STATUS_MARKS if mark in parameter.source]
    assert marks
    for mark, words in MARK_WORDS.items():
        assert (words in text) == (mark in marks)


@each_parameter
def test_the_setting_works_and_changes_the_value(parameter: Parameter) -> None:
    scenario = Scenario.from_yaml("title: any", overrides=[setting(parameter)])
    assert value_in(scenario, parameter) == example(parameter) != parameter.default


@each_parameter
def test_the_snippet_is_a_scenario(parameter: Parameter) -> None:
    scenario = Scenario.from_yaml(snippet(parameter))
    assert value_in(scenario, parameter) == example(parameter)


@each_parameter
def test_somebody_reads_every_parameter(parameter: Parameter) -> None:
    readers = list(consultations(f"{parameter.section}.{parameter.name}"))
    assert readers
    text = explain(parameter.path)
    for behaviour, rules in readers:
        assert f"  {behaviour.name} " in text or f"  {behaviour.name}\n" in text
        assert all(rule in text for rule in rules)


def test_rules_that_get_a_number_are_named() -> None:
    text = explain("truce.monitoring")
    assert "brokers_press" in text
    assert "for the rule clarity" in text
    assert "(day 0, phase 2)" in text


def test_what_changes_a_number_is_named() -> None:
    text = explain("groups[].strength")
    changing = text[text.index("Changed by") :]
    assert "MilitantGroup.grow" in changing
    assert "MilitantGroup.break_away" in changing
    assert "Changed by" not in explain("model.stick")


def test_only_inputs_that_vary_mention_shocks() -> None:
    varying = [each.path for each in ALL if "A shock can change it" in explain(each.path)]
    assert varying == ["state.funding", "groups[].funding", "groups[].sanctuary",
                       "brokers[].leverage"]  # fmt: skip


def test_a_parameter_names_the_mechanism_that_removes_it() -> None:
    assert "The mechanism leverage, switched off, sets it to 0." in explain("model.stick")
    assert "switched off" not in explain("truce.opacity")


# Mechanisms, endings, reasons


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_is_told_with_its_neutral_values(name: str) -> None:
    text = explain(f"mechanisms.{name}")
    for path in MECHANISMS[name].neutral:
        assert path in text
        assert f"(default {default_at(path)})" in text


@pytest.mark.parametrize("name", MECHANISMS)
def test_the_way_to_switch_a_mechanism_off_works(name: str) -> None:
    text = explain(f"mechanisms.{name}")
    assert f"--set mechanisms.{name}=false" in text
    lines = text[text.index("  mechanisms:\n") :].splitlines()
    by_file = Scenario.from_yaml("\n".join(line[2:] for line in lines))
    by_option = Scenario.from_yaml("title: any", overrides=[f"mechanisms.{name}=false"])
    assert by_file.mechanisms.switched_off() == by_option.mechanisms.switched_off() == (name,)


def test_beliefs_that_stay_are_named() -> None:
    assert "environment.believed_spoiler_rate" in explain("mechanisms.spoilers")
    assert "environment.believed_accident_rate" in explain("mechanisms.accidents")
    assert "expect of it" not in explain("mechanisms.leverage")


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.name)
def test_an_ending_is_told_with_where_it_is_decided(ending: object) -> None:
    name = ending.name  # type: ignore[attr-defined]
    assert ("Decided in" in explain(f"endings.{name}")) == (name != "holding")


def test_the_order_of_endings_is_told() -> None:
    assert "comes before violence, lapses, settles" in explain("state_defects")
    assert "comes after all others" in explain("settles")


@pytest.mark.parametrize("reason", REASONS[1:], ids=lambda reason: reason.name)
def test_a_reason_is_told_with_where_it_is_decided(reason: object) -> None:
    assert "Decided in" in explain(f"reasons.{reason.name}")  # type: ignore[attr-defined]


# Rules and the day


@pytest.mark.parametrize("rule", anatomy.rules(), ids=lambda rule: rule.name)
def test_a_rule_prints_what_it_states(rule: anatomy.Behaviour) -> None:
    text = " ".join(explain(f"rules.{rule.name}").split())
    for heading, statement in rule.statements.items():
        if heading:
            assert f"{heading} {statement}" in text
    assert "Consulted by" in text


def test_the_day_tells_the_phases_in_order() -> None:
    text = " ".join(explain("day").split())
    places = [text.index(" ".join((phase.__doc__ or "").split("\n")[0].split())) for phase in DAY]
    assert len(places) == 11
    assert places == sorted(places)


def test_the_day_tells_what_phases_consult() -> None:
    learning = explain("day").split("\n6. ")[1].split("\n7. ")[0]
    for rule in ("innocent_rate", "guilty_rate", "updated_trust", "relaxed_trust"):
        assert rule in learning


# Lists


@pytest.mark.parametrize("name", CATALOGUES)
def test_lists_fit(name: str) -> None:
    assert max(map(len, explain(name).splitlines())) <= WIDTH


def test_lists_are_complete() -> None:
    told = explain("parameters")
    assert [each.path for each in ALL if each.path not in told] == []
    assert all(f"mechanisms.{name}" in explain("mechanisms") for name in MECHANISMS)
    assert all(rule.name in explain("rules") for rule in anatomy.rules())
    assert all(f"endings.{ending.name}" in explain("endings") for ending in ENDINGS)
    assert all(f"reasons.{reason.name}" in explain("reasons") for reason in REASONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_lists_its_own(section: str) -> None:
    text = explain(section)
    for parameter in parameters():
        assert (f"  {parameter.path}" in text) == (parameter.section == section)


def test_the_example_of_a_shock_is_a_scenario() -> None:
    lines = explain("shocks").split("In a scenario file\n")[1].splitlines()
    (shock,) = Scenario.from_yaml("\n".join(line[2:] for line in lines)).shocks
    assert shock.target == "state.funding"


# Words


def test_all_kinds_and_marks_have_words() -> None:
    assert tuple(KIND_WORDS) == KINDS
    assert tuple(MARK_WORDS) == STATUS_MARKS
    assert set(ENDING_WORDS) == {ending.kind for ending in ENDINGS}


def test_moments_are_put_into_words() -> None:
    behaviours = anatomy.behaviours()
    assert moments(behaviours["rules/attribution.py:clarity"]) == "day 0, phase 2"
    assert moments(behaviours["rules/power.py:growth_rate"]) == "day 0, phases 3, 9 and 11"
    assert moments(behaviours["opening.py:sign_with"]) == "day 0"
    assert moments(behaviours["model.py:take_inputs"]) == ""


def test_columns_wrap_and_give_long_names_their_own_line() -> None:
    lines = columns([("short", "word " * 30), ("n" * 50, "text")])
    assert max(map(len, lines)) <= WIDTH
    assert lines[-2:] == ["  " + "n" * 50, " " * 38 + "text"]
    assert columns([]) == []


@pytest.mark.parametrize("topic", ["state.funding", "day", "clarity", "mechanisms"])
def test_nothing_heavy_is_imported(topic: str) -> None:
    code = (
        "import sys; from sim.explain import explain; explain(sys.argv[1]);"
        "print(sorted({'numba', 'mesa', 'numpy', 'pandas', 'matplotlib'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, topic], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
