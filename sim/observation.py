"""An ensemble that is watched day by day: the same rows as unseen, and the paths to them.

Each engine opens and runs a truce as in `sim.runs`, and looks at it after the signing and at
the end of each day. Threads count on sheets of their own, which are added up in the end; whole
numbers add up to the same bits in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from math import prod
from queue import SimpleQueue
from typing import Any

import numpy as np

from sim.behaviour import record_type
from sim.compilation import compiled
from sim.ensemble import (
    PORTIONS,
    Opening,
    blank_rows,
    opening_of,
    stage_for,
)
from sim.grids import CELLS
from sim.model import TruceModel
from sim.moments import BrokerMoment, GroupMoment, Moment, Observed, observe
from sim.runs import run_watched
from sim.scenario import Scenario
from sim.workers import ENGINES, processors, shared, threads

MOST_BYTES = 2**29  # of the counts of all threads together, if there is more than one


def run_observed(
    scenario: Scenario,
    runs: int,
    seed: int = 1,
    first: int = 0,
    engine: str = "compiled",
    watch: Callable[[int, int], None] | None = None,
    kept: int = 0,
    workers: int | None = None,
) -> tuple[np.ndarray, Observed]:
    """Run a scenario `runs` times; return its rows, and what was observed on the way.

    The rows are those of `sim.ensemble.run_ensemble`. Memory does not grow with the number of runs,
    but for their rows.

    Args:
        scenario: the case.
        runs: how many, 1 or more.
        seed: from 0 to 2**64 - 1.
        first: number of the first run; runs are numbered from here.
        engine: "compiled", or "mesa" for the same numbers slowly.
        watch: called before each portion of runs with how many are done, and how many there are.
        kept: how many runs, from the first on, are written down in full.
        workers: how many threads at most share the work of machine code, by default as many as
            there are processors; fewer where their counts would fill `MOST_BYTES`.

    Raises:
        ValueError: if the engine is unknown, there are no runs or workers, or a number is out of
            range.
    """
    if engine not in ENGINES:
        raise ValueError(f"the engine is one of {', '.join(ENGINES)}, not {engine!r}")
    if runs < 1 or not 0 <= first <= 2**32 - runs:
        raise ValueError(f"runs lie between 0 and 2**32 - 1, not {first} to {first + runs - 1}")
    if kept < 0:
        raise ValueError(f"the number of runs kept in full is 0 or more, not {kept}")
    if workers is not None and workers < 1:
        raise ValueError(f"there must be 1 worker or more, not {workers}")
    opening = opening_of(scenario, seed)
    outcomes, observed = blank_rows(first, runs), nothing_observed(opening, min(kept, runs))
    parts = [slice(done, done + PORTIONS[engine]) for done in range(0, runs, PORTIONS[engine])]
    if engine == "mesa":
        sheets, fill = [observed], partial(observe_stepped, scenario, seed)
    else:
        most = min(workers or processors(), len(parts), MOST_BYTES // observed.counts.nbytes)
        sheets = [observed, *(with_own_counts(observed) for _ in range(most - 1))]
        fill = partial(observe_rows, opening)
    share_out(fill, outcomes, parts, sheets, watch)
    for sheet in sheets[1:]:
        np.add(observed.counts, sheet.counts, out=observed.counts)
    return outcomes, observed


def share_out(
    fill: Callable[[np.ndarray, Observed], None],
    outcomes: np.ndarray,
    parts: list[slice],
    sheets: list[Observed],
    watch: Callable[[int, int], None] | None,
) -> None:
    """Fill the parts of the rows, one thread for each sheet of counts."""
    free: SimpleQueue[Observed] = SimpleQueue()
    for sheet in sheets:
        free.put(sheet)

    def fill_part(part: slice) -> None:
        sheet = free.get()
        try:
            fill(outcomes[part], part_of(sheet, part))
        finally:
            free.put(sheet)

    with shared(len(sheets), threads) as each:
        filled = each(fill_part, parts)
        for part in parts:
            if watch:
                watch(part.start, len(outcomes))
            next(filled)


def nothing_observed(opening: Opening, kept: int) -> Observed:
    """Return empty counts, and empty pages for the runs kept in full.

    Counts are 32-bit: no seed has more than 2**32 runs.
    """
    days, theatre = opening.horizon_days + 1, opening.theatre
    return Observed(
        now=np.zeros(1, record_type(Moment)),
        counts=np.zeros((days, CELLS), np.uint32),
        moments=np.zeros((kept, days), record_type(Moment)),
        groups=np.zeros((kept, days, len(theatre.groups)), record_type(GroupMoment)),
        brokers=np.zeros((kept, days, len(theatre.brokers)), record_type(BrokerMoment)),
    )


def bytes_of_a_run(scenario: Scenario) -> int:
    """Return how much memory the pages of one run that is kept in full take."""
    blank = nothing_observed(opening_of(scenario), kept=0)
    pages = (blank.moments, blank.groups, blank.brokers)
    return sum(page.itemsize * prod(page.shape[1:]) for page in pages)


def with_own_counts(observed: Observed) -> Observed:
    """Return the same pages, with empty counts for a thread of its own."""
    return observed._replace(now=np.zeros_like(observed.now), counts=np.zeros_like(observed.counts))


def part_of(observed: Observed, part: slice) -> Observed:
    """Return the same counts, and the pages of those runs alone that are kept among a part."""
    return observed._replace(
        moments=observed.moments[part],
        groups=observed.groups[part],
        brokers=observed.brokers[part],
    )


def observe_stepped(
    scenario: Scenario, seed: int, outcomes: np.ndarray, observed: Observed
) -> None:
    """Fill rows and observations by stepping a `TruceModel`."""
    by_attribute = with_attributes(observed)
    for n, row in enumerate(outcomes):
        model = TruceModel(scenario, seed=seed, run=int(row["run"]))
        observe(model.theatre, by_attribute, n)
        while model.running:
            model.step()
            observe(model.theatre, by_attribute, n)
        summary = model.outcome()
        for name in outcomes.dtype.names or ():
            row[name] = getattr(summary, name)


def with_attributes(observed: Observed) -> Observed:
    """Return the same memory, its records with attributes that Python can read and set."""
    views = {
        name: array.view(np.recarray)
        for name, array in observed._asdict().items()
        if array.dtype.names
    }
    return observed._replace(**views)


def observe_rows(opening: Opening, outcomes: np.ndarray, observed: Observed) -> None:
    """Fill rows whose numbers are given, and observations, with machine code."""
    stage = stage_for(opening)
    compiled_observations()(opening.theatre, stage, opening.horizon_days, outcomes, observed)


def observe_all(
    start: Any, stage: Any, horizon_days: int, outcomes: np.ndarray, observed: Observed
) -> None:
    """Run and observe every row's truce. Compiled; see `compiled_observations`."""
    run_watched(start, stage, horizon_days, outcomes, observe, observed)


@cache
def compiled_observations() -> Callable[[Any, Any, int, np.ndarray, Observed], None]:
    """Return `observe_all` as machine code."""
    return compiled(observe_all)
