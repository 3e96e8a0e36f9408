"""The truce itself: its terms and clock, what lies between the parties, and the day's incidents."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.behaviour import Record, behaviour


class Phase(IntEnum):
    """What goes on between the state and one group.

    One truce is followed to its first ending, so a relation begins in `TRUCE` or `OUTSIDE` and may
    become `SETTLED`. `FIGHTING` and `TALKS` are where a longer history will go on from there.
    """

    OUTSIDE = 0
    TRUCE = 1
    SETTLED = 2
    FIGHTING = 3
    TALKS = 4


class IncidentKind(IntEnum):
    """The kinds of incident; militants' first, then the state's."""

    CORE_ATTACK = 0
    HARDLINER_ATTACK = 1
    OUTSIDER_ATTACK = 2
    GROUP_RETALIATION = 3
    GROUP_ACCIDENT = 4
    RAID = 5
    STATE_RETALIATION = 6
    STATE_ACCIDENT = 7


FIRST_STATE_INCIDENT = int(IncidentKind.RAID)


class Incident(Record):
    """One violent event of today, between the state and the group at place `relation`."""

    kind: int
    relation: int  # whose truce it bears on; for an outsider's attack, the suspect
    author: int  # place of the group that did it, -1 for the state
    deaths: int
    soft: bool  # did it hit civilians?
    claimed: bool
    blamed: bool  # does the victim hold it against the other party?


class Relation(Record):
    """What lies between the state and one group."""

    phase: int
    terms: float  # the group's share of the stake under the truce
    power: float  # the group's share of power, when last weighed
    power_at_signing: float
    shift_in_truce: float  # expected change of the group's share of power if the truce holds
    shift_in_war: float  # and if it does not
    promised: int
    due: int
    delivered: int
    released_today: int
    state_course: int
    state_trust: float  # the state's belief that the group's core keeps the truce
    state_anger: float  # violations blamed on the group, fading
    group_anger: float  # violations blamed on the state, fading
    blamed_on_group: int  # today
    blamed_on_state: int
    raided: int  # armed blows of the state at the group today
    exposed_at_signing: float  # the share of the group that the state could reach
    support_at_signing: float  # what brokers added to the truce for the group
    reward_at_signing: float  # the part of it that is not an averted penalty
    pressure_at_signing: float  # what brokers would have made a breach cost the state


class Truce(Record):
    """The agreement, its clock and its tallies."""

    # Inputs (see `sim.parameters.TruceTerms`)
    term_days: int
    renegotiate: bool
    terms_gap: float
    prisoners_promised: int
    instalments: int
    instalment_days: int
    monitoring: float
    opacity: float
    ratified: bool
    # What brokers do today, all of them together
    leverage: float  # of the strongest broker
    bias: float  # of the strongest broker
    clear_to_state: float  # how far the state sees who did it
    clear_to_groups: float
    # The clock
    age: int  # days since signing
    expires: int  # the age at which the term ends; 0 if open-ended
    renewals: int
    incidents_today: int
    # How it ended
    ending: int  # code of `sim.endings.ENDINGS`
    reason: int  # code of `sim.endings.REASONS`
    ended_by: int  # place of the group that walked away, -1 the state, -2 nobody
    # Deaths between the parties in the violence window, by day modulo its length
    recent_deaths: np.ndarray
    deaths_in_window: int
    # Tallies over the whole truce
    attacks: int
    raids: int
    accidents: int
    retaliations: int
    deaths: int
    deaths_by_cheating: int
    deaths_by_spoilers: int  # hardliners in the ranks of signatories
    deaths_by_outsiders: int
    deaths_by_spiral: int
    deaths_by_accident: int
    released: int
    scrutinies: int
    splits: int

    @behaviour
    def sign(self) -> None:
        """Start the clock."""
        self.ended_by = NOBODY
        self.expires = self.term_days

    @behaviour
    def renew(self) -> None:
        """Run for another term."""
        self.renewals += 1
        self.expires += self.term_days

    @behaviour
    def expires_today(self) -> bool:
        """Is this the last day of the term?"""
        return self.term_days > 0 and self.age == self.expires

    @behaviour
    def count_deaths(self, deaths: int, window: int) -> None:
        """Put today's deaths between the parties in the window and drop those that leave it."""
        place = self.age % window
        self.deaths_in_window += deaths - self.recent_deaths[place]
        self.recent_deaths[place] = deaths

    @behaviour
    def end(self, ending: int, reason: int, by: int) -> None:
        """End the truce: how, why, and at whose hand (`THE_STATE`, `NOBODY` or a group's place)."""
        self.ending = ending
        self.reason = reason
        self.ended_by = by

    @behaviour
    def tally(self, incident: Incident) -> None:
        """Add one incident to the tallies."""
        kind = incident.kind
        self.deaths += incident.deaths
        if kind in (CORE_ATTACK, RAID):
            self.deaths_by_cheating += incident.deaths
        elif kind == HARDLINER_ATTACK:
            self.deaths_by_spoilers += incident.deaths
        elif kind == OUTSIDER_ATTACK:
            self.deaths_by_outsiders += incident.deaths
        elif kind in (GROUP_RETALIATION, STATE_RETALIATION):
            self.deaths_by_spiral += incident.deaths
            self.retaliations += 1
        else:
            self.deaths_by_accident += incident.deaths
            self.accidents += 1
        if kind <= OUTSIDER_ATTACK:
            self.attacks += 1
        elif kind == RAID:
            self.raids += 1


THE_STATE = -1
NOBODY = -2
OUTSIDE, IN_TRUCE, SETTLED = int(Phase.OUTSIDE), int(Phase.TRUCE), int(Phase.SETTLED)
CORE_ATTACK = int(IncidentKind.CORE_ATTACK)
HARDLINER_ATTACK = int(IncidentKind.HARDLINER_ATTACK)
OUTSIDER_ATTACK = int(IncidentKind.OUTSIDER_ATTACK)
GROUP_RETALIATION = int(IncidentKind.GROUP_RETALIATION)
GROUP_ACCIDENT = int(IncidentKind.GROUP_ACCIDENT)
RAID = int(IncidentKind.RAID)
STATE_RETALIATION = int(IncidentKind.STATE_RETALIATION)
STATE_ACCIDENT = int(IncidentKind.STATE_ACCIDENT)

sign = Truce.sign
renew = Truce.renew
expires_today = Truce.expires_today
count_deaths = Truce.count_deaths
end = Truce.end
tally = Truce.tally
