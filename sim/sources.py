"""Which sources can change a number: their digest names machine code and stands in results."""

from __future__ import annotations

import hashlib
from pathlib import Path

WITHOUT_BEHAVIOUR = frozenset(
    {
        "__main__.py",
        "analysis",
        "anatomy.py",
        "backtest",
        "cli",
        "data",
        "diary.py",
        "disk.py",
        "errors.py",
        "evidence",
        "experiment.py",
        "explain.py",
        "glossary.py",
        "inquiry",
        "paths.py",
        "publication",
        "reference.py",
        "report",
        "results",
        "scenario",
        "scorecard",
        "selection",
        "sheets.py",
        "sources.py",
        "story.py",
        "summary.py",
        "sweep",
        "uncertain.py",
        "validation",
        "workers.py",
    }
)
"""Parts of the package whose edits cannot change what is compiled."""


def behaviour_digest() -> str:
    """Return the SHA-256 of all sources that machine code is made from."""
    return _digest(WITHOUT_BEHAVIOUR)


def model_digest() -> str:
    """Return the SHA-256 of all sources that can change a number: behaviour, and how YAML is read.

    Results carry it, so that runs of different models are never put together.
    """
    return _digest(WITHOUT_BEHAVIOUR - {"scenario"})


def _digest(without: frozenset[str]) -> str:
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        place = source.relative_to(package)
        if place.parts[0] not in without:
            digest.update(place.as_posix().encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()
