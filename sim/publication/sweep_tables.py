"""The tables of the report of a sweep; points stand side by side and are never pooled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.analysis import milestones_of_points
from sim.endings import CAUSES
from sim.publication.content import Column, Given, Mono, Piece, Table, Words, pieces
from sim.publication.inputs import as_rows, label_of, parameter_at, shown
from sim.publication.material import ENDS_SHOWN, SweepMaterial
from sim.publication.sweep_records import difference_of, endings_sheet
from sim.publication.tables import MOST_ROWS, rows_of
from sim.publication.wording import (
    NONE,
    SPACE,
    between_in_percent,
    count,
    day,
    days_between,
    in_percent,
    listed,
    mean_days,
    median_between,
    percent,
    plain,
    points,
    shares_between,
    signed,
    signed_between,
    with_limits,
)

MILESTONE = 90
MOST_NAMED = 6  # points that are named beside another


def named(material: SweepMaterial, number: int) -> list[Piece]:
    """Return a point in words: its number and what varies there."""
    said: list[Piece] = [f"point {number} ("]
    values = material.folder.points.values[number]
    for place, (path, value) in enumerate(zip(material.factors, values, strict=True)):
        said += [", " if place else "", *pieces(label_of(path, material.base)), " "]
        said += [f"= {plain(value)}" if not isinstance(value, str) else Given(value)]
    return [*said, ")"]


def as_long_as(material: SweepMaterial, number: int) -> str:
    """Name the other points with the same mean days: where an input changes nothing, say so."""
    days = material.duration(number).kept_days
    same = sorted(
        other
        for other in material.by_length
        if other != number and material.duration(other).kept_days == days
    )
    if len(same) > MOST_NAMED:
        return f", and equally at {count(len(same), 'other point')}"
    called = "points" if len(same) > 1 else "point"
    return f", and equally at {called} {listed([str(other) for other in same])}" if same else ""


def row_name(material: SweepMaterial, number: int) -> str:
    """Return how a point is called in a table."""
    return f"{number} (baseline)" if number == material.folder.points.baseline else f"{number}"


def factors_table(material: SweepMaterial) -> Table:
    """Return what varies, with unit and meaning."""
    base = {each.path: each.value for each in material.base.resolved()}
    compared = material.folder.points.values[material.compared_with]
    rows = []
    for place, path in enumerate(material.factors):
        known = parameter_at(path)
        varied = [values[place] for values in material.folder.points.values]
        rows.append(
            (
                label_of(path, material.base),
                _spread(varied),
                shown(compared[place]),
                shown(base[path]) if path in base else NONE,
                known.unit if known else "",
                known.meaning if known else "",
                Mono(path),
            )
        )
    columns = (
        Column("Input", "left"),
        Column("Values", "left"),
        Column("Compared with"),
        Column("Scenario"),
        Column("Unit", "left"),
        Column("Meaning", "left"),
        Column("Path", "left"),
    )
    return Table("What varies.", columns, as_rows(rows))


def _spread(values: Sequence[Any]) -> Words:
    """Return the values of a factor: all of a few, else their ends."""
    distinct = sorted(set(values), key=lambda value: (isinstance(value, str), value))
    if len(distinct) <= 6 or isinstance(distinct[0], str):
        listed: list[Piece] = []
        for value in distinct[:6]:
            listed += [", " if listed else "", *pieces(shown(value))]
        return (*listed, ", …") if len(distinct) > 6 else tuple(listed)
    return f"{plain(distinct[0])} to {plain(distinct[-1])}, {len(distinct):,} values"


def points_table(material: SweepMaterial) -> Table:
    """Return how long truces hold at each point."""
    milestone = [MILESTONE] if material.mean_within >= MILESTONE else []
    held = {row.point: row for row in rows_of(milestones_of_points(material.tables, milestone))}
    rows = []
    for number in material.listed:
        row = material.duration(number)
        cells: list[Words] = [
            row_name(material, number),
            *_values(material, number),
            f"{int(row.runs):,}",
            with_limits(day(row.median_days), median_between(row.median_lower, row.median_upper)),
            with_limits(mean_days(row.kept_days), days_between(row.kept_lower, row.kept_upper)),
        ]
        if milestone:
            at = held[number]
            cells.append(with_limits(percent(at.survival), shares_between(at.lower, at.upper)))
        rows.append(tuple(cells))
    columns = (
        Column("Point", "left"),
        *_factor_columns(material),
        Column("Runs"),
        Column("Median"),
        Column(f"Mean days within {material.mean_within:,}"),
        *(Column(f"Hold beyond day {on}") for on in milestone),
    )
    caption = "How long truces hold at each point, with 95 % intervals (Monte-Carlo error)."
    return Table(caption, columns, tuple(rows), _rest(material, "points.csv"))


def _values(material: SweepMaterial, number: int) -> list[Words]:
    return [shown(value) for value in material.folder.points.values[number]]


def _factor_columns(material: SweepMaterial) -> list[Column]:
    return [Column(label_of(path, material.base)) for path in material.factors]


def _rest(material: SweepMaterial, file: str, with_baseline: bool = True) -> Words:
    if len(material.tables) <= MOST_ROWS:
        return ("The same, with more columns, in ", Mono(file), ".")
    longest = f"the {ENDS_SHOWN} points where truces last longest"
    shortest = f"the {ENDS_SHOWN} where they last shortest"
    shown_here = listed(
        [longest, shortest, "the baseline"] if with_baseline else [longest, shortest]
    )
    return (
        f"Shown, sorted by mean days, are {shown_here}; all {len(material.tables):,} are in ",
        Mono(file),
        ".",
    )


def differences_table(material: SweepMaterial) -> Table:
    """Return the paired differences of each point from the baseline."""
    milestone = [MILESTONE] if material.mean_within >= MILESTONE else []
    rows = []
    for number in material.listed:
        found = difference_of(material, number)
        if found is None:
            continue
        cells: list[Words] = [
            row_name(material, number),
            *_values(material, number),
            with_limits(signed(found.difference), signed_between(found.lower, found.upper)),
        ]
        for on in milestone:
            held_there = difference_of(material, number, "survival", on)
            limits = signed_between(100 * held_there.lower, 100 * held_there.upper)
            cells.append(with_limits(points(held_there.difference), limits))
        removed = found.variance_reduction
        cells += [
            NONE if found.correlation != found.correlation else signed(found.correlation, 2),
            NONE if removed != removed else f"{100 * removed:.0f}{SPACE}%".replace("-", "−"),
        ]
        rows.append(tuple(cells))
    columns = (
        Column("Point", "left"),
        *_factor_columns(material),
        Column(f"Mean days within {material.mean_within:,}, difference"),
        *(Column(f"Hold beyond day {on}, difference in points") for on in milestone),
        Column("Correlation of runs"),
        Column("Variance removed by pairing"),
    )
    caption = "Differences from the baseline, paired run by run, with 95 % intervals."
    return Table(
        caption, columns, tuple(rows), _rest(material, "comparisons.csv", with_baseline=False)
    )


def share_differences(material: SweepMaterial) -> Iterator[Table]:
    """Yield the differences of the shares of endings, if there are any."""
    table = material.comparisons
    assert table is not None
    shown_points = [number for number in material.listed if number != material.compared_with]
    rows = []
    for number in shown_points:
        own = table[(table["point"] == number) & (table["quantity"] == "share_ended")]
        found = {row.ending: row for row in rows_of(own)}
        if not found:
            continue
        cells = [
            with_limits(
                points(found[cause.name].difference),
                signed_between(100 * found[cause.name].lower, 100 * found[cause.name].upper),
            )
            for cause in CAUSES
        ]
        rows.append((row_name(material, number), *cells))
    if rows:
        columns = (Column("Point", "left"), *(Column(cause.label) for cause in CAUSES))
        caption = (
            "Differences of the shares of endings from the baseline, in percentage points, paired, "
            "with 95 % intervals."
        )
        yield Table(
            caption, columns, tuple(rows), _rest(material, "comparisons.csv", with_baseline=False)
        )


def endings_table(material: SweepMaterial) -> Table:
    """Return how truces have ended at each point."""
    within = material.mean_within
    found = endings_sheet(material)
    held = {row.point: row for row in rows_of(milestones_of_points(material.tables, [within]))}
    rows = []
    for number in material.listed:
        own = found[found["point"] == number]
        shares = [(row.incidence, row.lower, row.upper) for row in rows_of(own)]
        at = held[number]
        shares.append((at.survival, at.lower, at.upper))
        cells = [
            with_limits(in_percent(share), between_in_percent(lower, upper))
            for share, lower, upper in shares
        ]
        rows.append((row_name(material, number), *cells))
    columns = (
        Column("Point", "left"),
        *(Column(cause.label) for cause in CAUSES),
        Column("Still holding"),
    )
    caption = (
        f"How truces have ended by day {within:,}, in percent, with 95 % intervals (Monte-Carlo "
        "error)."
    )
    return Table(caption, columns, tuple(rows), _rest(material, "endings.csv"))
