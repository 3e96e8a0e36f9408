"""Out of sample: three truces that no number of the model was tuned on, set against what happened.

`truces` is what happened, `prediction` what can be expected of a truce by day and ending, from the
model or from the rivals of `rivals`; `scores` says how much of what happened each expected;
`vectors` repeats it for a set of parameters; `account` puts it into tables and words. Three truces
decide nothing, and the account says so.
"""

from sim.backtest.account import Backtest, backtest
from sim.backtest.truces import Happened, truces

__all__ = ["Backtest", "Happened", "backtest", "truces"]
