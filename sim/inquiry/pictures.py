"""The figures of the inquiries: which rows of their tables are drawn, and in what words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas

from sim.inquiry.measures import Measure
from sim.report.lines_figure import Lines, lines_figure
from sim.report.ranked_figure import Panel, Series, ranked_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.inquiry.discovery import Discovery
    from sim.inquiry.sensitivity import Sensitivity
    from sim.report import DescribedFigure

SHOWN = 10  # factors in a panel
FOLLOWED = 5  # factors whose convergence is drawn
ABOUT_EQUATIONS = "A statement about the equations of the model over these ranges, not the world."


def screening_picture(
    found: Sensitivity, measures: Sequence[Measure], title: str
) -> DescribedFigure:
    """Return mu* of the leading factors for each measure, with what luck alone would give."""
    panels = [
        Panel(each.label, f"mu* ({each.unit} over the whole range)", _top(found.screening, each))
        for each in measures
    ]
    series = (
        Series("mu*, 95 % bootstrap over walks", "mu_star", "mu_star_lower", "mu_star_upper"),
        Series("mu* of a factor without effect, by luck", "noise", marker="|", is_hollow=True),
    )
    foot = f"Elementary effects (Morris 1991). {ABOUT_EQUATIONS}"
    return ranked_figure(panels, series, title=f"{title}: which numbers matter", foot=foot)


def indices_picture(found: Sensitivity, measures: Sequence[Measure], title: str) -> DescribedFigure:
    """Return first and total indices for each measure."""
    panels = [
        Panel(each.label, "share of the variance", _top(found.indices, each), limits=(-0.1, 1.1))
        for each in measures
    ]
    series = (
        Series("Total index", "total", "total_lower", "total_upper"),
        Series("First index", "first", "first_lower", "first_upper", "s", is_hollow=True),
    )
    foot = (
        "Sobol' indices; intervals are 95 %, for the sample and the luck of the runs. Marks at the "
        f"edge lie beyond it. {ABOUT_EQUATIONS}"
    )
    return ranked_figure(panels, series, title=f"{title}: shares of the variance", foot=foot)


def convergence_picture(
    found: Sensitivity, measures: Sequence[Measure], title: str
) -> DescribedFigure:
    """Return total indices against the size of the sample and the number of runs.

    The factors followed are those that lead any of the outcomes by most.
    """
    totals = found.convergence[found.convergence["index"] == "total"]
    largest = found.indices.groupby("factor", sort=False)["total"].max()
    leading = list(largest.sort_values(ascending=False, kind="stable").head(FOLLOWED).index)
    panels = [
        _converging(totals, each, leading, part) for each in measures for part in ("sample", "runs")
    ]
    foot = "Lines that have become level have converged; where they have not, enlarge the sample."
    return lines_figure(panels, title=f"{title}: convergence of total indices", foot=foot)


def _converging(totals: pandas.DataFrame, measure: Measure, leading: list[str], part: str) -> Lines:
    own = totals[(totals["measure"] == measure.name) & (totals["part_of"] == part)]
    own = own[own["factor"].isin(leading)]
    rows = pandas.DataFrame(
        {"name": own["factor"], "x": own[part], "y": own["value"].clip(-0.1, 1.1)}
    ).sort_values("x", kind="stable")
    axis = "samples" if part == "sample" else "runs of each point"
    return Lines(measure.label, axis, "total index", rows, y_limits=(-0.12, 1.12), doubles=True)


def _top(table: pandas.DataFrame, measure: Measure) -> pandas.DataFrame:
    own = table[table["measure"] == measure.name].head(SHOWN)
    return own.assign(label=own["factor"])


def regional_picture(found: Discovery, title: str) -> DescribedFigure:
    """Return the distance of each factor between points that meet the goal and those that miss."""
    rows = found.regional.head(2 * SHOWN).assign(label=lambda table: table["factor"])
    panel = Panel("Factors by themselves", "largest distance of the distribution functions", rows)
    series = (
        Series("Distance between points that meet the goal and others", "distance"),
        Series("By chance, once in 20", "by_chance", marker="|", is_hollow=True),
    )
    foot = f"Goal: {found.goal}. Kolmogorov-Smirnov distance. {ABOUT_EQUATIONS}"
    return ranked_figure([panel], series, title=f"{title}: what sets truces apart", foot=foot)


def boxes_picture(found: Discovery, title: str) -> DescribedFigure:
    """Return the trajectories of the peeling: density against coverage."""
    table = found.trajectories()
    panels = [
        Lines(
            f"Box {box}", "coverage", "density",
            pandas.DataFrame(
                {"name": "Steps of the peeling", "x": rows["coverage"], "y": rows["density"],
                 "marked": rows["taken"]}
            ),
            x_limits=(0.0, 1.05), y_limits=(0.0, 1.05),
        )
        for box, rows in table.groupby("box")
    ]  # fmt: skip
    foot = (
        f"Goal: {found.goal}. Coverage: share of the points that meet the goal that lie in the "
        "box; density: share of the points in the box that meet it. The large mark is the step "
        f"that was taken. {ABOUT_EQUATIONS}"
    )
    return lines_figure(panels, title=f"{title}: boxes", foot=foot)
