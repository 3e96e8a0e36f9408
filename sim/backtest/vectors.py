"""The scores of the model for each of a set of parameter vectors, as a band over the set."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.backtest.prediction import from_model
from sim.backtest.scores import Score, scored, total
from sim.backtest.truces import Happened
from sim.disk import plain_disk_errors
from sim.errors import UsageError
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas

RETAINED = "retained"
"""The name of the set that is shipped, `sim/data/retained.csv`."""

RUNS = 4000
Vector = dict[str, float]


def read_vectors(name_or_path: str) -> tuple[Vector, ...]:
    """Read a table with a row for each vector and a column for each parameter, by its path.

    Columns without a dot in their name, such as a number or a weight, are no parameters.

    Errors: `UsageError` when there is no such table, no parameter in it, or a value is no number.
    """
    if name_or_path == RETAINED:
        path = Path(str(files("sim").joinpath(f"data/{RETAINED}.csv")))
    else:
        path = Path(name_or_path)
    if not path.is_file():
        shipped = "; no retained set is shipped" if name_or_path == RETAINED else ""
        raise UsageError(f"there is no table of parameters {name_or_path}{shipped}")
    with plain_disk_errors(path, "read"), path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    vectors = tuple(_vector(row, path, line) for line, row in enumerate(rows, start=2))
    if not vectors or not vectors[0]:
        raise UsageError(
            f"{path} has no parameters: name its columns after paths, such as model.covert_rate"
        )
    return vectors


def _vector(row: dict[str, str], path: Path, line: int) -> Vector:
    vector = {}
    for name, text in row.items():
        if name and "." in name:
            try:
                vector[name] = float(text)
            except (TypeError, ValueError):
                raise UsageError(f"{path}:{line} {name}: {text!r} is no number") from None
    return vector


def check_vectors(happened: Sequence[Happened], vectors: Sequence[Vector]) -> None:
    """Refuse vectors that name no parameter or leave its range, before anything is run.

    Errors: `ScenarioError`.
    """
    for truce in happened:
        case = Scenario.load(truce.scenario)
        for vector in vectors:
            case.with_(**vector)


def scores_of_vectors(
    happened: Sequence[Happened], vectors: Sequence[Vector], runs: int, seed: int
) -> list[list[Score]]:
    """Return the model's score of each truce for each vector: [vectors][truces]."""
    return [
        [scored(truce, from_model(truce.scenario, runs, seed, vector), 0.5) for truce in happened]
        for vector in vectors
    ]


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
