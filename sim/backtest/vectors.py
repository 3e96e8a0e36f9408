"""The scores of the model for each of a set of parameter vectors, as a band over the set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.backtest.prediction import case_of, expected
from sim.backtest.scores import Score, scored, total
from sim.backtest.truces import Happened
from sim.scenario import Scenario
from sim.validation.vectors import Vectors

if TYPE_CHECKING:
    import pandas

RUNS_OF_VECTOR = 4000


def under_vectors(happened: Sequence[Happened], vectors: Vectors) -> list[list[Scenario]]:
    """Return the scenario of each truce under each vector, [truces][vectors]; nothing is run.

    Errors: `UsageError` for a vector that leaves its range.
    """
    return [vectors.under(case_of(truce.scenario)) for truce in happened]


def scores_of_vectors(
    happened: Sequence[Happened], cases: Sequence[Sequence[Scenario]], runs: int, seed: int
) -> list[list[Score]]:
    """Return the model's score of each truce for each vector: [vectors][truces]."""
    return [
        [
            scored(truce, expected(case, runs, seed), 0.5)
            for truce, case in zip(happened, of_vector, strict=True)
        ]
        for of_vector in zip(*cases, strict=True)
    ]


def share_best(
    under: Sequence[Sequence[Score]], rivals: Sequence[Sequence[Score]], measure: str
) -> float:
    """Return the share of the vectors under which the model does better than every rival.

    `under` holds the model's scores, [vectors][truces]; `rivals` theirs, [truces][rivals].
    """
    best = min(
        total([getattr(each, measure) for each in of_rival]).value
        for of_rival in zip(*rivals, strict=True)
    )
    sums = [total([getattr(each, measure) for each in of_vector]).value for of_vector in under]
    return float(np.mean(np.array(sums) < best))


def band_table(scores: Sequence[Sequence[Score]]) -> pandas.DataFrame:
    """Return median and 5 % to 95 % over the set, for each truce and for all together.

    Columns: truce, measure, median, lower, upper.
    """
    import pandas

    rows = []
    for place, truce in enumerate(each.truce for each in scores[0]):
        column = [of_vector[place] for of_vector in scores]
        rows.append((str(truce.year), "ended by that day", [each.by for each in column]))
        for measure in ("day", "band_and_ending"):
            values = [getattr(each, measure).value for each in column]
            rows.append((str(truce.year), MEASURES[measure], values))
    for measure in ("day", "band_and_ending"):
        sums = [total([getattr(each, measure) for each in of_vector]).value for of_vector in scores]
        rows.append(("all", MEASURES[measure], sums))
    columns = ("truce", "measure", "median", "lower", "upper")
    return pandas.DataFrame(
        [(truce, measure, *_quantiles(values)) for truce, measure, values in rows], columns=columns
    )


MEASURES = {
    "day": "log score of the day",
    "day_and_ending": "log score of day and ending",
    "band_and_ending": "log score of band and ending",
}
"""What the scores are called in tables."""


def _quantiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return median, 5 % and 95 % as values that occur, since some may be infinite."""
    found = np.quantile(values, [0.5, 0.05, 0.95], method="nearest")
    return float(found[0]), float(found[1]), float(found[2])
