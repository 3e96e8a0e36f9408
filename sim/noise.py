"""Random numbers with an address: a pure function of (seed, run, day, who, purpose).

No generator is passed around and nothing is consumed, so adding an agent, switching off a
mechanism or reading one more number leaves everyone else's luck as it was; two scenarios run with
the same seed are paired; and run 12,345 of a million can be replayed alone.

Source: Philox 4x32-10, Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as
1, 2, 3", doi 10.1145/2063384.2063405.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import Any

import numpy as np

from sim.behaviour import Record, behaviour
from sim.compilation import compiled

MOST_PER_DAY = 16  # draws that one actor may make in a day for one purpose


class Purpose(IntEnum):
    """What a random number is for; a number's place in the list is part of its address.

    Append only: reordering changes every result.
    """

    BAD_FAITH = 1
    GROUP_REVIEW = 2
    GROUP_COURSE = 3
    STATE_REVIEW = 4
    STATE_COURSE = 5
    GROUP_RENEWAL = 6
    STATE_RENEWAL = 7
    SCRUTINY = 8
    DELIVERY = 9
    SPLIT = 10
    SETTLEMENT = 11
    SUSPECT = 12
    # Each kind of incident adds its own number to the five below (`sim.truce.IncidentKind`).
    COUNT = 32
    LETHAL = 48
    DEATHS = 64
    TARGET = 80
    CLAIM = 96
    BLAME = 112


class Luck(Record):
    """Where in the space of random numbers a run stands: its seed, its number and its day."""

    seed_low: int
    seed_high: int
    run: int
    day: int


def luck_of(seed: int, run: int) -> Luck:
    """Return the luck of one run: `seed` from 0 to 2**64 - 1, `run` from 0 to 2**32 - 1."""
    if not 0 <= seed < 2**64:
        raise ValueError(f"a seed lies between 0 and 2**64 - 1, not {seed}")
    if not 0 <= run < 2**32:
        raise ValueError(f"a run lies between 0 and 2**32 - 1, not {run}")
    return Luck(seed_low=seed & 0xFFFFFFFF, seed_high=seed >> 32, run=run, day=0)


def identity(name: str) -> int:
    """Return the number from 0 to 2**32 - 1 under which the actor called `name` draws its luck."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


_WORD = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (np.uint64(0x9E3779B9), np.uint64(0xBB67AE85))


@compiled
def philox(
    key_low: int, key_high: int, first: int, second: int, third: int, fourth: int
) -> tuple[Any, Any, Any, Any]:
    """Return the four words that Philox 4x32-10 gives for a key and a counter (32 bits each)."""
    k0, k1 = np.uint64(key_low), np.uint64(key_high)
    c0, c1, c2, c3 = np.uint64(first), np.uint64(second), np.uint64(third), np.uint64(fourth)
    for _ in range(10):
        left = _MULTIPLIERS[0] * c0
        right = _MULTIPLIERS[1] * c2
        c0, c1 = (right >> _SHIFT) ^ c1 ^ k0, right & _WORD
        c2, c3 = (left >> _SHIFT) ^ c3 ^ k1, left & _WORD
        k0 = (k0 + _WEYL[0]) & _WORD
        k1 = (k1 + _WEYL[1]) & _WORD
    return c0, c1, c2, c3


@compiled
def _uniform(key_low: int, key_high: int, run: int, day: int, who: int, purpose: int) -> float:
    high, low, _, _ = philox(key_low, key_high, run, day, who, purpose)
    return float(
        np.float64((high >> np.uint64(5)) * np.uint64(67108864) + (low >> np.uint64(6)))
        * (1.0 / 9007199254740992.0)
    )


@behaviour
def uniform(luck: Luck, who: int, purpose: int, nth: int = 0) -> float:
    """Return the number in [0, 1) at an address, with 53 random bits.

    `who` is an `identity`, `purpose` a `Purpose`, `nth` (below `MOST_PER_DAY`) tells apart the
    numbers that one actor needs for one purpose on one day.
    """
    return float(
        _uniform(
            luck.seed_low, luck.seed_high, luck.run, luck.day, who, purpose * MOST_PER_DAY + nth
        )
    )
