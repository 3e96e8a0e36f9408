"""Studies in an empty folder, and the complaints they meet with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.sweep import Study

Complaints = Callable[[str], list[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is also the current one, so that names in messages are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def complaints(folder: Path) -> Complaints:
    """The lines of the error that the text of a study meets with."""

    def _complaints(text: str) -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            Study.from_yaml(text, "study.yaml")
        assert caught.value.exit_code == 3
        return [str(problem) for problem in caught.value.problems]

    return _complaints
