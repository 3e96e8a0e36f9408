"""The short table of an ensemble, as lines of text."""

from __future__ import annotations

from sim.analysis import MILESTONES
from sim.experiment import Ensemble
from sim.sheets import aligned

Row = tuple[str, str, str]


def ensemble_text(ensemble: Ensemble) -> list[str]:
    """Return what an ensemble has to say in a few lines: milestones, endings and their reasons."""
    case = ensemble.scenario
    rows = [*milestone_rows(ensemble), ("", "", ""), *ending_rows(ensemble)]
    return [
        case.title,
        f"{len(ensemble):,} runs, seed {ensemble.seed}, followed for {case.horizon_days:,} days",
        "",
        *aligned(rows, to_the_left=True),
        "",
        "Intervals are 95 % Monte-Carlo error of these runs, not doubt about the model.",
    ]


def milestone_rows(ensemble: Ensemble) -> list[Row]:
    """Return the rows for the median and the shares that hold beyond the milestones."""
    half = ensemble.median_days
    median = "not reached" if half is None else f"day {half}"
    rows = [("half of the truces are over by", median, "")]
    for day in MILESTONES:
        if day <= ensemble.scenario.horizon_days:
            at = ensemble.survival.iloc[day]
            what = f"hold beyond day {day}"
            rows.append((what, percent(at["survival"]), between(at["lower"], at["upper"])))
    return rows


def ending_rows(ensemble: Ensemble) -> list[Row]:
    """Return the rows for the endings, each with what weighed most."""
    rows = [("ending", "share", "95 % interval; most often because of")]
    for _, ending in ensemble.endings.iterrows():
        reasons = ensemble.why[ensemble.why["ending"] == ending["ending"]]
        reason = reasons.sort_values("runs", ascending=False)["why"].head(1).tolist()
        because = f"; {reason[0]}" if reason and reason[0] != "none" else ""
        limits = between(ending["lower"], ending["upper"])
        rows.append((ending["ending"], percent(ending["share"]), limits + because))
    return rows


def percent(share: float) -> str:
    """Return a share as a percentage with one decimal."""
    return f"{100 * share:.1f} %"


def between(lower: float, upper: float) -> str:
    """Return an interval of shares as percentages."""
    return f"{100 * lower:.1f} to {100 * upper:.1f} %"
