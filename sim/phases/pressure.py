"""What comes from outside: shocks, and what brokers press for and report."""

from __future__ import annotations

from sim.agents import broker as brokers_do
from sim.behaviour import behaviour
from sim.rules.attribution import clarity
from sim.theatre import FUNDING, LEVERAGE, STATE_FUNDING, Shock, Theatre


@behaviour
def moved(value: float, to: float, days_left: int) -> float:
    """Return an input after one day of its way to `to`; the last day arrives exactly."""
    return to if days_left <= 1 else value + (to - value) / days_left


@behaviour
def shocks_strike(theatre: Theatre) -> None:
    """1. Shocks strike: funds, sanctuaries and leverage take their dated steps and ramps."""
    day = theatre.luck.day
    for n in range(len(theatre.shocks)):
        shock = theatre.shocks[n]
        if shock.day <= day < shock.day + shock.over_days:
            left = shock.day + shock.over_days - day
            if shock.target == STATE_FUNDING:
                state = theatre.state
                state.funding = moved(state.funding, shock.to, left)
            elif shock.target == LEVERAGE:
                broker = theatre.brokers[shock.place]
                broker.leverage = moved(broker.leverage, shock.to, left)
            else:
                shock_groups(theatre, shock, left)


@behaviour
def shock_groups(theatre: Theatre, shock: Shock, left: int) -> None:
    """Change the funds or the sanctuary of a group and of those who broke away from it."""
    for i in range(len(theatre.groups)):
        group = theatre.groups[i]
        if i == shock.place or (group.present and group.parent == shock.place):
            if shock.target == FUNDING:
                group.funding = moved(group.funding, shock.to, left)
            else:
                group.sanctuary = moved(group.sanctuary, shock.to, left)


@behaviour
def brokers_press(theatre: Theatre) -> None:
    """2. Brokers press and report: the strongest presses, the most convincing is believed.

    Rule for several brokers (assumption): rewards and punishments are those of the broker with
    most leverage, the first of them at a tie; each side listens to the broker whose leverage times
    credibility is highest for it.
    """
    truce = theatre.truce
    truce.leverage = 0.0
    truce.bias = 0.0
    to_state = 0.0
    to_groups = 0.0
    for n in range(len(theatre.brokers)):
        broker = theatre.brokers[n]
        if broker.leverage > truce.leverage:
            truce.leverage = broker.leverage
            truce.bias = broker.bias
        heard = brokers_do.believed_by_state(broker, theatre.world) * broker.leverage
        to_state = max(to_state, heard)
        heard = brokers_do.believed_by_groups(broker, theatre.world) * broker.leverage
        to_groups = max(to_groups, heard)
    report = theatre.world.broker_report
    truce.clear_to_state = clarity(truce.monitoring, report * to_state)
    truce.clear_to_groups = clarity(truce.monitoring, report * to_groups)
