"""The figure of daily paths: every panel on the sheet, nothing on top of anything else."""

import numpy as np
import pytest

from sim.analysis import PathCounts, bands_table
from sim.grids import CELLS, FIRST_CELL, VARIABLES
from sim.report import DescribedFigure, figure_files, paths_figure, svg_text
from sim.report.paths_figure import (
    FEWEST_DRAWN,
    SHOWN,
    last_day_drawn,
    top_of,
    with_days_before,
)
from tests.figures import check_words, words

NASTY = "A $x_1^2$ truce of 50% _under_ \\alpha <b>&amp;</b>\n" + "that goes on and on " * 12


def made(holding: list[int], place: int = 500, spread: int = 300) -> PathCounts:
    """Paths of which so many hold on each day, at places drawn at random on every grid."""
    rng = np.random.default_rng(5)
    counts = np.zeros((len(holding), CELLS), np.uint32)
    for day in np.flatnonzero(holding):
        for variable in VARIABLES:
            drawn = rng.integers(place - spread, place + spread + 1, holding[day])
            np.add.at(counts[day], FIRST_CELL[variable.name] + drawn, 1)
    return PathCounts(counts)


def drawn(paths: PathCounts, title: str = "A truce", seed: int = 7) -> DescribedFigure:
    return paths_figure(bands_table(paths), title=title, seed=seed, horizon_days=paths.horizon_days)


SHAPES: dict[str, PathCounts] = {
    "falling": made([2000, 1500, 900, 400, 200, 100, 60, 40, 3, 0, 0]),
    "all hold": made([80] * 366),
    "one run": made([1, 1, 1, 0]),
    "gone on day 1": made([100, 0]),
    "three years": made([max(1000 - day, 0) for day in range(1096)], spread=20),
    "all at zero": made([100] * 31, place=0, spread=0),
    "all at one": made([100] * 31, place=1000, spread=0),
    "horizon 36,500": made([60] * 300 + [0] * 36_201, spread=0),
    "very strong": made([100] * 10, place=0, spread=0) + made([5] * 10, 1000, 0),
}


@pytest.mark.parametrize("title", ["A truce", NASTY], ids=["short", "nasty"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str, title: str) -> None:
    check_words(drawn(SHAPES[shape], title, seed=2**64 - 1))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_panel_shows_all_of_its_band(shape: str) -> None:
    figure = drawn(SHAPES[shape])
    assert len(figure.axes) == len(SHOWN) + 1
    for panel in figure.axes:
        low, high = panel.get_ylim()
        assert low == 0
        for line in panel.lines:
            assert line.get_ydata().max() <= high
        for area in panel.collections:
            assert area.get_datalim(panel.transData).y1 <= high


def test_panels_are_named_with_their_units() -> None:
    titles = [panel.get_title(loc="left") for panel in drawn(SHAPES["falling"]).axes]
    shown = [variable for variable in VARIABLES if variable.name in SHOWN]
    assert titles[:-1] == [f"{each.label} ({each.unit})" for each in shown]
    assert titles[-1] == "Truces that still hold (3 % on day 6)"


def test_the_lines_are_the_medians() -> None:
    paths = SHAPES["falling"]
    table = bands_table(paths)
    medians = table[(table["variable"] == "outrage") & (table["day"] <= 6)]["q50"]
    panel = drawn(paths).axes[SHOWN.index("outrage")]
    day, median = panel.lines[0].get_data()
    assert median.tolist() == medians.iloc[list(day)].tolist()


def test_the_share_that_holds_is_drawn_as_steps() -> None:
    line = drawn(SHAPES["falling"]).axes[-1].lines[0]
    assert line.get_drawstyle() == "steps-post"
    assert line.get_ydata().tolist() == [1.0, 0.75, 0.45, 0.2, 0.1, 0.05, 0.03]


@pytest.mark.parametrize(
    ("holding", "last"),
    [
        ([60, 55, FEWEST_DRAWN, FEWEST_DRAWN - 1, 0], 2),
        ([60] * 5, 4),
        ([FEWEST_DRAWN - 1, 3, 1, 0], 2),
        ([1], 0),
    ],
)
def test_bands_end_where_few_truces_hold(holding: list[int], last: int) -> None:
    assert last_day_drawn(np.array(holding)) == last


def test_the_footer_says_where_the_panels_end_and_why() -> None:
    few = " ".join(name.partition(": ")[2] for name in words(drawn(SHAPES["falling"])))
    assert "end with day 6, after which fewer than 50 truces hold" in few
    assert "2,000 runs · seed 7 · horizon 10 days" in few
    assert "end with day 2, after which none holds." in " ".join(words(drawn(SHAPES["one run"])))
    all_hold = " ".join(words(drawn(SHAPES["all hold"])))
    assert "panels end" not in all_hold


@pytest.mark.parametrize(
    ("largest", "top"),
    [(0.0, 0.1), (0.1, 0.1), (0.11, 0.2), (0.61, 0.8), (1.0, 1.0), (1.01, 1.2), (9, 10), (35, 40)],
)
def test_axes_end_at_round_numbers(largest: float, top: float) -> None:
    assert top_of(largest) == pytest.approx(top)


@pytest.mark.parametrize("largest", np.geomspace(0.001, 4096, 60))
def test_no_axis_ends_below_its_largest_value_or_far_above(largest: float) -> None:
    assert largest <= top_of(largest) <= max(2.01 * largest, 0.1)


def test_a_line_is_level_up_to_its_jumps() -> None:
    assert with_days_before(np.array([0, 5, 6, 10])).tolist() == [0, 4, 5, 6, 9, 10]


def test_the_description_says_what_is_seen() -> None:
    description = drawn(SHAPES["all at one"]).description
    assert "100 simulated truces" in description
    assert "outrage 1.00 and 1.00" in description
    assert "100 % still hold after day 30" in description


def test_equal_figures_give_equal_files_that_hold_the_words() -> None:
    one, two = (figure_files(drawn(SHAPES["falling"], NASTY), "paths") for _ in range(2))
    assert one == two
    assert set(one) == {f"paths.{kind}" for kind in ("svg", "pdf", "png", "csv", "json")}
    picture = svg_text(drawn(SHAPES["falling"], "<script>"), "paths")
    assert "<script>" not in picture
    assert "&lt;script&gt;" in picture
