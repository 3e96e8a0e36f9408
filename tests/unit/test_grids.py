"""The grids of daily paths, and the cells that behaviours find on them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import numeric_fields
from sim.grids import (
    CELLS,
    FIRST_CELL,
    LEAST_STRENGTH,
    MOST_STRENGTH,
    OCTAVE_STEPS,
    SHARE_STEPS,
    VARIABLES,
)
from sim.moments import Moment, cell_of_share, cell_of_strength

BY_NAME = {variable.name: variable for variable in VARIABLES}
SHARES, STRENGTHS = BY_NAME["outrage"].values, BY_NAME["strength"].values


def nearest(values: np.ndarray, value: float) -> float:
    return float(np.min(np.abs(values - value)))


def test_every_variable_is_a_field_of_a_moment() -> None:
    assert set(BY_NAME) <= set(numeric_fields(Moment))


def test_the_cells_of_all_variables_lie_side_by_side() -> None:
    taken = [
        FIRST_CELL[variable.name] + place
        for variable in VARIABLES
        for place in range(len(variable.values))
    ]
    assert taken == list(range(CELLS))


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda each: each.name)
def test_the_values_of_a_variable_ascend(variable) -> None:
    assert (np.diff(variable.values) > 0).all()


def test_the_ends_of_the_grids() -> None:
    assert (SHARES[0], SHARES[-1], len(SHARES)) == (0.0, 1.0, SHARE_STEPS + 1)
    assert (STRENGTHS[0], STRENGTHS[-1]) == (LEAST_STRENGTH, MOST_STRENGTH)


@pytest.mark.parametrize("value", [0.0, 0.25, 0.5, 0.6, 1.0])
def test_round_shares_are_kept_exactly(value: float) -> None:
    assert SHARES[cell_of_share(value)] == value


@pytest.mark.parametrize("value", [0.25, 0.5, 0.75, 1.0, 1.5, 20.0])
def test_round_strengths_are_kept_exactly(value: float) -> None:
    assert STRENGTHS[cell_of_strength(value)] == value


@given(st.floats(0, 1))
def test_a_share_is_within_half_a_thousandth_of_its_cell(share: float) -> None:
    found = SHARES[cell_of_share(share)]
    assert abs(found - share) <= 0.0005 * (1 + 1e-9)
    assert abs(found - share) <= nearest(SHARES, share) + 1e-12


@given(st.floats(LEAST_STRENGTH, MOST_STRENGTH))
def test_a_strength_is_within_a_fifth_of_a_percent_of_its_cell(strength: float) -> None:
    found = STRENGTHS[cell_of_strength(strength)]
    assert abs(found - strength) <= 0.5 * strength / OCTAVE_STEPS
    assert abs(found - strength) <= 0.002 * strength
    assert abs(found - strength) == nearest(STRENGTHS, strength)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_rounding_keeps_order(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert cell_of_strength(low) <= cell_of_strength(high)
    assert cell_of_share(low) <= cell_of_share(high)


@pytest.mark.parametrize(
    ("value", "kept"), [(0.0, LEAST_STRENGTH), (1e-6, LEAST_STRENGTH), (1e9, MOST_STRENGTH)]
)
def test_strengths_beyond_the_ends_are_counted_at_the_ends(value: float, kept: float) -> None:
    assert STRENGTHS[cell_of_strength(value)] == kept


@pytest.mark.parametrize(("value", "kept"), [(-0.1, 0.0), (1.1, 1.0)])
def test_shares_beyond_the_ends_are_counted_at_the_ends(value: float, kept: float) -> None:
    assert SHARES[cell_of_share(value)] == kept
