"""The figures of the report of an ensemble, in the order in which they stand.

To add one, write a function that draws it from the material and list it in `OF_ENSEMBLES`.
"""

from __future__ import annotations

from sim.evidence import record
from sim.publication.material import EnsembleMaterial
from sim.publication.plates import Plate
from sim.report import (
    DescribedFigure,
    hazards_figure,
    overlay_figure,
    paths_figure,
    survival_figure,
)


def _survival(material: EnsembleMaterial) -> DescribedFigure:
    return survival_figure(
        material.stored.survival,
        material.stored.incidence,
        title="How long truces hold, and how they end",
        subtitle=material.case.title,
        runs=material.table.runs,
        seed=material.origin.seed,
        horizon_days=material.horizon_days,
        term_days=material.term_days,
    )


def _hazards(material: EnsembleMaterial) -> DescribedFigure:
    return hazards_figure(
        material.table,
        title="How fast truces end, by age",
        subtitle=material.case.title,
        seed=material.origin.seed,
        term_days=material.term_days,
    )


def _paths(material: EnsembleMaterial) -> DescribedFigure | None:
    if material.stored.paths is None:
        return None
    return paths_figure(
        material.stored.paths.bands,
        title=material.case.title,
        seed=material.origin.seed,
        horizon_days=material.horizon_days,
    )


def _record(material: EnsembleMaterial) -> DescribedFigure:
    return overlay_figure(
        material.stored.survival,
        record(),
        title="The model beside the record of ceasefires",
        subtitle=material.case.title,
        seed=material.origin.seed,
    )


OF_ENSEMBLES: tuple[Plate[EnsembleMaterial], ...] = (
    Plate(
        "survival",
        "duration",
        "The share of truces still holding on each day, with the 95 % interval for that day "
        "(Monte-Carlo error), and below it how the others have ended. The counts under the axis "
        "add up to all runs.",
        _survival,
    ),
    Plate(
        "hazards",
        "endings",
        "How fast truces of each age end: all endings, and each cause. A strong hazard late in "
        "life may end few truces, because few get there.",
        _hazards,
    ),
    Plate(
        "paths",
        "paths",
        "Trust, strength, outrage and leverage by day, over the truces that still hold: median, "
        "middle half and middle nine tenths. A band also moves when truces end.",
        _paths,
    ),
    Plate(
        "record",
        "record",
        "The model beside a part of the record of real ceasefires. The record is of many cases and "
        "kinds, the model of one; likeness is no proof, and neither is fitted to the other.",
        _record,
    ),
)
