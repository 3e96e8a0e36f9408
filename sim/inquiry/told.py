"""The answers of the inquiries in lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sim.inquiry.conditions import in_words as conditions_in_words
from sim.inquiry.lever import in_words as changes_in_words
from sim.inquiry.tree import lines as tree_lines

if TYPE_CHECKING:
    import pandas

    from sim.inquiry.aim import Aim, Estimate
    from sim.inquiry.boxes import Box
    from sim.inquiry.changes import Answer, Inverse
    from sim.inquiry.discovery import Discovery
    from sim.inquiry.measures import Measure
    from sim.inquiry.sensitivity import Sensitivity
    from sim.results.attribution_folder import SharedDays

SHOWN = 5
FEW = 20  # points that meet a goal, or miss it
_WHILE_HOLDING = ("survival_", "days_kept_", "median_days", "mean_")
ABOUT = "This is said of the equations of the model, not of the world (docs/inquiry.md)."


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells in columns, the first to the left and the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def settled_lines(columns: Iterable[str]) -> list[str]:
    """Say what numbers that ask how long truces hold make of those that were settled."""
    asked = [name for name in columns if name.startswith(_WHILE_HOLDING)]
    if not asked:
        return []
    return [f"In {', '.join(asked)}, a truce that was settled is over, as one that was broken is."]


# Sensitivity


def sensitivity_lines(found: Sensitivity, measures: Sequence[Measure]) -> list[str]:
    """Return the leading factors of every measure, with their indices."""
    lines: list[str] = []
    for measure in measures:
        noise = found.noise.set_index("measure").loc[measure.name]
        lines += [
            f"{measure.label}: mean {noise['mean']:.3g}, standard deviation over the points "
            f"{noise['standard_deviation']:.3g}; {noise['share_that_is_luck']:.1%} of its variance "
            "is luck of the runs",
            *_index_rows(found.indices[found.indices["measure"] == measure.name]),
            "",
        ]
    return [*lines, *_warnings(found), ABOUT]


def _index_rows(own: pandas.DataFrame) -> list[str]:
    head = ("  factor", "total index [95 %]", "first index [95 %]", "total without noise")
    rows = [
        (
            f"  {row['factor']}",
            f"{row['total']:.2f} [{row['total_lower']:.2f}, {row['total_upper']:.2f}]",
            f"{row['first']:.2f} [{row['first_lower']:.2f}, {row['first_upper']:.2f}]",
            f"{row['total_without_noise']:.2f}",
        )
        for _, row in own.head(SHOWN).iterrows()
    ]
    return aligned([head, *rows])


def _warnings(found: Sensitivity) -> Iterator[str]:
    """Say which measures have not converged: the interval of a leading index is wide."""
    wide = [
        str(name) for name, own in found.indices.groupby("measure", sort=False)
        if float((own["total_upper"] - own["total_lower"]).iloc[0]) > 0.2
    ]  # fmt: skip
    if wide:
        yield (
            f"Not converged: {', '.join(wide)}. The interval of the leading total index is wider "
            "than 0.2; take more --samples (the runs that are there are kept)."
        )


# Discovery


def discovery_lines(found: Discovery) -> list[str]:
    """Return what was found out about the conditions under which a goal is met."""
    points, met = len(found.met), int(found.met.sum())
    lines = [
        f"{met:,} of {points:,} points meet the goal {found.goal} ({met / points:.0%}); "
        f"{found.unclear:,} are too close to it to tell with these runs",
        "",
    ]
    for number, box in enumerate(found.boxes, start=1):
        lines += [*_box_lines(number, box, found), ""]
    if not found.boxes:
        lines += ["No box holds them more densely than chance would.", ""]
    lines += ["As a tree:", *(f"  {line}" for line in tree_lines(found.tree, found.conditions))]
    lines += ["", *_regional_lines(found)]
    if found.without_error:
        lines.append(
            f"The luck of the runs is not known for {', '.join(found.without_error)}; it is taken "
            "as it is."
        )
    few = min(met, points - met)
    if few < FEW:
        lines.append(
            f"Only {few} points are on one side of the goal: take this for a hint at most."
        )
    return [*lines, *settled_lines(found.goal.columns), "", ABOUT]


def _box_lines(number: int, box: Box, found: Discovery) -> list[str]:
    own = found.limits[found.limits["box"] == number]
    final = box.final
    firm = {
        name: f"found again in {limits['found'].min():.0%} of redrawn data"
        for name, limits in own.groupby("factor")
    }
    said = conditions_in_words(final.limits, found.conditions)
    factors = sorted({limit.factor for limit in final.limits})
    names = [found.conditions.names[factor] for factor in factors]
    return [
        f"Box {number}: {final.met:,} of its {final.points:,} points meet the goal (density "
        f"{final.density:.2f}, coverage {final.coverage:.2f})",
        *(f"  {line}; {firm[name]}" for line, name in zip(said, names, strict=True)),
    ]


def _regional_lines(found: Discovery) -> list[str]:
    apart = found.regional[found.regional["distance"] > found.regional["by_chance"]]
    if apart.empty:
        return ["No factor by itself sets them apart more than chance would."]
    rows = [
        (f"  {row['factor']}", f"{row['distance']:.2f}", f"{row['by_chance']:.2f}",
         f"{row['mean_met']:.3g}", f"{row['mean_not_met']:.3g}", row["unit"])
        for _, row in apart.head(2 * SHOWN).iterrows()
    ]  # fmt: skip
    head = ("  factor", "distance", "by chance", "mean where met", "where not", "unit")
    return ["Set apart by single factors:", *aligned([head, *rows])]


# Levers


def levers_lines(found: Inverse) -> list[str]:
    """Return the smallest changes that reach a goal."""
    aim, base = found.aim, found.base
    first = f"As it is: {aim.goal.column} {_number(base, aim)}"
    if found.is_met:
        return [f"{first}. The goal {aim.goal} is met without any change.", ABOUT]
    lines = [f"{first}. Goal: {aim.goal}", ""]
    reaching = sorted((each for each in found.alone if each.reaches), key=lambda a: a.distance)
    failing = [each for each in found.alone if not each.reaches]
    if reaching:
        lines += ["One lever alone reaches it, by distance (1 is the whole range):"]
        lines += [line for each in reaching for line in _answer_lines(each, aim)]
    if failing:
        lines += ["These do not reach it alone; the best that each can do:"]
        lines += [
            f"  {changes_in_words(each.changes)}: {_number(each.estimate, aim)}" for each in failing
        ]
    lines.append("")
    if found.together:
        lines += [
            "A nearer way, by two or three levers together:",
            *_answer_lines(found.together, aim),
        ]
    elif reaching:
        lines += ["Two or three levers together, as far as tried, reach it no nearer."]
    everything = found.everything
    if not reaching and not found.together:
        verdict = "reaches it" if everything.reaches else "does not reach it either"
        lines += [f"No change of up to three levers that was tried reaches it. All that help "
                  f"alone, together, {verdict}: {_number(everything.estimate, aim)}."]  # fmt: skip
    lines += ["", "A distance measures how much is asked for, not what it costs."]
    return [*lines, *settled_lines(aim.goal.columns), ABOUT]


def _answer_lines(answer: Answer, aim: Aim) -> Iterator[str]:
    yield (
        f"  distance {answer.distance:.2f}: {changes_in_words(answer.changes)}; with fresh luck "
        f"{aim.goal.column} {_number(answer.fresh, aim)}"
    )
    if len(answer.changes) == 1 and answer.at_least is not None:
        lever = next(iter(answer.changes))
        most = "further than the lever goes" if answer.at_most is None else f"{answer.at_most:.4g}"
        yield (
            f"      by the luck of these runs, the change needed lies between "
            f"{answer.at_least:.4g} and {most} ({lever.name})"
        )


def _number(estimate: Estimate, aim: Aim) -> str:
    if aim.is_share:
        return f"{estimate.value:.3f} [{estimate.lower:.3f}, {estimate.upper:.3f}]"
    return f"{estimate.value:.1f} days [{estimate.lower:.1f}, {estimate.upper:.1f}]"


def robustness_lines(table: pandas.DataFrame, words: str, unused: Iterable[str]) -> list[str]:
    """Return how the answers fare under a set of parameter vectors, which `words` name."""
    head = ("  change", "goal met under", "5 %", "median", "95 %")
    rows = [
        (f"  {row['change']}", f"{row['share_meeting']:.0%}", f"{row['q05']:.3g}",
         f"{row['q50']:.3g}", f"{row['q95']:.3g}")
        for _, row in table.iterrows()
    ]  # fmt: skip
    lines = ["", f"Under {words} of parameters:", *aligned([head, *rows])]
    left = ", ".join(unused)
    return [*lines, f"Columns that name no parameter were left unused: {left}"] if left else lines


def levers_table(found: Inverse) -> pandas.DataFrame:
    """Return a row for each answer: what is changed, how far, and what it comes to."""
    import pandas

    kinds = [("alone", each) for each in found.alone]
    kinds += [("together", found.together)] if found.together else []
    kinds.append(("everything", found.everything))
    return pandas.DataFrame(
        [
            {
                "kind": kind,
                "change": changes_in_words(each.changes) or "nothing",
                "reaches": each.reaches,
                "distance": each.distance,
                "value": each.estimate.value,
                "lower": each.estimate.lower,
                "upper": each.estimate.upper,
                "fresh_value": each.fresh.value,
                "fresh_lower": each.fresh.lower,
                "fresh_upper": each.fresh.upper,
                "needed_at_least": float("nan") if each.at_least is None else float(each.at_least),
                "needed_at_most": float("nan") if each.at_most is None else float(each.at_most),
            }
            for kind, each in kinds
        ]
    )


# Attribution


def attribution_lines(found: SharedDays) -> list[str]:
    """Return the days of every player."""
    how = (
        f"exact, over {found.coalitions:,} worlds"
        if found.orders is None
        else f"from {found.orders} random orders, {found.coalitions:,} worlds"
    )
    over = found.is_over_vectors
    more = ("over vectors", "adds under") if over else ()
    head = ("  " + found.among, "days [95 %]", "left out", "alone", *more)
    rows = [
        (f"  {row['player']}", f"{row['days']:+.1f} [{row['lower']:+.1f}, {row['upper']:+.1f}]",
         f"{row['left_out']:+.1f}", f"{row['alone']:+.1f}", *(_over_vectors(row) if over else ()))
        for _, row in found.table.iterrows()
    ]  # fmt: skip
    band = (
        "over vectors: where the middle 90 % of the vectors of parameters lie, their own errors of "
        "runs and orders included; adds under: the share of them under which it adds days."
    )
    return [
        f"Mean days kept within {found.window_days} days: {found.none.days:.1f} with none of the "
        f"{found.among}, {found.all.days:.1f} with all (± {1.96 * found.all.error:.1f})",
        f"Shapley values ({how}), {found.runs:,} runs of each, paired:",
        "",
        *aligned([head, *rows]),
        "",
        f"They sum to {found.table['days'].sum():+.1f}, the whole difference. left out: all minus "
        "all but this one; alone: this one minus none.",
        *([band] if over else []),
        "Days count until the truce ends in any way, by a settlement too.",
        ABOUT,
    ]


def _over_vectors(row: pandas.Series) -> tuple[str, str]:
    low, high = row["lower_over_vectors"], row["upper_over_vectors"]
    return f"{low:+.1f} to {high:+.1f}", f"{row['adds_under']:.0%}"
