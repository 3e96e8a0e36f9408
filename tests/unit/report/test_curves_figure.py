"""Survival curves of a few points: told apart, counted, and nothing on top of anything else."""

import io
import warnings
from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread

from sim.analysis import LifeTable, LifeTables, curves, life_table, survival_band
from sim.errors import UsageError
from sim.report import DescribedFigure, curves_figure, figure_files, picture_files, svg_text
from sim.report.appearance import LINE_LOOKS
from sim.report.curves_figure import MOST_CURVES
from tests.figures import check_words, words
from tests.life_tables import geometric
from tests.shapes import NASTY, SHAPES, capped, cut_short, lapsing, steady

NAMES = ("short", "", NASTY, "x" * 90, "a_b $c$ <d>", "Monitors and a strong broker, funded")
TABLES = list(SHAPES.values())


def drawn(tables: list[LifeTable], names=None, title: str = "Truces", **options) -> DescribedFigure:
    return curves_figure(LifeTables.of(tables), names, title=title, seed=7, **options)


def texts(figure: DescribedFigure) -> str:
    return "\n".join(words(figure))


def told(figure: DescribedFigure) -> str:
    """The texts of the figure as they are read, on one line."""
    return " ".join(name.partition(": ")[2] for name in words(figure)).replace("\n", " ")


@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str) -> None:
    table = SHAPES[shape]
    check_words(drawn([table], [NASTY], NASTY, subtitle=NASTY, term_days=30))
    check_words(drawn([table] * 6, NAMES, term_days=30))


@settings(max_examples=8, deadline=None)
@given(
    chosen=st.lists(st.sampled_from(TABLES), min_size=1, max_size=MOST_CURVES),
    data=st.data(),
    term=st.integers(0, 400),
)
def test_any_shapes_fit_together(chosen: list[LifeTable], data: st.DataObject, term: int) -> None:
    named = st.text(st.characters(codec="utf-8"), max_size=60)
    names = data.draw(st.lists(named, min_size=len(chosen), max_size=len(chosen)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        check_words(drawn(chosen, names, term_days=term))


def test_each_curve_starts_at_one_and_steps_on_its_day() -> None:
    figure = drawn([life_table([0, 2, 2, 4], [1, 1, 1, 0], 4)])
    line = next(line for line in figure.axes[0].lines if line.get_linewidth() == 1.6)
    assert line.get_xdata().tolist() == [0, 0, 2, 2, 5]
    assert line.get_ydata().tolist() == [1.0, 0.75, 0.75, 0.25, 0.25]


def test_curves_are_told_apart_by_colour_line_type_and_symbol() -> None:
    figure = drawn([lapsing()] * 6)
    lines = [line for line in figure.axes[0].lines if line.get_linewidth() == 1.6]
    assert len(lines) == 6
    assert len({line.get_color() for line in lines}) == 6
    assert len({str(line._unscaled_dash_pattern) for line in lines}) == 6
    assert len({look.symbol for look in LINE_LOOKS}) == 6


def test_neighbours_differ_in_grey() -> None:
    """Six curves at different levels, as the picture shows them without colour."""
    levels = [0.95, 0.8, 0.65, 0.5, 0.35, 0.2]
    tables = [capped([1] * round(100 * (1 - s)) + [99] * round(100 * s), [1] * 100, 60)
              for s in levels]  # fmt: skip
    figure = drawn(tables)
    picture = imread(io.BytesIO(picture_files(figure, "x")["x.png"]))
    grey = picture[..., :3] @ [0.299, 0.587, 0.114]
    axes, scale = figure.axes[0], picture.shape[0] / figure.bbox.height
    left, right = (round(scale * axes.transData.transform((day, 0))[0]) for day in (5, 40))
    darkest = []
    for level in levels:
        row = round(picture.shape[0] - scale * axes.transData.transform((0, level))[1])
        darkest.append(np.median(np.sort(grey[row - 1 : row + 2, left:right].ravel())[:200]))
    assert all(abs(one - other) > 0.1 for one, other in pairwise(darkest)), darkest


def test_counts_add_up_stand_under_their_ticks_and_keep_the_order_given() -> None:
    tables = [steady(900, 365, 0.01), steady(700, 365, 0.001)]
    figure = drawn(tables, ["Zulu", "Alpha"])
    boxes = words(figure)
    tops = {name.partition(": ")[2]: box.y1 for name, box in boxes.items()}
    assert tops["Zulu"] > tops["Alpha"]
    axis = figure.axes[0]
    for day in (0, 60, 365):
        x = axis.transData.transform((day, 0))[0]
        column = [
            int(name.partition(": ")[2].replace(",", ""))
            for name, box in sorted(boxes.items(), key=lambda item: -item[1].y0)
            if abs((box.x0 + box.x1) / 2 - x) < 1.5
            and box.y1 < axis.bbox.y0
            and name.partition(": ")[2].replace(",", "").isdigit()
        ][1:]
        assert [sum(column[:3]), sum(column[3:])] == [900, 700]
    rightmost = max(box.x1 for name, box in boxes.items() if name.endswith(": 900"))
    assert rightmost <= axis.bbox.x1 + 20


def test_bands_are_labelled_with_kind_level_and_method() -> None:
    assert "Pointwise 95 % interval (mid-p)" in texts(drawn([lapsing()]))
    assert "Pointwise 90 % interval (log-log Greenwood)" in texts(drawn([cut_short()], level=0.9))
    both = texts(drawn([lapsing(), cut_short()]))
    assert "(mid-p, log-log Greenwood)" in both
    tables = LifeTables.of([lapsing()])
    band = survival_band(tables, level=0.9)
    figure = curves_figure(tables, title="t", seed=1, band=band)
    assert "Simultaneous 90 % band (Dvoretzky-Kiefer-Wolfowitz)" in texts(figure)
    np.testing.assert_allclose(figure.data["lower"], band.lower[0, : len(figure.data)])


def test_a_band_of_other_tables_is_refused() -> None:
    band = survival_band(LifeTables.of([lapsing()]))
    with pytest.raises(UsageError, match="compute it from the same tables"):
        drawn([lapsing()] * 2, band=band)


def test_more_than_six_curves_are_refused_with_a_way_out() -> None:
    with pytest.raises(UsageError, match="small multiples, with multiples_figure"):
        drawn([lapsing()] * 7)


def test_names_and_points_must_match_and_have_runs() -> None:
    with pytest.raises(UsageError, match="2 points but 1 names"):
        drawn([lapsing()] * 2, ["one"])
    empty = geometric(1, 0, 30, 0.1, causes=5)
    with pytest.raises(UsageError, match="every point some runs"):
        curves_figure(empty, title="t", seed=1)


def test_points_without_names_go_by_their_numbers() -> None:
    tables = LifeTables.of([lapsing()] * 3).chosen([2, 0])
    assert "Point 2" in texts(curves_figure(tables, title="t", seed=1))


def test_medians_are_marked_or_said_not_to_be_reached() -> None:
    half = SHAPES["horizon 30, lapse on it"]
    figure = drawn([half, SHAPES["never falls"]])
    assert "median day 30 (30–30)" in told(figure)
    assert "median not reached" in told(figure)
    drops = [line.get_xdata() for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert [30, 30] in [list(drop) for drop in drops]


def test_only_runs_cut_short_get_ticks() -> None:
    assert "Cut short" in texts(drawn([cut_short()]))
    held = drawn([SHAPES["never falls"]])
    assert "Cut short" not in texts(held)
    assert not [line for line in held.axes[0].lines if line.get_marker() == "+"]
    ticks = [line for line in drawn([cut_short()]).axes[0].lines if line.get_marker() == "+"]
    assert len(ticks[0].get_xdata()) <= 60


def test_points_with_other_horizons_end_there() -> None:
    figure = drawn([steady(300, 365), steady(300, 90)])
    assert figure.data.groupby("point")["day"].max().tolist() == [365, 90]
    check_words(figure)
    assert "Cut short" not in texts(figure)


def test_the_horizon_is_marked_where_it_is_shown() -> None:
    assert "Horizon, day 365" in texts(drawn([SHAPES["never falls"]]))
    gone = drawn([SHAPES["gone on day 3"]])
    assert "Horizon, day" not in texts(gone)
    assert "No truce holds on the days not drawn" in told(gone)


def test_the_foot_names_points_runs_seed_and_error() -> None:
    said = told(drawn([SHAPES["ends near one half"]] * 3))
    assert "Points 0–2 · 2,000 runs each · seed 7 · horizon 346 days" in said
    assert "Monte-Carlo standard error: at most 1.1 percentage points" in said
    assert "100 to 3,000 runs each" in told(drawn([lapsing(), SHAPES["horizon 30, lapse on it"]]))


def test_the_data_are_what_is_drawn() -> None:
    tables = LifeTables.of([lapsing(), steady(400, 365)])
    data = curves_figure(tables, ["a", "b"], title="t", seed=1).data
    np.testing.assert_array_equal(data["survival"], curves(tables).survival.ravel())
    assert data["name"].unique().tolist() == ["a", "b"]
    assert data["at_risk"].iloc[0] == 3_000


def test_the_description_has_the_numbers() -> None:
    said = drawn([SHAPES["horizon 30, lapse on it"]], ["Lapsing"]).description
    assert "Lapsing (100 runs): median day 30 (30 to 30), mean days within 30: 27.5" in said
    assert "0 % (0.0 to 3.0) hold beyond day 30" in said


def test_six_curves_of_three_years_stay_small_and_true() -> None:
    tables = geometric(6, 10_000, 1096, 0.003, causes=5)
    figure = curves_figure(tables, [f"Case {n}" for n in range(6)], title="t", seed=1, term_days=30)
    assert len(svg_text(figure, "six").encode()) < 60 * 1024
    line = next(line for line in figure.axes[0].lines if line.get_linewidth() == 1.6)
    drawn_at = np.interp(np.arange(1096) + 0.5, line.get_xdata(), line.get_ydata())
    away = np.abs(drawn_at - curves(tables).survival[0])
    assert away.max() < 0.004  # less than a point


def test_equal_calls_give_equal_bytes_whatever_the_reader_s_settings() -> None:
    plain = figure_files(drawn([lapsing()], [NASTY]), "x")
    with matplotlib.rc_context({"font.size": 30.0, "axes.grid": True, "lines.linewidth": 9}):
        before = dict(matplotlib.rcParams)
        assert figure_files(drawn([lapsing()], [NASTY]), "x") == plain
        assert dict(matplotlib.rcParams) == before


def test_text_is_data() -> None:
    figure = drawn([lapsing()], ["<script> $x_1$ & _y_"])
    assert "<script>" not in svg_text(figure, "x")
    assert "&lt;script&gt; $x_1$ &amp; _y_" in svg_text(figure, "x")
