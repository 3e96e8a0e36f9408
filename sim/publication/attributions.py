"""Days shared out among mechanisms or inputs, as a report on the same scenario shows them.

`truce attribute` keeps them beside the results. They are taken into the report only if they are of
the very scenario, seed and model of the results; the runs that both hold must have kept the same
days. The model is not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import ResultsError, UsageError
from sim.publication.citations import CASTRO, SHAPLEY, Work
from sim.publication.content import Block, Column, Figure, Mono, Paragraph, Section, Table, Words
from sim.publication.material import EnsembleMaterial
from sim.publication.numbers import camel, quoted
from sim.publication.plates import figure_of
from sim.publication.tables import rows_of
from sim.publication.wording import SPACE, count, mean_days, percent, signed, signed_between
from sim.report.attribution_figure import attribution_figure
from sim.results.attribution_folder import (
    AMONG,
    SharedDays,
    beside,
    is_attribution,
    named,
    read_attribution,
)

VECTOR_COLUMNS = (Column("Middle 90 % of vectors"), Column("Adds under"))
PLAYER_COLUMNS = (
    Column("What", "left"),
    Column("What it does", "left"),
    Column("Days"),
    Column("95 % interval"),
    Column("Left out"),
    Column("Alone"),
)


def attributions_of(
    material: EnsembleMaterial, results: Path, given: Sequence[Path] = ()
) -> tuple[tuple[SharedDays, ...], tuple[str, ...]]:
    """Return the days shared out that belong to results, and what was left out, with the reason.

    Those that `truce attribute` keeps beside the results are looked for; `given` are others.

    Errors: `UsageError` and `ResultsError` when one that was given does not belong to the results
    or is damaged, or when two are among the same.
    """
    found: dict[str, SharedDays] = {}
    for folder in given:
        shared = read_attribution(folder)
        if why := stranger(shared, material):
            raise UsageError(f"{folder} does not belong to {results}: {why}.")
        if shared.among in found:
            raise UsageError(f"two of the folders given share days out among {shared.among}")
        found[shared.among] = shared
    left_out = []
    for among in AMONG:
        folder = beside(results, named(among))
        if among in found or not is_attribution(folder):
            continue
        try:
            shared = read_attribution(folder)
        except ResultsError as error:
            left_out.append(str(error))
            continue
        if why := stranger(shared, material):
            left_out.append(f"{folder} is not shown: {why}.")
        else:
            found[shared.among] = shared
    return tuple(found[among] for among in AMONG if among in found), tuple(left_out)


def stranger(shared: SharedDays, material: EnsembleMaterial) -> str:
    """Say why days shared out do not belong to an ensemble; "" if they do."""
    if shared.scenario_digest != material.stored.manifest["scenario_digest"]:
        return "it is of another scenario"
    if shared.seed != material.origin.seed:
        return f"it is of seed {shared.seed}, the results of seed {material.origin.seed}"
    days = material.stored.runs.set_index("run")["days"].sort_index().to_numpy(np.int64)
    both = min(len(days), len(shared.kept))
    if not np.array_equal(np.minimum(days[:both], shared.window_days), shared.kept[:both]):
        return "its runs of this scenario are others, as another version of the model makes them"
    return ""


def attribution_section(found: Sequence[SharedDays], title: str) -> Iterator[Section]:
    """Yield the part of a report on days shared out, if there are any."""
    if found:
        blocks = [block for shared in found for block in _blocks(shared, title)]
        yield Section("why", "What makes and breaks it", (_explained(), *blocks, _mind()))


def works_cited(found: Sequence[SharedDays]) -> list[Work]:
    """Return the works that the section cites."""
    return [SHAPLEY, CASTRO] if found else []


def _explained() -> Paragraph:
    return Paragraph(
        (
            "How many days does a part of the scenario add to the truce, or take away? That "
            "depends on what else is there. The model was therefore run with many combinations of "
            "parts taken out, all with the same luck run by run, and what a part adds was averaged "
            "over the orders in which the parts can be put in (Shapley values: ",
            SHAPLEY.cited,
            "; ",
            CASTRO.cited,
            "). The values of all parts add up to the whole difference between the truce without "
            "any of them and the truce as it is.",
        )
    )


def _mind() -> Paragraph:
    return Paragraph(
        "Days count until the truce ends in any way, by a settlement too, so that what brings a "
        "settlement takes days away. Without any of the parts hardly anything can end a truce, so "
        "most of them take days away, and one that adds days protects the truce from others. The "
        "order of the bars has no meaning. Another set of parts would have other values, and all "
        "of them are about the equations of the model, not about any real truce."
    )


def _blocks(shared: SharedDays, title: str) -> Iterator[Block]:
    yield Paragraph(_totals(shared))
    yield _figure(shared, title)
    yield _table(shared)


def _totals(shared: SharedDays) -> Words:
    name = camel(shared.among)
    how = (
        f"all {shared.coalitions:,} combinations"
        if shared.orders is None
        else f"{shared.orders} random orders of the parts ({shared.coalitions:,} combinations)"
    )
    return (
        f"Among {shared.among}: within {count(shared.window_days, 'day')} of signing a truce holds "
        "for ",
        quoted(f"DaysWithNo{name}", mean_days(shared.none.days)),
        f"{SPACE}days on average with none of the {shared.among}, and for ",
        quoted(f"DaysWithAll{name}", mean_days(shared.all.days)),
        f"{SPACE}days with all of them. The difference of ",
        quoted(f"DaysBy{name}", signed(shared.all.days - shared.none.days)),
        f"{SPACE}days is shared out from {how}, {count(shared.runs, 'run')} of each.",
    )


def _figure(shared: SharedDays, title: str) -> Figure:
    caption = (
        f"Mean days held within {count(shared.window_days, 'day')}, from the truce with none of "
        f"the {shared.among} to the truce as it is, by what each of the {shared.among} adds or "
        "takes away. Lines are 95 % intervals, for the luck of the runs"
        + ("." if shared.orders is None else " and the orders that were drawn.")
    )
    return figure_of(f"{shared.among}_days", caption, attribution_figure(shared, title))


def _table(shared: SharedDays) -> Table:
    caption = (
        f"Days by {shared.among}. Days: the Shapley value. Left out: all minus all but this one. "
        "Alone: this one minus none; neither of these two adds up to anything."
    )
    if shared.is_over_vectors:
        caption += (
            " Middle 90 % of vectors: the same days under each of a set of vectors of the model’s "
            "parameters, their own errors of runs and orders included. Adds under: the share of "
            "the vectors under which it adds days."
        )
    return Table(
        caption,
        (*PLAYER_COLUMNS, *(VECTOR_COLUMNS if shared.is_over_vectors else ())),
        tuple(_row(shared, row) for row in rows_of(shared.table)),
    )


def _row(shared: SharedDays, row: Any) -> tuple[Words, ...]:
    letters = re.sub("[^a-z]+", "_", row.player.lower())
    return (
        (Mono(row.player),),
        row.sentence,
        (quoted(f"DaysBy{camel(shared.among)}{camel(letters)}", signed(row.days)),),
        signed_between(row.lower, row.upper),
        signed(row.left_out),
        signed(row.alone),
        *(_over_vectors(row) if shared.is_over_vectors else ()),
    )


def _over_vectors(row: Any) -> tuple[str, str]:
    limits = signed_between(row.lower_over_vectors, row.upper_over_vectors)
    return limits, percent(row.adds_under)
