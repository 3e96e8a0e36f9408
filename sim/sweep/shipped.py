"""The studies that come with truce-sim, found by name."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.shipped import find_among, shipped_folder


def shipped_studies() -> list[Path]:
    """Paths of the shipped studies, sorted by name."""
    return sorted((shipped_folder() / "sweeps").glob("*.yaml"))


def find_study(name_or_path: str | Path) -> Path:
    """Return the file meant by a path, or by the name of a shipped study.

    A file that exists goes before a shipped study of the same name.

    Raises
    ------
    ScenarioError
        If there is neither such a file nor such a study.
    """
    names = ", ".join(path.stem for path in shipped_studies())
    return find_among(shipped_studies(), name_or_path, "study", f"shipped: {names}")
