"""Works out the headline numbers of the report again with statsmodels, and compares.

Run it in the folder of the report: python redo.py. It needs NumPy, pandas and statsmodels, but not
truce-sim, and reads life_table.csv (how many runs of each point ended in which way on which day),
numbers.csv (the headline numbers) and, where the report compares points, pairs.csv (equal runs side
by side). With lifelines instead, KaplanMeierFitter takes the same durations.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

warnings.filterwarnings("ignore", module="statsmodels")  # where the last truces end together
HERE = Path(__file__).parent
HOLDING = "holding"

life_table = pd.read_csv(HERE / "life_table.csv")
numbers = pd.read_csv(HERE / "numbers.csv")
pairs = pd.read_csv(HERE / "pairs.csv") if (HERE / "pairs.csv").exists() else None


def runs_of(point):
    """Return the day and the ending of every run of a point."""
    rows = life_table[life_table["point"] == point]
    return np.repeat(rows["day"], rows["runs"]), np.repeat(rows["ending"], rows["runs"])


def curve_of(point):
    """Return the Kaplan-Meier curve of a point."""
    days, endings = runs_of(point)
    return SurvfuncRight(days.to_numpy(), (endings != HOLDING).to_numpy().astype(int))


def survival(point, day):
    """Return the share that holds beyond a day."""
    curve = curve_of(point)
    place = np.searchsorted(curve.surv_times, day, side="right")
    return curve.surv_prob[place - 1] if place else 1.0


def median(point):
    """Return the first day by which half have ended."""
    curve = curve_of(point)
    over = np.flatnonzero(curve.surv_prob <= 0.5 + 1e-12)
    return curve.surv_times[over[0]] if len(over) else np.nan


def mean_and_error(point, day):
    """Return the area under the curve up to a day, and its error by Greenwood's formula."""
    curve = curve_of(point)
    before = curve.surv_times <= day
    starts = np.concatenate(([0.0], curve.surv_times[before]))
    heights = np.concatenate(([1.0], curve.surv_prob[before]))
    areas = heights * np.diff(np.append(starts, day))
    rest = np.cumsum(areas[::-1])[::-1][1:]  # the area after each ending
    ended, at_risk = curve.n_events[before], curve.n_risk[before]
    left = at_risk > ended
    terms = rest[left] ** 2 * ended[left] / (at_risk[left] * (at_risk[left] - ended[left]))
    return areas.sum(), np.sqrt(terms.sum())


def share_ended(point, day, cause):
    """Return the share ended by one cause through a day, as competing endings."""
    days, endings = runs_of(point)
    causes = sorted(set(endings) - {HOLDING})
    if cause not in causes:
        return 0.0
    codes = endings.map({HOLDING: 0} | {name: code for code, name in enumerate(causes, 1)})
    found = CumIncidenceRight(days.to_numpy(), codes.to_numpy())
    place = np.searchsorted(found.times, day, side="right")
    return found.cinc[causes.index(cause)][place - 1] if place else 0.0


def difference_and_error(point, baseline, day):
    """Return the mean difference of equal runs, and its standard error."""
    both = pairs[(pairs["point"] == point) & (pairs["baseline"] == baseline)]
    difference = np.minimum(both["days"], day) - np.minimum(both["baseline_days"], day)
    return difference.mean(), difference.std(ddof=0) / np.sqrt(len(difference))


def redone(number):
    """Return one of the headline numbers, worked out again."""
    point, day = number.point, number.day
    if number.quantity.startswith("mean_days"):
        return mean_and_error(point, day)[number.quantity.endswith("error")]
    if number.quantity.startswith("mean_difference"):
        both = difference_and_error(point, number.baseline, day)
        return both[number.quantity.endswith("error")]
    if number.quantity == "share_ended":
        return share_ended(point, day, number.ending)
    return median(point) if number.quantity == "median_days" else survival(point, day)


numbers["redone"] = [float(redone(number)) for number in numbers.itertuples()]
numbers["equal"] = np.isclose(
    numbers["value"], numbers["redone"], rtol=1e-9, atol=1e-9, equal_nan=True
)
print(numbers.to_string(index=False))
print(f"{numbers['equal'].sum()} of {len(numbers)} headline numbers are the same")
sys.exit(0 if numbers["equal"].all() else 1)
