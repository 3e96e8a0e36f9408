"""Transforms and scores of predictions, by their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from sim.backtest.prediction import BANDS, LAST_DAY, Prediction, band_of
from sim.backtest.scores import LogScore, chances_to_tell, log_score, scored, total
from sim.backtest.truces import ENDINGS, Happened, truces

TRUCE = Happened("somewhere", "T0", 2000, 46, "lapse", 30, frozenset())


def prediction(shares: dict[tuple[str, int], float], runs: int | None = None) -> Prediction:
    table = np.zeros((len(ENDINGS), LAST_DAY + 1))
    for (ending, day), share in shares.items():
        table[ENDINGS.index(ending), day] = share
    return Prediction("made up", table, runs)


def test_scores_are_those_of_the_definition() -> None:
    expected = prediction(
        {("broken", 10): 0.2, ("lapse", 46): 0.1, ("broken", 46): 0.05, ("lapse", 60): 0.15}, 400
    )
    score = scored(TRUCE, expected, 0.25)
    assert (score.before, score.by) == pytest.approx((0.2, 0.35))
    assert score.drawn == pytest.approx(0.2 + 0.25 * 0.15)
    assert score.day.value == pytest.approx(-np.log(0.15))
    assert score.day_and_ending.value == pytest.approx(-np.log(0.1))
    assert score.band_and_ending.value == pytest.approx(-np.log(0.25))
    assert score.day.error == pytest.approx(np.sqrt(0.85 / (0.15 * 400)))


def test_what_was_held_impossible_scores_infinitely() -> None:
    score = log_score(0.0, 100)
    assert score.value == np.inf
    assert np.isnan(score.error)
    assert total([score, LogScore(1.0, 0.1)]).value == np.inf


def test_a_formula_has_no_monte_carlo_error_and_errors_add_as_squares() -> None:
    assert log_score(0.5, None).error == 0.0
    assert total([LogScore(1.0, 0.3), LogScore(2.0, 0.4)]) == LogScore(3.0, 0.5)


def test_the_monte_carlo_error_is_the_spread_over_repetitions() -> None:
    luck = np.random.default_rng(3)
    scores = [log_score(count / 500, 500).value for count in luck.binomial(500, 0.1, size=4000)]
    assert np.std(scores) == pytest.approx(log_score(0.1, 500).error, rel=0.1)


def test_drawn_transforms_of_a_right_prediction_are_uniform() -> None:
    luck = np.random.default_rng(5)
    shares = luck.dirichlet(np.ones(12))
    expected = prediction({("broken", 10 * day): share for day, share in enumerate(shares)})
    days = 10 * luck.choice(12, p=shares, size=4000)
    drawn = np.sort(
        [
            scored(Happened("", "", 0, int(day), "broken", 0, frozenset()), expected, u).drawn
            for day, u in zip(days, luck.random(4000), strict=True)
        ]
    )
    distance = np.abs(drawn - (np.arange(4000) + 0.5) / 4000).max()
    assert distance < 1.63 / np.sqrt(4000)  # Kolmogorov and Smirnov, 1 %


def test_cells_sum_to_one_and_bands_follow_each_other() -> None:
    expected = prediction({("broken", 5): 0.25, ("other", 390): 0.25})
    assert expected.cells().sum() == pytest.approx(1.0)
    assert expected.cells()[-1] == pytest.approx(0.75)
    assert [last + 1 for _, last in BANDS[:-1]] == [first for first, _ in BANDS[1:]]
    assert [band_of(day) for day in (0, 8, 365, 366)] == [(0, 7), (8, 30), (181, 365), None]
    assert prediction({("broken", 5): 0.5}).median() == 5
    assert expected.median() == 390


def test_a_prediction_is_told_from_itself_half_of_the_time() -> None:
    one = prediction({("broken", 5): 0.5, ("lapse", 30): 0.5})
    assert chances_to_tell([one] * 2, [one] * 2) == pytest.approx((0.5, 0.5))


def test_predictions_that_exclude_each_other_are_always_told_apart() -> None:
    one, other = prediction({("broken", 5): 1.0}), prediction({("lapse", 30): 1.0})
    assert chances_to_tell([one] * 3, [other] * 3) == pytest.approx((1.0, 0.0))


def test_chances_agree_with_drawing_at_random() -> None:
    luck = np.random.default_rng(2)
    one = prediction({("broken", 5): 0.6, ("lapse", 30): 0.3})
    other = prediction({("broken", 5): 0.3, ("lapse", 30): 0.3, ("other", 100): 0.2})
    exact = chances_to_tell([one] * 3, [other] * 3)
    cells = [one.cells(), other.cells()]
    for place, truth in enumerate(cells):
        drawn = luck.choice(len(truth), p=truth, size=(20_000, 3))
        with np.errstate(divide="ignore"):
            logs = [np.log(each)[drawn].sum(axis=1) for each in cells]
        favoured = np.where(np.isclose(logs[0], logs[1]), 0.5, logs[0] > logs[1]).mean()
        assert exact[place] == pytest.approx(favoured, abs=0.015)


def test_the_three_truces_are_those_of_the_record() -> None:
    told = [(each.year, each.days, each.ending, each.term_days) for each in truces()]
    assert told == [
        (2014, 46, "lapse", 30),
        (2021, 30, "lapse", 30),
        (2022, 179, "broken", 0),
    ]
