"""Tables for reports: points against a baseline, with intervals and what the pairing achieved.

All return a pandas DataFrame. Intervals are pointwise and measure Monte-Carlo error only; see
`sim.analysis.differences` for how they are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compared import Compared
from sim.analysis.difference_bands import DifferenceBand
from sim.analysis.differences import (
    ending_differences,
    restricted_mean_differences,
    survival_differences,
    time_lost_differences,
)
from sim.analysis.multiplicity import verdicts
from sim.analysis.sums import Differences
from sim.analysis.tables import MILESTONES
from sim.endings import CAUSES
from sim.errors import ResultsError, UsageError

if TYPE_CHECKING:
    import pandas

SURVIVAL, MEAN_DAYS, SHARE_ENDED, DAYS_LOST = "survival", "mean_days", "share_ended", "days_lost"
QUANTITIES: tuple[str, ...] = (SURVIVAL, MEAN_DAYS, SHARE_ENDED, DAYS_LOST)
"""What a comparison table compares, in order."""

_CHANCE_REACH = 1.96  # correlations within this many standard errors of 0 count as none


def comparison_table(
    compared: Compared,
    milestones: Sequence[int] = MILESTONES,
    through_day: int | None = None,
    level: float = 0.95,
    smallest_share: float | None = None,
    smallest_days: float | None = None,
) -> pandas.DataFrame:
    """Compare every point with the baseline: milestones, mean days, endings, days lost to each.

    One row for each point and number compared. Columns:

    - `point`; `quantity`: survival (share that holds beyond `day`), mean_days (within the first
      `day` days), share_ended (by `ending`, through `day`) or days_lost (to `ending`, within the
      first `day` days); `day`; `ending`, missing where all endings count;
    - `value` at the point, `baseline`, `difference` (the first minus the second) with its limits
      `lower` and `upper`, `standard_error`, and `runs`;
    - `independent_error`, the standard error if luck were not shared, `correlation`,
      `variance_reduction`, and `pairing` in a word (see `pairing_words`);
    - `verdict`, if a smallest difference of interest is given for shares or for days: whether the
      interval lies beyond it or within (see `verdicts`), missing for the other unit.

    Milestones beyond the horizon are left out. `through_day` is the last day of the means, by
    default the horizon; endings are always counted through the horizon. `attrs` states the `level`
    and the `method` of the intervals.

    Errors: as in `sim.analysis.differences`; `ResultsError` for other causes than those of the
    registry.
    """
    import pandas

    _check_registered(compared)
    last = compared.horizon_days
    days = [day for day in milestones if day <= last]
    through = last if through_day is None else through_day
    shown: dict[str, tuple[Differences, list[tuple[int, str | None]]]] = {
        SURVIVAL: (survival_differences(compared, days, level), [(day, None) for day in days]),
        MEAN_DAYS: (restricted_mean_differences(compared, through, level), [(through, None)]),
        SHARE_ENDED: (ending_differences(compared, level), _endings(last)),
        DAYS_LOST: (time_lost_differences(compared, through, level), _endings(through)),
    }
    smallest = {SURVIVAL: smallest_share, SHARE_ENDED: smallest_share}
    blocks = [
        _rows(compared, name, found, labels, smallest.get(name, smallest_days))
        for name, (found, labels) in shown.items()
    ]
    table = pandas.concat([block for block in blocks if len(block)], ignore_index=True)
    if smallest_share is None and smallest_days is None:
        table = table.drop(columns="verdict")
    table = table.sort_values("point", kind="stable", ignore_index=True)
    table.attrs = {"level": level, "method": shown[SHARE_ENDED][0].method}
    return table


def difference_curve_table(
    compared: Compared, number: int, level: float = 0.95, band: DifferenceBand | None = None
) -> pandas.DataFrame:
    """Return the curves of one point and the baseline, and their difference, for days 0..H.

    Columns: day, survival, baseline, difference, lower, upper (pointwise limits), standard_error;
    with a `band` also band_lower and band_upper, which hold on all days at once.

    Errors: `UsageError` when there is no such point or the band has another horizon; otherwise as
    in `survival_differences`.
    """
    import pandas

    if number not in compared.numbers:
        raise UsageError(f"There is no point {number} in this comparison.")
    place, found = compared.numbers.index(number), survival_differences(compared, level=level)
    columns = {
        "day": np.arange(compared.horizon_days + 1),
        "survival": found.first[place],
        "baseline": found.second[place],
        "difference": found.difference[place],
        "lower": found.lower[place],
        "upper": found.upper[place],
        "standard_error": found.standard_error[place],
    }
    if band is not None:
        if not np.array_equal(band.difference, found.difference[place]):
            raise UsageError(f"The band is not that of point {number} and this baseline.")
        columns |= {"band_lower": band.lower, "band_upper": band.upper}
    return pandas.DataFrame(columns)


def pairing_words(differences: Differences) -> NDArray[np.str_]:
    """Say what sharing luck did to each difference, in its own shape.

    "positive" and "negative" when the correlation of the two numbers lies beyond what chance gives
    uncorrelated ones (1.96 / sqrt(runs)), otherwise "none"; "nothing varies" where it is not
    defined, "not paired" where nothing was.
    """
    correlation = differences.correlation
    chance = _CHANCE_REACH / np.sqrt(differences.runs)
    if not differences.paired:
        return np.full(correlation.shape, "not paired")
    found = [np.isnan(correlation), correlation > chance, correlation < -chance]
    return np.select(found, ["nothing varies", "positive", "negative"], "none")


def _endings(day: int) -> list[tuple[int, str | None]]:
    return [(day, cause.name) for cause in CAUSES]


def _check_registered(compared: Compared) -> None:
    causes = compared.first.ended.shape[1]
    if causes != len(CAUSES):
        raise ResultsError(
            f"The life tables have {causes} causes, the registry of endings {len(CAUSES)}."
        )


def _rows(
    compared: Compared,
    quantity: str,
    found: Differences,
    labels: Sequence[tuple[int, str | None]],
    smallest: float | None,
) -> pandas.DataFrame:
    """Return the rows of one quantity: for each point one for each of `labels` (day, ending)."""
    import pandas

    points = len(compared.numbers)
    columns: dict[str, Any] = {
        "point": np.repeat(compared.numbers, len(labels)),
        "quantity": quantity,
        "day": [day for day, _ in labels] * points,
        "ending": pandas.Series([ending for _, ending in labels] * points, dtype=object),
        "value": found.first.ravel(),
        "baseline": found.second.ravel(),
        "difference": found.difference.ravel(),
        "lower": found.lower.ravel(),
        "upper": found.upper.ravel(),
        "standard_error": found.standard_error.ravel(),
        "runs": found.runs.ravel(),
        "independent_error": found.independent_error.ravel(),
        "correlation": found.correlation.ravel(),
        "variance_reduction": found.variance_reduction.ravel(),
        "pairing": pairing_words(found).ravel(),
    }
    judged = None if smallest is None else verdicts(found.lower, found.upper, smallest).ravel()
    rows = pandas.DataFrame(columns)
    rows["verdict"] = pandas.Series(judged, index=rows.index, dtype=object)
    return rows
