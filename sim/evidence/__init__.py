"""The record of real ceasefires: how long they lasted. Nothing here knows the model.

`aggregates` is the record as it is shipped: life tables of a few strata, to draw beside the model.
The others read a table of your own. `table` and `dates` read the cells, `layouts` and `published`
know where start, end and ending stand, `ceasefires` holds durations that may be known only within
limits, `findings` estimates. Intervals are empirical uncertainty (`sim.analysis.Uncertainty`).
"""

from sim.evidence.aggregates import (
    NEAREST_RECORD,
    RECORD_CAUSES,
    RECORD_SOURCE,
    Record,
    record,
    record_names,
)
from sim.evidence.ceasefires import Ceasefires, Duration
from sim.evidence.findings import Findings, found
from sim.evidence.layouts import Asked, read_ceasefires

__all__ = [
    "NEAREST_RECORD",
    "RECORD_CAUSES",
    "RECORD_SOURCE",
    "Asked",
    "Ceasefires",
    "Duration",
    "Findings",
    "Record",
    "found",
    "read_ceasefires",
    "record",
    "record_names",
]
