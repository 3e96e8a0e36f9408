"""Things that may go wrong on a cluster; workers import this by name."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import numpy as np

from sim.sweep.run_table import RUN as RUN_TYPE
from sim.sweep.work import Finished, Task, work

POINT, RUN = 1, 7  # of the run that goes wrong
UNHURRIED = 0.05  # seconds for a block, so that several are at work at once


def deadly(task: Task) -> Finished:
    """Kill the worker, as one run does."""
    if task.block.holds(POINT, RUN):
        os._exit(1)
    time.sleep(UNHURRIED)
    return Finished(np.zeros(task.block.size, dtype=RUN_TYPE))


def endless(task: Task) -> Finished:
    """Never end, as one run does."""
    while task.block.holds(POINT, RUN):
        time.sleep(0.01)
    return Finished(np.zeros(task.block.size, dtype=RUN_TYPE))


def foreign(task: Task) -> Finished:
    """Be a worker with another model."""
    return work(replace(task, model="another"))
