"""Plates: the figures that a report may have, and how one becomes a part of it.

`ensemble_plates` and `sweep_plates` list them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.publication.content import Figure, Words
from sim.publication.tables import data_table
from sim.report import DescribedFigure, figure_files

FIGURES = "figures"
Place = Literal["duration", "comparison", "endings", "paths", "record"]


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
