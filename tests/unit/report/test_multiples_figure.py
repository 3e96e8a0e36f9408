"""Small multiples: all points on the sheet, with the same axes, each against the others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import LifeTable, LifeTables, curves
from sim.errors import UsageError
from sim.report import DescribedFigure, multiples_figure, svg_text
from sim.report.appearance import BAND_EDGE
from sim.report.multiples_figure import MOST_OTHERS, MOST_PANELS, Grid
from tests.figures import check_words, words
from tests.life_tables import geometric
from tests.shapes import NASTY, SHAPES, cut_short, lapsing, steady

TABLES = list(SHAPES.values())


def drawn(tables: list[LifeTable], names=None, title: str = "Truces", **options) -> DescribedFigure:
    return multiples_figure(LifeTables.of(tables), names, title=title, seed=7, **options)


def texts(figure: DescribedFigure) -> str:
    return "\n".join(words(figure))


@pytest.mark.parametrize("panels", [1, 4, 13, 30])
def test_no_text_is_cut_off_or_covered_by_another(panels: int) -> None:
    tables = [TABLES[place % len(TABLES)] for place in range(panels)]
    names = [(NASTY, "short", "x" * 50)[place % 3] for place in range(panels)]
    check_words(drawn(tables, names, NASTY, subtitle=NASTY, term_days=30))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_alone_and_in_a_row(shape: str) -> None:
    check_words(drawn([SHAPES[shape]] * 5, baseline=3))


@settings(max_examples=4, deadline=None)
@given(st.lists(st.sampled_from(TABLES), min_size=1, max_size=9), st.booleans())
def test_any_shapes_fit_together(chosen: list[LifeTable], against_first: bool) -> None:
    check_words(drawn(chosen, baseline=0 if against_first else None))


def test_all_panels_share_their_axes() -> None:
    figure = drawn([steady(300, 365), steady(300, 90), lapsing()])
    assert len({panel.get_xlim() + panel.get_ylim() for panel in figure.axes}) == 1
    assert figure.axes[0].get_xlim() == (0, 366)


def grey(panel) -> list:
    return [line for line in panel.lines if line.get_color() == BAND_EDGE]


def test_each_panel_shows_all_the_others_in_grey() -> None:
    figure = drawn([steady(300, 365, risk) for risk in (0.001, 0.002, 0.004)])
    for panel in figure.axes:
        (others,) = grey(panel)
        assert np.isnan(others.get_xdata().astype(float)).sum() == 2


def test_many_others_are_drawn_as_the_range_they_cover() -> None:
    figure = drawn([steady(300, 365, 0.001 * n) for n in range(1, MOST_OTHERS + 2)])
    assert "Lowest to highest share of all points" in texts(figure)
    assert not grey(figure.axes[0])
    assert len(figure.axes[0].patches) == 2


def test_against_a_baseline_only_it_is_grey() -> None:
    figure = drawn([lapsing(), steady(300, 365), lapsing()], ["a", "b", "c"], baseline=1)
    assert [len(grey(panel)) for panel in figure.axes] == [1, 0, 1]
    assert "Baseline: b" in texts(figure)
    with pytest.raises(UsageError, match="point 9, is not among"):
        drawn([lapsing()], baseline=9)


def test_more_than_thirty_panels_are_refused_with_a_way_out() -> None:
    with pytest.raises(UsageError, match="as a heat map"):
        drawn([SHAPES["one run"]] * (MOST_PANELS + 1))


@pytest.mark.parametrize("panels", range(1, MOST_PANELS + 1))
def test_grids_hold_all_panels_side_by_side(panels: int) -> None:
    grid = Grid.of(panels)
    assert grid.rows * grid.columns >= panels
    assert (grid.rows - 1) * grid.columns < panels
    assert grid.left(grid.columns - 1) + grid.width < 548
    assert sum(grid.ends_row(place) for place in range(panels)) == grid.rows
    assert sum(grid.is_lowest(place) for place in range(panels)) == grid.columns


def test_panels_say_median_and_share() -> None:
    said = texts(drawn([SHAPES["horizon 30, lapse on it"], SHAPES["never falls"]], ["a", "b"]))
    assert "day 30 · 0 %" in said
    assert "no median · 100 %" in said
    assert "Under each name: the median" in said.replace("\n", " ")


def test_data_and_description_hold_all_points() -> None:
    tables = LifeTables.of([lapsing(), steady(300, 365)])
    figure = multiples_figure(tables, ["a", "b"], title="t", seed=1)
    np.testing.assert_array_equal(figure.data["survival"], curves(tables).survival.ravel())
    assert "2 panels" in figure.description
    assert "a: median day 42 (34 to 53)" in figure.description


def test_runs_cut_short_are_marked() -> None:
    markers = [line.get_marker() for line in drawn([cut_short()]).axes[0].lines]
    assert "+" in markers
    assert "Cut short" in texts(drawn([cut_short()]))
    assert "Cut short" not in texts(drawn([lapsing()]))


def test_nine_panels_of_three_years_stay_small_and_equal() -> None:
    tables = geometric(9, 10_000, 1096, 0.003, causes=5)
    once, again = (multiples_figure(tables, title="t", seed=1) for _ in range(2))
    assert len(svg_text(once, "nine").encode()) < 60 * 1024
    assert svg_text(once, "nine") == svg_text(again, "nine")


def test_a_row_may_belong_to_one_value() -> None:
    figure = drawn([SHAPES["one run"]] * 10, columns=5)
    assert len({panel.get_position().y0 for panel in figure.axes}) == 2
    assert [Grid.of(panels).columns for panels in (2, 7, 8, 9, 12, 25, 30)] == [2, 4, 4, 3, 4, 5, 5]
    with pytest.raises(UsageError, match="1 to 5 columns, not 6"):
        drawn([lapsing()], columns=6)
