"""What reports of every kind say alike: definitions, limits of use, methods, how to reproduce."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis import METHOD_NAMES, Uncertainty
from sim.analysis.limits import Method
from sim.publication.citations import (
    AALEN,
    ANDERSEN,
    BONETT,
    BROOKMEYER,
    KALBFLEISCH,
    KAPLAN,
    KARRISON,
    LANCASTER,
    MASSART,
    MESA,
    NUMBA,
    NUMPY,
    PHILOX,
    WHITE,
    Work,
    of_software,
)
from sim.publication.content import (
    Bullets,
    Code,
    Column,
    Definitions,
    Mono,
    Paragraph,
    Piece,
    Quotation,
    Section,
    Table,
    Words,
)
from sim.publication.origin import Origin, version_here
from sim.publication.wording import count

CAUTION = (
    "These are numbers of a model, not of any real truce. They say what follows from the "
    "assumptions stated below, give no probability of any real event, and are not a forecast."
)


def definitions_section(horizon_days: int, mean_within: int, paired: bool) -> Section:
    """Return what each estimated number means, in one sentence each."""
    terms: list[tuple[str, Words]] = [
        (
            "Duration",
            "whole days from signing to the ending of the truce; a truce that still holds after "
            f"day {horizon_days:,}, the horizon, is not followed further.",
        ),
        (
            "Share that holds beyond day d",
            "the share of truces whose duration is more than d days; on a curve, S(d).",
        ),
        (
            "Median",
            "the first day by which at least half of the truces have ended, decided on whole "
            "numbers of runs; on a level stretch of the curve its first day.",
        ),
        (
            "Mean days held",
            f"the mean of the duration cut off at day {mean_within:,} (restricted mean), that is "
            "the area under the curve up to there.",
        ),
        (
            "Share ended by a cause",
            "the share of truces that ended in this way by a day (cumulative incidence); on every "
            "day these shares and the share still holding add up to 1.",
        ),
        (
            "Reason",
            "what weighed most in the decision to end the truce, or what drove the violence: a "
            "summary of the model’s own arithmetic, not a reading of anyone’s mind.",
        ),
    ]
    if paired:
        terms += [
            (
                "Difference from the baseline",
                "a number at a point minus the same number at the baseline, over runs of equal "
                "number, which share their luck.",
            ),
            (
                "Variance removed by pairing",
                "by how much sharing luck has cut the variance of a difference, against runs with "
                "separate luck; negative where it did harm.",
            ),
        ]
    terms.append(
        (
            "95 % interval",
            "how far a number might move if everything were run again with other seeds: in 95 of "
            "100 such repetitions the interval holds what endless runs would give. Each interval "
            "is meant for one number on its own.",
        )
    )
    return Section("definitions", "What the numbers mean", (Definitions(tuple(terms)),))


def limits_section(of_sweep: bool, has_band: bool = False) -> Section:
    """Return what the numbers must not be used for, with the four uncertainties by name.

    `has_band` says whether there is a band over a set of parameter vectors.
    """
    points = (
        " Here it shows in the differences between points; they are never pooled as if they were "
        "draws of one truce."
        if of_sweep
        else " One scenario shows nothing of it: vary the inputs with truce sweep."
    )
    more = {
        Uncertainty.MONTE_CARLO: " This is what all intervals of this report measure.",
        Uncertainty.SCENARIO: points,
        Uncertainty.PARAMETER: " The bands over a set of vectors show it, and no interval does."
        if has_band
        else " Nothing in this report shows it; truce run and truce sweep with --parameters do.",
        Uncertainty.EMPIRICAL: " Nothing in this report measures it."
        if of_sweep
        else " Only the limits of the record, where it is drawn beside the model, show some of it.",
    }
    terms = tuple(
        (f"{str(each)[:1].upper()}{str(each)[1:]} uncertainty", each.sentence + said)
        for each, said in more.items()
    )
    blocks = (
        Paragraph(
            "The model is a thought experiment on real conflicts in which real people died. It "
            "gives no probability for any real truce, ranks nobody’s intent, and does not show "
            "that any policy works. Most inputs are judgements; a difference between two scenarios "
            "is the effect of one change if everything else stays as the model has it."
        ),
        Paragraph("Four uncertainties must be kept apart:"),
        Definitions(terms),
        Bullets(
            (
                "Quote a number with its interval, and say that the interval is Monte-Carlo error.",
                "Name the scenario, the seed and the number of runs with every number.",
                "With enough runs any difference is told from zero; ask whether it is large enough "
                "to matter.",
            )
        ),
    )
    return Section("limits", "Limits of use", blocks)


def methods_section(
    origin: Origin, runs: Words, method: Method, paired: bool, more: Sequence[Work] = ()
) -> tuple[Section, Section]:
    """Return a paragraph on methods that may be quoted, and the works it cites.

    `more` are works that other sections cite.
    """
    cited = [MESA, NUMBA, PHILOX, NUMPY, KAPLAN, AALEN, *_limits_cited(method)]
    cited += [BROOKMEYER, KARRISON, ANDERSEN, MASSART]
    cited += [BONETT, WHITE] if paired else [WHITE]
    software = of_software(origin.version)
    text: list[Piece] = [
        "The numbers come from an agent-based model of truces between a state and militant groups "
        "(",
        software.cited,
        "), written with Mesa (",
        MESA.cited,
        ") and compiled with Numba (",
        NUMBA.cited,
        "). ",
        *((runs,) if isinstance(runs, str) else runs),
        f" The seed was {origin.seed}. Random numbers are a function of seed, run, day, actor and "
        "purpose, from a counter-based generator (",
        PHILOX.cited,
        "), so that any run can be repeated alone and runs of equal number share their luck. The "
        "share of truces still holding was estimated by Kaplan and Meier’s method (",
        KAPLAN.cited,
        ") and the shares ended by each cause, as competing endings, by that of Aalen and "
        "Johansen (",
        AALEN.cited,
        "), both on a grid of whole days; without runs cut short before the horizon they are plain "
        "shares of runs. Intervals for one day are ",
        METHOD_NAMES[method],
        " (",
        *_joined(_limits_cited(method)),
        "), those of the median invert them (",
        BROOKMEYER.cited,
        "), restricted means (",
        KARRISON.cited,
        ") have normal intervals, and days lost to each cause follow ",
        ANDERSEN.cited,
        ". ",
    ]
    if paired:
        text += [
            "Points were compared with the baseline run by run; intervals of differences are "
            "normal ones with two more, opposite pairs (",
            BONETT.cited,
            "). ",
        ]
    text += [
        "All intervals have the level 95 % and measure Monte-Carlo error only. No p-values are "
        "given, since with enough runs every difference becomes significant (",
        WHITE.cited,
        f"). Computed with {origin.software()}.",
    ]
    works = sorted([software, *cited, *more], key=lambda work: work.full.casefold())
    references = Bullets(tuple(work.reference for work in works))
    return (
        Section(
            "methods",
            "Methods, ready to quote",
            (Quotation((tuple(text),)),),
        ),
        Section("references", "References", (references,)),
    )


def _limits_cited(method: Method) -> list[Work]:
    return [LANCASTER] if method == "mid-p" else [KALBFLEISCH]


def _joined(works: list[Work]) -> list[Piece]:
    joined: list[Piece] = []
    for work in works:
        joined += ["; ", work.cited] if joined else [work.cited]
    return joined


def reproduction_section(
    origin: Origin, again: tuple[str, ...], records: tuple[str, ...]
) -> Section:
    """Return how the results are made again and checked, with their digests and versions."""
    rows: list[tuple[Words, Words]] = [
        ("Seed", str(origin.seed)),
        ("Engine", origin.engine),
        ("Results of", origin.date or "an unknown day"),
        *((f"Software: {name}", each) for name, each in sorted(origin.versions.items())),
        ("Report made with", f"truce-sim {version_here()}"),
        ("Digest of the results (SHA-256)", (Mono(origin.digest),)),
        *((name, (Mono(digest),)) for name, digest in origin.content.items()),
    ]
    table = Table(
        "What the results rest on. Digests of contents are the same whenever the same is run; that "
        "of the results also covers versions and files.",
        (Column("What", "left"), Column("Value", "left")),
        tuple(rows),
    )
    return Section(
        "reproduction",
        "How to reproduce",
        (
            Paragraph("The same seed and scenario give the same runs to the last bit. To repeat:"),
            Code(again),
            Paragraph(
                (
                    "The headline numbers can be worked out again without truce-sim, with R’s "
                    "package survival or with Python’s statsmodels, from the tables that come with "
                    "this report (",
                    *_names(records),
                    "). Each script compares what it finds with the numbers above:",
                )
            ),
            Code(("Rscript redo.R", "python redo.py")),
            table,
        ),
    )


def _names(names: tuple[str, ...]) -> list[Piece]:
    joined: list[Piece] = []
    for name in names:
        joined += [", ", Mono(name)] if joined else [Mono(name)]
    return joined


def runs_there(requested: int, completed: int, failed: int, cut_short: int) -> Words:
    """Return how many runs there are, of how many, in a sentence."""
    missing = requested - completed - failed
    said = [f"Of {count(requested, 'run')} asked for, {completed:,} are complete"]
    said.append(f"{failed:,} failed" if failed else "none failed")
    if missing:
        said.append(f"{missing:,} have not been run")
    said.append(
        f"{cut_short:,} were cut short before the horizon"
        if cut_short
        else "none was cut short before the horizon"
    )
    return f"{', '.join(said[:-1])}, and {said[-1]}."
