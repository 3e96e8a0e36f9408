"""A study crossed with a set of parameter vectors: each of its points under each vector."""

from __future__ import annotations

from dataclasses import replace

from sim.errors import UsageError
from sim.sweep import Study
from sim.sweep.designs import MOST_POINTS
from sim.validation.vectors import Vectors


def crossed(study: Study, vectors: Vectors) -> Study:
    """Return a study with each point of another under each vector, point by point.

    A vector takes the place of defaults alone: what the base sets and what the study varies stays.
    The points have further factors, those that the vectors set, which are its `vectors`; results
    are bands over them. Points are not compared with a baseline, which would stand under one vector
    only: `truce analyse --against` compares them within each vector.

    Errors: `UsageError` when the base refuses a vector, the vectors have nothing to set, the study
    is crossed already, or there would be too many points.
    """
    if study.vectors:
        raise UsageError("the study has vectors of its own; leave --parameters out")
    vectors.under(study.base)
    changes = [vectors.changes(study.base, row) for row in range(len(vectors))]
    paths = tuple(path for path in changes[0] if path not in study.factors)
    if not paths:
        raise UsageError(
            f"{vectors.words} of parameters set nothing in this study: the base or its factors do"
        )
    rows = list(dict.fromkeys(tuple(change[path] for path in paths) for change in changes))
    if len(study) * len(rows) > MOST_POINTS:
        raise UsageError(
            f"{len(study):,} points under {vectors.words} are more than {MOST_POINTS:,}; take "
            "fewer points"
        )
    return replace(
        study,
        factors=(*study.factors, *paths),
        points=tuple((*point, *row) for point in study.points for row in rows),
        baseline=None,
        plan=None,
        vectors=paths,
    )
