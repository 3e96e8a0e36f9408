"""The figure of endings: shares that sum to one, for one point and for a few side by side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import LifeTable, LifeTables, incidence_table
from sim.errors import UsageError
from sim.report import DescribedFigure, incidence_figure, svg_text
from tests.figures import check_words, words
from tests.life_tables import geometric
from tests.shapes import NASTY, SHAPES, lapsing, steady

TABLES = list(SHAPES.values())


def drawn(tables: list[LifeTable], names=None, title: str = "Truces", **options) -> DescribedFigure:
    return incidence_figure(LifeTables.of(tables), names, title=title, seed=7, **options)


def texts(figure: DescribedFigure) -> str:
    return "\n".join(words(figure))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str) -> None:
    check_words(drawn([SHAPES[shape]], [NASTY], NASTY, subtitle=NASTY, term_days=30))
    check_words(drawn([SHAPES[shape]] * 3, [NASTY, "b", "c" * 80], term_days=30))


@settings(max_examples=5, deadline=None)
@given(st.lists(st.sampled_from(TABLES), min_size=1, max_size=6))
def test_any_shapes_stand_side_by_side(chosen: list[LifeTable]) -> None:
    check_words(drawn(chosen))


@pytest.mark.parametrize("points", [1, 2])
def test_the_shares_sum_to_one_on_every_day(points: int) -> None:
    figure = drawn([lapsing(), steady(500, 365)][:points])
    sums = figure.data.groupby(["point", "day"])["share"].sum()
    assert len(sums) == 366 * points
    np.testing.assert_allclose(sums, 1.0, atol=1e-12)


def test_areas_are_the_stack_of_the_incidence_table() -> None:
    table = steady(500, 40, 0.05)
    shares = incidence_table(table)
    tops = [patch.get_xy()[:, 1].max() for patch in drawn([table]).axes[0].patches]
    names = [name for name in shares if name not in ("day", "holding")]
    np.testing.assert_allclose(tops, np.cumsum(shares[names].iloc[-1]), atol=1e-12)


def test_one_point_is_labelled_with_limits() -> None:
    said = texts(drawn([SHAPES["horizon 30, lapse on it"]]))
    assert "Lapses 90 %\n(" in said
    assert "Still holding" not in said


def test_side_by_side_a_legend_names_all_endings_that_occur() -> None:
    said = texts(drawn([SHAPES["gone on day 0"], SHAPES["horizon 30, lapse on it"]]))
    assert "Group defects" in said
    assert "Lapses" in said
    assert "Violence" not in said
    assert "Still holding" in said


def test_panels_keep_the_order_given() -> None:
    boxes = words(drawn([lapsing(), steady(500, 365)], ["Zulu", "Alpha"]))
    places = {name.partition(": ")[2]: box.x0 for name, box in boxes.items()}
    assert places["Zulu"] < places["Alpha"]


def test_more_than_six_are_refused() -> None:
    with pytest.raises(UsageError, match="At most 6 points stand side by side"):
        drawn([lapsing()] * 7)


def test_the_description_gives_shares_with_limits() -> None:
    said = drawn([SHAPES["horizon 30, lapse on it"]], ["Short"]).description
    assert "Short (100 runs): lapses 90 % (" in said
    assert "group defects 10 % (" in said
    assert said.index("lapses") < said.index("group defects")


def test_files_stay_small_and_equal() -> None:
    tables = geometric(6, 10_000, 1096, 0.003, causes=5)
    once, again = (incidence_figure(tables, title="t", seed=1, term_days=30) for _ in range(2))
    assert len(svg_text(once, "x").encode()) < 60 * 1024
    assert svg_text(once, "x") == svg_text(again, "x")
