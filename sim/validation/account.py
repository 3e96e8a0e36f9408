"""What the retained set says: how far S1-S5 are met, what was learned, and what trades off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.validation.likeness import parts
from sim.validation.retained import Retained, retained
from sim.validation.space import calibrated
from sim.validation.summaries import NAMES
from sim.validation.targets import Part, target

LEVEL = 0.9
MUCH, SOME = 0.3, 0.1
"""Contraction from which the data tell much, or something, about a quantity."""

Rows = list[tuple[str, ...]]

PATTERN_HEADINGS = ("statistic", "target", "tolerance", "middle vector", "middle 90 % of the set")
POSTERIOR_HEADINGS = (
    "quantity", "default", "prior range", "middle vector", "median", "middle 90 %", "contraction",
    "data tell",
)  # fmt: skip
PAIR_HEADINGS = ("one", "the other", "rank correlation")


def contraction(found: Retained) -> np.ndarray:
    """Return by how much each standard deviation shrank from the uniform prior: 0 is not at all."""
    widths = np.array([quantity.high - quantity.low for quantity in calibrated()])
    return np.asarray(1.0 - found.vectors.std(axis=0, ddof=1) / (widths / 12**0.5))


def trade_offs(found: Retained, least: float = 0.4) -> list[tuple[str, str, float]]:
    """Return pairs of quantities whose ranks go together in the set, the strongest first."""
    ranks = found.vectors.argsort(axis=0).argsort(axis=0)
    correlations = np.asarray(np.corrcoef(ranks.T))
    names = [quantity.path for quantity in calibrated()]
    pairs = [
        (names[one], names[other], float(correlations[one, other]))
        for one in range(len(names))
        for other in range(one + 1, len(names))
        if abs(correlations[one, other]) >= least
    ]
    return sorted(pairs, key=lambda pair: -abs(pair[2]))


def pattern_rows() -> Rows:
    """Return how far the shipped set meets each part of S1-S5."""
    found = retained()
    return list(_pattern_rows(_told(found.values)))


def posterior_rows() -> Rows:
    """Return what the shipped set knows about each quantity."""
    found = retained()
    return [
        (
            f"`{quantity.path}`",
            f"{quantity.default:.3g}",
            f"{quantity.low:g} to {quantity.high:g}",
            f"{middle:.3g}",
            f"{np.median(draws):.3g}",
            _span(*_limits(draws)),
            f"{shrunk:.2f}",
            "much" if shrunk >= MUCH else "something" if shrunk >= SOME else "hardly anything",
        )
        for quantity, middle, draws, shrunk in zip(
            calibrated(), found.vectors[0], found.vectors.T, contraction(found), strict=True
        )
    ]


def pair_rows() -> Rows:
    """Return the pairs of quantities that trade off in the shipped set."""
    return [(f"`{a}`", f"`{b}`", f"{value:+.2f}") for a, b, value in trade_offs(retained())]


def _pattern_rows(values: np.ndarray) -> Iterator[tuple[str, ...]]:
    for name, part, column in zip(NAMES, parts(), values.T, strict=True):
        yield _row(f"{name[:2]} {part.name}", part, column)
        if name == "S4 lapsed":
            early, lapsed = (values[:, NAMES.index(f"S4 {which}")] for which in _BEFORE)
            renewed = target("S4").parts[2]
            yield _row(f"S4 {renewed.name}", renewed, 1.0 - early - lapsed)


_BEFORE = ("broken early", "lapsed")


def _row(name: str, part: Part, column: np.ndarray) -> tuple[str, ...]:
    bounds = [f"{end:g}" if end is not None else "" for end in (part.low, part.high)]
    tolerance = " to ".join(bounds) if all(bounds) else f"up to {bounds[1]}"
    return (
        name, f"{part.value:g}", tolerance, f"{column[0]:.3g}", _span(*_limits(column)),
    )  # fmt: skip


def _told(values: np.ndarray) -> np.ndarray:
    """Return statistics as they are told: the ratio of hazards, not its logarithm."""
    told = values.copy()
    told[:, NAMES.index("S2 log hazard ratio")] = np.exp(
        told[:, NAMES.index("S2 log hazard ratio")]
    )
    return told


def _limits(draws: np.ndarray) -> tuple[float, float]:
    lower, upper = np.quantile(draws, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(lower), float(upper)


def _span(lower: float, upper: float) -> str:
    return f"{lower:.3g} to {upper:.3g}"
