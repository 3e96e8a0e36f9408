"""Who is blamed for an incident?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.attribution import blame_probability, clarity, credibility

shares = st.floats(0, 1)
biases = st.floats(-1, 1)
steady = settings(derandomize=True, deadline=None)


@steady
@given(monitoring=shares, report=shares, more=shares)
def test_clarity_is_a_share_that_rises_with_monitors_and_reports(
    monitoring: float, report: float, more: float
) -> None:
    clear = clarity(monitoring, report)
    assert max(monitoring, report) - 1e-12 <= clear <= 1
    assert clarity(max(monitoring, more), report) >= clear
    assert clarity(monitoring, max(report, more)) >= clear


def test_clarity_at_its_limits() -> None:
    assert clarity(0.0, 0.0) == 0.0
    assert clarity(1.0, 0.0) == clarity(0.0, 1.0) == 1.0
    assert clarity(0.3, 0.0) == pytest.approx(0.3)
    assert clarity(0.5, 0.5) == pytest.approx(0.75)


@steady
@given(bias=biases)
def test_only_the_unbiased_are_believed_in_full(bias: float) -> None:
    believed = credibility(bias, bias, False)
    assert 0 <= believed <= 1
    assert believed == credibility(-bias, bias, False) == 1 - abs(bias)


@steady
@given(bias=biases)
def test_friends_are_believed_where_that_is_assumed(bias: float) -> None:
    # `bias` is toward the groups: to the state it is the bias to the other side.
    by_state, by_groups = credibility(bias, bias, True), credibility(-bias, bias, True)
    assert by_state == 1 - max(bias, 0)
    assert by_groups == 1 - max(-bias, 0)
    assert max(by_state, by_groups) == 1
    assert min(by_state, by_groups) == pytest.approx(credibility(bias, bias, False))


@steady
@given(clear=shares)
def test_blame_separates_the_guilty_from_the_innocent_as_it_becomes_clearer(clear: float) -> None:
    guilty, innocent = blame_probability(True, clear), blame_probability(False, clear)
    assert 0 <= innocent <= 0.5 <= guilty <= 1
    assert guilty + innocent == pytest.approx(1)
    assert guilty - innocent == pytest.approx(clear)


def test_blame_at_its_limits() -> None:
    assert blame_probability(True, 0.0) == blame_probability(False, 0.0) == 0.5
    assert blame_probability(True, 1.0) == 1.0
    assert blame_probability(False, 1.0) == 0.0
