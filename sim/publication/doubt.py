"""What a report says of doubt about the parameters: bands over a set of parameter vectors.

The bands come from `truce run --parameters`; here they are read and shown, apart from Monte-Carlo
error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.analysis import durations_of_points, endings_table, milestones_table
from sim.endings import ENDINGS
from sim.publication.content import Block, Column, Paragraph, Section, Table, Words
from sim.publication.material import EnsembleMaterial
from sim.publication.numbers import camel, quoted, spelled
from sim.publication.plates import figure_of
from sim.publication.tables import rows_of
from sim.publication.wording import (
    SPACE,
    count,
    day,
    days_between,
    mean_days,
    median_between,
    percent,
    shares_between,
)
from sim.report import uncertain_figure
from sim.results.ensemble import StoredParameters

RETAINED = "retained"


def doubt_section(material: EnsembleMaterial, days: list[int]) -> Iterator[Section]:
    """Yield the part of a report on a set of parameter vectors, if one was run."""
    if material.stored.parameters is not None:
        blocks = tuple(_blocks(material, material.stored.parameters, days))
        yield Section("parameters", "What is not known about the parameters", blocks)


def in_short(material: EnsembleMaterial) -> Iterator[Words]:
    """Yield one sentence on the band of the median and of the mean, if there is one."""
    stored = material.stored.parameters
    if stored is not None:
        yield (
            "Doubt about the parameters is not in these intervals. Under the middle "
            f"{_in_percent(stored)} of {vectors_of(stored)} half of the truces are over by day ",
            quoted("MedianDaysOverVectors", _median_band(stored)),
            ", and the mean days held are ",
            quoted("MeanDaysOverVectors", days_between(*_band(stored, "mean_days"))),
            ".",
        )


def vectors_of(stored: StoredParameters) -> str:
    """Return a set of vectors in words."""
    kind = "retained vector" if stored.told.get("set") == RETAINED else "vector"
    return f"{count(len(stored.by_vector), kind)} of parameters"


def _share(stored: StoredParameters) -> float:
    return float(stored.told["share_of_vectors"])


def _in_percent(stored: StoredParameters) -> str:
    return f"{100 * _share(stored):g}{SPACE}%"


def _blocks(
    material: EnsembleMaterial, stored: StoredParameters, days: list[int]
) -> Iterator[Block]:
    where = (
        "The set that was retained holds vectors under which the model meets five patterns of real "
        "truces within their tolerances. "
        if stored.told.get("set") == RETAINED
        else "The set is a table that was given to truce run. "
    )
    yield Paragraph(
        "Many numbers of the model are the same in every conflict, and not known. The intervals in "
        "the other parts of this report are error of the runs, under the parameters of the "
        f"scenario as it is. Here the scenario was run under {vectors_of(stored)}, each with the "
        f"same seed and as many runs. {where}A band holds the middle {_in_percent(stored)} of what "
        "the vectors give, each by itself; runs of different vectors are not pooled. What the "
        "scenario sets itself stays as it was set. No band says how far the form of the model is "
        "wrong."
    )
    yield figure_of(
        "parameters",
        "The share of truces still holding, under the parameters of the scenario as it is (line, "
        "with Monte-Carlo error) and over the set of vectors (dashed).",
        uncertain_figure(
            material.stored.survival,
            stored.band,
            title=material.case.title,
            runs=material.table.runs,
            seed=material.origin.seed,
            horizon_days=material.horizon_days,
            vectors=len(stored.by_vector),
            share=_share(stored),
            term_days=material.term_days,
            is_retained=stored.told.get("set") == RETAINED,
        ),
    )
    yield Table(
        "Two uncertainties side by side: error of the runs, and doubt about the parameters.",
        (
            Column("Number", "left"),
            Column("As it is"),
            Column("95 % interval (Monte-Carlo)"),
            Column(f"{_in_percent(stored)} of vectors"),
        ),
        tuple(_rows(material, stored, days)),
    )


def _rows(
    material: EnsembleMaterial, stored: StoredParameters, days: list[int]
) -> Iterator[tuple[Words, ...]]:
    lasting: Any = next(rows_of(durations_of_points(material.tables)))
    yield (
        "Half are over by day",
        day(lasting.median_days),
        median_between(lasting.median_lower, lasting.median_upper),
        _median_band(stored),
    )
    yield (
        "Mean days held",
        mean_days(lasting.kept_days),
        days_between(lasting.kept_lower, lasting.kept_upper),
        days_between(*_band(stored, "mean_days")),
    )
    for row in rows_of(milestones_table(material.table, days)):
        yield (
            f"Hold beyond {day(row.day)}",
            percent(row.survival),
            shares_between(row.lower, row.upper),
            (_quoted_band(stored, f"survival_{row.day}", f"HoldBeyondDay{spelled(row.day)}"),),
        )
    labels = {ending.name: ending.label for ending in ENDINGS}
    for row in rows_of(endings_table(material.table)):
        yield (
            labels[row.ending],
            percent(row.share),
            shares_between(row.lower, row.upper),
            (_quoted_band(stored, f"share_{row.ending}", f"Share{camel(row.ending)}"),),
        )


def _quoted_band(stored: StoredParameters, column: str, name: str) -> Any:
    return quoted(f"{name}OverVectors", shares_between(*_band(stored, column)))


def _band(stored: StoredParameters, column: str) -> tuple[float, float]:
    lower, upper = np.quantile(stored.by_vector[column].to_numpy(float), _ends(stored))
    return float(lower), float(upper)


def _median_band(stored: StoredParameters) -> str:
    """Return the band of the median as days that occur; it may lie beyond the horizon."""
    days = stored.by_vector["median_days"].astype("Float64").to_numpy(float, na_value=np.inf)
    lower, upper = np.quantile(days, _ends(stored), method="inverted_cdf")
    return median_between(*(None if np.isinf(each) else each for each in (lower, upper)))


def _ends(stored: StoredParameters) -> tuple[float, float]:
    share = _share(stored)
    return (1 - share) / 2, (1 + share) / 2
