"""Words, tables, baselines and drawings of which reports are made."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pandas
import pytest

from sim import Scenario
from sim.parameters import HORIZON
from sim.publication.citations import of_software
from sim.publication.content import as_text
from sim.publication.embedding import embedded
from sim.publication.inputs import (
    baseline_of,
    changed,
    differences_table,
    in_words,
    label_of,
    parameter_at,
    values_of,
)
from sim.publication.numbers import camel, spelled
from sim.publication.origin import in_words as date_in_words
from sim.publication.sweep_tables import as_long_as
from sim.publication.tables import MOST_ROWS, data_table
from sim.publication.wording import (
    between_in_percent,
    day,
    in_percent,
    listed,
    median_between,
    percent,
    plain,
    points,
    signed,
    with_limits,
)

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0.0 %"), (1.0, "100.0 %"), (0.635, "63.5 %"), (1e-4, "<0.1 %"), (0.9999, ">99.9 %")],
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(share: float, shown: str) -> None:
    assert percent(share).replace("\u00a0", " ") == shown


def test_signs_are_minus_signs_and_nothing_is_minus_nothing() -> None:
    assert signed(-1.25) == "−1.2"
    assert signed(-0.04) == signed(0.04) == "0.0"
    assert points(0.021) == "+2.1"


def test_days_medians_and_values() -> None:
    assert day(1095) == "day\u00a01,095"
    assert day(None) == day(pandas.NA) == "–"
    assert median_between(60, None) == "60 to not reached"
    assert median_between(None, pandas.NA) == "not reached"
    assert [plain(value) for value in (True, 0.1, -2.0, (), None)] == [
        "yes",
        "0.1",
        "−2",
        "none",
        "–",
    ]
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert with_limits("3", "1 to 5") == "3 (1\u00a0to\u00a05)"
    assert (spelled(365), camel("group_defects")) == ("ThreeSixFive", "GroupDefects")


def test_points_that_hold_as_long_are_named_with_the_one_that_is_picked() -> None:
    """Where an input changes nothing, the shortest of the points is one of several."""

    def at(days: list[float], number: int) -> str:
        known = {place: SimpleNamespace(kept_days=value) for place, value in enumerate(days)}
        material = SimpleNamespace(by_length=list(known)[::-1], duration=known.__getitem__)
        return as_long_as(material, number)  # type: ignore[arg-type]

    assert at([3.0, 1.0, 1.0, 1.0], 0) == ""
    assert at([3.0, 1.0, 1.0], 2) == ", and equally at point 1"
    assert at([3.0, 1.0, 1.0, 1.0], 3) == ", and equally at points 1 and 2"
    assert at([1.0] * 9, 4).replace("\u00a0", " ") == ", and equally at 8 other points"


def test_a_table_in_percent_has_the_numbers_of_one_with_signs() -> None:
    assert in_percent(0.635) == "63.5"
    assert in_percent(1e-4) == "<0.1"
    assert between_in_percent(0.62, 0.65) == "62.0 to 65.0"


def test_dates_are_those_of_the_results() -> None:
    assert date_in_words("2021-11-09T23:59:59+00:00") == "9 November 2021"
    assert date_in_words("yesterday") == ""


def test_the_citation_is_that_of_the_citation_file() -> None:
    file = (REPOSITORY / "CITATION.cff").read_text()
    title = re.search(r'^title: "(.*)"', file, re.MULTILINE)
    author = re.search(r'name: "(.*)"', file)
    version = re.search(r"^version: (.*)", file, re.MULTILINE)
    assert title
    assert author
    assert version
    full = of_software(version[1]).full
    assert title[1] in full
    assert author[1].casefold() in full.casefold()
    assert version[1] in full


def test_long_tables_are_cut_and_say_so() -> None:
    curve = pandas.DataFrame({"day": range(1096), "survival": 0.5})
    table = data_table(curve, "figures/x.csv", "c")
    days = [as_text(row[0]) for row in table.rows]
    assert days[0] == "0"
    assert days[-1] == "1095"
    assert len(days) <= MOST_ROWS
    assert as_text(table.rest) == f"Shown are {len(days)} of 1,096 rows; all are in figures/x.csv."
    short = data_table(curve.head(3), "figures/x.csv", "c")
    assert as_text(short.rest) == "The same in figures/x.csv."
    many = pandas.DataFrame({"point": range(100)})
    assert len(data_table(many, "x.csv", "c").rows) == MOST_ROWS


# Baselines


def test_a_shipped_scenario_is_set_beside_the_one_it_extends() -> None:
    case = Scenario.load("monitored")
    baseline = baseline_of(case, "monitored")
    assert as_text(baseline.name) == "the scenario ttp_2021, on which it rests"
    rows = differences_table(case, baseline).rows
    assert [as_text(row[-1]) for row in rows] == ["truce.monitoring"]
    label, here, there, unit, meaning, _ = map(as_text, rows[0])
    assert (label, here, there, unit) == ("Truce: monitoring", "0.8", "0.2", "share")
    assert meaning.startswith("How far monitors raise")


def test_a_changed_scenario_is_set_beside_the_shipped_one() -> None:
    case = Scenario.load("ttp_2021", ["brokers.0.leverage=0.9"])
    baseline = baseline_of(case, "ttp_2021")
    assert as_text(baseline.name) == "the shipped scenario ttp_2021"
    (row,) = differences_table(case, baseline).rows
    assert as_text(row[0]) == "Afghan Taliban: leverage"


def test_the_reference_is_set_beside_the_defaults() -> None:
    case = Scenario.load("ttp_2021")
    baseline = baseline_of(case, "ttp_2021")
    assert as_text(baseline.name) == "the defaults of the parameters"
    rows = differences_table(case, baseline).rows
    assert rows
    for row in rows:
        known = parameter_at(as_text(row[-1]))
        assert known is not None
        assert as_text(row[2]) == plain(known.default)


def test_a_mechanism_that_is_off_differs_from_the_defaults() -> None:
    case = Scenario.from_yaml("mechanisms: {splits: false}")
    off = Scenario.load("ttp_2021", ["mechanisms.splits=false"])
    baseline = baseline_of(off, "ttp_2021")
    paths = [as_text(row[-1]) for row in differences_table(off, baseline).rows]
    assert paths == ["mechanisms.splits"]
    assert "splits" in " ".join(as_text(each.words) for each in in_words(case))


def test_any_other_scenario_is_set_beside_the_closest() -> None:
    case = Scenario.load("monitored", ["truce.monitoring=0.81"])
    baseline = baseline_of(case, "my_own")
    assert as_text(baseline.name) == "the shipped scenario monitored, the closest to it"
    assert changed(values_of(case), baseline.values) == ["truce.monitoring"]


def test_labels_name_the_actor() -> None:
    case = Scenario.load("ttp_2021")
    assert as_text(label_of("groups.0.funding", case)) == "TTP: funding"
    assert as_text(label_of("groups.7.funding", case)) == "Groups: funding"
    assert label_of("horizon_days", case) == "Horizon days"
    assert parameter_at("horizon_days") is HORIZON


@pytest.mark.parametrize("name", ["no_broker", "open_ended", "outside_spoiler", "kabul_shock"])
def test_scenarios_are_told_in_words(name: str) -> None:
    said = " ".join(as_text(each.words) for each in in_words(Scenario.load(name)))
    expected = {
        "no_broker": "There is no broker.",
        "open_ended": "It has no term.",
        "outside_spoiler": "did not sign and can only spoil it",
        "kabul_shock": "From day ",
    }
    assert expected[name] in said
    assert "  " not in said


# Drawings in a page


SVG = """<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "x" "http://www.w3.org/x.dtd">
<svg width="5pt" height="6pt" viewBox="0 0 5 6" role="img" aria-labelledby="a-title a-desc">
 <title id="a-title">T</title><desc id="a-desc">D</desc>
 <metadata><rdf>http://x</rdf></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style><path id="m1" d="M0 0"/></defs>
 <g id="figure_1" clip-path="url(#p1)"><use xlink:href="#m1"/><clipPath id="p1"/></g>
</svg>
"""


def test_a_drawing_keeps_its_names_to_itself() -> None:
    page = embedded(SVG, "a")
    assert page.startswith('<svg id="a-drawing" viewBox="0 0 5 6" role="img"')
    assert 'aria-labelledby="a-title a-desc"' in page
    for text in ('id="a-figure_1"', "url(#a-p1)", 'href="#a-m1"', "#a-drawing *{", 'id="a-p1"'):
        assert text in page
    assert "metadata" not in page
    assert "DOCTYPE" not in page
