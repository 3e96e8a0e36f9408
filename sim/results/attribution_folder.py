"""Days shared out among the parts of a scenario, kept beside its results as data.

The folder is that of an inquiry: `inquiry.json` says what was asked, with the digest of every file;
`days.csv` has a row for each player; `as_it_is.csv` the days kept in each run of the scenario as it
is. By these runs a reader can see that an attribution and an ensemble come from one model: the same
scenario and seed give the same days, run by run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.disk import plain_disk_errors
from sim.errors import ResultsError, UsageError
from sim.results.manifest import sha256_of_file
from sim.sheets import read_sheet

if TYPE_CHECKING:
    import pandas

ASKED = "inquiry.json"
KIND = "attribution"
DAYS, AS_IT_IS = "days", "as_it_is"
AMONG = ("mechanisms", "themes", "inputs")
_TEXT = ("player", "sentence")
_NUMBERS = ("days", "lower", "upper", "left_out", "alone")
OVER_VECTORS = ("lower_over_vectors", "upper_over_vectors", "adds_under")


class Days(NamedTuple):
    """Mean days, with the standard error of the luck of the runs."""

    days: float
    error: float


@dataclass(frozen=True, eq=False, kw_only=True)
class SharedDays:
    """The days of a truce shared out; `table` has a row for each player, the largest share first.

    Columns: player, sentence, `days` (the Shapley value) with `lower` and `upper` (95 %), its
    standard errors `luck` and `sampling`, `left_out` (all minus all but this one, with
    `left_out_error`) and `alone` (this one alone minus none, with `alone_error`); over a set of
    parameter vectors also those of `sim.inquiry.vectors.attributed_under`. `kept` holds the
    days kept within the window in each run of the scenario as it is, `scenario_digest` says which
    that is, and `orders` is None where all coalitions were run.
    """

    scenario_digest: str
    among: str
    window_days: int
    runs: int
    seed: int
    none: Days
    all: Days
    orders: int | None
    coalitions: int
    table: pandas.DataFrame
    kept: NDArray[np.int64]

    @property
    def is_over_vectors(self) -> bool:
        """Were the days shared out under a set of parameter vectors as well?"""
        return OVER_VECTORS[0] in self.table


def beside(folder: Path, what: str) -> Path:
    """Return a folder next to another, named after it; also of one that is given as . or .."""
    place = folder if folder.name not in ("", "..") else folder.resolve()
    return place.with_name(f"{place.name}-{what}")


def named(among: str) -> str:
    """Return what the folder of an attribution is called, after the name of the results."""
    return f"{among}-days"


def asked_of(found: SharedDays) -> dict[str, Any]:
    """Return what `inquiry.json` says of an attribution."""
    return {
        "kind": KIND,
        "scenario_digest": found.scenario_digest,
        "among": found.among,
        "window_days": found.window_days,
        "runs": found.runs,
        "seed": found.seed,
        "orders": found.orders,
        "coalitions": found.coalitions,
        "none": found.none._asdict(),
        "all": found.all._asdict(),
    }


def tables_of(found: SharedDays) -> dict[str, pandas.DataFrame]:
    """Return the tables of an attribution by name."""
    import pandas

    kept = pandas.DataFrame({"run": np.arange(len(found.kept)), "days": found.kept})
    return {DAYS: found.table, AS_IT_IS: kept}


def is_attribution(folder: Path) -> bool:
    """Does a folder hold days shared out?"""
    try:
        return bool(json.loads((folder / ASKED).read_bytes())["kind"] == KIND)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def read_attribution(folder: Path) -> SharedDays:
    """Read days shared out, after a look at whether their tables are as they were written.

    Errors: `UsageError` when there are none; `ResultsError` when they are damaged or altered;
    `TruceError` when the disk refuses.
    """
    if not is_attribution(folder):
        raise UsageError(f"{folder} holds no days shared out; truce attribute writes them.")
    with plain_disk_errors(folder, "read"):
        told = json.loads((folder / ASKED).read_bytes())
        try:
            for name in (f"{DAYS}.csv", f"{AS_IT_IS}.csv"):
                if sha256_of_file(folder / name) != told["files"][name]:
                    raise ResultsError(f"{folder / name} has changed since it was written.")
            return _of(told, read_sheet(folder / f"{DAYS}.csv"), read_sheet(_kept(folder)))
        except (KeyError, ValueError, TypeError) as error:
            raise ResultsError(f"{folder} is damaged, or of another version.") from error


def _kept(folder: Path) -> Path:
    return folder / f"{AS_IT_IS}.csv"


def _of(told: dict[str, Any], table: pandas.DataFrame, kept: pandas.DataFrame) -> SharedDays:
    for name in _TEXT:
        table[name] = table[name].map(str)
    over = OVER_VECTORS if OVER_VECTORS[0] in table else ()
    for name in (*_NUMBERS, *over):
        table[name] = table[name].map(float)
    if told["among"] not in AMONG:
        raise ValueError(told["among"])
    return SharedDays(
        scenario_digest=str(told["scenario_digest"]),
        among=told["among"],
        window_days=int(told["window_days"]),
        runs=int(told["runs"]),
        seed=int(told["seed"]),
        none=Days(**{name: float(value) for name, value in told["none"].items()}),
        all=Days(**{name: float(value) for name, value in told["all"].items()}),
        orders=None if told["orders"] is None else int(told["orders"]),
        coalitions=int(told["coalitions"]),
        table=table,
        kept=kept["days"].to_numpy(np.int64),
    )
