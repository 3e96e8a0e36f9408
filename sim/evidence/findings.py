"""What a record says of how long ceasefires last, and how far its gaps could change that.

The *dated* curve takes ceasefires whose duration is known within `WIDEST` days (the middle of its
limits stands for it) and those in force when last seen, which are right-censored. Ceasefires that
ended nobody knows when are left out of it, which is the same as losing sight of each on the day it
began. What that may hide is shown beside it in three ways: had they all ended at once, had they all
held until the last day watched, and the interval-censored estimate, which lets them end on any day
between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.analysis import (
    GroupTest,
    LifeTable,
    LifeTables,
    Uncertainty,
    curves,
    life_table,
    log_rank,
    medians,
)
from sim.analysis.clustered import ClusterLimits, cluster_limits
from sim.analysis.interval_censored import NEVER, Innermost, npmle
from sim.errors import TruceError, UsageError
from sim.evidence.ceasefires import HOLDING, Ceasefires, Duration, limits_of

if TYPE_CHECKING:
    import pandas

HORIZON = 730
DAYS = (7, 30, 90, 180, 365)
"""Days on which survival is told, as far as the horizon reaches."""

Within = Literal["shortest", "middle", "longest"]
Durations = Sequence[Duration]


@dataclass(frozen=True, eq=False)
class Group:
    """The estimates for one group of ceasefires.

    `dated` is the life table of the dated curve, `limits` its limits, `innermost` the
    interval-censored estimate of all; `least` and `most` have shape [days] and are the dated curves
    had all others ended at once, or held until the last day watched.
    """

    name: str
    durations: tuple[Duration, ...]
    dated: LifeTable
    limits: ClusterLimits
    innermost: Innermost
    least: NDArray[np.float64]
    most: NDArray[np.float64]

    @property
    def undated(self) -> int:
        """How many are left out of the dated curve."""
        return len(self.durations) - self.dated.runs


@dataclass(frozen=True, eq=False)
class Findings:
    """All that is found in a record; tables are made when first asked for."""

    ceasefires: Ceasefires
    horizon_days: int
    groups: tuple[Group, ...]

    @property
    def endings(self) -> tuple[str, ...]:
        """The kinds of ending, in the order of the causes of the life tables."""
        return self.ceasefires.endings

    @cached_property
    def curves(self) -> pandas.DataFrame:
        """The curves by group and day.

        Columns: group, day, at_risk, ended, survival, lower, upper (dated curve), least, most (had
        the undated ended at once, or held), interval_lower, interval_upper (interval-censored),
        uncertainty.
        """
        import pandas

        return pandas.concat([_curves(each, self.horizon_days) for each in self.groups])

    @cached_property
    def milestones(self) -> pandas.DataFrame:
        """The curves on the days `DAYS` alone."""
        return self.curves[self.curves["day"].isin(DAYS)].reset_index(drop=True)

    @cached_property
    def medians(self) -> pandas.DataFrame:
        """One row for each group: counts, and the median of the dated curve with its limits."""
        import pandas

        rows = [
            {
                "group": each.name,
                "ceasefires": len(each.durations),
                "dated": each.dated.runs,
                "in_force": sum(one.longest is None for one in each.durations),
                "undated": each.undated,
                "clusters": each.limits.clusters,
                "median_days": medians(each.dated)[0],
                "lower": each.limits.median_lower,
                "upper": each.limits.median_upper,
            }
            for each in self.groups
        ]
        whole = dict.fromkeys(("median_days", "lower", "upper"), "Int64")
        return pandas.DataFrame(rows).astype(whole)

    @cached_property
    def readings(self) -> pandas.DataFrame:
        """How the median and survival move with what is assumed of dates that are not known."""
        import pandas

        rows = [
            {"group": each.name, "reading": name, **numbers}
            for each in self.groups
            for name, numbers in _readings(each, self.endings, self.horizon_days)
        ]
        return pandas.DataFrame(rows).astype({"median_days": "Int64"})

    @cached_property
    def causes(self) -> pandas.DataFrame:
        """Shares of the dated ceasefires ended in each way, by group and day, with limits."""
        import pandas

        rows = [
            {
                "group": each.name,
                "ending": ending,
                "day": day,
                "share": float(curves(each.dated).incidence[0, place, day]),
                "lower": float(each.limits.incidence_lower[place, day]),
                "upper": float(each.limits.incidence_upper[place, day]),
            }
            for each in self.groups
            for place, ending in enumerate(self.endings)
            if each.dated.ended[place].any()
            for day in _days_within(self.horizon_days)
        ]
        return pandas.DataFrame(rows)

    @cached_property
    def life_tables(self) -> pandas.DataFrame:
        """The life tables of the dated curves: rows of group, ending, day, ceasefires."""
        import pandas

        parts = [_life_table_rows(each, self.endings) for each in self.groups]
        return pandas.concat(parts, ignore_index=True)

    @cached_property
    def log_rank(self) -> GroupTest | None:
        """The log-rank test between groups, as if ceasefires were independent; None for one."""
        if len(self.groups) < 2:
            return None
        tables = LifeTables(
            np.stack([each.dated.ended for each in self.groups]),
            np.stack([each.dated.censored for each in self.groups]),
            tuple(range(len(self.groups))),
        )
        return log_rank(tables, p_value=True, independent=True)

    @cached_property
    def hazard_ratios(self) -> pandas.DataFrame | None:
        """Hazard ratios of ending against the first group; None if there is nothing to compare.

        Cox regression on the dated durations; limits allow for clusters where there are any.
        """
        from sim.analysis.regression import cox_of_runs

        if len(self.groups) < 2:
            return None
        used = [each for each in self.ceasefires.durations if each.usable]
        shortest, longest, ended = limits_of(tuple(used))
        groups = np.array([each.stratum for each in used])
        covariates = {name: (groups == name).astype(float) for name in self.ceasefires.strata[1:]}
        clusters = [each.cluster for each in used] if self.ceasefires.clustered_by else None
        try:
            fit = cox_of_runs(
                _middle(shortest, longest), ended.astype(int), covariates, clusters=clusters
            )
            return fit.table()
        except TruceError:
            return None


def found(ceasefires: Ceasefires, horizon_days: int = HORIZON, seed: int = 1) -> Findings:
    """Return what a record says through a horizon in days; `seed` is that of the cluster bootstrap.

    Errors: `UsageError` when the horizon is not at least 1 day, or a group has no dated ceasefire.
    """
    if horizon_days < 1:
        raise UsageError(f"the horizon must be 1 day or more, not {horizon_days}")
    groups = tuple(
        _group(ceasefires, name, horizon_days, seed + place)
        for place, name in enumerate(ceasefires.strata)
    )
    return Findings(ceasefires, horizon_days, groups)


def _group(ceasefires: Ceasefires, name: str, horizon_days: int, seed: int) -> Group:
    durations = ceasefires.of_stratum(name)
    usable = tuple(each for each in durations if each.usable)
    if not usable:
        where = f"the group {name!r}" if name else ceasefires.file
        raise UsageError(f"{where} has no ceasefire with a duration that is known")
    endings = ceasefires.endings
    clustered = _clusters(usable, endings, horizon_days)
    at_once = _table(durations, endings, horizon_days, "shortest")
    late = _table(durations, endings, horizon_days, "longest", undated_held=True)
    return Group(
        name,
        durations,
        _table(usable, endings, horizon_days),
        cluster_limits(clustered, seed),
        interval_censored(durations),
        curves(at_once).survival[0],
        curves(late).survival[0],
    )


def interval_censored(durations: Durations) -> Innermost:
    """Return the interval-censored estimate from all durations, dated or not."""
    shortest, longest, ended = limits_of(tuple(durations))
    return npmle(np.where(ended, shortest, shortest + 1), np.where(ended, longest, NEVER))


def _table(
    durations: Durations,
    endings: Sequence[str],
    horizon_days: int,
    within: Within = "middle",
    undated_held: bool = False,
) -> LifeTable:
    """Count durations by ending and day, each by its shortest, middle or longest.

    With `undated_held`, those of unknown end are seen to hold through their longest.
    """
    shortest, longest, ended = limits_of(tuple(durations))
    days = {"shortest": shortest, "middle": _middle(shortest, longest), "longest": longest}[within]
    dated = np.array([each.dated for each in durations], dtype=bool)
    counts = ended & (dated | (not undated_held)) & (days <= horizon_days)
    codes = [1 + endings.index(each.ending) if each.ending in endings else 0 for each in durations]
    capped = np.minimum(days, horizon_days)
    return life_table(capped, np.where(counts, codes, 0), horizon_days, max(len(endings), 1))


def _clusters(durations: Durations, endings: Sequence[str], horizon_days: int) -> LifeTables:
    """Return a life table for each cluster; a single one where no clusters are named."""
    names = sorted({each.cluster for each in durations})
    tables = [
        _table([each for each in durations if each.cluster == name], endings, horizon_days)
        for name in names
    ]
    return LifeTables(
        np.stack([table.ended for table in tables]),
        np.stack([table.censored for table in tables]),
        tuple(range(len(tables))),
    )


def _middle(shortest: NDArray[np.int64], longest: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray((shortest + longest) // 2)


def _curves(group: Group, horizon_days: int) -> pandas.DataFrame:
    import pandas

    lower, upper = group.innermost.survival(horizon_days)
    return pandas.DataFrame(
        {
            "group": group.name,
            "day": np.arange(horizon_days + 1),
            "at_risk": group.dated.at_risk,
            "ended": group.dated.ended_by_day,
            "survival": curves(group.dated).survival[0],
            "lower": group.limits.survival_lower,
            "upper": group.limits.survival_upper,
            "least": group.least,
            "most": group.most,
            "interval_lower": lower,
            "interval_upper": upper,
            "uncertainty": str(Uncertainty.EMPIRICAL),
        }
    )


def _readings(
    group: Group, endings: Sequence[str], horizon_days: int
) -> list[tuple[str, dict[str, object]]]:
    usable = [each for each in group.durations if each.usable]
    exact = [each for each in group.durations if each.exact or each.ending == HOLDING]
    cases: list[tuple[str, Durations, Within, bool]] = [
        ("dated, middle of the limits", usable, "middle", False),
        ("dated, shortest that fits", usable, "shortest", False),
        ("dated, longest that fits", usable, "longest", False),
        ("days known exactly", exact, "middle", False),
        ("undated ended at once", group.durations, "shortest", False),
        ("undated held throughout", group.durations, "longest", True),
    ]
    told = [
        (name, _numbers(_table(chosen, endings, horizon_days, within, held)))
        for name, chosen, within, held in cases
        if chosen
    ]
    least, most = group.innermost.survival(horizon_days)
    for name, curve, median in zip(
        ("interval-censored, lower", "interval-censored, upper"),
        (least, most),
        group.innermost.median(),
        strict=True,
    ):
        numbers: dict[str, object] = {"ceasefires": group.innermost.truces, "median_days": median}
        told.append(
            (name, numbers | {f"S({day})": curve[day] for day in _days_within(horizon_days)})
        )
    return told


def _numbers(table: LifeTable) -> dict[str, object]:
    survival = curves(table).survival[0]
    shares = {f"S({day})": float(survival[day]) for day in _days_within(table.horizon_days)}
    return {"ceasefires": table.runs, "median_days": medians(table)[0], **shares}


def _days_within(horizon_days: int) -> list[int]:
    return [day for day in DAYS if day <= horizon_days]


def _life_table_rows(group: Group, endings: Sequence[str]) -> pandas.DataFrame:
    import pandas

    counts = np.concatenate([group.dated.ended, group.dated.censored[np.newaxis]])
    names = np.array([*endings, HOLDING] if endings else [HOLDING, HOLDING], dtype=object)
    place, day = np.nonzero(counts)
    return pandas.DataFrame(
        {
            "group": group.name,
            "ending": names[place],
            "day": day,
            "ceasefires": counts[place, day],
        }
    )
