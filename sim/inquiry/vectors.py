"""How answers fare under each of a set of parameter vectors: levers, and days shared out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.inquiry.attribution import attributed
from sim.inquiry.changes import Answer, Changes, Inverse, Trials
from sim.inquiry.lever import in_words
from sim.results.attribution_folder import SharedDays
from sim.scenario import Scenario
from sim.validation.vectors import Vectors, limits

if TYPE_CHECKING:
    import pandas

RUNS = 500


def robustness(inverse: Inverse, vectors: Vectors, seed: int, runs: int = RUNS) -> pandas.DataFrame:
    """Return how the truce as it is, and each answer, fare under all vectors.

    Columns: change, vectors, `share_meeting`, the share of the vectors under which the goal is met,
    and `q05`, `q50`, `q95` of the number aimed at over the vectors. All meet the same luck.

    Errors: `UsageError` when the scenario refuses a vector.
    """
    import pandas

    named = answers_to_try(inverse)
    cases = vectors.under(inverse.case)
    trials = [Trials(inverse.aim.followed(case), inverse.aim, runs, seed) for case in cases]
    rows = []
    for name, changes in named:
        values = np.array([trial(changes).value for trial in trials])
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        rows.append(
            {
                "change": name,
                "vectors": len(values),
                "share_meeting": float(np.mean([inverse.aim.met(value) for value in values])),
                "q05": low,
                "q50": middle,
                "q95": high,
            }
        )
    return pandas.DataFrame(rows)


def attributed_under(
    found: SharedDays,
    case: Scenario,
    vectors: Vectors,
    orders: int,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[SharedDays, pandas.DataFrame]:
    """Share the days of a scenario out under each vector as well, with the same runs and luck.

    Return the days as they were found, their table with the further columns `median_over_vectors`,
    `lower_over_vectors` and `upper_over_vectors` (the middle nine tenths of the vectors), and
    `adds_under` (the share of the vectors under which the player adds days); and the days by vector
    and player. The days of a vector have errors of runs and orders too, which widen the band.

    Errors: `UsageError` when the scenario refuses a vector.
    """
    import pandas

    columns = {}
    for number, member in enumerate(vectors.under(case)):
        if watch:
            watch(number, len(vectors))
        shared = attributed(member, found.among, found.runs, found.seed, found.window_days, orders)
        columns[number] = shared.table.set_index("player")["days"]
    days = pandas.DataFrame(columns).loc[found.table["player"]]
    lower, upper = limits(days.to_numpy().T)
    table = found.table.assign(
        median_over_vectors=days.median(axis=1).to_numpy(),
        lower_over_vectors=lower,
        upper_over_vectors=upper,
        adds_under=(days > 0).mean(axis=1).to_numpy(),
    )
    by_vector = days.T.rename_axis(index="vector", columns=None).reset_index()
    return replace(found, table=table), by_vector


def answers_to_try(inverse: Inverse) -> list[tuple[str, Changes]]:
    """Return the changes that are tried under other parameters, each with its name."""
    named: list[tuple[str, Changes]] = [("nothing changed", {})]
    answers: list[Answer] = [answer for answer in inverse.alone if answer.reaches]
    if inverse.together:
        answers.append(inverse.together)
    named += [(in_words(answer.changes), answer.changes) for answer in answers]
    return [*named, ("all that help alone, together", inverse.everything.changes)]
