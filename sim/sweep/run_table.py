"""The compact table of runs: one row per run, and a fingerprint that adds up over parts.

The fingerprint of a table is the sum of the fingerprints of its rows, so that it is the same
whatever the order of the rows and however they are divided among files.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.endings import ENDINGS, REASONS

RUN = np.dtype([("days", "<u2"), ("ending", "u1"), ("why", "u1")])
"""What is kept of a run: whole days, the code of its ending and of the reason."""

FAILED = len(ENDINGS)
"""The code that stands for an ending where the run itself failed."""
ENDING_NAMES = (*(ending.name for ending in ENDINGS), "failed")
REASON_NAMES = tuple(reason.name for reason in REASONS)

Fingerprint = tuple[int, int]
NOTHING: Fingerprint = (0, 0)

_SALTS = (0x243F6A8885A308D3, 0x13198A2E03707344)  # digits of pi: nothing up the sleeve


def fingerprint(points: NDArray[Any], runs: NDArray[Any], rows: NDArray[Any]) -> Fingerprint:
    """Return the fingerprint of rows: two sums, modulo 2**64, of a hash of each row.

    `points` and `runs` number the rows; `rows` has the type `RUN`; all have shape [rows].
    """
    place = points.astype(np.uint64) << np.uint64(32) | runs.astype(np.uint64)
    content = (
        rows["days"].astype(np.uint64) << np.uint64(16)
        | rows["ending"].astype(np.uint64) << np.uint64(8)
        | rows["why"].astype(np.uint64)
    )
    low, high = (
        int(_mixed(_mixed(place ^ np.uint64(salt)) + content).sum(dtype=np.uint64))
        for salt in _SALTS
    )
    return low, high


def together(one: Fingerprint, other: Fingerprint) -> Fingerprint:
    """Return the fingerprint of two sets of rows together."""
    return (one[0] + other[0]) % 2**64, (one[1] + other[1]) % 2**64


def as_text(print_: Fingerprint) -> str:
    """Return a fingerprint as 32 hexadecimal digits."""
    return "".join(f"{half:016x}" for half in print_)


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit words: the finalizer of SplitMix64 (Steele, Lea & Flood 2014)."""
    words = (words ^ words >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ words >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return words ^ words >> np.uint64(31)
