"""Every number of the model: default, bounds, unit, kind, meaning and source, one field each.

The tables of the docs, the JSON Schema, `truce explain` and the checks of a scenario are all
generated from the fields below; nothing else repeats them.

*Kind* says who sets a number: ``context`` describes the case, ``design`` is chosen by those who
write the truce, ``global`` is the same in every conflict and is calibrated, ``constant`` is fixed
by definition or by measurement and is rarely touched.

*Source* ends with a status mark: ``[V]`` seen in the cited source, ``[D]`` computed from public
data, ``[R]`` recalled from the literature and not checked, ``[P]`` found with the prototype of the
model, ``[A]`` assumption of this project.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

Kind = Literal["context", "design", "global", "constant"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUS_MARKS = ("[V]", "[D]", "[R]", "[P]", "[A]")

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")
]


def parameter(
    default: float | int | bool,
    *,
    meaning: str,
    unit: str,
    kind: Kind,
    source: str,
    bounds: tuple[float, float] | None = None,
    sweep: tuple[float, float] | None = None,
) -> Any:
    """Declare one number of the model.

    `bounds` are the values that a scenario may take (both ends included, none for a yes or no);
    `sweep` is the narrower range worth exploring, by default the bounds.
    """
    limits: dict[str, Any] = {} if bounds is None else {"ge": bounds[0], "le": bounds[1]}
    return Field(
        default=default,
        description=meaning,
        json_schema_extra={
            "unit": unit,
            "kind": kind,
            "source": source,
            "sweep": list(sweep or bounds or ()),
        },
        **limits,
    )


class Section(BaseModel):
    """A section of a scenario: a fixed set of fields, checked strictly and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


# One parameter reads as one entry of a table, so the formatter stays out.
# fmt: off
class TruceTerms(Section):
    """What was agreed: the term, the price, the secrecy and the checks."""

    start_date: datetime.date | None = Field(
        default=None,
        description="Calendar date of day 0 (YYYY-MM-DD); lets shocks and replays use dates.",
    )
    term_days: int = parameter(
        30, bounds=(0, 3650), sweep=(0, 180), unit="days", kind="design",
        meaning="Length of the agreed term; 0 means open-ended.",
        source="Brief: one month [V]",
    )
    renegotiate: bool = parameter(
        False, unit="yes/no", kind="design",
        meaning="Whether each renewal resets the terms to the relative power of the day.",
        source="Counterfactual of the power-shift argument, Powell 2006 [R]",
    )
    terms_gap: float = parameter(
        0.0, bounds=(-0.5, 0.5), sweep=(-0.15, 0.15), unit="share of the stake", kind="context",
        meaning="What each signatory group gets under the truce minus its relative power at signing.",
        source="Werner & Yuen 2005 [V]",
    )
    prisoners_promised: int = parameter(
        102, bounds=(0, 10_000), sweep=(0, 200), unit="prisoners", kind="design",
        meaning="Prisoners the state promised to release, all signatory groups together.",
        source="TTP account of the six-point agreement, October 2021 [V]",
    )
    instalments: int = parameter(
        6, bounds=(1, 100), sweep=(1, 24), unit="instalments", kind="design",
        meaning="Number of equal instalments in which the prisoners are due.",
        source="Prototype [P]",
    )
    instalment_days: int = parameter(
        10, bounds=(1, 365), sweep=(1, 60), unit="days", kind="design",
        meaning="Days between instalments; the first is due this many days after signing.",
        source="Prototype [P]",
    )
    monitoring: float = parameter(
        0.3, bounds=(0, 1), unit="share", kind="design",
        meaning="How far monitors raise the chance of naming the right culprit above a coin toss.",
        source="No formal monitors in 2021: 0.1-0.3 [A]; Mattes & Savun 2010 [V]",
    )
    opacity: float = parameter(
        0.8, bounds=(0, 1), unit="share", kind="design",
        meaning="Share of the terms kept from the public.",
        source="Brief: most terms undisclosed [V]",
    )
    ratified: bool = parameter(
        False, unit="yes/no", kind="design",
        meaning="Whether parliament approved the truce.",
        source="Brief: never discussed in parliament [V]",
    )


class StateInputs(Section):
    """The government and its security forces, as one actor."""

    name: Name = Field(default="the state", description="Name used in replays and tables.")
    funding: float = parameter(
        1.0, bounds=(0, 1), unit="share of earlier level", kind="context",
        meaning="External funds for the state's operations.",
        source="Brief; Coalition Support Fund record [V]",
    )
    war_tied_funding: float = parameter(
        0.0, bounds=(0, 1), unit="share", kind="context",
        meaning="Share of the external funds that is paid only while the state fights.",
        source="Reimbursement of operations as in the Coalition Support Fund [A]",
    )
    funding_dependence: float = parameter(
        0.25, bounds=(0, 1), sweep=(0.05, 0.4), unit="share", kind="context",
        meaning="Share of capability lost if all external funds go.",
        source="Fund about a tenth of defence outlays [R]; upper end for this theatre [A]",
    )
    capability: float = parameter(
        1.0, bounds=(0.05, 20), sweep=(0.5, 2), unit="fully funded level", kind="context",
        meaning="Counter-insurgency capability on day 0; 1 is the fully funded level.",
        source="Scale of the model [A]",
    )
    war_cost: float = parameter(
        0.40, bounds=(0, 1), sweep=(0.15, 0.55), unit="share of the stake", kind="context",
        meaning="Cost of open war to the state.",
        source="Fearon 1995 [R]; prototype [P]",
    )
    trust: float = parameter(
        0.6, bounds=(0.01, 0.99), sweep=(0.2, 0.9), unit="probability", kind="context",
        meaning="Prior belief that a group's core means to keep the truce; beliefs drift back to it.",
        source="Lower after failed deals: Bara & Clayton 2023 [V]",
    )
    outrage: float = parameter(
        0.2, bounds=(0, 1), sweep=(0, 0.7), unit="share", kind="context",
        meaning="Public outrage on day 0.",
        source="Divided polls of 2008 and 2013 [V]",
    )
    audience_cost: float = parameter(
        0.30, bounds=(0, 1), sweep=(0, 0.5), unit="share of the stake", kind="context",
        meaning="What the truce loses in value to the state when outrage is full.",
        source="Fearon 1994 [R]; prototype [P]",
    )
    scrutiny_rate: float = parameter(
        0.10, bounds=(0, 1), sweep=(0, 0.2), unit="per day", kind="context",
        meaning="Rate at which parliament or court questions a wholly secret, unratified truce at full outrage.",
        source="Supreme Court summons of November 2021, brief [V]; size [A]",
    )
    raid_rate: float = parameter(
        0.10, bounds=(0, 1), sweep=(0.03, 0.12), unit="raids per day", kind="context",
        meaning="Raids on each group while the state cheats on it.",
        source="Raids in six districts in a month alleged, upper bound 0.2 [V]",
    )
    retaliation: float = parameter(
        0.20, bounds=(0, 2), sweep=(0, 0.5), unit="responses per violation", kind="context",
        meaning="Strength of the state's armed response to a violation it blames on a group.",
        source="Wiehler 2021 [V]; size [P]",
    )
    bad_faith_probability: float = parameter(
        0.0, bounds=(0, 1), sweep=(0, 0.5), unit="probability", kind="context",
        meaning="Chance that the state signed only to rest, rearm or gain time.",
        source="Parties of either kind: Richmond 1998; Smith 1995; Kolås 2011 [R]; none by default [A]",
    )
    delivery_rate: float = parameter(
        0.25, bounds=(0, 1), unit="per day", kind="design",
        meaning="Daily chance that an instalment that is due is handed over when nothing stops it.",
        source="Prototype [P]",
    )


class GroupInputs(Section):
    """A militant group: one that signed, or an outsider that can only spoil."""

    name: Name = Field(default="group", description="Name used in replays; its luck hangs on it.")
    signatory: bool = Field(
        default=True, description="Whether the group signed; an outsider can only spoil."
    )
    strength: float = parameter(
        0.5, bounds=(0.01, 20), sweep=(0.1, 1), unit="units of state capability", kind="context",
        meaning="Armed strength on day 0; 0.5 stands for about 5,000 fighters.",
        source="4,000-6,500 fighters, UN monitoring team in press [V]",
    )
    funding: float = parameter(
        0.5, bounds=(0, 1), unit="share", kind="context",
        meaning="External and illicit income of the group.",
        source="Karlén 2017 [V]",
    )
    sanctuary: float = parameter(
        0.5, bounds=(0, 1), unit="share", kind="context",
        meaning="Refuge across a border: room to grow and shelter from the state.",
        source="Salehyan 2007 [V]",
    )
    growth_room: float = parameter(
        1.6, bounds=(0.1, 10), sweep=(1, 2.5), unit="times strength", kind="context",
        meaning="Strength the group could reach without sanctuary or funds, relative to day 0.",
        source="Judgement [A]",
    )
    hardliner_share: float = parameter(
        0.25, bounds=(0, 0.95), sweep=(0.05, 0.5), unit="share", kind="context",
        meaning="Share of the group's fighters who oppose the truce.",
        source="Ahrar-ul-Hind and Jamaat-ul-Ahrar splits [V]",
    )
    core_control: float = parameter(
        0.5, bounds=(0, 1), sweep=(0.2, 0.9), unit="share", kind="context",
        meaning="Share of hardliner attacks that the core prevents.",
        source="Kydd & Walter 2002 [V]",
    )
    believed_hardliner_share: float = parameter(
        0.25, bounds=(0, 1), sweep=(0.05, 0.5), unit="share", kind="context",
        meaning="What the state thinks the hardliner share is.",
        source="Kydd & Walter 2002 [V]; set equal to the default share [A]",
    )
    believed_control: float = parameter(
        0.5, bounds=(0, 1), sweep=(0.2, 0.9), unit="share", kind="context",
        meaning="What the state thinks the core's control over hardliners is.",
        source="Kydd & Walter 2002 [V]",
    )
    war_cost: float = parameter(
        0.32, bounds=(0, 1), sweep=(0.1, 0.5), unit="share of the stake", kind="context",
        meaning="Cost of open war to the group when all of it is exposed.",
        source="Fearon 1995 [R]; prototype [P]",
    )
    trust: float = parameter(
        0.6, bounds=(0.01, 0.99), sweep=(0.2, 0.9), unit="probability", kind="context",
        meaning="Prior belief that the state means to keep the truce; beliefs drift back to it.",
        source="Lower after failed deals: Bara & Clayton 2023 [V]",
    )
    bad_faith_probability: float = parameter(
        0.10, bounds=(0, 1), sweep=(0, 0.5), unit="probability", kind="context",
        meaning="Chance that the group signed only to rest, rearm or gain time.",
        source="Richmond 1998; Smith 1995 [R]; size [A]",
    )
    spoiler_rate: float = parameter(
        0.05, bounds=(0, 1), sweep=(0, 0.25), unit="attacks per day", kind="context",
        meaning="Attacks that hardliners, splinters or outsiders would make if they were the whole group.",
        source="Attack on day 2 in 2014; two lethal events in 30 days in 2021 [V]",
    )
    retaliation: float = parameter(
        0.20, bounds=(0, 2), sweep=(0, 0.5), unit="responses per violation", kind="context",
        meaning="Strength of the group's armed response to a violation it blames on the state.",
        source="Wiehler 2021 [V]; size [P]",
    )
    split_rate: float = parameter(
        0.004, bounds=(0, 0.5), sweep=(0, 0.01), unit="per day and hardliner share", kind="context",
        meaning="Rate at which hardliners break away while the truce holds.",
        source="Duursma & Fliervoet 2021 [V]; size [P]",
    )


class BrokerInputs(Section):
    """A third party that presses both sides and reports who broke the truce."""

    name: Name = Field(default="broker", description="Name used in replays and tables.")
    leverage: float = parameter(
        0.5, bounds=(0, 1), unit="share", kind="context",
        meaning="Power to reward and punish the parties on day 0.",
        source="Beardsley 2008 [V]",
    )
    bias: float = parameter(
        0.4, bounds=(-1, 1), unit="-1 state .. +1 group", kind="context",
        meaning="Whose friend the broker is: +1 the groups', -1 the state's, 0 neither.",
        source="Svensson 2007 [V]; Afghan Taliban's ties to the TTP, brief [V]",
    )


class Environment(Section):
    """What belongs to nobody: accidents, and what both sides expect of each other."""

    accident_rate: float = parameter(
        0.01, bounds=(0, 1), sweep=(0.002, 0.03), unit="per day and side", kind="context",
        meaning="Local clashes that nobody ordered.",
        source="Sticher 2022 [V]; size [A]",
    )
    soft_target_probability: float = parameter(
        0.15, bounds=(0, 1), unit="probability", kind="context",
        meaning="Chance that an attack of militants hits civilians, such as a vaccination team.",
        source="Brief: attacks on polio teams [V]; size [P]",
    )
    believed_accident_rate: float = parameter(
        0.01, bounds=(0, 1), sweep=(0.002, 0.03), unit="per day and side", kind="context",
        meaning="Accidents that both sides allow for when they judge an incident.",
        source="Wu & Axelrod 1995 [V]",
    )
    believed_spoiler_rate: float = parameter(
        0.05, bounds=(0, 1), sweep=(0, 0.25), unit="attacks per day", kind="context",
        meaning="Attacks the state expects of hardliners if they were the whole group.",
        source="Kydd & Walter 2002 [V]",
    )
    believed_covert_rate: float = parameter(
        0.05301, bounds=(0, 1), sweep=(0.02, 0.11), unit="attacks per day", kind="context",
        meaning="Attacks the state expects of a group that cheats.",
        source="Equal to the actual rate by default [A]",
    )
    believed_claim_probability: float = parameter(
        0.5, bounds=(0, 1), unit="probability", kind="context",
        meaning="Chance that the state expects a group's core or hardliners to claim an attack.",
        source="Equal to the actual probability by default [A]",
    )
    believed_raid_rate: float = parameter(
        0.10, bounds=(0, 1), sweep=(0.03, 0.12), unit="raids per day", kind="context",
        meaning="Raids a group expects of a state that cheats.",
        source="Equal to the actual rate by default [A]",
    )


class World(Section):
    """What is the same in every conflict: globals to calibrate, and constants."""

    # Power and growth
    recruitment_rate: float = parameter(
        0.004518, bounds=(0, 0.1), sweep=(0.001, 0.006), unit="per day", kind="global",
        meaning="Growth rate of a small group with no limit, scaled by its funding.",
        source="Size: middle of the retained set [D]",
    )
    recruitment_base: float = parameter(
        0.3, bounds=(0, 5), sweep=(0.1, 0.6), unit="factor", kind="constant",
        meaning="Share of the growth rate that needs no funding.",
        source="Prototype [P]",
    )
    recruitment_funding: float = parameter(
        1.6, bounds=(0, 5), sweep=(0.8, 3.2), unit="factor per funding", kind="constant",
        meaning="How far full funding multiplies the growth rate.",
        source="Prototype [P]",
    )
    sanctuary_capacity: float = parameter(
        1.089, bounds=(0, 5), sweep=(0, 1.5), unit="factor", kind="global",
        meaning="Room to grow added by full sanctuary.",
        source="Salehyan 2007 [V]; size: middle of the retained set [D]",
    )
    funding_capacity: float = parameter(
        0.9, bounds=(0, 5), sweep=(0, 1.5), unit="factor", kind="constant",
        meaning="Room to grow added by full funding.",
        source="Prototype [P]",
    )
    sanctuary_shield: float = parameter(
        0.6, bounds=(0, 1), unit="share", kind="constant",
        meaning="Share of strength that full sanctuary hides from the state.",
        source="Salehyan 2007 [V]; size [P]",
    )
    attrition_rate: float = parameter(
        0.009278, bounds=(0, 0.1), sweep=(0.002, 0.01), unit="per day", kind="global",
        meaning="Losses a fully exposed group expects in open war with a state of capability 1.",
        source="Size: middle of the retained set [D]",
    )
    capability_adjust: float = parameter(
        0.01, bounds=(0, 1), sweep=(0.005, 0.02), unit="per day", kind="constant",
        meaning="Speed at which the state's capability follows its funds.",
        source="Brief: revising a strategy takes time [V]; size [P]",
    )
    # What the parties weigh
    shadow_weight: float = parameter(
        0.3548, bounds=(0, 3), sweep=(0, 1.2), unit="weight", kind="global",
        meaning="Weight on the power that each side expects at the planning horizon.",
        source="Powell 2006 [R]; size: middle of the retained set [D]",
    )
    planning_days: int = parameter(
        70, bounds=(1, 1000), sweep=(35, 140), unit="days", kind="constant",
        meaning="How far ahead both sides project power.",
        source="Prototype [P]",
    )
    sucker_cost: float = parameter(
        0.2162, bounds=(0, 1), sweep=(0.05, 0.3), unit="share of the stake", kind="global",
        meaning="Loss from keeping a truce that the other side cheats on.",
        source="Order of payoffs in the prisoner's dilemma, Axelrod 1984 [R]; size: middle of the retained set [D]",
    )
    faction_cost: float = parameter(
        0.1208, bounds=(0, 1), sweep=(0, 0.2), unit="share of the stake", kind="global",
        meaning="What the truce loses in value to a group's leaders if all its fighters oppose it.",
        source="Inside spoilers, Stedman 1997 [R]; elite consensus, Öğütçü-Fu 2016 [V]; size: middle of the retained set [D]",
    )
    breach_cost: float = parameter(
        0.132, bounds=(0, 1), sweep=(0, 0.2), unit="share of the stake", kind="global",
        meaning="Cost of being the one who breaks a truce before its term.",
        source="5.6 % of fixed-term ceasefires are terminated early [D]; size: middle of the retained set [D]",
    )
    first_strike: float = parameter(
        0.02, bounds=(0, 1), sweep=(0, 0.06), unit="share of the stake", kind="constant",
        meaning="Gain from attacking first.",
        source="Prototype [P]",
    )
    covert_gain: float = parameter(
        0.02389, bounds=(-1, 1), sweep=(0, 0.06), unit="share of the stake", kind="global",
        meaning="Value of cheating under cover of the truce.",
        source="Size: middle of the retained set [D]",
    )
    punish: float = parameter(
        0.15, bounds=(0, 1), sweep=(0.05, 0.25), unit="share of the stake", kind="constant",
        meaning="Cost of being blamed for cheating.",
        source="Paid with the chance of blame, so that monitors matter but do not decide; size [P]",
    )
    decision_noise: float = parameter(
        0.02422, bounds=(0.0001, 10), sweep=(0.01, 0.1), unit="share of the stake", kind="constant",
        meaning="Noise in choices: the utility gap that shifts the odds by a factor e.",
        source="Quantal response, McKelvey & Palfrey 1995 [R]; size: middle of the retained set [D]",
    )
    review_days: float = parameter(
        7.0, bounds=(1, 1000), sweep=(3, 30), unit="days", kind="constant",
        meaning="Mean days between two reviews of its course by an actor.",
        source="Prototype [P]",
    )
    renewal_effort: float = parameter(
        0.08353, bounds=(0, 1), sweep=(0, 0.15), unit="share of the stake", kind="global",
        meaning="Political effort of renewing a truce at its term.",
        source="34 % of 30-day peace-process truces lapse at term [D]; size: middle of the retained set [D]",
    )
    bad_faith_discount: float = parameter(
        0.2116, bounds=(0, 1), sweep=(0, 0.6), unit="share of the stake", kind="global",
        meaning="How much less keeping the truce is worth to a party that signed in bad faith.",
        source="Devious objectives, Richmond 1998 [R]; size: middle of the retained set [D]",
    )
    outrage_rally: float = parameter(
        0.3284, bounds=(0, 2), sweep=(0, 1), unit="factor", kind="global",
        meaning="How far full outrage cuts the political cost of war for the state.",
        source="Rally round the flag, Mueller 1970 [R]; size: middle of the retained set [D]",
    )
    outrage_covert: float = parameter(
        0.15, bounds=(0, 1), sweep=(0, 0.3), unit="share of the stake", kind="constant",
        meaning="Value of raiding in secret to the state when outrage is full.",
        source="Prototype [P]",
    )
    tied_funding_value: float = parameter(
        0.15, bounds=(0, 1), sweep=(0, 0.3), unit="share of the stake", kind="global",
        meaning="Value to the state of external funds that are paid only in war, if they are all its funds.",
        source="Assumption [A]",
    )
    # Brokers
    stick: float = parameter(
        0.09373, bounds=(0, 1), sweep=(0, 0.25), unit="share of the stake", kind="global",
        meaning="What a broker of full leverage can make a breach cost.",
        source="Beardsley 2008 [V]; size: middle of the retained set [D]",
    )
    carrot: float = parameter(
        0.1153, bounds=(0, 1), sweep=(0, 0.2), unit="share of the stake", kind="global",
        meaning="What a broker of full leverage adds to the value of the truce.",
        source="Beardsley 2008 [V]; size: middle of the retained set [D]",
    )
    broker_report: float = parameter(
        0.5, bounds=(0, 1), unit="share", kind="constant",
        meaning="How far a credible broker of full leverage improves attribution.",
        source="Kydd 2003 [R]; size [P]",
    )
    friends_are_believed: bool = parameter(
        False, unit="yes/no", kind="global",
        meaning="Whether each side believes a broker unless it is the other side's friend.",
        source="Kydd 2003 [R]; the alternative to believing only the unbiased, Svensson 2007 [V]",
    )
    leverage_decay: float = parameter(
        0.001925, bounds=(0, 1), sweep=(0, 0.006), unit="per day", kind="global",
        meaning="Share of leverage that is lost every day.",
        source="Half-life of leverage, Beardsley 2008 [V]; size: middle of the retained set [D]",
    )
    leverage_use: float = parameter(
        0.02, bounds=(0, 1), sweep=(0, 0.05), unit="share", kind="constant",
        meaning="Share of leverage spent on a day with an attributed violation.",
        source="Prototype [P]",
    )
    # Incidents
    covert_rate: float = parameter(
        0.05301, bounds=(0, 1), sweep=(0.02, 0.11), unit="attacks per day", kind="global",
        meaning="Attacks by the core of a group that cheats.",
        source="About a thirtieth of the 573 attacks of 2021 [V]; size: middle of the retained set [D]",
    )
    outsider_violence: float = parameter(
        4.0, bounds=(0, 100), sweep=(2, 8), unit="factor", kind="constant",
        meaning="How much more a splinter or outsider attacks than hardliners of the same share.",
        source="Prototype [P]",
    )
    retaliation_memory: float = parameter(
        0.5, bounds=(0, 0.99), unit="share", kind="constant",
        meaning="Share of yesterday's anger over violations that is left today.",
        source="Prototype [P]",
    )
    retaliation_cap: float = parameter(
        0.5, bounds=(0, 10), sweep=(0.25, 1), unit="responses per day", kind="constant",
        meaning="Most retaliation that one side can organise.",
        source="Prototype [P]",
    )
    severity_exponent: float = parameter(
        2.5, bounds=(1.1, 10), sweep=(2.2, 2.8), unit="exponent", kind="constant",
        meaning="Exponent of the power law of deaths per lethal incident.",
        source="Bohorquez et al. 2009 [V]",
    )
    severity_cap: int = parameter(
        300, bounds=(1, 100_000), sweep=(150, 600), unit="deaths", kind="constant",
        meaning="Most deaths that one incident can cause.",
        source="Twice the Peshawar massacre of 149 deaths [V]",
    )
    no_death_probability: float = parameter(
        0.30, bounds=(0, 1), sweep=(0.15, 0.5), unit="probability", kind="constant",
        meaning="Chance that an incident kills nobody.",
        source="Gives 1.75 deaths per attack; 1.7-1.8 in PIPS counts of 2021-22 [V]",
    )
    core_claim_probability: float = parameter(
        0.5, bounds=(0, 1), unit="probability", kind="constant",
        meaning="Chance that the core or its hardliners claim an attack of theirs.",
        source="Prototype [P]",
    )
    outsider_claim_probability: float = parameter(
        0.8, bounds=(0, 1), unit="probability", kind="constant",
        meaning="Chance that a splinter or outsider claims its attack.",
        source="Prototype [P]",
    )
    # Beliefs
    trust_relax: float = parameter(
        0.004, bounds=(0, 1), sweep=(0.002, 0.008), unit="per day", kind="constant",
        meaning="Speed at which beliefs drift back to the prior.",
        source="Prototype [P]",
    )
    evidence_weight: float = parameter(
        1.0, bounds=(0, 5), sweep=(0.5, 1.5), unit="weight", kind="constant",
        meaning="Weight of the day's evidence in Bayes' rule; 1 is Bayes, 0 learns nothing.",
        source="Definition [A]",
    )
    arrears_distrust: float = parameter(
        0.01, bounds=(0, 1), sweep=(0, 0.02), unit="per day", kind="constant",
        meaning="Trust in the state that a group loses daily at full arrears.",
        source="Jarstad & Nilsson 2008 [R]; size [P]",
    )
    # Domestic politics
    outrage_attack: float = parameter(
        0.02766, bounds=(0, 1), sweep=(0.005, 0.05), unit="per log death", kind="global",
        meaning="Outrage added by an attack, per logarithm of one plus the deaths.",
        source="Peshawar 2014, 149 dead [V], if claimed fills four fifths of the room left; size: middle of the retained set [D]",
    )
    soft_target_weight: float = parameter(
        4.0, bounds=(0, 100), sweep=(2, 8), unit="factor", kind="constant",
        meaning="How much more an attack on civilians outrages.",
        source="Prototype [P]",
    )
    claim_weight: float = parameter(
        1.5, bounds=(0, 100), sweep=(1, 3), unit="factor", kind="constant",
        meaning="How much more a claimed attack outrages.",
        source="Brief: claimed attack of 12 December 2021 [V]; size [A]",
    )
    outrage_release: float = parameter(
        0.002161, bounds=(0, 1), sweep=(0, 0.01), unit="per prisoner", kind="global",
        meaning="Outrage added by each prisoner released, before opacity and ratification.",
        source="Size: middle of the retained set [D]",
    )
    disclosed_release_outrage: float = parameter(
        0.3, bounds=(0, 5), sweep=(0, 1), unit="factor", kind="constant",
        meaning="Outrage over a release whose terms are wholly public, relative to the secret part.",
        source="Prototype [P]",
    )
    ratified_relief: float = parameter(
        0.5, bounds=(0, 1), unit="share", kind="constant",
        meaning="Share of audience cost and release outrage that ratification takes away.",
        source="Brief: institutions bypassed [V]; size [P]",
    )
    outrage_decay: float = parameter(
        0.02, bounds=(0, 1), sweep=(0.01, 0.04), unit="per day", kind="constant",
        meaning="Share of outrage that fades every day (half-life 35 days).",
        source="Prototype [P]",
    )
    freeze_days: int = parameter(
        30, bounds=(0, 3650), sweep=(15, 60), unit="days", kind="constant",
        meaning="How long a scrutiny by parliament or court halts concessions.",
        source="Prototype [P]",
    )
    release_ceiling: float = parameter(
        0.45, bounds=(0, 1), unit="share", kind="constant",
        meaning="Outrage above which the state releases nobody.",
        source="Prototype [P]",
    )
    # Concessions
    arrears_weight: float = parameter(
        0.16, bounds=(0, 1), sweep=(0, 0.4), unit="share of the stake", kind="global",
        meaning="What the truce loses in value to a group when all that is due is in arrears.",
        source="Stated reason for non-renewal in 2021 [V]; size: middle of the retained set [D]",
    )
    concession_value: float = parameter(
        0.09133, bounds=(0, 1), sweep=(0, 0.15), unit="share of the stake per 100", kind="global",
        meaning="Hold of 100 prisoners still to come on a group that trusts the state.",
        source="Gradualism, Lundgren et al. 2023 [V]; size: middle of the retained set [D]",
    )
    prisoner_strength: float = parameter(
        0.0002, bounds=(0, 0.1), sweep=(0.0001, 0.0004), unit="strength per prisoner", kind="constant",
        meaning="Strength that a released prisoner adds to the group.",
        source="Twice a rank-and-file fighter when 0.5 is 5,000 [P]",
    )
    raid_loss: float = parameter(
        0.002, bounds=(0, 0.5), sweep=(0.001, 0.004), unit="share of strength", kind="constant",
        meaning="Share of its exposed strength that a group loses in a raid or a retaliation.",
        source="Assumption [A]",
    )
    # Splits
    split_share: float = parameter(
        0.5, bounds=(0.01, 1), unit="share", kind="constant",
        meaning="Share of the hardliners who leave in a split.",
        source="Prototype [P]",
    )
    # Endings
    settlement_rate: float = parameter(
        0.001258, bounds=(0, 1), sweep=(0, 0.02), unit="per day", kind="global",
        meaning="Rate at which full mutual trust turns a truce without hardliners into a settlement.",
        source="27 % of truces never fail, Fortna 2004 [D]; size: middle of the retained set [D]",
    )
    settlement_trust: float = parameter(
        0.65, bounds=(0, 0.99), sweep=(0.5, 0.8), unit="probability", kind="constant",
        meaning="Mutual trust below which no settlement is possible.",
        source="Prototype [P]",
    )
    settlement_days: int = parameter(
        60, bounds=(0, 3650), sweep=(30, 120), unit="days", kind="constant",
        meaning="Age of the truce before which no settlement is possible.",
        source="Prototype [P]",
    )
    violence_deaths: int = parameter(
        25, bounds=(1, 1_000_000), sweep=(10, 100), unit="deaths", kind="constant",
        meaning="Deaths between the parties in the violence window that end a truce undeclared.",
        source="Threshold of Uppsala battle-death counts [V]",
    )
    violence_days: int = parameter(
        30, bounds=(1, 90), sweep=(15, 60), unit="days", kind="constant",
        meaning="Length of the violence window.",
        source="Prototype [P]",
    )


# fmt: on
SECTIONS: dict[str, type[Section]] = {
    "truce": TruceTerms,
    "state": StateInputs,
    "groups": GroupInputs,
    "brokers": BrokerInputs,
    "environment": Environment,
    "model": World,
}
LISTS = frozenset({"groups", "brokers"})


@dataclass(frozen=True)
class Parameter:
    """One number of the model, as the tables and the help show it."""

    section: str
    name: str
    type: str
    default: float | int | bool
    bounds: tuple[float, float] | None
    sweep: tuple[float, float] | None
    unit: str
    kind: Kind
    meaning: str
    source: str

    @property
    def path(self) -> str:
        """The address in a scenario file, such as ``truce.term_days`` or ``groups[].funding``."""
        if self is HORIZON:
            return self.name
        return f"{self.section}{'[]' if self.section in LISTS else ''}.{self.name}"


HORIZON = Parameter(
    section="scenario",
    name="horizon_days",
    type="int",
    default=1095,
    bounds=(1, 36_500),
    sweep=(180, 1830),
    unit="days",
    kind="design",
    meaning="Days after which a truce that still holds is no longer followed.",
    source="Three years, as in the prototype [P]",
)


def parameters() -> Iterator[Parameter]:
    """Yield every parameter, section by section, in the order of a scenario file."""
    for section, fields in SECTIONS.items():
        for name, field in fields.model_fields.items():
            if field.json_schema_extra:
                yield _described(section, name, field)


def _described(section: str, name: str, field: FieldInfo) -> Parameter:
    extra: dict[str, Any] = dict(field.json_schema_extra)  # type: ignore[arg-type]
    limits = {type(limit).__name__: limit for limit in field.metadata}
    bounds = (limits["Ge"].ge, limits["Le"].le) if limits else None
    return Parameter(
        section=section,
        name=name,
        type=field.annotation.__name__,  # type: ignore[union-attr]
        default=field.default,
        bounds=bounds,
        sweep=tuple(extra["sweep"]) or None,
        unit=extra["unit"],
        kind=extra["kind"],
        meaning=field.description or "",
        source=extra["source"],
    )
