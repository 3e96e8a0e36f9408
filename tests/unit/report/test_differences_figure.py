"""The figure of differences: signs, bands, what the pairing achieved, and room for all words."""

import matplotlib
import numpy as np
import pytest

from sim.analysis import (
    IndependentTables,
    PairTables,
    difference_band,
    pair_tables,
    redrawn_pairs,
    survival_differences,
)
from sim.errors import UsageError
from sim.report import differences_figure, svg_text
from sim.report.differences_figure import MOST_PANELS
from tests.figures import check_words, words

NASTY = "A $x_1^2$ truce of 50% _under_ \\alpha <b>&amp;</b>\n" + "that goes on and on " * 12


def lived(runs: int, horizon: int, risk: float, seed: int = 1):
    """Days and endings of runs; the same seed gives the same luck."""
    luck = np.random.default_rng(seed).random(runs)
    days = np.ceil(np.log1p(-luck) / np.log1p(-risk)).astype(int)
    return np.minimum(days, horizon), np.where(days > horizon, 0, 4)


def paired(risks, baseline: float = 0.01, runs: int = 400, horizon: int = 365) -> PairTables:
    points = [lived(runs, horizon, risk) for risk in risks]
    days, codes = (np.stack(column) for column in zip(*points, strict=True))
    return pair_tables(days, codes, *lived(runs, horizon, baseline), horizon)


def fixed(point, baseline, horizon: int) -> PairTables:
    """One point whose pairs have these days; a day past the horizon holds."""
    sides = [np.array(days) for days in (point, baseline)]
    lasting = [np.minimum(days, horizon) for days in sides]
    codes = [np.where(days > horizon, 0, 1) for days in sides]
    return pair_tables(lasting[0][None], codes[0][None], lasting[1], codes[1], horizon)


SHAPES: dict[str, PairTables] = {
    "one point": paired([0.005]),
    "two points": paired([0.005, 0.02]),
    "six points": paired(np.linspace(0.002, 0.05, 6)),
    "no difference": paired([0.01]),
    "all hold": fixed([400] * 60, [400] * 60, 365),
    "gone on day 0": fixed([0] * 60, [0] * 60, 365),
    "gone against holding": fixed([0] * 60, [40] * 60, 30),
    "horizon 1": fixed([0, 1, 2, 2], [0, 0, 1, 2], 1),
    "one pair": fixed([5], [9], 30),
    "three years": paired([0.001, 0.003, 0.004], 0.002, 2000, 1095),
    "tiny": paired([0.0100001], runs=100_000),
}


def told(figure) -> str:
    return " ".join(name.partition(": ")[2] for name in words(figure))


@pytest.mark.parametrize("label", ["stronger broker", NASTY], ids=["short", "nasty"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str, label: str) -> None:
    pairs = SHAPES[shape]
    labels = dict.fromkeys(pairs.numbers, label)
    check_words(differences_figure(pairs, title=label, baseline=label, labels=labels))


def test_above_the_zero_line_more_hold() -> None:
    longer, shorter = differences_figure(paired([0.005, 0.02]), title="t").axes
    for panel, sign in ((longer, 1), (shorter, -1)):
        zero, curve = panel.lines
        assert set(zero.get_ydata()) == {0.0}
        assert (sign * curve.get_ydata()).max() > 5
        assert (sign * curve.get_ydata()).min() > -0.5
        low, high = panel.get_ylim()
        assert low == -high
    assert longer.get_ylabel() == "← shorter · holds longer →"


def test_the_curve_is_the_difference_in_percentage_points() -> None:
    pairs = fixed([0, 2, 5, 9], [0, 1, 2, 3], 8)
    day, share = differences_figure(pairs, title="t").axes[0].lines[1].get_data()
    found = survival_differences(pairs).difference[0]
    drawn = [share[np.searchsorted(day, place, "right") - 1] for place in range(len(found))]
    np.testing.assert_allclose(drawn, 100 * found)


def test_a_band_is_named_apart_from_the_interval() -> None:
    point, base = lived(300, 60, 0.02), lived(300, 60, 0.04)
    pairs = pair_tables(point[0][None], point[1][None], *base, 60)
    band = difference_band(redrawn_pairs(*point, *base, 60, replicates=200))
    figure = differences_figure(pairs, title="t", bands={0: band})
    assert "95 % band, all days at once" in told(figure)
    assert "95 % interval, each day on its own" in told(figure)
    assert figure.data["band_upper"].max() > figure.data["upper"].max()
    low, high = figure.axes[0].get_ylim()
    assert 100 * figure.data["band_upper"].max() <= high
    assert 100 * figure.data["band_lower"].min() >= low
    assert "all days at once" not in told(differences_figure(pairs, title="t"))


@pytest.mark.parametrize("method", ["dkw", "equal-precision", "hall-wellner"])
def test_a_band_by_another_method_is_called_by_it(method: str) -> None:
    point, base = lived(300, 60, 0.02), lived(300, 60, 0.04)
    redrawn = redrawn_pairs(*point, *base, 60, replicates=5)
    other = difference_band(redrawn, 0.9, method, seed=1)
    figure = differences_figure(redrawn.pairs, title="t", bands={0: other})
    name = f"90 % band, all days at once ({method})"
    assert name in told(figure)
    check_words(figure)
    np.testing.assert_array_equal(figure.data["band_upper"], other.upper[: len(figure.data)])


def test_the_foot_says_what_the_pairing_achieved() -> None:
    foot = differences_figure(paired([0.005]), title="t").foot
    assert "400 runs of each, paired by shared luck: correlation of days held 0." in foot
    assert "variance of their mean difference lower by" in foot
    both = differences_figure(paired([0.005, 0.02]), title="t").foot
    assert " to " in both.partition("correlation")[2]
    assert "do not vary" in differences_figure(SHAPES["all hold"], title="t").foot
    pairs = SHAPES["two points"]
    alone = differences_figure(IndependentTables(pairs.first, pairs.second), title="t").foot
    assert "do not share their luck" in alone


def test_pairing_that_did_harm_is_said() -> None:
    days = np.arange(1, 101)
    pairs = pair_tables(days[None], np.ones((1, 100), int), days[::-1], np.ones(100, int), 200)
    foot = differences_figure(pairs, title="t").foot
    assert "correlation of days held −1.00" in foot
    assert "lower by −" in foot
    assert "pairing did harm" in foot


def test_the_description_gives_mean_days_and_the_largest_difference() -> None:
    pairs = fixed([10] * 50, [4] * 50, 20)
    figure = differences_figure(pairs, title="t", labels={0: "longer"}, baseline="the reference")
    assert "longer: mean within 20 days: +6.0 days" in figure.description
    assert "after day 4, +100.0 percentage points" in figure.description
    assert "minus that of the reference" in figure.description


def test_the_data_hold_every_day_of_every_point() -> None:
    data = differences_figure(SHAPES["two points"], title="t", labels={1: "riskier"}).data
    assert data.groupby("point").size().tolist() == [366, 366]
    assert set(data["label"]) == {"Point 0", "riskier"}


def test_points_are_chosen_and_too_many_are_refused() -> None:
    many = paired(np.linspace(0.001, 0.05, MOST_PANELS + 1))
    with pytest.raises(UsageError, match="forest_figure or map_figure"):
        differences_figure(many, title="t")
    assert len(differences_figure(many, title="t", points=[6, 2]).axes) == 2
    with pytest.raises(UsageError, match="no point 77"):
        differences_figure(many, title="t", points=[77])
    with pytest.raises(UsageError, match="not 0"):
        differences_figure(many, title="t", points=[])


def test_equal_calls_give_equal_small_files() -> None:
    made = [svg_text(differences_figure(SHAPES["three years"], title="t"), "d") for _ in "ab"]
    assert made[0] == made[1]
    assert len(made[0]) < 60 * 1024
    assert len(svg_text(differences_figure(SHAPES["six points"], title="t"), "d")) < 60 * 1024


def test_the_reader_s_own_settings_neither_matter_nor_change() -> None:
    plain = svg_text(differences_figure(SHAPES["one point"], title="t"), "d")
    with matplotlib.rc_context({"font.size": 30.0, "axes.grid": True, "lines.linewidth": 9}):
        before = dict(matplotlib.rcParams)
        assert svg_text(differences_figure(SHAPES["one point"], title="t"), "d") == plain
        assert dict(matplotlib.rcParams) == before


def test_line_interval_and_band_differ_in_grey() -> None:
    from sim.report.appearance import BAND_EDGE, BAND_FILL, INK
    from sim.report.differences_figure import _WHOLE_FILL
    from sim.report.map_classes import contrast

    assert contrast(INK, BAND_FILL) > 7
    assert contrast(BAND_EDGE, "#FFFFFF") > 3
    assert contrast(BAND_FILL, _WHOLE_FILL) > 1.25
