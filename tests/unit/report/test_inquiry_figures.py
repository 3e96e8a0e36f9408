"""Ranked marks, lines and waterfalls: data, words, and what a grey printer leaves of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas
import pytest
from matplotlib.colors import to_rgb

from sim.report.lines_figure import STYLES, Lines, lines_figure
from sim.report.ranked_figure import Panel, Series, ranked_figure
from sim.report.saving import figure_files
from sim.report.waterfall_figure import ADDS, TAKES, TOTAL, steps_of, waterfall_figure
from tests.figures import check_words

SERIES = (
    Series("Total", "total", "lower", "upper"),
    Series("First", "first", marker="s", is_hollow=True),
)


def luminance(colour: str) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))


def rows(number: int = 4) -> pandas.DataFrame:
    values = np.linspace(1, 0, number)
    return pandas.DataFrame(
        {"label": [f"groups.0.number_{n}" for n in range(number)], "total": values,
         "lower": values - 0.2, "upper": values + 0.3, "first": values / 2}
    )  # fmt: skip


@pytest.mark.parametrize("colour", [ADDS, TAKES, TOTAL, "#D55E00", *(each[0] for each in STYLES)])
def test_colours_stand_out_from_the_paper(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_lines_differ_without_colour() -> None:
    for one, other in combinations(STYLES, 2):
        assert one[1] != other[1]
        assert one[2] != other[2]


def test_ranked_marks_carry_their_data() -> None:
    panels = [Panel("One", "share", rows()), Panel("Two", "days", rows(1), limits=(-0.1, 1.1))]
    figure = ranked_figure(panels, SERIES, title="Title & <more>", foot="A foot.")
    check_words(figure)
    assert list(figure.data.columns) == ["panel", "label", "total", "lower", "upper", "first"]
    assert len(figure.data) == 5
    assert "One: first stands groups.0.number_0 with total 1, first 0.5." in figure.description


def test_marks_beyond_the_limits_are_drawn_at_the_edge_and_kept_in_the_data() -> None:
    wild = rows().assign(total=[25.0, -3.0, 0.5, np.nan], upper=[80.0, 1, 1, np.nan])
    figure = ranked_figure([Panel("One", "share", wild, limits=(-0.1, 1.1))], SERIES, title="t")
    check_words(figure)
    drawn = [line.get_xdata() for line in figure.axes[0].get_lines() if len(line.get_xdata()) == 4]
    assert all(np.nanmax(x) <= 1.1 and np.nanmin(x) >= -0.1 for x in drawn)
    assert figure.data["total"].iloc[0] == 25.0


def test_long_names_are_shortened() -> None:
    long = rows().assign(label="brokers.0." + "x" * 200)
    check_words(ranked_figure([Panel("One", "share", long)], SERIES, title="t"))


def test_nothing_at_all_can_be_drawn() -> None:
    flat = rows().assign(total=0.0, lower=0.0, upper=0.0, first=0.0)
    check_words(ranked_figure([Panel("One", "share", flat)], SERIES, title="t"))


def test_lines_are_drawn_with_one_style_for_each_name() -> None:
    table = pandas.DataFrame(
        {"name": ["a", "a", "b", "b"], "x": [2, 4, 2, 4], "y": [0.1, 0.2, 0.9, 0.5]}
    )
    panels = [Lines(f"P{n}", "samples", "index", table, doubles=True) for n in range(3)]
    figure = lines_figure(panels, title="Convergence")
    check_words(figure)
    assert len(figure.data) == 12
    assert "P0: a from 0.10 to 0.20, b from 0.90 to 0.50." in figure.description
    many = pandas.DataFrame({"name": list("abcdef"), "x": 1.0, "y": 1.0})
    with pytest.raises(ValueError, match="can be told apart"):
        lines_figure([Lines("P", "x", "y", many)], title="t")


def parts(values: list[float]) -> pandas.DataFrame:
    array = np.array(values)
    return pandas.DataFrame(
        {"label": [f"part {n}" for n in range(len(values))], "value": array,
         "lower": array - 5, "upper": array + 5}
    )  # fmt: skip


def test_a_waterfall_runs_from_one_total_to_the_other() -> None:
    steps = steps_of(parts([-30.0, 10.0, 0.0]), ("none", 100.0), ("all", 80.0))
    assert steps["kind"].tolist() == ["total", "takes", "adds", "nothing", "total"]
    assert steps["begins"].tolist() == [0, 100, 70, 80, 0]
    assert steps["ends"].tolist() == [100, 70, 80, 80, 80]


def test_a_waterfall_says_what_it_shows() -> None:
    figure = waterfall_figure(
        parts([-30.0, 10.0, 0.0]), start=("none", 100.0), end=("all", 80.0), title="Days",
        subtitle="within a year", foot="A foot.",
    )  # fmt: skip
    check_words(figure)
    assert "from none, 100.0 days, to all, 80.0 days" in figure.description
    assert "part 0 -30.0 (-35.0 to -25.0)" in figure.description
    one, two = figure_files(figure, "w"), figure_files(figure, "w")
    assert one == two
    assert {"w.svg", "w.pdf", "w.png", "w.csv", "w.json"} == set(one)


def test_what_adds_and_what_takes_differ_in_grey_print() -> None:
    assert abs(luminance(ADDS) - luminance(TAKES)) > 0.1
    figure = waterfall_figure(
        parts([-30.0, 10.0]), start=("none", 100.0), end=("all", 80.0), title="t"
    )
    hatches = {patch.get_hatch() for patch in figure.axes[0].patches}
    assert "///" in hatches
    assert hatches - {"///"}
