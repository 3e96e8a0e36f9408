"""The report of a sweep whose points stand under each of a set of parameter vectors.

Its numbers are bands over the vectors, for each point of the study; no two vectors are pooled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas

from sim.analysis import MILESTONES, default_method
from sim.publication.common import (
    CAUTION,
    definitions_section,
    limits_section,
    methods_section,
    reproduction_section,
)
from sim.publication.content import (
    Block,
    Bullets,
    Column,
    Figure,
    Given,
    Notice,
    Paragraph,
    Report,
    Section,
    Table,
    Words,
    as_text,
)
from sim.publication.inputs import in_words, inputs_table, label_of
from sim.publication.material import SweepMaterial
from sim.publication.numbers import Headline, headlines_of_point, numbers_table, quoted
from sim.publication.plates import figure_of
from sim.publication.records import records_of
from sim.publication.tables import MOST_ROWS
from sim.publication.wording import (
    SPACE,
    count,
    days_between,
    mean_days,
    percent,
    plain,
    shares_between,
    signed,
    signed_between,
    with_limits,
)
from sim.report.ranked_figure import Panel, Series, ranked_figure
from sim.sheets import sheet_text
from sim.sweep.over_vectors import SHARE, bands, differences

IN_PERCENT = f"{100 * SHARE:g}{SPACE}%"
BANDS, DIFFERENCES = "bands.csv", "differences.csv"


@dataclass(frozen=True)
class Crossed:
    """A sweep with vectors, with its bands and the differences from the first point."""

    material: SweepMaterial

    @property
    def factors(self) -> tuple[str, ...]:
        """What varies beside the vectors."""
        vectors = self.material.folder.vectors
        return tuple(path for path in self.material.factors if path not in vectors)

    @cached_property
    def bands(self) -> pandas.DataFrame:
        """A row for each case, the one that lasts longest first."""
        table = bands(self.material.folder.path, self.material.mean_within)
        return table.sort_values("mean_days", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def differences(self) -> pandas.DataFrame | None:
        """A row for each case but the first of the study; None if there is no other."""
        if len(self.bands) < 2:
            return None
        return differences(self.material.folder.path, self.first, self.material.mean_within)

    @property
    def first(self) -> int:
        """The point that stands for the case with which the others are compared."""
        return int(self.bands["point"].min())

    def called(self, row: Any) -> str:
        """Return what a case is called: its values of what varies."""
        base = self.material.base
        return ", ".join(
            f"{as_text(label_of(path, base))} {plain(row[path])}" for path in self.factors
        )


def crossed_report(material: SweepMaterial) -> Report:
    """Return the report of a sweep with vectors."""
    crossed, origin = Crossed(material), material.origin
    vectors = int(crossed.bands["vectors"].max())
    days = [each for each in MILESTONES if each <= material.mean_within]
    said: Words = (
        "We simulated the study “",
        Given(origin.title),
        f"” at {count(len(crossed.bands), 'point')}, each under {count(vectors, 'vector')} of the "
        f"model’s parameters, {count(material.folder.runs, 'run')} of each, and report the median "
        f"over the vectors and the range that holds the middle {IN_PERCENT} of them.",
    )
    method = default_method(material.tables[0])
    methods, references = methods_section(origin, said, method, paired=False)
    records = _records(crossed, days)
    sections = (
        Section("short", "In short", tuple(_short(crossed, vectors))),
        Section("scenario", "The scenario, and what varies", tuple(_scenario(crossed))),
        definitions_section(
            max(material.folder.points.horizons), material.mean_within, paired=False
        ),
        Section("duration", "How long truces hold", tuple(_duration(crossed, days))),
        *_compared(crossed, days),
        limits_section(of_sweep=True, has_band=True),
        methods,
        reproduction_section(origin, _again(material), tuple(records)),
        references,
    )
    about = (
        f"Report on {count(len(crossed.bands), 'point')} under {count(vectors, 'vector')} of "
        f"parameters, {count(material.folder.runs, 'run')} of each, seed {origin.seed}. Results of "
        f"{origin.date or 'an unknown day'}."
    )
    return Report(origin.title, origin.question, about, sections, records)


def _short(crossed: Crossed, vectors: int) -> Iterator[Block]:
    material = crossed.material
    if not material.is_finished:
        yield Notice(
            f"This sweep is not finished: {material.status.done:,} of "
            f"{count(material.folder.size, 'run')} are there. The numbers below will move."
        )
    if material.origin.question:
        yield Paragraph(("Question: ", Given(material.origin.question)))
    ends = {"longest": crossed.bands.iloc[0], "shortest": crossed.bands.iloc[-1]}
    said = [
        (
            f"Truces last {name} at ",
            Given(crossed.called(row)),
            ": ",
            quoted(f"{name.capitalize()}MeanDays", mean_days(row["mean_days"])),
            f"{SPACE}days on average (the median over the vectors), and ",
            quoted(
                f"{name.capitalize()}MeanDaysOverVectors",
                days_between(row["mean_days_lower"], row["mean_days_upper"]),
            ),
            f" under the middle {IN_PERCENT} of {count(vectors, 'vector')}.",
        )
        for name, row in ends.items()
    ]
    yield Bullets(tuple(said if len(crossed.bands) > 1 else said[:1]))
    yield Paragraph(
        "These ranges are doubt about the model’s own parameters, not Monte-Carlo error, which is "
        "told apart. Every vector was run with the same luck, and runs of different vectors are "
        "never pooled."
    )
    yield Paragraph(CAUTION)


def _scenario(crossed: Crossed) -> Iterator[Block]:
    base = crossed.material.base
    yield from in_words(base)
    yield Paragraph(
        f"This scenario is varied in {count(len(crossed.factors), 'input')}, and each point stands "
        f"under every vector of {count(len(crossed.material.folder.vectors), 'parameter')}."
    )
    yield inputs_table(base)


def _duration(crossed: Crossed, days: list[int]) -> Iterator[Block]:
    yield _figure(
        crossed,
        crossed.bands,
        "bands",
        "Mean days held",
        f"Mean days within {count(crossed.material.mean_within, 'day')}",
    )
    columns = (
        Column("Point"),
        Column("What varies", "left"),
        Column("Mean days"),
        Column("Largest error of the runs"),
        *(Column(f"Hold beyond day {each}") for each in days),
    )
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (
            str(row["point"]),
            (Given(crossed.called(row)),),
            _days(row),
            f"±{SPACE}{row['largest_error']:.1f}",
            *(_share(row, f"survival_{each}") for each in days),
        )
        for _, row in crossed.bands.head(MOST_ROWS).iterrows()
    )
    yield Table(
        f"Medians over the vectors, and the middle {IN_PERCENT} of them in brackets. The error is "
        "the standard error of mean days over the runs of a point, the largest under any vector.",
        columns,
        rows,
        _rest(len(crossed.bands), BANDS),
    )


def _compared(crossed: Crossed, days: list[int]) -> Iterator[Section]:
    table = crossed.differences
    if table is None:
        return
    base = crossed.bands[crossed.bands["point"] == crossed.first].iloc[0]
    columns = (
        Column("Point"),
        Column("What varies", "left"),
        Column("Days more"),
        Column("Longer under"),
        Column("Largest error of the runs"),
        *(Column(f"Beyond day {each}, % points") for each in days),
    )
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (
            str(row["point"]),
            (Given(crossed.called(row)),),
            _signed(row, "mean_days", 1.0),
            percent(row["longer_under"]),
            f"±{SPACE}{row['largest_error']:.1f}",
            *(_signed(row, f"survival_{each}", 100.0) for each in days),
        )
        for _, row in table.head(MOST_ROWS).iterrows()
    )
    blocks = (
        Paragraph(
            (
                f"Every point is compared with point {crossed.first} (",
                Given(crossed.called(base)),
                "), within each vector and run by run. A difference whose range does not include 0 "
                f"has one sign under the middle {IN_PERCENT} of the vectors; “longer under” is the "
                "share of the vectors under which truces last longer.",
            )
        ),
        _figure(crossed, table, "differences", "Difference of mean days", "Days more"),
        Table(
            f"Differences: medians over the vectors, and the middle {IN_PERCENT} in brackets.",
            columns,
            rows,
            _rest(len(table), DIFFERENCES),
        ),
    )
    yield Section("comparison", "Against one point, within each vector", blocks)


def _figure(
    crossed: Crossed, table: pandas.DataFrame, stem: str, heading: str, axis: str
) -> Figure:
    rows = table.head(MOST_ROWS).assign(
        label=[crossed.called(row) for _, row in table.head(MOST_ROWS).iterrows()]
    )
    kept = ["label", "mean_days", "mean_days_lower", "mean_days_upper"]
    drawn = ranked_figure(
        [Panel(heading, axis, rows[kept])],
        (
            Series(
                f"Median and middle {100 * SHARE:.0f} % of the vectors",
                "mean_days",
                "mean_days_lower",
                "mean_days_upper",
            ),
        ),
        title=crossed.material.origin.title,
        foot="Ranges are over vectors of parameters, all with the same luck; they are no "
        "Monte-Carlo error.",
    )
    return figure_of(stem, f"{heading} at each point, over the vectors of parameters.", drawn)


def _days(row: Any) -> str:
    limits = days_between(row["mean_days_lower"], row["mean_days_upper"])
    return with_limits(mean_days(row["mean_days"]), limits)


def _share(row: Any, name: str) -> str:
    return with_limits(
        percent(row[name]), shares_between(row[f"{name}_lower"], row[f"{name}_upper"])
    )


def _signed(row: Any, name: str, unit: float) -> str:
    limits = signed_between(unit * row[f"{name}_lower"], unit * row[f"{name}_upper"])
    return with_limits(signed(unit * row[name]), limits)


def _rest(rows: int, file: str) -> str:
    shown = f"Shown are {MOST_ROWS} of {rows:,} points; all" if rows > MOST_ROWS else "All numbers"
    return f"{shown} are in {file}."


def _records(crossed: Crossed, days: list[int]) -> dict[str, bytes]:
    material = crossed.material
    numbers: list[Headline] = []
    for number in material.tables.numbers[: int(crossed.bands["vectors"].max())]:
        numbers += headlines_of_point(number, material.table(number), material.mean_within, days)
    sheets = {BANDS: sheet_text(crossed.bands).encode()}
    if crossed.differences is not None:
        sheets[DIFFERENCES] = sheet_text(crossed.differences).encode()
    return records_of(material.tables, [], numbers_table(numbers)) | sheets


def _again(material: SweepMaterial) -> tuple[str, ...]:
    folder = material.origin.folder
    return (
        material.origin.typed,
        f"truce verify {folder}",
        f"truce analyse {folder}",
        f"truce report {folder}",
    )
