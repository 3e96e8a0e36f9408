"""The page on tables of one's own: its example runs, and what it says of words and rules is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.analysis.clustered import DRAWS
from sim.evidence import Findings
from sim.evidence.ceasefires import WIDEST
from sim.evidence.layouts import HOLDING_WORDS, MOST_STRATA
from sim.evidence.published import ENDINGS, SAME_START

PAGE = Path(__file__).resolve().parents[3] / "docs" / "evidence.md"
TEXT = PAGE.read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_example_gives_the_values_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(EXAMPLE, str(PAGE), "exec"), names)
    compared = re.findall(r"^(.*?)  # -> (.*)$", EXAMPLE, re.MULTILINE)
    assert len(compared) == 2
    for code, value in compared:
        assert str(eval(code, names)) == value


def test_words_codes_and_numbers_are_those_of_the_code() -> None:
    (row,) = re.findall(r"^\| ending (.*?) \| still in force", TEXT, re.MULTILINE)
    assert {word.strip("`") for word in row.split(", ")} | {"still in force"} == HOLDING_WORDS
    for code, meaning in ENDINGS.items():
        assert f"{code} {meaning}" in " ".join(TEXT.split())
    assert f"known within {WIDEST} days" in TEXT
    assert f"starts within {SAME_START} days" in " ".join(TEXT.split())
    assert f"drawn anew {DRAWS} times" in " ".join(TEXT.split())
    assert MOST_STRATA == 6


@pytest.mark.parametrize(
    "name", re.findall(r"`([a-z_]+)`", TEXT.split("`Findings`: ")[1].split(".")[0])
)
def test_the_tables_on_the_page_exist(name: str) -> None:
    assert hasattr(Findings, name)
