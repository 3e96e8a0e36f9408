"""The figures of a report: which there are, from what they are drawn, where they stand.

To add a figure, write a function that draws it from the material and list it in `OF_ENSEMBLES` or
`OF_SWEEPS`. The order of the lists is the order in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.publication.content import Figure, Words
from sim.publication.material import EnsembleMaterial, SweepMaterial
from sim.publication.tables import data_table
from sim.report import DescribedFigure, figure_files, paths_figure, survival_figure

FIGURES = "figures"
Place = Literal["duration", "comparison", "endings", "paths"]


@dataclass(frozen=True)
class Plate[Material]:
    """A figure that a report may have: the stem of its files, its place, its caption.

    `draw` returns None where the material has nothing to show in this way.
    """

    stem: str
    place: Place
    caption: Words
    draw: Callable[[Material], DescribedFigure | None]


def figures_at[Material](
    place: Place, plates: Sequence[Plate[Material]], material: Material
) -> Iterator[Figure]:
    """Yield the figures that stand at one place of a report."""
    for plate in plates:
        if plate.place == place and (drawn := plate.draw(material)) is not None:
            yield figure_of(plate.stem, plate.caption, drawn)


def figure_of(stem: str, caption: Words, drawn: DescribedFigure) -> Figure:
    """Return a drawn figure with its files and its data.

    Errors: `ValueError` when it does not know its data.
    """
    if drawn.data is None:
        raise ValueError(f"the figure {stem} does not know what it shows")
    file = f"{FIGURES}/{stem}.csv"
    data = data_table(drawn.data, file, f"What the figure shows: {drawn.title_text}.")
    return Figure(stem, caption, drawn.description, data, figure_files(drawn, stem))


def _survival(material: EnsembleMaterial) -> DescribedFigure:
    return survival_figure(
        material.stored.survival,
        material.stored.incidence,
        title=material.case.title,
        runs=material.table.runs,
        seed=material.origin.seed,
        horizon_days=material.horizon_days,
        term_days=material.case.effective.truce.term_days or None,
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
        "paths",
        "paths",
        "Trust, strength, outrage and leverage by day, over the truces that still hold: median, "
        "middle half and middle nine tenths. A band also moves when truces end.",
        _paths,
    ),
)

OF_SWEEPS: tuple[Plate[SweepMaterial], ...] = ()
