"""Whatever is typed or fed in, the answer is a sentence and the right exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim import Scenario
from tests.journeys.conftest import Truce, assert_plain

# What a shell cannot make sense of: exit code 2
WRONG_CALLS = [
    (["frobnicate"], ["No such command 'frobnicate'"]),
    (["rnu", "ttp_2021"], ["Did you mean 'run'?"]),
    (["--frob"], ["No such option: --frob"]),
    (["run"], ["Missing argument 'SCENARIO'"]),
    (["run", "ttp_2021", "ttp_2022"], ["unexpected extra argument", "ttp_2022"]),
    (["run", "ttp_2021", "--rusn", "5"], ["No such option: --rusn", "--runs"]),
    (["run", "ttp_2021", "--runs"], ["--runs", "requires an argument"]),
    (["run", "ttp_2021", "--runs", "abc"], ["--runs", "valid integer"]),
    (["run", "ttp_2021", "--runs", "1.5"], ["--runs", "valid integer"]),
    (["run", "ttp_2021", "--runs", "0"], ["runs must lie between 1 and 10,000,000, not 0"]),
    (["run", "ttp_2021", "--runs", "-5"], ["between 1 and", "not -5"]),
    (["run", "ttp_2021", "--runs", "9" * 30], ["between 1 and"]),
    (["run", "ttp_2021", "--seed", "x"], ["--seed", "valid integer"]),
    (["run", "ttp_2021", "--seed", "-1"], ["seed must lie between 0 and 2**64 - 1, not -1"]),
    (["run", "ttp_2021", "--seed", str(2**64)], ["seed must lie between 0 and 2**64 - 1"]),
    (["run", "ttp_2021", "--engine", "warp"], ["compiled, mesa", "warp"]),
    (["run", "ttp_2021", "--engine", ""], ["compiled, mesa"]),
    (["run", "ttp_2021", "--set"], ["--set", "requires an argument"]),
    (["replay", "ttp_2021", "--run", "-1"], ["--run must lie between 0 and 2**32 - 1, not -1"]),
    (["replay", "ttp_2021", "--run", str(2**32)], ["--run must lie between 0"]),
    (["replay", "ttp_2021", "--run", "x"], ["--run", "valid integer"]),
    (["replay", "ttp_2021", "--seed", "-1"], ["--seed must lie between 0"]),
    (["check"], ["Missing argument 'SCENARIO'"]),
    (["show"], ["Missing argument 'SCENARIO'"]),
    (["explain", "day", "extra"], ["unexpected extra argument"]),
    (["explain", "zzzzzz"], ["nothing is called zzzzzz"]),
    (["new"], ["Missing argument 'NAME'"]),
    (["new", "x\x1b[31my"], ["no name for a file", "\\x1b"]),
    (["list", "x"], ["unexpected extra argument"]),
    (["schema", "x"], ["unexpected extra argument"]),
    (["verify"], ["Missing argument 'DIR'"]),
    (["verify", "nowhere"], ["There is no results folder nowhere"]),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG_CALLS)
def test_a_wrong_call_is_refused_in_words(
    truce: Truce, arguments: list[str], words: list[str]
) -> None:
    truce(*arguments).refused(2, *words)
    assert list(Path().iterdir()) == []


# What can be read but is no scenario: exit code 3
OVERRIDES = [
    (["foo"], ["--set foo: must be PATH=VALUE"]),
    (["=1"], ["must be PATH=VALUE"]),
    (["foo=1"], ["unknown key", "allowed here: title"]),
    (["truce.trem_days=3"], ["did you mean term_days?"]),
    (["truce.term_days=-4"], ["must be between 0 and 3650", "you wrote -4"]),
    (["truce.term_days=soon"], ["must be a whole number"]),
    (["state.trust=nan"], ["state.trust"]),
    (["state.trust=1e999"], ["state.trust"]),
    (["state.trust="], ["state.trust"]),
    (["groups.3.trust=0.4"], ["groups has 1 item", "groups.1 would add one"]),
    (["groups.-1.trust=0.4"], ["groups"]),
    (["groups=[]"], ["groups"]),
    (["brokers.leverage=3"], ["did you mean brokers.0.leverage?"]),
    (["mechanisms.spoilers=perhaps"], ["mechanisms.spoilers"]),
    (["extends=ttp_2022.yaml"], ["extends can only stand in a file"]),
    (["title=a\x1b[31mb"], ["title", "control character"]),
    (["state.trust=2", "truce.term_days=x"], ["2 problems", "state.trust", "term_days"]),
]


@pytest.mark.parametrize("command", ["run", "replay", "check", "show"])
@pytest.mark.parametrize(("changes", "words"), OVERRIDES)
def test_a_wrong_value_is_refused_by_every_command(
    truce: Truce, command: str, changes: list[str], words: list[str]
) -> None:
    options = [word for change in changes for word in ("--set", change)]
    truce(command, "ttp_2021", *options).refused(3, *words)
    assert list(Path().iterdir()) == []


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefg", "bcdefgh", strict=True)
)

FILES: dict[str, tuple[bytes, list[str]]] = {
    "empty": (b"", ["is empty", "truce new"]),
    "comment": (b"# nothing\n", ["is empty"]),
    "binary": (b"\x7fELF\x00\x01\x02", ["is not a text file"]),
    "utf16": ("title: x\n".encode("utf-16"), ["UTF-16", "save it as UTF-8"]),
    "latin": (b"title: \xe9\n", ["latin.yaml:1:8", "not UTF-8", "0xe9"]),
    "word": (b"hello", ["must hold sections"]),
    "list": (b"- a\n- b\n", ["must hold sections", "you wrote a list"]),
    "tab": (b"truce:\n\tterm_days: 3\n", ["tab.yaml:2:1", "a tab stands here; use spaces"]),
    "twice": (b"title: x\ntitle: y\n", ["twice.yaml:2:1", "repeated key (first on line 1)"]),
    "tag": (b"title: !!python/object:os.system x\n", ["tags such as", "are not allowed"]),
    "circle": (b"extends: circle.yaml\n", ["goes in a circle"]),
    "orphan": (b"extends: nowhere.yaml\n", ["cannot extend nowhere.yaml", "no such file"]),
    "escape": (b'title: "\\x1b[31mred"\n', ["escape.yaml:1:8", "control characters", "\\x1b"]),
    "bomb": (BOMB.encode(), ["aliases", "10,000"]),
    "brackets": (b"[" * 100_000, ["nested more than 20 levels"]),
    "braces": (b"a: {" * 3000, ["nested more than 20 levels"]),
    "unclosed": (b'title: "never\n', ["unclosed.yaml:1:8", "never closed"]),
    "number": (b"truce: {term_days: 010x}\n", ["must be a whole number"]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_scenario_is_refused_with_its_place(truce: Truce, name: str) -> None:
    content, words = FILES[name]
    Path(f"{name}.yaml").write_bytes(content)
    truce("check", f"{name}.yaml").refused(3, f"{name}.yaml", *words)
    truce("run", f"{name}.yaml").refused(3, f"{name}.yaml", *words)
    assert not Path("results").exists()


def test_fifty_megabytes_are_refused_without_reading_them(truce: Truce) -> None:
    with Path("big.yaml").open("wb") as file:
        file.truncate(50_000_000)
    truce("check", "big.yaml").refused(3, "big.yaml", "too large")


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("nonesuch", "no shipped scenario of this name"),
        ("ttp_2020", "did you mean ttp_202"),
        ("", "is a folder"),
        (".", "is a folder"),
        ("a\x1b[31mb", "\\x1b"),
        ("x" * 5000, "cannot be read"),
        ("a\0b", "no such file"),
        (os.devnull, "is not an ordinary file"),
    ],
)
def test_what_is_no_file_is_refused(truce: Truce, scenario: str, words: str) -> None:
    truce("run", scenario).refused(3, words)


def test_a_misspelt_file_name_finds_its_neighbour(truce: Truce) -> None:
    Path("monitors.yaml").write_text("title: x\n")
    truce("check", "monitor.yaml").refused(3, "did you mean monitors.yaml?")


def test_check_goes_on_after_a_bad_scenario_and_names_every_problem(truce: Truce) -> None:
    Path("bad.yaml").write_text("title: x\ntruce: {term_days: -1}\nstate: {trust: 7}\n")
    Path("worse.yaml").write_text("")
    answer = truce("check", "bad.yaml", "ttp_2021", "worse.yaml", "nonesuch")
    assert answer.code == 3
    assert answer.out == f"ttp_2021: good ({Scenario.load('ttp_2021').title})\n"
    assert_plain(answer.err)
    for words in ("bad.yaml:2:20", "bad.yaml:3:16", "worse.yaml", "nonesuch"):
        assert words in answer.err


NASTY = """\
title: "<script>alert(1)</script> $x^2$ $\\\\frac{ =cmd|' /C calc'!A0 &amp; ]]> ^ \\\\alpha"
question: "=HYPERLINK(\\"x\\")"
state: {name: "=cmd|'/C calc'!A0"}
groups:
  - name: "-TTP$x_{ 'q' \\"dq\\""
brokers:
  - name: "@SUM(A1) <b>"
"""


def test_text_that_is_code_elsewhere_is_only_text_here(truce: Truce) -> None:
    Path("nasty.yaml").write_text(NASTY)
    title = Scenario.load("nasty.yaml").title
    ran = truce("run", "nasty.yaml", "--runs", "20")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(title)
    results = Path("results/nasty")
    picture = (results / "survival.svg").read_text()
    assert "<script" not in picture
    assert "&lt;script&gt;" in picture
    for sheet in results.glob("*.csv"):
        assert not any(
            cell.strip('"').startswith(("=", "@", "+"))
            for line in sheet.read_text().splitlines()
            for cell in line.split(",")
        )
    resolved = Scenario.load(results / "scenario.resolved.yaml")
    assert resolved == Scenario.load("nasty.yaml")
    assert truce("verify", str(results)).code == 0
    told = truce("replay", "nasty.yaml")
    assert "=cmd|'/C calc'!A0 and -TTP$x_{ 'q' \"dq\" sign a truce" in told.out


def test_a_title_with_line_breaks_stays_on_one_line(truce: Truce) -> None:
    Path("lines.yaml").write_text('title: "one  \\\n  line"\n')
    answer = truce("check", "lines.yaml")
    assert len(answer.out.splitlines()) == 1


def test_names_in_any_script_are_fine(truce: Truce) -> None:
    Path("überblick.yaml").write_text("title: Türkiye – PKK 停戰\n", encoding="utf-8")
    answer = truce("run", "überblick.yaml", "--runs", "5")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Türkiye – PKK 停戰\n")
    assert Path("results/überblick/survival.svg").is_file()


def test_a_start_close_to_the_end_of_the_calendar_can_be_replayed(truce: Truce) -> None:
    answer = truce("replay", "ttp_2021", "--set", "truce.start_date=9999-12-25")
    assert_plain(answer.err)
    assert answer.code in (0, 3)
