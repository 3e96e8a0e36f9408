"""In a process of its own: exit codes, pipes, signals, terminals, and how fast it starts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.conftest import (
    PATIENCE,
    alone,
    assert_plain,
    command,
    environment,
    seconds_of,
)

pty = pytest.importorskip("pty", reason="pseudo-terminals are for Unix")

HEAVY = ("numba", "mesa", "pandas", "matplotlib", "pyarrow", "scipy")


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["check", "ttp_2021"], 0),
        (["run", "ttp_2021", "--out", "file"], 2),
        (["frobnicate"], 2),
        (["check", "nonesuch"], 3),
        (["verify", "folder"], 4),
    ],
)
def test_the_process_leaves_with_the_right_code(
    folder: Path, arguments: list[str], code: int
) -> None:
    Path("file").write_text("")
    Path("folder").mkdir()
    answer = alone(*arguments, cwd=folder)
    assert answer.code == code
    assert_plain(answer.err)
    assert bool(answer.err) == bool(code)


def test_a_folder_without_permission_is_refused_with_code_1(folder: Path) -> None:
    Path("locked").mkdir(mode=0o555)
    if os.access("locked", os.W_OK):
        pytest.skip("this user may write everywhere")
    answer = alone("run", "ttp_2021", cwd=folder / "locked")
    answer.refused(1, "no permission to write")
    answer = alone("new", "mine", cwd=folder / "locked")
    answer.refused(1, "no permission to write")


# Start-up


def test_the_help_is_there_at_once_and_imports_nothing_heavy(folder: Path) -> None:
    assert any(seconds_of("--help", cwd=folder) < 0.3 for _ in range(5))


@pytest.mark.parametrize(
    ("arguments", "light"),
    [
        (["--help"], HEAVY),
        (["run", "--help"], HEAVY),
        (["check", "ttp_2021"], HEAVY),
        (["list"], HEAVY),
        (["explain", "day"], HEAVY),
        (["replay", "ttp_2021"], ("matplotlib",)),
    ],
)
def test_a_command_imports_only_what_it_needs(
    folder: Path, arguments: list[str], light: tuple[str, ...]
) -> None:
    script = (
        "import sys; from sim import cli; sys.argv[0] = 'truce'\n"
        "code = cli.exit_code_of(lambda: cli.app(standalone_mode=False))\n"
        f"print(sorted(set(sys.modules) & set({light!r})), file=sys.stderr); sys.exit(code)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "[]\n")


# Pipes


def left_alone(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Close standard output before anything is written; return the code and the complaints."""
    process = subprocess.Popen(
        command(*arguments),
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    complaint = process.stderr.read().decode()
    process.stderr.close()
    return process.wait(PATIENCE), complaint


@pytest.mark.parametrize("arguments", [["--help"], ["schema"], ["explain", "parameters"]])
def test_a_reader_that_leaves_early_hears_no_complaint(folder: Path, arguments: list[str]) -> None:
    code, complaint = left_alone(*arguments, cwd=folder)
    assert (code in (0, 1), complaint) == (True, "")


@pytest.mark.parametrize("arguments", [["--version"], ["check", "ttp_2021"], ["explain", "lapses"]])
def test_a_reader_of_a_few_lines_hears_no_complaint_either(
    folder: Path, arguments: list[str]
) -> None:
    code, complaint = left_alone(*arguments, cwd=folder)
    assert (code in (0, 1), complaint) == (True, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
@pytest.mark.parametrize("arguments", [["--version"], ["list"], ["schema"], ["show", "ttp_2021"]])
def test_output_that_cannot_be_written_is_a_failure(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        answer = alone(*arguments, cwd=folder, stdout=full)
    assert answer.code == 1
    assert_plain(answer.err)
    assert answer.err != ""


@pytest.mark.parametrize(
    ("verb", "encoding"),
    [("check", "ascii"), ("show", "cp1252"), ("replay", "ascii"), ("run", "cp1252")],
)
def test_a_terminal_that_knows_few_letters_is_no_reason_to_fail(
    folder: Path, verb: str, encoding: str
) -> None:
    Path("names.yaml").write_text("title: Türkiye – 停戰\n", encoding="utf-8")
    few = ["--runs", "2"] if verb == "run" else []
    answer = alone(verb, "names.yaml", *few, cwd=folder, changes={"PYTHONIOENCODING": encoding})
    assert answer.code == 0
    assert answer.err == ""


# Terminals


class Terminal:
    """A pseudo-terminal that a process may take for standard error."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        self.seen = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.ours)

    def start(self, *arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
        """Start the command line; Ctrl-C works in it even if this test runs in the background."""
        process = subprocess.Popen(
            command(*arguments),
            cwd=cwd,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=self.theirs,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        os.close(self.theirs)
        return process

    def read(self) -> bool:
        """Read what has been printed; return whether there may be more."""
        try:
            more = os.read(self.ours, 65536).decode()
        except OSError:  # how Linux says that nobody holds the other end any more
            return False
        self.seen += more
        return bool(more)

    def wait_for(self, words: str) -> None:
        while words not in self.seen:
            assert self.read(), self.seen


def test_progress_is_shown_on_a_terminal_and_wiped_away(folder: Path) -> None:
    args = ["run", "ttp_2021", "--runs", "41", "--engine", "mesa", "--json"]
    with Terminal() as terminal:
        process = terminal.start(*args, cwd=folder)
        while terminal.read():
            pass
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert json.loads(out)["runs"] == 41
    assert "preparing" in terminal.seen
    assert "20 of 41 runs" in terminal.seen
    assert "40 of 41 runs" in terminal.seen
    assert terminal.seen.endswith("\r\x1b[K")


@dataclass(frozen=True)
class Interrupted:
    """A run that Ctrl-C stopped in the middle."""

    folder: Path
    code: int
    out: bytes
    seen: str


@pytest.fixture(scope="module")
def interrupted(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    """Press Ctrl-C in the middle of a long run, in a folder with earlier results."""
    folder = tmp_path_factory.mktemp("interrupted")
    shutil.copytree(finished, folder / "results" / "ttp_2021")
    args = ["run", "ttp_2021", "--runs", "1000000", "--engine", "mesa"]
    with Terminal() as terminal:
        process = terminal.start(*args, cwd=folder)
        terminal.wait_for(" of 1,000,000 runs")
        process.send_signal(signal.SIGINT)
        while terminal.read():
            pass
        out, _ = process.communicate(timeout=PATIENCE)
    return Interrupted(folder, process.returncode, out, terminal.seen)


def test_an_interrupted_run_leaves_with_code_130(interrupted: Interrupted) -> None:
    assert (interrupted.code, interrupted.out) == (130, b"")
    assert "Traceback" not in interrupted.seen


def test_an_interrupted_run_leaves_the_earlier_results(
    interrupted: Interrupted, finished: Path
) -> None:
    results = interrupted.folder / "results" / "ttp_2021"
    assert [path.name for path in results.parent.iterdir()] == ["ttp_2021"]
    assert {path.name: path.read_bytes() for path in results.iterdir()} == {
        path.name: path.read_bytes() for path in finished.iterdir()
    }


def test_an_interrupted_run_says_that_nothing_was_written(interrupted: Interrupted) -> None:
    assert "Interrupted: nothing was written" in interrupted.seen
