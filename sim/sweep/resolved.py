"""A study spelled out as YAML: the whole base, every factor, all points by design or in full."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.scenario.resolved import schema_line, yaml_value
from sim.sweep.designs import Design, Points
from sim.sweep.reading import Plan
from sim.sweep.space import Follows, Space
from sim.sweep.targets import Value

if TYPE_CHECKING:
    from sim.sweep.study import Study


def study_text(study: Study, schema: str) -> str:
    """Return a study as a YAML file that names no other file."""
    lines = [
        schema_line(schema),
        f"title: {yaml_value(study.title)}",
        f"question: {yaml_value(study.question)}",
        f"runs: {study.runs}",
        f"seed: {study.seed}",
        *_precision(study),
        *_design(study),
        *_baseline(study),
        *([f"vectors: [{', '.join(study.vectors)}]"] if study.vectors else []),
        "base:",
        *(f"  {line}" for line in study.base.to_yaml().splitlines()[1:]),
    ]
    return "\n".join(lines) + "\n"


def _precision(study: Study) -> Iterator[str]:
    if study.precision is None:
        return
    yield "precision:"
    for name, value in study.precision.model_dump().items():
        yield f"  {name}: {yaml_value(value)}"


def _design(study: Study) -> Iterator[str]:
    if study.plan is None or isinstance(study.plan.design, Points):
        yield from _table(study, study.plan)
        return
    yield f"design: {_statement(study.plan.design)}"
    yield "factors:"
    for path, spread in _spreads(study.plan.space):
        yield f"  {path}: {spread}"


def _statement(design: Design) -> str:
    options = design.options.model_dump()
    stated = [f"{name}: {yaml_value(value)}" for name, value in options.items()]
    return f"{{{', '.join([f'name: {design.name}', *stated])}}}"


def _spreads(space: Space) -> Iterator[tuple[str, str]]:
    for factor in space.factors:
        spread = factor.spread
        if isinstance(spread, Follows):
            yield factor.target.path, f"{{same_as: {space.paths[spread.leader]}}}"
        else:
            yield factor.target.path, spread.statement()


def _table(study: Study, plan: Plan | None) -> Iterator[str]:
    """Yield the rows in the order of the design, points that come twice among them."""
    rows = [study.points[number] for number in plan.rows] if plan else list(study.points)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(study.factors)
    writer.writerows([_cell(value) for value in row] for row in rows)
    yield "design:"
    yield "  name: points"
    yield from _block(file.getvalue())


def _block(text: str) -> Iterator[str]:
    lines = text.removesuffix("\n").split("\n")
    if not all(line.isprintable() for line in lines):
        yield f"  table: {yaml_value(text)}"
        return
    yield "  table: |"
    yield from (f"    {line}" for line in lines)


def _cell(value: Value) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _baseline(study: Study) -> Iterator[str]:
    if study.baseline is None:
        return
    yield "compare_to:"
    for path, value in zip(study.factors, study.points[study.baseline], strict=True):
        yield f"  {path}: {yaml_value(value)}"
