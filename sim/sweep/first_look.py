"""A first look at a file: is it a study, and what does it call itself? Its base stays unread."""

from __future__ import annotations

from pathlib import Path

from sim.scenario import shipped_scenarios
from sim.scenario.definition import ScenarioDefinition
from sim.scenario.document import Source, read_document
from sim.scenario.source import NoTextError, read_text
from sim.scenario.tree import Mapping
from sim.scenario.words import printable_path
from sim.sweep.reading import MOST_CHARACTERS, Heading, heading_of
from sim.sweep.shipped import shipped_studies

TELLING = frozenset({"base", "factors", "design"})
"""Keys of a study that no scenario has."""
SECTIONS = frozenset(ScenarioDefinition.model_fields) - frozenset(Heading.model_fields)
"""Keys of a scenario that no study has."""


def is_study(name_or_path: str | Path) -> bool:
    """Is this a study, rather than a scenario? Good or not; False where there is no such file.

    Where somebody mixed them up, what there is more of decides. As everywhere, a file goes before
    what is shipped under the same name.
    """
    root = _first_level(Path(name_or_path))
    if root is not None:
        return len(TELLING & set(root.entries)) > len(SECTIONS & set(root.entries))
    name = str(name_or_path).removesuffix(".yaml")
    scenarios = {path.stem for path in shipped_scenarios()}
    return name in {path.stem for path in shipped_studies()} - scenarios


def glance(path: Path) -> Heading:
    """Return title, question, runs and seed of a study file, defaults for what it does not say."""
    root = _first_level(path)
    return heading_of(root)[0] if root else Heading()


def _first_level(path: Path) -> Mapping | None:
    try:
        text = read_text(path, "study", MOST_CHARACTERS)
    except (NoTextError, ValueError):
        return None
    shown = printable_path(path)
    root, _ = read_document(text, Source(shown, shown), MOST_CHARACTERS)
    return root if isinstance(root, Mapping) else None
