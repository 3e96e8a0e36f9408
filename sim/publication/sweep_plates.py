"""The figures of the report of a sweep, in the order in which they stand.

To add one, write a function that draws it from the material and list it in `OF_SWEEPS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas

from sim.publication.content import as_text
from sim.publication.inputs import label_of, parameter_at
from sim.publication.material import MOST_CURVES, SweepMaterial
from sim.publication.plates import Plate
from sim.publication.wording import plain
from sim.report import (
    DescribedFigure,
    curves_figure,
    differences_figure,
    forest_figure,
    incidence_figure,
    map_figure,
    multiples_figure,
)
from sim.report.map_grid import MOST_STEPS
from sim.report.map_numbers import Statistic
from sim.report.multiples_figure import MOST_PANELS
from sim.sweep.for_analysis import chosen_pairs

SMALLEST_MAP = 2  # values of either factor
TITLES_OF_MAPS: dict[Statistic, str] = {
    "median": "How long half of the truces hold",
    "survival": "How many truces hold",
    "restricted_mean": "How long truces hold on average",
    "ending": "How most truces end",
}


def short_names(material: SweepMaterial) -> dict[int, str]:
    """Return what each point is called in a figure: its values, by the last word of their path."""
    fields = [path.split(".")[-1] for path in material.factors]
    called = [
        field.replace("_", " ")
        if fields.count(field) == 1
        else as_text(label_of(path, material.base))
        for path, field in zip(material.factors, fields, strict=True)
    ]
    names = {}
    for number in material.tables.numbers:
        values = material.folder.points.values[number]
        told = ", ".join(
            f"{name} {plain(value)}" for name, value in zip(called, values, strict=True)
        )
        names[number] = told if len(told) <= 80 else f"point {number}"
        if number == material.folder.points.baseline:
            names[number] += " (baseline)"
    return names


def _curves(material: SweepMaterial) -> DescribedFigure:
    names = short_names(material)
    return curves_figure(
        material.chosen(material.curves),
        [names[number] for number in material.curves],
        title="How long truces hold",
        subtitle=material.origin.title,
        seed=material.origin.seed,
        term_days=material.term_days,
    )


def _multiples(material: SweepMaterial) -> DescribedFigure | None:
    if not MOST_CURVES < len(material.tables) <= MOST_PANELS:
        return None
    return multiples_figure(
        material.tables,
        list(short_names(material).values()),
        title="How long truces hold at each point",
        subtitle=material.origin.title,
        seed=material.origin.seed,
        baseline=material.compared_with,
        term_days=material.term_days,
    )


@dataclass(frozen=True)
class Plane:
    """Two factors over which a sweep can be mapped, and the values at which the others stay."""

    across: str
    up: str
    fixed: dict[str, Any]


def plane_of(material: SweepMaterial) -> Plane | None:
    """Return over which factors to map a sweep; None if its points do not lie in a plane.

    The first two that vary are taken; all others stay at the baseline.
    """
    points = material.folder.points
    varied = [n for n in range(len(points.factors)) if len({v[n] for v in points.values}) > 1]
    if len(varied) < 2:
        return None
    across, up, *others = varied
    at = points.values[material.compared_with]
    there = [v for v in points.values if all(v[n] == at[n] for n in others)]
    pairs = {(v[across], v[up]) for v in there}
    steps = [len({pair[side] for pair in pairs}) for side in (0, 1)]
    is_full = 2 * len(pairs) >= steps[0] * steps[1]
    is_grid = len(pairs) == len(there) and min(steps) >= SMALLEST_MAP and max(steps) <= MOST_STEPS
    if not (is_full and is_grid):
        return None
    fixed = {points.factors[n]: at[n] for n in others}
    return Plane(points.factors[across], points.factors[up], fixed)


def _map(
    material: SweepMaterial, statistic: Statistic, day: int | None = None
) -> DescribedFigure | None:
    plane = plane_of(material)
    if plane is None or len(material.tables) <= MOST_CURVES:
        return None
    return map_figure(
        material.tables,
        _points_of(material),
        across=plane.across,
        up=plane.up,
        title=TITLES_OF_MAPS[statistic],
        subtitle=material.origin.title,
        statistic=statistic,
        day=day,
        fixed=plane.fixed,
        names=_factor_names(material),
    )


def _map_of_endings(material: SweepMaterial) -> DescribedFigure | None:
    """Draw which outcome is the most frequent; a map of one outcome alone tells nothing."""
    drawn = _map(material, "ending")
    if drawn is None or drawn.data is None or drawn.data["ending"].nunique() < 2:
        return None
    return drawn


def _points_of(material: SweepMaterial) -> pandas.DataFrame:
    points = material.folder.points
    columns = dict(zip(points.factors, zip(*points.values, strict=True), strict=True))
    numbers = range(len(points))
    marked = [number == points.baseline for number in numbers]
    return pandas.DataFrame({"point": numbers, "baseline": marked} | columns)


def _factor_names(material: SweepMaterial) -> Mapping[str, str]:
    names = {}
    for path in material.factors:
        known = parameter_at(path)
        unit = f" ({known.unit})" if known and known.unit != "yes/no" else ""
        names[path] = f"{as_text(label_of(path, material.base))}{unit}"
    return names


def _forest(material: SweepMaterial) -> DescribedFigure | None:
    pairs = material.pairs
    numbers = [each for each in material.listed if pairs and each in pairs.numbers]
    if pairs is None or not numbers:
        return None
    return forest_figure(
        chosen_pairs(pairs, numbers),
        title="Days gained or lost",
        subtitle=material.origin.title,
        labels=short_names(material),
        baseline=short_names(material)[material.compared_with],
        through_day=material.mean_within,
    )


def _differences(material: SweepMaterial) -> DescribedFigure | None:
    pairs = material.pairs
    numbers = [each for each in material.curves if pairs and each in pairs.numbers]
    if pairs is None or not numbers:
        return None
    return differences_figure(
        pairs,
        title="How many more truces hold, day by day",
        subtitle=material.origin.title,
        baseline=short_names(material)[material.compared_with],
        labels=short_names(material),
        points=numbers,
    )


def _endings(material: SweepMaterial) -> DescribedFigure:
    names = short_names(material)
    return incidence_figure(
        material.chosen(material.curves),
        [names[number] for number in material.curves],
        title="How truces end",
        subtitle=material.origin.title,
        seed=material.origin.seed,
        term_days=material.term_days,
    )


OF_SWEEPS: tuple[Plate[SweepMaterial], ...] = (
    Plate(
        "survival",
        "duration",
        "The share of truces still holding on each day, with the 95 % interval for that day "
        "(Monte-Carlo error): all points of a few, else the one compared with and those where "
        "truces last longest and shortest.",
        _curves,
    ),
    Plate(
        "multiples",
        "duration",
        "Each point with its 95 % interval (Monte-Carlo error), before the one that all are "
        "compared with, in grey.",
        _multiples,
    ),
    Plate(
        "map_of_days",
        "duration",
        "Mean days that truces hold, over the two factors that vary first. Differences between "
        "cells are differences between assumptions (scenario uncertainty).",
        lambda material: _map(material, "restricted_mean", material.mean_within),
    ),
    Plate(
        "map_of_medians",
        "duration",
        "The day by which half of the truces have ended, over the same factors.",
        lambda material: _map(material, "median"),
    ),
    Plate(
        "forest",
        "comparison",
        "Mean days that truces hold at each point minus those at the point compared with, paired "
        "run by run, with 95 % intervals (Monte-Carlo error).",
        _forest,
    ),
    Plate(
        "differences",
        "comparison",
        "The share still holding minus that at the point compared with, day by day and paired run "
        "by run, with the 95 % interval for that day (Monte-Carlo error).",
        _differences,
    ),
    Plate(
        "endings",
        "endings",
        "How truces have ended by each day, as shares that add up to 1 with those still holding.",
        _endings,
    ),
    Plate(
        "map_of_endings",
        "endings",
        "The most frequent outcome, over the two factors that vary first.",
        _map_of_endings,
    ),
)
