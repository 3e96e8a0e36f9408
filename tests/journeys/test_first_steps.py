"""The first half hour: what someone types who has just installed it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim import Scenario, Study, __version__
from sim.scenario import shipped_scenarios
from sim.sweep import shipped_studies, study_schema_text
from tests.journeys.conftest import Truce, alone, assert_plain, seconds_of

COMMANDS = (
    "run",
    "replay",
    "check",
    "show",
    "explain",
    "list",
    "new",
    "schema",
    "verify",
    "sweep",
    "status",
)


def test_truce_alone_shows_the_help_and_counts_as_a_wrong_call(truce: Truce) -> None:
    answer = truce()
    assert answer.code == 2
    assert "Usage: truce" in answer.out + answer.err
    assert_plain(answer.err)


def test_the_help_names_every_command_and_where_to_start(truce: Truce) -> None:
    answer = truce("--help")
    assert answer.code == 0
    assert answer.err == ""
    for command in COMMANDS:
        assert f"\n  {command} " in answer.out
    assert "truce list" in answer.out
    assert "not a" in answer.out
    assert "forecast" in answer.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help(truce: Truce, command: str) -> None:
    answer = truce(command, "--help")
    assert answer.code == 0
    assert answer.err == ""
    assert f"Usage: truce {command}" in answer.out
    assert "\n  --help" in answer.out


def test_the_version_is_that_of_the_package(truce: Truce) -> None:
    assert truce("--version").out == f"truce-sim {__version__}\n"


def test_python_m_sim_is_the_same_command(folder: Path) -> None:
    answer = alone("--version", cwd=folder)
    assert (answer.code, answer.out, answer.err) == (0, f"truce-sim {__version__}\n", "")


def test_the_list_holds_all_that_is_shipped_with_title_and_question(truce: Truce) -> None:
    answer = truce("list")
    assert answer.code == 0
    scenarios, studies = answer.out.split("truce sweep NAME")
    assert "truce run NAME" in scenarios
    for listed, paths, kind in (
        (scenarios, shipped_scenarios(), Scenario),
        (studies, shipped_studies(), Study),
    ):
        names = [line for line in listed.splitlines() if line.isidentifier()]
        assert names == [path.stem for path in paths]
        for path in paths:
            told = kind.load(path)
            assert f"{path.stem}\n    {told.title}\n    {told.question}\n" in listed


def test_the_list_is_there_soon(folder: Path) -> None:
    assert any(seconds_of("list", cwd=folder) < 1.5 for _ in range(3))


def test_a_new_scenario_can_be_checked_run_replayed_and_verified(truce: Truce) -> None:
    made = truce("new", "mine")
    assert (made.code, made.err) == (0, "")
    assert "mine.yaml" in made.out
    assert "truce check mine.yaml" in made.out
    assert Path("mine.yaml").is_file()

    checked = truce("check", "mine.yaml")
    assert checked.code == 0
    assert checked.out == "mine.yaml: good (mine)\n"

    ran = truce("run", "mine.yaml", "--runs", "20")
    assert (ran.code, ran.err) == (0, "")
    assert "Wrote results/mine" in ran.out

    verified = truce("verify", "results/mine")
    assert (verified.code, verified.err) == (0, "")
    assert "20 runs of seed 1" in verified.out

    told = truce("replay", "mine.yaml", "--run", "3")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("mine: run 3 of seed 1\nday 0: ")


def test_a_new_scenario_never_replaces_a_file(truce: Truce) -> None:
    Path("mine.yaml").write_text("title: my year of work\n")
    truce("new", "mine").refused(2, "mine.yaml is there already", "choose another name")
    assert Path("mine.yaml").read_text() == "title: my year of work\n"


def test_the_table_says_what_was_run_what_came_out_and_where_to_look(truce: Truce) -> None:
    answer = truce("run", "ttp_2021", "--runs", "300", "--seed", "9")
    assert (answer.code, answer.err) == (0, "")
    title, size = answer.out.splitlines()[:2]
    assert title == Scenario.load("ttp_2021").title
    assert size == "300 runs, seed 9, followed for 1,095 days"
    for words in (
        "half of the truces are over by",
        "hold beyond day 30",
        "hold beyond day 365",
        "group_defects",
        "state_defects",
        "lapses",
        "violence",
        "settles",
        "holding",
        "95 % Monte-Carlo error",
        "not doubt about the model",
        "Wrote results/ttp_2021",
        "survival.png",
        "truce replay ttp_2021",
    ):
        assert words in answer.out


def test_the_shares_of_the_table_are_those_of_the_summary(truce: Truce) -> None:
    table = truce("run", "ttp_2021", "--runs", "200").out
    summary = json.loads(truce("run", "ttp_2021", "--runs", "200", "--json").out)
    for ending, share in summary["endings"].items():
        row = next(line for line in table.splitlines() if line.startswith(f"{ending} "))
        assert f" {100 * share:.1f} %" in row


def test_a_short_horizon_prints_no_milestone_beyond_it(truce: Truce) -> None:
    table = truce("run", "ttp_2021", "--runs", "20", "--set", "horizon_days=100").out
    assert "hold beyond day 90" in table
    assert "hold beyond day 180" not in table


def test_a_change_gets_a_folder_of_its_own(truce: Truce) -> None:
    truce("run", "ttp_2021", "--runs", "5")
    truce("run", "ttp_2021", "--runs", "5", "--set", "state.trust=0.4")
    truce("run", "ttp_2021", "--runs", "5", "--set", "state.trust=0.3")
    folders = sorted(path.name for path in Path("results").iterdir())
    assert folders[0] == "ttp_2021"
    assert len(folders) == 3
    assert all(name.startswith("ttp_2021-") for name in folders[1:])


def test_the_last_of_two_values_for_one_path_counts(truce: Truce) -> None:
    shown = truce("show", "ttp_2021", "--set", "state.trust=0.4", "--set", "state.trust=0.3").out
    row = next(line for line in shown.splitlines() if line.startswith("state.trust "))
    assert row.split() == ["state.trust", "0.3", "--set"]


def test_show_tells_what_a_scenario_sets_and_resolved_tells_all(truce: Truce) -> None:
    brief, full = truce("show", "monitored"), truce("show", "monitored", "--resolved")
    assert brief.code == full.code == 0
    assert Scenario.load("monitored").question in brief.out
    assert "default" not in brief.out.split("All else")[0]
    assert "truce.monitoring" in brief.out
    assert "model.decision_noise" not in brief.out
    assert "model.decision_noise" in full.out
    for value in Scenario.load("monitored").resolved():
        if value.path not in ("title", "question"):
            assert f"\n{value.path} " in full.out


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("", "What can be asked"),
        ("day", "11. The truce may end"),
        ("brokers.leverage", "default"),
        ("monitoring", "(mechanism)"),
        ("lapses", "(ending)"),
        ("state.funding", "A shock can change it"),
    ],
)
def test_explain_answers(truce: Truce, topic: str, words: str) -> None:
    answer = truce("explain", *([topic] if topic else []))
    assert (answer.code, answer.err) == (0, "")
    assert words in answer.out


def test_a_question_without_an_answer_gets_a_suggestion(truce: Truce) -> None:
    truce("explain", "levrage").refused(2, "levrage", "did you mean leverage?")


def test_the_schema_is_the_one_that_editors_read(truce: Truce) -> None:
    answer = truce("schema")
    assert (answer.code, answer.err) == (0, "")
    schema = json.loads(answer.out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "truce" in schema["properties"]


def test_the_schema_of_studies_is_the_one_that_editors_read(truce: Truce) -> None:
    answer = truce("schema", "--study")
    assert (answer.code, answer.out, answer.err) == (0, study_schema_text(), "")


def test_a_file_here_may_rest_on_a_shipped_scenario(truce: Truce) -> None:
    Path("mine.yaml").write_text("extends: ttp_2021.yaml\ntruce:\n  term_days: 61\n")
    assert truce("check", "mine.yaml").code == 0
    case = Scenario.load("mine.yaml")
    assert (case.truce.term_days, case.groups[0].name) == (61, "TTP")
