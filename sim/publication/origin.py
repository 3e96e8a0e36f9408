"""Where the numbers of a report come from: what was run, with which seed and software, and when."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.results.manifest import versions

SOFTWARE = ("truce-sim", "python", "mesa", "numba", "numpy", "scipy", "pandas")
UNKNOWN = "an unknown version"


@dataclass(frozen=True)
class Origin:
    """What made the results. `date` is theirs, not that of the report, and empty if unknown."""

    kind: str  # "ensemble" or "sweep"
    title: str
    question: str
    seed: int
    digest: str  # of the results: of all in their manifest
    content: dict[str, str]  # digests that stay the same when the results are made again
    versions: dict[str, str]
    engine: str
    date: str
    command: tuple[str, ...]
    folder: str

    @property
    def version(self) -> str:
        """The version of truce-sim that ran the model."""
        return self.versions.get("truce-sim", UNKNOWN)

    @property
    def typed(self) -> str:
        """The command as it is typed; empty if it is not known."""
        return shlex.join(self.command)

    def software(self) -> str:
        """Return the versions that the numbers rest on, in words."""
        names = {"python": "Python", "mesa": "Mesa", "numba": "Numba", "numpy": "NumPy"}
        names |= {"scipy": "SciPy", "pandas": "pandas"}
        return ", ".join(
            f"{names.get(name, name)} {self.versions[name]}"
            for name in SOFTWARE
            if name in self.versions
        )


def origin_of(
    kind: str,
    manifest: Mapping[str, Any],
    title: str,
    question: str,
    content: dict[str, str],
    folder: str,
    command: tuple[str, ...] = (),
) -> Origin:
    """Return the origin that a manifest tells of."""
    versions = manifest.get("versions")
    return Origin(
        kind=kind,
        title=title,
        question=question,
        seed=int(manifest["seed"]),
        digest=str(manifest.get("digest", "")),
        content=content,
        versions={str(name): str(each) for name, each in versions.items()}
        if isinstance(versions, dict)
        else {},
        engine=str(manifest.get("engine", "compiled")),
        date=in_words(str(manifest.get("written") or manifest.get("created") or "")),
        command=command,
        folder=folder,
    )


def in_words(moment: str) -> str:
    """Return the day of a time in ISO form, such as 9 November 2021; nothing for anything else."""
    try:
        day = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return ""
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


def version_here() -> str:
    """Return the version of truce-sim that makes the report."""
    return versions()["truce-sim"]
