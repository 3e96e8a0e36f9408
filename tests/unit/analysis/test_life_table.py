"""The integer life table: counting, merging, refusing what cannot be counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import LifeTable, life_table, merge
from sim.errors import ResultsError, UsageError

HORIZON = 12
CAUSES = 3
RUNS = st.lists(st.tuples(st.integers(0, HORIZON), st.integers(0, CAUSES)), max_size=40)


def table_of(runs: list[tuple[int, int]], horizon: int = HORIZON) -> LifeTable:
    days, codes = np.array(runs, dtype=np.int64).reshape(-1, 2).T
    return life_table(days, codes, horizon, CAUSES)


def test_counts_by_cause_and_day() -> None:
    table = life_table([0, 2, 2, 3, 3, 1], [1, 1, 2, 0, 2, 0], 3, causes=2)
    assert table.ended.tolist() == [[1, 0, 1, 0], [0, 0, 1, 1]]
    assert table.censored.tolist() == [0, 1, 0, 1]
    assert table.at_risk.tolist() == [6, 5, 4, 2]
    assert table.ended_by_day.tolist() == [1, 0, 2, 1]
    assert (table.runs, table.horizon_days, table.cut_short) == (6, 3, 1)


def test_ending_on_the_horizon_day_comes_before_censoring_on_it() -> None:
    table = life_table([3, 3, 3], [1, 0, 0], 3)
    assert table.at_risk[3] == 3
    assert table.cut_short == 0


@given(RUNS)
def test_every_run_is_counted_once(runs: list[tuple[int, int]]) -> None:
    table = table_of(runs)
    assert table.runs == len(runs)
    for day in range(HORIZON + 1):
        assert table.at_risk[day] == sum(lasted >= day for lasted, _ in runs)
        for code in range(1, CAUSES + 1):
            assert table.ended[code - 1, day] == runs.count((day, code))


@given(RUNS, st.randoms(use_true_random=False))
def test_order_of_runs_does_not_matter(runs: list[tuple[int, int]], shuffler) -> None:
    shuffled = list(runs)
    shuffler.shuffle(shuffled)
    assert table_of(shuffled) == table_of(runs)


@given(RUNS, RUNS, RUNS)
def test_tables_of_parts_merge_to_the_table_of_all(a, b, c) -> None:
    whole = table_of([*a, *b, *c])
    assert merge([table_of(a), table_of(b), table_of(c)]) == whole
    assert merge([table_of(c), table_of(a) + table_of(b)]) == whole


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int64])
def test_narrow_integers_do_not_overflow(dtype: type) -> None:
    days = np.full(300, 200, dtype=dtype)
    table = life_table(days, np.full(300, 5, dtype=np.uint8), 1000)
    assert table.ended[4, 200] == 300


def test_no_runs_give_an_empty_table() -> None:
    assert life_table([], [], 5).runs == 0


@pytest.mark.parametrize(
    ("days", "codes", "words"),
    [
        ([1, 2], [1], "2 durations but 1 endings"),
        ([1.0], [1], "whole numbers"),
        ([True], [1], "whole numbers"),
        ([-1], [1], "between 0 and 10"),
        ([11], [1], "between 0 and 10"),
        ([1], [6], "between 0 and 5"),
        ([1], [-1], "between 0 and 5"),
    ],
)
def test_what_cannot_be_counted_is_refused(days, codes, words: str) -> None:
    with pytest.raises(ResultsError, match=words):
        life_table(days, codes, 10)


def test_tables_of_different_horizons_do_not_add_up() -> None:
    with pytest.raises(UsageError, match="same horizon"):
        life_table([1], [1], 10) + life_table([1], [1], 11)
    with pytest.raises(UsageError, match="no life table"):
        merge([])


def test_shapes_must_fit() -> None:
    with pytest.raises(UsageError, match="life table needs"):
        LifeTable(ended=np.zeros((2, 3), np.int64), censored=np.zeros(4, np.int64))


def test_a_table_cannot_be_changed_and_equals_only_tables() -> None:
    table = life_table([1], [1], 10)
    with pytest.raises(ValueError, match="read-only"):
        table.ended[0, 0] = 7
    assert table != "a table"
