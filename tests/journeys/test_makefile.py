"""`make` in a fresh clone: what it lists, which Python it takes, what it does without one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.conftest import REPOSITORY, Answer

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")

NEEDED = ("Makefile", "pyproject.toml", "requirements.lock")
TOOLS = ("awk", "sed", "mkdir", "rm", "touch", "cat", "chmod", "env", "bash", "sh")
TARGETS = (
    "help",
    "run",
    "test",
    "torture",
    "check",
    "bench",
    "format",
    "docs",
    "schema",
    "backtest",
    "selection",
    "reference",
    "lock",
    "clean",
)

# Stands for a Python of the right version: `-m venv` makes programs that only note their calls.
PYTHON = """\
#!/bin/sh
BASE=
[ "$1" = --version ] && { echo "Python 3.12.99"; exit; }
[ "$1" = -c ] && { echo "${BASE:-$0}"; exit; }
[ "$1 $2" = "-m venv" ] || exit 9
echo "venv $3" >> "$CALLS"
mkdir -p "$3/bin"
for name in pip truce; do
    printf '#!/bin/sh\\necho "%s $*" >> "$CALLS"\\n' "$name" > "$3/bin/$name"
    chmod +x "$3/bin/$name"
done
sed "s|^BASE=\\$|BASE=$0|" "$0" > "$3/bin/python3.12"
chmod +x "$3/bin/python3.12"
"""
TOO_OLD = "#!/bin/sh\nexit 1\n"


class Clone:
    """A clone on a machine whose programs we choose."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs = folder / "clone", folder / "programs"
        self.calls = folder / "calls"
        self.folder.mkdir()
        self.programs.mkdir()
        for name in NEEDED:
            shutil.copyfile(REPOSITORY / name, self.folder / name)
        for name in TOOLS:
            (self.programs / name).symlink_to(shutil.which(name) or "missing")

    def has(self, name: str, script: str) -> None:
        """Put a program on the path."""
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def make(self, *words: str, path: str = "") -> Answer:
        """Call make with nothing but our programs on the path."""
        ended = subprocess.run(
            [shutil.which("make") or "make", *words],
            cwd=self.folder,
            env={
                "PATH": f"{path}{self.programs}",
                "HOME": str(self.folder),
                "CALLS": str(self.calls),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Answer(ended.returncode, ended.stdout, ended.stderr)

    def called(self) -> list[str]:
        """Return the calls since the last time."""
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        return calls


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_make_alone_lists_every_target(clone: Clone) -> None:
    answer = clone.make()
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == clone.make("help").out
    assert re.findall(r"^make (\w+) +\S", answer.out, re.MULTILINE) == re.findall(
        r"^([a-z]+):.*## ", (REPOSITORY / "Makefile").read_text(), re.MULTILINE
    )
    for target in TARGETS:
        assert f"make {target} " in answer.out
    assert "SCENARIO=" in answer.out


def test_a_machine_with_only_an_old_python_is_told_what_to_install(clone: Clone) -> None:
    if list(Path("/usr/local/bin").glob("python3.1[23]")) or list(
        Path("/opt").glob("*/bin/python3.1[23]")
    ):
        pytest.skip("a Python outside the path would be found")
    clone.has("python3", TOO_OLD)
    clone.has("python", TOO_OLD)
    answer = clone.make("run")
    assert answer.code != 0
    assert answer.out == ""
    ours = [line for line in answer.err.splitlines() if not line.startswith("make:")]
    assert len(ours) == 1
    assert "needs Python 3.12 or 3.13" in ours[0]
    assert "install one" in ours[0]
    assert not (clone.folder / ".venv").exists()


@pytest.mark.parametrize("name", ["python3.13", "python3.12", "python3", "python"])
def test_a_good_python_is_found_under_any_of_its_names(clone: Clone, name: str) -> None:
    clone.has("python3", TOO_OLD)
    clone.has(name, PYTHON)
    answer = clone.make("run")
    assert answer.code == 0, answer
    assert "Setting up .venv with Python 3.12.99" in answer.out
    assert clone.called()[0] == "venv .venv"


def test_a_python_of_pyenv_is_found_although_it_is_not_on_the_path(clone: Clone) -> None:
    hidden = clone.folder / ".pyenv/versions/3.12.1/bin"
    hidden.mkdir(parents=True)
    clone.has("python3", TOO_OLD)
    clone.has("python", PYTHON)
    (clone.programs / "python").rename(hidden / "python")
    assert clone.make("run").code == 0
    assert clone.called()[0] == "venv .venv"


def test_the_environment_comes_from_the_lock_and_is_made_once(clone: Clone) -> None:
    clone.has("python3.12", PYTHON)
    assert clone.make("run").code == 0
    made, locked, package, ran, reported = clone.called()
    assert made == "venv .venv"
    assert "--require-hashes -r requirements.lock" in locked
    assert "--no-deps" in package
    assert "--editable ." in package
    assert ran == "truce run ttp_2021 --runs 4000 --seed 1"
    assert reported == "truce report results/ttp_2021"
    clone.make("run", "SCENARIO=some/monitored.yaml", "RUNS=5", "SEED=2")
    assert clone.called() == [
        "truce run some/monitored.yaml --runs 5 --seed 2",
        "truce report results/monitored",
    ]


def test_the_environment_follows_the_lock(clone: Clone) -> None:
    clone.has("python3.12", PYTHON)
    clone.make("run")
    clone.called()
    ready = (clone.folder / ".venv/.ready").stat().st_mtime
    os.utime(clone.folder / "requirements.lock", (ready + 10, ready + 10))
    clone.make("run")
    assert clone.called()[0] == "venv .venv"


def test_the_environment_can_be_renewed_from_within(clone: Clone) -> None:
    """With .venv activated, its own Python is the first on the path, and about to be removed."""
    hidden = clone.folder / ".pyenv/versions/3.12.1/bin"
    hidden.mkdir(parents=True)
    clone.has("python", PYTHON)
    (clone.programs / "python").rename(hidden / "python")
    assert clone.make("run").code == 0
    ready = (clone.folder / ".venv/.ready").stat().st_mtime
    os.utime(clone.folder / "requirements.lock", (ready + 10, ready + 10))
    answer = clone.make("run", path=f"{clone.folder}/.venv/bin:")
    assert answer.code == 0, answer


def test_a_failed_installation_is_tried_again(clone: Clone) -> None:
    clone.has("python3.12", PYTHON.replace('echo "%s $*"', 'exit 1; echo "%s $*"'))
    assert clone.make("run").code != 0
    clone.has("python3.12", PYTHON)
    assert clone.make("run").code == 0


def test_clean_keeps_the_results(clone: Clone) -> None:
    clone.has("python3.12", PYTHON)
    clone.make("run")
    (clone.folder / "results").mkdir()
    assert clone.make("clean").code == 0
    assert not (clone.folder / ".venv").exists()
    assert (clone.folder / "results").is_dir()
