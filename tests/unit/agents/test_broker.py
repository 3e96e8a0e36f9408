"""The broker: a third party whose power to press wears away."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.broker import Broker
from sim.behaviour import Record
from sim.parameters import World

WORLD = World(leverage_decay=0.0015)
steady = settings(derandomize=True, deadline=None)


class Stand(Record):
    """A broker without a model around it."""

    leverage: float
    bias: float


def broker(leverage: float = 0.5, bias: float = 0.4) -> Stand:
    return Stand(leverage=leverage, bias=bias)


def test_leverage_wears_with_time() -> None:
    one = broker()
    Broker.wear(one, WORLD, False)
    assert one.leverage == pytest.approx(0.5 * (1 - 0.0015))


def test_leverage_wears_more_on_a_day_with_a_violation() -> None:
    one = broker()
    Broker.wear(one, WORLD, True)
    assert one.leverage == pytest.approx(0.5 * (1 - 0.0015) * (1 - 0.02))


@steady
@given(leverage=st.floats(0, 1), decay=st.floats(0, 1), use=st.floats(0, 1), violated=st.booleans())
def test_leverage_only_falls_and_never_below_nothing(
    leverage: float, decay: float, use: float, violated: bool
) -> None:
    one = broker(leverage)
    Broker.wear(one, World(leverage_decay=decay, leverage_use=use), violated)
    assert 0 <= one.leverage <= leverage


@pytest.mark.parametrize(
    ("bias", "friends", "state", "groups"),
    [
        (0.0, False, 1.0, 1.0),
        (0.4, False, 0.6, 0.6),
        (-0.4, False, 0.6, 0.6),
        (1.0, False, 0.0, 0.0),
        (0.4, True, 0.6, 1.0),  # the groups' friend: they believe it, the state does less
        (-0.4, True, 1.0, 0.6),
    ],
)
def test_who_believes_whom(bias: float, friends: bool, state: float, groups: float) -> None:
    world = World(friends_are_believed=friends)
    one = broker(bias=bias)
    assert Broker.believed_by_state(one, world) == pytest.approx(state)
    assert Broker.believed_by_groups(one, world) == pytest.approx(groups)
