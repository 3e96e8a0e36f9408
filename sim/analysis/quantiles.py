"""Days by which a share of the truces has ended, for one table or many points in one call.

The comparison is made on whole numbers, so a curve that touches the level exactly counts. Plateau
rule: where S stays at exactly that level for a while, the *first* day of the plateau is returned,
not its middle as R does.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sim.analysis.curves import Watched, as_tables, point_curves, watched
from sim.analysis.life_table import LifeTable
from sim.analysis.life_tables import LifeTables
from sim.analysis.limits import Method, survival_limits
from sim.errors import UsageError

Days = tuple[int | None, int | None]

_TOO_CLOSE = 1e-9  # a difference from the level that floating point is not trusted with


def quantiles(
    tables: LifeTable | LifeTables, share_ended: float | Fraction = Fraction(1, 2)
) -> list[int | None]:
    """Return for each point the first day by which at least `share_ended` of its truces have ended.

    That is the first day with S(d) <= 1 - share_ended, or None if there is none through the
    horizon.

    Errors: `UsageError` when the share is not above 0 and at most 1.
    """
    share = Fraction(share_ended).limit_denominator(1_000_000)
    if not 0 < share <= 1:
        raise UsageError(f"A share of truces ended lies above 0 and at most at 1, not {share}.")
    return [_first_day_at(table, 1 - share) for table in as_tables(tables)]


def medians(tables: LifeTable | LifeTables) -> list[int | None]:
    """Return for each point the first day by which half of its truces have ended, or None."""
    return quantiles(tables, Fraction(1, 2))


def quantile_limits(
    tables: LifeTable | LifeTables,
    share_ended: float = 0.5,
    level: float = 0.95,
    method: Method | None = None,
) -> list[Days]:
    """Return for each point the days between which the quantile lies, by inverting limits of S.

    The first is the first day on which the lower limit of S is at most 1 - share_ended, the second
    the same for the upper limit; None means "not by the horizon". Source: Brookmeyer & Crowley
    1982, Biometrics 38:29, doi 10.2307/2530286.

    Errors: as in `sim.analysis.limits.survival_limits`.
    """
    lower, upper = survival_limits(tables, level, method)
    target = 1.0 - share_ended
    return [
        (first_day(low <= target), first_day(high <= target))
        for low, high in zip(lower, upper, strict=True)
    ]


def first_day(reached: NDArray[np.bool_]) -> int | None:
    """Return the first day on which something holds, None for never."""
    return int(np.argmax(reached)) if reached.any() else None


def _first_day_at(table: LifeTable, level: Fraction) -> int | None:
    seen = watched(table)
    if seen.complete:
        left = (seen.at_risk - seen.ended) * level.denominator
        return first_day((left <= seen.at_risk[0] * level.numerator) & seen.known)
    curve = point_curves(table).survival
    day = first_day(curve <= float(level) + _TOO_CLOSE)
    clear = day is None or curve[day] < float(level) - _TOO_CLOSE
    return day if clear else _first_day_exactly(seen, level)


def _first_day_exactly(seen: Watched, level: Fraction) -> int | None:
    """Multiply the factors of S out as whole numbers."""
    holding, observed = 1, 1
    for day in np.flatnonzero(seen.ended):
        at_risk = int(seen.at_risk[day])
        holding, observed = holding * (at_risk - int(seen.ended[day])), observed * at_risk
        if holding * level.denominator <= level.numerator * observed:
            return int(day)
    return None
