"""The record of real ceasefires: reading a table of them, and what it says of how long they last.

`table` and `dates` read the cells, `layouts` and `published` know where start, end and ending
stand, `record` turns them into durations that may be known only within limits, `findings`
estimates, `account` says and writes it. Nothing here knows the model; intervals are empirical
uncertainty (`sim.analysis.Uncertainty`).
"""

from sim.evidence.findings import Findings, found
from sim.evidence.layouts import Asked, read_record
from sim.evidence.record import Duration, Record

__all__ = ["Asked", "Duration", "Findings", "Record", "found", "read_record"]
