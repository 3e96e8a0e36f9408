"""The report of a sweep, put together from its stored results; points are never pooled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas

from sim.analysis import (
    MILESTONES,
    default_method,
    incidence_of_points,
    milestones_of_points,
)
from sim.endings import CAUSES, ENDINGS, HOLDING
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
    Mono,
    Notice,
    Paragraph,
    Piece,
    Report,
    Section,
    Table,
    Words,
    pieces,
)
from sim.publication.ensemble_report import reasons_table
from sim.publication.inputs import as_rows, in_words, inputs_table, label_of, parameter_at, shown
from sim.publication.material import SweepMaterial
from sim.publication.numbers import Headline, headlines_of_point, numbers_table, quoted
from sim.publication.plates import OF_SWEEPS, figures_at
from sim.publication.precision import cut_short, precision_section
from sim.publication.records import records_of, sheet_text
from sim.publication.tables import MOST_ROWS
from sim.publication.wording import (
    NONE,
    SPACE,
    count,
    day,
    days_between,
    mean_days,
    median_between,
    percent,
    plain,
    points,
    shares_between,
    signed,
    signed_between,
)

ENDS_SHOWN = 12
"""Of more than `MOST_ROWS` points: so many that last longest, and so many that last shortest."""
MILESTONE = 90


def sweep_report(material: SweepMaterial) -> Report:
    """Return the report of a sweep."""
    origin = material.origin
    method = default_method(material.tables[0])
    paired = material.comparisons is not None
    methods, references = methods_section(origin, _runs_in_words(material), method, paired)
    records = _records(material)
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
        f"{count(material.folder.runs, 'run')} each, seed {origin.seed}. Results of "
        f"{origin.date or 'an unknown day'}.",
        sections,
        records,
    )


def _records(material: SweepMaterial) -> dict[str, bytes]:
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
    more = {"points.csv": _points_sheet(material), "endings.csv": _endings_sheet(material)}
    if material.comparisons is not None:
        more["comparisons.csv"] = material.comparisons
    sheets = {name: sheet_text(table).encode() for name, table in more.items()}
    return records_of(material.tables, pairs, numbers_table(numbers)) | sheets


def _paired(material: SweepMaterial, number: int) -> pandas.DataFrame | None:
    return material.paired_runs(number) if _difference(material, number) is not None else None


def _headlines_of_pair(material: SweepMaterial, number: int) -> list[Headline]:
    row = _difference(material, number)
    assert row is not None
    within, baseline = material.mean_within, material.compared_with
    named = {"mean_difference": "difference", "mean_difference_error": "standard_error"}
    return [
        Headline(quantity, number, within, float(row[column]), baseline=baseline)
        for quantity, column in named.items()
    ]


def _difference(
    material: SweepMaterial, number: int, quantity: str = "mean_days", on: int | None = None
) -> pandas.Series | None:
    """Return the row of a difference from the baseline; None where there is none."""
    table = material.comparisons
    if table is None:
        return None
    rows = table[(table["point"] == number) & (table["quantity"] == quantity)]
    rows = rows if on is None else rows[rows["day"] == on]
    return None if rows.empty else rows.iloc[0]


def _points_sheet(material: SweepMaterial) -> pandas.DataFrame:
    values = [material.folder.points.values[number] for number in material.tables.numbers]
    varied = pandas.DataFrame(values, columns=list(material.factors))
    varied.insert(0, "point", list(material.tables.numbers))
    wide = varied.merge(material.durations, on="point")
    for on, rows in milestones_of_points(material.tables).groupby("day"):
        limits = rows.set_index("point")[["survival", "lower", "upper"]]
        limits.columns = [f"survival_{on}", f"survival_{on}_lower", f"survival_{on}_upper"]
        wide = wide.merge(limits, left_on="point", right_index=True, how="left")
    return wide


def _endings_sheet(material: SweepMaterial) -> pandas.DataFrame:
    return incidence_of_points(material.tables, [material.mean_within])


# In short


def _short(material: SweepMaterial) -> Iterator[Block]:
    if not material.is_finished:
        yield Notice(
            f"This sweep is not finished: {material.status.done:,} of "
            f"{count(material.folder.size, 'run')} are there. The numbers below will move."
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
    yield ("At ", *_named(material, base), _is_called(material), *_means(material, base, "Baseline"))
    if len(material.tables) == 1:
        return
    for number, words, name in (
        (longest, "Truces last longest at ", "Longest"),
        (shortest, "Truces last shortest at ", "Shortest"),
    ):
        if number != base:
            yield (words, *_named(material, number), ":", *_means(material, number, name))


def _is_called(material: SweepMaterial) -> str:
    if material.folder.points.baseline is None:
        return ", the first point, with which the others are compared:"
    return ", the baseline:"


def _means(material: SweepMaterial, number: int, name: str) -> Iterator[Piece]:
    row = material.durations.iloc[material.place(number)]
    yield " half of the truces are over by "
    yield quoted(f"{name}Median", _median(row["median_days"]))
    yield " and they hold for "
    yield quoted(f"{name}MeanDays", mean_days(row["kept_days"]))
    yield f"{SPACE}days on average within {count(material.mean_within, 'day')} ("
    yield quoted(f"{name}MeanDaysLimits", days_between(row["kept_lower"], row["kept_upper"]))
    yield ")"
    found = _difference(material, number)
    if found is not None:
        yield "; that is "
        yield quoted(f"{name}Difference", signed(found["difference"]))
        yield f"{SPACE}days against the baseline ("
        yield quoted(f"{name}DifferenceLimits", signed_between(found["lower"], found["upper"]))
        yield ", paired)"
    yield "."


def _median(median: object) -> str:
    said = day(median)
    return "no day within the horizon" if said == NONE else said


def _named(material: SweepMaterial, number: int) -> list[Piece]:
    """Return a point in words: its number and what varies there."""
    said: list[Piece] = [f"point {number} ("]
    values = material.folder.points.values[number]
    for place, (path, value) in enumerate(zip(material.factors, values, strict=True)):
        said += [", " if place else "", *pieces(label_of(path, material.base)), " "]
        said += [f"= {plain(value)}" if not isinstance(value, str) else Given(value)]
    return [*said, ")"]


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
    yield _factors_table(material)
    yield inputs_table(material.base)


def _factors_table(material: SweepMaterial) -> Table:
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


def _spread(values: Sequence[object]) -> Words:
    """Return the values of a factor: all of a few, else their ends."""
    distinct = sorted(set(values), key=lambda value: (isinstance(value, str), value))  # type: ignore[arg-type,return-value]
    if len(distinct) <= 6 or isinstance(distinct[0], str):
        listed: list[Piece] = []
        for value in distinct[:6]:
            listed += [", " if listed else "", *pieces(shown(value))]
        return (*listed, ", …") if len(distinct) > 6 else tuple(listed)
    return f"{plain(distinct[0])} to {plain(distinct[-1])}, {len(distinct):,} values"


# Duration


def _duration(material: SweepMaterial) -> Iterator[Block]:
    yield from figures_at("duration", OF_SWEEPS, material)
    yield _points_table(material)


def _points_table(material: SweepMaterial) -> Table:
    milestone = [MILESTONE] if material.mean_within >= MILESTONE else []
    held = {
        int(row.point): row for row in milestones_of_points(material.tables, milestone).itertuples()
    }
    rows = []
    for number in _rows_shown(material):
        row = material.durations.iloc[material.place(number)]
        cells: list[Words] = [
            _row_name(material, number),
            *_values(material, number),
            f"{int(row['runs']):,}",
            _with_limits(day(row["median_days"]), median_between(row["median_lower"], row["median_upper"])),
            _with_limits(mean_days(row["kept_days"]), days_between(row["kept_lower"], row["kept_upper"])),
        ]
        if milestone:
            at = held[number]
            cells.append(_with_limits(percent(at.survival), shares_between(at.lower, at.upper)))
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


def _with_limits(value: str, limits: str) -> str:
    return f"{value} ({limits})"


def _row_name(material: SweepMaterial, number: int) -> str:
    return f"{number} (baseline)" if number == material.folder.points.baseline else f"{number}"


def _values(material: SweepMaterial, number: int) -> list[Words]:
    return [shown(value) for value in material.folder.points.values[number]]


def _factor_columns(material: SweepMaterial) -> list[Column]:
    return [Column(label_of(path, material.base)) for path in material.factors]


def _rows_shown(material: SweepMaterial) -> list[int]:
    """Return the points of a table: all of a few, else the extremes and the baseline."""
    if len(material.tables) <= MOST_ROWS:
        return list(material.tables.numbers)
    ends = {*material.by_length[:ENDS_SHOWN], *material.by_length[-ENDS_SHOWN:]}
    kept = ends | {material.compared_with}
    return [number for number in material.by_length if number in kept]


def _rest(material: SweepMaterial, file: str) -> Words:
    if len(material.tables) <= MOST_ROWS:
        return ("The same, with more columns, in ", Mono(file), ".")
    return (
        f"Shown, sorted by mean days, are the {ENDS_SHOWN} points where truces last longest, the "
        f"{ENDS_SHOWN} where they last shortest, and the baseline; all "
        f"{len(material.tables):,} are in ",
        Mono(file),
        ".",
    )


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
        _comparison_table(material),
        *_share_differences(material),
    ]
    return [Section("comparison", "Against the baseline", tuple(blocks))]


def _comparison_table(material: SweepMaterial) -> Table:
    milestone = [MILESTONE] if material.mean_within >= MILESTONE else []
    rows = []
    for number in _rows_shown(material):
        found = _difference(material, number)
        if found is None:
            continue
        cells: list[Words] = [
            _row_name(material, number),
            *_values(material, number),
            _with_limits(
                signed(found["difference"]), signed_between(found["lower"], found["upper"])
            ),
        ]
        for on in milestone:
            held = _difference(material, number, "survival", on)
            assert held is not None
            limits = signed_between(100 * held["lower"], 100 * held["upper"])
            cells.append(_with_limits(points(held["difference"]), limits))
        removed = found["variance_reduction"]
        cells += [
            NONE if found["correlation"] != found["correlation"] else signed(found["correlation"], 2),
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
    return Table(caption, columns, tuple(rows), _rest(material, "comparisons.csv"))


def _share_differences(material: SweepMaterial) -> Iterator[Table]:
    table = material.comparisons
    assert table is not None
    shown_points = [number for number in _rows_shown(material) if number != material.compared_with]
    rows = []
    for number in shown_points:
        own = table[(table["point"] == number) & (table["quantity"] == "share_ended")]
        found = {row.ending: row for row in own.itertuples()}
        if not found:
            continue
        cells = [
            _with_limits(
                points(found[cause.name].difference),
                signed_between(100 * found[cause.name].lower, 100 * found[cause.name].upper),
            )
            for cause in CAUSES
        ]
        rows.append((_row_name(material, number), *cells))
    if rows:
        columns = (Column("Point", "left"), *(Column(cause.label) for cause in CAUSES))
        caption = (
            "Differences of the shares of endings from the baseline, in percentage points, paired, "
            "with 95 % intervals."
        )
        yield Table(caption, columns, tuple(rows), _rest(material, "comparisons.csv"))


# Endings


def _endings(material: SweepMaterial) -> Iterator[Block]:
    yield from figures_at("endings", OF_SWEEPS, material)
    yield _endings_table(material)
    for number in material.curves:
        why = reasons_table(material.reasons[number])
        caption = ("Why the truces ended at ", *_named(material, number), ".")
        yield Table(caption, why.columns, why.rows, folded=len(material.curves) > 3)


def _endings_table(material: SweepMaterial) -> Table:
    within = material.mean_within
    found = _endings_sheet(material)
    held = milestones_of_points(material.tables, [within]).set_index("point")
    rows = []
    for number in _rows_shown(material):
        own = found[found["point"] == number].set_index("cause")
        cells = [
            _with_limits(percent(row["incidence"]), shares_between(row["lower"], row["upper"]))
            for _, row in own.iterrows()
        ]
        at = held.loc[number]
        cells.append(_with_limits(percent(at["survival"]), shares_between(at["lower"], at["upper"])))
        rows.append((_row_name(material, number), *cells))
    columns = (
        Column("Point", "left"),
        *(Column(cause.label) for cause in CAUSES),
        Column(f"{ENDINGS[HOLDING].label} on"),
    )
    caption = f"How truces have ended by day {within:,}, with 95 % intervals (Monte-Carlo error)."
    return Table(caption, columns, tuple(rows), _rest(material, "endings.csv"))


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
        f"”, {count(material.folder.runs, 'run')} each and ",
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
