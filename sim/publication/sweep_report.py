"""The report of a sweep, put together from its stored results; points are never pooled."""

from __future__ import annotations

from collections.abc import Iterator

from sim.analysis import MILESTONES, default_method
from sim.publication.common import (
    CAUTION,
    definitions_section,
    limits_section,
    methods_section,
    reproduction_section,
    runs_there,
)
from sim.publication.content import (
    Block,
    Bullets,
    Given,
    Notice,
    Paragraph,
    Piece,
    Report,
    Section,
    Table,
    Words,
)
from sim.publication.ensemble_report import reasons_table
from sim.publication.inputs import in_words, inputs_table
from sim.publication.material import SweepMaterial
from sim.publication.numbers import quoted
from sim.publication.plates import figures_at
from sim.publication.precision import cut_short, precision_section
from sim.publication.sweep_plates import OF_SWEEPS
from sim.publication.sweep_records import difference_of, sweep_records
from sim.publication.sweep_tables import (
    as_long_as,
    differences_table,
    endings_table,
    factors_table,
    named,
    points_table,
    share_differences,
)
from sim.publication.wording import (
    NONE,
    SPACE,
    count,
    day,
    days_between,
    mean_days,
    signed,
    signed_between,
)


def sweep_report(material: SweepMaterial) -> Report:
    """Return the report of a sweep."""
    origin = material.origin
    method = default_method(material.tables[0])
    paired = material.comparisons is not None
    methods, references = methods_section(origin, _runs_in_words(material), method, paired)
    records = sweep_records(material)
    days = [each for each in MILESTONES if each <= material.mean_within]
    sections = (
        Section("short", "In short", tuple(_short(material))),
        Section("scenario", "The scenario, and what varies", tuple(_scenario(material))),
        definitions_section(
            max(material.folder.points.horizons), material.mean_within, paired=paired
        ),
        Section("duration", "How long truces hold", tuple(_duration(material))),
        *_comparison(material),
        Section("endings", "How truces end, and why", tuple(_endings(material))),
        precision_section(_there(material), material.tables, days, material.mean_within),
        limits_section(of_sweep=True),
        methods,
        reproduction_section(origin, _again(material), tuple(records)),
        references,
    )
    return Report(
        origin.title,
        origin.question,
        f"Report on {count(len(material.folder.points), 'point')} of "
        f"{_runs_each(material)}, seed {origin.seed}. Results of "
        f"{origin.date or 'an unknown day'}.",
        sections,
        records,
    )


# In short


def _short(material: SweepMaterial) -> Iterator[Block]:
    if not material.is_finished:
        yield Notice(
            f"This sweep is not finished: {material.status.done:,} of "
            f"{count(material.folder.size, 'run')} are there. The numbers below will move."
        )
    precision = material.folder.precision
    if precision is not None:
        yield Notice(
            f"The points were run until they were precise enough ({_plain(precision.words)}), so "
            "how many runs a point has depends on its results. The 95 % intervals of this report "
            "are those for numbers of runs fixed beforehand, and hold the truth less often here "
            "than they say."
        )
    if material.origin.question:
        yield Paragraph(("Question: ", Given(material.origin.question)))
    yield Bullets(tuple(_answers(material)))
    if len(material.tables) > 2:
        yield Paragraph(
            f"The longest and the shortest of {count(len(material.tables), 'point')} are picked "
            "from the results, so they owe a part of their distance to luck; every interval is "
            "that of its point alone."
        )
    yield Paragraph(CAUTION)


def _answers(material: SweepMaterial) -> Iterator[Words]:
    base, longest, shortest = (
        material.compared_with,
        material.by_length[0],
        material.by_length[-1],
    )
    yield (
        "At ",
        *named(material, base),
        _is_called(material),
        *_means(material, base, "Baseline"),
    )
    if len(material.tables) == 1:
        return
    for number, words, name in (
        (longest, "Truces last longest at ", "Longest"),
        (shortest, "Truces last shortest at ", "Shortest"),
    ):
        if number != base:
            equal = as_long_as(material, number)
            yield (words, *named(material, number), f"{equal}:", *_means(material, number, name))


def _is_called(material: SweepMaterial) -> str:
    if material.folder.points.baseline is None:
        return ", the first point, with which the others are compared:"
    return ", the baseline:"


def _means(material: SweepMaterial, number: int, name: str) -> Iterator[Piece]:
    row = material.duration(number)
    yield " half of the truces are over by "
    yield quoted(f"{name}Median", _median(row.median_days))
    yield " and they hold for "
    yield quoted(f"{name}MeanDays", mean_days(row.kept_days))
    yield f"{SPACE}days on average within {count(material.mean_within, 'day')} ("
    yield quoted(f"{name}MeanDaysLimits", days_between(row.kept_lower, row.kept_upper))
    yield ")"
    found = difference_of(material, number)
    if found is not None:
        yield "; that is "
        yield quoted(f"{name}Difference", signed(found.difference))
        yield f"{SPACE}days against point {material.compared_with} ("
        yield quoted(f"{name}DifferenceLimits", signed_between(found.lower, found.upper))
        yield ", paired)"
    yield "."


def _median(median: object) -> str:
    said = day(median)
    return "no day within the horizon" if said == NONE else said


# The scenario


def _scenario(material: SweepMaterial) -> Iterator[Block]:
    yield from in_words(material.base)
    baseline = material.folder.points.baseline
    said = f"This scenario is varied in {count(len(material.factors), 'input')}. "
    yield Paragraph(
        said
        + (
            f"The other points are compared with point {baseline}."
            if baseline is not None
            else "The study names no baseline; points are compared with the first."
        )
    )
    yield factors_table(material)
    yield inputs_table(material.base)


# Duration


def _duration(material: SweepMaterial) -> Iterator[Block]:
    yield from figures_at("duration", OF_SWEEPS, material)
    yield points_table(material)


# Comparison


def _comparison(material: SweepMaterial) -> list[Section]:
    if material.comparisons is None:
        return []
    blocks: list[Block] = [
        Paragraph(
            f"Every point is compared with point {material.compared_with}, run by run: equal runs "
            "share their luck, so that a difference is known better than either number. How much "
            "better stands in the last two columns."
        ),
        *figures_at("comparison", OF_SWEEPS, material),
        differences_table(material),
        *share_differences(material),
    ]
    return [Section("comparison", "Against the baseline", tuple(blocks))]


# Endings


def _endings(material: SweepMaterial) -> Iterator[Block]:
    yield from figures_at("endings", OF_SWEEPS, material)
    yield endings_table(material)
    for number in material.curves:
        why = reasons_table(material.reasons[number])
        caption = ("Why the truces ended at ", *named(material, number), ".")
        yield Table(caption, why.columns, why.rows, folded=len(material.curves) > 3)


# Precision, methods, reproduction


def _there(material: SweepMaterial) -> Words:
    done = int(material.tables.runs.sum())
    failed = material.status.done - done
    early = sum(cut_short(material.table(number)) for number in material.tables.numbers)
    return runs_there(material.folder.size, done, failed, early)


def _runs_in_words(material: SweepMaterial) -> Words:
    return (
        "We simulated ",
        quoted("Points", f"{len(material.tables):,}"),
        f"{SPACE}points of the study “",
        Given(material.origin.title),
        f"”, {_runs_each(material)} and ",
        quoted("Runs", f"{int(material.tables.runs.sum()):,}"),
        f" in all, followed for {count(max(material.folder.points.horizons), 'day')} from signing.",
    )


def _again(material: SweepMaterial) -> tuple[str, ...]:
    folder = material.origin.folder
    return (
        material.origin.typed,
        f"truce verify {folder}",
        f"truce replay --study {folder} --point {material.compared_with} --run 0",
        f"truce report {folder}",
    )


def _plain(words: str) -> str:
    return words.replace("+-", "±")


def _runs_each(material: SweepMaterial) -> str:
    each = count(material.folder.runs, "run")
    return f"{each} each" if material.folder.precision is None else f"at most {each} each"
