"""`Study`: which points of a scenario's neighbourhood to run, how often and with which luck."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sim.scenario import Scenario
from sim.sweep.precision import Precision
from sim.sweep.reading import Content, Plan, read_file, read_study
from sim.sweep.resolved import study_text
from sim.sweep.shipped import find_study
from sim.sweep.targets import Value

_PORTION = 10_000  # points turned into text at a time, so that a million need little memory


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """A sweep, checked to its last point. Make one with `load` or `from_yaml`.

    Attributes
    ----------
    title, question:
        What the study is called and what it can answer.
    base:
        The scenario that it starts from, with `set` applied.
    runs:
        Runs of each point; at most, with a precision.
    seed:
        Seed of the runs, the same for all points.
    factors:
        Paths of what is varied, with dots: the columns of the points.
    points:
        One value for each factor, all points different. The values are plain and of one type in
        each column, as they stand in the point's scenario.
    baseline:
        Number of the point that the others are compared to, 0, or None if there is none.
    precision:
        What is to be known of a point before it gets no more runs, or None if all get `runs`.
    path:
        The file it was read from, or None.
    plan:
        How the points came about, or None if they are given as they are.
    vectors:
        Those of the factors that together are a vector of the model's parameters: results are
        bands over the vectors, for each point of the other factors. None in most studies.
    """

    title: str
    question: str
    base: Scenario
    runs: int
    seed: int
    factors: tuple[str, ...]
    points: tuple[tuple[Value, ...], ...]
    baseline: int | None = None
    precision: Precision | None = None
    path: Path | None = None
    plan: Plan | None = field(default=None, kw_only=True)
    vectors: tuple[str, ...] = field(default=(), kw_only=True)

    @classmethod
    def load(cls, name_or_path: str | Path) -> Study:
        """Read a study file, or a shipped study by name.

        Raises
        ------
        ScenarioError
            With every problem of the study, of its base and of its table of points.
        """
        located = find_study(name_or_path)
        return cls._of(read_file(located), located)

    @classmethod
    def from_yaml(cls, text: str, name: str | Path = "<text>") -> Study:
        """Read a study from text; `name` stands in messages and is where its files are looked for.

        Raises
        ------
        ScenarioError
            As in `load`.
        """
        return cls._of(read_study(text, Path(name)), None)

    @classmethod
    def _of(cls, content: Content, path: Path | None) -> Study:
        return cls(
            title=content.heading.title,
            question=content.heading.question,
            base=content.base,
            runs=content.heading.runs,
            seed=content.heading.seed,
            factors=content.plan.space.paths,
            points=content.points,
            baseline=content.baseline,
            precision=content.precision,
            path=path,
            plan=content.plan,
            vectors=content.vectors,
        )

    def scenario(self, point: int) -> Scenario:
        """Return the scenario of a point, counted from 0.

        Raises
        ------
        IndexError
            If there is no such point.
        """
        if not 0 <= point < len(self):
            raise IndexError(f"points are counted from 0, and the last is {len(self) - 1}")
        return self.base.with_(**dict(zip(self.factors, self.points[point], strict=True)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that bears on the numbers: the base, the seed, the runs and the points."""
        parts = [self.base.digest, self.seed, self.runs, self.factors, self.baseline]
        if self.precision is not None:
            parts.append(self.precision.model_dump())
        digest = hashlib.sha256(json.dumps(parts).encode("ascii"))
        for first in range(0, len(self), _PORTION):
            portion = self.points[first : first + _PORTION]
            digest.update(json.dumps(portion).encode("ascii"))
        return digest.hexdigest()

    def to_yaml(self, schema: str = "study.schema.json") -> str:
        """Return the study as YAML that needs no other file and loads to the same digest."""
        return study_text(self, schema)

    def __len__(self) -> int:
        return len(self.points)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Study):
            return NotImplemented
        texts = self.title, self.question
        return texts == (other.title, other.question) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        most = "at most " if self.precision else ""
        size = f"{len(self):,} points of {len(self.factors)} factors, {most}{self.runs:,} runs each"
        return f"Study({self.title!r}: {size}; digest {self.digest[:8]})"
