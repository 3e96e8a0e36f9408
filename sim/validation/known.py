"""What has been run already: evaluations kept on disk, so that a calibration can be gone on with.

A calibration draws the same random numbers each time, so one that is started again asks for the
same vectors in the same order. It finds here what was run before and runs the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from sim.disk import plain_disk_errors, write_whole
from sim.errors import ResultsError
from sim.validation.space import from_unit
from sim.validation.summaries import Summary, summary_of
from sim.validation.world import WorldEnsemble

BATCH = 100  # vectors between two files


class Known:
    """Summaries of positions in the unit cube, from the folder or from the world ensemble.

    Args:
        world: runs what is not known.
        folder: where batches are kept; must belong to this world and model alone.
        workers: threads, by default as many as there are processors.
    """

    def __init__(self, world: WorldEnsemble, folder: Path, workers: int | None = None) -> None:
        self.world, self.folder, self.workers = world, folder, workers
        self.summaries: dict[bytes, Summary] = {}
        with plain_disk_errors(folder, "write"):
            folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.glob("batch-*.npz")):
            self._read(path)
        self.ran = 0

    def values(self, positions: np.ndarray) -> np.ndarray:
        """Return the statistics at positions, one a row."""
        return np.array([each.values for each in self.at(positions)])

    def at(self, positions: np.ndarray) -> list[Summary]:
        """Return the summaries at positions, running those that are not known."""
        keys = [position.tobytes() for position in positions]
        missing = {
            key: position
            for key, position in zip(keys, positions, strict=True)
            if key not in self.summaries
        }
        items = list(missing.items())
        for first in range(0, len(items), BATCH):
            self._run(items[first : first + BATCH])
        return [self.summaries[key] for key in keys]

    def _run(self, items: Sequence[tuple[bytes, np.ndarray]]) -> None:
        vectors = from_unit(np.array([position for _, position in items]))
        found = list(self.world.each(vectors, summary_of, self.workers))
        self.summaries.update(zip((key for key, _ in items), found, strict=True))
        self.ran += len(items)
        content = BytesIO()
        np.savez(
            content,
            positions=np.array([position for _, position in items]),
            values=np.array([each.values for each in found]),
            covariances=np.array([each.covariance for each in found]),
        )
        number = len(list(self.folder.glob("batch-*.npz")))
        write_whole(self.folder / f"batch-{number:05}.npz", content.getvalue())

    def _read(self, path: Path) -> None:
        try:
            with np.load(path) as kept:
                positions, values = kept["positions"], kept["values"]
                covariances = kept["covariances"]
        except Exception as error:  # there is no telling what a damaged file makes its reader raise
            raise ResultsError(
                f"{path} is damaged: delete it, and its vectors run again"
            ) from error
        for position, value, covariance in zip(positions, values, covariances, strict=True):
            self.summaries[position.tobytes()] = Summary(value, covariance)
