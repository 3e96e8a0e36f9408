"""Round ticks and signed numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.number_axis import decimals_of, round_step, round_ticks, signed, with_minus

NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, st.floats(0, 1e6).filter(lambda span: span == 0 or span > 2), st.integers(1, 12))
def test_ticks_enclose_what_is_drawn_on_an_even_grid(low: float, span: float, most: int) -> None:
    ticks = round_ticks(low, low + span, most)
    step = ticks[1] - ticks[0]
    assert ticks[0] <= low + 1e-6 * step
    assert ticks[-1] >= low + span - 1e-6 * step
    np.testing.assert_allclose(np.diff(ticks), step, rtol=1e-6)
    assert 2 <= len(ticks) <= most + 3


def test_equal_numbers_are_taken_apart() -> None:
    assert round_ticks(7.0, 7.0) == [7.0, 8.0]
    assert round_ticks(100_000.4, 100_000.4 + 1e-7) == [100_000.0, 100_001.0]


@given(st.floats(1e-6, 1e9), st.integers(1, 12))
def test_steps_are_1_2_or_5_times_a_power_of_ten(span: float, most: int) -> None:
    digits = f"{round_step(span, most):.6e}"
    assert digits[0] in "125"
    assert float(digits.split("e")[0]) == int(digits[0])


def test_zero_is_a_plain_zero_and_stands_among_ticks_on_both_sides() -> None:
    assert str(round_ticks(-18.0, 61.0)) == "[-20.0, 0.0, 20.0, 40.0, 60.0, 80.0]"


@pytest.mark.parametrize(
    ("number", "decimals", "written"),
    [(3.44, 1, "+3.4"), (-3.46, 1, "−3.5"), (-0.04, 1, "0.0"), (1234.5, 0, "+1,234"), (0, 0, "0")],
)
def test_numbers_carry_a_real_sign_unless_they_round_to_nothing(number, decimals, written) -> None:
    assert signed(number, decimals) == written
    assert with_minus(number, decimals) == written.removeprefix("+")


@pytest.mark.parametrize(("step", "decimals"), [(20, 0), (1, 0), (0.5, 1), (0.2, 1), (0.05, 2)])
def test_ticks_have_as_many_decimals_as_their_step(step: float, decimals: int) -> None:
    assert decimals_of(step) == decimals
