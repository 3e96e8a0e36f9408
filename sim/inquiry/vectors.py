"""How the answers of the inverse question fare under each of a set of parameter vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.inquiry.changes import Answer, Changes, Inverse, Trials
from sim.inquiry.lever import in_words
from sim.validation.vectors import Vectors

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


def answers_to_try(inverse: Inverse) -> list[tuple[str, Changes]]:
    """Return the changes that are tried under other parameters, each with its name."""
    named: list[tuple[str, Changes]] = [("nothing changed", {})]
    answers: list[Answer] = [answer for answer in inverse.alone if answer.reaches]
    if inverse.together:
        answers.append(inverse.together)
    named += [(in_words(answer.changes), answer.changes) for answer in answers]
    return [*named, ("all that help alone, together", inverse.everything.changes)]
