"""The retained set: vectors of parameters that the patterns S1-S5 do not rule out."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.disk import plain_disk_errors, write_whole
from sim.errors import ResultsError
from sim.validation.space import paths
from sim.validation.summaries import NAMES

RETAINED = Path(__file__).parents[1] / "data" / "retained.csv"


@dataclass(frozen=True)
class Retained:
    """The set: one vector a row, all of the same weight; the first is the middle of the set.

    `vectors` in the order of `sim.validation.space.paths`, `values` in that of
    `sim.validation.summaries.NAMES`, `distances` squared from the targets, `provenance` how the set
    came about.
    """

    vectors: np.ndarray
    values: np.ndarray
    distances: np.ndarray
    provenance: dict[str, Any]

    def __len__(self) -> int:
        return len(self.vectors)


@cache
def retained() -> Retained:
    """Return the set that is shipped.

    Errors: `ResultsError` when it is missing or does not fit this version.
    """
    return read_retained(RETAINED)


def read_retained(path: Path) -> Retained:
    """Read a set from its table, and its provenance from the file beside it.

    Errors: `ResultsError` when one is missing, damaged or has other columns; `TruceError` when the
    disk refuses.
    """
    if not path.is_file() or not path.with_suffix(".json").is_file():
        raise ResultsError(f"{path} or its .json is missing: make it with `make calibrate`")
    with plain_disk_errors(path, "read"):
        text = path.read_text(encoding="utf-8")
        told = path.with_suffix(".json").read_text(encoding="utf-8")
    try:
        heading, *rows = csv.reader(io.StringIO(text))
        numbers = np.array([[float(value) for value in row] for row in rows])
        provenance = json.loads(told)
        fits = tuple(heading) == _columns() and numbers.shape[1] == len(heading)
    except (ValueError, IndexError) as error:
        raise ResultsError(f"{path} is damaged: put a copy back or run `make calibrate`") from error
    if not fits:
        raise ResultsError(f"{path} has the columns of another version: run `make calibrate`")
    ends = 2, 2 + len(paths())
    return Retained(numbers[:, ends[0] : ends[1]], numbers[:, ends[1] :], numbers[:, 1], provenance)


def write_retained(found: Retained, path: Path) -> None:
    """Write a set as a table, and its provenance beside it as JSON; each whole or not at all."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_columns())
    for number, (vector, values, distance) in enumerate(
        zip(found.vectors, found.values, found.distances, strict=True)
    ):
        statistics = [f"{value:.6g}" for value in values]
        table.writerow([number, f"{distance:.6g}", *map(repr, vector.tolist()), *statistics])
    write_whole(path, text.getvalue().encode())
    told = json.dumps(found.provenance, indent=2, ensure_ascii=False) + "\n"
    write_whole(path.with_suffix(".json"), told.encode())


def _columns() -> tuple[str, ...]:
    return ("member", "squared_distance", *paths(), *NAMES)
