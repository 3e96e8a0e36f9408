"""Days of the model shared out among its parts."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ensemble import run_ensemble
from sim.errors import UsageError
from sim.inquiry.attribution import attributed
from sim.inquiry.players import INPUTS, THEMES, inputs_of, mechanisms_of, themes_of
from sim.inquiry.told import attribution_lines
from sim.inquiry.vectors import attributed_under
from sim.mechanisms import MECHANISMS
from sim.report.attribution_figure import attribution_figure
from sim.scenario import Scenario
from sim.validation.vectors import Vectors
from tests.figures import check_words

CASE = Scenario.load("ttp_2021")


@pytest.fixture(scope="module")
def themes():
    return attributed(CASE, "themes", runs=60, window_days=120)


def test_every_mechanism_stands_in_one_theme() -> None:
    members = [name for _, names in THEMES.values() for name in names]
    assert sorted(members) == sorted(MECHANISMS)


def test_days_sum_to_the_whole_difference(themes) -> None:
    total = themes.table["days"].sum()
    assert total == pytest.approx(themes.all.days - themes.none.days, abs=1e-10)
    assert themes.coalitions == 2 ** len(THEMES)
    assert themes.orders is None
    assert (themes.table["sampling"] == 0).all()


def test_the_totals_are_those_of_the_ensemble(themes) -> None:
    days = run_ensemble(CASE, 60, 1)["days"]
    assert themes.all.days == np.minimum(days, 120).mean()
    off = CASE.with_(**{f"mechanisms.{name}": False for name in MECHANISMS})
    assert themes.none.days == np.minimum(run_ensemble(off, 60, 1)["days"], 120).mean()


def test_leaving_one_out_is_the_paired_difference(themes) -> None:
    off = CASE.with_(**{f"mechanisms.{name}": False for name in THEMES["violence"][1]})
    with_, without = (np.minimum(run_ensemble(each, 60, 1)["days"], 120) for each in (CASE, off))
    row = themes.table.set_index("player").loc["violence"]
    assert row["left_out"] == (with_ - without).mean()
    assert row["left_out_error"] == pytest.approx((with_ - without).std(ddof=1) / np.sqrt(60))


def test_a_mechanism_without_anything_to_do_gets_no_days() -> None:
    calm = Scenario.from_yaml(
        "title: calm\nhorizon_days: 60\ntruce: {prisoners_promised: 0}\n"
        "groups: [{name: g, sanctuary: 0, split_rate: 0}]\nbrokers: [{name: b, leverage: 0}]\n"
    )
    found = attributed(calm, "mechanisms", runs=20, window_days=60, orders=4)
    days = found.table.set_index("player")["days"]
    for name in ("sanctuary", "concessions", "leverage", "leverage_loss", "splits"):
        assert days[name] == 0
    assert found.orders == 4
    assert days.sum() == pytest.approx(found.all.days - found.none.days, abs=1e-10)


def test_equal_seeds_give_equal_tables(themes) -> None:
    again = attributed(CASE, "themes", runs=60, window_days=120)
    assert again.table.equals(themes.table)
    other = attributed(CASE, "themes", runs=60, window_days=120, seed=2)
    assert not other.table["days"].equals(themes.table["days"])


def test_players_are_what_is_there_to_be_taken_out() -> None:
    off = CASE.with_(**{"mechanisms.spoilers": False})
    assert "spoilers" not in [player.name for player in mechanisms_of(off)]
    assert len(mechanisms_of(CASE)) == len(MECHANISMS)
    names = [player.name for player in inputs_of(CASE)]
    assert "ratification" not in names
    assert "refuge" in names
    assert "shocks" in [player.name for player in inputs_of(Scenario.load("kabul_shock"))]
    assert [player.name for player in themes_of(CASE)] == list(THEMES)


def test_taking_all_inputs_out_leaves_neutral_values() -> None:
    players = inputs_of(CASE)
    bare = CASE.with_(**{path: value for player in players for path, value in player.without})
    assert inputs_of(bare) == []
    assert {player.name for player in players} <= {*INPUTS, "shocks"}


def test_shocks_can_be_taken_out() -> None:
    case = Scenario.load("kabul_shock")
    shocks = next(player for player in inputs_of(case) if player.name == "shocks")
    assert case.with_(**dict(shocks.without)).shocks == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"among": "mechanism"}, "did you mean mechanisms?"),
        ({"runs": 1}, "2 to 1,000,000"),
        ({"seed": -1}, "the seed"),
        ({"window_days": 9999}, "horizon of 1,095"),
        ({"orders": 5}, "even number"),
    ],
)
def test_wrong_numbers_are_refused(options, words) -> None:
    with pytest.raises(UsageError, match=words):
        attributed(CASE, **options)


def test_a_scenario_without_anything_on_is_refused() -> None:
    off = CASE.with_(**{f"mechanisms.{name}": False for name in MECHANISMS})
    with pytest.raises(UsageError, match="none of the mechanisms"):
        attributed(off)


def test_the_waterfall_reaches_from_none_to_all(themes) -> None:
    figure = attribution_figure(themes, CASE.title)
    check_words(figure)
    steps = figure.data
    assert steps["ends"].iloc[0] == themes.none.days
    assert steps["ends"].iloc[-2] == pytest.approx(themes.all.days)
    assert len(steps) == len(THEMES) + 2
    assert "Waterfall from none of the themes" in figure.description
    said = "\n".join(attribution_lines(themes))
    assert "exact, over 128 worlds" in said
    assert "not of the world" in said


def test_days_are_shared_out_under_each_vector() -> None:
    vectors = Vectors("three", ("model.stick",), ((0.02,), (0.1,), (0.24,)))
    few = attributed(CASE, "themes", runs=20, window_days=60)
    found, by_vector = attributed_under(few, CASE, vectors, 4)
    assert not few.is_over_vectors
    assert found.is_over_vectors
    assert len(by_vector) == 3
    third = attributed(vectors.under(CASE)[2], "themes", runs=20, window_days=60)
    for _, row in third.table.iterrows():
        assert by_vector.loc[2, row["player"]] == row["days"]
    brokers = found.table.set_index("player").loc["brokers"]
    assert brokers["median_over_vectors"] == by_vector["brokers"].median()
    assert brokers["adds_under"] == (by_vector["brokers"] > 0).mean()
    assert (found.table["lower_over_vectors"] <= found.table["upper_over_vectors"]).all()
    assert found.table["days"].equals(few.table["days"])
    said = "\n".join(attribution_lines(found))
    assert "adds under" in said
    assert "adds under" not in "\n".join(attribution_lines(few))
