"""What happened to the three nationwide truces of the TTP, by the record in `sim/data`."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from importlib.resources import files

from sim.errors import ResultsError

LAPSE, BROKEN, OTHER = "lapse", "broken", "other"
ENDINGS = (LAPSE, BROKEN, OTHER)
"""How a truce ends, as both the model and the record can tell: the term runs out; a party breaks it
openly; or otherwise (violence that nobody owns up to, a settlement, another agreement)."""

_BY_ENDED_BY = {"militants (non-renewal)": LAPSE, "militants": BROKEN, "state": BROKEN}


@dataclass(frozen=True)
class Happened:
    """One truce: the scenario that describes it, its row in the record, its days and its ending.

    `covariates` are those of the record's hazard ratios (`sim/data/record_hazard_ratios.csv`) that
    hold for it; `term_days` is 0 for an open-ended truce.
    """

    scenario: str
    row: str
    year: int
    days: int
    ending: str
    term_days: int
    covariates: frozenset[str]


# Coded as in the record: both sides kept it, go-betweens mediated, no text was published, nothing
# was monitored or enforced, it covered the whole country and served talks.
_COMMON = frozenset({"bilateral", "mediated", "peace_process"})


def _happened(scenario: str, row: str, term_days: int) -> Happened:
    text = files("sim").joinpath("data/ttp_truces.csv").read_text(encoding="utf-8")
    found = {each["id"]: each for each in csv.DictReader(io.StringIO(text))}[row]
    if found["ended_by"] not in _BY_ENDED_BY:
        raise ResultsError(f"The record does not say in known words who ended {row}.")
    return Happened(
        scenario,
        row,
        int(found["start"][:4]),
        int(found["days_formal"]),
        _BY_ENDED_BY[found["ended_by"]],
        term_days,
        _COMMON,
    )


def truces() -> tuple[Happened, ...]:
    """Return the three truces in order of time."""
    return tuple(_happened(*each) for each in TRUCES)


TRUCES = (("ttp_2014", "T10", 30), ("ttp_2021", "T11", 30), ("ttp_2022", "T12", 0))
"""Scenario, row of the record and term in days of each truce."""
