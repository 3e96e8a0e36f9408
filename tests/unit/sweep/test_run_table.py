"""The fingerprint of runs: the same in any order and division, another for any other run."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.sweep.run_table import NOTHING, RUN, as_text, fingerprint, together

ROWS = st.lists(
    st.tuples(
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**16 - 1),
        st.integers(0, 7),
        st.integers(0, 15),
    ),
    min_size=1,
    max_size=30,
)


def print_of(rows: list[tuple[int, ...]]) -> tuple[int, int]:
    points, runs, *kept = (np.array(column, dtype=np.uint32) for column in zip(*rows, strict=True))
    table = np.empty(len(rows), dtype=RUN)
    for name, column in zip(RUN.names or (), kept, strict=True):
        table[name] = column
    return fingerprint(points, runs, table)


@given(ROWS, st.randoms(use_true_random=False))
def test_order_is_no_matter(rows: list[tuple[int, ...]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert print_of(shuffled) == print_of(rows)


@given(ROWS, ROWS)
def test_parts_add_up(some: list[tuple[int, ...]], others: list[tuple[int, ...]]) -> None:
    assert together(print_of(some), print_of(others)) == print_of(some + others)
    assert together(print_of(some), NOTHING) == print_of(some)


@given(ROWS, st.data())
def test_every_field_of_every_row_counts(rows: list[tuple[int, ...]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.integers(0, 4))
    other = list(rows[place])
    other[field] ^= 1
    changed = [*rows[:place], tuple(other), *rows[place + 1 :]]
    assert print_of(changed) != print_of(rows)


def test_runs_that_change_places_are_noticed() -> None:
    one, other = (0, 0, 10, 1, 1), (0, 1, 20, 2, 2)
    swapped = [(0, 0, 20, 2, 2), (0, 1, 10, 1, 1)]
    assert print_of([one, other]) != print_of(swapped)


def test_the_number_is_that_of_other_machines() -> None:
    assert as_text(print_of([(0, 0, 0, 0, 0), (1, 2, 300, 4, 5)])) == KNOWN
    assert as_text(NOTHING) == "0" * 32


KNOWN = "98ab88fe963e863268f71adead157b0e"  # worked out with whole numbers of Python
