"""How far a sweep is: counts that the runner keeps, and a note of them for other terminals."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disk import write_whole
from sim.endings import HOLDING
from sim.sweep.run_table import FAILED

NOTE = ".progress.json"
ABOUT = {"at": float, "process": int, "machine": str}  # of a note: when and where it was left


@dataclass(frozen=True)
class Progress:
    """Numbers about a sweep at one moment; times in seconds."""

    runs: int  # asked for so far, over all points
    done: int
    failed: int
    found: int  # of those done, how many were there when this attempt began
    held: int  # reached the horizon
    median_days: int | None  # over all points together, so far
    seconds: float  # since this attempt began
    workers: int
    going_on: int | None = None  # points that are not precise enough yet; None where none stops

    @property
    def rate(self) -> float:
        """Runs a second in this attempt."""
        return (self.done - self.found) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate; None while there is no rate."""
        return (self.runs - self.done) / self.rate if self.rate > 0 else None


@dataclass
class Tally:
    """Counts of what is done, kept up as blocks come back; its size does not depend on them."""

    runs: int
    workers: int = 0
    going_on: int | None = None
    done: int = 0
    failed: int = 0
    found: int = 0
    held: int = 0
    days: NDArray[np.int64] = field(default_factory=lambda: np.zeros(65536, dtype=np.int64))
    began: float = field(default_factory=time.monotonic)

    def add(self, rows: NDArray[Any]) -> None:
        """Count the rows of a block."""
        sound = rows[rows["ending"] != FAILED]
        self.failed += len(rows) - len(sound)
        self.held += int((sound["ending"] == HOLDING).sum())
        ended = sound["days"][sound["ending"] != HOLDING]
        self.days += np.bincount(ended, minlength=len(self.days))
        self.done += len(rows)

    def begin(self, workers: int) -> None:
        """Start the clock."""
        self.workers, self.began = workers, time.monotonic()

    def progress(self) -> Progress:
        """Return the numbers of this moment."""
        return Progress(
            runs=self.runs,
            done=self.done,
            failed=self.failed,
            found=self.found,
            held=self.held,
            median_days=self._median(),
            seconds=time.monotonic() - self.began,
            workers=self.workers,
            going_on=self.going_on,
        )

    def _median(self) -> int | None:
        sound = self.done - self.failed
        ended = np.cumsum(self.days)
        return int(np.searchsorted(2 * ended, sound)) if 0 < sound <= 2 * ended[-1] else None


def leave_note(folder: Path, progress: Progress) -> None:
    """Leave a note of the progress in the folder, for `truce status`.

    Errors: `TruceError` when the disk refuses.
    """
    note = asdict(progress) | {
        "at": time.time(),
        "process": os.getpid(),
        "machine": platform.node(),
    }
    write_whole(folder / NOTE, json.dumps(note).encode())


def read_note(folder: Path) -> tuple[Progress, dict[str, Any]] | None:
    """Return the last note and when and where it was left; None if there is none."""
    try:
        note = json.loads((folder / NOTE).read_bytes())
        about = {name: kind(note.pop(name)) for name, kind in ABOUT.items()}
        numbers: dict[str, Any] = {
            name: value if value is None else +value for name, value in note.items()
        }
        return Progress(**numbers), about
    except (OSError, ValueError, KeyError, TypeError):
        return None
