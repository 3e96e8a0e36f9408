"""The analysis against the fastest Python libraries, on the same arrays of runs.

Both sides start from arrays with a day, an ending and a point for each run, so that counting them
into life tables is part of our time. The others get them as the types they need no time to convert,
and the results of `survival` stay in its own memory: reading them would be slow. Its compiled
functions are called directly, since its formulas take longer. The numbers that come out are
compared before anything is timed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import survival._survival as rust
from numpy.typing import NDArray
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

from sim.analysis import curves, life_table, life_tables, log_rank, survival_curves
from sim.analysis.regression import cox, cox_of_runs
from sim.endings import CAUSES, HOLDING
from tests.benchmarks.drawn_runs import (
    HORIZON,
    DrawnRuns,
    covariates_of_points,
    covariates_of_rows,
    drawn_runs,
)
from tests.benchmarks.pairs import Comparison, wall_seconds
from tests.benchmarks.sizes import FULL, Sizes
from tests.benchmarks.table import Row, Target, at_least, at_most

FASTER = at_least(3)
AT_ONCE = at_most(0.3)
GROUPS = 10
NAMES = tuple(f"x{number}" for number in range(1, 6))

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """A way to do some work: who does it, the work, and its numbers in a form to compare.

    What is `slow` takes minutes and is timed once.
    """

    who: str
    work: Callable[[], Any]
    numbers: Callable[[Any], Floats]
    slow: bool = False


@dataclass(frozen=True)
class Contest:
    """The same work done by us and by others, whose numbers agree to `tolerance` (relative)."""

    what: str
    ours: Way
    others: tuple[Way, ...]
    tolerance: float


def analysis_rows(sizes: Sizes) -> list[Row]:
    """Compare the analysis with other libraries, task by task."""
    runs, points = sizes.analysed_runs, sizes.analysed_points
    plain = drawn_runs(runs, points)
    by_row = drawn_runs(runs, points, covariates_of_rows(runs))
    values = covariates_of_points(points)
    by_point = drawn_runs(runs, points, np.repeat(values, runs // points, axis=0))
    contests = (
        kaplan_meier(plain),
        kaplan_meier_by_point(plain, points),
        aalen_johansen(plain),
        log_rank_test(plain),
        cox_by_rows(by_row),
        cox_by_points(by_point, values),
    )
    target = FASTER if runs >= FULL.analysed_runs else None
    return [
        *(
            one_row(contest, other, sizes.pairs, target)
            for contest in contests
            for other in contest.others
        ),
        all_curves_row(plain, points, sizes.pairs),
    ]


def one_row(contest: Contest, other: Way, pairs: int, target: Target | None) -> Row:
    """Compare the numbers, then the times, with one of the others."""
    times = in_turns(contest, other, 1 if other.slow else pairs)
    seconds = f"{median(times.fast):.3g} s and {median(times.slow):.3g} s"
    spread = "once" if other.slow else times.spread
    note = f"{spread}, {seconds} on the wall, {os.cpu_count()} cores"
    what = f"{contest.what}, ours / {other.who}"
    return Row(what, times.ratio, "times", note, target, times.raw())


def in_turns(contest: Contest, other: Way, pairs: int) -> Comparison:
    """Time both in turns, after a call of each that is not timed unless it is slow."""
    found: dict[str, Any] = {}
    ways = (contest.ours, other)
    first = [wall_seconds(partial(keep, found, way)) for way in ways]
    agree(contest, other, found)
    if other.slow:
        return Comparison((wall_seconds(contest.ours.work),), (first[1],))
    times = [[wall_seconds(way.work) for way in ways] for _ in range(pairs)]
    return Comparison(tuple(one for one, _ in times), tuple(slow for _, slow in times))


def keep(found: dict[str, Any], way: Way) -> None:
    """Do the work and keep what was found."""
    found[way.who] = way.work()


def agree(contest: Contest, other: Way, found: dict[str, Any]) -> None:
    """Refuse to compare the times of different numbers.

    Errors: `AssertionError` when they differ by more than the tolerance.
    """
    np.testing.assert_allclose(
        contest.ours.numbers(found[contest.ours.who]),
        other.numbers(found[other.who]),
        rtol=contest.tolerance,
        atol=contest.tolerance,
        err_msg=f"{contest.what}: {other.who} finds other numbers",
    )


def kaplan_meier(runs: DrawnRuns) -> Contest:
    """Survival with its variance, all runs in one group."""
    days = np.unique(runs.days[runs.endings != HOLDING])
    watched = np.unique(runs.days)
    return Contest(
        f"Kaplan-Meier of {len(runs.days):,} runs",
        Way(
            "ours",
            lambda: survival_curves(life_table(runs.days, runs.endings, HORIZON)),
            lambda found: np.stack([found.survival, np.sqrt(found.variance)])[:, 0, days],
        ),
        (
            Way(
                "statsmodels",
                lambda: SurvfuncRight(runs.times, runs.ended),
                lambda found: np.stack([found.surv_prob, found.surv_prob_se]),
            ),
            Way(
                "survival",
                lambda: rust.survfitkm(runs.times, runs.ended),
                lambda found: survival_of(found)[:, np.isin(watched, days)],
            ),
        ),
        1e-9,
    )


def survival_of(found: Any) -> Floats:
    """Return S and its standard error as `survival` finds them; it has that of log S."""
    curve = np.asarray(found.surv)
    return np.stack([curve, curve * np.asarray(found.std_err)])


def kaplan_meier_by_point(runs: DrawnRuns, points: int) -> Contest:
    """Survival with its variance for each point; the others go from one to the next."""
    edges = np.searchsorted(runs.points, np.arange(points + 1))
    slices = [slice(*pair) for pair in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]

    def each(curve_of: Callable[[Floats, Floats], Any]) -> list[Any]:
        return [curve_of(runs.times[rows], runs.ended[rows]) for rows in slices]

    def last(found: Any) -> Floats:
        return np.stack([found.survival[:, -1], np.sqrt(found.variance[:, -1])])

    return Contest(
        f"Kaplan-Meier of {points:,} points x {len(runs.days) // points:,} runs",
        Way(
            "ours",
            lambda: survival_curves(
                life_tables(
                    runs.points, runs.endings != HOLDING, runs.days, horizon_days=HORIZON, causes=1
                )
            ),
            last,
        ),
        (
            Way(
                "statsmodels",
                lambda: each(SurvfuncRight),
                lambda found: np.array([[s.surv_prob[-1], s.surv_prob_se[-1]] for s in found]).T,
            ),
            Way(
                "survival",
                lambda: each(rust.survfitkm),
                lambda found: np.stack([survival_of(each)[:, -1] for each in found], axis=1),
            ),
        ),
        1e-9,
    )


def aalen_johansen(runs: DrawnRuns) -> Contest:
    """Incidence of five causes with its standard error, on every day on which a run stops."""
    days = np.unique(runs.days)
    states = [cause.name for cause in CAUSES]
    return Contest(
        f"Aalen-Johansen, {len(CAUSES)} causes, {len(runs.days):,} runs",
        Way(
            "ours",
            lambda: curves(life_table(runs.days, runs.endings, HORIZON)),
            lambda found: np.stack(
                [found.incidence[0][:, days], np.sqrt(found.incidence_variance[0][:, days])]
            ),
        ),
        (
            Way(
                "statsmodels",
                lambda: CumIncidenceRight(runs.times, runs.endings),
                lambda found: np.array([found.cinc, found.cinc_se]),
            ),
            Way(
                "survival",
                lambda: rust.survfitaj(runs.times, runs.endings, states),
                lambda found: np.array([found.pstate, found.std_err])[:, :, 1:].swapaxes(1, 2),
            ),
        ),
        1e-6,
    )


def log_rank_test(runs: DrawnRuns) -> Contest:
    """The log-rank statistic of ten groups."""
    group = np.random.default_rng(3).integers(0, GROUPS, len(runs.days))
    return Contest(
        f"log-rank, {GROUPS} groups of {len(runs.days) // GROUPS:,}",
        Way(
            "ours",
            lambda: log_rank(life_tables(group, runs.endings, runs.days)),
            lambda found: np.array([found.statistic]),
        ),
        (
            Way(
                "statsmodels",
                lambda: survdiff(runs.times, runs.ended, group),
                lambda found: np.array([found[0]]),
            ),
            Way(
                "survival",
                lambda: rust.survdiff(runs.times, runs.ended, group),
                lambda found: np.array([found.chisq]),
            ),
        ),
        1e-8,
    )


def cox_by_rows(runs: DrawnRuns) -> Contest:
    """Cox with Efron's ties and five covariates of the runs."""
    named = dict(zip(NAMES, runs.covariates.T.copy(), strict=True))
    ours = Way("ours", lambda: cox_of_runs(runs.days, runs.endings, named), effects_of)
    return Contest(f"Cox, 5 covariates of {len(runs.days):,} runs", ours, others_of_cox(runs), 1e-5)


def cox_by_points(runs: DrawnRuns, values: Floats) -> Contest:
    """The same with covariates of the points, from life tables; the others take the runs."""
    named = dict(zip(NAMES, values.T, strict=True))
    ours = Way(
        "ours",
        lambda: cox(life_tables(runs.points, runs.endings, runs.days, horizon_days=HORIZON), named),
        effects_of,
    )
    what = f"Cox, 5 covariates of {len(values):,} points x {len(runs.days) // len(values):,} runs"
    return Contest(what, ours, others_of_cox(runs), 1e-5)


def effects_of(found: Any) -> Floats:
    """Return coefficients and standard errors of our fit."""
    return np.stack([found.coefficients, found.standard_errors])


def others_of_cox(runs: DrawnRuns) -> tuple[Way, Way]:
    """Return the other ways to fit Cox's regression to runs."""
    return (
        Way(
            "statsmodels",
            lambda: PHReg(runs.times, runs.covariates, runs.ended, ties="efron").fit(disp=0),
            lambda found: np.stack([found.params, found.bse]),
            slow=len(runs.days) > 100_000,
        ),
        Way(
            "survival",
            lambda: rust.coxph_fit(runs.times, runs.ended, runs.covariates),
            lambda found: np.stack([found.coefficients, np.sqrt(np.diag(found.var))]),
        ),
    )


def all_curves_row(runs: DrawnRuns, points: int, repeats: int) -> Row:
    """Time all curves and variances of all points, from the runs."""

    def work() -> object:
        return curves(life_tables(runs.points, runs.endings, runs.days, horizon_days=HORIZON))

    work()
    seconds = [wall_seconds(work) for _ in range(repeats)]
    note = (
        f"median of {repeats}, {min(seconds):.3g} to {max(seconds):.3g}, from "
        f"{len(runs.days):,} runs, {HORIZON + 1:,} days, {len(CAUSES)} causes"
    )
    what = f"all curves of {points:,} points"
    return Row(what, median(seconds), "s", note, AT_ONCE, {"seconds": seconds})
