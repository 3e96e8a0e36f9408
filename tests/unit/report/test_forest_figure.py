"""The forest: every row with its words, bars that are the intervals, a zero line where due."""

import numpy as np
import pytest

from sim.analysis import (
    LifeTables,
    against,
    durations_of_points,
    life_tables,
    restricted_mean_differences,
)
from sim.errors import UsageError
from sim.report import forest_figure, svg_text
from sim.report.forest_figure import MOST_ROWS
from tests.figures import check_words, words
from tests.unit.report.test_differences_figure import NASTY, fixed, paired


def sweep(points: int, runs: int = 200, horizon: int = 365) -> LifeTables:
    rng = np.random.default_rng(4)
    risk = np.repeat(np.linspace(0.002, 0.05, points), runs)
    days = rng.geometric(risk)
    codes = np.where(days > horizon, 0, 4)
    numbers = np.repeat(np.arange(points), runs)
    return life_tables(numbers, codes, np.minimum(days, horizon), horizon_days=horizon)


SHAPES = {
    "one point": sweep(1),
    "forty points": sweep(MOST_ROWS),
    "all hold": life_tables([0, 0, 1, 1], [0, 0, 0, 0], [90] * 4),
    "gone on day 0": life_tables([0, 0, 1, 1], [1, 1, 1, 1], [0] * 4, horizon_days=30),
    "horizon 1": life_tables([0, 0, 1], [1, 0, 1], [0, 1, 1]),
    "long": sweep(3, horizon=36_500),
    "one watched for less": life_tables([0, 0, 1, 1], [1, 0, 1, 1], [5, 30, 5, 60]),
    "differences": paired([0.005, 0.02, 0.5]),
    "no difference": fixed([5] * 9, [5] * 9, 30),
    "independent": against(sweep(5), 2),
}


def told(figure) -> str:
    return " ".join(name.partition(": ")[2] for name in words(figure))


@pytest.mark.parametrize("label", ["leverage 0.5", NASTY], ids=["short", "nasty"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str, label: str) -> None:
    found = SHAPES[shape]
    labels = {number: f"{label} {number}" for number in found.numbers}
    check_words(forest_figure(found, title=label, labels=labels, baseline=label))


def test_marks_and_bars_are_means_and_limits() -> None:
    tables = sweep(3)
    bars, marks = forest_figure(tables, title="t").axes[0].lines
    table = durations_of_points(tables)
    assert marks.get_xdata().tolist() == table["kept_days"].tolist()
    ends = bars.get_xdata().reshape(3, 3, 3)
    assert ends[:, 1, 0].tolist() == table["kept_lower"].tolist()
    assert ends[:, 1, 1].tolist() == table["kept_upper"].tolist()


def test_rows_keep_the_order_of_the_points_from_the_top() -> None:
    axes = forest_figure(sweep(6), title="t").axes[0]
    assert axes.yaxis_inverted()
    assert (np.diff(axes.lines[1].get_ydata()) > 0).all()


def test_numbers_stand_beside_their_marks() -> None:
    figure = forest_figure(sweep(5), title="t")
    boxes = words(figure)
    axes = figure.axes[0]
    for mean, at in zip(*axes.lines[1].get_data(), strict=True):
        (box,) = [box for name, box in boxes.items() if f": {mean:,.1f} (" in name]
        assert abs((box.y0 + box.y1) / 2 - axes.transData.transform((0, at))[1]) < 2.0


def test_differences_have_a_zero_line_and_signs() -> None:
    pairs = paired([0.005, 0.02])
    figure = forest_figure(pairs, title="t", baseline="the reference", through_day=90)
    found = restricted_mean_differences(pairs, 90)
    assert f"+{found.difference[0]:.1f} (" in told(figure)
    assert f"−{-found.difference[1]:.1f} (−" in told(figure)
    assert "within 90 days, minus that of the reference." in told(figure)
    assert any(set(line.get_xdata()) == {0} for line in figure.axes[0].lines)
    assert "← shorter · holds longer →" in told(figure)
    assert "median correlation 0." in figure.foot
    low, high = figure.axes[0].get_xlim()
    assert low <= 0 <= high


def test_means_have_no_zero_line() -> None:
    figure = forest_figure(sweep(3), title="t")
    assert not any(set(line.get_xdata()) == {0} for line in figure.axes[0].lines)
    assert "shorter" not in told(figure)


def test_a_mean_beyond_what_was_watched_is_said_to_be_unknown() -> None:
    assert "not watched so long" in told(forest_figure(SHAPES["one watched for less"], title="t"))


def test_the_description_holds_every_row() -> None:
    figure = forest_figure(sweep(3), title="t", labels={2: "most funding"})
    for label in ("Point 0: ", "Point 1: ", "most funding: "):
        assert label in figure.description
    assert figure.data["label"].tolist() == ["Point 0", "Point 1", "most funding"]


def test_too_many_rows_are_refused_and_the_map_is_named() -> None:
    with pytest.raises(UsageError, match=r"40 points, not 41: .*map_figure"):
        forest_figure(sweep(MOST_ROWS + 1, runs=2), title="t")


def test_equal_calls_give_equal_small_files() -> None:
    made = [svg_text(forest_figure(SHAPES["forty points"], title="t"), "f") for _ in "ab"]
    assert made[0] == made[1]
    assert len(made[0]) < 60 * 1024


def test_points_are_chosen_in_the_order_given() -> None:
    data = forest_figure(sweep(50, runs=5), title="t", points=[40, 3]).data
    assert data["point"].tolist() == [40, 3]
    with pytest.raises(UsageError, match="no point 50 among these"):
        forest_figure(sweep(50, runs=5), title="t", points=[50])
    with pytest.raises(UsageError, match="no point to draw"):
        forest_figure(sweep(2), title="t", points=[])
