"""Scenario files in an empty folder, and the complaints they meet with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario import Scenario

Complaints = Callable[..., list[str]]
Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is also the current one, so that names in messages are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder: Path) -> Write:
    """Write text (or bytes) to a file and give its short path."""

    def _write(content: str | bytes, name: str = "case.yaml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


@pytest.fixture
def complaints(write: Write) -> Complaints:
    """The lines of the error that a file (or the text of one) meets with."""

    def _complaints(source: str | bytes | Path, overrides: Sequence[str] = ()) -> list[str]:
        path = source if isinstance(source, Path) else write(source)
        with pytest.raises(ScenarioError) as caught:
            Scenario.load(path, overrides)
        assert caught.value.exit_code == 3
        return [str(problem) for problem in caught.value.problems]

    return _complaints
