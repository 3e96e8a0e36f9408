"""When does a truce become a settlement?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.settlement import settlement_probability

shares = st.floats(0, 1)
steady = settings(derandomize=True, deadline=None)


@steady
@given(rate=shares, hardliners=shares, trust=shares, threshold=st.floats(0, 0.99))
def test_settlement_is_a_probability_that_rises_with_trust_and_falls_with_hardliners(
    rate: float, hardliners: float, trust: float, threshold: float
) -> None:
    chance = settlement_probability(rate, hardliners, trust, threshold)
    assert 0 <= chance <= rate + 1e-12
    assert settlement_probability(rate, hardliners, 1.0, threshold) >= chance
    assert settlement_probability(rate, 1.0, trust, threshold) == 0


@steady
@given(rate=shares, hardliners=shares, trust=shares, threshold=st.floats(0, 0.99))
def test_nothing_settles_at_or_below_the_threshold(
    rate: float, hardliners: float, trust: float, threshold: float
) -> None:
    at_most = min(trust, threshold)
    assert settlement_probability(rate, hardliners, at_most, threshold) == 0


def test_settlement_at_its_limits() -> None:
    assert settlement_probability(0.006, 0.0, 1.0, 0.65) == pytest.approx(0.006)
    assert settlement_probability(0.006, 0.25, 0.825, 0.65) == pytest.approx(0.006 * 0.75 * 0.5)
