"""The daily strip: lines that are the days, a lane for each kind of event, and room for words."""

import numpy as np
import pandas
import pytest

from sim.errors import UsageError
from sim.report import daily_figure, svg_text
from sim.report.daily_figure import PANELS
from sim.report.event_marks import EVENT_MARKS
from sim.report.map_classes import contrast, luminance
from tests.figures import check_words, words
from tests.unit.report.test_differences_figure import NASTY


def days_through(last: int, seed: int = 1, **columns) -> pandas.DataFrame:
    rng = np.random.default_rng(seed)
    walk = np.clip(0.5 + np.cumsum(rng.normal(0, 0.05, (6, last + 1)), axis=1), 0, 1)
    names = ["state_trust", "group_trust", "strength", "power", "outrage", "broker_leverage"]
    table = pandas.DataFrame(dict(zip(names, walk, strict=True)))
    table.insert(0, "day", range(last + 1))
    return table.assign(**columns)


def events_of(rows) -> pandas.DataFrame:
    table = pandas.DataFrame(rows, columns=["day", "mark", "number", "text"])
    return table.astype({"number": "Int64"})


def every_kind(last: int, each: int) -> pandas.DataFrame:
    days = np.linspace(0, last, each).astype(int)
    return events_of(
        [(day, mark.name, 3, "it happens") for mark in EVENT_MARKS for day in days]
        + [(last, "ending", None, "it ends")]
    )


NOTHING = events_of([])
SHAPES = {
    "a month": (days_through(30), every_kind(30, 4)),
    "day 0 only": (days_through(0), events_of([(0, "ending", None, "It ends.")])),
    "one day": (days_through(1), every_kind(1, 2)),
    "nothing happens": (days_through(90), NOTHING),
    "three years, all days": (days_through(1095), every_kind(1095, 1096)),
    "all at zero": (days_through(9) * [1, 0, 0, 0, 0, 0, 0], NOTHING),
    "all at one": (days_through(9, state_trust=1.0, group_trust=1.0, outrage=1.0), NOTHING),
    "strong": (days_through(60, strength=3871.2), every_kind(60, 60)),
    "without a broker": (days_through(60, broker_leverage=0.0), NOTHING),
    "a million killed": (
        days_through(9),
        events_of([(day, "deadly", 10**6, NASTY) for day in range(10)]),
    ),
}


@pytest.mark.parametrize("title", ["A truce", NASTY], ids=["short", "nasty"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str, title: str) -> None:
    check_words(daily_figure(*SHAPES[shape], title=title, subtitle=title))


def test_lines_follow_the_days() -> None:
    days, events = SHAPES["a month"]
    panel = daily_figure(days, events, title="t").axes[0]
    for line, name in zip(panel.lines, ("state_trust", "group_trust"), strict=False):
        drawn = np.interp(days["day"], *line.get_data())
        np.testing.assert_allclose(drawn, days[name], atol=0.01)


def test_panels_share_their_days_and_are_marked_through() -> None:
    axes = daily_figure(*SHAPES["a month"], title="t").axes
    assert len(axes) == len(PANELS) + 1
    assert {panel.get_xlim() for panel in axes} == {(0.0, 30.0)}
    assert len({(panel.get_position().x0, panel.get_position().x1) for panel in axes}) == 1


def test_what_is_not_there_has_no_line() -> None:
    labels = words(daily_figure(*SHAPES["without a broker"], title="t"))
    assert not any("Broker's leverage" in name for name in labels)
    assert len(daily_figure(*SHAPES["all at zero"], title="t").axes) == 1


def test_lanes_tell_how_often_and_how_many() -> None:
    events = events_of(
        [
            (3, "deadly", 4, "attack"),
            (8, "deadly", 6, "attack"),
            (9, "release", 17, "they go free"),
            (9, "signing", None, "not drawn"),
            (30, "renewal", None, "again"),
            (44, "ending", None, "The term runs out."),
        ]
    )
    figure = daily_figure(days_through(44), events, title="t")
    told = " ".join(name.partition(": ")[2] for name in words(figure))
    for expected in ("2 (10 killed)", "1 (17 freed)", "day 30", "day 44", "Deadly incidents"):
        assert expected in told
    assert "Scrutiny" not in told
    assert "The end, on day 44: The term runs out." in figure.description
    assert "signing" not in set(figure.data["series"])
    assert (figure.data["series"] == "outrage").sum() == 45


def test_renewals_and_the_end_run_through_all_panels() -> None:
    events = events_of([(10, "renewal", None, ""), (20, "ending", None, "")])
    for panel in daily_figure(days_through(20), events, title="t").axes:
        through = [line for line in panel.lines if np.isnan(line.get_ydata()).any()]
        assert [line.get_xdata()[::3].tolist() for line in through] == [[10.0, 20.0]]


def test_a_long_truce_of_many_events_is_a_small_file_and_the_same_twice() -> None:
    days, events = SHAPES["three years, all days"]
    made = [svg_text(daily_figure(days, events, title="t"), "d") for _ in "ab"]
    assert made[0] == made[1]
    assert len(made[0]) < 60 * 1024


def test_several_runs_or_no_day_are_refused() -> None:
    both = pandas.concat([days_through(3, run=0), days_through(3, run=1)])
    with pytest.raises(UsageError, match="shows one run, and these days are of 2"):
        daily_figure(both, NOTHING, title="t")
    with pytest.raises(UsageError, match="no day to draw"):
        daily_figure(days_through(3).head(0), NOTHING, title="t")


def test_marks_and_lines_stand_out_on_white_and_differ_without_colour() -> None:
    for mark in EVENT_MARKS:
        assert contrast(mark.colour, "#FFFFFF") > 3.0
    assert len({(mark.shape, mark.is_filled) for mark in EVENT_MARKS}) == len(EVENT_MARKS)
    for _, lines in PANELS:
        assert len({line.dashes for line in lines}) == len(lines)
        assert all(luminance(line.colour) < 0.3 for line in lines)
