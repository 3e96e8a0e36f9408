"""Sweeps: a scenario run at many points, to see what its answer hangs on.

A *study* is a YAML file (`scenarios/sweeps/`) that names a scenario, the *factors* to vary and a
*design* that chooses the points. A sweep runs a study and leaves a folder of Parquet files.

Studies, from the text to the points:

===================== ============================================================================
`study`               `Study`, what a study file comes to: a base, factors and points
`reading`, `bases`,   from the text to the points, with every problem and its place
`factors`, `forms`,
`table`, `clashes`
`targets`             what a factor can vary
`precision`           what is to be known of a point before it gets no more runs
`spreads`             lists, ranges and distributions
`space`, `designs`    the factors together, and the ways to choose points: one class each
`resolved`, `schema`, a study spelled out, the JSON Schema for editors, the studies that are shipped
`shipped`
`first_look`          is a file a study, and what does it call itself
===================== ============================================================================

The runs of a sweep, from the points to the folder:

===================== ============================================================================
`study_run`           `run_study`: the whole of it, with all that can be chosen
`runner`              gives blocks to workers until none is left, keeps what comes back
`stopping`            which points need more runs, where a study asks for a precision
`blocks`              how the runs are cut into blocks, and in which order these are run
`work`, `warm`        what a worker does with a block, and what it has at hand when it starts
`crew`, `cluster`     who works: processes or threads of this machine, or other machines
`pilot`, `progress`   how long it will take, and how far it is
===================== ============================================================================

What is stored, and read again:

===================== ============================================================================
`folder`              the folder: its manifest, who may write to it, how it grows
`points`              the points as a table
`run_table`, `parts`  the rows of runs with their fingerprint, and the file of each block
`tables`              life table, summary and failures, made from the parts
`codebook`            what every column means, and its unit
`stored`              status, check and replay of what is there
`analysed`, `planned` what `truce analyse` and `truce plan` show
`digest_text`         the points that last longest and shortest, in words
===================== ============================================================================

To add a design, write a class in `designs` and list it in `DESIGNS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.sweep.schema import study_schema, study_schema_text
from sim.sweep.shipped import find_study, shipped_studies
from sim.sweep.study import Study

if TYPE_CHECKING:
    from sim.sweep.study_run import run_study

__all__ = [
    "Study",
    "find_study",
    "run_study",
    "shipped_studies",
    "study_schema",
    "study_schema_text",
]


def __getattr__(name: str) -> Any:
    if name == "run_study":  # reading studies needs no NumPy, running them does
        return import_module("sim.sweep.study_run").run_study
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
