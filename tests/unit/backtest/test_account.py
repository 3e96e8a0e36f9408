"""The backtest: tables, words, bands over parameters, and the page that carries them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.backtest import Backtest, backtest
from sim.backtest.account import RUNS, SEED, page_parts, verdict
from sim.backtest.prediction import MODEL, from_model
from sim.backtest.vectors import MEASURES
from sim.ensemble import run_ensemble
from sim.errors import UsageError
from sim.reference import check
from sim.scenario import Scenario
from sim.validation.vectors import Vectors

PAGE = Path(__file__).parents[3] / "docs" / "backtest.md"
VECTORS = Vectors("three", ("model.covert_rate",), ((0.03,), (0.055,), (0.08,)))


@pytest.fixture(scope="module")
def small() -> Backtest:
    return backtest(300, 7, VECTORS, runs_of_vector=200)


def test_the_model_is_counted_as_its_runs_end() -> None:
    shares = from_model("ttp_2021", 500, 3).shares
    rows = run_ensemble(Scenario.load("ttp_2021"), 500, 3)
    early = rows["days"] <= 400
    lapses = (rows["ending"] == 4) & early
    assert shares[0].sum() == pytest.approx(lapses.mean())
    assert shares.sum() == pytest.approx((early & (rows["ending"] > 0)).mean())
    assert shares[0, 30] == pytest.approx(((rows["days"] == 30) & lapses).mean())


def test_tables_hold_every_truce_and_everybody(small: Backtest) -> None:
    assert small.names == (MODEL, "exponential", "log-normal", "hazard ratios")
    assert len(small.expected) == 12
    assert len(small.log_scores) == 16
    assert (small.expected["ended_before"] <= small.expected["drawn"]).all()
    assert (small.expected["drawn"] <= small.expected["ended_by_then"] + 1e-12).all()
    one = small.log_scores.query("by == 'log-normal'")
    assert one["day"].iloc[-1] == pytest.approx(one["day"].iloc[:3].sum())


def test_it_says_who_wins_and_how_little_that_means(small: Backtest) -> None:
    told = "\n".join(verdict(small))
    assert "hardly anything can be told" in told
    assert "one time in 4" in told
    for words in ("By the day", "By band and ending"):
        assert words in told


def test_a_rival_that_wins_is_named(small: Backtest) -> None:
    places = {"day": 0, "band_and_ending": 0}
    for measure in places:
        totals = [
            sum(getattr(scores[place], measure).value for scores in small.scores)
            for place in range(4)
        ]
        places[measure] = int(np.argmin(totals))
    sentences = [each for each in verdict(small) if "does better than every rival" not in each]
    for place, sentence in zip(places.values(), sentences, strict=False):
        said = "the model does best" if place == 0 else f"a rival wins, {small.names[place]}"
        assert said in sentence


def test_scores_come_as_a_band_over_vectors(small: Backtest) -> None:
    band = small.band
    assert band is not None
    assert small.vectors == 3
    assert (band["lower"] <= band["median"]).all()
    assert (band["median"] <= band["upper"]).all()
    assert set(band["truce"]) == {"2014", "2021", "2022", "all"}
    one = band[(band["truce"] == "2021") & band["measure"].str.endswith("band and ending")].iloc[0]
    assert one["lower"] < one["upper"]


def test_how_often_the_model_is_best_over_the_vectors_is_said(small: Backtest) -> None:
    of_all = small.band[small.band["truce"] == "all"].set_index("measure")
    best = {
        measure: min(
            sum(getattr(scores[place], measure).value for scores in small.scores)
            for place in range(1, 4)
        )
        for measure in small.best_under
    }
    for measure, share in small.best_under.items():
        row = of_all.loc[MEASURES[measure]]
        assert share in (0.0, 1 / 3, 2 / 3, 1.0)
        assert (share == 1.0) == (row["upper"] < best[measure])
        assert (share == 0.0) == (row["lower"] >= best[measure])
    said = "\n".join(verdict(small))
    assert said.count("% of the 3 vectors") == 2


def test_a_vector_out_of_range_is_refused_before_anything_is_run() -> None:
    told: list[str] = []
    with pytest.raises(UsageError, match=r"v\.csv, row 2: .*covert_rate"):
        backtest(10, 1, Vectors("v.csv", ("model.covert_rate",), ((99.0,),)), 10, told.append)
    assert told == []


@pytest.mark.parametrize(("runs", "seed"), [(0, 1), (10, -1)])
def test_numbers_out_of_range_are_refused(runs: int, seed: int) -> None:
    with pytest.raises(UsageError):
        backtest(runs, seed)


def test_the_page_has_the_numbers_of_the_model_as_it_is() -> None:
    check(PAGE, page_parts(backtest(RUNS, SEED)), "make backtest")
