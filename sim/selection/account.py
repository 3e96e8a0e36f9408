"""The selection experiment as tables and words; the parts of docs/selection.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import UsageError
from sim.reference import Parts, table
from sim.selection.conflicts import MEDIATORS, MONITORS, OBSERVED, STUDY, UNOBSERVED, both_worlds
from sim.selection.experiment import ESTIMATES, STRENGTHS, estimates

if TYPE_CHECKING:
    import pandas

    from sim.report import DescribedFigure

RECORDS, CONFLICTS, SEED = 12, 1024, 1
TARGET_TRUTH, TARGET_RAW = 0.75, 1.0
"""A true hazard ratio below the one once adjusted, a raw one at or above the other: the pattern."""


@dataclass(frozen=True, eq=False)
class Selection:
    """The estimates of all records; see `sim.selection.experiment.estimates` for the columns."""

    rows: pandas.DataFrame

    @property
    def sent(self) -> tuple[str, ...]:
        """What was sent, in order."""
        return tuple(self.rows["sent"].unique())

    @property
    def records(self) -> int:
        """How many records each estimate is the mean of."""
        return int(self.rows["record"].max()) + 1

    @cached_property
    def summary(self) -> pandas.DataFrame:
        """Hazard ratios by what was sent, strength and estimate.

        Columns: sent, strength, estimate, hazard_ratio (geometric mean over records), lower, upper
        (its 95 % Monte-Carlo interval), record_lower, record_upper (where 95 % of single records
        lie, as a scholar with one record would see it). Normal intervals of the logarithm.
        """
        import pandas

        found = []
        for (sent, strength), rows in self.rows.groupby(["sent", "strength"], sort=False):
            for name in ESTIMATES:
                values = rows[name].dropna().to_numpy(float)
                mean, spread = _mean_and_spread(values)
                error = spread / np.sqrt(max(len(values), 1))
                reaches = (0.0, -1.96 * error, 1.96 * error, -1.96 * spread, 1.96 * spread)
                found.append((sent, strength, name, *np.exp([mean + reach for reach in reaches])))
        columns = ["sent", "strength", "estimate", "hazard_ratio", "lower", "upper"]
        return pandas.DataFrame(found, columns=[*columns, "record_lower", "record_upper"])

    def ratio(self, sent: str, strength: float, estimate: str) -> pandas.Series:
        """Return one row of the summary."""
        table = self.summary
        chosen = (table["sent"] == sent) & (table["strength"] == strength)
        return table[chosen & (table["estimate"] == estimate)].iloc[0]


def _mean_and_spread(values: np.ndarray) -> tuple[float, float]:
    if not len(values):
        return float("nan"), float("nan")
    return float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0


def selection(
    records: int = RECORDS,
    conflicts: int = CONFLICTS,
    seed: int = SEED,
    watch: Callable[[str], None] | None = None,
) -> Selection:
    """Run the experiment with monitors and with a mediator.

    Errors: `UsageError` for a number out of range.
    """
    import pandas

    if not 0 <= seed < 2**64 - 1:
        raise UsageError(f"the seed must lie between 0 and 2**64 - 2, not {seed}")
    parts = []
    for sent in (MONITORS, MEDIATORS):
        if watch:
            times = "once" if records == 1 else f"{records} times"
            watch(f"Running {conflicts:,} conflicts {times} with and without {sent.name}")
        parts.append(estimates(both_worlds(sent, records, conflicts, seed), seed))
    return Selection(pandas.concat(parts, ignore_index=True))


def stored(found: Selection) -> pandas.DataFrame:
    """Return the estimates of all records as docs/selection.csv has them: four decimals."""
    return found.rows.round(4)


def drawn(found: Selection) -> DescribedFigure:
    """Return the figure."""
    from sim.report.selection_figure import selection_figure

    means = "One record of truces" if found.records == 1 else f"Means of {found.records} records"
    return selection_figure(
        found.summary,
        title="Help that goes to hard cases looks worse than it is",
        subtitle="What regressions make of a record, by how strongly help was sent to hard cases",
        foot=(
            f"{means}; bars hold about 95 % of single records. Every truce was simulated with and "
            "without help, so the truth is known. A demonstration inside the equations of one "
            "model; it does not show what happened in any real record."
        ),
    )


# Words


def verdicts(found: Selection) -> list[str]:
    """Return for each what the record says at coin tosses and under selection, in sentences."""
    said = []
    for sent in found.sent:
        truth = found.ratio(sent, 0.0, "truth")["hazard_ratio"]
        coin = found.ratio(sent, 0.0, "raw")["hazard_ratio"]
        met = [
            strength
            for strength in STRENGTHS
            if found.ratio(sent, strength, "raw")["hazard_ratio"]
            >= TARGET_RAW
            > TARGET_TRUTH
            > found.ratio(sent, strength, "adjusted_truth")["hazard_ratio"]
        ]
        sentence = (
            f"With {sent}, truces fail at {truth:.2f} times the daily rate they would without; "
            f"where a coin decides who gets help, the record says {coin:.2f}."
        )
        if met:
            raw, coded, whole = (
                found.ratio(sent, met[0], name)["hazard_ratio"]
                for name in ("raw", "observed", "all")
            )
            sentence += (
                f" From a strength of selection of {met[0]:g} on, the record says {raw:.2f} or "
                "more: help that prevents failure looks useless or harmful. There, adjusting for "
                f"what can be coded gives {coded:.2f}, adjusting for everything {whole:.2f}."
            )
        said.append(sentence)
    return said


def printed_table(found: Selection) -> pandas.DataFrame:
    """Return the hazard ratios with a row for each strength and a column for each estimate."""
    wide = found.summary.pivot(
        index=["sent", "strength"], columns="estimate", values="hazard_ratio"
    )
    return (
        wide[list(ESTIMATES)]
        .reset_index()
        .sort_values(["sent", "strength"], ascending=[False, True])
    )


def page_parts(found: Selection) -> Parts:
    """Return what writes each generated part of docs/selection.md, by its name."""
    return {
        "verdict": lambda: "\n".join(f"- {sentence}" for sentence in verdicts(found)) + "\n",
        "ratios": lambda: ratios_part(found),
        "spread": lambda: spread_part(found),
        "made": lambda: made_part(found),
    }


def ratios_part(found: Selection) -> str:
    """Return one table for each thing sent: hazard ratios by strength of selection."""
    headings = ("strength", "easiest quarter helped", "hardest quarter", *ESTIMATES.values())
    parts = []
    for sent in found.sent:
        rows = []
        for strength in STRENGTHS:
            here = found.rows[(found.rows["sent"] == sent) & (found.rows["strength"] == strength)]
            shares = (here[name].mean() for name in ("easiest_helped", "hardest_helped"))
            ratios = (found.ratio(sent, strength, name)["hazard_ratio"] for name in ESTIMATES)
            rows.append(
                (
                    f"{strength:g}",
                    *(f"{100 * share:.0f} %" for share in shares),
                    *(f"{ratio:.2f}" for ratio in ratios),
                )
            )
        parts.append(f"**{sent[0].upper()}{sent[1:]}**\n\n{table(headings, rows)}")
    return "\n".join(parts)


def spread_part(found: Selection) -> str:
    """Return the sentence on how far single records differ, and how well the means are known."""
    sent, strength = found.sent[0], 1.0
    raw, truth = (found.ratio(sent, strength, name) for name in ("raw", "truth"))
    return (
        f"A scholar has one record, not {found.records}. With {sent} and a strength of "
        f"{strength:g}, 95 % of single records say between {raw['record_lower']:.2f} and "
        f"{raw['record_upper']:.2f}; the mean of {found.records} is {raw['hazard_ratio']:.2f} "
        f"(Monte-Carlo interval {raw['lower']:.2f} to {raw['upper']:.2f}), the truth "
        f"{truth['hazard_ratio']:.2f} ({truth['lower']:.2f} to {truth['upper']:.2f}). More truces "
        "of the same kind narrow the interval around the wrong number.\n"
    )


def made_part(found: Selection) -> str:
    """Return what the numbers rest on."""
    sent = "; ".join(
        f"{each.name}: `{each.path}` from {each.without:g} to {each.with_it:g}"
        for each in (MONITORS, MEDIATORS)
    )
    coded, hidden = (", ".join(f"`{name}`" for name in names) for names in (OBSERVED, UNOBSERVED))
    return (
        f"{found.records} records of {CONFLICTS:,} truces, one for each conflict of the study "
        f"`{STUDY}`, seed {SEED}. What is sent: {sent}. Can be coded: {coded}. Hidden: {hidden}. "
        "Difficulty is the log hazard of failing without help that the two explain. Hazard ratios "
        "are of failure (a side defects, or violence passes the threshold); truces that settle are "
        "censored on that day. Geometric means over records.\n"
    )
