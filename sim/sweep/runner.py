"""The runner: give blocks to a crew until none is left, and keep every one that comes back.

Whatever happens to a worker, a block ends as a part file: its rows, with a failed row for each run
that could not be finished. Whatever happens to the runner, finished parts stay, and the next runner
goes on with the blocks that have none.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.disk import plain_disk_errors
from sim.errors import TruceError
from sim.sweep.blocks import Block, areas_to_add
from sim.sweep.crew import DIED, OTHER_MODEL, Crew, Lost
from sim.sweep.folder import SweepFolder, with_more
from sim.sweep.parts import DamagedPartError, Part, read_part, write_part
from sim.sweep.progress import Progress, Tally, leave_note
from sim.sweep.run_table import NOTHING, RUN, Fingerprint, together
from sim.sweep.stopping import Rounds
from sim.sweep.work import Failure, Finished, Task, failed_row

LEAST_SHARE = 1 / 12  # of the time limit that a piece of a block gets, however small it is
LEAST_SECONDS = 10.0  # that a run has alone before it is failed, unless the limit is less
MOST_DEATHS = 2  # of workers over one block before it is cut to find the run that kills them
BETWEEN_NOTES = 1.0  # seconds

Watch = Callable[[Progress], None]
BlockSize = Callable[[int], int]


@dataclass
class Piece:
    """A block to run, or a part of one that was cut because something in it went wrong."""

    block: Block
    whole: Pieces
    deaths: int = 0


@dataclass
class Pieces:
    """The rows of a block that come back in pieces."""

    block: Block
    finished: dict[Block, Finished] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Are all pieces back?"""
        return sum(block.size for block in self.finished) == self.block.size

    def joined(self) -> Finished:
        """Return the rows of the whole block."""
        if list(self.finished) == [self.block]:
            return self.finished[self.block]
        rows = np.empty((self.block.points, self.block.runs), dtype=RUN)
        failures: list[Failure] = []
        for block, piece in sorted(self.finished.items()):
            point = block.first_point - self.block.first_point
            run = block.first_run - self.block.first_run
            rows[point : point + block.points, run : run + block.runs] = piece.rows.reshape(
                block.points, block.runs
            )
            failures += piece.failures
        return Finished(rows.reshape(-1), failures)


class Runner:
    """Runs the blocks of a sweep that have no part yet."""

    def __init__(
        self,
        folder: SweepFolder,
        engine: str,
        time_limit: float,
        watch: Watch | None,
    ) -> None:
        self.folder = folder
        self.tally = Tally(runs=folder.size)
        self.fingerprint: Fingerprint = NOTHING
        self._engine = engine
        self._time_limit = time_limit
        self._watch = watch
        self._queue: deque[Piece] = deque()
        self._busy: dict[Block, Piece] = {}
        self._noted = 0.0
        self._rounds = None
        if folder.precision is not None:
            self._rounds = Rounds(folder.precision, len(folder.points), folder.runs)

    def find_done(self, retry: bool) -> None:
        """Count the parts that are there, and queue the blocks that have none.

        A damaged part is removed and its block run again; so is one with failed runs if `retry`.
        """
        for block in self.folder.blocks:
            if not self._is_done(block, retry):
                self._queue.append(Piece(block, Pieces(block)))
        self.tally.found = self.tally.done

    def _is_done(self, block: Block, retry: bool) -> bool:
        path = self.folder.part(block)
        if not path.exists():
            return False
        part: Part | None
        try:
            part = read_part(path)
        except DamagedPartError:
            part = None
        if part is None or (retry and part.failures):
            with plain_disk_errors(path.parent):
                path.unlink()
            return False
        self._count(block, part.rows, part.fingerprint)
        return True

    @property
    def is_done(self) -> bool:
        """Has every block its part, and every point enough of them?"""
        return self._is_idle and not self._next_round()

    @property
    def _is_idle(self) -> bool:
        return not self._queue and not self._busy

    def run(self, crew: Crew, workers: int, block_size: BlockSize = int) -> None:
        """Run all that is queued, and then round after round what is still needed.

        `block_size` is asked how many runs a block should hold when there are so many new ones; by
        default all.

        Errors: `TruceError` when the disk refuses, or workers die before they can do anything.
        """
        self.tally.begin(workers)
        while not self.is_done:
            if self._is_idle:
                self._begin_round(block_size)
            while self._queue and crew.free:
                self._give(crew, self._queue.popleft())
            for task, said in crew.answers(BETWEEN_NOTES):
                self._take(self._busy.pop(task.block), said)
            self._report()

    def _next_round(self) -> list[Block]:
        """Return what the points that are not precise enough need by the next look."""
        if self._rounds is None:
            return []
        asked = self.folder.asked
        return areas_to_add(asked, self._rounds.wanted(asked))

    def _begin_round(self, block_size: BlockSize) -> None:
        """Ask for the next round in the manifest, so that it is known when we are killed."""
        areas = self._next_round()
        new = sum(area.size for area in areas)
        had = len(self.folder.blocks)
        self.folder = with_more(self.folder, areas, block_size(new))
        self._queue.extend(Piece(block, Pieces(block)) for block in self.folder.blocks[had:])
        self.tally.runs += new
        self.tally.going_on = sum(area.points for area in areas)

    def _give(self, crew: Crew, piece: Piece) -> None:
        self._busy[piece.block] = piece
        crew.start(self._task(piece.block), self._seconds_for(piece))

    def _seconds_for(self, piece: Piece) -> float:
        """Return how long a piece may take: its share, for which no run is failed alone."""
        share = max(LEAST_SHARE, piece.block.size / piece.whole.block.size)
        least = LEAST_SECONDS if piece.block.size == 1 else 0.0
        return min(self._time_limit, max(least, self._time_limit * share))

    def _take(self, piece: Piece, said: Finished | Lost) -> None:
        if isinstance(said, Finished):
            self._keep(piece, said)
        elif said.cause == OTHER_MODEL:
            raise TruceError(f"The sweep cannot go on: {said.detail}. Install the same version.")
        elif said.cause == DIED and piece.deaths + 1 < MOST_DEATHS:
            self._queue.appendleft(Piece(piece.block, piece.whole, piece.deaths + 1))
        elif piece.block.size > 1:
            halves = [Piece(half, piece.whole) for half in piece.block.halves()]
            self._queue.extendleft(reversed(halves))
        else:
            place = Failure(piece.block.first_point, piece.block.first_run, said.cause, said.detail)
            self._keep(piece, Finished(failed_row().reshape(1), [place]))

    def _keep(self, piece: Piece, finished: Finished) -> None:
        piece.whole.finished[piece.block] = finished
        if piece.whole.complete:
            whole = piece.whole.joined()
            print_ = write_part(self.folder.parts, piece.whole.block, whole)
            self._count(piece.whole.block, whole.rows, print_)

    def _count(self, block: Block, rows: np.ndarray, print_: Fingerprint) -> None:
        self.fingerprint = together(self.fingerprint, print_)
        if self._rounds is not None:
            self._rounds.add(block, rows)
        self.tally.add(rows)  # last: a sweep that is stopped before it is not taken for finished

    def _task(self, block: Block) -> Task:
        points = self.folder.points
        return Task(
            block=block,
            base_yaml=points.base_yaml,
            factors=points.factors,
            values=points.values[block.first_point : block.first_point + block.points],
            seed=self.folder.seed,
            engine=self._engine,
            model=self.folder.manifest["model_digest"],
        )

    def _report(self) -> None:
        if time.monotonic() - self._noted >= BETWEEN_NOTES or self.is_done:
            self._noted = time.monotonic()
            leave_note(self.folder.path, self.tally.progress())
            if self._watch:
                self._watch(self.tally.progress())
