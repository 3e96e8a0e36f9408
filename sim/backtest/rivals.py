"""Three simple rivals of the model, each made of the global record alone.

- *exponential*, *log-normal*: one distribution of durations for every truce, fitted to the spells
  of the record that come closest (peace processes; renewals chained), whatever the truce; endings
  in the proportions of those spells, on every day alike.
- *hazard ratios*: for each kind of term the record's own rates by age; the rate of being broken is
  multiplied by the hazard ratios of what holds for the truce, each relative to the mix of truces
  from which the rates come; on each day a term runs out, the truce lapses with the share of such
  terms that did. The mix is taken as if covariates were independent, for want of their joint
  counts. On the first day half a day counts.

The TTP's truce of 2014 is one of the 404 spells; those of 2021 and 2022 are not in the record,
which ends in 2020.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sim.analysis import LifeTable
from sim.analysis.regression import Distribution, parametric
from sim.backtest.prediction import LAST_DAY, Prediction
from sim.backtest.truces import BROKEN, ENDINGS, LAPSE, OTHER, Happened
from sim.endings import CAUSES
from sim.evidence import RECORD_CAUSES, record

Floats = NDArray[np.float64]

_ENDING_OF = {"terminated": BROKEN, "expired": LAPSE, "superseded": OTHER, "unclear": OTHER}
_TERM_COVARIATE = "fixed_term"  # the rates are already those of one kind of term


def rivals_for(truce: Happened) -> tuple[Prediction, ...]:
    """Return what each rival expects of a truce."""
    return (
        _of_distribution("exponential"),
        _of_distribution("log-normal"),
        Prediction("hazard ratios", hazard_shares(truce)),
    )


@cache
def _of_distribution(distribution: Distribution) -> Prediction:
    """Return the shares of a distribution fitted to the record, with its proportions of endings."""
    table = record().table
    fit = parametric(_padded(table), distribution)
    holding = np.append(1.0, fit.survival(np.arange(LAST_DAY + 1)).ravel())
    ended = table.ended.sum(axis=1) / table.ended.sum()
    mix = np.zeros(len(ENDINGS))
    for cause, share in zip(RECORD_CAUSES, ended, strict=True):
        mix[ENDINGS.index(_ENDING_OF[cause])] += share
    return Prediction(distribution, mix[:, np.newaxis] * -np.diff(holding))


def _padded(table: LifeTable) -> LifeTable:
    """Return a life table of the record with as many rows of causes as the regression knows."""
    rows = np.zeros((len(CAUSES), table.ended.shape[1]), dtype=np.int64)
    rows[: len(table.ended)] = table.ended
    return LifeTable(rows, table.censored)


def hazard_shares(truce: Happened) -> Floats:
    """Return the shares that the rates and hazard ratios of the record give; shape [3, days]."""
    kind = "fixed-term spells" if truce.term_days else "open-ended spells"
    broken, other = _daily_rates(kind)
    broken = broken * relative_hazard(truce.covariates)
    shares, holding = np.zeros((len(ENDINGS), LAST_DAY + 1)), 1.0
    for day in range(LAST_DAY + 1):
        length = 1.0 if day else 0.5
        rate = broken[day] + other[day]
        ended = holding * -np.expm1(-rate * length)
        shares[ENDINGS.index(BROKEN), day] = ended * broken[day] / rate
        shares[ENDINGS.index(OTHER), day] = ended * other[day] / rate
        holding -= ended
        if truce.term_days and day and day % truce.term_days == 0:
            shares[ENDINGS.index(LAPSE), day] = holding * lapse_share()
            holding -= shares[ENDINGS.index(LAPSE), day]
    return shares


def relative_hazard(covariates: frozenset[str]) -> float:
    """Return exp(beta x) of a truce over its mean in the record, without the kind of term."""
    product = 1.0
    for row in _rows("record_hazard_ratios"):
        if row["covariate"] != _TERM_COVARIATE:
            ratio, share = float(row["hazard_ratio"]), float(row["share_with"])
            product *= (ratio if row["covariate"] in covariates else 1.0) / (
                1.0 + share * (ratio - 1.0)
            )
    return product


def lapse_share() -> float:
    """Return the share of terms of about a month that lapsed, of those that ran their course."""
    (row,) = _rows("record_fixed_terms")
    return int(row["expired"]) / (int(row["expired"]) + int(row["renewed"]))


def _daily_rates(kind: str) -> tuple[Floats, Floats]:
    """Return the rates of being broken and of ending otherwise but by the term; each [days]."""
    broken, other = np.zeros(LAST_DAY + 1), np.zeros(LAST_DAY + 1)
    for row in _rows("record_hazards"):
        if row["stratum"] == kind:
            first = int(row["from_day"]) + (int(row["from_day"]) > 0)
            days = slice(first, int(row["to_day"] or LAST_DAY) + 1)
            broken[days] = int(row["terminated"]) / float(row["truce_days"])
            other[days] = (int(row["unclear"]) + int(row["superseded"])) / float(row["truce_days"])
    return broken, other


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files("sim").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))
