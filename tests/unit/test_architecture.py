"""The arrows between modules point one way, as declared in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts_are_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_modules_stay_small():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / "sim").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 400
    }
    # One entry a parameter; a text for each kind of topic.
    assert set(long) <= {"sim/parameters.py", "sim/explain.py"}
