"""The report of one ensemble, put together from its stored results."""

from __future__ import annotations

import pandas

from sim.analysis import (
    MILESTONES,
    default_method,
    durations_of_points,
    endings_table,
    milestones_table,
    why_table,
)
from sim.endings import CAUSES, ENDINGS, HOLDING, REASON_CODES, REASONS
from sim.evidence import RECORD_SOURCE, record
from sim.publication.attributions import attribution_section, works_cited
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
    Column,
    Given,
    Number,
    Paragraph,
    Report,
    Section,
    Table,
    Words,
)
from sim.publication.doubt import doubt_section, in_short
from sim.publication.ensemble_plates import OF_ENSEMBLES
from sim.publication.inputs import baseline_of, differences_table, in_words, inputs_table
from sim.publication.material import EnsembleMaterial
from sim.publication.numbers import camel, headlines_of_point, numbers_table, quoted, spelled
from sim.publication.plates import figures_at
from sim.publication.precision import cut_short, precision_section
from sim.publication.records import records_of
from sim.publication.tables import rows_of
from sim.publication.wording import (
    NONE,
    SPACE,
    count,
    day,
    days_between,
    is_missing,
    mean_days,
    median_between,
    percent,
    shares_between,
)

ENDING_TABLE = (
    Column("Ending", "left"),
    Column("What happened", "left"),
    Column("Runs"),
    Column("Share"),
    Column("95 % interval"),
    Column("Half of these by"),
)
REASON_TABLE = (
    Column("Ending", "left"),
    Column("Reason", "left"),
    Column("What it means", "left"),
    Column("Runs"),
    Column("Share of this ending"),
)


def ensemble_report(material: EnsembleMaterial) -> Report:
    """Return the report of an ensemble."""
    origin, table = material.origin, material.table
    method = default_method(table)
    shared = material.attributions
    methods, references = methods_section(
        origin, _runs_in_words(material), method, paired=False, more=works_cited(shared)
    )
    records = records_of(material.tables, [], numbers_of(material))
    sections = (
        Section("short", "In short", tuple(_short(material))),
        Section("scenario", "The scenario", tuple(_scenario(material))),
        definitions_section(material.horizon_days, material.horizon_days, paired=False),
        Section("duration", "How long truces hold", tuple(_duration(material))),
        Section("endings", "How truces end, and why", tuple(_endings(material))),
        *attribution_section(shared, material.case.title),
        *doubt_section(material, days_of(material)),
        *_paths(material),
        _record(material),
        precision_section(_there(material), material.tables, days_of(material), table.horizon_days),
        limits_section(of_sweep=False, has_band=material.stored.parameters is not None),
        methods,
        reproduction_section(origin, _again(material), tuple(records)),
        references,
    )
    return Report(
        origin.title,
        origin.question,
        f"Report on {count(table.runs, 'run')} of one scenario, seed {origin.seed}, followed for "
        f"{count(material.horizon_days, 'day')}. Results of {origin.date or 'an unknown day'}.",
        sections,
        records,
    )


def days_of(material: EnsembleMaterial) -> list[int]:
    """Return the milestones that lie within the horizon."""
    return [each for each in MILESTONES if each <= material.horizon_days]


def numbers_of(material: EnsembleMaterial) -> pandas.DataFrame:
    """Return the headline numbers that the scripts work out again."""
    horizon = material.horizon_days
    return numbers_table(headlines_of_point(0, material.table, horizon, days_of(material)))


def _short(material: EnsembleMaterial) -> list[Block]:
    question: list[Block] = []
    if material.origin.question:
        question = [Paragraph(("Question: ", Given(material.origin.question)))]
    return [*question, Bullets(tuple(_answers(material))), Paragraph(CAUTION)]


def _answers(material: EnsembleMaterial) -> list[Words]:
    found = next(rows_of(durations_of_points(material.tables)))
    limits = median_between(found.median_lower, found.median_upper)
    horizon = count(material.horizon_days, "day")
    return [
        _median(found.median_days, limits, horizon),
        (
            "Beyond ",
            *_milestones(material),
            " All intervals here are 95 % Monte-Carlo error.",
        ),
        (
            f"Within {horizon} a truce holds for ",
            quoted("MeanDays", mean_days(found.kept_days)),
            f"{SPACE}days on average (",
            quoted("MeanDaysLimits", days_between(found.kept_lower, found.kept_upper)),
            ").",
        ),
        ("How the truces stand by the horizon: ", *_shares(material)),
        *in_short(material),
    ]


def _median(median: object, limits: str, horizon: str) -> Words:
    if is_missing(median):
        return (
            "More than half of the truces still hold after ",
            quoted("MedianDays", f"{horizon} (median not reached)"),
            ".",
        )
    return (
        "Half of the truces are over by ",
        quoted("MedianDays", day(median)),
        " (95 % interval: day ",
        quoted("MedianDaysLimits", limits),
        ").",
    )


def _milestones(material: EnsembleMaterial) -> list[str | Number]:
    rows = list(rows_of(milestones_table(material.table, days_of(material))))
    said: list[str | Number] = []
    for place, row in enumerate(rows):
        name = f"HoldBeyondDay{spelled(row.day)}"
        if place:
            said.append(", and beyond " if place == len(rows) - 1 else ", beyond ")
        said += [
            f"{day(row.day)} hold ",
            quoted(name, percent(row.survival)),
            " (",
            quoted(f"{name}Limits", shares_between(row.lower, row.upper)),
            ")",
        ]
    return [*said, "."]


def _shares(material: EnsembleMaterial) -> list[str | Number]:
    rows = {row.ending: row for row in rows_of(endings_table(material.table))}
    causes = sorted(CAUSES, key=lambda cause: -rows[cause.name].share)
    said: list[str | Number] = []
    for cause in causes:
        row = rows[cause.name]
        if not row.runs:
            continue
        said += [
            f"{cause.label.lower()} (",
            f"{as_clause(cause.sentence)}) ",
            quoted(f"Share{camel(cause.name)}", percent(row.share)),
            " (",
            quoted(f"Share{camel(cause.name)}Limits", shares_between(row.lower, row.upper)),
            "); ",
        ]
    held = rows[ENDINGS[HOLDING].name]
    said += ["still holding ", quoted("ShareHolding", percent(held.share)), " ("]
    return [*said, quoted("ShareHoldingLimits", shares_between(held.lower, held.upper)), ")."]


def as_clause(sentence: str) -> str:
    """Return a sentence as a part of another."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _scenario(material: EnsembleMaterial) -> list[Block]:
    baseline = baseline_of(material.case, material.name)
    differences = differences_table(material.case, baseline)
    named = (baseline.name,) if isinstance(baseline.name, str) else baseline.name
    said: Words = ("It is set beside ", *named, ". ")
    if not differences.rows:
        return [
            *in_words(material.case),
            Paragraph((*said, "No value differs.")),
            _inputs(material),
        ]
    compared = Paragraph(
        (*said, f"{count(len(differences.rows), 'value')} differ; the baseline was not run here.")
    )
    return [*in_words(material.case), compared, differences, _inputs(material)]


def _inputs(material: EnsembleMaterial) -> Table:
    return inputs_table(material.case)


def _duration(material: EnsembleMaterial) -> list[Block]:
    rows = tuple(
        (
            day(row.day),
            percent(row.survival),
            shares_between(row.lower, row.upper),
        )
        for row in rows_of(milestones_table(material.table, days_of(material)))
    )
    columns = (Column("Beyond", "left"), Column("Share that holds"), Column("95 % interval"))
    table = Table("The share of truces that hold beyond milestones.", columns, rows)
    return [*figures_at("duration", OF_ENSEMBLES, material), table]


def _endings(material: EnsembleMaterial) -> list[Block]:
    return [
        *figures_at("endings", OF_ENSEMBLES, material),
        _endings_table(material),
        reasons_table(why_table(material.stored.runs)),
    ]


def _endings_table(material: EnsembleMaterial) -> Table:
    labels = {ending.name: ending.label for ending in ENDINGS}
    rows = tuple(
        (
            labels[row.ending],
            row.sentence,
            f"{row.runs:,}",
            percent(row.share),
            shares_between(row.lower, row.upper),
            day(row.median_day) if not is_missing(row.median_day) else NONE,
        )
        for row in rows_of(endings_table(material.table))
    )
    caption = f"How the truces stand by the horizon, day {material.horizon_days:,}."
    return Table(caption, ENDING_TABLE, rows)


def reasons_table(why: pandas.DataFrame) -> Table:
    """Return why truces ended, by ending, from the most to the least frequent."""
    labels = {ending.name: ending.label for ending in ENDINGS}
    rows = tuple(
        (
            labels[row.ending],
            REASONS[REASON_CODES[row.why]].label,
            REASONS[REASON_CODES[row.why]].sentence,
            f"{row.runs:,}",
            percent(row.share),
        )
        for row in rows_of(why)
    )
    return Table(
        "Why the truces ended: what the model recorded as weighing most.", REASON_TABLE, rows
    )


def _paths(material: EnsembleMaterial) -> list[Section]:
    figures = tuple(figures_at("paths", OF_ENSEMBLES, material))
    return [Section("paths", "What happens while a truce holds", figures)] if figures else []


def _record(material: EnsembleMaterial) -> Section:
    known = record()
    warning = Paragraph(
        f"Drawn beside the model are {known.truces:,} {known.unit}s of {known.countries} "
        f"countries: {as_clause(known.what)}. They come from {RECORD_SOURCE}. The record has many "
        "kinds of ceasefires and ends of unknown date, the model has one case and knows all. "
        "Whether they agree or not, the figure does not say how long any real truce will hold."
    )
    figures = figures_at("record", OF_ENSEMBLES, material)
    return Section("record", "Beside the record of real ceasefires", (warning, *figures))


def _there(material: EnsembleMaterial) -> Words:
    asked = int(material.stored.manifest["runs"])
    done = len(material.stored.runs)
    return runs_there(asked, done, 0, cut_short(material.table))


def _runs_in_words(material: EnsembleMaterial) -> Words:
    return (
        "We simulated ",
        quoted("Runs", f"{material.table.runs:,}"),
        f"{SPACE}runs of the scenario “",
        Given(material.case.title),
        f"”, each followed for {count(material.horizon_days, 'day')} from signing.",
    )


def _again(material: EnsembleMaterial) -> tuple[str, ...]:
    origin = material.origin
    folder = origin.folder
    lines = [origin.typed] if origin.command[:2] == ("truce", "run") else []
    again = f"truce run {folder}/scenario.resolved.yaml --runs {material.table.runs}"
    return (
        *lines,
        f"{again} --seed {origin.seed} --out again",
        f"truce verify {folder}",
        f"truce replay {folder}/scenario.resolved.yaml --seed {origin.seed} --run 0",
        f"truce report {folder}",
    )
