"""What moves the results: a screening of all factors, then the indices of those that matter most.

Both stages are sweeps, in folders of their own, so that they can be stopped and gone on with. What
is computed from them depends on the stored runs and on the seeds alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultsError, UsageError
from sim.inquiry.followups import INDICES, SCREENING, screening, sharing
from sim.inquiry.measures import Measure, measured
from sim.inquiry.screening import Screened, screened
from sim.inquiry.variance_shares import Shares, variance_shares
from sim.sweep.designs import LARGEST_POWER, Sampled
from sim.sweep.study import Study

if TYPE_CHECKING:
    import pandas

TOP = 10
SAMPLES = 512
PARTS = (8, 4, 2, 1)
"""Convergence is shown for these fractions of the sample, and of the runs."""

Floats = NDArray[np.float64]
RunStudy = Callable[[Study, Path], object]


@dataclass(frozen=True, eq=False)
class Answers:
    """The outcomes of a stage at the rows of its design, and the design itself.

    `values` has shape [measures, batches, rows], `shares` [rows, free factors].
    """

    measures: tuple[Measure, ...]
    names: tuple[str, ...]
    values: Floats
    shares: Floats
    runs: int
    seed: int


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The tables of a sensitivity analysis; `docs/inquiry.md` says what each column means."""

    screening: pandas.DataFrame
    indices: pandas.DataFrame
    noise: pandas.DataFrame
    convergence: pandas.DataFrame


def sensitivity(
    study: Study,
    folder: Path,
    run: RunStudy,
    trajectories: int | None = None,
    samples: int = SAMPLES,
    top: int = TOP,
) -> Sensitivity:
    """Screen the factors of a study and share variance out among the `top` of them.

    `run` runs a study into a folder, as `sim.sweep.run_study` does. `samples` is a power of two.

    Errors: `UsageError` for numbers that make no design; those of `run`; `ResultsError` when a
    stage was not finished.
    """
    check_numbers(trajectories, samples, top)
    first = screening(study, trajectories)
    run(first, folder / SCREENING)
    walked = answers(first, folder / SCREENING)
    found = [screened(values, walked.shares, walked.seed) for values in walked.values]
    second = sharing(first, leading(found, top), samples)
    run(second, folder / INDICES)
    shared = answers(second, folder / INDICES)
    shares = [variance_shares(values, len(shared.names), shared.seed) for values in shared.values]
    return Sensitivity(
        screening_table(walked, found),
        indices_table(shared, shares),
        noise_table(shared, shares),
        convergence_table(walked, shared),
    )


def check_numbers(trajectories: int | None, samples: int, top: int) -> None:
    """Check the sizes that were asked for.

    Errors: `UsageError` naming what is wrong.
    """
    if trajectories is not None and not 2 <= trajectories <= 100_000:
        raise UsageError(f"the walks must be 2 to 100,000, not {trajectories:,}")
    if not 8 <= samples <= LARGEST_POWER or samples & (samples - 1):
        raise UsageError(
            f"the samples must be a power of two from 8 on, such as 256, not {samples:,}"
        )
    if top < 1:
        raise UsageError(f"at least 1 factor must be kept for the indices, not {top}")


def answers(study: Study, path: Path) -> Answers:
    """Return the outcomes of a finished sweep at the rows of the design of its study.

    Errors: as in `measured`; `ResultsError` when the sweep lacks points of the study.
    """
    from sim.sweep.folder import read_folder

    plan = study.plan
    assert plan is not None
    assert isinstance(plan.design, Sampled)
    outcome, stored = measured(path), read_folder(path).points
    places = {values: place for place, values in enumerate(stored.values)}
    try:
        rows = [places[study.points[row]] for row in plan.rows]
    except KeyError:
        raise ResultsError(f"{path} lacks points of this study; run it with --replace.") from None
    names = tuple(plan.space.paths[column] for column in plan.space.free)
    shares = plan.design.shares(len(names), plan.design.seed)
    values = outcome.batches[:, :, rows]
    return Answers(outcome.measures, names, values, shares, outcome.runs, plan.design.seed)


def leading(found: list[Screened], top: int) -> list[int]:
    """Return the places of the factors that matter most, in the order of the study.

    They are ordered by mu* relative to the largest of the same outcome, at the outcome where that
    is highest; so the leading factor of every outcome is among them. Factors whose mu* is 0
    everywhere are never kept; where all are 0, the first is.
    """
    largest = [float(each.mu_star.max()) for each in found]
    scaled = [each.mu_star / size for each, size in zip(found, largest, strict=True) if size > 0]
    relative: Floats = np.max([np.zeros_like(found[0].mu_star), *scaled], axis=0)
    order = np.argsort(-relative, kind="stable")[:top]
    return sorted(int(place) for place in order if relative[place] > 0) or [0]


# Tables


def screening_table(walked: Answers, found: list[Screened]) -> pandas.DataFrame:
    """Return a row for each measure and factor, the largest mu* first."""
    import pandas

    tables = []
    for measure, each in zip(walked.measures, found, strict=True):
        table = pandas.DataFrame({"measure": measure.name, "factor": walked.names, **vars(each)})
        tables.append(table.sort_values("mu_star", ascending=False, kind="stable"))
    return pandas.concat(tables, ignore_index=True)


def indices_table(shared: Answers, shares: list[Shares]) -> pandas.DataFrame:
    """Return a row for each measure and factor, the largest total index first."""
    import pandas

    tables = []
    for measure, each in zip(shared.measures, shares, strict=True):
        columns: dict[str, object] = {"measure": measure.name, "factor": shared.names}
        for index in ("first", "total"):
            lower, upper = each.limits(index)
            columns |= {index: getattr(each, index), f"{index}_lower": lower}
            columns |= {f"{index}_upper": upper}
            for part in ("design", "luck", "without_noise"):
                columns[f"{index}_{part}"] = getattr(each, f"{index}_{part}")
        table = pandas.DataFrame(columns)
        tables.append(table.sort_values("total", ascending=False, kind="stable"))
    return pandas.concat(tables, ignore_index=True)


def noise_table(shared: Answers, shares: list[Shares]) -> pandas.DataFrame:
    """Return, for each measure, how its variance over the points comes about."""
    import pandas

    return pandas.DataFrame(
        {
            "measure": [measure.name for measure in shared.measures],
            "mean": shared.values.mean(axis=(1, 2)),
            "standard_deviation": shared.values.mean(axis=1).std(axis=1),
            "share_that_is_luck": [each.noise for each in shares],
            "sum_of_first": [float(each.first.sum()) for each in shares],
            "sum_of_first_without_noise": [
                float(each.first_without_noise.sum()) for each in shares
            ],
            "runs": shared.runs,
        }
    )


def convergence_table(walked: Answers, shared: Answers) -> pandas.DataFrame:
    """Return the indices from parts of the sample, and from parts of the runs."""
    import pandas

    rows = [*_screening_parts(walked), *_index_parts(shared)]
    names = ["index", "measure", "factor", "part_of", "sample", "runs", "value", "lower", "upper"]
    return pandas.DataFrame(rows, columns=names)


def _screening_parts(walked: Answers) -> Iterator[tuple[object, ...]]:
    step = len(walked.names) + 1
    for of, walks, batches in _parts(walked, step):
        rows = slice(0, walks * step)
        runs = _runs_of(walked, batches)
        for measure, values in zip(walked.measures, walked.values, strict=True):
            each = screened(values[:batches, rows], walked.shares[rows], walked.seed)
            limits = (each.mu_star, each.mu_star_lower, each.mu_star_upper)
            for name, *found in zip(walked.names, *limits, strict=True):
                yield "mu_star", measure.name, name, of, walks, runs, *found


def _index_parts(shared: Answers) -> Iterator[tuple[object, ...]]:
    step = len(shared.names) + 2
    for of, samples, batches in _parts(shared, step):
        rows = slice(0, samples * step)
        runs = _runs_of(shared, batches)
        for measure, values in zip(shared.measures, shared.values, strict=True):
            each = variance_shares(values[:batches, rows], len(shared.names), shared.seed)
            for index in ("first", "total"):
                limits = (getattr(each, index), *each.limits(index))
                for name, *found in zip(shared.names, *limits, strict=True):
                    yield index, measure.name, name, of, samples, runs, *found


def _parts(stage: Answers, step: int) -> Iterator[tuple[str, int, int]]:
    """Yield "sample" or "runs", the walks or samples, and the batches of runs that are taken."""
    samples, batches = len(stage.shares) // step, stage.values.shape[1]
    yield from (("sample", samples // part, batches) for part in PARTS if samples // part >= 2)
    yield from (("runs", samples, batches // part) for part in PARTS if batches // part >= 1)


def _runs_of(stage: Answers, batches: int) -> int:
    """Return how many runs the first batches hold; batch b holds the runs b, b + batches, ..."""
    number = stage.values.shape[1]
    return sum(len(range(b, stage.runs, number)) for b in range(batches))
