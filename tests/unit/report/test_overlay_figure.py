"""The model beside the record: three uncertainties with looks of their own, and careful words."""

import numpy as np
import pandas
import pytest

from sim.analysis import life_table, survival, survival_table
from sim.errors import UsageError
from sim.evidence import record, record_names
from sim.report import overlay_figure, svg_text
from sim.report.day_scales import scale_days
from sim.report.map_classes import contrast
from sim.report.overlay_figure import _BOUNDS, _OTHERS, _RECORD, MOST_OTHERS
from tests.figures import check_words, words
from tests.unit.report.test_differences_figure import NASTY

SCALES = ("linear", "square root", "logarithmic")


def steady(horizon: int, risk: float = 0.01, runs: int = 500) -> pandas.DataFrame:
    days = np.random.default_rng(2).geometric(risk, runs)
    codes = np.where(days > horizon, 0, 1)
    return survival_table(life_table(np.minimum(days, horizon), codes, horizon))


SHAPES = {
    "a year": steady(365),
    "three years": steady(1095, 0.002),
    "ten years, long over": steady(3650, 0.2),
    "horizon 1": steady(1),
    "a month": steady(30),
    "all hold": survival_table(life_table([365] * 50, [0] * 50, 365)),
    "gone on day 0": survival_table(life_table([0] * 50, [1] * 50, 365)),
}


def told(figure) -> str:
    return " ".join(name.partition(": ")[2] for name in words(figure))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str, scale) -> None:
    title = "A case" if shape == "a year" else NASTY
    for name in record_names()[:: 1 if shape == "a year" else 4]:
        check_words(
            overlay_figure(SHAPES[shape], record(name), title=title, seed=2**64 - 1, scale=scale)
        )


@pytest.mark.parametrize("name", record_names())
def test_the_record_is_drawn_as_it_stands(name: str) -> None:
    data = overlay_figure(SHAPES["a year"], record(name), title="t", seed=1).data
    drawn = data[data["series"] == "record"]
    curve = survival(record(name).table)
    known = min(len(curve), 366)
    np.testing.assert_array_equal(drawn["value"].to_numpy()[:known], curve[:known])
    assert (drawn["value"].to_numpy()[known:] == 0).all()


def test_the_three_uncertainties_are_named_and_look_different() -> None:
    figure = overlay_figure(
        SHAPES["a year"], record(), title="t", seed=1, others={"weak broker": steady(365, 0.03)}
    )
    for name in ("Monte-Carlo: 95 % interval", "Empirical: 95 % limits", "Empirical: bounds"):
        assert name in told(figure)
    assert "Scenario: the model under other assumptions" in told(figure)
    assert "other: weak broker" in set(figure.data["series"])
    looks = {(line.get_color(), str(line.get_linestyle())) for line in figure.axes[0].lines[:4]}
    assert len(looks) >= 3
    hatched = [each for each in figure.axes[0].collections if each.get_hatch()]
    assert len(hatched) == 1
    assert "Scenario" not in told(overlay_figure(SHAPES["a year"], record(), title="t", seed=1))


def test_words_say_which_stratum_and_claim_neither_fit_nor_forecast() -> None:
    figure = overlay_figure(SHAPES["a year"], record(), title="t", seed=1)
    said = told(figure) + figure.description
    assert "stratum “core peace-process spells”" in said
    assert "404 spells with known dates, 60 countries" in said
    assert "The record mixes many kinds of truces" in said
    assert "neither that the model is right nor what a real truce will do" in said
    for claim in ("fits", "predict", "forecast", "valid", "probability of"):
        assert claim not in said


def test_bounds_of_another_stratum_are_said_to_be() -> None:
    def foot(name: str) -> str:
        return overlay_figure(SHAPES["a year"], record(name), title="t", seed=1).foot

    assert "for peace-process ceasefires (37 % undated), each renewal an end: another" in foot(
        "core peace-process spells"
    )
    assert "for all ceasefires (36 % undated)." in foot("all ceasefires")
    assert "no bounds for them were computed" in foot("TTP-2021-like ceasefires")


def test_bounds_hold_between_the_days_for_which_they_were_computed() -> None:
    """Whatever falls and keeps the bounds on those days keeps them on the days between."""
    figure = overlay_figure(SHAPES["a year"], record("all ceasefires"), title="t", seed=1)
    (area,) = [each for each in figure.axes[0].collections if each.get_hatch()]
    corners = area.get_paths()[0].vertices
    bounds = record("all ceasefires").bounds
    for day, following in zip(bounds.index[:-1], bounds.index[1:], strict=True):
        middle = (bounds["day"][day] + bounds["day"][following]) / 2
        left = corners[np.abs(corners[:, 0] - middle) <= middle]
        assert left[:, 1].min() <= bounds["lower"][following]
        assert left[:, 1].max() >= bounds["upper"][day]


def test_the_scale_is_said_and_keeps_day_0_and_the_last_day() -> None:
    for scale in SCALES[1:]:
        figure = overlay_figure(SHAPES["three years"], record(), title="t", seed=1, scale=scale)
        assert f"Days are on a {scale} scale: the record is steep at first" in figure.foot
        assert f"Days since signing, {scale} scale" in told(figure)
        ticks = figure.axes[0].get_xticks().tolist()
        assert (ticks[0], ticks[-1]) == (0, 1095)
        assert {30, 90, 365} <= set(ticks)
    assert "scale" not in overlay_figure(SHAPES["a year"], record(), title="t", seed=1).foot


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("last", [1, 2, 6, 30, 400, 36_500])
def test_ticks_are_apart_on_every_scale(scale, last: int) -> None:
    axes = overlay_figure(steady(1), record(), title="t", seed=1).axes[0]
    ticks = scale_days(axes, scale, last, 0.085)
    places = axes.transAxes.inverted().transform(axes.transData.transform([(t, 0) for t in ticks]))
    assert np.all(np.diff(places[:, 0]) > 0.06)


def test_wrong_calls_are_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="linear, square root, logarithmic, not 'log'"):
        overlay_figure(SHAPES["a year"], record(), title="t", seed=1, scale="log")
    others = {str(n): SHAPES["a month"] for n in range(MOST_OTHERS + 1)}
    with pytest.raises(UsageError, match="room for 12 other curves, not 13"):
        overlay_figure(SHAPES["a year"], record(), title="t", seed=1, others=others)


def test_lines_stand_out_on_white() -> None:
    for colour in (_RECORD, _BOUNDS, _OTHERS):
        assert contrast(colour, "#FFFFFF") > 3.0


def test_equal_calls_give_equal_small_files() -> None:
    others = {str(risk): steady(1095, risk) for risk in np.linspace(0.001, 0.01, MOST_OTHERS)}
    made = [
        svg_text(
            overlay_figure(
                SHAPES["three years"],
                record(),
                title="t",
                seed=1,
                others=others,
                scale="logarithmic",
            ),
            "o",
        )
        for _ in "ab"
    ]
    assert made[0] == made[1]
    assert len(made[0]) < 60 * 1024
