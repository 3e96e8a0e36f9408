"""The cells of the coverage map: how often an interval or band held the truth in one setting."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

EXACT, SIMULATED = "exact", "simulated"


@dataclass(frozen=True)
class Cell:
    """One number of the map.

    `what` is estimated by `method` from `runs` runs in a `setting` (in words); `coverage` is the
    share of ensembles whose limits hold the truth, for nominal 95 %. Exact ones are the lowest of
    the setting, found at survival `at`, and have no `error`; simulated ones come from `samples`
    ensembles and have a standard error.
    """

    kind: str
    what: str
    method: str
    runs: int
    setting: str
    coverage: float
    at: float | None = None
    samples: int = 0

    @property
    def error(self) -> float:
        """The standard error of the coverage; 0 if it is exact."""
        return (self.coverage * (1.0 - self.coverage) / self.samples) ** 0.5 if self.samples else 0


def simulated(what: str, method: str, runs: int, setting: str, held: object) -> Cell:
    """Return the cell of an array that says for each ensemble whether its limits held."""
    import numpy as np

    flags = np.asarray(held, dtype=bool)
    return Cell(SIMULATED, what, method, runs, setting, float(flags.mean()), samples=flags.size)


def as_csv(cells: Iterable[Cell]) -> str:
    """Return the cells as text, coverage with six digits (cut off, never rounded up)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*(field.name for field in fields(Cell)), "standard_error"])
    for cell in cells:
        kind, what, method, runs, setting, coverage, at, samples = astuple(cell)
        written = f"{int(coverage * 1e6) / 1e6:.6f}"
        place = "" if at is None else f"{at:.8g}"
        row = (kind, what, method, runs, setting, written, place, samples or "")
        writer.writerow([*row, f"{cell.error:.2g}" if samples else ""])
    return text.getvalue()


def lowest(cells: Iterable[Cell]) -> Cell:
    """Return the cell with the lowest coverage."""
    return min(cells, key=lambda cell: cell.coverage)
