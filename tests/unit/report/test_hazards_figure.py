"""The figure of hazards: rates with intervals, zeros as upper limits, ends of term apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import ALL_CAUSES, LifeTable, LifeTables, hazards_table, life_table
from sim.errors import UsageError
from sim.report import DescribedFigure, hazards_figure, svg_text
from sim.report.hazard_panels import round_top
from tests.figures import check_words, words
from tests.life_tables import geometric
from tests.shapes import NASTY, SHAPES, lapsing, steady

COUNTED = ["at_risk", "truce_days", "ended"]


def drawn(table: LifeTable, title: str = "Truces", **options) -> DescribedFigure:
    return hazards_figure(table, title=title, seed=7, **options)


def told(figure: DescribedFigure) -> str:
    return " ".join(name.partition(": ")[2] for name in words(figure)).replace("\n", " ")


@pytest.mark.parametrize("term", [0, 30])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_is_cut_off_or_covered_by_another(shape: str, term: int) -> None:
    check_words(drawn(SHAPES[shape], NASTY, subtitle=NASTY, term_days=term))


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from(list(SHAPES.values())),
    st.integers(1, 60),
    st.integers(0, 60),
    st.sampled_from(["per 1,000 truce-days", "% per day"]),
)
def test_any_bands_and_terms_fit(table: LifeTable, width: int, term: int, unit) -> None:
    check_words(drawn(table, width_days=width, term_days=term, unit=unit))


def test_without_terms_the_rows_are_those_of_the_hazards_table() -> None:
    table = steady(20_000, 364, 0.002)
    expected = hazards_table(table)
    data = drawn(table, width_days=7).data
    assert data[expected.columns.tolist()].equals(expected)
    assert not data["is_end_of_term"].any()


def test_bands_of_one_s_own() -> None:
    data = drawn(steady(2_000, 100), last_days=[10, 50, 100]).data
    assert data["last_day"].unique().tolist() == [10, 50, 100]


def test_ends_of_term_stand_apart_and_nothing_is_lost() -> None:
    table = lapsing()
    data = drawn(table, term_days=30).data
    ends = data[data["is_end_of_term"] & (data["cause"] == ALL_CAUSES)]
    assert (ends["first_day"] == ends["last_day"]).all()
    assert (ends["last_day"] % 30 == 0).all()
    whole = data[data["cause"] == ALL_CAUSES]
    through = int(whole["last_day"].max())
    assert whole["ended"].sum() == table.ended_by_day[: through + 1].sum()
    assert whole["truce_days"].sum() == table.at_risk[: through + 1].sum()
    at = ends.set_index("last_day")["risk"]
    assert at[30] == table.ended_by_day[30] / table.at_risk[30]


def test_causes_that_act_only_at_ends_of_term_have_no_rate() -> None:
    figure = drawn(lapsing(), term_days=30)
    panels = [panel for panel in figure.axes if panel.texts]
    assert "Lapses" not in [panel.texts[0].get_text().split("\n")[0] for panel in panels]
    assert "Lapses" in told(figure)
    assert "Lapses" in [p.texts[0].get_text().split("\n")[0] for p in drawn(lapsing()).axes]


def test_no_ending_is_an_empty_box_up_to_the_limit() -> None:
    days = [3] * 20 + [40] * 80
    table = life_table(days, [1] * 20 + [0] * 80, 40)
    figure = drawn(table, last_days=[10, 40])
    filled, empty = figure.axes[0].patches
    assert filled.get_facecolor()[3] > 0
    assert empty.get_facecolor()[3] == 0
    upper = figure.data.query("cause == 'all' and ended == 0")["hazard_upper"].item()
    assert empty.get_path().vertices[:, 1].max() == pytest.approx(1000 * upper)
    assert empty.get_path().vertices[:, 1].min() == 0
    assert "No ending seen: up to the upper limit" in told(figure)


def test_intervals_beyond_the_scale_are_cut_and_marked() -> None:
    days = [*range(1, 41)] * 50 + [80] * 2
    figure = drawn(life_table(days, [1] * 2000 + [0] * 2, 80), last_days=[20, 39, 80])
    top = figure.axes[0].get_ylim()[1]
    for patch in figure.axes[0].patches:
        assert patch.get_path().vertices[:, 1].max() <= top


def test_ages_that_few_reach_are_left_out_and_said_so() -> None:
    table = lapsing()
    figure = drawn(table, term_days=30)
    assert (figure.data["at_risk"] >= 50).all()
    assert "Ages that fewer than 50 truces reach are left out" in told(figure)


def test_causes_that_never_ended_a_truce_have_an_upper_limit_in_words() -> None:
    said = told(drawn(SHAPES["never falls"]))
    assert "No truce ended by group defects, state defects, violence, lapses, settles" in said
    limit = 1000 * hazards_table(SHAPES["never falls"], [365])["hazard_upper"].iloc[0]
    assert f"at most {limit:.2g} per 1,000 truce-days each" in said


def test_units() -> None:
    table = SHAPES["horizon 30, lapse on it"]
    per_thousand = drawn(table).axes[0]
    per_cent = drawn(table, unit="% per day").axes[0]
    heights = [
        panel.patches[0].get_path().vertices[:, 1].max() for panel in (per_thousand, per_cent)
    ]
    assert heights[0] == pytest.approx(10 * heights[1])
    with pytest.raises(UsageError, match="not 'per year'"):
        drawn(table, unit="per year")


def test_only_one_point_is_shown() -> None:
    with pytest.raises(UsageError, match="shows one point, not 2"):
        hazards_figure(LifeTables.of([lapsing()] * 2), title="t", seed=1)


def test_impossible_bands_are_refused() -> None:
    for wrong in ([], [5, 900], [-1, 4]):
        with pytest.raises(UsageError, match=r"rise within 0\.\.365"):
            drawn(lapsing(), last_days=wrong)


def test_the_description_gives_rates_and_ends_of_term() -> None:
    said = drawn(lapsing(), term_days=30).description
    table = lapsing()
    share = 100 * table.ended_by_day[30] / table.at_risk[30]
    assert f"{share:.1f} % of {table.at_risk[30]:,} on day 30" in said
    assert "All causes: " in said
    assert "per 1,000 truce-days" in said


@pytest.mark.parametrize("largest", [*np.geomspace(1e-6, 1e6, 80), 3.0, 0.3])
def test_scales_end_at_round_numbers_close_above(largest: float) -> None:
    assert largest <= round_top(largest) * (1 + 1e-12) <= 1.7 * largest


def test_nothing_has_a_scale_to_one() -> None:
    assert round_top(0.0) == round_top(float("nan")) == 1.0


def test_files_stay_small_and_equal() -> None:
    table = geometric(1, 10_000, 1096, 0.003, causes=5)
    once, again = (hazards_figure(table, title="t", seed=1, term_days=30) for _ in range(2))
    assert len(svg_text(once, "x").encode()) < 64 * 1024
    assert svg_text(once, "x") == svg_text(again, "x")
