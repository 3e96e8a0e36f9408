"""How often limits and bands of drawn ensembles hold the truth they were drawn from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.analysis import (
    difference_band,
    incidence_band,
    incidence_limits,
    mid_p,
    quantile_limits,
    restricted_mean_differences,
    survival_band,
    survival_differences,
    survival_limits,
    time_uniform,
)
from sim.analysis.simultaneous import Band
from tests.coverage.cells import Cell, simulated
from tests.coverage.drawn import HORIZON, Truth, counted_pairs, drawn_pairs, drawn_tables, redrawn
from tests.coverage.sizes import Sizes

LAST = (0.99, 0.95, 0.5, 0.05)
CUT_SHORT = (0.0, 0.3)
DAYS = (5, 30, 59)
PAIRS = ((0.95, 0.9), (0.5, 0.5), (0.5, 0.3), (0.05, 0.05))
SHARED = 0.8
LOOKS = np.arange(100, 10_001, 100)
HALF_WIDTH = 0.02

Floats = NDArray[np.float64]


def simulated_cells(sizes: Sizes) -> Iterator[Cell]:
    """Yield all cells that are simulated."""
    for runs in sizes.runs:
        for last in LAST:
            for cut_short in CUT_SHORT:
                yield from band_cells(Truth(last), runs, cut_short, sizes)
            yield from cut_short_cells(Truth(last), runs, sizes)
        yield from quantile_cells(runs, sizes)
        for pair in PAIRS:
            yield from paired_cells(Truth(pair[0]), Truth(pair[1]), runs, sizes)
    for share in (0.5, 0.9, 0.99, 0.999):
        yield from stopping_cells(share, sizes)


def setting(truth: Truth, cut_short: float) -> str:
    """Say in words what was drawn."""
    whole = f"S(60) = {truth.last:g}"
    return f"{whole}, {100 * cut_short:g} % cut short" if cut_short else whole


def band_cells(truth: Truth, runs: int, cut_short: float, sizes: Sizes) -> Iterator[Cell]:
    """Bands of survival and incidence: is the whole true curve within?"""
    where = setting(truth, cut_short)
    quick = ["hall-wellner", "equal-precision", *([] if cut_short else ["dkw"])]
    many = drawn_tables(truth, sizes.samples, runs, cut_short, seed=1)
    few = drawn_tables(truth, sizes.bootstrapped, runs, cut_short, seed=2)
    for method in quick:
        held = within(survival_band(many, method=method), truth.survival)
        yield simulated("survival on all days", method, runs, where, held)
        if not cut_short:
            held = within(incidence_band(many, method=method), truth.incidence)
            yield simulated("incidence on all days", method, runs, where, held)
    resampled = {"method": "sup-t", "seed": 3, "replicates": sizes.replicates}
    held = within(survival_band(few, **resampled), truth.survival)
    yield simulated("survival on all days", "sup-t", runs, where, held)
    held = within(incidence_band(few, **resampled), truth.incidence)
    yield simulated("incidence on all days", "sup-t", runs, where, held)


def within(band: Band, truth: Floats) -> NDArray[np.bool_]:
    """Is the true curve within the band on all days on which there is one?"""
    inside = (band.lower <= truth + 1e-12) & (truth <= band.upper + 1e-12)
    return (inside | np.isnan(band.lower)).all(axis=-1)


def cut_short_cells(truth: Truth, runs: int, sizes: Sizes) -> Iterator[Cell]:
    """Limits of one day where runs were cut short, where the curve is known."""
    for cut_short in (0.1, 0.3, 0.6):
        tables = drawn_tables(truth, sizes.samples, runs, cut_short, seed=4)
        for name, limits, curve in (
            ("survival", survival_limits, truth.survival),
            ("incidence", incidence_limits, truth.incidence),
        ):
            lower, upper = limits(tables, days=DAYS)
            method = "log-log" if name == "survival" else "mid-p, effective size"
            inside = (lower <= curve[..., DAYS]) & (curve[..., DAYS] <= upper)
            for place, day in enumerate(DAYS):
                known = ~np.isnan(lower[..., place])
                held = inside[..., place][known]
                yield simulated(
                    f"{name} on one day, cut short",
                    method,
                    runs,
                    f"{setting(truth, cut_short)}, day {day}",
                    held,
                )


def quantile_cells(runs: int, sizes: Sizes) -> Iterator[Cell]:
    """Limits of the day by which a share has ended."""
    for share, last in ((0.5, 0.3), (0.5, 0.05), (0.25, 0.5), (0.1, 0.8)):
        for cut_short in CUT_SHORT:
            truth = Truth(last)
            true_day = truth.quantile(share)
            tables = drawn_tables(truth, sizes.samples, runs, cut_short, seed=5)
            held = [
                (HORIZON + 1 if low is None else low)
                <= true_day
                <= (HORIZON + 1 if high is None else high)
                for low, high in quantile_limits(tables, share)
            ]
            where = f"share {share:g}, {setting(truth, cut_short)}"
            yield simulated("day by which a share has ended", "inverted", runs, where, held)


def paired_cells(first: Truth, second: Truth, runs: int, sizes: Sizes) -> Iterator[Cell]:
    """Differences of pairs that share their luck: of survival, of days held, of whole curves."""
    where = f"S(60) = {first.last:g} and {second.last:g}, {100 * SHARED:g} % of pairs share luck"
    luck = np.random.default_rng([6, runs])
    curve = first.survival - second.survival
    mean = first.restricted_mean(HORIZON) - second.restricted_mean(HORIZON)
    shares, means, bands = [], [], []
    for sample in range(sizes.paired):
        drawn = drawn_pairs(first, second, runs, SHARED, luck)
        pairs = counted_pairs(drawn)
        found = survival_differences(pairs, days=DAYS)
        shares.append((found.lower[0] <= curve[list(DAYS)]) & (curve[list(DAYS)] <= found.upper[0]))
        found = restricted_mean_differences(pairs, through_day=HORIZON)
        means.append(found.lower[0] <= mean <= found.upper[0])
        if sample < sizes.paired_bands:
            band = difference_band(redrawn(drawn, sample, sizes.replicates))
            inside = (band.lower <= curve + 1e-12) & (curve <= band.upper + 1e-12)
            bands.append(bool(inside.all()))
    for day, held in zip(DAYS, np.array(shares).T, strict=True):
        yield simulated(
            "paired difference of survival on one day",
            "Bonett-Price",
            runs,
            f"{where}, day {day}",
            held,
        )
    yield simulated("paired difference of days held", "Bonett-Price type", runs, where, means)
    yield simulated("paired difference on all days", "sup-t", runs, where, bands)


def stopping_cells(share: float, sizes: Sizes) -> Iterator[Cell]:
    """Limits looked at every 100 runs up to 10,000, whether or not one stops when they are narrow.

    Mid-p limits stand beside those made for it, to show what looking again and again does to them.
    """
    luck = np.random.default_rng(7)
    steps = luck.binomial(100, share, (sizes.samples, len(LOOKS)))
    count = np.cumsum(steps, axis=1)
    for method, interval in (("time-uniform", time_uniform), ("mid-p, not made for it", mid_p)):
        lower, upper = interval(count, LOOKS)
        inside = (lower <= share) & (share <= upper)
        narrow = (upper - lower) / 2.0 <= HALF_WIDTH
        stop = np.where(narrow.any(axis=1), narrow.argmax(axis=1), len(LOOKS) - 1)
        where, runs = f"S = {share:g}", int(LOOKS[-1])
        yield simulated("survival at all of 100 looks", method, runs, where, inside.all(axis=1))
        at_stop = inside[np.arange(len(stop)), stop]
        yield simulated(f"survival when +-{HALF_WIDTH} is reached", method, runs, where, at_stop)
