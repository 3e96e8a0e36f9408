"""Part files: what is written comes back, and whatever else comes back is noticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.errors import TruceError
from sim.sweep.blocks import Block
from sim.sweep.parts import (
    DamagedPartError,
    block_of,
    decoded,
    encoded,
    part_name,
    read_part,
    write_part,
)
from sim.sweep.run_table import ENDING_NAMES, FAILED, REASON_NAMES, RUN
from sim.sweep.work import Failure, Finished

BLOCK = Block(10, 6, 2, 4)
BLOCKS = st.builds(
    Block, st.integers(0, 2**31), st.integers(1, 8), st.integers(0, 2**20), st.integers(1, 8)
)
STORIES = st.text(max_size=40)


def finished(block: Block = BLOCK, seed: int = 1, failed: int = 2) -> Finished:
    """Return rows of a block of which the first few failed."""
    random = np.random.default_rng(seed)
    rows = np.zeros(block.size, dtype=RUN)
    rows["days"] = random.integers(0, 36_501, block.size)
    rows["ending"] = random.integers(0, FAILED, block.size)
    rows["why"] = random.integers(0, len(REASON_NAMES), block.size)
    rows[:failed] = (0, FAILED, 0)
    told = [
        Failure(block.first_point, block.first_run + n, "exception", "x\n\x1b é" * 50)
        for n in range(failed)
    ]
    return Finished(rows, told)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    write_part(tmp_path, BLOCK, finished())
    return tmp_path / part_name(BLOCK)


@given(BLOCKS, st.data())
@settings(max_examples=30, deadline=None)
def test_what_is_written_comes_back(block: Block, data: st.DataObject) -> None:
    rows = np.zeros(block.size, dtype=RUN)
    for name, most in (("days", 36_500), ("ending", FAILED), ("why", len(REASON_NAMES) - 1)):
        rows[name] = data.draw(arrays.arrays(np.uint16, block.size, elements=st.integers(0, most)))
    rows["days"][rows["ending"] == FAILED] = 0
    stories = data.draw(st.lists(st.builds(Failure, STORIES, STORIES, STORIES, STORIES)))
    content, print_ = encoded(block, Finished(rows, stories))
    back = decoded(block, content)
    assert np.array_equal(back.rows, rows)
    assert (back.block, back.failures, back.fingerprint) == (block, stories, print_)


@given(BLOCKS)
def test_a_name_tells_the_block(block: Block) -> None:
    assert block_of(part_name(block)) == block


@pytest.mark.parametrize("name", ["summary.parquet", ".writing-runs-1-2_points-3-4.parquet", ""])
def test_other_files_are_no_parts(name: str) -> None:
    assert block_of(name) is None


def test_the_same_rows_make_the_same_file() -> None:
    assert encoded(BLOCK, finished()) == encoded(BLOCK, finished())


def test_days_of_failed_runs_are_missing_for_other_programs(part: Path) -> None:
    import pandas

    table = pandas.read_parquet(part)
    assert (table["days"].isna() == (table["ending"] == "failed")).all()
    assert set(table["ending"]) <= set(ENDING_NAMES)
    assert list(table["point"].unique()) == [2, 3, 4, 5]
    assert list(table["run"][:6]) == [10, 11, 12, 13, 14, 15]


# Damage


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_byte_is_noticed_or_changes_nothing(part: Path, seed: int) -> None:
    content = part.read_bytes()
    whole = read_part(part)
    noticed = 0
    for place in random.Random(seed).sample(range(len(content)), 100):
        spoiled = bytearray(content)
        spoiled[place] ^= 1 << place % 8
        part.write_bytes(spoiled)
        try:
            back = read_part(part)
        except DamagedPartError:
            noticed += 1
        else:  # in a name, a meaning or a statistic that nobody here reads
            assert np.array_equal(back.rows, whole.rows)
            assert back.failures == whole.failures
    assert noticed > 10


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[:-1],
    "only half": lambda content: content[: len(content) // 2],
    "something else": lambda content: b"not a table" * 30,
    "zeros": lambda content: bytes(len(content)),
    "of another block": lambda _: encoded(Block(16, 6, 2, 4), finished(Block(16, 6, 2, 4)))[0],
    "of other points": lambda _: encoded(Block(10, 6, 6, 4), finished(Block(10, 6, 6, 4)))[0],
    "of another shape": lambda _: encoded(Block(10, 4, 2, 6), finished(Block(10, 4, 2, 6)))[0],
    "of fewer rows": lambda _: encoded(Block(10, 6, 2, 3), finished(Block(10, 6, 2, 3)))[0],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_noticed(part: Path, damage: Callable[[bytes], bytes]) -> None:
    part.write_bytes(damage(part.read_bytes()))
    with pytest.raises(DamagedPartError, match=part.name):
        read_part(part)


def test_a_table_of_another_program_is_no_part(part: Path) -> None:
    import pandas

    pandas.read_parquet(part).to_parquet(part)
    with pytest.raises(DamagedPartError):
        read_part(part)


def test_a_renamed_part_is_noticed(part: Path) -> None:
    for other in (part_name(Block(16, 6, 2, 4)), "mine.parquet"):
        part = part.rename(part.with_name(other))
        with pytest.raises(DamagedPartError):
            read_part(part)


def test_a_part_that_cannot_be_read_is_not_taken_for_damaged(part: Path) -> None:
    part.unlink()
    part.mkdir()
    with pytest.raises(TruceError) as caught:
        read_part(part)
    assert not isinstance(caught.value, DamagedPartError)


def test_many_long_stories_fit_into_a_part() -> None:
    block = Block(0, 50_000, 0, 1)
    rows = np.full(block.size, np.array((0, FAILED, 0), dtype=RUN))
    told = [
        Failure(0, n, "exception", f"Traceback of run {n}\n" + "the same line\n" * 150)
        for n in range(block.size)
    ]
    content, _ = encoded(block, Finished(rows, told))
    assert len(content) < 20_000_000
    assert decoded(block, content).failures == told
