"""The scorecard as a report: verdicts, tables, what is missed and why, how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.glossary import MARK_WORDS
from sim.publication.content import (
    Block,
    Bullets,
    Code,
    Column,
    Definitions,
    Figure,
    Mono,
    Notice,
    Paragraph,
    Report,
    Section,
    Table,
    Words,
)
from sim.publication.plates import figure_of
from sim.report.scorecard_figure import Line, scorecard_figure
from sim.scorecard.card import ENOUGH, RATIO, Entry, Scorecard, share_meeting
from sim.scorecard.wording import aim, allowed, number, span
from sim.sources import model_digest
from sim.sweep.over_vectors import SHARE
from sim.validation.targets import FITTED, Part
from sim.validation.vectors import limits

TITLE = "Scorecard: the model against the record"
QUESTION = "Which patterns of real truces does the model show, and which not?"
CLOCKS = {
    "war": "open-ended truces over five years; one ends when a side openly breaks it or deaths "
    "pass the violence threshold. Sources count the return to war, which comes later; until there "
    "is a campaign mode this stands in for it",
    "formal": "30-day terms over a year, except for the cases of the TTP, which have their own; a "
    "truce may also lapse at its term",
    "none": "no clock: not about how long truces last",
}
COMMAND = "truce validate"


def report(card: Scorecard) -> Report:
    """Return the scorecard as a report: verdicts, tables, what is missed, how it was made."""
    sections = (
        Section("verdict", "What it says", tuple(_verdict(card))),
        Section("patterns", "Patterns of real truces", tuple(_entries(card, "S"))),
        Section("claims", "Claims of the brief", tuple(_entries(card, "F"))),
        Section("components", "The comprehensive strategy taken apart", tuple(_components(card))),
        Section("missed", "What is missed, and why", tuple(_missed(card))),
        Section("otherwise", "Measured otherwise", tuple(_otherwise(card))),
        Section("not-simulated", "Not simulated", tuple(_not_simulated(card))),
        Section("sources", "Sources and tolerances", tuple(_sources(card))),
        Section("made", "How it was made", tuple(_made(card))),
    )
    about = f"Each number under {len(card.given.found)} vectors of parameters, the retained set."
    return Report(TITLE, QUESTION, about, tuple(each for each in sections if each.blocks))


def _verdict(card: Scorecard) -> Iterator[Block]:
    yield Bullets(
        tuple(
            f"Of {len(ids)} {what}, {_counted(card, ids)}."
            for what, ids in _kinds(card).items()
            if ids
        )
    )
    yield Paragraph(
        "A pattern passes when at least half of the vectors of the retained set meet every part "
        "of it. The middle vector, which is the default, is shown with its 95 % Monte-Carlo "
        f"interval; the band holds the middle {100 * SHARE:.0f} % of the set and says what is not "
        "known about the parameters. The two must not be mixed up: more runs narrow the one and "
        "not the other."
    )
    yield Notice(
        "A pass means that equations with these inputs show what a source reports, in sign and "
        "rough size. It does not make them true, and it is no forecast of any real truce. A change "
        "in the model is made to happen; published ratios compare cases that differ by nature."
    )
    yield from _picture(card)


def _kinds(card: Scorecard) -> dict[str, list[str]]:
    """Return the ids by what they are: fitted, never fitted, claims."""
    ids = [each.target.id for each in card.entries]
    return {
        "patterns that the parameters were fitted to": [name for name in ids if name in FITTED],
        "patterns that were never used to fit": [
            name for name in ids if name.startswith("S") and name not in FITTED
        ],
        "claims of the brief": [name for name in ids if name.startswith("F")],
    }


def _counted(card: Scorecard, ids: Sequence[str]) -> str:
    met, missed = card.count("pass", ids), card.count("fail", ids)
    left = card.count("not simulated", ids)
    words = f"{met} are met and {missed} missed"
    return f"{words}; {left} cannot be shown by one truce and were not simulated" if left else words


def _picture(card: Scorecard) -> Iterator[Figure]:
    lines = [
        Line(
            f"{entry.target.id}  {part.name}" if part.name != "hazard ratio" else _short(entry),
            (part.low, part.high),
            float(entry.measured.values[0, place]),
            tuple(entry.bands[place].tolist()),
            float(entry.medians[place]),
        )
        for entry in card.entries
        if entry.measured is not None and entry.target.measure == RATIO
        for place, part in enumerate(entry.target.parts)
    ]
    if not lines:
        return
    drawn = scorecard_figure(
        lines,
        title="Hazard ratios in the model against their tolerances",
        foot=f"Band: middle {100 * SHARE:.0f} % of {len(card.given.found)} retained vectors of "
        "parameters, not Monte-Carlo error. A ratio above 1: truces end sooner with the change.",
    )
    caption = "Hazard ratios of one change each, over many conflicts, beside what sources allow."
    yield figure_of("hazard_ratios", caption, drawn)


def _short(entry: Entry) -> str:
    return f"{entry.target.id}  {entry.target.pattern.partition(',')[0]}"


def _entries(card: Scorecard, letter: str) -> Iterator[Block]:
    chosen = [
        each
        for each in card.entries
        if each.target.id.startswith(letter) and each.measured is not None
    ]
    columns = (
        Column("id", "left"),
        Column("verdict, and share of the set", "left"),
        Column("pattern and part", "left"),
        Column("target"),
        Column("tolerance"),
        Column("middle vector"),
        Column("95 % interval"),
        Column("median of the set"),
        Column(f"middle {100 * SHARE:.0f} %"),
    )
    lines = [line for entry in chosen for line in _lines(entry)]
    if lines:
        yield Table("What was simulated, part by part", columns, tuple(lines))


def _lines(entry: Entry) -> Iterator[tuple[Words, ...]]:
    target, measured = entry.target, entry.measured
    assert measured is not None
    verdict = f"{entry.verdict}, {100 * entry.share:.0f} %"
    yield (target.id, verdict, target.pattern, "", "", "", "", "", "")
    for place, part in enumerate(target.parts):
        yield (
            "",
            "",
            part.name,
            "" if part.value is None else f"{part.value:g}",
            allowed(part.low, part.high),
            number(measured.values[0, place]),
            span(measured.intervals[place]),
            number(entry.medians[place]),
            span(entry.bands[place]),
        )


def _components(card: Scorecard) -> Iterator[Block]:
    if not card.components:
        return
    yield Paragraph(
        f"Each part of the bundle of F3 alone, {card.given.case_runs:,} truces by the defaults "
        "against the reference by the same luck, with 95 % Monte-Carlo intervals."
    )
    columns = (
        Column("component", "left"), Column("more that settle"), Column("95 % interval"),
        Column("deaths per day, ratio"), Column("95 % interval"),
    )  # fmt: skip
    lines = [
        (
            each.name,
            f"{100 * each.settled[0]:+.1f} points",
            " to ".join(f"{100 * end:+.1f}" for end in each.settled[1:]),
            number(each.deaths[0]),
            span(each.deaths[1:]),
        )
        for each in card.components
    ]
    yield Table("Components of the comprehensive strategy", columns, tuple(lines))


def _missed(card: Scorecard) -> Iterator[Block]:
    missed = [each for each in card.entries if each.verdict == "fail"]
    if not missed:
        yield Paragraph("Nothing that was simulated.")
        return
    yield Definitions(tuple((_heading(each), _why(each)) for each in missed))


def _heading(entry: Entry) -> str:
    return f"{entry.target.id}: {entry.target.pattern}"


def _why(entry: Entry) -> str:
    target = entry.target
    told = [
        f"{part.name} has the median {number(entry.medians[place])} over the set, where "
        f"{allowed(part.low, part.high)} would do"
        for place, part in enumerate(target.parts)
        if not part.is_met_by(float(entry.medians[place]))
    ]
    share = f"{100 * entry.share:.0f} % of the set meets every part"
    words = "; ".join([*told, share])
    return f"{words[0].upper()}{words[1:]}. {target.missed}".strip()


def _otherwise(card: Scorecard) -> Iterator[Block]:
    lines = [line for entry in card.entries for line in _other_lines(entry)]
    if not lines:
        return
    yield Paragraph(
        "None of this decides a verdict. S1 to S5 once more, by luck that the choice of the set "
        "has not seen: each member was chosen because it met them, some of that by luck. And the "
        "hazard ratios on the clock that is not their source's."
    )
    columns = (
        Column("id", "left"),
        Column("part", "left"),
        Column("what is other", "left"),
        Column("tolerance"),
        Column("median of the set"),
        Column(f"middle {100 * SHARE:.0f} %"),
        Column("share of the set that meets every part"),
    )
    yield Table("Measured otherwise", columns, tuple(lines))


def _other_lines(entry: Entry) -> Iterator[tuple[Words, ...]]:
    target, other = entry.target, entry.other
    if other is None:
        return
    clock = {"war": "formal clock", "formal": "war clock"}
    for place, part in enumerate(target.parts):
        values = other.values[:, place]
        yield (
            target.id,
            part.name,
            "other luck" if target.fits else clock[target.clock],
            allowed(part.low, part.high),
            number(float(np.median(values))),
            span(limits(values)),
            f"{100 * share_meeting(target, other):.0f} %",
        )


def _not_simulated(card: Scorecard) -> Iterator[Block]:
    left = [each.target for each in card.entries if each.measured is None]
    if left:
        yield Definitions(
            tuple(
                (
                    f"{target.id}: {target.pattern}",
                    f"{_aims(target.parts)}. Not simulated: {target.why_not}.",
                )
                for target in left
            )
        )


def _aims(parts: Sequence[Part]) -> str:
    return "; ".join(aim(part) for part in parts)


def _sources(card: Scorecard) -> Iterator[Block]:
    yield Paragraph(
        "Marks: " + "; ".join(f"{mark} {words}" for mark, words in MARK_WORDS.items()) + "."
    )
    yield Definitions(tuple((f"clock: {name}", f"{words}.") for name, words in CLOCKS.items()))
    columns = (
        Column("id", "left"), Column("source", "left"), Column("mark", "left"),
        Column("clock", "left"), Column("tolerance", "left"), Column("note", "left"),
    )  # fmt: skip
    lines = [
        (each.id, each.source, f"[{each.mark}]", each.clock, each.tolerance, each.note)
        for each in (entry.target for entry in card.entries)
    ]
    yield Table("Where each target comes from", columns, tuple(lines))


def _made(card: Scorecard) -> Iterator[Block]:
    given, settings = card.given, card.given.found.provenance["settings"]
    yield Paragraph(
        (
            f"The retained set of {len(given.found)} vectors (",
            Mono("sim/data/retained.csv"),
            f"), calibrated on S1 to S5 alone with seed {settings['seed']}. S1 to S5 are simulated "
            "again by the luck with which the set was chosen. Everything else has seed "
            f"{given.seed}: {given.conflicts} conflicts of the study ",
            Mono("world_ensemble"),
            f", one truce of each on either side of a comparison, {given.middle_runs} under the "
            f"middle vector, by the same luck; {given.case_runs:,} truces of a single case under "
            "each vector. Intervals of ratios leave out a thirty-second part of the conflicts at a "
            f"time (jackknife). A pattern passes at a share of {100 * ENOUGH:.0f} %. Digest of the "
            f"model: {model_digest()[:16]}.",
        )
    )
    yield Paragraph("The same numbers again, in minutes:")
    yield Code((COMMAND,))
