"""What the points of a figure are called: the words a caller gives, or the number of the point."""

from __future__ import annotations

from collections.abc import Mapping

from sim.report.wording import plain


def label_of(number: int, labels: Mapping[int, str]) -> str:
    """Return the words for a point as one line; "Point 7" where the caller gives none."""
    return plain(labels.get(number, "")) or f"Point {number}"
