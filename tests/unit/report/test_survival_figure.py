"""The figure: everything on the sheet, nothing on top of anything else, whatever the data."""

from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from sim.analysis import LifeTable, incidence_table, life_table, survival_table
from sim.report import DescribedFigure, survival_figure
from sim.report.counts_table import counts_on_days
from sim.report.end_labels import spread
from sim.report.endings_panel import stack
from tests.figures import check_words, words
from tests.shapes import NASTY, SHAPES, cut_short, lapsing


def drawn(table: LifeTable, title: str = "A truce", **options) -> DescribedFigure:
    return survival_figure(
        survival_table(table),
        incidence_table(table),
        title=title,
        runs=table.runs,
        seed=7,
        horizon_days=table.horizon_days,
        **options,
    )


def texts(figure: Figure) -> str:
    return "\n".join(words(figure))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str) -> None:
    title = "A truce" if SHAPES[shape].horizon_days == 365 else NASTY
    check_words(drawn(SHAPES[shape], title, subtitle=title, term_days=30))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_median_is_marked_clear_of_the_curve(shape: str) -> None:
    figure = drawn(SHAPES[shape])
    (box,) = [box for name, box in words(figure).items() if ": Median" in name]
    panel = figure.axes[0]
    day, share = panel.lines[0].get_data()
    corners = panel.transData.inverted().transform([box.p0, box.p1])
    inside = (day > corners[0, 0]) & (day < corners[1, 0])
    assert not np.any(inside & (share > corners[0, 1]) & (share < corners[1, 1]))


def test_the_curve_starts_at_one_and_steps_on_the_day() -> None:
    line = drawn(life_table([0, 2, 2, 4], [1, 1, 1, 0], 4)).axes[0].lines[0]
    assert line.get_drawstyle() == "steps-post"
    assert line.get_xdata().tolist() == [0, 0, 2, 4, 5]
    assert line.get_ydata().tolist() == [1.0, 0.75, 0.25, 0.25, 0.25]


def test_the_band_is_labelled_with_its_method() -> None:
    assert "95 % interval for Monte-Carlo error (mid-p)" in texts(drawn(lapsing()))
    assert "Monte-Carlo error (log-log Greenwood)" in texts(drawn(cut_short()))
    assert "(Clopper-Pearson)" in texts(drawn(lapsing(), interval="Clopper-Pearson"))


def test_the_footer_says_what_the_band_is_and_is_not() -> None:
    told = texts(drawn(lapsing())).replace("\n", " ")
    assert "3,000 runs · seed 7 · horizon 365 days" in told
    assert "Monte-Carlo error of 3,000 runs; it says nothing about how well the model" in told


def test_median_or_not_reached() -> None:
    assert "Median: day 30" in texts(drawn(SHAPES["horizon 30, lapse on it"]))
    assert "Median not reached" in texts(drawn(SHAPES["never falls"]))


def test_ends_of_term_are_marked_and_explained_only_if_given() -> None:
    marked = drawn(lapsing(), term_days=30)
    assert "A term runs out" in texts(marked)
    marks = marked.axes[0].lines[-1].get_xdata()
    assert marks[::3].tolist() == list(range(30, 366, 30))
    assert "A term runs out" not in texts(drawn(lapsing(), term_days=0))


def test_counts_below_the_axis_add_up_to_all_runs() -> None:
    for table in SHAPES.values():
        days = [0, table.horizon_days // 2, table.horizon_days]
        counts = counts_on_days(survival_table(table), days)
        assert np.sum(list(counts.values()), axis=0).tolist() == [table.runs] * 3
    late = counts_on_days(survival_table(cut_short()), [200])
    assert late["Censored"][0] > 0


def test_counts_stand_under_their_ticks() -> None:
    figure = drawn(lapsing())
    boxes = words(figure)
    axis = figure.axes[-1]
    for day, count in zip(
        [0, 60, 120],
        counts_on_days(survival_table(lapsing()), [0, 60, 120])["Still holding"],
        strict=True,
    ):
        expected = axis.transData.transform((day, 0))[0]
        centres = [
            (box.x0 + box.x1) / 2 for name, box in boxes.items() if name.endswith(f": {count:,}")
        ]
        assert min(abs(centre - expected) for centre in centres) < 1.5


def test_the_strip_stacks_to_one_with_still_holding_on_top() -> None:
    layers = stack(incidence_table(lapsing()))
    assert [layer.label for layer in layers][-1] == "Still holding"
    for below, above in pairwise(layers):
        np.testing.assert_array_equal(below.top, above.bottom)
    assert layers[0].bottom.max() == 0.0
    np.testing.assert_allclose(layers[-1].top, 1.0, atol=1e-12)
    assert "Lapses" in texts(drawn(lapsing()))


def test_nothing_is_said_to_hold_when_all_have_ended() -> None:
    """The five shares of these runs add up to just under 1 in floating point."""
    counts = [1, 2, 3, 4, 7]
    table = life_table([9] * 17, np.repeat([1, 2, 3, 4, 5], counts), 30)
    shares = incidence_table(table)
    assert np.cumsum(np.array(counts) / 17)[-1] < 1.0
    assert [layer.label for layer in stack(shares)][-1] == "Settles"
    told = texts(drawn(table))
    assert ": Still holding <" not in told
    assert "still holding" not in drawn(table).description


def test_the_strip_may_be_left_out() -> None:
    table = lapsing()
    figure = survival_figure(survival_table(table), title="t", runs=3_000, seed=1, horizon_days=365)
    assert len(figure.axes) == 1
    assert "Days since signing" in texts(figure)
    assert "Below it" not in figure.description


def test_the_description_tells_the_story_in_words() -> None:
    told = drawn(SHAPES["horizon 30, lapse on it"]).description
    assert "100 simulated truces" in told
    assert "50 % or less from day 30" in told
    assert "group defects 10 %, lapses 90 %" in told
    assert "does not fall to 50 %" in drawn(SHAPES["never falls"]).description


def test_text_is_never_read_as_a_formula() -> None:
    figure = drawn(lapsing(), "$\\frac{broken$ $x$")
    assert not any(text.get_parse_math() for text in figure.texts)
    assert "$\\frac{broken$ $x$" in texts(figure)
    assert figure.title_text == "$\\frac{broken$ $x$"


def test_the_reader_s_own_settings_neither_matter_nor_change() -> None:
    with matplotlib.rc_context({"font.size": 30.0, "axes.grid": True, "text.usetex": True}):
        before = dict(matplotlib.rcParams)
        figure = drawn(lapsing())
        assert dict(matplotlib.rcParams) == before
    assert max(text.get_fontsize() for text in figure.texts) == 12.0


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([0.0, 1.0, 2.0], [0.0, 10.0, 20.0]),
        ([78.0, 79.0], [70.0, 80.0]),
        ([20.0, 60.0], [20.0, 60.0]),
        ([], []),
        ([5.0] * 10, [10.0 * place for place in range(10)]),
    ],
)
def test_labels_move_apart_and_stay_inside_if_they_can(places, expected) -> None:
    assert spread(places, 10.0, 0.0, 80.0) == expected
