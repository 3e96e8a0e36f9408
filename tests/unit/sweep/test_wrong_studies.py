"""What is wrong with a study: place and words of each kind of problem, all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Complaints = Callable[[str], list[str]]

WHOLE = {
    "nothing": ("", "study.yaml:1:1: is empty; see docs/sweeps.md for a study to start from"),
    "a word": ("abc", "study.yaml:1:1: must hold keys such as base: and factors: (you wrote abc)"),
    "no base": (
        "factors: {truce.opacity: [0]}",
        "study.yaml:1:1: base is missing; name a scenario, such as base: ttp_2021",
    ),
    "a wrong base": (
        "base: ttp_2012\nfactors: {truce.opacity: [0]}",
        "study.yaml:1:7 base: there is no such file, and no shipped scenario of this name "
        "(you wrote ttp_2012); did you mean ttp_2022?",
    ),
    "a base that is a list": (
        "base: [a]\nfactors: {truce.opacity: [0]}",
        "study.yaml:1:7 base: must name a scenario, such as base: ttp_2021 (you wrote a list)",
    ),
    "a base within": (
        "base: {truce: {opacity: 3}}\nfactors: {truce.opacity: [0]}",
        "study.yaml:1:25 truce.opacity: must be between 0 and 1 (share) (you wrote 3)",
    ),
    "no factors": (
        "base: ttp_2021",
        "study.yaml:1:1: factors are missing, such as brokers.0.leverage: [0, 0.5, 1] on a line "
        "below factors",
    ),
    "no design": (
        "base: ttp_2021\ndesign: gird\nfactors: {truce.opacity: [0]}",
        "study.yaml:2:9 design: there is no such design (you wrote gird); did you mean grid?",
    ),
    "an option": (
        "base: ttp_2021\ndesign: {name: sobol, ponts: 8}\nfactors: {truce.opacity: [0]}",
        "study.yaml:2:23 design.ponts: unknown key (you wrote ponts); did you mean points?",
    ),
    "no power of two": (
        "base: ttp_2021\ndesign: {name: sobol, points: 100}\nfactors: {truce.opacity: [0]}",
        "study.yaml:2:31 design.points: must be a power of two, such as 64 or 128 (you wrote 100)",
    ),
    "a grid of distributions": (
        "base: ttp_2021\nfactors: {truce.opacity: {uniform: [0, 1]}}",
        "study.yaml:2:11 truce.opacity: the design grid steps through single values; add steps, "
        "such as {from: 0, to: 1, steps: 5}, or write a list",
    ),
    "too many points": (
        "base: ttp_2021\nfactors:\n  state.funding: {from: 0, to: 1, steps: 2000}\n"
        "  state.outrage: {from: 0, to: 1, steps: 1000}",
        "study.yaml:3:3 design: the design grid asks for 2,000,000 points; at most 1,000,000: "
        "take fewer, or a design that samples",
    ),
    "except alone": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\nexcept: [model]",
        "study.yaml:3:9 except: belongs with factors: all; here, leave the factors out",
    ),
    "except what is not": (
        "base: ttp_2021\ndesign: morris\nfactors: all\nexcept: [modl]",
        "study.yaml:4:10 except: is no parameter or section of the base (you wrote modl); "
        "did you mean model?",
    ),
    "a baseline beside the factors": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\ncompare_to: {truce.opcity: 1}",
        "study.yaml:3:14 compare_to.truce.opcity: is no factor of this study; compare_to gives "
        "values to factors, and all else is as in the base; did you mean truce.opacity?",
    ),
    "a precision of nothing": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\nprecision: {day: 90}",
        "study.yaml:3:12 precision.half_width: is missing",
    ),
    "a precision of what is not": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\n"
        "precision: {of: mean_day, day: 90, half_width: 2}",
        "study.yaml:3:17 precision.of: must be one of survival, mean_days; did you mean mean_days? "
        "(you wrote mean_day)",
    ),
    "a precision in points": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\nprecision: {day: 90, half_width: 2}",
        "study.yaml:3:34 precision.half_width: must be less than 0.5, which needs no run at all "
        "(you wrote 2)",
    ),
    "a precision beyond the horizon": (
        "base: ttp_2021\nset: {horizon_days: 60}\nfactors: {truce.opacity: [0]}\n"
        "precision: {day: 90, half_width: 0.02}",
        "study.yaml:4:18 precision.day: lies beyond horizon_days, which is 60 (you wrote 90)",
    ),
    "a precision beyond one horizon": (
        "base: ttp_2021\nfactors: {horizon_days: [100, 80]}\n"
        "precision: {day: 90, half_width: 0.02}",
        "study.yaml:3:18 precision.day: lies beyond horizon_days, which is 80 (you wrote 90)",
    ),
    "a precision with another key": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\n"
        "precision: {day: 90, half_width: 0.02, evry: 3}",
        "study.yaml:3:40 precision.evry: unknown key (you wrote evry); did you mean every?",
    ),
    "a precision that is a number": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\nprecision: 0.02",
        "study.yaml:3:12 precision: must be a section of 'key: value' lines (you wrote 0.02)",
    ),
    "a level in percent": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\n"
        "precision: {day: 90, half_width: 0.02, level: 95}",
        "study.yaml:3:47 precision.level: must be between 0.5 and 0.9999 (you wrote 95)",
    ),
    "a baseline out of bounds": (
        "base: ttp_2021\nfactors: {truce.opacity: [0]}\ncompare_to: {truce.opacity: 7}",
        "study.yaml:3:29 truce.opacity: must be between 0 and 1 (share) (you wrote 7)",
    ),
}


@pytest.mark.parametrize(("text", "said"), WHOLE.values(), ids=WHOLE)
def test_the_study_as_a_whole(complaints: Complaints, text: str, said: str) -> None:
    assert complaints(text) == [said]


PATHS = {
    "brokers.2.leverage": "there is no brokers.2 to vary: brokers are counted from 0, and the last "
    "is brokers.1",
    "brokers.leverage": "brokers is a list; did you mean brokers.0.leverage?",
    "brokers.0": "a factor varies a single value; name one, such as brokers.0.leverage",
    "brokers": "a factor varies a single value; name one, such as brokers.0.leverage",
    "truce": "a factor varies a single value; name one, such as truce.term_days",
    "shocks.0.day": "there is no shocks.0 to vary: the scenario has no shocks",
    "groups.0.fundin": "unknown key (you wrote fundin); did you mean funding?",
    "truce.term_days.x": "truce.term_days is a single value, with nothing below it",
    "trce.opacity": "unknown key (you wrote trce); did you mean truce?",
    "title": "bears on no number; it cannot be a factor",
    "truce.start_date": "a date cannot be a factor; use days (shocks.0.day)",
    "extends": "extends can only stand in a file",
}


@pytest.mark.parametrize(("path", "said"), PATHS.items(), ids=PATHS)
def test_paths_of_factors(complaints: Complaints, path: str, said: str) -> None:
    text = f"base: ttp_2021\nfactors:\n  {path}: [0]"
    assert complaints(text) == [f"study.yaml:3:3 {path}: {said}"]


RANGE = "must be between 0 and 1 (share) (you wrote"
FORMS = {
    "[]": (18, "is an empty list; write values, such as [0, 0.5, 1] or {from: 0, to: 1, steps: 5}"),
    "[0, 2]": (22, f"{RANGE} 2)"),
    "[0, 0]": (22, "repeated value (you wrote 0)"),
    "[a]": (19, "must be a number (you wrote a)"),
    "['0.5']": (19, 'must be a number (you wrote "0.5"); remove the quotes'),
    "[.nan]": (19, "must be a finite number (you wrote .nan)"),
    "[[1]]": (19, "must be a number (you wrote a list)"),
    "0.5": (
        18,
        "must say which values to try, such as [0, 0.5, 1] or {from: 0, to: 1, steps: 5} "
        "(you wrote 0.5); a value that stays the same belongs under set",
    ),
    "{}": (18, "is empty; write such as [0, 0.5, 1] or {from: 0, to: 1, steps: 5}"),
    "{frm: 1}": (19, "unknown key (you wrote frm); did you mean from?"),
    "{from: 0, to: 1, step: 3}": (35, "unknown key (you wrote step); did you mean steps?"),
    "{from: 1, to: 0}": (25, "from must be less than to (1 is not less than 0)"),
    "{from: 1}": (18, "to is missing"),
    "{from: 0, to: 3}": (32, f"{RANGE} 3)"),
    "{from: 0, to: 1, steps: 1}": (
        42,
        "steps counts the values, both ends among them: 2 to 100,000 (you wrote 1)",
    ),
    "{from: 0, to: 1, steps: 2.5}": (42, "steps must be a whole number (you wrote 2.5)"),
    "{uniform: 1}": (28, "uniform must be [lowest, highest], two values (you wrote 1)"),
    "{uniform: [0, 5]}": (32, f"{RANGE} 5)"),
    "{uniform: [1, 0]}": (29, "lowest must be less than highest (1 is not less than 0)"),
    "{normal: 3}": (27, "normal must be a section with mean, sd, low, high (you wrote 3)"),
    "{normal: {mean: 0, sd: 1, low: 0}}": (27, "high is missing"),
    "{normal: {mean: 0, sd: 0, low: 0, high: 1}}": (41, "sd must be above 0 (you wrote 0)"),
    "{normal: {mean: 2, sd: 1, low: 0, high: 1}}": (
        34,
        "mean must lie between low and high (you wrote 2)",
    ),
    "{beta: {a: 1, b: true}}": (35, "b must be a number (you wrote true)"),
    "{beta: {a: 1, b: 1, high: 2}}": (44, f"{RANGE} 2)"),
    "{choice: 1}": (27, "choice must be a list, such as {choice: [0, 0.5], weights: [1, 3]}"),
    "{choice: [0, 1], weights: [1]}": (
        44,
        "weights must be a list of 2 numbers, one for each choice (you wrote a list)",
    ),
    "{choice: [0, {uniform: [0, 9]}]}": (45, f"{RANGE} 9)"),
    "{same_as: state.trst}": (
        28,
        "same_as must name a factor (you wrote state.trst); allowed here: state.trust",
    ),
}


@pytest.mark.parametrize(("form", "said"), FORMS.items(), ids=FORMS)
def test_forms_of_factors(complaints: Complaints, form: str, said: tuple[int, str]) -> None:
    column, what = said
    text = f"base: ttp_2021\nfactors:\n  state.trust: [0.5]\n  truce.opacity: {form}"
    found = complaints(text)
    if "trst" in form:
        what = what.replace("; allowed here: state.trust", "; did you mean state.trust?")
    assert found == [f"study.yaml:4:{column} truce.opacity: {what}"]


def test_numbers_of_whole_days(complaints: Complaints) -> None:
    text = (
        "base: ttp_2021\nfactors:\n"
        "  truce.term_days: [1.5, 30.0]\n"
        "  truce.instalments: {from: 1, to: 10, steps: 5}\n"
        "  truce.ratified: {from: 0, to: 1}\n"
        "  groups.0.name: {uniform: [0, 1]}\n"
    )
    assert complaints(text) == [
        "study.yaml:3:21 truce.term_days: must be a whole number (you wrote 1.5)",
        "study.yaml:3:26 truce.term_days: must be a whole number (you wrote 30.0); "
        "did you mean 30?",
        "study.yaml:4:47 truce.instalments: 5 steps from 1 to 10 are not whole numbers; "
        "2 or 4 steps are, or list the values",
        "study.yaml:5:19 truce.ratified: is a yes or no and has no range; write [false, true]",
        "study.yaml:6:18 groups.0.name: is text and has no range; list its values, such as "
        "[one, another]",
    ]


def test_one_factor_in_two_spellings(complaints: Complaints) -> None:
    text = "base: ttp_2021\nfactors:\n  brokers.0.bias: [0]\n  brokers[0].bias: [1]"
    assert complaints(text) == [
        "study.yaml:4:3 brokers.0.bias: is the same factor as on line 3, spelled differently; "
        "keep one of them"
    ]


FOLLOWERS = {
    "itself": ("state.trust", "same_as must name a factor that has values of its own"),
    "another kind": ("truce.ratified", "cannot be the same as truce.ratified, which is of another"),
    "other bounds": ("state.funding", "cannot be the same as state.funding, which can be 0"),
}


@pytest.mark.parametrize(("leader", "said"), FOLLOWERS.values(), ids=FOLLOWERS)
def test_factors_that_cannot_follow(complaints: Complaints, leader: str, said: str) -> None:
    text = (
        "base: ttp_2021\nfactors:\n  truce.ratified: [true]\n  state.funding: [0, 1]\n"
        f"  state.trust: {{same_as: {leader}}}"
    )
    (found,) = complaints(text)
    assert found.startswith(f"study.yaml:5:26 state.trust: {said}")


def test_all_problems_at_once(complaints: Complaints) -> None:
    text = (
        "bse: 1\nbase: ttp_2021\nset: {truce.term_day: 5}\nruns: 0\ndesign: gird\n"
        "factors:\n  truce.opacity: [2]\n  state.trst: [0]\ncompare_to: 5"
    )
    assert [line.split(" ")[0] for line in complaints(text)] == [
        "study.yaml:1:1",
        "study.yaml:3:7",
        "study.yaml:4:7",
        "study.yaml:5:9",
        "study.yaml:7:19",
        "study.yaml:8:3",
    ]


def test_values_that_clash_are_reported_once_each(complaints: Complaints) -> None:
    text = (
        "base: kabul_shock\nfactors:\n  horizon_days: [10, 500]\n"
        "  shocks.0.day: [5, 600]\n  truce.opacity: {from: 0, to: 1, steps: 100}"
    )
    assert complaints(text) == [
        "study.yaml:4:21 shocks.0.day: lies beyond horizon_days, which is 10 (you wrote 600); "
        "found in point 100 (horizon_days 10, shocks.0.day 600) and 199 more"
    ]


def test_a_clash_with_the_base_stands_at_the_factor(complaints: Complaints) -> None:
    text = "base: kabul_shock\nfactors: {horizon_days: [5, 500]}"
    assert complaints(text) == [
        "study.yaml:2:26 shocks.0.day: lies beyond horizon_days, which is 5 (you wrote 15); "
        "found in point 0 (horizon_days 5)"
    ]


def test_drawn_values_that_clash(complaints: Complaints) -> None:
    text = (
        "base: kabul_shock\nset: {horizon_days: 50}\ndesign: {name: sobol, points: 64}\n"
        "factors: {shocks.0.day: {uniform: [0, 99]}}"
    )
    (found,) = complaints(text)
    assert found.startswith("study.yaml:4:11 shocks.0.day: lies beyond horizon_days, which is 50")


def test_no_signatory_is_left(complaints: Complaints) -> None:
    text = "base: ttp_2021\nfactors: {groups.0.signatory: [true, false]}"
    assert complaints(text) == [
        "study.yaml:2:38 groups.0.signatory: at least one group must have signed "
        "(signatory: true); found in point 1 (groups.0.signatory false)"
    ]


# Tables


def test_cells_are_reported_by_line_and_cell(complaints: Complaints) -> None:
    Path("p.csv").write_text(
        "truce.opacity,groups[0].funding,groups.0.funding,zzz\n0,0.5,1,1\n2,a,,1\n2,a,3,1\n"
    )
    text = "base: ttp_2021\ndesign: {name: points, file: p.csv}"
    assert complaints(text) == [
        "p.csv:1:3 groups.0.funding: this factor has a column already",
        "p.csv:1:4 zzz: unknown key (you wrote zzz); allowed here: title, question, horizon_days, "
        "truce, state, groups, brokers, environment, shocks, mechanisms, model",
        "p.csv:3:1 truce.opacity: must be between 0 and 1 (share) (you wrote 2)",
        "p.csv:3:2 groups.0.funding: must be a number (you wrote a)",
        "p.csv:3:3 groups.0.funding: has no value; write one, or leave it out to keep the default",
        "p.csv:4:3 groups.0.funding: must be between 0 and 1 (share) (you wrote 3)",
    ]


def test_clashes_of_a_table(complaints: Complaints) -> None:
    Path("p.csv").write_text("horizon_days,shocks.0.day\n100,5\n100,200\n1000,200\n")
    text = "base: kabul_shock\ndesign: {name: points, file: p.csv}"
    assert complaints(text) == [
        "p.csv:3:2 shocks.0.day: lies beyond horizon_days, which is 100 (you wrote 200); "
        "found in point 1 (horizon_days 100, shocks.0.day 200)"
    ]


TABLES = {
    "empty": ("", "p.csv:1:1: is empty; the first row names the factors, such as "),
    "a header": ("truce.opacity\n", "p.csv:1:1: has no points below its header"),
    "semicolons": (
        "a;b\n1;2\n",
        "p.csv:1:1: separates its cells by semicolons; save it with ",
    ),
    "ragged": ("truce.opacity\n0\n0,1\n", "p.csv:3:1: this row has 2 cells, the header has 1"),
    "an open quote": ('truce.opacity\n"0\n', "p.csv:2:1: cannot be read: unexpected end of data"),
}


@pytest.mark.parametrize(("text", "said"), TABLES.values(), ids=TABLES)
def test_tables_that_cannot_be_read(complaints: Complaints, text: str, said: str) -> None:
    Path("p.csv").write_text(text)
    (found,) = complaints("base: ttp_2021\ndesign: {name: points, file: p.csv}")
    assert found.startswith(said)


def test_the_table_of_a_study(complaints: Complaints) -> None:
    text = "base: ttp_2021\ndesign:\n  name: points\n  table: |\n    truce.opacity\n    0\n    7\n"
    assert complaints(text) == [
        "study.yaml:7:1 truce.opacity: must be between 0 and 1 (share) (you wrote 7)"
    ]
    assert complaints("base: ttp_2021\ndesign: points") == [
        "study.yaml:2:9 design.file: is needed, such as file: my_points.csv"
    ]
    assert complaints("base: ttp_2021\ndesign: {name: points, file: no.csv}\nfactors: all") == [
        "study.yaml:2:30 design.file: cannot read no.csv: there is no such file",
        "study.yaml:3:1 factors: has no place beside the design points: the header of the table "
        "names the factors",
    ]


def test_text_of_users_is_made_safe(complaints: Complaints) -> None:
    text = 'base: ttp_2021\nfactors: {"truce.\\e[31m": [1], truce.opacity: ["\\e[2J"]}'
    assert all("\x1b" not in line for line in complaints(text))
