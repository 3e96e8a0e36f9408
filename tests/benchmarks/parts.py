"""Rows about the inside of a day: phases, and the noise that is drawn in them."""

from __future__ import annotations

import sys
from functools import cache
from statistics import median
from types import FrameType
from typing import Any

import numpy as np

import sim.noise
from sim.behaviour import as_records
from sim.compilation import compiled
from sim.ensemble import run_ensemble
from sim.model import TruceModel
from sim.noise import Luck, luck_of, uniform
from tests.benchmarks.pairs import wall_seconds
from tests.benchmarks.phases import PARTS, Timing, agents_per_day, time_phases
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.speed import agent_days_of, step_through
from tests.benchmarks.table import Row
from tests.worlds import REFERENCE

UNIT = "ns/agent-day"
THEMES = {
    "choice": ("parties_review",),
    "beliefs": ("parties_learn",),
    "incidents": ("incidents_happen",),
}
"""Phases under the names that a reader asks for; all others are the rest."""

COUNTED_RUNS = 20  # whose draws are counted


def part_rows(sizes: Sizes) -> list[Row]:
    """Time the parts of a day, compare their sum with the whole, and price the noise."""
    timings, wholes = [], []
    time_phases(REFERENCE, 1)
    for _ in range(sizes.phase_repeats):
        timings.append(time_phases(REFERENCE, sizes.phase_runs))
        wholes.append(time_of_the_whole(sizes.phase_runs))
    whole = median(wholes)
    return [
        Row("an agent's day, compiled", whole, UNIT, "whole ensemble, by the wall clock"),
        *theme_rows(timings),
        *sum_rows(timings, wholes),
        *noise_rows(sizes.draws, whole),
        *(middle_row(f"  phase {name}", timings, name) for name in PARTS),
    ]


def time_of_the_whole(runs: int) -> float:
    """Return the nanoseconds per agent and day of an ensemble that nobody looks into."""
    rows: list[Any] = []
    seconds = wall_seconds(lambda: rows.append(run_ensemble(REFERENCE, runs, workers=1)))
    return seconds * 1e9 / (rows[0]["days"].sum() * agents_per_day(REFERENCE))


def middle_row(what: str, timings: list[Timing], *parts: str) -> Row:
    """Return the median over the repeats of the time of some parts."""
    times = [timing.per_agent_day(*parts) for timing in timings]
    return Row(what, median(times), UNIT, raw={"repeats": times})


def theme_rows(timings: list[Timing]) -> list[Row]:
    """Return choice, beliefs and incidents, and then the rest."""
    named = [name for parts in THEMES.values() for name in parts]
    themes = THEMES | {"the rest": tuple(name for name in PARTS if name not in named)}
    return [middle_row(f"  {theme}", timings, *parts) for theme, parts in themes.items()]


def sum_rows(timings: list[Timing], wholes: list[float]) -> list[Row]:
    """Return the sum of the parts and how far it is from the whole, repeat by repeat."""
    apart = [
        (timing.per_agent_day(*PARTS) / whole - 1) * 100
        for timing, whole in zip(timings, wholes, strict=True)
    ]
    note = f"median of {len(apart)}, {min(apart):.0f} to {max(apart):.0f}; timed in slots of runs"
    return [
        middle_row("  sum of the parts", timings, *PARTS),
        Row("  sum against the whole", median(apart), "%", note),
    ]


def noise_rows(draws: int, whole: float) -> list[Row]:
    """Return the price of a draw, how many an agent needs in a day, and what that adds up to."""
    luck = as_records([luck_of(1, 0)], Luck)
    machine_code()(1, luck)
    price = wall_seconds(lambda: machine_code()(draws, luck)) * 1e9 / draws
    number = draws_per_agent_day()
    share = f"{100 * price * number / whole:.0f} % of the whole, within the parts above"
    return [
        Row("one draw of noise", price, "ns"),
        Row("draws", number, "per agent-day", f"counted in {COUNTED_RUNS} stepped runs"),
        Row("  noise", price * number, UNIT, share),
    ]


def draw_often(times: int, luck: np.ndarray) -> float:
    """Draw from as many addresses; the sum keeps the compiler from leaving any out. Compiled."""
    total = 0.0
    for who in range(times):
        total += uniform(luck[0], who, 1)
    return total


@cache
def machine_code() -> Any:
    """Return `draw_often` as machine code."""
    return compiled(draw_often)


@cache
def draws_per_agent_day() -> float:
    """Count, in stepped runs, how often the behaviours ask for noise."""
    asked = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal asked
        if event == "call" and frame.f_code.co_filename == sim.noise.__file__:
            asked += frame.f_back is None or frame.f_back.f_code.co_filename != sim.noise.__file__

    models = [TruceModel(REFERENCE, run=run) for run in range(COUNTED_RUNS)]
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for model in models:
            step_through(model)
    finally:
        sys.setprofile(before)
    return asked / sum(agent_days_of(run) for run in range(COUNTED_RUNS))
