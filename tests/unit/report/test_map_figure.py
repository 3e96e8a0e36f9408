"""Maps over two factors: the right cell, the right look, room for words, and honest gaps."""

import io
from itertools import pairwise

import numpy as np
import pandas
import pytest
from matplotlib.image import imread

from sim import report
from sim.analysis import LifeTables, durations_of_points, life_tables
from sim.endings import CAUSES
from sim.errors import UsageError
from sim.report import map_figure, svg_text
from sim.report.map_classes import classes_of, contrast, ink_on, luminance
from sim.report.map_grid import MOST_STEPS, grid_of, shown
from sim.report.map_numbers import STATISTICS, dominant_endings, letters
from tests.figures import check_words, words
from tests.unit.report.test_differences_figure import NASTY


def plane(across, up, **others) -> pandas.DataFrame:
    """The points of a sweep over two factors, row by row."""
    rows = [(x, y) for y in up for x in across]
    table = pandas.DataFrame(rows, columns=["x", "y"], dtype=object).infer_objects()
    table.insert(0, "point", range(len(table)))
    return table.assign(**others)


def lasting(points, runs: int = 40, horizon: int = 365, seed: int = 3) -> LifeTables:
    """Life tables of some points, which last the longer the higher their number."""
    points = list(points)
    rng = np.random.default_rng(seed)
    size = (len(points), runs)
    mean = 10.0 + 300.0 * np.array(points)[:, None] / max(*points, 1)
    days = np.ceil(rng.exponential(mean, size)).astype(int)
    codes = np.where(days > horizon, 0, rng.integers(1, len(CAUSES) + 1, size))
    return life_tables(
        np.repeat(points, runs),
        codes.ravel(),
        np.minimum(days, horizon).ravel(),
        numbers=points,
        horizon_days=horizon,
    )


def drawn(points: pandas.DataFrame, tables: LifeTables | None = None, **options):
    options = {"across": "x", "up": "y", "title": "A map"} | options
    return map_figure(lasting(points["point"]) if tables is None else tables, points, **options)


def told(figure) -> str:
    return " ".join(name.partition(": ")[2] for name in words(figure))


GREY = [0.299, 0.587, 0.114]

GRIDS = {
    "11 x 5": plane(np.linspace(0, 1, 11).round(1), [0, 0.25, 0.5, 0.75, 1]),
    "1 x 1": plane([0.5], [1]),
    "1 x 9": plane([0.5], range(9)),
    "9 x 1": plane(range(9), [0.5]),
    "3 x 3": plane([1, 2, 3], [1, 2, 3]),
    "30 x 20": plane(range(30), range(20)),
    "uneven": plane([0, 1, 7, 30, 365, 3650], [0.001, 0.1, 1.0]),
    "negative": plane([-0.15, -0.05, 0, 0.05], [0, 1]),
    "words": plane(["none", "a broker", NASTY, "x" * 80], ["yes, always", "never", NASTY[::-1]]),
    "many words": plane([f"{NASTY} {n}" for n in range(20)], [True, False, None]),
}


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("shape", GRIDS)
def test_no_text_is_cut_off_or_covered_by_another(shape: str, statistic) -> None:
    points = GRIDS[shape]
    names = {"x": NASTY, "y": NASTY} if shape in ("words", "1 x 1") else {}
    some = lasting(points["point"][: max(len(points) * 2 // 3, 1)])
    for tables in (None, some):
        check_words(drawn(points, tables, statistic=statistic, names=names))


@pytest.mark.parametrize(
    "tables",
    [
        life_tables(range(9), [0] * 9, [365] * 9),
        life_tables(range(9), [1] * 9, [0] * 9, horizon_days=365),
        life_tables(range(9), [1, 0] * 4 + [1], [0, 1] * 4 + [1]),
        life_tables([4], [2], [7], horizon_days=1095),
    ],
    ids=["all hold", "gone on day 0", "horizon 1", "one point with runs"],
)
@pytest.mark.parametrize("statistic", STATISTICS)
def test_odd_results_are_drawn_whole(tables: LifeTables, statistic) -> None:
    figure = drawn(GRIDS["3 x 3"], tables, statistic=statistic)
    check_words(figure)
    assert svg_text(figure, "m")


def test_each_cell_shows_the_number_of_its_point() -> None:
    points = GRIDS["3 x 3"]
    tables = lasting(range(9))
    figure = drawn(points, tables, statistic="restricted_mean", day=200)
    expected = durations_of_points(tables, 200)["kept_days"].tolist()
    assert figure.data["value"].tolist() == expected
    places = {
        text.get_position(): text.get_text()
        for text in figure.axes[0].texts
        if text.get_fontsize() == 7.0 and text.get_zorder() == 5
    }
    for number, value in enumerate(expected):
        assert places[number % 3 + 0.5, number // 3 + 0.5] == f"{value:.0f}"


def test_shuffled_points_give_the_same_map() -> None:
    points = GRIDS["11 x 5"]
    tables = lasting(points["point"])
    mixed = points.sample(frac=1.0, random_state=2)
    assert svg_text(drawn(points, tables), "m") == svg_text(drawn(mixed, tables), "m")


def test_missing_points_and_medians_not_reached_are_named() -> None:
    tables = life_tables([0, 1, 1, 1], [0, 1, 1, 0], [90, 4, 5, 90])
    figure = drawn(plane([1, 2], [1, 2]), tables)
    assert "not reached by day 90" in told(figure)
    assert "no runs" in told(figure)
    assert ">90" in told(figure)
    assert "2 cells without runs" in figure.description
    assert "Not reached in 1 cell." in figure.description
    assert figure.data["runs"].tolist() == [1, 3, 0, 0]
    whole = told(drawn(GRIDS["3 x 3"], statistic="restricted_mean"))
    assert "no runs" not in whole
    assert "not reached" not in whole


def test_endings_have_letters_of_their_own_and_their_looks() -> None:
    assert len(set(letters().values())) == len(CAUSES) + 1
    tables = life_tables([0, 0, 0, 1, 1, 2], [1, 1, 4, 3, 0, 0], [1, 2, 3, 4, 9, 9])
    found = dominant_endings(tables)
    assert found["ending"].tolist() == ["group_defects", "violence", "holding"]
    assert found["share"].tolist() == [2 / 3, 0.5, 1.0]
    shares = found[[name for name in found if str(name).startswith("share_")]]
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-12)
    figure = drawn(plane([0, 1, 2], [0]), tables, statistic="ending")
    for words_of in ("G: Group defects", "V: Violence", "H: Still holding", "G 67 %"):
        assert words_of in told(figure)
    assert "group defects 1, holding 1, violence 1" in figure.description


def test_contours_are_round_labelled_and_only_between_numbers() -> None:
    figure = drawn(GRIDS["11 x 5"], statistic="restricted_mean")
    (lines,) = [each for each in figure.axes[0].collections if hasattr(each, "levels")]
    assert all(level % 10 == 0 for level in lines.levels)
    labels = {text.get_text() for text in figure.axes[0].texts if text.get_zorder() == 6}
    assert labels <= {f"{level:,.0f}" for level in lines.levels}
    assert len(labels) >= 2
    for words_only in ("words", "9 x 1", "1 x 1"):
        axes = drawn(GRIDS[words_only], statistic="restricted_mean").axes[0]
        assert not any(hasattr(each, "levels") for each in axes.collections)


def test_every_value_is_named_where_there_is_room() -> None:
    axes = drawn(GRIDS["uneven"]).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "0", "1", "7", "30", "365", "3650"
    ]  # fmt: skip
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0.001", "0.1", "1"]


def test_uneven_steps_are_said() -> None:
    assert "The steps of x are uneven" in drawn(GRIDS["uneven"]).foot
    assert "uneven" not in drawn(GRIDS["11 x 5"]).foot


def test_what_is_fixed_is_said_and_chosen() -> None:
    low = plane([1, 2], [1, 2], z=0.0, w="a")
    high = plane([1, 2], [1, 2], z=1.0, w="a").assign(point=range(4, 8))
    points = pandas.concat([low, high])
    figure = drawn(points, lasting(range(8)), fixed={"z": 1.0}, names={"z": "Funding (share)"})
    assert "with Funding (share) = 1." in told(figure)
    assert figure.data["point"].tolist() == [4, 5, 6, 7]
    with pytest.raises(UsageError, match=r"say with fixed= what the others are\. z: 0, 1"):
        drawn(points)
    with pytest.raises(UsageError, match=r"No point has z = 0\.5; there is 0, 1"):
        drawn(points, fixed={"z": 0.5})


def test_wrong_factors_are_refused_in_a_sentence() -> None:
    points = GRIDS["3 x 3"]
    with pytest.raises(UsageError, match="q is no factor of these points; they have x, y"):
        grid_of(points, "q", "y")
    with pytest.raises(UsageError, match="two different factors"):
        grid_of(points, "x", "x")
    with pytest.raises(UsageError, match="Points 0 and 9 share x = 1 and y = 1"):
        grid_of(pandas.concat([points, points.head(1).assign(point=9)]), "x", "y")
    with pytest.raises(UsageError, match=f"61 values, .* {MOST_STEPS} along a side"):
        grid_of(plane(range(61), [0]), "x", "y")
    with pytest.raises(UsageError, match="one of median, survival"):
        drawn(points, statistic="mode")
    with pytest.raises(UsageError, match=r"0\.\.365, not 900"):
        drawn(points, statistic="survival", day=900)


def test_the_baseline_is_framed_and_named() -> None:
    points = GRIDS["3 x 3"].assign(baseline=[False] * 4 + [True] + [False] * 4)
    figure = drawn(points)
    assert "baseline" in told(figure)
    x, y = figure.axes[0].lines[-1].get_data()
    assert (min(x), max(x), min(y), max(y)) == (1, 2, 1, 2)
    assert "baseline" not in told(drawn(GRIDS["3 x 3"]))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (-3, "−3"),
        (True, "yes"),
        (np.False_, "no"),
        (None, "none"),
        (" a\nb", "a b"),
    ],
)
def test_values_are_shown_as_a_reader_writes_them(value, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize("values", [[0.0, 1000.0], [3.0, 3.2, 3.4], [7.0], [np.nan], [0.0, 0.0]])
def test_classes_hold_all_values_between_round_limits(values: list[float]) -> None:
    classes = classes_of(np.array(values))
    assert len(classes.limits) == len(classes) + 1
    for value in values:
        if value == value:
            place = classes.place(value)
            assert classes.limits[place] <= value <= classes.limits[place + 1]


def test_colours_darken_in_grey_and_words_on_them_can_be_read() -> None:
    for many in range(2, 9):
        classes = classes_of(np.linspace(0, 10 * many, 50))
        light = [luminance(colour) for colour in classes.colours]
        assert light == sorted(light, reverse=True)
        for one, other in pairwise(classes.colours):
            assert contrast(one, other) > 1.15
        for colour in classes.colours:
            assert contrast(ink_on(colour), colour) > 4.0


def test_a_map_printed_in_grey_keeps_its_order() -> None:
    points = plane([0, 1, 2, 3], [0])
    tables = life_tables([0, 1, 2, 3], [1] * 4, [20, 40, 60, 78], horizon_days=90)
    figure = drawn(points, tables)
    picture = imread(io.BytesIO(report.picture(figure, "png", "m")))[..., :3] @ GREY
    scale = 220 / figure.dpi
    greys = []
    for place in range(4):
        x, y = figure.axes[0].transData.transform((place + 0.5, 0.1)) * scale
        greys.append(picture[int(picture.shape[0] - y), int(x)])
    assert all(before - after > 0.05 for before, after in pairwise(greys))


def test_equal_calls_give_equal_small_files() -> None:
    for statistic in ("median", "ending"):
        made = [svg_text(drawn(GRIDS["11 x 5"], statistic=statistic), "m") for _ in "ab"]
        assert made[0] == made[1]
        assert len(made[0]) < 60 * 1024


def test_the_largest_map_keeps_its_words_and_a_small_file() -> None:
    """Every cell has its own ending here, so that none can be joined with its neighbour."""
    points = plane(range(MOST_STEPS), range(MOST_STEPS))
    figure = drawn(points, lasting(points["point"], runs=1), statistic="ending")
    check_words(figure)
    assert len(svg_text(figure, "m")) < 120 * 1024
