"""How much of what happened was expected: probability integral transform and logarithmic score.

The transform is the share that was expected to have ended by then. Days are whole, so it is a
range, from the share ended before the day to the share ended by its end; a number is drawn from
that range where one is needed (randomised transform). If expectations are right, such numbers are
uniform.

The logarithmic score is minus the logarithm of the share that was expected of what happened: of the
day, of day and ending, of the band of days and the ending. Less is better; it is infinite for what
was held impossible. Sources: Dawid 1984, J. R. Stat. Soc. A 147:278, doi 10.2307/2981683 (the
transform); Czado, Gneiting and Held 2009, Biometrics 65:1254, doi 10.1111/j.1541-0420.2009.01191.x
(discrete outcomes); Good 1952, J. R. Stat. Soc. B 14:107 (the score).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from sim.backtest.prediction import Prediction, band_of
from sim.backtest.truces import Happened


@dataclass(frozen=True)
class LogScore:
    """Minus the logarithm of an expected share; `error` is its Monte-Carlo standard error, or 0.

    Where none of so many runs did what happened, the value is infinite and the error nan.
    """

    value: float
    error: float


@dataclass(frozen=True)
class Score:
    """What one prediction made of one truce.

    `before` and `by` are the shares expected to have ended before the day and by its end, `drawn`
    a number between them.
    """

    truce: Happened
    name: str
    before: float
    by: float
    drawn: float
    day: LogScore
    day_and_ending: LogScore
    band_and_ending: LogScore


def scored(truce: Happened, prediction: Prediction, luck: float) -> Score:
    """Score a prediction; `luck`, from 0 to 1, draws the randomised transform."""
    before, by = prediction.through(truce.days - 1), prediction.through(truce.days)
    band = band_of(truce.days)
    assert band is not None, "the truces of the record lie within the bands"
    return Score(
        truce,
        prediction.name,
        before,
        by,
        before + luck * (by - before),
        log_score(prediction.on(truce.days), prediction.runs),
        log_score(prediction.on(truce.days, truce.ending), prediction.runs),
        log_score(prediction.between(*band, truce.ending), prediction.runs),
    )


def log_score(share: float, runs: int | None) -> LogScore:
    """Return the score of an expected share, with its error if it was counted from runs."""
    if share <= 0.0:
        return LogScore(float("inf"), float("nan"))
    error = 0.0 if runs is None else float(np.sqrt((1.0 - share) / (share * runs)))
    return LogScore(float(-np.log(share)), error)


def total(scores: Sequence[LogScore]) -> LogScore:
    """Return the score of several truces together; errors of different runs add up as squares."""
    return LogScore(
        sum(each.value for each in scores), float(np.sqrt(sum(each.error**2 for each in scores)))
    )


def chances_to_tell(one: Sequence[Prediction], other: Sequence[Prediction]) -> tuple[float, float]:
    """Return how often so few truces favour the first: if the first is right, if the second is.

    Each sequence has a prediction for every truce. Scores are those of band and ending, summed over
    truces; all that can happen is gone through, with equal scores counted as a half.
    """
    pairs = [(first.cells(), second.cells()) for first, second in zip(one, other, strict=True)]
    favoured = [0.0, 0.0]
    for places in product(*(range(len(first)) for first, _ in pairs)):
        shares = np.array(
            [[cells[place] for cells in pair] for pair, place in zip(pairs, places, strict=True)]
        )
        chance = shares.prod(axis=0)
        alike = bool(np.isclose(chance[0], chance[1], rtol=1e-9, atol=0.0))
        better = 0.5 if alike else float(chance[0] > chance[1])
        favoured = [so_far + better * each for so_far, each in zip(favoured, chance, strict=True)]
    return favoured[0], favoured[1]
