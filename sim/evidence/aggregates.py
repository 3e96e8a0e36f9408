"""The record of real ceasefires, as aggregates to draw beside the model: see `sim/data/README.md`.

It is empirical: its uncertainty is that of the record, and no number of runs changes it. Nothing in
the model reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis import LifeTable, Uncertainty
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas

RECORD_CAUSES: tuple[str, ...] = ("terminated", "expired", "superseded", "unclear")
"""How ceasefires of the record ended, in the order of the causes of their life tables."""

RECORD_SOURCE = (
    "ETH/PRIO Civil Conflict CeaseFire Dataset 1989–2020 (Clayton et al. 2022, Journal of Conflict "
    "Resolution), aggregated for this project"
)

NEAREST_RECORD = "core peace-process spells"
"""The stratum that comes closest to what is simulated."""


@dataclass(frozen=True, eq=False)
class Record:
    """One stratum of the record.

    `table` counts its `truces` by way of ending and whole day in force; `milestones` holds the
    share in force beyond some days with 95 % limits clustered by country (day, survival, lower,
    upper); `bounds` what ends of unknown date leave open (day, dated_only, lower, upper) for
    `bounded`, a stratum of single ceasefires, of which `undated_share` have no known end. `bounds`
    is None where none were computed. Shares lie in 0..1. `limits` says in a few words what the
    limits allow for, `source` where the record comes from; `countries` is 0 where nobody counted.
    """

    name: str
    what: str
    unit: str
    truces: int
    countries: int
    table: LifeTable
    milestones: pandas.DataFrame
    bounds: pandas.DataFrame | None
    bounded: str
    undated_share: float
    has_own_bounds: bool
    limits: str = "by country"
    source: str = RECORD_SOURCE
    uncertainty: Uncertainty = Uncertainty.EMPIRICAL


def record_names() -> tuple[str, ...]:
    """Return the names of the strata of the record."""
    return tuple(_sheet("strata")["stratum"])


def record(name: str = NEAREST_RECORD) -> Record:
    """Return one stratum of the record.

    Errors: `UsageError` when there is none of that name.
    """
    strata = _sheet("strata").set_index("stratum")
    if name not in strata.index:
        raise UsageError(f"The record has no stratum {name!r}; it has {', '.join(strata.index)}.")
    about = {str(key): str(value) for key, value in strata.loc[name].items()}
    bounded = about["bounds"]
    bounds = _rows("bounds", "bounds", bounded) if bounded else None
    undated = 0.0 if bounds is None else float(bounds["undated"][0] / bounds["ceasefires"][0])
    return Record(
        name=name,
        what=about["what"],
        unit=about["unit"],
        truces=int(about["truces"]),
        countries=int(about["countries"]),
        table=_life_table(name),
        milestones=_rows("milestones", "stratum", name)[["day", "survival", "lower", "upper"]],
        bounds=None if bounds is None else bounds[["day", "dated_only", "lower", "upper"]],
        bounded=_BOUNDED.get(bounded, bounded),
        undated_share=undated,
        has_own_bounds=about["unit"] == "ceasefire" and about["source_stratum"] == bounded,
    )


_BOUNDED = {
    "all": "all ceasefires",
    "purpose: peace process": "peace-process ceasefires",
    "term: fixed": "fixed-term ceasefires",
}


def _life_table(name: str) -> LifeTable:
    rows = _rows("life_tables", "stratum", name)
    days = int(rows["day"].iloc[-1]) + 1
    ended = np.zeros((len(RECORD_CAUSES), days), dtype=np.int64)
    ended[:, rows["day"]] = rows[list(RECORD_CAUSES)].to_numpy().T
    censored = np.zeros(days, dtype=np.int64)
    censored[rows["day"]] = rows["censored"]
    return LifeTable(ended=ended, censored=censored)


def _rows(sheet: str, column: str, name: str) -> pandas.DataFrame:
    table = _sheet(sheet)
    return table[table[column] == name].reset_index(drop=True)


@cache
def _sheet(name: str) -> pandas.DataFrame:
    import pandas

    with files("sim").joinpath(f"data/record_{name}.csv").open(encoding="utf-8") as file:
        return pandas.read_csv(file, keep_default_na=False)
