"""The points of a sweep as a table: their numbers stay, and damage is noticed."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import ResultsError, UsageError
from sim.sweep.points import POINTS, Points, points_of_study, read_points, write_points
from tests.crews import HORIZON, small_study

STUDY = small_study(compare_to="{brokers.0.leverage: 0.25}")
FACTORS = STUDY.factors


@pytest.fixture
def points() -> Points:
    return points_of_study(STUDY)


def test_points_of_a_study_stand_in_its_order(points: Points) -> None:
    assert points.values == STUDY.points
    assert points.baseline == STUDY.baseline == 0
    assert points.horizons == (HORIZON,) * len(points)
    assert [points.scenario(n).digest for n in range(5)] == [
        STUDY.scenario(n).digest for n in range(5)
    ]


def test_a_varied_horizon_is_that_of_each_point() -> None:
    study = small_study(factors="{horizon_days: [10, 20], brokers.0.leverage: [0, 1]}")
    assert points_of_study(study).horizons == (10, 10, 20, 20)


def test_there_is_no_point_beyond_the_last(points: Points) -> None:
    for number in (-1, 5):
        with pytest.raises(UsageError, match=f"numbered from 0 to 4, not {number}"):
            points.scenario(number)


def test_points_come_back(points: Points, tmp_path: Path) -> None:
    write_points(tmp_path, points)
    assert read_points(tmp_path, FACTORS) == points


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    study = small_study(
        base="kabul_shock",
        factors="{horizon_days: [10, 20], mechanisms.spoilers: [true, false], "
        "groups.0.trust: [0.1, 0.30000000000000004], shocks.0.day: {from: 1, to: 3, steps: 3}}",
    )
    points = points_of_study(study)
    write_points(tmp_path, points)
    back = read_points(tmp_path, study.factors)
    assert back == points
    assert back.digest == points.digest
    assert [list(map(type, row)) for row in back.values] == [
        list(map(type, row)) for row in points.values
    ]


def test_added_points_come_after_those_that_are_there(points: Points) -> None:
    wanted = points_of_study(small_study(leverage=(1.0, 0.1, 0.0, 0.9, 0.25, 0.5, 0.75)))
    more = points.extended(wanted)
    assert more.values[:5] == points.values
    assert set(more.values) == set(wanted.values)
    assert len(more) == 7 == len(more.horizons)
    assert more.baseline is None
    assert points.not_in(wanted) == 0
    assert wanted.not_in(points) == 2


def test_the_baseline_is_the_one_that_is_wanted(points: Points) -> None:
    study = small_study(compare_to="{brokers.0.leverage: 1.0}")
    more = points.extended(points_of_study(study))
    assert more.values[more.baseline or 0] == (1.0,)
    assert more.values == points.values


def test_the_first_points_alone(points: Points) -> None:
    assert points.first(2).values == points.values[:2]
    assert points.first(2).baseline == 0
    assert replace(points, baseline=3).first(3).baseline is None


def test_the_digest_covers_all_but_the_baseline(points: Points) -> None:
    others = [
        replace(points, base_yaml="title: another"),
        replace(points, factors=("groups.0.trust",)),
        replace(points, values=((0.1,), *points.values[1:])),
        replace(points, values=points.values[::-1]),
        replace(points, horizons=(1,) * 5),
        points.first(4),
    ]
    assert len({points.digest, *(other.digest for other in others)}) == 7
    assert replace(points, baseline=None).digest == points.digest


@pytest.mark.parametrize("damage", [b"", b"nothing", None])
def test_points_that_are_no_points(points: Points, tmp_path: Path, damage: bytes | None) -> None:
    if damage is not None:
        (tmp_path / POINTS).write_bytes(damage)
    with pytest.raises(ResultsError, match="missing or damaged"):
        read_points(tmp_path, FACTORS)


def test_a_flipped_byte_is_noticed_or_changes_nothing(points: Points, tmp_path: Path) -> None:
    write_points(tmp_path, points)
    content = (tmp_path / POINTS).read_bytes()
    noticed = 0
    for place in random.Random(1).sample(range(len(content)), 200):
        spoiled = bytearray(content)
        spoiled[place] ^= 1 << place % 8
        (tmp_path / POINTS).write_bytes(spoiled)
        try:
            back = read_points(tmp_path, FACTORS)
        except ResultsError:
            noticed += 1
        else:
            noticed += back.digest != points.digest
            assert back.digest != points.digest or back.values == points.values
    assert noticed > 10
