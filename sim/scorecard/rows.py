"""The scorecard as rows of plain data, for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.scorecard.card import Entry, Scorecard
from sim.scorecard.wording import aim


def rows(card: Scorecard) -> list[dict[str, Any]]:
    """Return one row for each pattern and claim, in order, as plain data.

    `simulated`, `interval` (95 % Monte-Carlo, middle vector), `median` and `band` (middle 90 % of
    the set) have a number, or a pair, for each part by its name; they are None for what is not
    simulated, as is `share_of_set`, the share of the vectors that meet every part.
    """
    return [_row(entry, len(card.given.found)) for entry in card.entries]


def as_json(card: Scorecard) -> str:
    """Return the rows as JSON."""
    return json.dumps(rows(card), indent=1, ensure_ascii=False) + "\n"


def _row(entry: Entry, vectors: int) -> dict[str, Any]:
    target, measured = entry.target, entry.measured
    names = [part.name for part in target.parts]
    row: dict[str, Any] = {
        "id": target.id,
        "pattern": target.pattern,
        "target": "; ".join(aim(part) for part in target.parts),
        "source": target.source,
        "mark": target.mark,
        "tolerance": target.tolerance,
        "ranges": {part.name: [part.low, part.high] for part in target.parts},
        "clock": target.clock,
        "used_to_fit": target.fits,
        "simulated": None,
        "interval": None,
        "median": None,
        "band": None,
        "share_of_set": None,
        "vectors": vectors,
        "sample": "",
        "verdict": entry.verdict,
        "note": target.note,
        "why_not": target.why_not,
    }
    if measured is not None:
        row |= {
            "simulated": _by_part(names, measured.values[0]),
            "interval": _by_part(names, measured.intervals),
            "median": _by_part(names, entry.medians),
            "band": _by_part(names, entry.bands),
            "share_of_set": _plain(entry.share),
            "sample": measured.sample,
        }
    return row


def _by_part(names: Sequence[str], values: np.ndarray) -> dict[str, Any]:
    return {
        name: _plain(value) if np.ndim(value) == 0 else [_plain(end) for end in value]
        for name, value in zip(names, values, strict=True)
    }


def _plain(value: float) -> float | None:
    """Return a number with four significant digits; None for one that does not exist."""
    return float(f"{value:.4g}") if np.isfinite(value) else None
