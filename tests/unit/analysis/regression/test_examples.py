"""The examples of docs/regression.md run as they stand, and importing stays light."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs" / "regression.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
SHOWN = re.compile(r"^(?P<call>.+?)  # -> (?P<value>.+)$", flags=re.MULTILINE)


def test_the_page_runs_from_top_to_bottom() -> None:
    known: dict[str, object] = {}
    checked = 0
    for block in BLOCKS:
        exec(compile(block, "docs/regression.md", "exec"), known)
        for shown in SHOWN.finditer(block):
            value = eval(shown["call"], known)
            assert str(value) == shown["value"], shown["call"]
            checked += 1
    assert checked >= 8


def test_every_public_name_stands_on_the_page() -> None:
    from sim.analysis import regression

    assert [name for name in regression.__all__ if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("heavy", ["pandas", "numba", "scipy.special", "scipy.optimize"])
def test_importing_stays_light(heavy: str) -> None:
    code = f"import sys; from sim.analysis import regression; assert {heavy!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
