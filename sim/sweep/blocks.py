"""How the runs of a sweep are cut into blocks, and in which order the blocks are run.

A block is a rectangle of the sweep: some points in a row, and of each the same runs. Blocks only
say who computes what; no number depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

MOST_POINTS = 1000  # of a block: more would make the message to a worker long


@dataclass(frozen=True, order=True)
class Block:
    """Runs `first_run`, ... of each of the points `first_point`, ...; counted from 0."""

    first_run: int
    runs: int
    first_point: int
    points: int

    @property
    def size(self) -> int:
        """How many runs the block holds, over all its points."""
        return self.points * self.runs

    def holds(self, point: int, run: int) -> bool:
        """Does this run of this point belong to the block?"""
        return 0 <= point - self.first_point < self.points and 0 <= run - self.first_run < self.runs

    def halves(self) -> tuple[Block, Block]:
        """Cut the block in two, by points while it has several, else by runs.

        Errors: `ValueError` for a single run, which cannot be cut.
        """
        if self.size < 2:
            raise ValueError("a single run cannot be cut")
        if self.points > 1:
            near = self.points // 2
            far = self.first_point + near
            return (
                Block(self.first_run, self.runs, self.first_point, near),
                Block(self.first_run, self.runs, far, self.points - near),
            )
        near = self.runs // 2
        return (
            Block(self.first_run, near, self.first_point, 1),
            Block(self.first_run + near, self.runs - near, self.first_point, 1),
        )


@dataclass(frozen=True)
class Stage:
    """A part of a sweep that was asked for at once, and the size of the blocks it is cut into.

    A new sweep has one stage; each time runs or points are added there is one more, so that no
    finished block is ever cut again.
    """

    area: Block
    block_points: int
    block_runs: int

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the stage in the order in which they are run.

        The first runs of all points come before the next runs of any, so that a sweep that is
        stopped early has sampled the whole space.
        """
        area = self.area
        for run in range(0, area.runs, self.block_runs):
            runs = min(self.block_runs, area.runs - run)
            for point in range(0, area.points, self.block_points):
                points = min(self.block_points, area.points - point)
                yield Block(area.first_run + run, runs, area.first_point + point, points)


def stage_of(area: Block, block_size: int) -> Stage:
    """Return a stage whose blocks hold about `block_size` runs, of as many points as possible."""
    points = max(1, min(area.points, block_size, MOST_POINTS))
    return Stage(area, points, max(1, min(area.runs, block_size // points)))


def areas_to_add(runs: Sequence[int], more_runs: Sequence[int]) -> list[Block]:
    """Return what is missing when each point has `runs` and is to have `more_runs`, never fewer.

    Points in a row that lack the same runs are one area.
    """
    areas: list[Block] = []
    first = 0
    for (had, wanted), alike in groupby(zip(runs, more_runs, strict=True)):
        points = sum(1 for _ in alike)
        areas.append(Block(had, wanted - had, first, points))
        first += points
    return [area for area in areas if area.size]
