"""The tables and headline numbers that come with the report of a sweep."""

from __future__ import annotations

from typing import Any

import pandas

from sim.analysis import MILESTONES, incidence_of_points, milestones_of_points
from sim.publication.material import SweepMaterial
from sim.publication.numbers import Headline, headlines_of_point, numbers_table
from sim.publication.records import records_of
from sim.publication.tables import rows_of
from sim.sheets import sheet_text


def sweep_records(material: SweepMaterial) -> dict[str, bytes]:
    """Return the tables and scripts of a sweep's report by name."""
    pairs, numbers = [], []
    days = [each for each in MILESTONES if each <= material.mean_within]
    for number in material.curves:
        table = material.table(number)
        numbers += headlines_of_point(number, table, material.mean_within, days)
    for number in material.curves:
        runs = None if number == material.compared_with else _paired(material, number)
        if runs is not None:
            pairs.append(runs)
            numbers += _headlines_of_pair(material, number)
    more = {"points.csv": points_sheet(material), "endings.csv": endings_sheet(material)}
    if material.comparisons is not None:
        more["comparisons.csv"] = material.comparisons
    sheets = {name: sheet_text(table).encode() for name, table in more.items()}
    return records_of(material.tables, pairs, numbers_table(numbers)) | sheets


def _paired(material: SweepMaterial, number: int) -> pandas.DataFrame | None:
    return material.paired_runs(number) if difference_of(material, number) is not None else None


def _headlines_of_pair(material: SweepMaterial, number: int) -> list[Headline]:
    row = difference_of(material, number)
    within, baseline = material.mean_within, material.compared_with
    named = {"mean_difference": "difference", "mean_difference_error": "standard_error"}
    return [
        Headline(quantity, number, within, float(getattr(row, column)), baseline=baseline)
        for quantity, column in named.items()
    ]


def points_sheet(material: SweepMaterial) -> pandas.DataFrame:
    """Return a row for each point: what varies, median and mean days, survival, with limits."""
    values = [material.folder.points.values[number] for number in material.tables.numbers]
    varied = pandas.DataFrame(values, columns=list(material.factors))
    varied.insert(0, "point", list(material.tables.numbers))
    wide = varied.merge(material.durations, on="point")
    for on, rows in milestones_of_points(material.tables).groupby("day"):
        limits = rows.set_index("point")[["survival", "lower", "upper"]]
        limits.columns = [f"survival_{on}", f"survival_{on}_lower", f"survival_{on}_upper"]
        wide = wide.merge(limits, left_on="point", right_index=True, how="left")
    return wide


def endings_sheet(material: SweepMaterial) -> pandas.DataFrame:
    """Return the share ended by each cause at each point, with limits."""
    return incidence_of_points(material.tables, [material.mean_within])


def difference_of(
    material: SweepMaterial, number: int, quantity: str = "mean_days", on: int | None = None
) -> Any:
    """Return the row of a difference from the baseline; None where there is none."""
    table = material.comparisons
    if table is None:
        return None
    rows = table[(table["point"] == number) & (table["quantity"] == quantity)]
    rows = rows if on is None else rows[rows["day"] == on]
    return next(rows_of(rows), None)
