"""What the days of a truce are shared out among: mechanisms, themes of mechanisms, or inputs.

A player that is *out* takes the values at which it does nothing. Mechanisms are those of
`sim.mechanisms`; inputs have neutral values of their own, stated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sim.mechanisms import MECHANISMS
from sim.scenario import Scenario

Value = bool | int | float

THEMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "power": (
        "Power shifts while the truce holds, and both sides see it coming.",
        ("sanctuary", "regrouping", "group_funding", "state_funding", "projection"),
    ),
    "brokers": (
        "Brokers press, pay and report, while their leverage lasts.",
        ("leverage", "leverage_loss"),
    ),
    "trust": (
        "Fear of being cheated, bad faith, and what is learnt from incidents.",
        ("fear", "bad_faith", "learning", "claims", "monitoring"),
    ),
    "politics": (
        "Publics, parliament and courts bear on the state.",
        ("audience_costs", "rally", "scrutiny", "release_ceiling"),
    ),
    "promises": (
        "Prisoners are promised, delivered or not, and still to come.",
        ("concessions", "arrears", "anticipation"),
    ),
    "violence": (
        "Spoilers, accidents and retaliation, and the splits of groups.",
        ("spoilers", "accidents", "retaliation", "splits", "factions", "collapse"),
    ),
    "endings": (
        "The term, the cost of a breach, and settlements.",
        ("expiry", "breach_cost", "settlement"),
    ),
}
"""Every mechanism stands in one theme; a test says so."""

INPUTS: dict[str, tuple[str, dict[str, Value]]] = {
    "refuge": ("Groups have a refuge across a border.", {"groups.sanctuary": 0.0}),
    "money of groups": ("Groups have outside money.", {"groups.funding": 0.0}),
    "hardliners": (
        "Some fighters oppose the truce, and the state knows.",
        {"groups.hardliner_share": 0.0, "groups.believed_hardliner_share": 0.0},
    ),
    "bad faith": ("A group may have signed only to rest.", {"groups.bad_faith_probability": 0.0}),
    "distrust": (
        "Both sides begin with less than the fullest trust.",
        {"groups.trust": 0.99, "state.trust": 0.99},
    ),
    "funds of the state": (
        "External funds of the state are below their earlier level, or paid for war.",
        {"state.funding": 1.0, "state.war_tied_funding": 0.0},
    ),
    "outrage at signing": ("The public is outraged on day 0.", {"state.outrage": 0.0}),
    "brokers": ("Brokers have leverage.", {"brokers.leverage": 0.0}),
    "bias of brokers": ("Brokers are somebody's friends.", {"brokers.bias": 0.0}),
    "terms": ("The terms give more or less than power would.", {"truce.terms_gap": 0.0}),
    "term": ("The truce has a term.", {"truce.term_days": 0}),
    "renegotiation": ("Renewals reset the terms.", {"truce.renegotiate": False}),
    "prisoners": ("Prisoners are promised.", {"truce.prisoners_promised": 0}),
    "monitors": ("Monitors name culprits.", {"truce.monitoring": 0.0}),
    "secrecy": ("Terms are kept from the public.", {"truce.opacity": 0.0}),
    "ratification": ("Parliament approved the truce.", {"truce.ratified": False}),
    "accidents": (
        "Clashes happen that nobody ordered, and are allowed for.",
        {"environment.accident_rate": 0.0, "environment.believed_accident_rate": 0.0},
    ),
}
"""Inputs by name: what it is that is taken away, and the values without it."""


@dataclass(frozen=True)
class Player:
    """Something that can be taken out of a scenario: `without` holds the values then, by path."""

    name: str
    sentence: str
    without: tuple[tuple[str, Value], ...]


def mechanisms_of(case: Scenario) -> list[Player]:
    """Return a player for each mechanism that is on."""
    return [
        Player(name, MECHANISMS[name].sentence, ((f"mechanisms.{name}", False),))
        for name in _on(case, MECHANISMS)
    ]


def themes_of(case: Scenario) -> list[Player]:
    """Return a player for each theme of which a mechanism is on."""
    return [
        Player(name, sentence, tuple((f"mechanisms.{each}", False) for each in on))
        for name, (sentence, members) in THEMES.items()
        if (on := _on(case, members))
    ]


def inputs_of(case: Scenario) -> list[Player]:
    """Return a player for each input that is not neutral in the scenario."""
    players = []
    for name, (sentence, neutral) in INPUTS.items():
        spelled = [pair for path, value in neutral.items() for pair in _spelled(case, path, value)]
        without = tuple((path, value) for path, now, value in spelled if now != value)
        if without:
            players.append(Player(name, sentence, without))
    if case.shocks:
        players.append(Player("shocks", "Dated changes strike.", (("shocks", ()),)))  # type: ignore[arg-type]
    return players


PLAYERS: dict[str, Callable[[Scenario], list[Player]]] = {
    "mechanisms": mechanisms_of,
    "themes": themes_of,
    "inputs": inputs_of,
}
"""What days can be shared out among, by name."""


def _on(case: Scenario, names: Iterable[str]) -> list[str]:
    off = set(case.mechanisms.switched_off())
    return [name for name in names if name not in off]


def _spelled(case: Scenario, path: str, value: Value) -> list[tuple[str, Value, Value]]:
    """Return path, value now and neutral value of a field, for every actor that has it."""
    section, field = path.split(".")
    part = getattr(case, section)
    if isinstance(part, tuple):
        return [
            (f"{section}.{n}.{field}", getattr(item, field), value) for n, item in enumerate(part)
        ]
    return [(path, getattr(part, field), value)]
