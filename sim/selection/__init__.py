"""The selection experiment: why truces that get help can fail more, though help helps.

`conflicts` runs many conflicts with and without help, by the same luck, so the effect of help is
known; `experiment` sends help to hard cases and fits regressions to the record that results;
`account` puts it into tables and words. It is a demonstration inside the equations of this model:
it shows that selection can do this, not that it did so in any record.
"""

from sim.selection.account import Selection, selection
from sim.selection.conflicts import MEDIATORS, MONITORS, Sent, Worlds, both_worlds

__all__ = ["MEDIATORS", "MONITORS", "Selection", "Sent", "Worlds", "both_worlds", "selection"]
