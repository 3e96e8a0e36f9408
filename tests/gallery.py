"""The pictures of docs/figures.md: `python -m tests.gallery` writes them to docs/figures/.

One function for each picture, under the stem of its file; each makes its own data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas

from sim import Ensemble, Scenario, TruceModel, report, simulate
from sim.analysis import (
    LifeTable,
    LifeTables,
    PairTables,
    difference_band,
    pair_tables,
    redrawn_pairs,
)
from sim.diary import diary_figure
from sim.evidence import record
from sim.story import tell

FOLDER = Path(__file__).parent.parent / "docs" / "figures"
LARGEST = 60 * 1024
"""Bytes that a picture may have."""

Maker = Callable[[], report.DescribedFigure]
PICTURES: dict[str, Maker] = {}
"""The function that makes each picture, by the stem of its file."""


def picture(maker: Maker) -> Maker:
    """Register a function: `survival_curves` makes docs/figures/survival_curves.svg."""
    PICTURES[maker.__name__] = maker
    return maker


@cache
def ensemble(runs: int = 2000, **changes: float) -> Ensemble:
    """Return runs of the reference case, with some of its values changed."""
    case = Scenario.load("ttp_2021").with_(horizon_days=365)
    changed = case.with_(**{name.replace("__", "."): value for name, value in changes.items()})
    return simulate(changed, runs=runs, seed=1)


def reference(runs: int = 2000, **changes: float) -> LifeTable:
    """Return the life table of the reference case, with some of its values changed."""
    return ensemble(runs, **changes).life_table


def leverages(runs: int = 2000) -> tuple[PairTables, list[str]]:
    """Return points of rising leverage, paired with the reference, and what they are called."""
    values = [place / 10 for place in range(11)]
    points = [ensemble(runs, brokers__0__leverage=value).rows for value in values]
    base = ensemble(runs).rows
    days, endings = (np.stack([rows[name] for rows in points]) for name in ("days", "ending"))
    pairs = pair_tables(days, endings, base["days"], base["ending"], 365)
    return pairs, [f"Leverage {value:g}" for value in values]


def plane(factors: dict[str, list[float]]) -> tuple[LifeTables, pandas.DataFrame]:
    """Return life tables of all pairs of values of two factors, and the table of these points."""
    points = pandas.DataFrame(list(product(*factors.values())), columns=list(factors))
    tables = [
        reference(1000, **{name.replace(".", "__"): value for name, value in row.items()})
        for row in points.astype(object).to_dict("records")
    ]
    points.insert(0, "point", range(len(points)))
    return LifeTables.of(tables), points


@picture
def survival_curves() -> report.DescribedFigure:
    leverages = (0.0, 0.5, 1.0)
    return report.curves_figure(
        LifeTables.of([reference(brokers__0__leverage=leverage) for leverage in leverages]),
        [f"Leverage {leverage:g}" for leverage in leverages],
        title="How long truces hold, by the leverage of the first broker",
        subtitle="The reference case with three values of one parameter",
        seed=1,
        term_days=30,
    )


@picture
def small_multiples() -> report.DescribedFigure:
    levels = (0.0, 0.5, 1.0)
    values = [(leverage, funding) for leverage in levels for funding in levels]
    return report.multiples_figure(
        LifeTables.of(
            [
                reference(brokers__0__leverage=leverage, groups__0__funding=funding)
                for leverage, funding in values
            ]
        ),
        [f"Leverage {leverage:g}, funding {funding:g}" for leverage, funding in values],
        title="How long truces hold, by leverage and outside funding",
        seed=1,
        baseline=4,
        term_days=30,
    )


@picture
def incidence_of_one() -> report.DescribedFigure:
    return report.incidence_figure(
        LifeTables.of([reference()]),
        title="How the truce of the reference case ends",
        seed=1,
        term_days=30,
    )


@picture
def incidence_side_by_side() -> report.DescribedFigure:
    leverages = (0.0, 0.5, 1.0)
    return report.incidence_figure(
        LifeTables.of([reference(brokers__0__leverage=leverage) for leverage in leverages]),
        [f"Leverage {leverage:g}" for leverage in leverages],
        title="How truces end, by the leverage of the first broker",
        seed=1,
    )


@picture
def hazards_by_age() -> report.DescribedFigure:
    return report.hazards_figure(
        reference(runs=20_000),
        title="How fast the truce of the reference case ends, by its age",
        seed=1,
        term_days=30,
    )


@picture
def difference_of_one() -> report.DescribedFigure:
    point, base = ensemble(brokers__0__leverage=1.0).rows, ensemble().rows
    luck = (point["days"], point["ending"], base["days"], base["ending"])
    pairs = pair_tables(luck[0][None], luck[1][None], *luck[2:], 365)
    return report.differences_figure(
        pairs,
        title="What all the leverage a broker can have adds",
        labels={0: "Leverage 1"},
        baseline="the reference (leverage 0.5)",
        bands={0: difference_band(redrawn_pairs(*luck, 365))},
    )


@picture
def differences_of_four() -> report.DescribedFigure:
    pairs, names = leverages()
    return report.differences_figure(
        pairs,
        title="What the leverage of the first broker adds or takes away",
        labels=dict(enumerate(names)),
        baseline="the reference (leverage 0.5)",
        points=[0, 4, 7, 10],
    )


@picture
def forest_of_means() -> report.DescribedFigure:
    pairs, names = leverages()
    return report.forest_figure(
        pairs.first,
        title="How long truces hold, by the leverage of the first broker",
        labels=dict(enumerate(names)),
    )


@picture
def forest_of_differences() -> report.DescribedFigure:
    pairs, names = leverages()
    return report.forest_figure(
        pairs,
        title="Days gained or lost, by the leverage of the first broker",
        labels=dict(enumerate(names)),
        baseline="the reference (leverage 0.5)",
    )


@picture
def map_of_means() -> report.DescribedFigure:
    tables, points = plane(
        {
            "brokers.0.leverage": [place / 10 for place in range(11)],
            "groups.0.funding": [0.0, 0.25, 0.5, 0.75, 1.0],
        }
    )
    points["baseline"] = (points["brokers.0.leverage"] == 0.5) & (points["groups.0.funding"] == 0.5)
    return report.map_figure(
        tables,
        points,
        across="brokers.0.leverage",
        up="groups.0.funding",
        statistic="restricted_mean",
        title="How long truces hold, by leverage and outside funding",
        names={
            "brokers.0.leverage": "Leverage of the first broker (share)",
            "groups.0.funding": "Outside funding of the group (share)",
        },
    )


@picture
def map_of_endings() -> report.DescribedFigure:
    tables, points = plane(
        {
            "truce.term_days": [15, 30, 60, 90, 120, 180, 270],
            "truce.monitoring": [0.0, 0.25, 0.5, 0.75, 1.0],
        }
    )
    return report.map_figure(
        tables,
        points,
        across="truce.term_days",
        up="truce.monitoring",
        statistic="ending",
        title="How most truces end, by term and monitoring",
        names={"truce.term_days": "Term (days)", "truce.monitoring": "Monitoring (share)"},
    )


@picture
def daily_strip() -> report.DescribedFigure:
    case = Scenario.load("ttp_2021")
    return diary_figure(case, 1, 0, list(tell(TruceModel(case, seed=1, run=0))))


@picture
def beside_the_record() -> report.DescribedFigure:
    others = (0.0, 1.0)
    return report.overlay_figure(
        ensemble().survival,
        record("core peace-process spells"),
        title="The reference case beside the record of ceasefires",
        seed=1,
        others={
            f"leverage {value:g}": ensemble(brokers__0__leverage=value).survival for value in others
        },
        scale="square root",
    )


@picture
def beside_similar_ceasefires() -> report.DescribedFigure:
    return report.overlay_figure(
        ensemble().survival,
        record("TTP-2021-like ceasefires"),
        title="The reference case beside 23 ceasefires of its kind",
        seed=1,
        scale="logarithmic",
    )


def write(folder: Path = FOLDER) -> None:
    """Write all pictures; refuse one that is too large."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, maker in PICTURES.items():
        content = report.svg_text(maker(), stem).encode()
        if len(content) > LARGEST:
            sys.exit(f"{stem}.svg would have {len(content):,} bytes, more than {LARGEST:,}")
        (folder / f"{stem}.svg").write_bytes(content)


if __name__ == "__main__":
    write()
