"""Sweeps: a scenario run at many points, to see what its answer hangs on.

A *study* is a YAML file (`scenarios/sweeps/`) that names a scenario, the *factors* to vary and a
*design* that chooses the points. This room reads studies and plans them:

===================== ============================================================================
`study`               `Study`, what a study file comes to: a base, factors and points
`reading`, `bases`,   from the text to the points, with every problem and its place
`factors`, `forms`,
`table`, `clashes`
`targets`             what a factor can vary
`spreads`             lists, ranges and distributions
`space`, `designs`    the factors together, and the ways to choose points: one class each
`resolved`, `schema`, a study spelled out, the JSON Schema for editors, the studies that are shipped
`shipped`
===================== ============================================================================

To add a design, write a class in `designs` and list it in `DESIGNS`.
"""

from sim.sweep.schema import study_schema, study_schema_text
from sim.sweep.shipped import find_study, shipped_studies
from sim.sweep.study import Study

__all__ = ["Study", "find_study", "shipped_studies", "study_schema", "study_schema_text"]
