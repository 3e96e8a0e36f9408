"""The page of figures: its pictures are those of the gallery, and its lines of Python run."""

import re
from pathlib import Path

import pytest

from tests.gallery import FOLDER, LARGEST, PICTURES

PAGE = FOLDER.parent / "figures.md"


def test_the_page_shows_every_picture_and_no_other() -> None:
    shown = re.findall(r"\]\(figures/(\w+)\.svg\)", PAGE.read_text())
    assert sorted(shown) == sorted(PICTURES) == sorted(file.stem for file in FOLDER.iterdir())


@pytest.mark.parametrize("stem", PICTURES)
def test_pictures_are_small_and_say_what_they_show(stem: str) -> None:
    text = (FOLDER / f"{stem}.svg").read_text()
    assert len(text.encode()) <= LARGEST
    assert "<svg" in text
    assert f'<desc id="{stem}-desc">' in text


def test_the_examples_of_the_page_run(truce) -> None:
    """On fewer runs than the page has."""
    study = (FOLDER.parents[1] / "scenarios/sweeps/leverage_and_funding.yaml").read_text()
    Path("leverage_and_funding.yaml").write_text(study.replace("runs: 1000 ", "runs: 60 "))
    assert truce("sweep", "leverage_and_funding.yaml", "--threads").code == 0
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert sorted(file.suffix for file in Path("figures").iterdir()) == [
        ".csv", ".json", ".pdf", ".png", ".svg",
    ]  # fmt: skip
