"""The mechanisms of the model, each of which a scenario can switch off by name.

A mechanism is off when its parameters take the values at which it does nothing. No behaviour asks
whether a mechanism is on, and because every draw has its own address (`sim.noise`), switching one
off leaves everyone's luck in all the others unchanged. What the parties *believe* about a process
is a parameter of its own and stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mechanism:
    """A part of the theory that can be removed: `neutral` holds the values that remove it."""

    name: str
    sentence: str
    neutral: dict[str, float | int | bool]


_NEVER = 1_000_000

MECHANISMS: dict[str, Mechanism] = {
    mechanism.name: mechanism
    for mechanism in (
        Mechanism(
            "sanctuary",
            "Refuge across a border gives a group room to grow and shields it.",
            {"model.sanctuary_capacity": 0.0, "model.sanctuary_shield": 0.0},
        ),
        Mechanism(
            "regrouping",
            "Groups recruit and grow while the truce holds.",
            {"model.recruitment_rate": 0.0},
        ),
        Mechanism(
            "group_funding",
            "Money makes a group grow faster and further.",
            {"model.recruitment_funding": 0.0, "model.funding_capacity": 0.0},
        ),
        Mechanism(
            "state_funding",
            "The state's capability and its cost of war hang on external funds.",
            {"state.funding_dependence": 0.0, "model.tied_funding_value": 0.0},
        ),
        Mechanism(
            "leverage",
            "Brokers reward keeping the truce, punish breaking it and report who did.",
            {"model.stick": 0.0, "model.carrot": 0.0, "model.broker_report": 0.0},
        ),
        Mechanism(
            "leverage_loss",
            "Leverage fades with time and is spent on every violation.",
            {"model.leverage_decay": 0.0, "model.leverage_use": 0.0},
        ),
        Mechanism("monitoring", "Monitors help to name the culprit.", {"truce.monitoring": 0.0}),
        Mechanism(
            "projection",
            "Both sides weigh the power they expect to have, not only what they have.",
            {"model.shadow_weight": 0.0},
        ),
        Mechanism(
            "fear",
            "A side that expects to be cheated values the truce less.",
            {"model.sucker_cost": 0.0},
        ),
        Mechanism(
            "factions",
            "Hardliners in a group's ranks make the truce costly for its leaders.",
            {"model.faction_cost": 0.0},
        ),
        Mechanism(
            "breach_cost",
            "Breaking a truce before its term costs the one who does it.",
            {"model.breach_cost": 0.0},
        ),
        Mechanism(
            "bad_faith",
            "Some parties sign only to rest, rearm or gain time.",
            {"groups.bad_faith_probability": 0.0, "state.bad_faith_probability": 0.0},
        ),
        Mechanism(
            "audience_costs",
            "Public outrage makes the truce costly for the state.",
            {"state.audience_cost": 0.0, "model.outrage_covert": 0.0},
        ),
        Mechanism(
            "rally",
            "Public outrage makes war cheaper for the state.",
            {"model.outrage_rally": 0.0},
        ),
        Mechanism(
            "scrutiny",
            "Parliament and court question a secret truce and halt concessions.",
            {"state.scrutiny_rate": 0.0},
        ),
        Mechanism(
            "release_ceiling",
            "An outraged public stops releases.",
            {"model.release_ceiling": 1.0},
        ),
        Mechanism(
            "concessions",
            "Prisoners are promised as the price of the truce.",
            {"truce.prisoners_promised": 0},
        ),
        Mechanism(
            "arrears",
            "Unkept promises cost value and trust.",
            {"model.arrears_weight": 0.0, "model.arrears_distrust": 0.0},
        ),
        Mechanism(
            "anticipation",
            "Concessions still to come hold a group that trusts the state.",
            {"model.concession_value": 0.0},
        ),
        Mechanism(
            "spoilers",
            "Hardliners, splinters and outsiders attack to wreck the truce.",
            {"groups.spoiler_rate": 0.0},
        ),
        Mechanism(
            "accidents",
            "Clashes happen that nobody ordered.",
            {"environment.accident_rate": 0.0},
        ),
        Mechanism(
            "retaliation",
            "Violations that are blamed on a side are answered by force.",
            {"state.retaliation": 0.0, "groups.retaliation": 0.0},
        ),
        Mechanism(
            "claims",
            "Attackers claim some attacks, which settles who did them.",
            {"model.core_claim_probability": 0.0, "model.outsider_claim_probability": 0.0},
        ),
        Mechanism(
            "learning",
            "Both sides learn from incidents whom they can trust.",
            {"model.evidence_weight": 0.0, "model.arrears_distrust": 0.0},
        ),
        Mechanism("splits", "Hardliners break away.", {"groups.split_rate": 0.0}),
        Mechanism(
            "settlement",
            "Lasting mutual trust turns a truce into a settlement.",
            {"model.settlement_rate": 0.0},
        ),
        Mechanism(
            "expiry",
            "The truce ends at its term unless it is renewed.",
            {"truce.term_days": 0},
        ),
        Mechanism(
            "collapse",
            "Enough deaths end a truce that nobody calls off.",
            {"model.violence_deaths": _NEVER},
        ),
    )
}
