"""The command line as a user meets it: in this process for speed, or in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sim import cli

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds; a first run compiles the model


@dataclass(frozen=True)
class Answer:
    """What a command printed, and the exit code it left with."""

    code: int
    out: str
    err: str

    def refused(self, code: int, *words: str) -> None:
        """Check that it failed with this code, said these words, and kept stdout clean."""
        assert self.code == code, self
        assert self.out == "", self
        assert_plain(self.err)
        for word in words:
            assert word in self.err, self


def assert_plain(text: str) -> None:
    """Check that a message is meant for people: no traceback, no control characters."""
    assert "Traceback" not in text
    assert "Exception ignored" not in text
    assert all(sign.isprintable() or sign == "\n" for sign in text), repr(text)


Truce = Callable[..., Answer]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is also the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def truce(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Truce:
    """Call the command line in this process, from an empty folder."""

    def call(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["truce", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return Answer(int(left.value.code or 0), printed.out, printed.err)

    return call


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a user's shell: buffered output, nothing special."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return plain | changes


def heed_ctrl_c() -> None:
    """Let a new process hear of Ctrl-C, which shells keep from background jobs."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def command(*arguments: str) -> list[str]:
    """Return the words that start the command line in a process of its own."""
    return [sys.executable, "-m", "sim", *arguments]


def alone(
    *arguments: str, cwd: Path, changes: Mapping[str, str] | None = None, **options: Any
) -> Answer:
    """Call the command line in a process of its own."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    ended = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=environment(**(changes or {})),
        timeout=PATIENCE,
        check=False,
        **options,
    )
    spelling = (changes or {}).get("PYTHONIOENCODING", "utf-8")
    out, err = (ended.stdout or b"").decode(spelling), (ended.stderr or b"").decode(spelling)
    return Answer(ended.returncode, out, err)


def seconds_of(*arguments: str, cwd: Path) -> float:
    """Return how long a command takes in a process of its own, from its start to its end."""
    before = time.perf_counter()
    assert alone(*arguments, cwd=cwd).code == 0
    return time.perf_counter() - before


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder of 60 runs of the reference case; copy it before you change it."""
    home = tmp_path_factory.mktemp("finished")
    answer = alone("run", "ttp_2021", "--runs", "60", "--seed", "5", cwd=home)
    assert (answer.code, answer.err) == (0, "")
    assert "\r" not in answer.out
    assert "\x1b" not in answer.out
    return home / "results" / "ttp_2021"
