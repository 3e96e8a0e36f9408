"""What was promised, what is due, and what is owed?"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.concessions import (
    arrears_share,
    hold_of_promises,
    next_instalment,
    prisoners_due,
)

prisoners = st.integers(0, 10_000)
instalments = st.integers(1, 100)
spacings = st.integers(1, 365)
steady = settings(derandomize=True, deadline=None)


@steady
@given(promised=prisoners, number=instalments, days=spacings, age=st.integers(0, 40_000))
def test_what_is_due_rises_with_age_to_what_was_promised(
    promised: int, number: int, days: int, age: int
) -> None:
    due = prisoners_due(promised, number, days, age)
    assert 0 <= due <= promised
    assert due <= prisoners_due(promised, number, days, age + 1)
    assert prisoners_due(promised, number, days, number * days) == promised
    assert prisoners_due(promised, number, days, days - 1) == 0


def test_instalments_fall_due_on_their_days_and_on_no_other() -> None:
    due = [prisoners_due(102, 6, 10, age) for age in range(80)]
    assert due[:10] == [0] * 10
    assert [due[age] for age in (10, 20, 30, 40, 50, 60)] == [17, 34, 51, 68, 85, 102]
    assert {later - earlier for earlier, later in itertools.pairwise(due)} == {0, 17}


@steady
@given(promised=prisoners, number=instalments)
def test_instalments_differ_by_one_prisoner_at_most(promised: int, number: int) -> None:
    due = [prisoners_due(promised, number, 1, age) for age in range(number + 1)]
    sizes = {later - earlier for earlier, later in itertools.pairwise(due)}
    assert max(sizes) - min(sizes) <= 1


@steady
@given(promised=prisoners, number=instalments)
def test_handing_over_instalment_by_instalment_frees_everybody(promised: int, number: int) -> None:
    delivered = handed = 0
    while delivered < promised:
        size = next_instalment(promised, number, delivered)
        assert size > 0
        delivered += size
        handed += 1
    assert delivered == promised
    assert handed <= number


@steady
@given(promised=prisoners, number=instalments, age=st.integers(0, 100))
def test_the_next_instalment_never_exceeds_what_is_due_when_something_is_owed(
    promised: int, number: int, age: int
) -> None:
    due, delivered = prisoners_due(promised, number, 1, age), 0
    while due > delivered:
        delivered += next_instalment(promised, number, delivered)
        assert delivered <= due


@steady
@given(promised=st.integers(1, 10_000), due=prisoners, delivered=prisoners)
def test_arrears_are_a_share(promised: int, due: int, delivered: int) -> None:
    due = min(due, promised)
    delivered = min(delivered, due)
    owed = arrears_share(due, delivered, promised)
    assert 0 <= owed <= 1
    assert owed == (due - delivered) / promised


def test_arrears_at_their_limits() -> None:
    assert arrears_share(0, 0, 0) == 0
    assert arrears_share(102, 102, 102) == 0
    assert arrears_share(102, 0, 102) == 1


@steady
@given(value=st.floats(0, 1), promised=prisoners, share=st.floats(0, 1), trust=st.floats(0, 1))
def test_promises_hold_less_the_more_is_delivered_and_more_the_more_they_are_trusted(
    value: float, promised: int, share: float, trust: float
) -> None:
    delivered = int(promised * share)
    hold = hold_of_promises(value, promised, delivered, trust)
    assert 0 <= hold <= hold_of_promises(value, promised, 0, trust)
    assert hold <= hold_of_promises(value, promised, delivered, 1.0)
    assert hold_of_promises(value, promised, promised, trust) == 0


def test_a_hundred_trusted_prisoners_hold_a_group_by_the_value_of_a_hundred() -> None:
    assert hold_of_promises(0.05, 100, 0, 1.0) == pytest.approx(0.05)
