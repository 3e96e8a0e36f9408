"""The page on survival analysis: its examples run and give the values printed beside them."""

import ast
import re
from pathlib import Path

import pytest

import sim.analysis

PAGE = Path(__file__).resolve().parents[3] / "docs" / "analysis.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
LINE = re.compile(
    r"^(?P<code>[^#\n]+?)\s*# (?P<value>[\[('\d-].*?|True|False)(:.*)?$", re.MULTILINE
)


def test_the_examples_run_and_give_the_values_beside_them() -> None:
    names: dict[str, object] = {}
    compared = 0
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), names)
        for found in LINE.finditer(block):
            value = eval(found["code"], names)
            assert value == ast.literal_eval(found["value"]), found["code"]
            compared += 1
    assert compared >= 10


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z]+_[a-z_]+)`", TEXT))))
def test_the_names_on_the_page_exist(name: str) -> None:
    fields = {"first_day", "last_day"}
    assert name in sim.analysis.__all__ or name in fields
