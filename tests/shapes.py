"""Ensembles of all shapes that a figure must bear, and a text that it must bear as well."""

from __future__ import annotations

import numpy as np

from sim.analysis import LifeTable, life_table

NASTY = "A $x_1^2$ truce of 50% _under_ \\alpha <b>&amp;</b>\n" + "that goes on and on " * 12


def capped(days, codes, horizon: int) -> LifeTable:
    held = np.asarray(days) > horizon
    return life_table(np.minimum(days, horizon), np.where(held, 0, codes), horizon)


def lapsing(runs: int = 3_000) -> LifeTable:
    rng = np.random.default_rng(1)
    term, other = 30 * rng.geometric(0.4, runs), rng.geometric(0.004, runs)
    codes = np.where(other < term, rng.choice([1, 2, 3, 5], runs), 4)
    return capped(np.minimum(term, other), codes, 365)


def steady(runs: int, horizon: int, risk: float = 0.002) -> LifeTable:
    rng = np.random.default_rng(2)
    return capped(rng.geometric(risk, runs), rng.integers(1, 6, runs), horizon)


def cut_short() -> LifeTable:
    rng = np.random.default_rng(3)
    days = rng.integers(1, 200, 300)
    return life_table(days, np.where(rng.random(300) < 0.5, 0, 1), 200)


SHAPES: dict[str, LifeTable] = {
    "steps at multiples of 30": lapsing(),
    "never falls": life_table(np.full(500, 365), np.zeros(500, int), 365),
    "gone on day 3": life_table([0, 1, 2, 3] * 50, [1, 3, 1, 3] * 50, 365),
    "gone on day 0": life_table([0] * 50, [1] * 50, 30),
    "horizon 1": life_table([0, 1, 1, 1], [1, 2, 0, 0], 1),
    "horizon 30, lapse on it": life_table([5] * 10 + [30] * 90, [1] * 10 + [4] * 90, 30),
    "horizon 1830": steady(20_000, 1830, 0.0006),
    "one run": life_table([5], [1], 30),
    "a million runs": steady(1_000_000, 365),
    "ends near one half": steady(2_000, 346),
    "runs cut short": cut_short(),
    "thin shares": life_table([3, 4, 5, 6, 7] + [90] * 4995, [1, 2, 3, 4, 5] + [0] * 4995, 90),
}
