"""Counts of daily paths, and the quantiles read from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import PERCENTS, PathCounts, bands_table
from sim.analysis.bands import MOST_RUNS, quantiles
from sim.errors import UsageError
from sim.grids import CELLS, FIRST_CELL, VARIABLES

VALUES = np.array([0.0, 1.0, 2.0, 5.0, 7.0])


def counted(places: list[int]) -> np.ndarray:
    return np.bincount(places, minlength=len(VALUES)).astype(np.uint32)[np.newaxis]


def paths_of(runs_by_day: list[list[int]]) -> PathCounts:
    """Runs that hold on each day, each at the same place of every variable."""
    counts = np.zeros((len(runs_by_day), CELLS), np.uint32)
    for day, places in enumerate(runs_by_day):
        for place in places:
            for variable in VARIABLES:
                counts[day, FIRST_CELL[variable.name] + place] += 1
    return PathCounts(counts)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(1, 100))
def test_a_quantile_is_that_of_the_values_themselves(places: list[int], percent: int) -> None:
    found = quantiles(counted(places), VALUES, [percent])[0, 0]
    ordered = sorted(VALUES[places])
    not_above = [sum(other <= value for other in ordered) for value in ordered]
    enough = [
        value
        for value, number in zip(ordered, not_above, strict=True)
        if 100 * number >= percent * len(ordered)
    ]
    assert found == min(enough)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_a_quantile_is_never_below_a_lesser_one(places: list[int]) -> None:
    found = quantiles(counted(places), VALUES, range(1, 101))[0]
    assert (np.diff(found) >= 0).all()
    assert found[-1] == VALUES[max(places)]


def test_quantiles_of_many_runs_have_exact_ranks() -> None:
    half = MOST_RUNS // 2
    counts = np.array([[half, half + 1, 0, 0, 0], [half + 1, half, 0, 0, 0]], np.uint32)
    assert quantiles(counts, VALUES, [50]).tolist() == [[1.0], [0.0]]


def test_the_table_has_a_row_for_each_variable_and_day() -> None:
    table = bands_table(paths_of([[1, 2, 2, 3], [2, 3], []]))
    assert list(table.columns) == ["day", "variable", "holding", "q05", "q25", "q50", "q75", "q95"]
    assert table["day"].tolist() == [0, 1, 2] * len(VARIABLES)
    assert table["holding"].tolist() == [4, 2, 0] * len(VARIABLES)
    assert table["variable"].tolist() == [each.name for each in VARIABLES for _ in range(3)]
    outrage = table[table["variable"] == "outrage"]
    assert outrage["q50"].tolist()[:2] == [0.002, 0.002]
    assert outrage["q95"].tolist()[:2] == [0.003, 0.003]
    assert outrage.iloc[2][["q05", "q50", "q95"]].isna().all()


def test_other_quantiles_can_be_asked_for() -> None:
    table = bands_table(paths_of([[1, 2, 9]]), [10, 100])
    assert list(table.columns)[3:] == ["q10", "q100"]
    assert table["q100"].iloc[0] == 0.009


@pytest.mark.parametrize("percents", [[], [0], [50, 101], [-5]])
def test_percents_out_of_range_are_refused(percents: list[int]) -> None:
    with pytest.raises(UsageError, match="1 to 100"):
        bands_table(paths_of([[1]]), percents)


def test_parts_add_up_in_any_order() -> None:
    parts = [paths_of([[1, 2], [2]]), paths_of([[900, 4, 4], [4]]), paths_of([[7], []])]
    whole = paths_of([[1, 2, 900, 4, 4, 7], [2, 4]])
    assert parts[0] + parts[1] + parts[2] == whole
    assert parts[2] + (parts[0] + parts[1]) == whole
    assert parts[0] != whole
    assert whole.holding.tolist() == [6, 2]
    assert whole.horizon_days == 1


def test_adding_leaves_the_parts_as_they_were() -> None:
    one, other = paths_of([[1]]), paths_of([[2]])
    _ = one + other
    assert one == paths_of([[1]])
    assert other == paths_of([[2]])


def test_paths_with_other_horizons_are_not_added() -> None:
    with pytest.raises(UsageError, match=r"same horizon.*0 and 1 days"):
        paths_of([[1]]) + paths_of([[1], [1]])


def test_more_runs_than_a_count_can_hold_are_refused() -> None:
    many = paths_of([[3]])
    many.counts[many.counts > 0] = MOST_RUNS
    assert (paths_of([[]]) + many).holding[0] == MOST_RUNS
    with pytest.raises(UsageError, match="At most 4,294,967,295 runs"):
        many + paths_of([[3]])


def test_counts_of_another_width_are_refused() -> None:
    with pytest.raises(UsageError, match=f"{CELLS} cells"):
        PathCounts(np.zeros((3, 10), np.uint32))


def test_the_percents_of_a_band_are_symmetric() -> None:
    assert [100 - percent for percent in reversed(PERCENTS)] == list(PERCENTS)
