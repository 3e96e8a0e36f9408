"""Blocks, stages, and what is missing of a larger sweep: every run belongs to exactly one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.sweep.blocks import MOST_POINTS, Block, areas_to_add, stage_of

SIZES = st.integers(1, 25)
BLOCKS = st.builds(Block, st.integers(0, 50), SIZES, st.integers(0, 50), SIZES)


def runs_of(block: Block) -> list[tuple[int, int]]:
    return [
        (block.first_point + point, block.first_run + run)
        for point in range(block.points)
        for run in range(block.runs)
    ]


def covered(blocks: list[Block]) -> Counter[tuple[int, int]]:
    return Counter(run for block in blocks for run in runs_of(block))


@given(BLOCKS, st.integers(1, 400))
def test_every_run_of_a_stage_is_in_exactly_one_block(area: Block, block_size: int) -> None:
    blocks = list(stage_of(area, block_size).blocks())
    assert covered(blocks) == Counter(runs_of(area))
    assert all(block.size <= block_size for block in blocks)


@given(BLOCKS.filter(lambda block: block.size > 1))
def test_halves_share_a_block_between_them(block: Block) -> None:
    near, far = block.halves()
    assert covered([near, far]) == Counter(runs_of(block))
    assert near < far or block.points > 1
    assert abs(near.size - far.size) <= max(block.runs, 1)


@given(BLOCKS, st.integers(-1, 80), st.integers(-1, 80))
def test_a_block_knows_what_it_holds(block: Block, point: int, run: int) -> None:
    assert block.holds(point, run) == ((point, run) in runs_of(block))


def test_a_single_run_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="single run"):
        Block(4, 1, 2, 1).halves()


@given(SIZES, SIZES, st.integers(0, 9), st.integers(0, 9))
def test_what_is_missing_is_added_once(points: int, runs: int, new: int, more: int) -> None:
    had = Block(0, runs, 0, points)
    added = areas_to_add([runs] * points + [0] * new, [runs + more] * (points + new))
    assert covered([had, *added]) == Counter(runs_of(Block(0, runs + more, 0, points + new)))
    assert all(area.size for area in added)


def test_nothing_is_missing_of_the_same_sweep_and_all_of_a_new_one() -> None:
    assert areas_to_add([7] * 5, [7] * 5) == []
    assert areas_to_add([0] * 5, [7] * 5) == [Block(0, 7, 0, 5)]


@given(BLOCKS, st.integers(1, 400))
def test_a_stage_that_is_stopped_has_sampled_all_points_alike(area: Block, size: int) -> None:
    stage = stage_of(area, size)
    done: Counter[int] = Counter({area.first_point + point: 0 for point in range(area.points)})
    for block in stage.blocks():
        for point in range(block.first_point, block.first_point + block.points):
            done[point] += block.runs
        assert max(done.values()) - min(done.values()) <= stage.block_runs


def test_a_block_never_holds_more_points_than_fit_into_a_message() -> None:
    blocks = list(stage_of(Block(0, 3, 0, 2500), 200_000).blocks())
    assert {block.points for block in blocks} == {MOST_POINTS, 500}
