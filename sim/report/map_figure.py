"""The map: what two factors of a sweep do together to how long truces hold, or to how they end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.analysis import LifeTables
from sim.endings import HOLDING
from sim.report.appearance import INK, PAPER, Appearance, house_style
from sim.report.map_cells import (
    NO_RUNS,
    NOT_REACHED,
    fill,
    frame,
    look_of,
    words_fit,
    write_in_cells,
)
from sim.report.map_classes import classes_of
from sim.report.map_grid import EMPTY, Grid, grid_of, shown
from sim.report.map_key import FRAMED, Mark, draw_key, draw_scale
from sim.report.map_lines import draw_lines
from sim.report.map_numbers import (
    Numbers,
    Statistic,
    dominant_endings,
    letters,
    numbers_of,
    outcomes,
)
from sim.report.map_plan import Plan, begun_map
from sim.report.sheet import DescribedFigure, Sheet, Words
from sim.report.wording import count, percent, plain, sentences


def map_figure(
    tables: LifeTables,
    points: pandas.DataFrame,
    *,
    across: str,
    up: str,
    title: str,
    statistic: Statistic = "median",
    day: int | None = None,
    fixed: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    subtitle: str = "",
    level: float = 0.95,
) -> DescribedFigure:
    """Return the map of a statistic over two factors.

    `points` is the table of the points of a sweep: `point`, perhaps `baseline`, and a column for
    each factor; points without life table have no runs and are drawn as such. `across` and `up` are
    the factors; `fixed` gives the value of every other one that varies. `statistic` is "median",
    "survival" (beyond `day`, by default 90), "restricted_mean" (within `day`, by default the
    horizon) or "ending" (the one that most runs have). `names` says what factors are called, with
    their units. Cells stand side by side in the order of the values, however far these are apart.
    Texts are shown as they are.

    Errors: `UsageError` as in `sim.report.map_grid.grid_of` and `map_numbers.numbers_of`;
    `ResultsError` as in `map_numbers.dominant_endings`.
    """
    grid = grid_of(points, across, up, fixed)
    called = {name: plain((names or {}).get(name, name)) for name in (across, up, *grid.fixed)}
    found = dominant_endings(tables) if statistic == "ending" else None
    numbers = None if statistic == "ending" else numbers_of(tables, statistic, day, level)
    what = numbers.title if numbers is not None else "Most frequent outcome"
    data = _cells(grid, found if numbers is None else numbers.table)
    words = Words(title, _subtitle(subtitle, what, grid, called), _foot(data, grid, called))
    with house_style():
        plan = Plan(grid, called)
        sheet = Sheet.begun(words, plan.height)
        axes = begun_map(sheet, plan)
        if numbers is None:
            _draw_endings(axes, plan, data)
        else:
            _draw_numbers(axes, plan, data, numbers)
        return sheet.finished(_describe(data, grid, called, what, numbers), data)


def _cells(grid: Grid, found: pandas.DataFrame | None) -> pandas.DataFrame:
    """Return a row for each cell, from the lower left, row by row: its values and what was found.

    Cells without runs have missing values.
    """
    assert found is not None
    places = pandas.DataFrame(
        [
            (number, grid.across_values[column], grid.up_values[row], column, row)
            for (row, column), number in np.ndenumerate(grid.points)
        ],
        columns=["point", grid.across, grid.up, "column", "row"],
    )
    for name, value in grid.fixed.items():
        places[name] = value
    data = places.merge(found, on="point", how="left")
    data["runs"] = data["runs"].fillna(0).astype("int64")
    data["point"] = data["point"].where(data["point"] != EMPTY).astype("Int64")
    return data


def _subtitle(subtitle: str, what: str, grid: Grid, called: Mapping[str, str]) -> str:
    held = "; ".join(f"{called[name]} = {shown(value)}" for name, value in grid.fixed.items())
    told = f"{what}, with {held}." if held else f"{what}."
    return sentences(subtitle, told)


def _foot(data: pandas.DataFrame, grid: Grid, called: Mapping[str, str]) -> str:
    runs = data.loc[data["runs"] > 0, "runs"]
    if runs.empty:
        return "No point of this map has runs yet."
    least, most = int(runs.min()), int(runs.max())
    each = count(least, "run") if least == most else f"{least:,} to {count(most, 'run')}"
    uneven = "".join(
        f" The steps of {called[name]} are uneven; cells are drawn equally wide all the same."
        for name in grid.uneven
    )
    return (
        f"{each} of each point. Differences between neighbours may be Monte-Carlo error; the map "
        f"says nothing about how well the model fits the world.{uneven}"
    )


def _draw_numbers(axes: Axes, plan: Plan, data: pandas.DataFrame, numbers: Numbers) -> None:
    has_runs, values = data["runs"].to_numpy() > 0, data["value"].to_numpy(np.float64)
    beyond = has_runs & (data["reached"] == False).to_numpy(bool)  # noqa: E712 - missing is not
    classes = classes_of(values)
    known = ~np.isnan(values)
    looks = [Appearance(classes.colours[classes.place(value)], "") for value in values[known]]
    place = np.full(len(data), -1)
    place[known] = [classes.colours.index(look.colour) for look in looks]
    for number, colour in enumerate(classes.colours):
        fill(axes, data[place == number], Appearance(colour, ""))
    fill(axes, data[beyond], NOT_REACHED)
    fill(axes, data[~has_runs], NO_RUNS)
    texts = np.where(beyond, f">{numbers.last_day:,}", "").astype(object)
    texts[known] = [numbers.written(value) for value in values[known]]
    colours = [classes.colours[at] if at >= 0 else INK for at in place]
    boxes = write_in_cells(axes, plan, data, texts.tolist(), colours)
    if plan.grid.is_ordered:
        square = values.reshape(plan.rows, plan.columns)
        draw_lines(axes, square, classes.inner, boxes, plan.scale)
    marks = [(NOT_REACHED, f"not reached by day {numbers.last_day:,}")] if beyond.any() else []
    unit = "Days" if numbers.unit == "days" else "Per cent"
    draw_scale(axes, plan, classes, unit, marks + _other_marks(axes, plan, has_runs))


def _draw_endings(axes: Axes, plan: Plan, data: pandas.DataFrame) -> None:
    has_runs, marks = data["runs"].to_numpy() > 0, []
    for outcome in outcomes():
        here = data[data["ending"] == outcome.name]
        if len(here):
            fill(axes, here, look_of(outcome.name))
            label = "Still holding" if outcome.code == HOLDING else outcome.label
            marks.append((look_of(outcome.name), f"{letters()[outcome.name]}: {label}"))
    fill(axes, data[~has_runs], NO_RUNS)
    texts = [
        f"{letters()[name]} {percent(round(share, 2))}" if runs else ""
        for name, share, runs in zip(data["ending"], data["share"], data["runs"], strict=True)
    ]
    short = [text.split(" ")[0] for text in texts]
    fitted = texts if words_fit(plan, texts) else short
    write_in_cells(axes, plan, data, fitted, [PAPER] * len(data))
    draw_key(axes, plan, marks + _other_marks(axes, plan, has_runs))


def _other_marks(axes: Axes, plan: Plan, has_runs: NDArray[np.bool_]) -> list[Mark]:
    """Frame the baseline; return the marks of what is neither a number nor an outcome."""
    marks = [] if has_runs.all() else [(NO_RUNS, "no runs")]
    if plan.grid.baseline is None:
        return marks
    for row, column in np.argwhere(plan.grid.points == plan.grid.baseline).tolist():
        frame(axes, row, column)
        marks.append((FRAMED, "baseline"))
    return marks


def _describe(
    data: pandas.DataFrame,
    grid: Grid,
    called: Mapping[str, str],
    what: str,
    numbers: Numbers | None,
) -> str:
    size = f"{len(grid.across_values)} by {len(grid.up_values)} cells"
    sides = f"{called[grid.across]} across and {called[grid.up]} up"
    text = f"Map of {size}: {what.lower()}, {sides}."
    with_runs = data[data["runs"] > 0]
    missing = len(data) - len(with_runs)
    if missing:
        text += f" {count(missing, 'cell')} without runs."
    if with_runs.empty:
        return text
    if numbers is None:
        cells = with_runs["ending"].value_counts()
        return f"{text} Cells by outcome: " + ", ".join(
            f"{name.replace('_', ' ')} {cells[name]}" for name in sorted(cells.index)
        )
    late = int((~with_runs["reached"].astype(bool)).sum())
    known = with_runs[with_runs["value"].notna()]
    for word, at in (("Lowest", "idxmin"), ("Highest", "idxmax")):
        if len(known):
            cell = known.loc[getattr(known["value"], at)()]
            text += f" {word}: {numbers.written(cell['value'])} {numbers.unit}"
            text += f" at {_where(cell, grid, called)}."
    return text + (f" Not reached in {count(late, 'cell')}." if late else "")


def _where(cell: pandas.Series, grid: Grid, called: Mapping[str, str]) -> str:
    return f"{called[grid.across]} {shown(cell[grid.across])}, " + (
        f"{called[grid.up]} {shown(cell[grid.up])}"
    )
